//! What a server did over a longer time, for people (Markdown) and for programs (JSON).

use std::fmt::Write;

use serde::{Serialize, Serializer};

use super::figures::{Cache, Figures, Route};
use super::findings::Finding;
use super::quantity::{Over, QUANTITIES, Quantity, UNKNOWN, Unit};
use super::watch::{Peak, Watch};
use crate::clock::Timestamp;

#[cfg(test)]
mod tests;

/// The version of the form of the JSON.
const FORMAT: u32 = 1;

/// Routes that are listed for people.
const SHOWN_ROUTES: usize = 15;

/// What a server did over some time.
#[derive(Debug, Serialize)]
pub struct Report {
    format: u32,
    target: String,
    version: Option<String>,
    began_at: Timestamp,
    ended_at: Timestamp,
    seconds: f64,
    intervals: usize,
    /// How often the server did not answer.
    missed: usize,
    restarts: usize,
    #[serde(serialize_with = "by_key")]
    figures: Vec<Row>,
    routes: Vec<Route>,
    caches: Vec<Cache>,
    warnings: Vec<Finding>,
}

/// One figure over the whole time.
#[derive(Debug)]
struct Row {
    quantity: &'static Quantity,
    /// The mean; of what is counted, the sum.
    summed: Option<f64>,
    peak: Option<Peak>,
}

impl Report {
    /// What was seen of the server at `target`.
    #[must_use]
    pub fn new(target: &str, watch: &Watch) -> Self {
        let whole = watch.whole().unwrap_or_default();
        let row = |(at, quantity)| Row { quantity, summed: watch.summed(at, &whole), peak: watch.peak(at) };
        let figures = QUANTITIES.iter().enumerate().map(row).collect();
        let ((began_at, ended_at), [intervals, missed, restarts]) = (watch.span(), watch.counts());
        let Figures { routes, caches, process, .. } = whole;
        Self {
            format: FORMAT,
            target: target.to_owned(),
            version: process.version,
            began_at,
            ended_at,
            seconds: began_at.until(ended_at).as_secs_f64(),
            intervals,
            missed,
            restarts,
            figures,
            routes,
            caches,
            warnings: watch.findings().all().to_vec(),
        }
    }

    /// As Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let version = self.version.as_deref().unwrap_or(UNKNOWN);
        let mut text = format!(
            "# {}\n\nHearth {version}, watched for {} from {} to {}, in {}{}.\n",
            self.target,
            Unit::Seconds.shown(Some(self.seconds)),
            self.began_at,
            self.ended_at,
            counted(self.intervals, "interval"),
            self.interrupted(),
        );
        text += "\n## Warnings and advice\n\n";
        text += &self.warned();
        text += "\n## Figures\n\n";
        text += &table(&["figure", "average", "peak", "peak at (UTC)"], self.figures.iter().map(Row::cells));
        text += "\nTimes and shares are those of all requests together, not averages of the intervals' ones. \
                 A peak is that of one interval.\n";
        if !self.routes.is_empty() {
            text += "\n## Slowest routes\n\n";
            let shown = self.routes.iter().take(SHOWN_ROUTES).map(route);
            text += &table(&["route", "requests", "a second", "p95", "errors"], shown);
            text += &more(self.routes.len());
        }
        if !self.caches.is_empty() {
            text += "\n## Caches\n\n";
            text += &table(&["cache", "look-ups", "hits"], self.caches.iter().map(cache));
        }
        text
    }

    /// As JSON.
    ///
    /// # Errors
    ///
    /// None that are known of; serialising can fail by its signature.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    fn interrupted(&self) -> String {
        let missed = (self.missed > 0).then(|| format!("; it did not answer {}", counted(self.missed, "time")));
        let restarted = (self.restarts > 0).then(|| {
            let since = "routes, caches, times and shares are those since the last one";
            format!("; it was restarted {} ({since})", counted(self.restarts, "time"))
        });
        [missed, restarted].into_iter().flatten().collect()
    }

    fn warned(&self) -> String {
        if self.warnings.is_empty() {
            return format!("None of the rules found anything in {}.\n", counted(self.intervals, "interval"));
        }
        let mut text = String::new();
        for Finding { since, last, intervals, worst, advice, .. } in &self.warnings {
            let until = if since == last { String::new() } else { format!("–{}", time(*last)) };
            let times = counted(*intervals, "interval");
            let _ = writeln!(text, "- **{}{until}** {worst} ({times})\n  → {advice}", time(*since));
        }
        text
    }
}

/// The hour of a moment, in UTC: `16:45:12`.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.to_string().get(11..19).unwrap_or_default().to_owned()
}

fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let Quantity { title, unit, over, .. } = self.quantity;
        let sum = if *over == Over::Sum { " (in all)" } else { "" };
        let peak = unit.shown(self.peak.map(|peak| peak.value));
        let at = self.peak.map_or_else(|| UNKNOWN.to_owned(), |peak| time(peak.at));
        vec![(*title).to_owned(), unit.shown(self.summed) + sum, peak, at]
    }
}

fn route(of: &Route) -> Vec<String> {
    vec![
        format!("{} {}", of.method, of.route),
        Unit::Count.shown(Some(of.requests)),
        Unit::PerSecond.shown(Some(of.requests_per_second)),
        Unit::Milliseconds.shown(of.p95_ms),
        Unit::Share.shown(Some(of.error_share)),
    ]
}

fn cache(of: &Cache) -> Vec<String> {
    vec![of.cache.clone(), Unit::Count.shown(Some(of.lookups)), Unit::Share.shown(of.hit_share)]
}

fn more(routes: usize) -> String {
    match routes.saturating_sub(SHOWN_ROUTES) {
        0 => String::new(),
        more => format!("\nAnd {more} more, which were faster.\n"),
    }
}

/// A table that can be read as it stands, too.
fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    let escaped = |row: Vec<String>| row.into_iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(rows.map(escaped)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(at, (cell, width)): (usize, (&String, &usize))| match at {
            0 => format!("| {cell:width$} |"),
            _ => format!(" {cell:>width$} |"),
        };
        row.iter().zip(&widths).enumerate().map(cell).collect::<String>() + "\n"
    };
    let rule = |(at, width): (usize, &usize)| match at {
        0 => format!("|{}|", "-".repeat(width + 2)),
        _ => format!("{}:|", "-".repeat(width + 1)),
    };
    let rule = widths.iter().enumerate().map(rule).collect::<String>() + "\n";
    let body: String = rows[1..].iter().map(line).collect();
    line(&rows[0]) + &rule + &body
}

/// Figures by their keys.
fn by_key<S: Serializer>(rows: &[Row], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(rows.iter().map(|Row { quantity, summed, peak }| {
        let summed_up = if quantity.over == Over::Sum { "sum" } else { "average" };
        let (value, at) = (peak.map(|peak| peak.value), peak.map(|peak| peak.at));
        (quantity.key, serde_json::json!({summed_up: summed, "peak": value, "peak_at": at}))
    }))
}
