//! Numbers that many threads change at once without waiting for each other.
//!
//! A number that all threads change is one cache line that wanders from core to core. So each is kept in several parts,
//! a thread changes always the same one, and whoever reads adds them up.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// Most parts of a number.
const MAX_PARTS: usize = 64;

/// How many parts a number has, a power of two: several for each core, so that threads seldom share one.
static PARTS: LazyLock<usize> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (4 * cores).next_power_of_two().min(MAX_PARTS)
});

/// What is alone on its cache lines; processors fetch them in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

/// One `T` for each of a few groups of threads.
#[derive(Debug)]
pub(super) struct Parts<T>(Box<[Apart<T>]>);

impl<T: Default> Default for Parts<T> {
    fn default() -> Self {
        Self((0..*PARTS).map(|_| Apart::default()).collect())
    }
}

impl<T> Parts<T> {
    /// The part of this thread.
    pub(super) fn own(&self) -> &T {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: usize = THREADS.fetch_add(1, Ordering::Relaxed);
        }
        &self.0[THREAD.with(|thread| thread & (self.0.len() - 1))].0
    }

    /// All parts.
    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|apart| &apart.0)
    }
}

/// How often something happened. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Count(Arc<Parts<AtomicU64>>);

impl Count {
    /// It happened once more.
    pub fn one(&self) {
        self.add(1);
    }

    /// It happened `times` more.
    pub fn add(&self, times: u64) {
        self.0.own().fetch_add(times, Ordering::Relaxed);
    }

    /// How often it has happened.
    pub fn get(&self) -> u64 {
        self.0.all().fold(0, |sum, part| sum.wrapping_add(part.load(Ordering::Relaxed)))
    }
}

impl TypedMetric for Count {
    const TYPE: MetricType = MetricType::Counter;
}

impl EncodeMetric for Count {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        encoder.encode_counter::<NoLabelSet, _, u64>(&self.get(), None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

/// How many there are at present. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Level(Count);

impl Level {
    /// One more.
    pub fn up(&self) {
        self.0.one();
    }

    /// One less.
    pub fn down(&self) {
        // A part may go below zero where another thread has gone up: the sum is right.
        self.0.add(u64::MAX);
    }

    /// How many there are.
    pub fn get(&self) -> i64 {
        // While others change it, a change may be seen without one that came before it.
        self.0.get().cast_signed().max(0)
    }
}

impl TypedMetric for Level {
    const TYPE: MetricType = MetricType::Gauge;
}

impl EncodeMetric for Level {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        encoder.encode_gauge(&self.get())
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_threads_count_is_counted_once_each() {
        let (count, level) = (Count::default(), Level::default());
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        count.one();
                        level.up();
                    }
                });
            }
        });
        assert_eq!((count.get(), level.get()), (12_000, 12_000));
        // Others may take back what these put there.
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..4000).for_each(|_| level.down()));
            }
        });
        assert_eq!(level.get(), 0);
    }
}
