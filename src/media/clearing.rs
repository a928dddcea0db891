//! Files that no record names any more.

use std::sync::Arc;

use super::files::Files;
use super::record::{BY_FILE, Hash};
use crate::app::App;
use crate::backup::Backups;
use crate::error::Error;
use crate::store::{Range, Read, Store, StoreError};

/// Removes those of these files that nothing names. While a backup is made none goes: its records are from before, and
/// may name it. What is left so is found by the next [`sweep`].
///
/// # Errors
///
/// What the store gives, or an internal one.
pub async fn clear(app: &App, hashes: Vec<Hash>) -> Result<(), Error> {
    let cleaner = Cleaner::of(app);
    let cleared =
        tokio::task::spawn_blocking(move || hashes.into_iter().try_for_each(|hash| cleaner.clear(hash).map(drop)));
    cleared.await.map_err(|error| Error::internal(&error))?
}

/// Removes every file that nothing names: what a crash left between a file and its record. How many there were.
///
/// # Errors
///
/// What the store gives, or an internal one.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    let cleaner = Cleaner::of(app);
    let swept = tokio::task::spawn_blocking(move || {
        let (hashes, _) = cleaner.files.list().map_err(|error| Error::internal(&error))?;
        hashes.into_iter().try_fold(0, |count, hash| Ok(count + usize::from(cleaner.clear(hash)?)))
    });
    swept.await.map_err(|error| Error::internal(&error))?
}

/// What it takes to know whether a file may go.
struct Cleaner {
    files: Arc<Files>,
    store: Store,
    backups: Arc<Backups>,
}

impl Cleaner {
    fn of(app: &App) -> Self {
        Self { files: app.media.files.clone(), store: app.store.clone(), backups: app.backups.clone() }
    }

    /// Removes a file where it may go; whether it did.
    fn clear(&self, hash: Hash) -> Result<bool, Error> {
        // In this order: a backup that begins after the record was gone has no need of the file.
        self.files.remove(hash, || {
            if is_named(&self.store, hash)? || self.backups.under_way().is_some() {
                return Ok(true);
            }
            // The record would be back after a power cut, without its file, if its deletion were not on disk before.
            self.store.sync().map(|()| false)
        })
    }
}

/// Whether a picture is made of this file.
pub(super) fn is_named(read: &impl Read, hash: Hash) -> Result<bool, StoreError> {
    Ok(!read.scan(&BY_FILE, &Range::prefix(&hash).limit(1))?.is_empty())
}
