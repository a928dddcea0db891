//! The clock: whether it can be right, and whether something keeps it so.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Finding, Patient};

const CHECK: &str = "clock";

/// When this was written, in seconds since 1970: no clock that is right shows an earlier time (2026-11-01).
const WRITTEN: u64 = 1_793_491_200;

/// A file may be this much newer than the clock, where another machine wrote it.
const SLACK: Duration = Duration::from_secs(120);

/// What is there where something keeps the clock right: systemd-timesyncd once it has done so, chrony, ntpd, openntpd.
const KEEPERS: [(&str, &str); 6] = [
    ("/run/systemd/timesync/synchronized", "systemd-timesyncd"),
    ("/run/chrony/chronyd.pid", "chrony"),
    ("/run/chrony/chronyd.sock", "chrony"),
    ("/run/chronyd.pid", "chrony"),
    ("/run/ntpd.pid", "ntpd"),
    ("/run/openntpd.sock", "openntpd"),
];

/// What is there in a container, whose clock is its host's.
const CONTAINERS: [&str; 2] = ["/.dockerenv", "/run/.containerenv"];

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let newest = newest(&patient.config.store_options().dir.join("journal"));
    let keeper = KEEPERS.iter().find(|(path, _)| Path::new(path).exists()).map(|(_, name)| *name);
    let contained = CONTAINERS.iter().any(|path| Path::new(path).exists());
    vec![judged(SystemTime::now(), newest, keeper, contained)]
}

/// When the journal was last written.
fn newest(journal: &Path) -> Option<SystemTime> {
    let modified = |entry: fs::DirEntry| entry.metadata().ok()?.modified().ok();
    fs::read_dir(journal).ok()?.flatten().filter_map(modified).max()
}

fn judged(now: SystemTime, newest: Option<SystemTime>, keeper: Option<&str>, contained: bool) -> Finding {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let advice = "set it, and have chrony or systemd-timesyncd keep it right";
    if seconds < WRITTEN {
        return Finding::bad(CHECK, "it shows a time before this version of Hearth was made", advice);
    }
    if let Some(ahead) = newest.and_then(|newest| newest.duration_since(now).ok()).filter(|ahead| *ahead > SLACK) {
        let found = format!("it is {} minutes behind what was last written", ahead.as_secs() / 60);
        return Finding::bad(CHECK, found, advice);
    }
    match keeper {
        Some(keeper) => Finding::ok(CHECK, format!("plausible, and kept right by {keeper}")),
        None if contained => Finding::ok(CHECK, "plausible; in a container it is the host's"),
        None => Finding::look(
            CHECK,
            "plausible, but nothing that keeps it right was found",
            "have chrony or systemd-timesyncd do so: tokens end and posts are dated by it",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_clock_that_went_back_is_bad_and_one_that_nobody_keeps_is_looked_at() {
        let now = UNIX_EPOCH + Duration::from_secs(WRITTEN + 1000);
        let verdict = |now, newest, keeper| judged(now, newest, keeper, false).verdict;
        assert_eq!(verdict(now, Some(now), Some("chrony")), Verdict::Ok);
        assert_eq!(verdict(now, Some(now), None), Verdict::Look);
        assert_eq!(judged(now, None, None, true).verdict, Verdict::Ok);
        assert_eq!(verdict(now, Some(now + Duration::from_secs(3600)), Some("chrony")), Verdict::Bad);
        assert_eq!(verdict(now, Some(now + Duration::from_secs(60)), Some("chrony")), Verdict::Ok);
        assert_eq!(verdict(UNIX_EPOCH, None, Some("chrony")), Verdict::Bad);
    }
}
