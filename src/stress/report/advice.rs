//! What to do, drawn from what was measured: each piece has the figure that it follows from.

use super::levels::{all, is_shared, load_cores, not_found, rate, title};
use super::numbers;
use super::score::worst_second;
use super::verdict::{at, worst};
use crate::stress::outcome::{Call, Level, Outcome, Resources};

/// Shown where no rule found anything.
const NOTHING: &str = "Nothing stood out in what was measured.";

/// All advice, what matters most first.
pub(super) fn of(outcome: &Outcome) -> Vec<String> {
    let rules: [fn(&Outcome) -> Option<String>; 18] = [
        gone,
        lost,
        failed,
        limited,
        refused,
        slow_readers,
        load,
        processor,
        hashing,
        stalls,
        syncs,
        memory,
        files,
        caches,
        uneven,
        waited,
        blind,
        cut_short,
    ];
    let found: Vec<_> = rules.iter().filter_map(|rule| rule(outcome)).collect();
    match all(outcome).any(|level| level.all.calls > 0) {
        _ if !found.is_empty() => found,
        true => vec![NOTHING.to_owned()],
        false => vec!["Nothing was measured, so nothing can be said.".to_owned()],
    }
}

/// The worst of something that the server's own figures say.
fn worst_used(outcome: &Outcome, figure: impl Fn(&Resources) -> f64) -> Option<(&Level, &Resources, f64)> {
    let (level, worst) = worst(outcome, |level| level.resources.as_ref().map(&figure))?;
    Some((level, level.resources.as_ref()?, worst))
}

fn gone(outcome: &Outcome) -> Option<String> {
    let (level, _) = worst(outcome, |level| Some(not_found(level) as f64)).filter(|(_, gone)| *gone > 0.0)?;
    Some(format!(
        "{} of {} acknowledged things could not be read back {}. Stop here, keep the data folder, and run `hearth check` \
         on it.",
        numbers::count(not_found(level)),
        numbers::count(level.stored.looked_for),
        at(level)
    ))
}

fn lost(outcome: &Outcome) -> Option<String> {
    let (level, _) = worst(outcome, |level| Some(level.chat.lost as f64 + level.chat.duplicated as f64))?;
    let chat = &level.chat;
    (chat.lost > 0 || chat.duplicated > 0).then(|| {
        format!(
            "{} of {} chat deliveries were lost and {} came twice {}. The messages themselves are in their logs: look \
             at the server's log for connections that ended, and at whether the machine was out of something below.",
            numbers::count(chat.lost),
            numbers::count(chat.expected),
            numbers::count(chat.duplicated),
            at(level)
        )
    })
}

fn failed(outcome: &Outcome) -> Option<String> {
    let (level, share) = worst(outcome, |level| Some(1.0 - level.all.success())).filter(|(_, share)| *share > 0.0)?;
    let cause = level.all.errors.iter().max_by_key(|(_, number)| **number);
    let cause = cause.map(|(what, number)| format!(", most of all {what} ({} times)", numbers::count(*number)));
    Some(format!(
        "{} of the requests failed {}{}. The table of errors has them by code.",
        numbers::percent(share),
        at(level),
        cause.unwrap_or_default()
    ))
}

fn limited(outcome: &Outcome) -> Option<String> {
    let of = |level: &Level| -> u64 {
        level.all.errors.iter().filter(|(what, _)| what.contains("rate_limited")).map(|(_, number)| *number).sum()
    };
    let (level, _) = worst(outcome, |level| Some(of(level) as f64)).filter(|(_, most)| *most > 0.0)?;
    Some(format!(
        "{} by the server's rate limits {}, so this measured those. Set rate_limit = off there for the time of the test.",
        numbers::plural(of(level), "request was refused", "requests were refused"),
        at(level)
    ))
}

fn refused(outcome: &Outcome) -> Option<String> {
    let (level, used, _) = worst_used(outcome, |used| used.refused as f64).filter(|(_, _, most)| *most > 0.0)?;
    Some(format!(
        "{} turned away {} because too much was under way. That keeps the others fast; to serve them all, give the server \
         more cores or spread the load.",
        numbers::plural(used.refused, "request was", "requests were"),
        at(level)
    ))
}

fn slow_readers(outcome: &Outcome) -> Option<String> {
    let (level, used, _) = worst_used(outcome, |used| used.slow_readers as f64).filter(|(_, _, most)| *most > 0.0)?;
    Some(format!(
        "{} cut off {} for not reading what was sent. They come back by their cursor; with real people it means slow \
         networks, here most likely a load that had too little processor left to read.",
        numbers::plural(used.slow_readers, "socket was", "sockets were"),
        at(level)
    ))
}

fn load(outcome: &Outcome) -> Option<String> {
    let cores = outcome.machine.cores;
    let (level, used) = worst(outcome, |level| Some(load_cores(level)))?;
    let share = used / cores.max(1) as f64;
    (cores > 0 && share > 0.4).then(|| {
        let which = if is_shared(outcome) {
            "The server had to do with the rest, so its figures are lower bounds: run the load from another machine"
        } else {
            "It may have been the load that was slow: run it from a faster machine, or from several"
        };
        format!(
            "The load itself took {} of {cores} cores ({}) {}. {which} (`--target`).",
            numbers::trimmed(used, 2),
            numbers::about(share),
            at(level)
        )
    })
}

fn processor(outcome: &Outcome) -> Option<String> {
    let cores = Some(outcome.machine.cores).filter(|cores| *cores > 0 && is_shared(outcome))?;
    let both = |level: &Level| level.resources.as_ref().map(|used| used.cores + load_cores(level));
    let (level, used) = worst(outcome, both)?;
    let server = level.resources.as_ref().map_or(0.0, |used| used.cores);
    (used >= 0.85 * cores as f64).then(|| {
        format!(
            "The processor was {} busy {}: {} of {cores} cores for the server, {} for the load. More or faster cores are \
             what makes it faster.",
            numbers::about((used / cores as f64).min(1.0)),
            at(level),
            numbers::trimmed(server, 2),
            numbers::trimmed(load_cores(level), 2)
        )
    })
}

fn hashing(outcome: &Outcome) -> Option<String> {
    let log_ins = |level: &Level| level.by_call.get(&Call::LogIn).map(|figures| figures.latency.p95);
    let (level, p95) = worst(outcome, log_ins).filter(|(_, p95)| *p95 > 1_000.0)?;
    let waiting = level.resources.as_ref().map(|used| {
        format!(
            "; up to {} waited, and {} were hashed or checked",
            numbers::count(used.peak_hash_queue),
            numbers::count(used.hashes)
        )
    });
    Some(format!(
        "Log-ins took up to {} (95th percentile) {}{}. They are bound by hashing, which is \
         costly on purpose and grows with the cores; what is already signed in does not wait for it.",
        numbers::ms(p95),
        at(level),
        waiting.unwrap_or_default()
    ))
}

fn stalls(outcome: &Outcome) -> Option<String> {
    let (level, used, _) = worst_used(outcome, |used| used.sync_p95_ms).filter(|(_, _, p95)| *p95 > 50.0)?;
    Some(format!(
        "The disk stalls: the 95th percentile of its syncs was {} {} (mean {}). Every write waits for one; a disk with a \
         write cache that survives a power cut takes under 1 ms.",
        numbers::ms(used.sync_p95_ms),
        at(level),
        numbers::ms(used.sync_mean_ms)
    ))
}

fn syncs(outcome: &Outcome) -> Option<String> {
    let (level, used, share) = worst_used(outcome, |used| used.sync_share).filter(|(_, _, share)| *share > 0.7)?;
    Some(format!(
        "A sync of the journal was under way {} of the time {} ({} groups of {} writes, {} each). Writes are bound by the \
         disk: a faster one helps, or accept it, as groups grow with the load.",
        numbers::about(share.min(1.0)),
        at(level),
        numbers::count(used.commits),
        numbers::trimmed(used.group_size, 1),
        numbers::ms(used.sync_mean_ms)
    ))
}

fn memory(outcome: &Outcome) -> Option<String> {
    let memory = Some(outcome.machine.memory).filter(|memory| *memory > 0 && is_shared(outcome))?;
    let (level, used, most) = worst_used(outcome, |used| used.peak_memory as f64)?;
    let share = most / memory as f64;
    (share > 0.7).then(|| {
        format!(
            "The server held {} of the machine's {} ({}) {}. Give it more memory, or set `cache_mb` lower.",
            numbers::bytes(used.peak_memory),
            numbers::bytes(memory),
            numbers::about(share),
            at(level)
        )
    })
}

fn files(outcome: &Outcome) -> Option<String> {
    let share = |used: &Resources| used.peak_files as f64 / used.max_files.max(1) as f64;
    let (level, used, share) =
        worst_used(outcome, share).filter(|(_, used, share)| used.max_files > 0 && *share > 0.8)?;
    Some(format!(
        "{} of at most {} files were open {} ({}), with {} sockets. Raise the limit (`ulimit -n`, `LimitNOFILE`) before \
         more people come.",
        numbers::count(used.peak_files),
        numbers::count(used.max_files),
        at(level),
        numbers::about(share),
        numbers::count(used.peak_sockets)
    ))
}

fn caches(outcome: &Outcome) -> Option<String> {
    let used = outcome.levels.iter().filter_map(|level| Some((level, level.resources.as_ref()?)));
    let hits = used.flat_map(|(level, used)| used.cache_hits.iter().map(move |(name, share)| (level, name, *share)));
    // A page is made anew when what it shows has changed, and no memory helps against that.
    let hits = hits.filter(|(_, name, _)| *name != "pages");
    let (level, name, share) = hits.min_by(|a, b| a.2.total_cmp(&b.2)).filter(|(_, _, share)| *share < 0.8)?;
    Some(format!(
        "The cache of {name} could answer {} of its look-ups {}. Where memory is free, set `cache_mb` higher and see \
         whether the share rises.",
        numbers::about(share),
        at(level)
    ))
}

fn uneven(outcome: &Outcome) -> Option<String> {
    let (level, worst) = worst(outcome, worst_second)?;
    let usual = level.all.latency.p95;
    (worst > 100.0 && usual > 0.0 && worst > 3.0 * usual).then(|| {
        format!(
            "One second {} had a 95th percentile of {}, against {} over the whole level. Its timeline shows when.",
            at(level),
            numbers::ms(worst),
            numbers::ms(usual)
        )
    })
}

fn waited(outcome: &Outcome) -> Option<String> {
    let gap = |level: &Level| (level.uncorrected.p95 > 0.0).then(|| level.all.latency.p95 / level.uncorrected.p95);
    let (level, factor) = worst(outcome, gap)?;
    let corrected = level.all.latency.p95;
    (factor > 2.0 && corrected > 50.0).then(|| {
        format!(
            "{}: the 95th percentile is {} with those counted that had to wait for their turn, and {} without. It is the \
             first that people would feel at {} requests a second.",
            title(level),
            numbers::ms(corrected),
            numbers::ms(level.uncorrected.p95),
            numbers::rate(rate(level))
        )
    })
}

fn blind(outcome: &Outcome) -> Option<String> {
    let hidden = outcome.levels.iter().filter(|level| level.resources.is_none()).count();
    (hidden > 0).then(|| {
        format!(
            "In {hidden} of {} levels the server did not show its figures, so that what bounds it could not be seen. Let \
             it show its metrics to the machine that makes the load.",
            outcome.levels.len()
        )
    })
}

fn cut_short(outcome: &Outcome) -> Option<String> {
    let short = outcome.levels.iter().filter(|level| level.cut_short).count();
    (short > 0).then(|| {
        format!(
            "{short} of {} levels were cut short; run them to their end before relying on them.",
            outcome.levels.len()
        )
    })
}
