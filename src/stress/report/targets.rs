//! Each target, the figure that was reached, and what that means.

use super::levels::{all, broken_deliveries, fastest_kept, is_kept, largest_kept, not_found, rate, title};
use super::numbers;
use crate::stress::outcome::{Level, Outcome};

/// A target and what came of it.
pub(super) struct Target {
    pub name: &'static str,
    pub wanted: String,
    /// The figure, and where it was measured.
    pub reached: String,
    /// What the system that Hearth replaces is known to have reached.
    pub replaced: &'static str,
    pub state: State,
    /// A sentence for each place where it was missed.
    pub missed: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Reached,
    Missed,
    NotMeasured,
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Missed => "missed",
            Self::NotMeasured => "not measured",
        }
    }
}

/// All targets, those that are set and those that always hold.
pub(super) fn of(outcome: &Outcome) -> Vec<Target> {
    let set = &outcome.targets;
    let mut targets = vec![people(outcome), speed(outcome)];
    targets.push(each_level(
        outcome,
        Limit {
            name: "success in each level",
            wanted: format!("at least {}", numbers::percent(set.success)),
            replaced: "80–95 %",
            figure: |level| -level.all.success(),
            most: -set.success,
            shown: |figure| numbers::percent(-figure),
            sentence: "of the requests succeeded",
        },
    ));
    targets.push(each_level(
        outcome,
        Limit {
            name: "mean in each level",
            wanted: format!("at most {}", numbers::ms(set.average_ms)),
            replaced: "200–800 ms",
            figure: |level| level.all.latency.mean,
            most: set.average_ms,
            shown: numbers::ms,
            sentence: "was the mean",
        },
    ));
    targets.push(each_level(
        outcome,
        Limit {
            name: "95th percentile in each level",
            wanted: format!("at most {}", numbers::ms(set.p95_ms)),
            replaced: "over 1,500 ms",
            figure: |level| level.all.latency.p95,
            most: set.p95_ms,
            shown: numbers::ms,
            sentence: "was the 95th percentile",
        },
    ));
    targets.push(deliveries(outcome));
    targets.push(stored(outcome));
    targets
}

fn people(outcome: &Outcome) -> Target {
    let wanted = outcome.targets.users;
    let users = largest_kept(outcome).map_or(0, |level| level.users);
    let has_run = all(outcome).any(|level| level.all.calls > 0);
    let reached = if users > 0 { numbers::size(users) } else { "in no level".to_owned() };
    let sentence = match (has_run, users) {
        (false, _) => "Nothing was measured: no level made a call.".to_owned(),
        (true, 0) => {
            format!("No level kept the other targets; one with at least {} people had to.", numbers::size(wanted))
        }
        (true, users) => format!(
            "The other targets were kept with {} people at once; it had to be at least {}.",
            numbers::size(users),
            numbers::size(wanted)
        ),
    };
    Target {
        name: "people at once, with all other targets kept",
        wanted: format!("at least {}", numbers::size(wanted)),
        reached: if has_run { reached } else { numbers::NONE.to_owned() },
        replaced: "50",
        state: if users >= wanted && has_run { State::Reached } else { State::Missed },
        missed: if users >= wanted && has_run { Vec::new() } else { vec![sentence] },
    }
}

fn speed(outcome: &Outcome) -> Target {
    let wanted = outcome.targets.requests_per_second;
    let fastest = fastest_kept(outcome);
    let reached = fastest.map_or(0.0, rate);
    let has_run = all(outcome).any(|level| level.all.calls > 0);
    let is_reached = fastest.is_some() && reached >= wanted;
    let sentence = || match fastest {
        Some(level) => format!(
            "{}: {} requests a second succeeded; it had to be at least {}.",
            title(level),
            numbers::rate(reached),
            numbers::rate(wanted)
        ),
        None => {
            let most = all(outcome).map(rate).fold(0.0, f64::max);
            format!(
                "No level kept the other targets, so that its requests a second could count (the most were {}); it had \
                 to be at least {}.",
                numbers::rate(most),
                numbers::rate(wanted)
            )
        }
    };
    Target {
        name: "requests a second, with all other targets kept",
        wanted: format!("at least {}", numbers::rate(wanted)),
        reached: match fastest {
            Some(level) => format!("{} ({})", numbers::rate(reached), level.name),
            None if has_run => "in no level".to_owned(),
            None => numbers::NONE.to_owned(),
        },
        replaced: "80–120",
        state: match (is_reached, has_run) {
            (true, _) => State::Reached,
            (false, true) => State::Missed,
            (false, false) => State::NotMeasured,
        },
        missed: if is_reached || !has_run { Vec::new() } else { vec![sentence()] },
    }
}

/// Something that may be at most so much in each level.
struct Limit {
    name: &'static str,
    wanted: String,
    replaced: &'static str,
    figure: fn(&Level) -> f64,
    most: f64,
    shown: fn(f64) -> String,
    sentence: &'static str,
}

fn each_level(outcome: &Outcome, limit: Limit) -> Target {
    let Limit { name, wanted, replaced, figure, most, shown, sentence } = limit;
    let measured = || outcome.levels.iter().filter(|level| level.all.calls > 0);
    let worst = measured().max_by(|a, b| figure(a).total_cmp(&figure(b)));
    let over = measured().filter(|level| figure(level) > most);
    let missed: Vec<_> = over
        .map(|level| format!("{}: {} {sentence}; it had to be {wanted}.", title(level), shown(figure(level))))
        .collect();
    let reached = worst.map_or_else(
        || numbers::NONE.to_owned(),
        |level| match measured().all(|other| shown(figure(other)) == shown(figure(level))) {
            true => shown(figure(level)),
            false => format!("{} at worst ({})", shown(figure(level)), level.name),
        },
    );
    let state = match (worst, missed.is_empty()) {
        (None, _) => State::NotMeasured,
        (Some(_), true) => State::Reached,
        (Some(_), false) => State::Missed,
    };
    Target { name, wanted, reached, replaced, state, missed }
}

fn deliveries(outcome: &Outcome) -> Target {
    let broken: u64 = all(outcome).map(broken_deliveries).fold(0, u64::saturating_add);
    let expected: u64 = all(outcome).map(|level| level.chat.expected).fold(0, u64::saturating_add);
    let sentence = |level: &Level| {
        let chat = &level.chat;
        format!(
            "{}: of {} chat deliveries {} were lost, {} came twice and {} out of order; none may.",
            title(level),
            numbers::count(chat.expected),
            numbers::count(chat.lost),
            numbers::count(chat.duplicated),
            numbers::count(chat.out_of_order)
        )
    };
    Target {
        name: "chat deliveries lost, twice or out of order",
        wanted: "none".to_owned(),
        reached: tally(broken, expected),
        replaced: "not known",
        state: none_of(broken, expected),
        missed: all(outcome).filter(|level| broken_deliveries(level) > 0).map(sentence).collect(),
    }
}

fn stored(outcome: &Outcome) -> Target {
    let gone: u64 = all(outcome).map(not_found).fold(0, u64::saturating_add);
    let looked_for: u64 = all(outcome).map(|level| level.stored.looked_for).fold(0, u64::saturating_add);
    let sentence = |level: &Level| {
        format!(
            "{}: of {} acknowledged posts, comments and messages {} could not be read back; none may be gone.",
            title(level),
            numbers::count(level.stored.looked_for),
            numbers::count(not_found(level))
        )
    };
    Target {
        name: "acknowledged things that could not be read back",
        wanted: "none".to_owned(),
        reached: tally(gone, looked_for),
        replaced: "not known",
        state: none_of(gone, looked_for),
        missed: all(outcome).filter(|level| not_found(level) > 0).map(sentence).collect(),
    }
}

fn tally(bad: u64, of: u64) -> String {
    if of == 0 && bad == 0 {
        return numbers::NONE.to_owned();
    }
    format!("{} of {}", if bad == 0 { "none".to_owned() } else { numbers::count(bad) }, numbers::count(of))
}

fn none_of(bad: u64, of: u64) -> State {
    match (bad, of) {
        (0, 0) => State::NotMeasured,
        (0, _) => State::Reached,
        _ => State::Missed,
    }
}

/// What a level missed, in a few words each, such as `p95 420 ms instead of 300 ms`.
pub(super) fn broken_in(level: &Level, outcome: &Outcome) -> Vec<String> {
    let set = &outcome.targets;
    let mut broken = Vec::new();
    if is_kept(level, set) {
        return broken;
    }
    let latency = &level.all.latency;
    if level.all.success() < set.success {
        broken.push(format!(
            "{} succeeded instead of {}",
            numbers::percent(level.all.success()),
            numbers::percent(set.success)
        ));
    }
    if latency.mean > set.average_ms {
        broken.push(format!("the mean was {} instead of {}", numbers::ms(latency.mean), numbers::ms(set.average_ms)));
    }
    if latency.p95 > set.p95_ms {
        broken.push(format!(
            "the 95th percentile was {} instead of {}",
            numbers::ms(latency.p95),
            numbers::ms(set.p95_ms)
        ));
    }
    if broken_deliveries(level) > 0 {
        let broke = numbers::plural(broken_deliveries(level), "chat delivery was", "chat deliveries were");
        broken.push(format!("{broke} lost, twice or out of order"));
    }
    if not_found(level) > 0 {
        broken.push(format!("{} could not be read back", numbers::count(not_found(level))));
    }
    if broken.is_empty() {
        broken.push(if level.cut_short { "it was cut short".to_owned() } else { "it made no call".to_owned() });
    }
    broken
}
