//! For how many people it is ready, and what more would need.

use super::levels::{all, broken_deliveries, is_kept, is_shared, largest_kept, load_cores, not_found, rate, title};
use super::numbers;
use super::targets::broken_in;
use crate::stress::outcome::{Level, Limit, Outcome};

/// The verdict, two or three sentences.
pub(super) fn of(outcome: &Outcome) -> String {
    let mut sentences = vec![ready(outcome)];
    sentences.extend(beyond(outcome));
    if outcome.cut_short {
        sentences.push("The test was cut short: what came after is not known.".to_owned());
    }
    sentences.join(" ")
}

/// In a few words, for a heading.
pub(super) fn heading(outcome: &Outcome) -> String {
    if broken_promises(outcome).is_some() {
        return "Not ready: a promise was broken".to_owned();
    }
    match largest_kept(outcome) {
        Some(level) => format!("Ready for {} people at once", numbers::size(level.users)),
        None if all(outcome).any(|level| level.all.calls > 0) => "Not ready: no level kept its targets".to_owned(),
        None => "Nothing was measured".to_owned(),
    }
}

fn ready(outcome: &Outcome) -> String {
    let largest = largest_kept(outcome).map(|level| {
        format!(
            "{} people at once at {} requests a second (p95 {})",
            numbers::size(level.users),
            numbers::rate(rate(level)),
            numbers::ms(level.all.latency.p95)
        )
    });
    match (broken_promises(outcome), largest) {
        (Some(broken), Some(largest)) => {
            format!("Not ready: {broken}, which must never happen. Nothing of that was seen up to {largest}.")
        }
        (Some(broken), None) => format!("Not ready: {broken}, which must never happen."),
        (None, Some(largest)) => format!("Ready for {largest}."),
        (None, None) if all(outcome).any(|level| level.all.calls > 0) => {
            "Not ready: no level kept all targets.".to_owned()
        }
        (None, None) => "Nothing was measured, so there is nothing to say about it.".to_owned(),
    }
}

/// What was lost or came wrongly, which no speed makes up for.
fn broken_promises(outcome: &Outcome) -> Option<String> {
    let sum = |of: fn(&Level) -> u64| all(outcome).map(of).fold(0, u64::saturating_add);
    let (deliveries, gone) = (sum(broken_deliveries), sum(not_found));
    let mut broken = Vec::new();
    if gone > 0 {
        broken.push(format!(
            "{} could not be read back",
            numbers::plural(gone, "acknowledged thing", "acknowledged things")
        ));
    }
    if deliveries > 0 {
        let what = numbers::plural(deliveries, "chat delivery was", "chat deliveries were");
        broken.push(format!("{what} lost, twice or out of order"));
    }
    (!broken.is_empty()).then(|| broken.join(" and "))
}

/// What was seen past the largest level that was kept.
fn beyond(outcome: &Outcome) -> Option<String> {
    let kept = largest_kept(outcome).map_or(0, |level| level.users);
    let past = all(outcome).filter(|level| level.users > kept && !is_kept(level, &outcome.targets));
    let broke = past.filter(|level| level.all.calls > 0 && !level.cut_short).min_by_key(|level| level.users);
    if let Some(capacity) = &outcome.capacity {
        let tried = broke.map_or("for more than that".to_owned(), |level| {
            format!("for {}: there {}", numbers::size(level.users), broken_in(level, outcome).join(", and "))
        });
        return Some(match need(capacity.limit) {
            Some(need) => format!("Needs {need} {tried}. {}", capacity.evidence),
            None => capacity.evidence.clone(),
        });
    }
    if let Some(level) = broke {
        let what = broken_in(level, outcome).join(", and ");
        let closest = closest(level, outcome);
        return Some(match closest.as_ref().and_then(|close| need(close.limit).map(|need| (need, close))) {
            Some((need, close)) => {
                format!(
                    "Needs {need} for {} people: there {what}, with {}.",
                    numbers::size(level.users),
                    close.evidence
                )
            }
            None => format!("For {} people it is not: {what}. What ran out cannot be seen from here.", level.users),
        });
    }
    let largest = largest_kept(outcome)?;
    let close = closest(largest, outcome)?;
    let need = need(close.limit)?;
    Some(if close.share >= 0.7 {
        format!("Needs {need} for many more than that: {}.", close.evidence)
    } else {
        format!("No level came to a limit; the closest was {}.", close.evidence)
    })
}

/// How much of something that can run out was in use.
pub(super) struct Pressure {
    pub limit: Limit,
    /// 0..=1 of what there is.
    pub share: f64,
    /// The figures that say so.
    pub evidence: String,
}

/// What came closest to its limit in a level, where its figures are known.
pub(super) fn closest(level: &Level, outcome: &Outcome) -> Option<Pressure> {
    pressures(level, outcome).into_iter().max_by(|a, b| a.share.total_cmp(&b.share))
}

/// Everything that can run out.
pub(super) fn pressures(level: &Level, outcome: &Outcome) -> Vec<Pressure> {
    let Some(used) = &level.resources else { return Vec::new() };
    let mut found = Vec::new();
    let mut add = |limit, share: f64, evidence| {
        if share.is_finite() {
            found.push(Pressure { limit, share, evidence });
        }
    };
    // What the machine has is the server's only where both are on it.
    let machine = Some(&outcome.machine).filter(|machine| is_shared(outcome) && machine.cores > 0);
    if let Some(machine) = machine {
        let load = load_cores(level);
        let together = (used.cores + load) / machine.cores as f64;
        let evidence = format!(
            "the processor at {} ({} cores for the server and {} for the load, of {})",
            numbers::about(together),
            numbers::trimmed(used.cores, 2),
            numbers::trimmed(load, 2),
            machine.cores
        );
        let limit = if load > used.cores { Limit::Load } else { Limit::Processor };
        add(limit, together, evidence);
        let memory = used.peak_memory as f64 / machine.memory as f64;
        let held = (numbers::bytes(used.peak_memory), numbers::bytes(machine.memory));
        add(Limit::Memory, memory, format!("the memory at {} ({} of {})", numbers::about(memory), held.0, held.1));
    }
    let disk = format!("the disk syncing {} of the time", numbers::about(used.sync_share));
    add(Limit::Disk, used.sync_share, disk);
    let files = used.peak_files as f64 / used.max_files as f64;
    let open = (numbers::count(used.peak_files), numbers::count(used.max_files));
    add(Limit::Sockets, files, format!("{} of {} files open", open.0, open.1));
    found
}

/// What to bring when something has run out.
fn need(limit: Limit) -> Option<&'static str> {
    match limit {
        Limit::Processor => Some("more or faster cores"),
        Limit::Hashing => Some("more cores to hash passwords, or log-ins spread over more time,"),
        Limit::Disk => Some("a disk that syncs faster"),
        Limit::Sockets => Some("a higher limit of open files"),
        Limit::Memory => Some("more memory"),
        Limit::Load => Some("another machine to make the load (this one was busy with it)"),
        Limit::Nothing | Limit::Unclear | Limit::Unknown => None,
    }
}

/// What a [`Limit`] is called.
pub(super) const fn name(limit: Limit) -> &'static str {
    match limit {
        Limit::Processor => "the processor",
        Limit::Hashing => "hashing of passwords",
        Limit::Disk => "the disk's syncs",
        Limit::Sockets => "sockets or open files",
        Limit::Memory => "memory",
        Limit::Load => "the load's own part of the machine",
        Limit::Nothing => "nothing: the load could not be raised further",
        Limit::Unclear => "not clear: nothing that is measured was used up",
        Limit::Unknown => "not known: the server's figures cannot be seen from here",
    }
}

/// The level in which something was at its worst, with its title.
pub(super) fn worst(outcome: &Outcome, figure: impl Fn(&Level) -> Option<f64>) -> Option<(&Level, f64)> {
    let measured = outcome.levels.iter().filter_map(|level| Some((level, figure(level)?)));
    measured.filter(|(_, figure)| figure.is_finite()).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// ` in extreme (200 people)`.
pub(super) fn at(level: &Level) -> String {
    format!("in {}", title(level))
}
