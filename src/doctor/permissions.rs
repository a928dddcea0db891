//! Who else on this machine can read what only the server may.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{Finding, Patient};
use crate::config::SETTINGS;
use crate::control;

const CHECK: &str = "permissions";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let data = &patient.config.data;
    if !data.is_dir() {
        return vec![Finding::ok(CHECK, "there is no data folder yet; it will be for its owner alone")];
    }
    let mut private: Vec<PathBuf> = vec![data.clone(), data.join("store"), data.join("secrets"), control::socket(data)];
    private.extend(fs::read_dir(data.join("secrets")).into_iter().flatten().flatten().map(|entry| entry.path()));
    // Settings are no secret but where one of them is.
    let has_secret = SETTINGS.iter().any(|setting| setting.is_secret && !setting.value(patient.config).is_empty());
    private.extend(patient.file.clone().filter(|_| has_secret));
    let mut findings: Vec<_> = private.iter().filter_map(|path| seen(path, data)).collect();
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, "the data folder, its secrets and its socket are for their owner alone"));
    }
    findings
}

/// What is wrong with one file or folder; `None` where nothing is, or where it is not there.
fn seen(path: &Path, data: &Path) -> Option<Finding> {
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let advice = "run the doctor as the user that runs the server";
            return Some(Finding::look(CHECK, format!("{shown} cannot be looked at: {error}"), advice));
        }
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let right = if metadata.is_dir() { "700" } else { "600" };
        let found = format!("{shown} has mode {mode:03o}: other users of this machine can use it");
        return Some(Finding::bad(CHECK, found, format!("chmod {right} {shown}")));
    }
    let owner = fs::metadata(data).ok()?.uid();
    if metadata.uid() != owner && path.starts_with(data) {
        let found = format!("{shown} belongs to user {}, and the data folder to {owner}", metadata.uid());
        return Some(Finding::bad(CHECK, found, format!("chown {owner} {shown}")));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn what_others_can_read_is_bad_and_said_with_the_command_that_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("signing.key");
        fs::write(&file, "key").unwrap();
        let with = |mode| {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            seen(&file, folder.path())
        };
        assert_eq!(with(0o600), None);
        let found = with(0o640).unwrap();
        assert_eq!(found.verdict, Verdict::Bad);
        assert_eq!(found.advice.unwrap(), format!("chmod 600 {}", file.display()));
        assert_eq!(seen(&folder.path().join("none"), folder.path()), None);
    }
}
