//! How many files and sockets the server may have open.

use rlimit::Resource;

use super::{Finding, Patient};

const CHECK: &str = "open files";

/// Sockets and requests that a server of some size has at once, with its files.
const COMFORTABLE: u64 = 16_384;

/// Too few for the bound that the server itself sets on connections of one worker.
const TIGHT: u64 = 2_048;

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    // The server takes all that it may have, which is what counts for this user too.
    let (limit, whose) = match &patient.server {
        Ok(Some(status)) if status.max_open_files.is_some() => (status.max_open_files, "the server"),
        _ => (Resource::NOFILE.get_hard().ok(), "a server that this user starts here"),
    };
    let unknown = || Finding::look(CHECK, "the limit cannot be read", "ask `ulimit -Hn`");
    vec![limit.map_or_else(unknown, |limit| judged(limit, whose))]
}

fn judged(limit: u64, whose: &str) -> Finding {
    let found = format!("{whose} may have {limit}, and each socket is one");
    let advice =
        "set LimitNOFILE=65536 in its systemd unit (`hearth systemd` has it), or --ulimit nofile for a container";
    match limit {
        0..TIGHT => Finding::bad(CHECK, found, advice),
        TIGHT..COMFORTABLE => Finding::look(CHECK, found, advice),
        _ => Finding::ok(CHECK, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn the_limit_of_an_old_system_is_bad() {
        let verdicts = [1024, 4096, 65_536, u64::MAX].map(|limit| judged(limit, "it").verdict);
        assert_eq!(verdicts, [Verdict::Bad, Verdict::Look, Verdict::Ok, Verdict::Ok]);
    }
}
