//! One frame as bytes: written, read back, and checked.

use sha2::{Digest, Sha256};
use thiserror::Error;

/// SHA-256 of a whole frame, by which the frame after it names it.
pub(super) type Hash = [u8; 32];

/// Stands for the frame before the first.
pub(super) const NO_HASH: Hash = [0; 32];

/// Longest frame, header and batch, in bytes: 64 MiB.
pub const MAX_FRAME: usize = 64 << 20;

/// Longest batch in bytes: what of [`MAX_FRAME`] the header leaves.
pub const MAX_BATCH: usize = MAX_FRAME - HEADER_BYTES;

/// Bytes of a frame before its batch.
pub(super) const HEADER_BYTES: usize = 52;

/// Bytes of the header before its checksum.
const CHECKED_BYTES: usize = HEADER_BYTES - 4;

/// Starts a frame before which everything was on disk when it was written.
const SETTLED: [u8; 4] = [0xff, b'H', 0xfe, b'S'];

/// Starts a frame that was written while frames before it still waited for a sync.
const OPEN: [u8; 4] = [0xff, b'H', 0xfe, b'O'];

/// Why bytes are not a frame.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(super) enum Flaw {
    /// They end too early.
    #[error("the file ends inside a frame")]
    Short,
    /// They do not start as a frame does.
    #[error("no frame starts here")]
    Magic,
    /// They say to be longer than a frame may be.
    #[error("the frame's length is impossible")]
    Length,
    /// They are not what was written.
    #[error("the frame's checksum does not match its content")]
    Checksum,
}

/// A frame's header, read but not yet checked against its batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    bytes: [u8; HEADER_BYTES],
    /// Whether everything before this frame was on disk when it was written.
    pub(super) settled: bool,
    /// The frame's sequence.
    pub(super) sequence: u64,
    /// Bytes of its batch, at most [`MAX_BATCH`].
    pub(super) length: usize,
    /// Hash of the frame before.
    pub(super) before: Hash,
    crc: u32,
}

impl Header {
    /// Reads a header.
    ///
    /// # Errors
    ///
    /// [`Flaw`] where these bytes start no frame.
    pub(super) fn parse(bytes: &[u8; HEADER_BYTES]) -> Result<Self, Flaw> {
        let input = &mut bytes.as_slice();
        let settled = match field(input)? {
            SETTLED => true,
            OPEN => false,
            _ => return Err(Flaw::Magic),
        };
        let sequence = u64::from_le_bytes(field(input)?);
        let length = u32::from_le_bytes(field(input)?) as usize;
        if length > MAX_BATCH {
            return Err(Flaw::Length);
        }
        let before = field(input)?;
        let crc = u32::from_le_bytes(field(input)?);
        Ok(Self { bytes: *bytes, settled, sequence, length, before, crc })
    }

    /// Says whether `batch` is this header's, and both are what was written.
    ///
    /// # Errors
    ///
    /// [`Flaw`] where they are not.
    pub(super) fn check(&self, batch: &[u8]) -> Result<(), Flaw> {
        if batch.len() != self.length {
            return Err(Flaw::Short);
        }
        if checksum(&self.bytes[..CHECKED_BYTES], batch) == self.crc { Ok(()) } else { Err(Flaw::Checksum) }
    }

    /// Hash of the frame that this header and `batch` are.
    pub(super) fn hash(&self, batch: &[u8]) -> Hash {
        Sha256::new().chain_update(self.bytes).chain_update(batch).finalize().into()
    }
}

/// Writes a frame; `None` where `batch` is longer than [`MAX_BATCH`].
pub(super) fn encode(settled: bool, sequence: u64, before: &Hash, batch: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(batch.len()).ok().filter(|_| batch.len() <= MAX_BATCH)?;
    let mut frame = Vec::with_capacity(HEADER_BYTES + batch.len());
    frame.extend_from_slice(if settled { &SETTLED } else { &OPEN });
    frame.extend_from_slice(&sequence.to_le_bytes());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(before);
    let crc = checksum(&frame, batch);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame.extend_from_slice(batch);
    Some(frame)
}

/// Reads the frame at the front of `bytes`, which may go on behind it: its header and its batch.
///
/// # Errors
///
/// [`Flaw`] where `bytes` does not start with a whole frame.
pub(super) fn decode(bytes: &[u8]) -> Result<(Header, &[u8]), Flaw> {
    let (header, rest) = bytes.split_first_chunk().ok_or(Flaw::Short)?;
    let header = Header::parse(header)?;
    let batch = rest.get(..header.length).ok_or(Flaw::Short)?;
    header.check(batch)?;
    Ok((header, batch))
}

/// Where in `bytes` the first whole settled frame with a sequence above `last` starts.
pub(super) fn find_settled(bytes: &[u8], last: u64) -> Option<usize> {
    bytes.windows(SETTLED.len()).enumerate().filter(|(_, window)| *window == SETTLED).map(|(start, _)| start).find(
        |&start| {
            let frame = bytes.get(start..).map(decode);
            matches!(frame, Some(Ok((header, _))) if header.sequence > last)
        },
    )
}

/// Hash of a whole frame as [`encode`] wrote it.
pub(super) fn hash(frame: &[u8]) -> Hash {
    Sha256::digest(frame).into()
}

/// Takes `N` bytes off the front of `input`.
///
/// # Errors
///
/// [`Flaw::Short`] where fewer are left.
pub(super) fn field<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], Flaw> {
    let (head, rest) = input.split_first_chunk::<N>().ok_or(Flaw::Short)?;
    *input = rest;
    Ok(*head)
}

fn checksum(header: &[u8], batch: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(header), batch)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn frames_read_back(settled: bool, sequence: u64, before: Hash, batch: Vec<u8>, behind: Vec<u8>) {
            let frame = encode(settled, sequence, &before, &batch).unwrap();
            let bytes = [frame.clone(), behind].concat();
            let (header, read) = decode(&bytes).unwrap();
            prop_assert_eq!((header.settled, header.sequence, header.before, read), (settled, sequence, before, &batch[..]));
            prop_assert_eq!(header.hash(read), hash(&frame));
        }

        #[test]
        fn random_bytes_are_no_frame(mut bytes: Vec<u8>, settled: bool) {
            prop_assert!(decode(&bytes).is_err());
            bytes.splice(..bytes.len().min(4), if settled { SETTLED } else { OPEN });
            prop_assert!(decode(&bytes).is_err());
        }

        #[test]
        fn a_changed_byte_is_seen(batch: Vec<u8>, place: prop::sample::Index, change in 1_u8..) {
            let mut frame = encode(true, 7, &NO_HASH, &batch).unwrap();
            let place = place.index(frame.len());
            frame[place] ^= change;
            prop_assert!(decode(&frame).is_err());
        }

        #[test]
        fn a_settled_frame_is_found_wherever_it_is(front: Vec<u8>, behind: Vec<u8>) {
            let frame = encode(true, 7, &NO_HASH, b"batch").unwrap();
            let bytes = [front.clone(), frame, behind].concat();
            prop_assert_eq!(find_settled(&bytes, 6), Some(front.len()));
            prop_assert_eq!(find_settled(&bytes, 7), None);
        }
    }

    #[test]
    fn lengths_are_not_trusted() {
        let mut frame = encode(true, 1, &NO_HASH, b"batch").unwrap();
        for length in [6, u32::try_from(MAX_BATCH).unwrap(), u32::MAX] {
            frame[12..16].copy_from_slice(&length.to_le_bytes());
            assert!(matches!(decode(&frame), Err(Flaw::Short | Flaw::Length)));
        }
        assert!(encode(true, 1, &NO_HASH, &vec![0; MAX_BATCH + 1]).is_none());
    }

    #[test]
    fn open_frames_are_not_settled() {
        let frame = encode(false, 7, &NO_HASH, b"batch").unwrap();
        assert_eq!(find_settled(&frame, 0), None);
    }
}
