//! How a record becomes bytes: a version byte, bincode, and a checksum over both.
//!
//! ```text
//! version u8 | bincode (standard configuration) | CRC32C of all before, u32 little-endian
//! ```

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use thiserror::Error;

use super::record::Record;

/// Largest encoded record in bytes: larger values would make sled write files of their own that it never syncs.
pub const MAX_RECORD: usize = 64 * 1024;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 4;

const CONFIG: Configuration<LittleEndian, Varint, Limit<MAX_RECORD>> =
    bincode::config::standard().with_limit::<MAX_RECORD>();

/// Why bytes are not a record.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CodecError {
    /// Too short to hold a version and a checksum.
    #[error("cut short")]
    Short,
    /// The bytes changed since they were written.
    #[error("checksum differs")]
    Checksum,
    /// Written by a version of Hearth that this one does not know.
    #[error("stored in format version {0}, which this Hearth cannot read")]
    Version(u8),
    /// The checksum holds, and still the bytes are not such a record.
    #[error("not a record of this kind: {0}")]
    Malformed(String),
    /// The bytes of a key are not such a key.
    #[error("not a key of this kind")]
    Key,
}

/// The stored form of `record`.
///
/// # Errors
///
/// [`CodecError::Malformed`] where bincode refuses the value, which no record of Hearth does.
pub fn encode<R: Record>(record: &R) -> Result<Vec<u8>, CodecError> {
    let mut bytes = vec![R::VERSION];
    bincode::encode_into_std_write(record, &mut bytes, CONFIG).map_err(malformed)?;
    let checksum = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    Ok(bytes)
}

/// Whether `bytes` are what was written, whatever record they hold.
///
/// # Errors
///
/// [`CodecError::Short`] or [`CodecError::Checksum`] where they are not.
pub fn check(bytes: &[u8]) -> Result<(), CodecError> {
    content(bytes).map(drop)
}

/// What stands before the checksum.
fn content(bytes: &[u8]) -> Result<&[u8], CodecError> {
    let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(CodecError::Short)?;
    if crc32c::crc32c(content) == u32::from_le_bytes(*checksum) { Ok(content) } else { Err(CodecError::Checksum) }
}

/// The record that `bytes` hold, brought up to the present version by [`Record::migrate`] where it is older.
///
/// # Errors
///
/// Any [`CodecError`].
pub fn decode<R: Record>(bytes: &[u8]) -> Result<R, CodecError> {
    let (&version, body) = content(bytes)?.split_first().ok_or(CodecError::Short)?;
    if version == R::VERSION { decode_body(body) } else { R::migrate(version, body) }
}

/// Reads the bincode of one version's body: what a [`Record::migrate`] starts with for the older type.
///
/// # Errors
///
/// [`CodecError::Malformed`] where `body` is not exactly one such value.
pub fn decode_body<T: bincode::Decode<()>>(body: &[u8]) -> Result<T, CodecError> {
    let (value, used) = bincode::decode_from_slice(body, CONFIG).map_err(malformed)?;
    if used == body.len() { Ok(value) } else { Err(CodecError::Malformed("bytes are left over".into())) }
}

/// Reads the body of a version that ended before fields which this one has at its end; `missing` is their bincode.
///
/// # Errors
///
/// [`CodecError::Malformed`] where `body` is not exactly one such value without them.
pub fn decode_extended<T: bincode::Decode<()>>(body: &[u8], missing: &[u8]) -> Result<T, CodecError> {
    decode_body(&[body, missing].concat())
}

fn malformed(error: impl std::fmt::Display) -> CodecError {
    CodecError::Malformed(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A record as its second version has it; the first had no `size`.
    #[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
    struct Thing {
        id: u64,
        name: String,
        size: Option<u32>,
    }

    #[derive(Clone, bincode::Encode, bincode::Decode)]
    struct ThingV1 {
        id: u64,
        name: String,
    }

    impl Record for Thing {
        type Key = u64;
        const TABLE: &'static str = "things";
        const VERSION: u8 = 2;

        fn key(&self) -> u64 {
            self.id
        }

        fn migrate(version: u8, body: &[u8]) -> Result<Self, CodecError> {
            match version {
                1 => decode_body(body).map(|ThingV1 { id, name }| Self { id, name, size: None }),
                _ => Err(CodecError::Version(version)),
            }
        }
    }

    impl Record for ThingV1 {
        type Key = u64;
        const TABLE: &'static str = "things";

        fn key(&self) -> u64 {
            self.id
        }
    }

    #[test]
    fn an_older_version_is_migrated_and_a_newer_one_refused() {
        let old = encode(&ThingV1 { id: 7, name: "lamp".into() }).unwrap();
        assert_eq!(decode::<Thing>(&old), Ok(Thing { id: 7, name: "lamp".into(), size: None }));
        let newer = encode(&Thing { id: 7, name: "lamp".into(), size: Some(2) }).unwrap();
        assert_eq!(decode::<ThingV1>(&newer).err(), Some(CodecError::Version(2)));
    }

    #[test]
    fn bytes_left_over_are_refused() {
        let mut bytes = encode(&Thing { id: 7, name: "lamp".into(), size: None }).unwrap();
        bytes.truncate(bytes.len() - CHECKSUM);
        bytes.push(0);
        let checksum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        assert!(matches!(decode::<Thing>(&bytes), Err(CodecError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn records_read_back(id: u64, name: String, size: Option<u32>) {
            let thing = Thing { id, name, size };
            prop_assert_eq!(decode::<Thing>(&encode(&thing).unwrap()), Ok(thing));
        }

        #[test]
        fn a_flipped_bit_is_seen(id: u64, name: String, place: prop::sample::Index, bit in 0..8) {
            let mut bytes = encode(&Thing { id, name, size: None }).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= 1_u8 << bit;
            prop_assert_eq!(decode::<Thing>(&bytes), Err(CodecError::Checksum));
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode::<Thing>(&bytes);
            let _ = decode_body::<Thing>(&bytes);
        }
    }
}
