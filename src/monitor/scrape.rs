//! Reading what a server's `/metrics` says: the OpenMetrics text format, as far as counters, gauges and histograms go.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use awc::http::StatusCode;
use thiserror::Error;

/// How long the whole answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest answer that is read, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Why there are no figures. Each message says what to do next.
#[derive(Debug, Error)]
pub enum ScrapeError {
    /// Nobody answered.
    #[error("{url} gave no answer ({cause}): is `hearth serve` running there?")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// What went wrong.
        cause: String,
    },
    /// Something else than the figures was answered.
    #[error("{url} answered {status}: figures are given to this machine, or to who knows the setting metrics_token")]
    Refused {
        /// What was asked.
        url: String,
        /// What was answered.
        status: StatusCode,
    },
    /// A line of the answer cannot be understood.
    #[error("line {line} is not a figure: {text:?}; does a Hearth answer there?")]
    Unreadable {
        /// Its number, from 1.
        line: usize,
        /// The line.
        text: String,
    },
}

/// One number with its name and labels.
#[derive(Clone, Debug, PartialEq)]
struct Series {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Series {
    fn fits(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        self.name == name && labels.iter().all(|(label, value)| self.labels.get(*label).is_some_and(|has| has == value))
    }
}

/// All figures of a server at one moment.
#[derive(Clone, Debug)]
pub struct Scrape {
    /// When they were read.
    pub at: Instant,
    series: Vec<Series>,
}

/// Asks the server at `base` (such as `http://127.0.0.1:8080`) for its figures.
///
/// # Errors
///
/// [`ScrapeError`].
pub async fn fetch(client: &awc::Client, base: &str, token: Option<&str>) -> Result<Scrape, ScrapeError> {
    let url = format!("{}/metrics", base.trim_end_matches('/'));
    let no_answer = |cause: String| ScrapeError::NoAnswer { url: url.clone(), cause };
    let mut request = client.get(&url).timeout(PATIENCE);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let mut response = request.send().await.map_err(|error| no_answer(error.to_string()))?;
    if response.status() != StatusCode::OK {
        return Err(ScrapeError::Refused { status: response.status(), url });
    }
    let body = response.body().limit(MAX_BYTES).await.map_err(|error| no_answer(error.to_string()))?;
    Scrape::parse(&String::from_utf8_lossy(&body))
}

impl Scrape {
    /// The figures in `text`.
    ///
    /// # Errors
    ///
    /// [`ScrapeError::Unreadable`].
    pub fn parse(text: &str) -> Result<Self, ScrapeError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let read = |(number, line): (usize, &str)| {
            series(line).ok_or_else(|| ScrapeError::Unreadable { line: number + 1, text: line.to_owned() })
        };
        Ok(Self { at: Instant::now(), series: lines.map(read).collect::<Result<_, _>>()? })
    }

    /// The sum of all series called `name` that have these labels; `None` where there are none.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut values = self.series.iter().filter(|series| series.fits(name, labels)).map(|series| series.value);
        values.next().map(|first| first + values.sum::<f64>())
    }

    /// The values that `label` has among the series called `name`.
    pub fn values_of(&self, name: &str, label: &str) -> Vec<String> {
        let named = self.series.iter().filter(|series| series.name == name);
        let mut values: Vec<_> = named.filter_map(|series| series.labels.get(label).cloned()).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// The histogram `name`, all series that have these labels added up.
    pub fn histogram(&self, name: &str, labels: &[(&str, &str)]) -> Buckets {
        let bucket = format!("{name}_bucket");
        let mut counts: Vec<(f64, f64)> = Vec::new();
        for series in self.series.iter().filter(|series| series.fits(&bucket, labels)) {
            let Some(bound) = series.labels.get("le").and_then(|bound| bound.parse::<f64>().ok()) else { continue };
            match counts.iter_mut().find(|(known, _)| known.total_cmp(&bound).is_eq()) {
                Some((_, count)) => *count += series.value,
                None => counts.push((bound, series.value)),
            }
        }
        counts.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        Buckets { counts, sum: self.value(&format!("{name}_sum"), labels).unwrap_or(0.0) }
    }
}

/// One line: `name{label="value",…} number`, what may follow left out.
fn series(line: &str) -> Option<Series> {
    let (name, rest) = line.split_at(line.find(['{', ' '])?);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => labels(inside)?,
        None => (BTreeMap::new(), rest),
    };
    let value = match rest.split_whitespace().next()? {
        "+Inf" => f64::INFINITY,
        number => number.parse().ok()?,
    };
    Some(Series { name: name.to_owned(), labels, value })
}

/// Labels up to the closing brace, and what comes after it.
fn labels(mut rest: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(',');
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (label, quoted) = rest.split_once("=\"")?;
        let (mut value, mut escaped, mut end) = (String::new(), false, None);
        for (at, c) in quoted.char_indices() {
            match c {
                _ if escaped => {
                    value.push(if c == 'n' { '\n' } else { c });
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    end = Some(at + 1);
                    break;
                }
                _ => value.push(c),
            }
        }
        labels.insert(label.to_owned(), value);
        rest = &quoted[end?..];
    }
}

/// A histogram: how many values were at most each bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    /// Bounds, ascending, each with the number of values up to it. The last bound is infinite.
    counts: Vec<(f64, f64)>,
    sum: f64,
}

impl Buckets {
    /// What was added since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let before = |bound: f64| earlier.counts.iter().find(|(known, _)| known.total_cmp(&bound).is_eq());
        let counts =
            self.counts.iter().map(|(bound, count)| (*bound, count - before(*bound).map_or(0.0, |known| known.1)));
        Self { counts: counts.collect(), sum: self.sum - earlier.sum }
    }

    /// How many values there are.
    pub fn count(&self) -> f64 {
        self.counts.last().map_or(0.0, |(_, count)| *count)
    }

    /// The sum of all values.
    pub const fn sum(&self) -> f64 {
        self.sum
    }

    /// The mean of all values; `None` where there are none.
    pub fn mean(&self) -> Option<f64> {
        (self.count() > 0.0).then(|| self.sum / self.count())
    }

    /// The value that the share `share` (0..=1) of all values do not exceed, taken as spread evenly within its bucket;
    /// `None` where there are none. Above the last finite bound it is that bound.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let wanted = self.count() * share;
        let (mut low, mut below) = (0.0, 0.0);
        for (bound, count) in &self.counts {
            if *count >= wanted && *count > below {
                let within = (wanted - below) / (count - below);
                return Some(if bound.is_finite() { low + (bound - low) * within } else { low });
            }
            (low, below) = (*bound, *count);
        }
        None
    }
}
