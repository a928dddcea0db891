//! Reading, the same from outside a write (the state as committed) and inside one (its own group's changes too).

use std::sync::Arc;

use super::codec;
use super::error::StoreError;
use super::index::{Entry, Index};
use super::key::Key;
use super::range::{MAX_SCAN, Range};
use super::record::Record;

/// Something that records can be read from: a [`super::Store`] or a [`super::Tx`].
pub trait Read {
    /// The value stored under `key` in the tree `tree`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`].
    fn value(&self, tree: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The entries of the tree `tree` within `range`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`].
    fn entries(&self, tree: &'static str, range: &Range) -> Result<Vec<Entry>, StoreError>;

    /// The record with the primary key `key`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`].
    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        self.value(R::TABLE, &key.to_bytes())?.map(|bytes| decoded(&bytes)).transpose()
    }

    /// Whether there is a record with the primary key `key`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`].
    fn contains<R: Record>(&self, key: &R::Key) -> Result<bool, StoreError> {
        Ok(self.value(R::TABLE, &key.to_bytes())?.is_some())
    }

    /// The records of a table within `range`, by primary key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`].
    fn records<R: Record>(&self, range: &Range) -> Result<Vec<Arc<R>>, StoreError> {
        self.entries(R::TABLE, range)?.iter().map(|(_, bytes)| decoded(bytes)).collect()
    }

    /// All records of a table within `range`, however many there are: as many scans as it takes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`].
    fn every_record<R: Record>(&self, range: Range) -> Result<Vec<Arc<R>>, StoreError> {
        every(range, |range| self.entries(R::TABLE, range))?.iter().map(|(_, bytes)| decoded(bytes)).collect()
    }

    /// The keys of `index` within `range`, each with the primary key of its record.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`].
    fn scan<R: Record, K: Key>(&self, index: &Index<R, K>, range: &Range) -> Result<Vec<(K, R::Key)>, StoreError> {
        let read = |entry: &Entry| index.read_entry(entry).map_err(StoreError::bad_key(index.name()));
        self.entries(index.name(), range)?.iter().map(read).collect()
    }

    /// As [`Read::scan`], however many there are: as many scans as it takes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`].
    fn scan_every<R: Record, K: Key>(&self, index: &Index<R, K>, range: Range) -> Result<Vec<(K, R::Key)>, StoreError> {
        let read = |entry: &Entry| index.read_entry(entry).map_err(StoreError::bad_key(index.name()));
        every(range, |range| self.entries(index.name(), range))?.iter().map(read).collect()
    }

    /// The record that the unique `index` holds under `key`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`].
    fn find<R: Record, K: Key>(&self, index: &Index<R, K>, key: &K) -> Result<Option<Arc<R>>, StoreError> {
        let Some(primary) = self.value(index.name(), &key.to_bytes())? else { return Ok(None) };
        self.get(&R::Key::from_bytes(&primary).map_err(StoreError::bad_key(index.name()))?)
    }
}

/// What `scan` gives for `range` and, as often as it gives all that a scan may, for what comes after.
fn every(range: Range, scan: impl Fn(&Range) -> Result<Vec<Entry>, StoreError>) -> Result<Vec<Entry>, StoreError> {
    let mut range = range.limit(MAX_SCAN);
    let mut all = Vec::new();
    loop {
        let some = scan(&range)?;
        let more = some.len() == MAX_SCAN;
        all.extend(some);
        match all.last() {
            Some((last, _)) if more => range = range.after_bytes(last.clone()),
            _ => return Ok(all),
        }
    }
}

/// The record that stored bytes hold.
pub(super) fn decoded<R: Record>(bytes: &[u8]) -> Result<Arc<R>, StoreError> {
    codec::decode(bytes).map(Arc::new).map_err(|cause| StoreError::Damaged { table: R::TABLE, cause })
}
