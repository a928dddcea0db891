//! Counting calls and how long they took, and what the figures are in the end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hdrhistogram::{CreationError, Histogram};

use super::outcome::{Call, Figures, Latency, Second};

/// The longest that is told from longer, in microseconds: two minutes.
const LONGEST: u64 = 120_000_000;

/// Points of a curve, and how many of them there are for each factor of ten towards 1.
const POINTS: (u32, f64) = (60, 15.0);

/// A call that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What it was.
    pub call: Call,
    /// When it should have been sent: in closed loop, when it was.
    pub due: Instant,
    /// When it was sent.
    pub sent: Instant,
    /// When all of its answer was there.
    pub ended: Instant,
    /// Why it did not succeed.
    pub failed: Option<String>,
}

/// Calls of one kind.
#[derive(Clone, Debug)]
struct Kind {
    calls: u64,
    failed: u64,
    errors: BTreeMap<String, u64>,
    latency: Histogram<u64>,
}

/// A second of a level.
#[derive(Clone, Debug)]
struct Slice {
    calls: u64,
    failed: u64,
    latency: Histogram<u32>,
}

/// What one thread counts.
#[derive(Clone, Debug)]
pub struct Recorder {
    /// When the level began.
    origin: Instant,
    kinds: BTreeMap<Call, Kind>,
    /// From when each call was due, of all kinds but logging in.
    due: Histogram<u64>,
    seconds: Vec<Slice>,
    nothing: (Kind, Slice),
}

/// A histogram of microseconds, with three digits.
///
/// # Errors
///
/// None with these bounds.
pub fn microseconds() -> Result<Histogram<u64>, CreationError> {
    Histogram::new_with_bounds(1, LONGEST, 3)
}

/// A time in whole microseconds.
pub fn in_microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Recorder {
    /// One for a level that begins at `origin`.
    ///
    /// # Errors
    ///
    /// None with the bounds that are used here.
    pub fn new(origin: Instant) -> Result<Self, CreationError> {
        let kind = Kind { calls: 0, failed: 0, errors: BTreeMap::new(), latency: microseconds()? };
        // One for each second is kept, so they are small, with two digits, and grow when they must.
        let slice = Slice { calls: 0, failed: 0, latency: Histogram::new(2)? };
        let due = microseconds()?;
        Ok(Self { origin, kinds: BTreeMap::new(), due, seconds: Vec::new(), nothing: (kind, slice) })
    }

    /// The level begins at `origin`: seconds count from there. Log-ins, which come before, have none.
    pub const fn begin(&mut self, origin: Instant) {
        self.origin = origin;
    }

    /// Counts a call.
    pub fn record(&mut self, ended: Ended) {
        let Ended { call, due, sent, ended, failed } = ended;
        let seen = in_microseconds(ended.saturating_duration_since(sent));
        let (nothing, empty) = (&self.nothing.0, &self.nothing.1);
        let kind = self.kinds.entry(call).or_insert_with(|| nothing.clone());
        let succeeded = failed.is_none();
        kind.calls += 1;
        match failed {
            None => kind.latency.saturating_record(seen),
            Some(why) => {
                kind.failed += 1;
                *kind.errors.entry(why).or_default() += 1;
            }
        }
        if call == Call::LogIn {
            return;
        }
        let since_due = in_microseconds(ended.saturating_duration_since(due));
        let second = usize::try_from(ended.saturating_duration_since(self.origin).as_secs()).unwrap_or(0);
        if self.seconds.len() <= second {
            self.seconds.resize(second + 1, empty.clone());
        }
        let slice = &mut self.seconds[second];
        slice.calls += 1;
        if succeeded {
            self.due.saturating_record(since_due);
            // Saturating would panic where it grows; longer than what is told apart is counted as that.
            let _ = slice.latency.record(since_due.clamp(1, LONGEST));
        } else {
            slice.failed += 1;
        }
    }

    /// Adds what another thread counted.
    pub fn add(&mut self, other: &Self) {
        for (call, counted) in &other.kinds {
            let nothing = &self.nothing.0;
            let kind = self.kinds.entry(*call).or_insert_with(|| nothing.clone());
            kind.calls += counted.calls;
            kind.failed += counted.failed;
            for (why, count) in &counted.errors {
                *kind.errors.entry(why.clone()).or_default() += count;
            }
            // All have the same bounds, so this cannot fail.
            let _ = kind.latency.add(&counted.latency);
        }
        let _ = self.due.add(&other.due);
        if self.seconds.len() < other.seconds.len() {
            self.seconds.resize(other.seconds.len(), self.nothing.1.clone());
        }
        for (slice, counted) in self.seconds.iter_mut().zip(&other.seconds) {
            slice.calls += counted.calls;
            slice.failed += counted.failed;
            let _ = slice.latency.add(&counted.latency);
        }
    }

    /// Calls but for logging in.
    pub fn calls(&self) -> u64 {
        self.kinds.iter().filter(|(call, _)| **call != Call::LogIn).map(|(_, kind)| kind.calls).sum()
    }

    /// All calls together but for logging in; latencies count from when a call was due.
    ///
    /// With an `interval`, the usual time from one call of a person to their next, they are corrected for coordinated
    /// omission: somebody who waits for an answer sends nothing meanwhile, so a server that stands still for a second would
    /// be charged with one slow call for each person and not with all those that would have come. For each latency above
    /// the interval, `HdrHistogram` adds the ones that those calls would have had (latency − interval, latency −
    /// 2·interval, …): `copyCorrectedForCoordinatedOmission` of Gil Tene's `HdrHistogram`, described in his talk "How NOT to
    /// Measure Latency". In open loop nothing is omitted, and there is nothing to correct.
    pub fn all(&self, interval: Option<Duration>) -> Figures {
        let mut all = Figures::default();
        for (_, kind) in self.kinds.iter().filter(|(call, _)| **call != Call::LogIn) {
            all.calls += kind.calls;
            all.failed += kind.failed;
            for (why, count) in &kind.errors {
                *all.errors.entry(why.clone()).or_default() += count;
            }
        }
        all.latency = match interval.map(in_microseconds) {
            Some(interval) if interval > 0 => latency(&self.due.clone_correct(interval)),
            _ => latency(&self.due),
        };
        all
    }

    /// The latencies of all calls but logging in, from when they were sent.
    pub fn uncorrected(&self) -> Latency {
        let mut all = self.nothing.0.latency.clone();
        for (_, kind) in self.kinds.iter().filter(|(call, _)| **call != Call::LogIn) {
            let _ = all.add(&kind.latency);
        }
        latency(&all)
    }

    /// Each kind of call.
    pub fn by_call(&self) -> BTreeMap<Call, Figures> {
        let figures = |kind: &Kind| Figures {
            calls: kind.calls,
            failed: kind.failed,
            errors: kind.errors.clone(),
            latency: latency(&kind.latency),
        };
        self.kinds.iter().map(|(call, kind)| (*call, figures(kind))).collect()
    }

    /// Each second, without what the machine used in it.
    #[expect(clippy::cast_precision_loss, reason = "a level has some thousand seconds")]
    pub fn timeline(&self) -> Vec<Second> {
        let quantile = |slice: &Slice, share| milliseconds(slice.latency.value_at_quantile(share));
        let second = |(at, slice): (usize, &Slice)| Second {
            at: at as f64,
            calls: slice.calls,
            failed: slice.failed,
            p50: quantile(slice, 0.5),
            p95: quantile(slice, 0.95),
            ..Second::default()
        };
        self.seconds.iter().enumerate().map(second).collect()
    }
}

/// What a histogram of microseconds says.
pub fn latency(histogram: &Histogram<u64>) -> Latency {
    if histogram.is_empty() {
        return Latency::default();
    }
    let at = |share: f64| milliseconds(histogram.value_at_quantile(share));
    let share = |point: u32| 1.0 - 10_f64.powf(-f64::from(point) / POINTS.1);
    Latency {
        mean: histogram.mean() / 1000.0,
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        p999: at(0.999),
        max: milliseconds(histogram.max()),
        curve: (0..=POINTS.0).map(share).map(|share| (share, at(share))).collect(),
    }
}

/// Microseconds in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "two minutes are far below 2^52 µs")]
pub const fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn ended(call: Call, due: Instant, wait: Duration, took: Duration) -> Ended {
        Ended { call, due, sent: due + wait, ended: due + wait + took, failed: None }
    }

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() <= expected * 0.002
    }

    #[test]
    fn failures_are_counted_by_reason_and_not_timed() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start).unwrap();
        recorder.record(ended(Call::Posts, start, Duration::ZERO, 10 * MS));
        for why in ["503 overloaded", "503 overloaded", "timeout"] {
            let slow = ended(Call::Posts, start, Duration::ZERO, 5000 * MS);
            recorder.record(Ended { failed: Some(why.into()), ..slow });
        }
        let all = recorder.all(None);
        assert_eq!((all.calls, all.failed), (4, 3));
        assert_eq!(all.errors, BTreeMap::from([("503 overloaded".to_owned(), 2), ("timeout".to_owned(), 1)]));
        assert!(near(all.latency.max, 10.0), "{:?}", all.latency.max);
        assert!((all.success() - 0.25).abs() < 1e-9);
    }

    #[test]
    fn logging_in_is_a_kind_of_its_own_and_in_nothing_else() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start).unwrap();
        recorder.record(ended(Call::LogIn, start, Duration::ZERO, 900 * MS));
        recorder.record(ended(Call::Like, start, Duration::ZERO, 3 * MS));
        assert_eq!((recorder.all(None).calls, recorder.calls()), (1, 1));
        assert!(near(recorder.uncorrected().max, 3.0));
        assert!(near(recorder.by_call()[&Call::LogIn].latency.p50, 900.0));
        assert_eq!(recorder.timeline().iter().map(|second| second.calls).sum::<u64>(), 1);
    }

    #[test]
    fn what_a_held_person_would_have_sent_is_in_the_corrected_figures() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start).unwrap();
        // 99 calls of 10 ms, and one that stood still for a second: at one call each 10 ms, 99 more would have waited.
        for number in 0..99 {
            recorder.record(ended(Call::Posts, start + number * 10 * MS, Duration::ZERO, 10 * MS));
        }
        recorder.record(ended(Call::Posts, start + 990 * MS, Duration::ZERO, 1000 * MS));
        let (all, seen) = (recorder.all(Some(10 * MS)), recorder.uncorrected());
        assert_eq!(all.calls, 100, "calls that were not made are not counted");
        assert!(near(seen.p95, 10.0), "{seen:?}");
        assert!(near(all.latency.p95, 910.0) && near(all.latency.max, 1000.0), "{:?}", all.latency);
        assert!(near(recorder.all(None).latency.p95, 10.0), "without an interval nothing is corrected");
    }

    #[test]
    fn a_call_that_was_sent_late_counts_from_when_it_was_due() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start).unwrap();
        recorder.record(ended(Call::Health, start, 40 * MS, 2 * MS));
        assert!(near(recorder.all(None).latency.max, 42.0));
        assert!(near(recorder.uncorrected().max, 2.0));
    }

    #[test]
    fn threads_add_up_and_seconds_keep_their_place() {
        let start = Instant::now();
        let (mut one, mut other) = (Recorder::new(start).unwrap(), Recorder::new(start).unwrap());
        one.record(ended(Call::Posts, start, Duration::ZERO, 5 * MS));
        other.record(ended(Call::Posts, start + 2500 * MS, Duration::ZERO, 7 * MS));
        let late = ended(Call::Like, start + 2500 * MS, Duration::ZERO, 7 * MS);
        other.record(Ended { failed: Some("x".into()), ..late });
        one.add(&other);
        let timeline = one.timeline();
        let counts: Vec<_> = timeline.iter().map(|second| (second.at, second.calls, second.failed)).collect();
        assert_eq!(counts, [(0.0, 1, 0), (1.0, 0, 0), (2.0, 2, 1)]);
        assert!((6.9..7.2).contains(&timeline[2].p95), "{timeline:?}");
        assert_eq!((one.calls(), one.all(None).failed), (3, 1));
    }

    #[test]
    fn a_curve_ascends_and_is_dense_towards_one() {
        let mut histogram = microseconds().unwrap();
        (1..=10_000).for_each(|value| histogram.saturating_record(value * 10));
        let latency = latency(&histogram);
        assert!(latency.curve.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
        assert!(latency.curve.iter().all(|(share, _)| (0.0..1.0).contains(share)));
        assert!(latency.curve.iter().filter(|(share, _)| *share >= 0.9).count() > 40);
        assert!(near(latency.p50, 50.0) && near(latency.p99, 99.0) && near(latency.mean, 50.0), "{latency:?}");
    }
}
