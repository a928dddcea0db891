//! The folder of backups: what they are called, which there are, and what unfinished ones left.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;

use super::BackupError;
use super::archive::Reader;
use super::manifest::{MadeBy, Manifest};
use crate::clock::Timestamp;
use crate::durable;

/// What the name of a backup begins with.
const PREFIX: &str = "hearth-";

/// What the name of one ends with that the schedule made.
const SCHEDULED: &str = "-scheduled.tar";

/// What the name of one ends with that somebody made.
const BY_HAND: &str = ".tar";

/// What the name of an unfinished one ends with; it begins with a dot.
const PARTIAL: &str = ".partial";

/// What the name of a trial's folder begins with.
pub(super) const TRIAL: &str = ".hearth-verify-";

/// A backup in the folder.
#[derive(Debug)]
pub struct Listed {
    /// Its file's name.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// What it says of itself, or why it is not whole. Only its front and its size were looked at.
    pub manifest: Result<Box<Manifest>, BackupError>,
}

impl Listed {
    /// Whether the schedule made it: by its name, and by what it says.
    pub fn is_scheduled(&self) -> bool {
        let said = self.manifest.as_ref().is_ok_and(|manifest| manifest.made_by == MadeBy::Schedule);
        said && self.name.ends_with(SCHEDULED)
    }
}

/// The backups in `dir`, the newest first; none where there is no such folder.
///
/// # Errors
///
/// What reading the folder gives. A file that is damaged is none: its entry says so.
pub fn list(dir: &Path) -> Result<Vec<Listed>, BackupError> {
    let failed = |cause| BackupError::io(dir, cause);
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        // What is no text is no name of ours; what is gone meanwhile is not listed.
        let (Ok(name), Ok(about)) = (entry.file_name().into_string(), entry.metadata()) else { continue };
        if is_name(&name) && about.is_file() {
            let manifest = Reader::open(&entry.path()).map(|reader| Box::new(reader.manifest().clone()));
            all.push(Listed { name, bytes: about.len(), manifest });
        }
    }
    let when = |listed: &Listed| listed.manifest.as_ref().ok().map(|manifest| manifest.created_at);
    all.sort_by(|one, other| when(other).cmp(&when(one)).then_with(|| other.name.cmp(&one.name)));
    Ok(all)
}

/// Whether a file of this name in the folder is a backup: nothing in it could lead elsewhere.
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_';
    name.len() <= 100 && name.ends_with(BY_HAND) && !name.starts_with('.') && name.chars().all(plain)
}

/// A path in `dir` that no backup has yet, for one of the moment `now`: names sort by time.
pub(super) fn free_path(dir: &Path, now: Timestamp, made_by: MadeBy) -> PathBuf {
    let ending = if made_by == MadeBy::Schedule { SCHEDULED } else { BY_HAND };
    let mut moment = now;
    loop {
        let path = dir.join(format!("{PREFIX}{}{ending}", stamp(moment)));
        if !path.exists() {
            return path;
        }
        moment = moment.plus(Duration::from_secs(1));
    }
}

/// A moment to the second, in a form that is good for names.
pub(super) fn stamp(moment: Timestamp) -> impl std::fmt::Display {
    let moment = jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or_default();
    moment.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%SZ").to_string()
}

/// Makes `dir` for its owner alone, where it is missing.
pub(super) fn make(dir: &Path) -> Result<(), BackupError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|cause| BackupError::io(dir, cause))
}

/// A file that is being written, under another name than it will have. Dropped before it is done, it is gone.
pub(super) struct Partial {
    path: PathBuf,
    target: PathBuf,
    is_done: bool,
}

impl Partial {
    /// Begins the file that will be `target`; it is locked while it is open.
    pub(super) fn begin(target: &Path) -> Result<(Self, File), BackupError> {
        if target.exists() {
            return Err(BackupError::Exists(target.to_owned()));
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}{PARTIAL}"));
        let failed = |cause| BackupError::io(&path, cause);
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = opened.map_err(failed)?;
        file.try_lock().map_err(|_| BackupError::Running)?;
        // What an earlier attempt left.
        file.set_len(0).map_err(failed)?;
        Ok((Self { target: target.to_owned(), is_done: false, path }, file))
    }

    /// Gives the file, which is synced, its name.
    pub(super) fn done(mut self) -> Result<PathBuf, BackupError> {
        if self.target.exists() {
            return Err(BackupError::Exists(self.target.clone()));
        }
        durable::rename(&self.path, &self.target).map_err(|cause| BackupError::io(&self.target, cause))?;
        self.is_done = true;
        Ok(self.target.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_done {
            // Where it cannot be removed now, the next backup removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what killed processes left in `dir`: unfinished backups and trials. What is locked is at work.
pub(super) fn remove_leftovers(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_partial = name.starts_with(&format!(".{PREFIX}")) && name.ends_with(PARTIAL);
        let is_idle = || File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        let removed = if is_partial && is_idle() {
            fs::remove_file(&path)
        } else if name.starts_with(TRIAL) && is_idle() {
            fs::remove_dir_all(&path)
        } else {
            continue;
        };
        match removed {
            Ok(()) => log::info!("{}: left by something that was interrupted, and removed", path.display()),
            Err(error) => log::warn!("{} is a leftover that cannot be removed: {error}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_are_never_taken_twice() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::from_millis(1_795_421_460_007);
        let path = free_path(dir.path(), now, MadeBy::Hand);
        assert_eq!(path.file_name().unwrap(), "hearth-20261123-081100Z.tar");
        fs::write(&path, "").unwrap();
        assert_eq!(free_path(dir.path(), now, MadeBy::Hand).file_name().unwrap(), "hearth-20261123-081101Z.tar");
        let scheduled = free_path(dir.path(), now, MadeBy::Schedule);
        assert_eq!(scheduled.file_name().unwrap(), "hearth-20261123-081100Z-scheduled.tar");
    }

    #[test]
    fn no_name_leads_elsewhere() {
        assert!(is_name("hearth-20261123-081100Z.tar") && is_name("mine.tar"));
        for name in
            ["", ".tar", "../x.tar", "a/b.tar", ".hidden.tar", "x.tar.partial", "x\0.tar", "\u{e9}.tar", "a\\b.tar"]
        {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn leftovers_go_and_what_is_at_work_stays() {
        let dir = tempfile::tempdir().unwrap();
        let [old, new] = ["hearth-1.tar", "hearth-2.tar"].map(|name| dir.path().join(name));
        let (left, file) = Partial::begin(&old).unwrap();
        std::mem::forget(left);
        drop(file);
        let (at_work, _file) = Partial::begin(&new).unwrap();
        fs::create_dir(dir.path().join(format!("{TRIAL}7"))).unwrap();
        fs::write(dir.path().join(".other.partial"), "").unwrap();
        remove_leftovers(dir.path());
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(at_work.path.exists());
        assert!(matches!(Partial::begin(&new), Err(BackupError::Running)));
        at_work.done().unwrap();
        assert!(matches!(Partial::begin(&new), Err(BackupError::Exists(_))));
    }
}
