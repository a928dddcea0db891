//! The doors of the catalogue for [`crate::fuzzing`].

use super::Catalog;
use crate::store::codec::{self, CodecError, MAX_RECORD};
use crate::store::key::Key;
use crate::store::record::Record;

/// Reads `stored` as a record, derives everything that follows from it, and gives its bytes as they are written now.
///
/// # Errors
///
/// [`CodecError`], where the bytes are no such record.
///
/// # Panics
///
/// Where what follows from the record does not lead back to it: that is a finding.
pub fn read_back<R: Record>(stored: &[u8]) -> Result<Vec<u8>, CodecError> {
    let record = codec::decode::<R>(stored)?;
    let key = record.key().to_bytes();
    assert_eq!(R::Key::from_bytes(&key).map(|read| read.to_bytes()), Ok(key.clone()), "a key does not read back");
    for index in R::INDEXES {
        for entry in index.entries(&record) {
            assert_eq!(index.target(&entry).as_ref(), Some(&key), "{}: an entry leads elsewhere", index.name());
        }
    }
    for tally in R::TALLIES {
        let _ = tally.parents(&record);
    }
    codec::encode(&record)
}

/// The name of a tree as `catalog` has it.
pub fn tree(catalog: &Catalog, name: &str) -> Option<&'static str> {
    catalog.tree(name)
}

/// The bytes of a record as they are stored; `None` where the store does not take it, because they are too many.
pub fn stored<R: Record>(record: &R) -> Option<Vec<u8>> {
    codec::encode(record).ok().filter(|bytes| bytes.len() <= MAX_RECORD)
}
