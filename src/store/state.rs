//! What is: the trees in sled, the records cached over them, and the one door into both.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::batch::{Batch, Change};
use super::cache::RecordCache;
use super::catalog::Catalog;
use super::changes::Changes;
use super::error::StoreError;
use super::figures::CacheFigures;
use super::index::Entry;
use super::key::Key;
use super::range::Range;
use super::read::Read;
use super::record::Record;
use super::watch::Watchers;

/// sled's segments, set when the database is made: values under this size stay out of sled's blob files, which it
/// never syncs.
const SLED_SEGMENT_BYTES: usize = 8 * 1024 * 1024;

/// The tree of what the state knows of itself.
const META: &str = "hearth_meta";

/// Under it in [`META`]: an [`Applied`].
const APPLIED: &[u8] = b"applied";

/// How far the state has come along the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    /// The last frame that was applied.
    pub(super) sequence: u64,
    /// The last frame that was known to be on disk by then. With synced durability it is the same.
    pub(super) durable: u64,
}

struct Tree {
    sled: sled::Tree,
    is_table: bool,
    changes: Arc<Changes>,
}

/// The state of the store.
pub(super) struct State {
    trees: HashMap<&'static str, Tree>,
    meta: sled::Tree,
    records: RecordCache,
    /// Who hears of what is applied.
    pub(super) watchers: Watchers,
    db: sled::Db,
}

impl State {
    /// Opens or creates the trees of `catalog` in `dir`.
    pub(super) fn open(catalog: &Catalog, dir: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let db = sled::Config::new()
            .path(dir)
            .mode(sled::Mode::HighThroughput)
            .segment_size(SLED_SEGMENT_BYTES)
            .cache_capacity(cache_bytes)
            .flush_every_ms(None)
            .open()?;
        let mut trees = HashMap::new();
        for (name, is_table) in catalog.trees() {
            trees.insert(name, Tree { sled: db.open_tree(name)?, is_table, changes: Arc::default() });
        }
        let (meta, records) = (db.open_tree(META)?, RecordCache::new(cache_bytes));
        Ok(Self { trees, meta, records, watchers: Watchers::default(), db })
    }

    /// How often the cache of records had what was looked for.
    pub(super) const fn cache_figures(&self) -> &CacheFigures {
        self.records.figures()
    }

    /// The only way into the state: the changes of the frame `applied.sequence`.
    ///
    /// A reader that follows an index must find the record, so records are put before index entries and removed
    /// after them. The frame's number goes in last. Then whoever watches hears of it.
    pub(super) fn apply(&self, applied: Applied, batch: &Arc<Batch>) -> Result<(), StoreError> {
        for (to_table, is_put) in [(true, true), (false, true), (false, false), (true, false)] {
            for change in batch.iter().filter(|change| change.value.is_some() == is_put) {
                let tree = self.tree(change.tree)?;
                if tree.is_table == to_table {
                    self.change(tree, change)?;
                }
            }
        }
        self.begin_after(applied)?;
        for change in batch.iter() {
            self.tree(change.tree)?.changes.note(&change.key);
        }
        self.watchers.tell(batch);
        Ok(())
    }

    /// Puts or removes an entry past everything else: for a state that nobody uses yet.
    pub(super) fn fill(&self, tree: &str, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        let tree = &self.tree(tree)?.sled;
        match value {
            Some(value) => tree.insert(key, value)?,
            None => tree.remove(key)?,
        };
        Ok(())
    }

    /// Says how far a state has come that was filled.
    pub(super) fn begin_after(&self, applied: Applied) -> Result<(), StoreError> {
        let mut bytes = applied.sequence.to_be_bytes().to_vec();
        bytes.extend_from_slice(&applied.durable.to_be_bytes());
        self.meta.insert(APPLIED, bytes)?;
        Ok(())
    }

    fn change(&self, tree: &Tree, change: &Change) -> Result<(), StoreError> {
        let write = || match &change.value {
            Some(value) => tree.sled.insert(&change.key, value.as_slice()),
            None => tree.sled.remove(&change.key),
        };
        if tree.is_table {
            self.records.changing(change.tree, &change.key, write)?
        } else {
            write()?
        };
        Ok(())
    }

    /// How far the state had come when it was last written.
    pub(super) fn applied(&self) -> Result<Applied, StoreError> {
        let Some(bytes) = self.meta.get(APPLIED)? else { return Ok(Applied::default()) };
        let (sequence, durable) = <(u64, u64)>::from_bytes(&bytes).map_err(StoreError::bad_key(META))?;
        Ok(Applied { sequence, durable })
    }

    /// The latest changes of `tree`.
    pub(super) fn changes(&self, tree: &str) -> Result<&Arc<Changes>, StoreError> {
        Ok(&self.tree(tree)?.changes)
    }

    /// Hands everything that sled still holds back to the operating system. It is not yet on disk then.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.db.flush()?;
        Ok(())
    }

    /// The entries of `tree` within `range`, one at a time.
    pub(super) fn iter(
        &self,
        tree: &'static str,
        range: &Range,
    ) -> Result<Box<dyn Iterator<Item = Result<Entry, StoreError>>>, StoreError> {
        let Some(bounds) = range.bounds() else { return Ok(Box::new(std::iter::empty())) };
        let read = |entry: sled::Result<(sled::IVec, sled::IVec)>| {
            let (key, value) = entry?;
            Ok((key.to_vec(), value.to_vec()))
        };
        let entries = self.tree(tree)?.sled.range(bounds);
        Ok(if range.is_backward() { Box::new(entries.rev().map(read)) } else { Box::new(entries.map(read)) })
    }

    fn tree(&self, name: &str) -> Result<&Tree, StoreError> {
        self.trees.get(name).ok_or_else(|| StoreError::Sled(format!("'{name}' is not in the catalogue").into()))
    }
}

impl Read for State {
    fn value(&self, tree: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tree(tree)?.sled.get(key)?.map(|value| value.to_vec()))
    }

    fn entries(&self, tree: &'static str, range: &Range) -> Result<Vec<Entry>, StoreError> {
        self.iter(tree, range)?.take(range.size()).collect()
    }

    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        let tree = self.tree(R::TABLE)?;
        self.records.get(key.to_bytes(), |key| Ok(tree.sled.get(key)?))
    }
}
