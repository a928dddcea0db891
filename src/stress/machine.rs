//! What this machine is, and how much load it can make.

use std::fs;
use std::thread::available_parallelism;

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use super::outcome::Machine;
use crate::open_files;

/// File descriptors that are needed for other things than people.
const OTHER_FILES: u64 = 200;

/// Connections of a person: one for calls, one for the socket.
const CONNECTIONS: u64 = 2;

/// This machine.
pub fn here() -> Machine {
    let what =
        RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()).with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(what);
    let processor = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default();
    let kernel = System::kernel_version().map(|version| format!(" (kernel {version})")).unwrap_or_default();
    Machine {
        system: System::long_os_version().unwrap_or_else(|| "unknown".into()) + &kernel,
        processor: if processor.is_empty() { "unknown".into() } else { processor },
        cores: cores(),
        memory: system.total_memory(),
    }
}

/// Logical cores that may be used.
pub fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Threads that make the load, on a machine with so many cores: half of them, so that a server on the same machine has the
/// other half.
pub fn load_threads(cores: usize) -> usize {
    (cores / 2).max(1)
}

/// Takes as many file descriptors as may be had; how many people can then be connected from here, and what bounds them.
pub fn most_people() -> (usize, &'static str) {
    let files = open_files::raise_limit().unwrap_or(1024);
    people(files, ports())
}

/// Local ports that connections may begin at, where the system says so.
fn ports() -> Option<u64> {
    let text = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
    let mut bounds = text.split_whitespace().map(|bound| bound.parse::<u64>());
    let (first, last) = (bounds.next()?.ok()?, bounds.next()?.ok()?);
    Some(last.saturating_sub(first) + 1)
}

fn people(files: u64, ports: Option<u64>) -> (usize, &'static str) {
    let by_files = files.saturating_sub(OTHER_FILES) / CONNECTIONS;
    let by_ports = ports.map_or(u64::MAX, |ports| ports.saturating_sub(OTHER_FILES) / CONNECTIONS);
    let (least, why) = if by_files <= by_ports {
        (by_files, "the limit of open files here")
    } else {
        (by_ports, "the local ports of this machine")
    };
    (usize::try_from(least).unwrap_or(usize::MAX), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_cores_and_memory() {
        let machine = here();
        assert!(machine.cores >= 1 && machine.memory > 1024 * 1024, "{machine:?}");
        assert!(!machine.system.is_empty() && !machine.processor.is_empty());
    }

    #[test]
    fn people_are_bounded_by_what_there_is_less_of() {
        assert_eq!(people(1024, Some(28_232)), (412, "the limit of open files here"));
        assert_eq!(people(1_048_576, Some(28_232)), (14_016, "the local ports of this machine"));
        assert_eq!(people(1_000, None).0, 400);
        assert_eq!(people(10, None).0, 0);
    }
}
