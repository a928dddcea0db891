//! Whether a snapshot is what it says.

use std::collections::HashMap;
use std::io::{self, Read};

use super::{Item, Progress, Reader, SnapshotError, Summary};
use crate::store::catalog::Catalog;
use crate::store::codec;
use crate::store::digest::Digest;
use crate::store::error::StoreError;

/// The last change of each record that changed while the snapshot was taken.
type Changes = HashMap<(&'static str, Vec<u8>), Option<Vec<u8>>>;

/// Reads the snapshot that `open` opens, twice: whether it is whole, whether each record is what was written, and
/// whether they are all that the store held. Memory is taken only for what changed while it was made.
///
/// # Errors
///
/// Any [`SnapshotError`] of reading, and [`SnapshotError::Differs`] where records are missing or wrong.
pub fn verify<R: Read>(
    catalog: &Catalog,
    open: &dyn Fn() -> io::Result<R>,
    progress: Progress<'_>,
) -> Result<Summary, SnapshotError> {
    let mut changes = Changes::new();
    let mut reader = Reader::new(*catalog, open()?)?;
    while let Some(item) = reader.next()? {
        if let Item::Change(change) = item {
            changes.insert((change.tree, change.key), change.value);
        }
    }
    let mut sum = Digest::default();
    let mut take_in = |table, key: &[u8], value: &[u8]| {
        codec::check(value).map_err(|cause| StoreError::Damaged { table, cause })?;
        sum.add(table, key, value);
        Ok::<_, StoreError>(())
    };
    let mut reader = Reader::new(*catalog, open()?)?;
    let mut read = 0;
    while let Some(item) = reader.next()? {
        if let Item::Record { table, key, value } = item {
            let at = (table, key);
            if !changes.contains_key(&at) {
                take_in(table, &at.1, &value)?;
            }
        }
        read += 1;
        progress("snapshot", read);
    }
    for ((table, key), value) in &changes {
        if let Some(value) = value {
            take_in(table, key, value)?;
        }
    }
    let summary = reader.finish()?;
    if sum == summary.sum {
        return Ok(summary);
    }
    Err(SnapshotError::Differs { found: sum.entries, expected: summary.sum.entries })
}
