//! What is going on right now, for who looks on: a few numbers that all threads write.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hdrhistogram::{CreationError, Histogram};

use super::recorder::{in_microseconds, milliseconds};

/// Requests that may be under way at once in open loop, all people together.
pub const MOST_UNDER_WAY: usize = 10_000;

/// The numbers.
pub struct Live {
    done: AtomicU64,
    failed: AtomicU64,
    under_way: AtomicUsize,
    recent: Mutex<Histogram<u32>>,
}

impl Live {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// None with the bounds that are used here.
    pub fn new() -> Result<Self, CreationError> {
        Ok(Self {
            done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
            recent: Mutex::new(Histogram::new(2)?),
        })
    }

    /// Begins anew.
    pub fn reset(&self) {
        self.done.store(0, Ordering::Relaxed);
        self.failed.store(0, Ordering::Relaxed);
        self.p95();
    }

    /// Something was done; what failed has no `latency`.
    pub fn done(&self, latency: Option<Duration>) {
        self.done.fetch_add(1, Ordering::Relaxed);
        match latency {
            Some(latency) => {
                let latency = in_microseconds(latency).max(1);
                let _ = self.recent.lock().unwrap_or_else(PoisonError::into_inner).record(latency);
            }
            None => {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A step of getting ready was done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were done, and how many of them failed.
    pub fn counts(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }

    /// The 95th percentile in milliseconds since it was last asked for; `None` where nothing was done.
    pub fn p95(&self) -> Option<f64> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let p95 = (!recent.is_empty()).then(|| milliseconds(recent.value_at_quantile(0.95)));
        recent.reset();
        p95
    }

    /// A request begins; `false` where [`MOST_UNDER_WAY`] are under way already.
    pub fn begin(&self) -> bool {
        let has_room = self.under_way.fetch_add(1, Ordering::Relaxed) < MOST_UNDER_WAY;
        if !has_room {
            self.end();
        }
        has_room
    }

    /// A request that had begun has ended.
    pub fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_under_way_and_no_more() {
        let live = Live::new().unwrap();
        assert!((0..MOST_UNDER_WAY).all(|_| live.begin()));
        assert!(!live.begin() && !live.begin());
        live.end();
        assert!(live.begin() && !live.begin());
    }

    #[test]
    fn p95_is_of_what_came_since_it_was_asked_for() {
        let live = Live::new().unwrap();
        live.done(Some(Duration::from_millis(40)));
        live.done(None);
        assert!(live.p95().is_some_and(|p95| (39.0..41.0).contains(&p95)));
        assert_eq!((live.p95(), live.counts()), (None, (2, 1)));
        live.reset();
        assert_eq!(live.counts(), (0, 0));
    }
}
