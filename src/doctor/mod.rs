//! The doctor: what on this machine would hurt a community, before it does. One file a check.
//!
//! A check looks, and gives a [`Finding`]: what it saw, whether that is well, and what to do where it is not. Looking
//! is apart from judging, so that each judgement can be held against machines that are not at hand.

mod clock;
mod cores;
mod disk;
mod files;
mod fsync;
mod memory;
mod mount;
mod permissions;
mod proxy;
mod server;
mod sizes;
mod space;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::Config;
use crate::control::{self, AskError, Order, Status};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// It may hurt one day, or could not be told: look at it.
    Look,
    /// It hurts, or will when it matters most.
    Bad,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub check: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen.
    pub found: String,
    /// What to do; `None` where there is nothing.
    pub advice: Option<String>,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict, found: found.into(), advice: Some(advice.into()) }
    }

    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, found: found.into(), advice: None }
    }

    fn look(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(check, Verdict::Look, found, advice)
    }

    fn bad(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(check, Verdict::Bad, found, advice)
    }
}

/// What is looked at.
struct Patient<'a> {
    config: &'a Config,
    /// The data folder, or where there is none yet, the folder in which it would be made.
    folder: PathBuf,
    /// Where the settings were read from.
    file: Option<PathBuf>,
    /// What the running server says; `None` where none runs.
    server: Result<Option<Status>, AskError>,
}

/// Every check, in the order of the report.
const CHECKS: [fn(&Patient<'_>) -> Vec<Finding>; 12] = [
    server::check,
    mount::check,
    fsync::check,
    disk::check,
    space::check,
    sizes::check,
    files::check,
    memory::check,
    cores::check,
    clock::check,
    permissions::check,
    proxy::check,
];

/// Looks at everything that the settings of `config` and this machine have to do with each other. `file` is where the
/// settings were read from. Blocks for some seconds, and for a minute where a server hangs.
pub fn examine(config: &Config, file: Option<PathBuf>) -> Vec<Finding> {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let folder = data.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/")).to_owned();
    let folder = folder.canonicalize().unwrap_or(folder);
    let patient = Patient { config, folder, file, server: control::ask_running(config, &Order::Status) };
    CHECKS.iter().flat_map(|check| check(&patient)).collect()
}

/// A number of bytes as people say it.
fn bytes(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{}.{} {unit}", bytes / size, bytes % size * 10 / size),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_in_the_unit_that_fits() {
        let shown: Vec<_> = [0, 1023, 1536, 3 << 20, 5 << 30].into_iter().map(bytes).collect();
        assert_eq!(shown, ["0 bytes", "1023 bytes", "1.5 KiB", "3.0 MiB", "5.0 GiB"]);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_looked_at_where_it_would_be() {
        let folder = tempfile::tempdir().unwrap();
        let findings = examine(&Config::new(folder.path().join("not/yet")), None);
        let fsync = findings.iter().find(|finding| finding.check == "fsync").unwrap();
        assert!(fsync.found.contains("median"), "{fsync:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn whatever_is_not_well_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        for finding in examine(&Config::new(folder.path()), None) {
            assert_eq!(finding.advice.is_some(), finding.verdict != Verdict::Ok, "{finding:?}");
        }
    }
}
