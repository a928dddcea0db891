//! What is read off a level in more than one place.

use crate::stress::outcome::{Call, Level, Outcome, Targets};

/// Calls that succeeded, a second.
pub(super) fn rate(level: &Level) -> f64 {
    let succeeded = level.all.calls.saturating_sub(level.all.failed);
    if level.seconds > 0.0 { succeeded as f64 / level.seconds } else { 0.0 }
}

/// How often a chat message was lost, came twice or out of order.
pub(super) fn broken_deliveries(level: &Level) -> u64 {
    level.chat.lost.saturating_add(level.chat.duplicated).saturating_add(level.chat.out_of_order)
}

/// How many acknowledged things could not be read back.
pub(super) fn not_found(level: &Level) -> u64 {
    level.stored.looked_for.saturating_sub(level.stored.found)
}

/// Whether a level was run to its end and kept what each level has to keep.
pub(super) fn is_kept(level: &Level, targets: &Targets) -> bool {
    let latency = &level.all.latency;
    level.all.calls > 0
        && !level.cut_short
        && level.all.success() >= targets.success
        && latency.mean <= targets.average_ms
        && latency.p95 <= targets.p95_ms
        && broken_deliveries(level) == 0
        && not_found(level) == 0
}

/// The levels and the steps of the search for the capacity.
pub(super) fn all(outcome: &Outcome) -> impl Iterator<Item = &Level> {
    outcome.levels.iter().chain(outcome.capacity.iter().flat_map(|capacity| &capacity.steps))
}

/// Of those that were kept, the one with the most people.
pub(super) fn largest_kept(outcome: &Outcome) -> Option<&Level> {
    all(outcome).filter(|level| is_kept(level, &outcome.targets)).max_by_key(|level| level.users)
}

/// Of those that were kept, the fastest: of those with as many people as wanted where there are such.
pub(super) fn fastest_kept(outcome: &Outcome) -> Option<&Level> {
    let kept = |level: &&Level| is_kept(level, &outcome.targets);
    let full = all(outcome).filter(kept).filter(|level| level.users >= outcome.targets.users);
    let fastest = full.max_by(|a, b| rate(a).total_cmp(&rate(b)));
    fastest.or_else(|| all(outcome).filter(kept).max_by(|a, b| rate(a).total_cmp(&rate(b))))
}

/// All writes of a level together.
pub(super) struct Writes {
    pub calls: u64,
    pub failed: u64,
    /// The 95th percentile of each kind, weighted by how many succeeded, in milliseconds.
    pub p95: f64,
}

impl Writes {
    pub(super) fn of(level: &Level) -> Self {
        let (mut calls, mut failed, mut succeeded, mut sum) = (0_u64, 0_u64, 0.0, 0.0);
        for call in Call::ALL.into_iter().filter(|call| call.is_write()) {
            let Some(figures) = level.by_call.get(&call) else { continue };
            calls = calls.saturating_add(figures.calls);
            failed = failed.saturating_add(figures.failed);
            let weight = figures.calls.saturating_sub(figures.failed) as f64;
            succeeded += weight;
            sum += weight * figures.latency.p95;
        }
        Self { calls, failed, p95: if succeeded > 0.0 { sum / succeeded } else { 0.0 } }
    }

    pub(super) fn success(&self) -> f64 {
        if self.calls == 0 { 1.0 } else { 1.0 - (self.failed as f64 / self.calls as f64).min(1.0) }
    }
}

/// The mean of the cores that the load itself used.
pub(super) fn load_cores(level: &Level) -> f64 {
    if level.timeline.is_empty() {
        return 0.0;
    }
    level.timeline.iter().map(|second| second.load_cores).sum::<f64>() / level.timeline.len() as f64
}

/// Whether the load and the server were on the same machine, as far as the URL tells.
pub(super) fn is_shared(outcome: &Outcome) -> bool {
    let Some(target) = &outcome.target else { return true };
    let rest = target.split_once("://").map_or(target.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let address: Option<std::net::IpAddr> = name.parse().ok();
    name.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}

/// `extreme (200 people)`.
pub(super) fn title(level: &Level) -> String {
    format!("{} ({} {})", level.name, level.users, if level.users == 1 { "person" } else { "people" })
}
