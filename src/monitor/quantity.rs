//! Each figure that is one number: what it is called, and how it is written.

use super::figures::Figures;

/// What stands where nothing is known.
pub const UNKNOWN: &str = "–";

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Things a second.
    PerSecond,
    /// Milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// A share, 0..=1.
    Share,
    /// Cores of the processor.
    Cores,
    /// Seconds, as long as they may be.
    Seconds,
}

/// How a longer time is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// By the mean of its intervals, each as heavy as it was long.
    Mean,
    /// By the sum of its intervals.
    Sum,
    /// By looking at all of it at once: percentiles of percentiles mean nothing.
    Whole,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// Its name in reports for programs.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// How a longer time is summed up.
    pub over: Over,
    /// Where it stands.
    pub read: fn(&Figures) -> Option<f64>,
    /// The least that a chart reaches up to, so that what is small looks small.
    pub scale: f64,
}

macro_rules! quantities {
    ($($name:ident: $title:literal, $unit:ident, $over:ident, $scale:literal, $read:expr;)*) => {
        /// Every figure that is one number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is said by its title below")]
        #[expect(non_camel_case_types, reason = "they are the keys in reports")]
        pub enum Figure { $($name),* }

        /// All of them, in the order in which they are shown.
        pub const QUANTITIES: &[Quantity] = &[$(Quantity {
            key: stringify!($name), title: $title, unit: Unit::$unit, over: Over::$over, scale: $scale, read: $read,
        }),*];
    };
}

quantities! {
    requests_per_second: "requests", PerSecond, Mean, 10.0, |of| of.http.requests_per_second;
    in_flight: "in flight", Count, Mean, 4.0, |of| of.http.in_flight;
    mean_ms: "mean", Milliseconds, Whole, 5.0, |of| of.http.mean_ms;
    p50_ms: "p50", Milliseconds, Whole, 5.0, |of| of.http.p50_ms;
    p95_ms: "p95", Milliseconds, Whole, 5.0, |of| of.http.p95_ms;
    p99_ms: "p99", Milliseconds, Whole, 5.0, |of| of.http.p99_ms;
    error_share: "errors (5xx)", Share, Whole, 0.01, |of| of.http.error_share;
    refused: "refused", Count, Sum, 1.0, Figures::refused;
    sockets: "sockets", Count, Mean, 10.0, |of| of.chat.sockets;
    messages_per_second: "messages", PerSecond, Mean, 10.0, |of| of.chat.messages_per_second;
    deliveries_per_second: "deliveries", PerSecond, Mean, 10.0, |of| of.chat.deliveries_per_second;
    delay_p50_ms: "delay p50", Milliseconds, Whole, 5.0, |of| of.chat.delay_p50_ms;
    delay_p95_ms: "delay p95", Milliseconds, Whole, 5.0, |of| of.chat.delay_p95_ms;
    queue_bytes: "queued", Bytes, Mean, 1024.0, |of| of.chat.queue_bytes;
    slow_readers: "cut off", Count, Sum, 1.0, |of| of.chat.slow_readers;
    commits_per_second: "commits", PerSecond, Mean, 10.0, |of| of.store.commits_per_second;
    group_size: "group size", Count, Whole, 2.0, |of| of.store.group_size;
    commit_queue: "writes waiting", Count, Mean, 4.0, |of| of.store.commit_queue;
    fsync_mean_ms: "fsync mean", Milliseconds, Whole, 5.0, |of| of.store.fsync_mean_ms;
    fsync_p95_ms: "fsync p95", Milliseconds, Whole, 5.0, |of| of.store.fsync_p95_ms;
    journal_bytes: "journal", Bytes, Mean, 1024.0, |of| of.store.journal_bytes;
    store_bytes: "state", Bytes, Mean, 1024.0, |of| of.store.store_bytes;
    password_queue: "log-ins waiting", Count, Mean, 4.0, |of| of.passwords.queue;
    hashes_per_second: "hashes", PerSecond, Mean, 4.0, |of| of.passwords.hashes_per_second;
    hash_mean_ms: "hash mean", Milliseconds, Whole, 5.0, |of| of.passwords.hash_mean_ms;
    passwords_refused: "log-ins refused", Count, Sum, 1.0, |of| of.passwords.refused;
    cpu_cores: "cpu", Cores, Mean, 1.0, |of| of.process.cpu_cores;
    memory_bytes: "memory", Bytes, Mean, 1048576.0, |of| of.process.memory_bytes;
    open_files: "open files", Count, Mean, 10.0, |of| of.process.open_files;
}

impl Figure {
    /// What is known of it.
    #[must_use]
    pub const fn quantity(self) -> &'static Quantity {
        &QUANTITIES[self as usize]
    }

    /// It in `figures`, written for people.
    #[must_use]
    pub fn shown(self, figures: &Figures) -> String {
        let quantity = self.quantity();
        quantity.unit.shown((quantity.read)(figures))
    }
}

impl Unit {
    /// `value` with its unit, as short as it is still clear.
    #[must_use]
    pub fn shown(self, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| value.is_finite()) else { return UNKNOWN.to_owned() };
        match self {
            Self::Count => thousands(value),
            Self::PerSecond => format!("{}/s", thousands(value)),
            Self::Milliseconds if value >= 10_000.0 => format!("{:.1} s", value / 1000.0),
            Self::Milliseconds => format!("{} ms", rounded(value)),
            Self::Bytes => bytes(value),
            Self::Share => format!("{} %", rounded(value * 100.0)),
            Self::Cores => format!("{value:.2}"),
            Self::Seconds => duration(value),
        }
    }
}

/// Three digits, or as many as stand before the point.
fn rounded(value: f64) -> String {
    let size = value.abs();
    match () {
        () if size == 0.0 || size >= 99.95 => format!("{value:.0}"),
        () if size >= 9.995 => format!("{value:.1}"),
        () => format!("{value:.2}"),
    }
}

fn thousands(value: f64) -> String {
    match value.abs() {
        size if size >= 999_950.0 => format!("{} M", rounded(value / 1e6)),
        size if size >= 9_999.5 => format!("{} k", rounded(value / 1e3)),
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        size if size < 9.995 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn bytes(value: f64) -> String {
    let (mut value, mut unit) = (value, "B");
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if value.abs() < 1023.5 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    if unit == "B" { format!("{value:.0} B") } else { format!("{} {unit}", rounded(value)) }
}

/// The two largest parts: `3 d 4 h`, `12 min 5 s`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` ends at the bounds, which is right")]
fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let first = parts.iter().position(|(number, _)| *number > 0).unwrap_or(parts.len() - 1);
    let shown: Vec<_> = parts[first..].iter().take(2).map(|(number, unit)| format!("{number} {unit}")).collect();
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_have_their_unit() {
        let shown = |unit: Unit, value: f64| unit.shown(Some(value));
        assert_eq!(shown(Unit::Count, 0.0), "0");
        assert_eq!(shown(Unit::Count, 9_999.0), "9999");
        assert_eq!(shown(Unit::Count, 1.26), "1.3");
        assert_eq!(shown(Unit::PerSecond, 12_345.6), "12.3 k/s");
        assert_eq!(shown(Unit::PerSecond, 2_500_000.0), "2.50 M/s");
        assert_eq!(shown(Unit::Milliseconds, 0.123), "0.12 ms");
        assert_eq!(shown(Unit::Milliseconds, 412.4), "412 ms");
        assert_eq!(shown(Unit::Milliseconds, 12_345.0), "12.3 s");
        assert_eq!(shown(Unit::Bytes, 512.0), "512 B");
        assert_eq!(shown(Unit::Bytes, 1024.0 * 1024.0 * 3.5), "3.50 MiB");
        assert_eq!(shown(Unit::Share, 0.0417), "4.17 %");
        assert_eq!(shown(Unit::Share, 1.0), "100 %");
        assert_eq!(shown(Unit::Cores, 1.5), "1.50");
        assert_eq!(shown(Unit::Seconds, 273_600.0), "3 d 4 h");
        assert_eq!(shown(Unit::Seconds, 0.4), "0 s");
        assert_eq!(shown(Unit::Seconds, 125.0), "2 min 5 s");
    }

    #[test]
    fn what_is_unknown_is_no_nought() {
        assert_eq!(Unit::Count.shown(None), UNKNOWN);
        assert_eq!(Unit::Bytes.shown(Some(f64::NAN)), UNKNOWN);
        let unknown = Figures::default();
        assert!(QUANTITIES.iter().all(|quantity| (quantity.read)(&unknown).is_none()));
    }

    #[test]
    fn each_figure_is_in_its_place() {
        assert_eq!(Figure::requests_per_second.quantity().key, "requests_per_second");
        assert_eq!(Figure::open_files.quantity().key, "open_files");
        assert_eq!(Figure::open_files as usize + 1, QUANTITIES.len());
    }
}
