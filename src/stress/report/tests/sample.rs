//! Outcomes such as a load test brings them: a good one, a bad one, and one in which nothing happened.

use std::collections::BTreeMap;

use crate::stress::outcome::{
    Call, Capacity, Chat, FORMAT, Figures, Latency, Level, Limit, Machine, Mode, Outcome, Resources, Second, Stored,
    Targets,
};

/// Nothing was run.
pub(super) fn empty() -> Outcome {
    Outcome {
        format: FORMAT,
        hearth: "0.1.0".to_owned(),
        began_at: "2026-11-23T16:00:00Z".to_owned(),
        target: None,
        machine: Machine {
            system: "Linux 6.12 (Debian 13)".to_owned(),
            processor: "Ryzen 7 5700G".to_owned(),
            cores: 2,
            memory: 8 << 30,
        },
        targets: Targets::default(),
        mode: Mode::Closed,
        mix: mix(),
        levels: Vec::new(),
        capacity: None,
        cut_short: false,
    }
}

fn mix() -> BTreeMap<Call, f64> {
    let shares = [0.0, 0.06, 0.26, 0.14, 0.08, 0.08, 0.06, 0.08, 0.08, 0.16];
    Call::ALL.into_iter().zip(shares).filter(|(_, share)| *share > 0.0).collect()
}

/// Five levels, all of them kept.
pub(super) fn good() -> Outcome {
    let levels = [
        level("baseline", 25, 50, 5.2, 2.0),
        level("medium", 50, 100, 7.4, 3.1),
        level("high", 100, 200, 14.0, 6.4),
        level("extreme", 200, 300, 31.0, 13.0),
        level("ultimate", 500, 500, 118.0, 41.0),
    ];
    Outcome { levels: levels.into(), ..empty() }
}

/// Almost everything that can go wrong, with names that want to be markup.
pub(super) fn bad() -> Outcome {
    let mut baseline = level("baseline", 25, 50, 12.0, 90.0);
    baseline.resources = None;
    for second in &mut baseline.timeline {
        second.server_cores = None;
        second.server_memory = None;
    }
    let mut broken = level("<b>high|er</b>", 100, 200, 40.0, 300.0);
    broken.all.failed = broken.all.calls / 6;
    let errors = [("503 overloaded", 3_000), ("connection: <script>alert(1)</script> | `reset` *by* peer", 333)];
    broken.all.errors = errors.map(|(what, number)| (what.to_owned(), number)).into();
    for second in &mut broken.timeline {
        second.failed = second.calls / 6;
    }
    broken.chat.lost = 3;
    broken.chat.duplicated = 1;
    broken.chat.delivered -= 3;
    broken.stored.found -= 2;
    broken.resources = Some(Resources {
        cores: 0.9,
        peak_files: 1_000,
        max_files: 1_024,
        refused: 3_000,
        slow_readers: 4,
        sync_p95_ms: 81.0,
        sync_mean_ms: 22.0,
        sync_share: 0.93,
        commits: 1_800,
        group_size: 3.4,
        peak_memory: 7 << 30,
        cache_hits: [("pages".to_owned(), 0.2), ("records".to_owned(), 0.31)].into(),
        ..Resources::default()
    });
    let mut short = level("ultimate", 500, 500, 6.0, 520.0);
    short.cut_short = true;
    short.timeline.truncate(3);
    let steps = vec![level("25", 25, 40, 10.0, 40.0), level("50", 50, 40, 10.0, 190.0)];
    let capacity = Some(Capacity {
        users: 25,
        requests_per_second: 510.0,
        limit: Limit::Disk,
        evidence: "A sync was under way 93 % of the time.".to_owned(),
        steps,
    });
    Outcome {
        target: Some("http://127.0.0.1:8080/?a=<i>&b='\"".to_owned()),
        levels: vec![baseline, broken, short],
        capacity,
        cut_short: true,
        mode: Mode::Open { rate: 1_500.0 },
        ..empty()
    }
}

/// A level in which half of all took `ms`.
pub(super) fn level(name: &str, users: usize, calls: usize, seconds: f64, ms: f64) -> Level {
    let all = (users * calls) as u64;
    let messages = all * 16 / 100;
    let share = |share: f64| (all as f64 * share).round().to_string().parse().unwrap_or(0);
    let mut by_call: BTreeMap<Call, Figures> = mix()
        .into_iter()
        .map(|(call, part)| (call, figures(share(part), ms * if call.is_write() { 1.5 } else { 0.8 })))
        .collect();
    by_call.insert(Call::LogIn, figures(users as u64, 60.0 + users as f64));
    Level {
        name: name.to_owned(),
        users,
        calls,
        seconds,
        all: figures(all, ms),
        uncorrected: latency(ms * 0.9),
        by_call,
        chat: Chat {
            acknowledged: messages,
            expected: messages * 3,
            delivered: messages * 3,
            delay: latency(ms * 1.6),
            ..Chat::default()
        },
        stored: Stored { looked_for: messages, found: messages },
        timeline: timeline(all, seconds, users, ms),
        resources: Some(resources(users, all)),
        cut_short: false,
    }
}

fn figures(calls: u64, ms: f64) -> Figures {
    Figures { calls, latency: latency(ms), ..Figures::default() }
}

/// A long tail above a median of `ms`.
pub(super) fn latency(ms: f64) -> Latency {
    let at = |share: f64| ms * (0.35 + 0.65 * (1.0 / (1.0 - share)).log2().powf(0.9));
    let curve = (0..60).map(|step| 1.0 - 10_f64.powf(-f64::from(step) / 15.0)).map(|share| (share, at(share)));
    Latency {
        mean: ms * 1.2,
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        p999: at(0.999),
        max: at(0.9999),
        curve: curve.collect(),
    }
}

/// Seconds that differ as seconds do: a slow wave and a stall.
fn timeline(calls: u64, seconds: f64, users: usize, ms: f64) -> Vec<Second> {
    let each = calls as f64 / seconds;
    let number = (0..).take_while(|at| f64::from(*at) < seconds);
    let second = |at: i32| {
        let wave = 1.0 + 0.08 * f64::from(at * 7 % 5 - 2) + if at % 23 == 17 { 0.5 } else { 0.0 };
        let share = (seconds - f64::from(at)).min(1.0);
        Second {
            at: f64::from(at),
            calls: (each * share / wave).round().to_string().parse().unwrap_or(0),
            failed: 0,
            p50: ms * wave,
            p95: latency(ms).p95 * wave,
            server_cores: Some(0.9 + 0.2 * (users as f64).log10() / wave),
            load_cores: 0.45 + 0.05 * wave,
            server_memory: Some((90 << 20) + users as u64 * 90_000 + u64::from(at.unsigned_abs()) * 120_000),
        }
    };
    number.map(second).collect()
}

fn resources(users: usize, calls: u64) -> Resources {
    Resources {
        cores: 1.1 + 0.1 * (users as f64).log10(),
        peak_cores: 1.62,
        peak_memory: (110 << 20) + users as u64 * 90_000,
        peak_files: 40 + users as u64 * 2,
        max_files: 65_536,
        commits: calls / 30,
        group_size: 7.5,
        sync_mean_ms: 0.42,
        sync_p95_ms: 0.9,
        sync_share: 0.41,
        hashes: users as u64,
        peak_hash_queue: users as u64 / 8,
        refused: 0,
        slow_readers: 0,
        peak_sockets: users as u64,
        cache_hits: [("pages".to_owned(), 0.97), ("sessions".to_owned(), 0.999)].into(),
    }
}
