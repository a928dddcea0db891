//! Memory, also that of a container, against what the settings let the server take.

use sysinfo::System;

use super::{Finding, Patient, bytes};

const CHECK: &str = "memory";

const MIB: u64 = 1 << 20;

/// What a server takes besides its caches with some hundreds of people: see the load test in the README.
const BASE: u64 = 200 * MIB;

/// What a thread that hashes passwords takes: `Cost::PRODUCTION`.
const HASHER: u64 = 19 * MIB;

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let mut system = System::new();
    system.refresh_memory();
    let group = system.cgroup_limits().map(|limits| limits.total_memory).filter(|limit| *limit > 0);
    let all = system.total_memory();
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    vec![judged(group.map_or(all, |limit| limit.min(all)), needed(patient.config.cache_mb, cores))]
}

/// What the server may come to take: decoded records, as much again for sled's pages, a quarter for ready pages.
fn needed(cache_mb: u64, cores: u64) -> u64 {
    let cache = cache_mb.saturating_mul(MIB);
    cache.saturating_mul(2).saturating_add(cache / 4).saturating_add(BASE).saturating_add(cores.saturating_mul(HASHER))
}

fn judged(limit: u64, needed: u64) -> Finding {
    let found = format!("{} for this process, of which the settings may take about {}", bytes(limit), bytes(needed));
    let advice = "lower cache_mb, or give the machine (or its container) more memory";
    if limit == 0 {
        return Finding::look(CHECK, "the system does not say how much there is", "ask `free -h`");
    }
    if needed > limit / 10 * 9 {
        return Finding::bad(CHECK, format!("{found}: the system would end the server"), advice);
    }
    if needed > limit / 3 * 2 {
        return Finding::look(CHECK, found, advice);
    }
    Finding::ok(CHECK, found)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_cache_larger_than_the_memory_is_bad() {
        let verdict = |cache_mb| judged(1024 * MIB, needed(cache_mb, 2)).verdict;
        assert_eq!([64, 256, 512].map(verdict), [Verdict::Ok, Verdict::Look, Verdict::Bad]);
        assert_eq!(judged(0, 1).verdict, Verdict::Look);
        assert!(needed(u64::MAX, 2) > u64::MAX / 2);
    }
}
