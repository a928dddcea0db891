//! What is: the trees in sled, the records cached over them, and the one door into both.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::batch::{Batch, Change};
use super::cache::RecordCache;
use super::catalog::Catalog;
use super::changes::Changes;
use super::codec;
use super::damage::Alarm;
use super::digest::Sums;
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
    /// There until it is dropped, as is `db`.
    meta: Option<sled::Tree>,
    records: RecordCache,
    /// Who hears of what is applied.
    pub(super) watchers: Watchers,
    /// The last frame that was applied, and the sums after it.
    so_far: Mutex<(u64, Sums)>,
    /// Who is told when it turns out that what sled holds is damaged.
    alarm: OnceLock<Alarm>,
    db: Option<sled::Db>,
}

/// How long sled's threads may take to end after it was closed.
const LET_GO: Duration = Duration::from_secs(30);

impl State {
    /// Opens or creates the trees of `catalog` in `dir`.
    pub(super) fn open(catalog: &Catalog, dir: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        Self::over(catalog, config(dir, cache_bytes).open()?, cache_bytes)
    }

    /// As [`State::open`], where this very process has just closed it: a thread of sled's own may still hold the lock of
    /// its file then, which is waited for.
    pub(super) fn open_again(catalog: &Catalog, dir: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let began = Instant::now();
        loop {
            match config(dir, cache_bytes).open() {
                Err(sled::Error::Io(error))
                    if error.to_string().contains("could not acquire lock") && began.elapsed() < LET_GO => {}
                opened => return Self::over(catalog, opened?, cache_bytes),
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn over(catalog: &Catalog, db: sled::Db, cache_bytes: u64) -> Result<Self, StoreError> {
        let mut trees = HashMap::new();
        for (name, is_table) in catalog.trees() {
            trees.insert(name, Tree { sled: db.open_tree(name)?, is_table, changes: Arc::default() });
        }
        let (meta, records) = (Some(db.open_tree(META)?), RecordCache::new(cache_bytes));
        let (watchers, so_far, alarm) = (Watchers::default(), Mutex::default(), OnceLock::new());
        Ok(Self { trees, meta, records, watchers, so_far, alarm, db: Some(db) })
    }

    /// How often the cache of records had what was looked for.
    pub(super) const fn cache_figures(&self) -> &CacheFigures {
        self.records.figures()
    }

    /// The only way into the state: the changes of the frame `applied.sequence`.
    ///
    /// A reader that follows an index must find the record, so records are put before index entries and removed
    /// after them. The frame's number goes in last. Then whoever watches hears of it. `adds` is what the changes add to
    /// the sums.
    pub(super) fn apply(&self, applied: Applied, batch: &Arc<Batch>, adds: Sums) -> Result<(), StoreError> {
        for (to_table, is_put) in [(true, true), (false, true), (false, false), (true, false)] {
            for change in batch.iter().filter(|change| change.value.is_some() == is_put) {
                let tree = self.tree(change.tree)?;
                if tree.is_table == to_table {
                    self.change(tree, change)?;
                }
            }
        }
        self.note(applied)?;
        {
            let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
            so_far.0 = applied.sequence;
            so_far.1 += adds;
        }
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

    /// The last frame that was applied, and the sums after it.
    pub(super) fn so_far(&self) -> (u64, Sums) {
        *self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says after which frame the state stands and what its sums are there.
    pub(super) fn stands(&self, sequence: u64, sums: Sums) {
        *self.so_far.lock().unwrap_or_else(PoisonError::into_inner) = (sequence, sums);
    }

    /// From now on, `alarm` is told of damage.
    pub(super) fn watch_for_damage(&self, alarm: Alarm) {
        // It is set once, when the store is opened.
        let _ = self.alarm.set(alarm);
    }

    /// Reads everything, and sums it up. Several trees are read at once.
    pub(super) fn sums(&self) -> Result<Sums, StoreError> {
        let trees: Vec<_> = self.trees.iter().collect();
        let next = AtomicUsize::new(0);
        let read_some = || {
            let mut sums = Sums::default();
            while let Some((name, tree)) = trees.get(next.fetch_add(1, Ordering::Relaxed)) {
                let digest = sums.of(tree.is_table);
                for entry in tree.sled.iter() {
                    let (key, value) = entry?;
                    digest.add(name, &key, &value);
                }
            }
            Ok(sums)
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read_some)).collect();
            let mut sums = Sums::default();
            for reader in readers {
                sums += reader.join().unwrap_or_else(|_| Err(panicked()))?;
            }
            Ok(sums)
        })
    }

    /// Writes into sled how far the state has come.
    pub(super) fn note(&self, applied: Applied) -> Result<(), StoreError> {
        let mut bytes = applied.sequence.to_be_bytes().to_vec();
        bytes.extend_from_slice(&applied.durable.to_be_bytes());
        self.meta()?.insert(APPLIED, bytes)?;
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
        let Some(bytes) = self.meta()?.get(APPLIED)? else { return Ok(Applied::default()) };
        let (sequence, durable) = <(u64, u64)>::from_bytes(&bytes).map_err(StoreError::bad_key(META))?;
        Ok(Applied { sequence, durable })
    }

    /// The latest changes of `tree`.
    pub(super) fn changes(&self, tree: &str) -> Result<&Arc<Changes>, StoreError> {
        Ok(&self.tree(tree)?.changes)
    }

    /// Hands everything that sled still holds back to the operating system. It is not yet on disk then.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.db.as_ref().map_or(Ok(0), |db| db.flush())?;
        Ok(())
    }

    /// The entries of `tree` within `range`, one at a time.
    pub(super) fn iter(
        &self,
        tree: &'static str,
        range: &Range,
    ) -> Result<Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_>, StoreError> {
        let Some(bounds) = range.bounds() else { return Ok(Box::new(std::iter::empty())) };
        let table = self.table_name(tree)?;
        let mut entries = self.tree(tree)?.sled.range(bounds);
        let backward = range.is_backward();
        let mut failed = false;
        Ok(Box::new(std::iter::from_fn(move || {
            if failed {
                return None;
            }
            let entry = self.sound(table, || {
                let entry = if backward { entries.next_back() } else { entries.next() };
                Ok(entry.transpose()?)
            });
            failed = entry.is_err();
            entry.map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec()))).transpose()
        })))
    }

    /// The name again where it is a table's: its values have checksums of their own.
    fn table_name(&self, name: &'static str) -> Result<Option<&'static str>, StoreError> {
        Ok(self.tree(name)?.is_table.then_some(name))
    }

    /// Whether `name` is a table's, and not an index's.
    pub(super) fn is_table(&self, name: &str) -> bool {
        self.trees.get(name).is_some_and(|tree| tree.is_table)
    }

    /// What `read` gives, whose last part is a value of `table`. sled panics on some damaged files where it should fail:
    /// here that is an error like any other, and the alarm is raised.
    fn sound<T: HasValue>(
        &self,
        table: Option<&'static str>,
        read: impl FnOnce() -> Result<Option<T>, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let checked = || {
            let found = read()?;
            if let (Some(found), Some(table)) = (&found, table) {
                codec::check(found.value()).map_err(|cause| StoreError::Damaged { table, cause })?;
            }
            Ok(found)
        };
        let result = catch_unwind(AssertUnwindSafe(checked)).unwrap_or_else(|_| Err(panicked()));
        if let (Err(error), Some(alarm)) = (&result, self.alarm.get()) {
            alarm.raise(error);
        }
        result
    }

    fn meta(&self) -> Result<&sled::Tree, StoreError> {
        self.meta.as_ref().ok_or_else(|| StoreError::Sled("it is closed".into()))
    }

    fn tree(&self, name: &str) -> Result<&Tree, StoreError> {
        self.trees.get(name).ok_or_else(|| StoreError::Sled(format!("'{name}' is not in the catalogue").into()))
    }
}

impl Drop for State {
    /// sled panics where it cannot sync its file while it is closed. Nothing depends on that sync: a start replays what
    /// came after the last checkpoint.
    fn drop(&mut self) {
        let sled = (std::mem::take(&mut self.trees), self.meta.take(), self.db.take());
        if catch_unwind(AssertUnwindSafe(move || drop(sled))).is_err() {
            log::error!("sled could not close its file in order: the next start replays what it lacks");
        }
    }
}

fn config(dir: &Path, cache_bytes: u64) -> sled::Config {
    sled::Config::new()
        .path(dir)
        .mode(sled::Mode::HighThroughput)
        .segment_size(SLED_SEGMENT_BYTES)
        .cache_capacity(cache_bytes)
        .flush_every_ms(None)
}

impl Read for State {
    fn value(&self, tree: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let (table, tree) = (self.table_name(tree)?, &self.tree(tree)?.sled);
        Ok(self.sound(table, || Ok(tree.get(key)?))?.map(|value| value.to_vec()))
    }

    fn entries(&self, tree: &'static str, range: &Range) -> Result<Vec<Entry>, StoreError> {
        self.iter(tree, range)?.take(range.size()).collect()
    }

    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        let tree = &self.tree(R::TABLE)?.sled;
        self.records.get(key.to_bytes(), |key| self.sound(Some(R::TABLE), || Ok(tree.get(key)?)))
    }
}

/// What ends with a value.
trait HasValue {
    fn value(&self) -> &[u8];
}

impl HasValue for sled::IVec {
    fn value(&self) -> &[u8] {
        self
    }
}

impl HasValue for (sled::IVec, sled::IVec) {
    fn value(&self) -> &[u8] {
        &self.1
    }
}

pub(super) fn panicked() -> StoreError {
    StoreError::Sled("it panicked".into())
}
