//! The score of 100 and how it comes about.
//!
//! A part is computed for each level and averaged over those that measured it. What no level measured earns nothing.
//! Two promises are not of degree: a chat message arrives once and in order, and what was acknowledged is there. Where
//! one was broken, in however small a share of whatever level, its part is 0: a share of one in 100,000 would not show,
//! and averaging would let easy levels thin it out.

use serde::Serialize;

use super::levels::{Writes, all, broken_deliveries, fastest_kept, largest_kept, not_found, rate};
use super::numbers;
use crate::stress::outcome::{Call, Level, Outcome, Targets};

/// A log-in hashes a password, which is costly on purpose, and is done once a day; up to about a second nobody's
/// thread of thought breaks.
const LOG_IN_MS: f64 = 1_000.0;

/// With fewer calls a 95th percentile is nothing but the longest of them.
const ENOUGH_CALLS: u64 = 20;

/// The score, 0..=100.
#[derive(Clone, Debug, Serialize)]
pub struct Score {
    /// All points together, 0..=100; `None` where nothing was measured.
    pub total: Option<f64>,
    /// What it is made of.
    pub parts: Vec<Part>,
}

impl Score {
    /// The total as it is shown, cut off after one decimal, so that 100 means all.
    pub(super) fn shown(&self) -> String {
        self.total.map_or_else(|| numbers::NONE.to_owned(), points)
    }
}

/// A part of the score.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What it is about.
    pub name: &'static str,
    /// The most points that it can give.
    pub weight: f64,
    /// The points that it gave, 0..=weight; `None` where nothing of it was measured, which counts as 0.
    pub points: Option<f64>,
    /// How it is computed, in words.
    pub formula: String,
    /// The figures that went in.
    pub figures: String,
}

/// Points, cut off after one decimal.
pub(super) fn points(value: f64) -> String {
    numbers::trimmed((value * 10.0 + 1e-9).floor() / 10.0, 1)
}

/// 1 up to `most`, and beyond it the share of it that `most` is.
pub(super) fn at_most(figure: f64, most: f64) -> f64 {
    if !figure.is_finite() {
        return 0.0;
    }
    if figure <= most { 1.0 } else { (most / figure).clamp(0.0, 1.0) }
}

/// 1 from `least` on, and below it the share of `least` that it is.
pub(super) fn at_least(figure: f64, least: f64) -> f64 {
    if !figure.is_finite() {
        return 0.0;
    }
    if figure >= least { 1.0 } else { (figure / least).clamp(0.0, 1.0) }
}

/// The score of an outcome.
pub(super) fn of(outcome: &Outcome) -> Score {
    let parts = vec![authentication(outcome), api(outcome), sockets(outcome), storage(outcome), consistency(outcome)];
    let is_measured = parts.iter().any(|part| part.points.is_some());
    let total = parts.iter().filter_map(|part| part.points).sum::<f64>().clamp(0.0, 100.0);
    Score { total: is_measured.then_some(total), parts }
}

/// A part of so many points from what each level gave, 0..=1.
fn part(name: &'static str, weight: f64, outcome: &Outcome, score: impl Fn(&Level) -> Option<f64>) -> Part {
    let scores: Vec<_> = outcome.levels.iter().map(|level| score(level).map(|score| score.clamp(0.0, 1.0))).collect();
    let measured: Vec<_> = scores.iter().flatten().copied().collect();
    let mean = measured.iter().sum::<f64>() / measured.len().max(1) as f64;
    let shown = outcome.levels.iter().zip(&scores).map(|(level, score)| {
        let score = score.map_or_else(|| "not measured".to_owned(), |score| format!("{score:.3}"));
        format!("{} {score}", level.name)
    });
    Part {
        name,
        weight,
        points: (!measured.is_empty()).then_some(mean * weight),
        formula: String::new(),
        figures: shown.collect::<Vec<_>>().join(" · "),
    }
}

fn authentication(outcome: &Outcome) -> Part {
    let formula = format!(
        "share of log-ins that succeeded × at most(their 95th percentile, {}). A log-in hashes a password, which is \
         costly on purpose; up to about a second nobody loses the thread.",
        numbers::ms(LOG_IN_MS)
    );
    let score = |level: &Level| {
        let log_ins = level.by_call.get(&Call::LogIn).filter(|log_ins| log_ins.calls > 0)?;
        Some(log_ins.success() * at_most(log_ins.latency.p95, LOG_IN_MS))
    };
    Part { formula, ..part("authentication", 15.0, outcome, score) }
}

fn api(outcome: &Outcome) -> Part {
    let Targets { users, requests_per_second, average_ms, p95_ms, .. } = outcome.targets;
    let fastest = fastest_kept(outcome).map_or(0.0, rate);
    let most = largest_kept(outcome).map_or(0, |level| level.users);
    let formula = format!(
        "share of requests that succeeded × the mean of four: at most(mean, {}), at most(95th percentile, corrected, {}), \
         at least(requests a second in the best level that kept all targets, {}), at least(people in the largest level \
         that kept all targets, {}). The last two are the same for all levels: {} and {}.",
        numbers::ms(average_ms),
        numbers::ms(p95_ms),
        numbers::rate(requests_per_second),
        numbers::size(users),
        numbers::rate(fastest),
        numbers::size(most)
    );
    let reach = [at_least(fastest, requests_per_second), at_least(most as f64, users as f64)];
    let score = |level: &Level| {
        let latency = &level.all.latency;
        let four = [at_most(latency.mean, average_ms), at_most(latency.p95, p95_ms), reach[0], reach[1]];
        (level.all.calls > 0).then(|| level.all.success() * four.iter().sum::<f64>() / 4.0)
    };
    Part { formula, ..part("API", 35.0, outcome, score) }
}

fn sockets(outcome: &Outcome) -> Part {
    let most = outcome.targets.p95_ms;
    let broken = all(outcome).map(broken_deliveries).fold(0, u64::saturating_add);
    let formula = format!(
        "share of the expected deliveries that came × at most(95th percentile of the delay, {}). If any message was \
         lost, came twice or out of order, in any level, the whole part is 0: that promise is not one of degree.",
        numbers::ms(most)
    );
    let score = |level: &Level| {
        let chat = &level.chat;
        let came = chat.delivered as f64 / chat.expected as f64;
        (chat.expected > 0).then(|| came.min(1.0) * at_most(chat.delay.p95, most))
    };
    void(broken, "lost, twice or out of order", Part { formula, ..part("sockets", 25.0, outcome, score) })
}

fn storage(outcome: &Outcome) -> Part {
    let most = outcome.targets.p95_ms;
    let gone = all(outcome).map(not_found).fold(0, u64::saturating_add);
    let formula = format!(
        "share of what was acknowledged that could be read back × share of writes that succeeded × at most(95th \
         percentile of writes, {}; that of each kind of write, weighted by their number). If anything that was \
         acknowledged is gone, in any level, the whole part is 0.",
        numbers::ms(most)
    );
    let score = |level: &Level| {
        let (writes, stored) = (Writes::of(level), &level.stored);
        let found = stored.found as f64 / stored.looked_for as f64;
        let all_failed = writes.calls > 0 && writes.failed >= writes.calls;
        match stored.looked_for {
            0 => all_failed.then_some(0.0),
            _ => Some(found.min(1.0) * writes.success() * at_most(writes.p95, most)),
        }
    };
    void(gone, "not found again", Part { formula, ..part("storage", 15.0, outcome, score) })
}

/// `part`, which is worth nothing where something was `broken`.
fn void(broken: u64, how: &str, part: Part) -> Part {
    if broken == 0 {
        return part;
    }
    Part { points: Some(0.0), figures: format!("{} {how}: 0 · {}", numbers::count(broken), part.figures), ..part }
}

fn consistency(outcome: &Outcome) -> Part {
    let most = outcome.targets.p95_ms;
    let formula = format!(
        "share of requests that succeeded × at most(95th percentile of the worst second, {}). Seconds in which fewer \
         than {ENOUGH_CALLS} calls succeeded are put together with the next ones, weighted by calls: of so few it would be \
         chance.",
        numbers::ms(most)
    );
    let score = |level: &Level| {
        let seen = level.timeline.iter().map(|second| second.calls).fold(0, u64::saturating_add);
        match worst_second(level) {
            Some(worst) => Some(level.all.success() * at_most(worst, most)),
            None => (seen >= ENOUGH_CALLS).then_some(0.0),
        }
    };
    Part { formula, ..part("response-time consistency", 10.0, outcome, score) }
}

/// The highest 95th percentile of a stretch with enough calls, in milliseconds.
pub(super) fn worst_second(level: &Level) -> Option<f64> {
    let mut worst: Option<f64> = None;
    let (mut calls, mut sum) = (0_u64, 0.0);
    for second in &level.timeline {
        let succeeded = second.calls.saturating_sub(second.failed);
        calls = calls.saturating_add(succeeded);
        sum += succeeded as f64 * second.p95;
        if calls >= ENOUGH_CALLS {
            let p95 = sum / calls as f64;
            worst = Some(worst.map_or(p95, |worst| worst.max(p95)));
            (calls, sum) = (0, 0.0);
        }
    }
    worst
}

/// Of the system that Hearth replaces only these figures are known: 50 users, 80–120 requests a second, 80–95 % of them
/// successful, a mean of 200–800 ms, a 95th percentile over 1,500 ms. The points that they would give in the one part
/// that they settle, taking the middle of each range.
pub(super) fn replaced_api_points(targets: &Targets) -> f64 {
    let (success, mean, p95) = (0.875, 500.0, 1_500.0);
    // It kept no level, so that neither its people nor its requests a second count.
    success * (at_most(mean, targets.average_ms) + at_most(p95, targets.p95_ms)) / 4.0 * 35.0
}
