//! What moved since an earlier run, and what of it is more than noise.

use super::levels::{broken_deliveries, rate, title};
use super::numbers;
use super::tables::{Cell, Table, Tone};
use crate::stress::outcome::{Level, Outcome, Second};

/// The least that counts as a move, as a share.
const LEAST: f64 = 0.10;

/// Of fewer seconds a spread says nothing.
const ENOUGH_SECONDS: usize = 5;

/// How noise is judged.
const ABOUT: &str = "A figure moved when it changed by more than the spread of the seconds within the level (the \
    distance between the quarters of its per-second values ÷ their median, in the run where that is larger), and by at \
    least 10 %. Times are held against the spread of the per-second 95th percentiles, requests a second against that of \
    the calls. A share of successes moved when the difference is over three times what chance does with so many calls. \
    Of lost, double and misplaced messages every one counts. Levels of under 5 seconds are too short to tell.";

/// Two runs beside each other.
pub(super) struct Comparison {
    /// Which run it is compared with, and how noise is judged.
    pub about: String,
    /// What makes the two unlike each other.
    pub notes: Vec<String>,
    pub levels: Vec<Pair>,
}

/// A level in both runs.
pub(super) struct Pair {
    pub title: String,
    pub moves: Vec<Move>,
}

/// A figure in both runs.
pub(super) struct Move {
    pub figure: &'static str,
    before: String,
    now: String,
    /// As a share of what it was; `None` where it was 0.
    change: Option<f64>,
    /// The share by which it may change without having moved.
    noise: Option<f64>,
    pub judged: Judged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Better,
    Worse,
    /// Within noise.
    Same,
    TooShort,
}

impl Comparison {
    /// What moved beyond noise, a sentence for each level.
    pub(super) fn moved(&self) -> Vec<String> {
        if self.levels.is_empty() {
            return vec!["No level is in both runs.".to_owned()];
        }
        let each = self.levels.iter().map(|level| {
            let moved: Vec<_> = level.moves.iter().filter_map(Move::said).collect();
            let short = level.moves.iter().any(|found| found.judged == Judged::TooShort);
            let none = if short { "too short to tell" } else { "nothing moved beyond noise" };
            format!("{}: {}.", level.title, if moved.is_empty() { none.to_owned() } else { moved.join(", ") })
        });
        each.collect()
    }
}

impl Pair {
    pub(super) fn table(&self) -> Table {
        let rows = self.moves.iter().map(Move::row).collect();
        let head = ["figure", "before", "now", "change", "noise up to", ""].map(str::to_owned).into();
        Table { head, rows, is_text: false }
    }
}

impl Move {
    /// `p95 worse (100 ms → 140 ms)`, where it moved.
    fn said(&self) -> Option<String> {
        let how = match self.judged {
            Judged::Better => "better",
            Judged::Worse => "worse",
            Judged::Same | Judged::TooShort => return None,
        };
        Some(format!("{} {how} ({} → {})", self.figure, self.before, self.now))
    }

    fn row(&self) -> Vec<Cell> {
        let none = || numbers::NONE.to_owned();
        let judged = match self.judged {
            Judged::Better => Cell::new("better", Tone::Good),
            Judged::Worse => Cell::new("worse", Tone::Bad),
            Judged::Same => "same".into(),
            Judged::TooShort => "too short".into(),
        };
        vec![
            self.figure.into(),
            self.before.as_str().into(),
            self.now.as_str().into(),
            self.change.map_or_else(none, numbers::change).into(),
            self.noise.map_or_else(none, numbers::percent).into(),
            judged,
        ]
    }
}

/// Both runs, level by level; those with the same people and calls are the same.
pub(super) fn of(now: &Outcome, before: &Outcome) -> Comparison {
    let same = |a: &Level, b: &Level| a.users == b.users && a.calls == b.calls;
    let mut levels = Vec::new();
    let mut notes = unlike(now, before);
    for level in &now.levels {
        match before.levels.iter().find(|earlier| same(level, earlier)) {
            Some(earlier) => levels.push(Pair { title: title(level), moves: moves(level, earlier) }),
            None => notes.push(format!(
                "{} with {} calls each was not in the earlier run.",
                title(level),
                numbers::size(level.calls)
            )),
        }
    }
    let about = format!("Compared with the run of {} by Hearth {}. {ABOUT}", before.began_at, before.hearth);
    Comparison { about, notes, levels }
}

fn unlike(now: &Outcome, before: &Outcome) -> Vec<String> {
    let mut notes = Vec::new();
    let (here, there) = (&now.machine, &before.machine);
    if (&here.processor, here.cores) != (&there.processor, there.cores) {
        notes.push(format!(
            "The earlier run was on another machine ({} with {} cores, now {} with {}): what moved may be the machine.",
            there.processor, there.cores, here.processor, here.cores
        ));
    }
    if now.mode != before.mode {
        notes.push("The earlier run decided otherwise when requests are sent (closed or open loop).".to_owned());
    }
    if now.target.is_some() != before.target.is_some() {
        notes.push("One of the two runs had a server of its own, the other one did not.".to_owned());
    }
    let is_moved = |(call, share): (_, &f64)| (share - before.mix.get(call).unwrap_or(&0.0)).abs() > 0.01;
    if now.mix.len() != before.mix.len() || now.mix.iter().any(is_moved) {
        notes.push("The earlier run had another mix of calls.".to_owned());
    }
    notes
}

fn moves(now: &Level, before: &Level) -> Vec<Move> {
    let calls = |second: &Second| second.calls as f64;
    let of_calls = noise(now, before, calls);
    let of_times = noise(now, before, |second| second.p95);
    let time = |figure, of: fn(&Level) -> f64| judged(figure, of(before), of(now), of_times, false, numbers::ms);
    let mut moves = vec![judged("requests/s", rate(before), rate(now), of_calls, true, numbers::rate)];
    moves.push(success(before, now));
    moves.push(time("mean", |level| level.all.latency.mean));
    moves.push(time("p50", |level| level.all.latency.p50));
    moves.push(time("p95", |level| level.all.latency.p95));
    moves.push(time("p99", |level| level.all.latency.p99));
    moves.push(time("chat delay p95", |level| level.chat.delay.p95));
    let (was, is) = (broken_deliveries(before) as f64, broken_deliveries(now) as f64);
    let whole = |number| numbers::decimals(number, 0);
    moves.push(exact(judged("lost, twice, out of order", was, is, Some(0.0), false, whole), was, is));
    moves
}

/// `found`, in which every single one counts.
fn exact(found: Move, was: f64, is: f64) -> Move {
    let judged = match is.total_cmp(&was) {
        std::cmp::Ordering::Less => Judged::Better,
        std::cmp::Ordering::Greater => Judged::Worse,
        std::cmp::Ordering::Equal => Judged::Same,
    };
    Move { judged, ..found }
}

fn judged(
    figure: &'static str,
    was: f64,
    is: f64,
    noise: Option<f64>,
    more_is_better: bool,
    shown: fn(f64) -> String,
) -> Move {
    let change = Some((is - was) / was).filter(|change| change.is_finite());
    let judged = match noise {
        None => Judged::TooShort,
        Some(noise) if (is - was).abs() <= noise * was.abs() => Judged::Same,
        Some(_) if (is > was) == more_is_better => Judged::Better,
        Some(_) => Judged::Worse,
    };
    Move { figure, before: shown(was), now: shown(is), change, noise, judged }
}

fn success(before: &Level, now: &Level) -> Move {
    let (was, is) = (before.all.success(), now.all.success());
    let (first, second) = (before.all.calls.max(1) as f64, now.all.calls.max(1) as f64);
    let together = (was * first + is * second) / (first + second);
    let chance = (together * (1.0 - together) * (1.0 / first + 1.0 / second)).max(0.0).sqrt();
    let noise = if was > 0.0 { 3.0 * chance / was } else { 0.0 };
    judged("success", was, is, Some(noise), true, numbers::percent)
}

/// The share by which a figure may change before it counts; `None` where a run was too short to tell.
fn noise(now: &Level, before: &Level, value: fn(&Second) -> f64) -> Option<f64> {
    Some(spread(now, value)?.max(spread(before, value)?).max(LEAST))
}

/// The distance between the quarters ÷ the median of the whole seconds in which something ended.
fn spread(level: &Level, value: fn(&Second) -> f64) -> Option<f64> {
    // The last second of a level is seldom a whole one.
    let whole = level.timeline.len().saturating_sub(1);
    let ended = level.timeline[..whole].iter().filter(|second| second.calls > second.failed);
    let mut values: Vec<_> = ended.map(value).filter(|value| value.is_finite()).collect();
    if values.len() < ENOUGH_SECONDS {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let quarter = |quarter: usize| values[(values.len() - 1) * quarter / 4];
    Some((quarter(3) - quarter(1)) / quarter(2)).filter(|spread| spread.is_finite())
}
