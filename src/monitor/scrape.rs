//! Reading what a server's `/metrics` says: the OpenMetrics text format, as far as counters, gauges and histograms go.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use awc::http::StatusCode;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// How long the whole answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest answer that is read, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// How much of a line that cannot be understood is told, in characters.
const MAX_TOLD: usize = 60;

/// What the name of each of Hearth's own series begins with.
const OWN: &str = "hearth_";

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
    #[error("{url} answered {status}: {}", advice(*.status, *.token))]
    Refused {
        /// What was asked.
        url: String,
        /// What was answered.
        status: StatusCode,
        /// Whether a token was sent.
        token: bool,
    },
    /// A line of the answer cannot be understood.
    #[error("line {line} is not a figure: {text:?}; does a Hearth answer there?")]
    Unreadable {
        /// Its number, from 1.
        line: usize,
        /// The line's beginning.
        text: String,
    },
    /// There are figures, but none that a Hearth has.
    #[error("{url} has no figures of a Hearth: does a Hearth answer there?")]
    NotHearth {
        /// What was asked.
        url: String,
    },
}

/// What to do about an answer that is not the figures.
fn advice(status: StatusCode, token: bool) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if token => {
            "the token is not the one in that server's setting metrics_token"
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "figures are given to its own machine, or to who knows its setting metrics_token \
             (--token or HEARTH_METRICS_TOKEN)"
        }
        StatusCode::NOT_FOUND => "there are no figures there: does a Hearth answer, and one that has /metrics?",
        status if status.is_redirection() => "the figures are elsewhere: name the server's own URL",
        status if status.is_server_error() => "try again, and look at what that server logs",
        _ => "does a Hearth answer there?",
    }
}

/// One number with its labels.
#[derive(Clone, Debug, PartialEq)]
struct Series {
    labels: Vec<(String, String)>,
    value: f64,
}

impl Series {
    fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.as_str())
    }

    fn fits(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(label, value)| self.label(label) == Some(*value))
    }
}

/// All figures of a server at one moment.
#[derive(Clone, Debug)]
pub struct Scrape {
    /// When they were read.
    pub at: Instant,
    /// By name: a server has some thousand series of a few dozen names.
    series: HashMap<String, Vec<Series>>,
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
    let answer = tokio::time::timeout(PATIENCE, async {
        let mut response = request.send().await.map_err(|error| no_answer(error.to_string()))?;
        if response.status() != StatusCode::OK {
            let token = token.is_some();
            return Err(ScrapeError::Refused { status: response.status(), token, url: url.clone() });
        }
        let body = response.body().limit(MAX_BYTES).await.map_err(|error| no_answer(error.to_string()))?;
        Scrape::parse(&String::from_utf8_lossy(&body))
    });
    let late = format!("it took longer than {} seconds", PATIENCE.as_secs());
    let scrape = answer.await.map_err(|_| no_answer(late))??;
    if scrape.series.keys().any(|name| name.starts_with(OWN)) {
        Ok(scrape)
    } else {
        Err(ScrapeError::NotHearth { url })
    }
}

impl Scrape {
    /// The figures in `text`.
    ///
    /// # Errors
    ///
    /// [`ScrapeError::Unreadable`].
    pub fn parse(text: &str) -> Result<Self, ScrapeError> {
        let mut found: HashMap<String, Vec<Series>> = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((name, one)) = series(line) else {
                return Err(ScrapeError::Unreadable { line: number + 1, text: line.chars().take(MAX_TOLD).collect() });
            };
            match found.get_mut(name) {
                Some(known) => known.push(one),
                None => drop(found.insert(name.to_owned(), vec![one])),
            }
        }
        Ok(Self { at: Instant::now(), series: found })
    }

    /// What a server has before anything happened: nothing.
    #[must_use]
    pub fn nothing(at: Instant) -> Self {
        Self { at, series: HashMap::new() }
    }

    fn named(&self, name: &str) -> &[Series] {
        self.series.get(name).map_or(&[], Vec::as_slice)
    }

    /// The sum of all series called `name` that have these labels; `None` where there are none.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut values = self.named(name).iter().filter(|series| series.fits(labels)).map(|series| series.value);
        values.next().map(|first| first + values.sum::<f64>())
    }

    /// The values that `label` has among the series called `name`, ascending.
    pub fn values_of(&self, name: &str, label: &str) -> Vec<String> {
        let mut values: Vec<_> = self.named(name).iter().filter_map(|series| series.label(label)).collect();
        values.sort_unstable();
        values.dedup();
        values.into_iter().map(str::to_owned).collect()
    }

    /// The histogram `name`, all series that have these labels added up.
    pub fn histogram(&self, name: &str, labels: &[(&str, &str)]) -> Buckets {
        let mut buckets = Buckets::default();
        for series in self.named(&format!("{name}_bucket")).iter().filter(|series| series.fits(labels)) {
            buckets.add(series);
        }
        buckets.sum = self.value(&format!("{name}_sum"), labels).unwrap_or(0.0);
        buckets
    }

    /// The histograms `name`, one for each combination of the values of `labels`, in one walk over them.
    pub fn histograms<const N: usize>(&self, name: &str, labels: [&str; N]) -> BTreeMap<[String; N], Buckets> {
        let mut all: BTreeMap<[&str; N], Buckets> = BTreeMap::new();
        for series in self.named(&format!("{name}_bucket")) {
            all.entry(labels.map(|label| series.label(label).unwrap_or_default())).or_default().add(series);
        }
        for series in self.named(&format!("{name}_sum")) {
            all.entry(labels.map(|label| series.label(label).unwrap_or_default())).or_default().sum += series.value;
        }
        all.into_iter().map(|(values, buckets)| (values.map(str::to_owned), buckets)).collect()
    }
}

/// One line: `name{label="value",…} number`, what may follow left out.
fn series(line: &str) -> Option<(&str, Series)> {
    let (name, rest) = line.split_at(line.find(['{', ' '])?);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => labels(inside)?,
        None => (Vec::new(), rest),
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    (!name.is_empty()).then_some((name, Series { labels, value }))
}

/// Labels up to the closing brace, and what comes after it.
fn labels(mut rest: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches(',');
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (label, quoted) = rest.split_once("=\"")?;
        let (value, after) = quoted_value(quoted)?;
        labels.push((label.to_owned(), value));
        rest = after;
    }
}

/// The text up to the closing quote, with what is escaped in it, and what comes after.
fn quoted_value(quoted: &str) -> Option<(String, &str)> {
    let (mut value, mut escaped) = (String::new(), false);
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(if c == 'n' { '\n' } else { c });
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((value, &quoted[at + 1..])),
            _ => value.push(c),
        }
    }
    None
}

/// A histogram: how many values were at most each bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    /// Bounds, ascending, each with the number of values up to it. The last bound is infinite.
    counts: Vec<(f64, f64)>,
    sum: f64,
}

impl Buckets {
    /// Adds one series of a histogram, which counts up to the bound in its label `le`.
    fn add(&mut self, series: &Series) {
        let Some(bound) = series.label("le").and_then(|bound| bound.parse::<f64>().ok()) else { return };
        match self.counts.binary_search_by(|(known, _)| known.total_cmp(&bound)) {
            Ok(at) => self.counts[at].1 += series.value,
            Err(at) => self.counts.insert(at, (bound, series.value)),
        }
    }

    /// Adds the values of another histogram of the same bounds.
    pub fn join(&mut self, other: &Self) {
        for (bound, count) in &other.counts {
            match self.counts.binary_search_by(|(known, _)| known.total_cmp(bound)) {
                Ok(at) => self.counts[at].1 += count,
                Err(at) => self.counts.insert(at, (*bound, *count)),
            }
        }
        self.sum += other.sum;
    }

    /// Whether the server has this histogram at all, be it without values.
    pub const fn is_known(&self) -> bool {
        !self.counts.is_empty()
    }

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
        // A histogram of nothing but the infinite bucket says how many there were, and not how large.
        let last = self.counts.iter().rev().map(|(bound, _)| *bound).find(|bound| bound.is_finite())?;
        let (mut low, mut below) = (0.0, 0.0);
        for (bound, count) in &self.counts {
            if *count >= wanted && *count > below {
                let within = (wanted - below) / (count - below);
                return Some(if bound.is_finite() { low + (bound - low) * within } else { last });
            }
            (low, below) = (*bound, *count);
        }
        None
    }
}
