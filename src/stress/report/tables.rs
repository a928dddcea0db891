//! The report's tables, as rows of text that Markdown, the page and the terminal set in their own ways.

use super::levels::{broken_deliveries, is_kept, not_found, rate, title};
use super::numbers::{self, count, ms, percent, short, size, trimmed};
use super::score::{Score, points};
use super::targets::{self, State};
use super::verdict::name;
use crate::stress::outcome::{Call, Capacity, Latency, Level, Mode, Outcome};

/// Rows under headings. The first column is text, the others figures, but where `is_text` says otherwise.
#[derive(Default)]
pub(super) struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Whether all columns are text.
    pub is_text: bool,
}

/// One entry.
pub(super) struct Cell {
    pub text: String,
    pub tone: Tone,
}

/// How an entry is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Bad,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    /// Bad where it is not as it must be.
    pub(super) fn bad_if(is_bad: bool, text: impl Into<String>) -> Self {
        Self::new(text, if is_bad { Tone::Bad } else { Tone::Plain })
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Tone::Plain)
    }
}

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Each target and what was reached.
pub(super) fn summary(outcome: &Outcome, score: &Score) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for target in targets::of(outcome) {
        let tone = match target.state {
            State::Reached => Tone::Good,
            State::Missed => Tone::Bad,
            State::NotMeasured => Tone::Plain,
        };
        let state = Cell::new(target.state.name(), tone);
        rows.push(vec![target.name.into(), target.wanted.into(), target.reached.into(), state, target.replaced.into()]);
    }
    let shown = score.shown();
    rows.push(vec!["score".into(), numbers::NONE.into(), shown.into(), "".into(), "65, by its own count".into()]);
    Table { head: head(&["target", "to reach", "reached", "", "the system that Hearth replaces"]), rows, is_text: true }
}

/// The parts of the score.
pub(super) fn score(score: &Score) -> Table {
    let row = |part: &super::Part| {
        let earned = part.points.map_or_else(|| "not measured".to_owned(), points);
        vec![
            part.name.into(),
            format!("{earned} of {}", trimmed(part.weight, 1)).into(),
            part.formula.as_str().into(),
            part.figures.as_str().into(),
        ]
    };
    let rows = score.parts.iter().map(row).collect();
    Table { head: head(&["part", "points", "formula", "each level, 0 to 1"]), rows, is_text: true }
}

/// Figures of latency as cells.
fn spread(latency: &Latency) -> [String; 6] {
    [latency.mean, latency.p50, latency.p95, latency.p99, latency.p999, latency.max].map(short)
}

/// All levels.
pub(super) fn levels<'a>(outcome: &Outcome, levels: impl IntoIterator<Item = &'a Level>) -> Table {
    let set = &outcome.targets;
    let row = |level: &Level| -> Vec<Cell> {
        let latency = &level.all.latency;
        let [mean, p50, p95, p99, p999, max] = spread(latency);
        let name = if level.cut_short { format!("{} (cut short)", level.name) } else { level.name.clone() };
        vec![
            name.into(),
            size(level.users).into(),
            count(level.all.calls).into(),
            trimmed(level.seconds, 1).into(),
            numbers::rate(rate(level)).into(),
            Cell::bad_if(level.all.success() < set.success, percent(level.all.success())),
            Cell::bad_if(latency.mean > set.average_ms, mean),
            p50.into(),
            Cell::bad_if(latency.p95 > set.p95_ms, p95),
            p99.into(),
            p999.into(),
            max.into(),
            short(level.uncorrected.p95).into(),
            if is_kept(level, set) { Cell::new("kept", Tone::Good) } else { Cell::new("not kept", Tone::Bad) },
        ]
    };
    let names = [
        "level",
        "people",
        "calls",
        "seconds",
        "requests/s",
        "success",
        "mean",
        "p50",
        "p95",
        "p99",
        "p99.9",
        "max",
        "p95 uncorrected",
        "targets",
    ];
    Table { head: head(&names), rows: levels.into_iter().map(row).collect(), is_text: false }
}

/// Each kind of call in a level.
pub(super) fn calls(level: &Level) -> Table {
    let row = |(call, figures): (&Call, &crate::stress::outcome::Figures)| -> Vec<Cell> {
        let mut row = vec![
            call.name().into(),
            count(figures.calls).into(),
            Cell::bad_if(figures.failed > 0, count(figures.failed)),
        ];
        row.extend(spread(&figures.latency).map(Cell::from));
        row
    };
    let names = ["call", "calls", "failed", "mean", "p50", "p95", "p99", "p99.9", "max"];
    Table { head: head(&names), rows: level.by_call.iter().map(row).collect(), is_text: false }
}

/// Errors by code, in all levels.
pub(super) fn errors(outcome: &Outcome) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for level in &outcome.levels {
        let all = level.all.errors.iter().map(|(what, number)| (what, "all calls", number));
        let log_ins = level.by_call.get(&Call::LogIn).into_iter().flat_map(|figures| &figures.errors);
        for (what, of, number) in all.chain(log_ins.map(|(what, number)| (what, "log in", number))) {
            rows.push(vec![what.as_str().into(), level.name.as_str().into(), of.into(), count(*number).into()]);
        }
    }
    Table { head: head(&["error", "level", "of", "times"]), rows, is_text: true }
}

/// What became of chat messages.
pub(super) fn chat<'a>(levels: impl IntoIterator<Item = &'a Level>) -> Table {
    let row = |level: &Level| -> Vec<Cell> {
        let chat = &level.chat;
        vec![
            level.name.as_str().into(),
            count(chat.acknowledged).into(),
            count(chat.expected).into(),
            count(chat.delivered).into(),
            Cell::bad_if(chat.lost > 0, count(chat.lost)),
            Cell::bad_if(chat.duplicated > 0, count(chat.duplicated)),
            Cell::bad_if(chat.out_of_order > 0, count(chat.out_of_order)),
            short(chat.delay.p50).into(),
            short(chat.delay.p95).into(),
            short(chat.delay.p99).into(),
        ]
    };
    let names = [
        "level",
        "acknowledged",
        "to deliver",
        "delivered",
        "lost",
        "twice",
        "out of order",
        "delay p50",
        "delay p95",
        "delay p99",
    ];
    Table { head: head(&names), rows: levels.into_iter().map(row).collect(), is_text: false }
}

/// Whether what was acknowledged was there.
pub(super) fn stored(outcome: &Outcome) -> Table {
    let row = |level: &Level| -> Vec<Cell> {
        vec![
            level.name.as_str().into(),
            count(level.stored.looked_for).into(),
            count(level.stored.found).into(),
            Cell::bad_if(not_found(level) > 0, count(not_found(level))),
        ]
    };
    let names = ["level", "looked for", "found", "gone"];
    Table { head: head(&names), rows: outcome.levels.iter().map(row).collect(), is_text: false }
}

/// What the server used, a column for each level whose figures are known.
pub(super) fn resources(outcome: &Outcome) -> Table {
    let known: Vec<_> = outcome.levels.iter().filter_map(|level| Some((level, level.resources.as_ref()?))).collect();
    let mut table = Table { head: head(&["of the server"]), ..Table::default() };
    if known.is_empty() {
        return table;
    }
    table.head.extend(known.iter().map(|(level, _)| level.name.clone()));
    let mut row = |name: &str, figure: &dyn Fn(&crate::stress::outcome::Resources) -> String| {
        let mut cells = vec![Cell::from(name)];
        cells.extend(known.iter().map(|(_, used)| Cell::from(figure(used))));
        table.rows.push(cells);
    };
    row("cores, mean", &|used| trimmed(used.cores, 2));
    row("cores, most in a second", &|used| trimmed(used.peak_cores, 2));
    row("memory, most", &|used| numbers::bytes(used.peak_memory));
    row("open files, most", &|used| count(used.peak_files));
    row("open files, limit", &|used| count(used.max_files));
    row("sockets, most", &|used| count(used.peak_sockets));
    row("groups of writes", &|used| count(used.commits));
    row("writes in a group, mean", &|used| trimmed(used.group_size, 1));
    row("sync, mean", &|used| ms(used.sync_mean_ms));
    row("sync, p95", &|used| ms(used.sync_p95_ms));
    row("share of time in a sync", &|used| numbers::about(used.sync_share));
    row("passwords hashed or checked", &|used| count(used.hashes));
    row("waiting to be hashed, most", &|used| count(used.peak_hash_queue));
    row("requests turned away", &|used| count(used.refused));
    row("slow readers cut off", &|used| count(used.slow_readers));
    let mut caches: Vec<_> = known.iter().flat_map(|(_, used)| used.cache_hits.keys()).collect();
    caches.sort();
    caches.dedup();
    for cache in caches {
        let hit = |used: &crate::stress::outcome::Resources| {
            used.cache_hits.get(cache).map_or_else(|| numbers::NONE.to_owned(), |share| numbers::about(*share))
        };
        row(&format!("look-ups answered by the cache of {cache}"), &hit);
    }
    table
}

/// What `--find-capacity` found, in a sentence.
pub(super) fn capacity(capacity: &Capacity) -> String {
    format!(
        "{} people at once, {} requests a second. What ran out first: {}. {}",
        size(capacity.users),
        numbers::rate(capacity.requests_per_second),
        name(capacity.limit),
        capacity.evidence
    )
}

/// What the test was made on and with.
pub(super) fn about(outcome: &Outcome) -> Table {
    let machine = &outcome.machine;
    let shared = super::levels::is_shared(outcome);
    let target = outcome.target.clone().unwrap_or_else(|| "a server of its own, on a temporary folder".to_owned());
    let mode = match outcome.mode {
        Mode::Closed => "closed loop: each person sends the next request when the last one is answered".to_owned(),
        Mode::Open { rate } => {
            format!("open loop: {} requests a second arrive, whatever the answers do", numbers::rate(rate))
        }
    };
    let mix = outcome.mix.iter().map(|(call, share)| format!("{} {}", call.name(), percent(*share)));
    let whose = if shared { "the load and the server" } else { "the load only; the server's is another one" };
    let rows = [
        ("when", outcome.began_at.clone()),
        ("Hearth", format!("version {}", outcome.hearth)),
        ("target", target),
        ("system", machine.system.clone()),
        ("processor", machine.processor.clone()),
        ("cores", size(machine.cores)),
        ("memory", numbers::bytes(machine.memory)),
        ("this machine ran", whose.to_owned()),
        ("mode", mode),
        ("mix", mix.collect::<Vec<_>>().join(", ")),
    ];
    let rows = rows.map(|(name, value)| vec![name.into(), value.into()]).into();
    Table { head: head(&["", ""]), rows, is_text: true }
}

/// What the terminal shows of the levels.
pub(super) fn terminal(outcome: &Outcome) -> Table {
    let row = |level: &Level| -> Vec<Cell> {
        let latency = &level.all.latency;
        vec![
            level.name.as_str().into(),
            size(level.users).into(),
            numbers::rate(rate(level)).into(),
            percent(level.all.success()).into(),
            ms(latency.mean).into(),
            ms(latency.p50).into(),
            ms(latency.p95).into(),
            ms(latency.p99).into(),
            ms(level.chat.delay.p95).into(),
            format!("{}/{}", count(level.chat.lost), count(level.chat.duplicated)).into(),
        ]
    };
    let names =
        ["level", "people", "requests/s", "success", "mean", "p50", "p95", "p99", "chat delay p95", "lost/twice"];
    let steps = outcome.capacity.iter().flat_map(|capacity| &capacity.steps);
    let shown = if outcome.levels.is_empty() { steps.collect::<Vec<_>>() } else { outcome.levels.iter().collect() };
    Table { head: head(&names), rows: shown.into_iter().map(row).collect(), is_text: false }
}

/// Whether anything went wrong in a level, for its heading.
pub(super) fn heading(level: &Level) -> String {
    let calls = numbers::plural(level.all.calls, "call", "calls");
    let broken = broken_deliveries(level);
    let broken = if broken > 0 { format!(", {} deliveries broken", count(broken)) } else { String::new() };
    format!("{}: {calls} in {}{broken}", title(level), numbers::span(level.seconds))
}
