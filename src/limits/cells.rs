//! Where the limits keep what they know of each key, within a fixed amount of memory.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::nanos::Nanos;
use governor::state::StateStore;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

/// Keys that are known exactly; past them those are forgotten that were seen longest ago. Somebody with more addresses
/// than these has as many full budgets anyway, so forgetting gives them nothing more. Some 200 bytes each.
const MAX_KEYS: u64 = 50_000;

/// Places of a table whose keys share them.
const PLACES: usize = 16_384;

/// A key: an account's id, or the network of an address.
pub(super) type Key = u128;

/// For each key, when its budget is whole again.
pub(super) enum Cells {
    /// A place of its own for each key.
    Own(Cache<Key, Arc<AtomicU64>>),
    /// Places that keys are scattered over: two that meet share a budget, which matters little where it is large. It
    /// costs a hash and an atomic operation, which the reading of ready pages can bear.
    Shared(Box<[AtomicU64]>, RandomState),
}

impl Cells {
    /// Exact ones, which forget a key that was not seen for `idle`.
    pub(super) fn own(idle: Duration) -> Self {
        let cells = Cache::builder().max_capacity(MAX_KEYS).eviction_policy(EvictionPolicy::lru());
        Self::Own(cells.time_to_idle(idle).build())
    }

    /// Shared ones.
    pub(super) fn shared() -> Self {
        Self::Shared((0..PLACES).map(|_| AtomicU64::new(0)).collect(), RandomState::new())
    }
}

impl StateStore for Cells {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        match self {
            Self::Own(cells) => replace(&cells.get_with(*key, Arc::default), decide),
            Self::Shared(cells, hasher) => {
                let place = usize::try_from(hasher.hash_one(key) % PLACES as u64).unwrap_or(0);
                replace(&cells[place], decide)
            }
        }
    }
}

/// Nothing was seen where a cell is 0: what governor puts there is later than the beginning.
fn replace<T, E>(cell: &AtomicU64, decide: impl Fn(Option<Nanos>) -> Result<(T, Nanos), E>) -> Result<T, E> {
    let mut before = cell.load(Ordering::Acquire);
    loop {
        let (decided, after) = decide((before != 0).then(|| before.into()))?;
        match cell.compare_exchange_weak(before, after.into(), Ordering::Release, Ordering::Acquire) {
            Ok(_) => return Ok(decided),
            Err(changed) => before = changed,
        }
    }
}
