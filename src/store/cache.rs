//! Hot records, decoded: filled by reads, emptied by `apply`.

use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::StoreError;
use super::figures::CacheFigures;
use super::read::decoded;
use super::record::Record;

/// Locks that fills and changes of the same key meet at. More make two different keys meet less often.
const STRIPES: usize = 256;

/// What an entry costs beyond its record: the key, the shared pointer and moka's own bookkeeping, roughly, in bytes.
const OVERHEAD: usize = 200;

type RecordKey = (&'static str, Vec<u8>);

#[derive(Clone)]
struct Cached {
    record: Arc<dyn Any + Send + Sync>,
    bytes: u32,
}

/// A cache of decoded records, bounded in bytes.
pub(super) struct RecordCache {
    records: moka::sync::Cache<RecordKey, Cached>,
    stripes: Vec<Mutex<()>>,
    hasher: RandomState,
    figures: CacheFigures,
}

impl RecordCache {
    /// A cache of about `capacity` bytes.
    pub(super) fn new(capacity: u64) -> Self {
        Self {
            records: moka::sync::Cache::builder()
                .max_capacity(capacity)
                .weigher(|_, cached: &Cached| cached.bytes)
                .build(),
            stripes: (0..STRIPES).map(|_| Mutex::new(())).collect(),
            hasher: RandomState::new(),
            figures: CacheFigures::default(),
        }
    }

    /// How often it had what was looked for.
    pub(super) const fn figures(&self) -> &CacheFigures {
        &self.figures
    }

    /// The record under `key`, from the cache or else from `read`.
    ///
    /// A miss reads under the key's stripe, which a change of the key holds as well: otherwise a value read just
    /// before a change could be cached just after it, and stay.
    pub(super) fn get<R: Record>(
        &self,
        key: Vec<u8>,
        read: impl FnOnce(&[u8]) -> Result<Option<sled::IVec>, StoreError>,
    ) -> Result<Option<Arc<R>>, StoreError> {
        let key = (R::TABLE, key);
        if let Some(cached) = self.records.get(&key)
            && let Ok(record) = cached.record.downcast::<R>()
        {
            self.figures.hits.one();
            return Ok(Some(record));
        }
        self.figures.misses.one();
        let stripe = self.stripe(&key);
        let Some(bytes) = read(&key.1)? else { return Ok(None) };
        let record = decoded::<R>(&bytes)?;
        let cost = u32::try_from(OVERHEAD + key.1.len() + 2 * bytes.len()).unwrap_or(u32::MAX);
        self.records.insert(key, Cached { record: record.clone(), bytes: cost });
        drop(stripe);
        Ok(Some(record))
    }

    /// Does `change` to the stored value of `key`, with the cache unable to hold on to what was there before.
    pub(super) fn changing<T>(&self, table: &'static str, key: &[u8], change: impl FnOnce() -> T) -> T {
        let key = (table, key.to_vec());
        let stripe = self.stripe(&key);
        let done = change();
        self.records.invalidate(&key);
        drop(stripe);
        done
    }

    fn stripe(&self, key: &RecordKey) -> MutexGuard<'_, ()> {
        let hash = usize::try_from(self.hasher.hash_one(key) % STRIPES as u64).unwrap_or(0);
        self.stripes[hash].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
