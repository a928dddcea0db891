//! What ran out first: rules over what was measured in the level whose targets broke.

use super::machine::load_threads;
use super::outcome::{Level, Limit, Machine, Resources};

/// The share of something from which on it counts as used up.
const USED_UP: f64 = 0.9;

/// The share of the time in which a sync is under way, from which on the disk has no more to give.
const SYNCING: f64 = 0.8;

/// Passwords that wait, from which on hashing is what others wait for: the server takes 128.
const WAITING: u64 = 100;

/// What a system says when a connection cannot be made for want of descriptors or ports.
const NO_SOCKETS: [&str; 3] = ["Too many open files", "Cannot assign requested address", "os error 24"];

/// What broke `level`, with the figures that say so. With `is_here`, server and load share `machine`.
pub fn first_to_run_out(level: &Level, machine: &Machine, is_here: bool) -> (Limit, String) {
    let load = load_cores(level);
    let (cores, threads) = (as_number(machine.cores), load_threads(machine.cores));
    let is_load_busy = load >= USED_UP * as_number(threads);
    if let Some((why, count)) = level.all.errors.iter().find(|(why, _)| NO_SOCKETS.iter().any(|no| why.contains(no))) {
        return (Limit::Sockets, format!("{count} calls failed with: {why}"));
    }
    let Some(used) = &level.resources else {
        if is_load_busy {
            return (Limit::Load, load_alone(load, threads));
        }
        let why = "the server does not show its figures here (see --metrics-token), so nobody can say what ran out";
        return (Limit::Unknown, why.into());
    };
    if used.max_files > 0 && ratio(used.peak_files, used.max_files) >= USED_UP {
        let Resources { peak_files, max_files, .. } = used;
        return (Limit::Sockets, format!("{peak_files} of the {max_files} files that the server may open were open"));
    }
    if is_here && machine.memory > 0 && ratio(used.peak_memory, machine.memory) >= USED_UP {
        let (peak, all) = (gigabytes(used.peak_memory), gigabytes(machine.memory));
        return (Limit::Memory, format!("the server held {peak:.1} of the machine's {all:.1} GB"));
    }
    if used.peak_hash_queue >= WAITING {
        return (Limit::Hashing, format!("{} passwords waited to be hashed at once", used.peak_hash_queue));
    }
    let all_cores = used.cores + if is_here { load } else { 0.0 };
    if is_here && all_cores >= USED_UP * cores {
        let both = format!(
            "of {} cores the server used {:.2} and the load itself {load:.2}, which is {:.0} % of the machine",
            machine.cores,
            used.cores,
            all_cores / cores * 100.0,
        );
        return (if load > used.cores { Limit::Load } else { Limit::Processor }, both);
    }
    if is_load_busy {
        return (Limit::Load, load_alone(load, threads));
    }
    if used.sync_share >= SYNCING {
        let evidence = format!(
            "a sync was under way {:.0} % of the time, {:.2} ms each, with {:.1} writes in a group",
            used.sync_share * 100.0,
            used.sync_mean_ms,
            used.group_size,
        );
        return (Limit::Disk, evidence);
    }
    let evidence = format!(
        "the server used {:.2} cores and the load {load:.2}, a sync was under way {:.0} % of the time, and {} of {} files \
         were open",
        used.cores,
        used.sync_share * 100.0,
        used.peak_files,
        used.max_files,
    );
    (Limit::Unclear, evidence)
}

/// Cores that the load used in a second, the mean.
fn load_cores(level: &Level) -> f64 {
    let seconds = level.timeline.len();
    if seconds == 0 {
        return 0.0;
    }
    level.timeline.iter().map(|second| second.load_cores).sum::<f64>() / as_number(seconds)
}

fn load_alone(load: f64, threads: usize) -> String {
    let threads = if threads == 1 { "thread".to_owned() } else { format!("{threads} threads") };
    format!("the load's own {threads} used {load:.2} cores, and could send no faster")
}

#[expect(clippy::cast_precision_loss, reason = "bytes and counts far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "cores and seconds")]
const fn as_number(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stress::outcome::{Figures, Second};

    fn machine() -> Machine {
        Machine { system: "x".into(), processor: "y".into(), cores: 2, memory: 16_000_000_000 }
    }

    fn level(load_cores: f64, resources: Option<Resources>) -> Level {
        let timeline = vec![Second { load_cores, ..Second::default() }; 3];
        Level { timeline, resources, ..Level::default() }
    }

    fn idle() -> Resources {
        Resources { cores: 0.3, max_files: 1000, peak_files: 40, peak_memory: 100_000_000, ..Resources::default() }
    }

    fn limit(load_cores: f64, resources: Resources) -> Limit {
        first_to_run_out(&level(load_cores, Some(resources)), &machine(), true).0
    }

    #[test]
    fn each_limit_is_seen_where_it_is() {
        assert_eq!(limit(0.7, Resources { cores: 1.2, ..idle() }), Limit::Processor);
        assert_eq!(limit(1.3, Resources { cores: 0.6, ..idle() }), Limit::Load);
        assert_eq!(limit(0.95, idle()), Limit::Load);
        assert_eq!(limit(0.3, Resources { sync_share: 0.93, ..idle() }), Limit::Disk);
        assert_eq!(limit(0.3, Resources { peak_hash_queue: 128, ..idle() }), Limit::Hashing);
        assert_eq!(limit(0.3, Resources { peak_files: 990, ..idle() }), Limit::Sockets);
        assert_eq!(limit(0.3, Resources { peak_memory: 15_500_000_000, ..idle() }), Limit::Memory);
        assert_eq!(limit(0.3, idle()), Limit::Unclear);
    }

    #[test]
    fn the_evidence_has_the_figures() {
        let used = Resources { cores: 1.25, ..idle() };
        let (_, evidence) = first_to_run_out(&level(0.65, Some(used)), &machine(), true);
        assert!(evidence.contains("1.25") && evidence.contains("0.65") && evidence.contains("95 %"), "{evidence}");
    }

    #[test]
    fn what_is_not_seen_is_not_guessed() {
        assert_eq!(first_to_run_out(&level(0.8, None), &machine(), true).0, Limit::Unknown);
        // Elsewhere, the server's cores are not this machine's.
        let elsewhere = level(0.5, Some(Resources { cores: 7.0, ..idle() }));
        assert_eq!(first_to_run_out(&elsewhere, &machine(), false).0, Limit::Unclear);
        assert_eq!(first_to_run_out(&level(1.9, None), &machine(), false).0, Limit::Load);
    }

    #[test]
    fn connections_that_cannot_be_made_are_a_limit_without_figures_too() {
        let errors = [("Failed to connect to host: Too many open files (os error 24)".to_owned(), 7)].into();
        let broken = Level { all: Figures { errors, ..Figures::default() }, ..level(0.1, None) };
        assert_eq!(first_to_run_out(&broken, &machine(), true).0, Limit::Sockets);
    }
}
