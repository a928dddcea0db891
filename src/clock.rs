//! Time as Hearth tells and stores it: UTC milliseconds, handed in wherever a test would want to hold it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::store::key::{Key, KeyError};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `ms` milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment, moved into the future by `by`.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long it is from this moment to `later`; nothing where that is over.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// This moment, moved into the past by `by`.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with exactly three digits of a second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{moment:.3}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// RFC 3339 with at most three digits of a second.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| TimeError)?;
        if moment.subsec_nanosecond() % 1_000_000 == 0 { Ok(Self(moment.as_millisecond())) } else { Err(TimeError) }
    }
}

/// A text that is not a moment as Hearth tells it.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("expected a time such as 2026-11-23T08:11:00.000Z")]
pub struct TimeError;

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339 in UTC with milliseconds"))
            .examples(["2026-11-23T08:11:00.000Z"])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

impl Key for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        i64::read(input).map(Self)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// How long it is since some moment that never changes; unlike the present moment it never goes back, whatever is
    /// done to the machine's clock.
    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now().millis()).unwrap_or(0))
    }
}

/// The machine's own clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGAN.elapsed()
    }
}

/// The machine's clock for a server: it never goes back while the process runs, however the machine's is set.
///
/// What ends at some moment ends no later than it was meant to, and what is written later has a later time. So where the
/// machine's clock is set back, this one goes on at its own pace, and takes the machine's time again with the next start,
/// or once that has caught up. Where the machine's clock is set forward (or the machine slept), this one follows.
#[derive(Debug)]
pub struct SteadyClock {
    start: Instant,
    steady: Steady,
}

impl Default for SteadyClock {
    fn default() -> Self {
        Self { start: Instant::now(), steady: Steady::default() }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp(self.steady.at(SystemClock.now().0, elapsed))
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// How much later than this the machine's clock may be before that is worth a warning, in milliseconds.
const WORTH_SAYING: i64 = 10_000;

/// The greatest difference ever seen between a clock that can be set and one that only measures.
#[derive(Debug)]
struct Steady {
    ahead: AtomicI64,
    was_back: AtomicBool,
}

impl Default for Steady {
    fn default() -> Self {
        Self { ahead: AtomicI64::new(i64::MIN), was_back: AtomicBool::new(false) }
    }
}

impl Steady {
    /// The time where one clock shows `shown` and `elapsed` was measured by the other, both in milliseconds.
    fn at(&self, shown: i64, elapsed: i64) -> i64 {
        let ahead = shown.saturating_sub(elapsed);
        let most = self.ahead.fetch_max(ahead, Ordering::SeqCst).max(ahead);
        let back = most.saturating_sub(ahead);
        let is_back = back > WORTH_SAYING;
        if is_back != self.was_back.swap(is_back, Ordering::SeqCst) && is_back {
            log::warn!(
                "the machine's clock was set back by {} s: Hearth goes on without it, so that nothing lasts longer than \
                 it should and what is newer looks newer. Start Hearth again to take the machine's time",
                back / 1000
            );
        }
        elapsed.saturating_add(most)
    }
}

/// A clock that stands still until it is moved: for tests, and for demo data that happened in the past.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `start`.
    pub const fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Makes the clock show `moment`, earlier or later.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.0, Ordering::SeqCst);
    }

    /// Moves the clock forward by `by`.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_clock_goes_on_when_the_other_goes_back_and_follows_when_it_goes_forward() {
        const HOUR: i64 = 3_600_000;
        let steady = Steady::default();
        assert_eq!(steady.at(10 * HOUR, 5), 10 * HOUR);
        assert_eq!(steady.at(9 * HOUR, 15), 10 * HOUR + 10);
        assert_eq!(steady.at(9 * HOUR + 1000, 1015), 10 * HOUR + 1010);
        assert_eq!(steady.at(34 * HOUR, 1025), 34 * HOUR);
        assert_eq!(steady.at(10 * HOUR, 1035), 34 * HOUR + 10);
        assert_eq!(steady.at(35 * HOUR, 1045), 35 * HOUR);
        assert!(steady.at(i64::MIN, i64::MAX) > 35 * HOUR && steady.at(i64::MAX, 0) == i64::MAX);
    }

    #[test]
    fn times_are_rfc_3339_with_milliseconds() {
        assert_eq!(Timestamp::from_millis(1_795_421_460_000).to_string(), "2026-11-23T08:11:00.000Z");
        assert_eq!(Timestamp::from_millis(1_795_421_460_007).to_string(), "2026-11-23T08:11:00.007Z");
    }

    #[test]
    fn times_read_back_and_nothing_is_rounded() {
        for millis in [-1, 0, 1_795_421_460_007, 253_402_300_799_999, -377_705_116_799_999] {
            assert_eq!(Timestamp::from_millis(millis).to_string().parse(), Ok(Timestamp::from_millis(millis)));
        }
        for wrong in ["", "now", "2026-11-23", "2026-11-23T08:11:00.0001Z", "2026-13-23T08:11:00Z", "1795421460007"] {
            assert_eq!(wrong.parse::<Timestamp>(), Err(TimeError), "{wrong}");
        }
    }
}
