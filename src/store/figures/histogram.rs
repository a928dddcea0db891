//! How values are spread: how many of them were at most each of some bounds.
//!
//! prometheus-client has a histogram too, which takes a lock for each value and does not tell what is in it; what is
//! measured here is also shown by the server itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::{MetricType, TypedMetric};

use super::count::Parts;

/// Bounds of durations, in nanoseconds: 0.1 ms to 10 s.
const DURATIONS: &[u64] = &[
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// Bounds of sizes.
const SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// The most bounds, and one place for what is above them all.
const PLACES: usize = DURATIONS.len() + 1;

/// What the values are.
#[derive(Clone, Copy, Debug)]
struct Scale {
    bounds: &'static [u64],
    /// How many of the numbers that are counted make one of those that are shown.
    unit: f64,
}

impl Scale {
    const DURATIONS: Self = Self { bounds: DURATIONS, unit: 1e9 };
    const SIZES: Self = Self { bounds: SIZES, unit: 1.0 };

    /// The bound of a place, in what is shown.
    fn bound(&self, place: usize) -> f64 {
        self.bounds.get(place).map_or(f64::INFINITY, |bound| *bound as f64 / self.unit)
    }
}

#[derive(Debug, Default)]
struct Counts {
    places: [AtomicU64; PLACES],
    sum: AtomicU64,
}

/// Counts values by size, from as many threads as there are. Clones share it.
#[derive(Clone, Debug)]
pub struct Histogram {
    scale: Scale,
    parts: Arc<Parts<Counts>>,
}

impl Histogram {
    /// One of durations, which is shown in seconds.
    pub fn of_durations() -> Self {
        Self { scale: Scale::DURATIONS, parts: Arc::default() }
    }

    /// One of sizes from 1 to 1024.
    pub fn of_sizes() -> Self {
        Self { scale: Scale::SIZES, parts: Arc::default() }
    }

    /// Counts a value: a size, or nanoseconds.
    pub fn count(&self, value: u64) {
        let place = self.scale.bounds.partition_point(|bound| *bound < value);
        let counts = self.parts.own();
        counts.places[place].fetch_add(1, Ordering::Relaxed);
        counts.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// Counts a duration.
    pub fn took(&self, duration: Duration) {
        self.count(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Does something, and counts how long it took.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.took(began.elapsed());
        done
    }

    /// What was counted so far.
    pub fn now(&self) -> Distribution {
        let mut now = Distribution { scale: self.scale, places: [0; PLACES], sum: 0 };
        for counts in self.parts.all() {
            for (sum, place) in now.places.iter_mut().zip(&counts.places) {
                *sum += place.load(Ordering::Relaxed);
            }
            now.sum = now.sum.wrapping_add(counts.sum.load(Ordering::Relaxed));
        }
        now
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        let now = self.now();
        let places = 0..=self.scale.bounds.len();
        let buckets: Vec<_> = places.map(|place| (self.scale.bound(place), now.places[place])).collect();
        encoder.encode_histogram::<NoLabelSet>(now.sum(), now.count(), &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

/// What a histogram had counted at one moment, or between two. Durations are in seconds.
#[derive(Clone, Debug)]
pub struct Distribution {
    scale: Scale,
    places: [u64; PLACES],
    sum: u64,
}

impl Distribution {
    /// The same with nothing counted.
    #[must_use]
    pub const fn none(&self) -> Self {
        Self { scale: self.scale, places: [0; PLACES], sum: 0 }
    }

    /// What was counted since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let places = std::array::from_fn(|place| self.places[place].saturating_sub(earlier.places[place]));
        Self { scale: self.scale, places, sum: self.sum.saturating_sub(earlier.sum) }
    }

    /// This and `other` together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let places = std::array::from_fn(|place| self.places[place] + other.places[place]);
        Self { scale: self.scale, places, sum: self.sum.wrapping_add(other.sum) }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.places.iter().sum()
    }

    /// The sum of all values.
    pub fn sum(&self) -> f64 {
        self.sum as f64 / self.scale.unit
    }

    /// The mean of all values; `None` where there are none.
    pub fn mean(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.sum() / self.count() as f64)
    }

    /// What the share `share` (0..=1) of all values do not exceed, values taken as spread evenly between two bounds;
    /// `None` where there are none. Above the last bound it is that bound.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let wanted = self.count() as f64 * share;
        let (mut low, mut below) = (0.0, 0.0);
        for (place, count) in self.places.iter().enumerate() {
            let (bound, count) = (self.scale.bound(place), *count as f64);
            if count > 0.0 && below + count >= wanted {
                return Some(if bound.is_finite() { low + (bound - low) * (wanted - below) / count } else { low });
            }
            below += count;
            low = if bound.is_finite() { bound } else { low };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_at_the_first_bound_that_they_do_not_exceed() {
        let sizes = Histogram::of_sizes();
        for size in [1, 2, 3, 4, 1024, 1025, u64::from(u32::MAX)] {
            sizes.count(size);
        }
        let now = sizes.now();
        assert_eq!(now.places[..4], [1, 1, 2, 0]);
        assert_eq!(now.places[10..13], [1, 2, 0]);
        assert_eq!(now.count(), 7);
        let durations = Histogram::of_durations();
        durations.took(Duration::from_micros(100));
        durations.took(Duration::from_micros(101));
        durations.took(Duration::from_secs(10));
        durations.took(Duration::from_secs(11));
        let now = durations.now();
        assert_eq!((now.places[0], now.places[1], now.places[15], now.places[16]), (1, 1, 1, 1));
        assert!((now.sum() - 21.000_201).abs() < 1e-9, "{}", now.sum());
    }

    #[test]
    fn quantiles_lie_between_the_bounds_that_they_were_counted_at() {
        let durations = Histogram::of_durations();
        assert_eq!((durations.now().quantile(0.5), durations.now().mean()), (None, None));
        for _ in 0..100 {
            durations.took(Duration::from_millis(2));
        }
        let before = durations.now();
        assert_eq!(before.quantile(1.0), Some(0.0025));
        assert_eq!(before.quantile(0.5), Some(0.001 + 0.0015 / 2.0));
        assert!((before.mean().unwrap() - 0.002).abs() < 1e-12);
        for _ in 0..900 {
            durations.took(Duration::from_millis(70));
        }
        durations.took(Duration::from_secs(60));
        assert_eq!(durations.now().quantile(1.0), Some(10.0), "above the last bound it is that bound");
        let since = durations.now().since(&before);
        assert_eq!(since.count(), 901);
        assert!((0.05..=0.1).contains(&since.quantile(0.01).unwrap()));
        assert_eq!(since.and(&before).count(), durations.now().count());
    }

    #[test]
    fn threads_count_apart_and_nothing_is_lost() {
        let sizes = Histogram::of_sizes();
        std::thread::scope(|scope| {
            for _ in 0..9 {
                scope.spawn(|| (0..500).for_each(|_| sizes.count(3)));
            }
        });
        assert_eq!((sizes.now().count(), sizes.now().mean()), (4500, Some(3.0)));
    }
}
