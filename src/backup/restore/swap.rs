//! The old and the new change places, so that a crash at any moment leaves the one or the other.
//!
//! The new is built in `restoring`. A file `ready` in there, which says where the old goes, makes it valid: from then on
//! it is what the folder holds, and whoever comes next finishes the renames. Each of them is made once: what is still in
//! `restoring` has not changed places yet, and what is in its way is the old.
//!
//! The data folder itself is locked meanwhile: shared by whoever works on it, and by a restore alone.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backup::BackupError;
use crate::backup::archive::Folder;
use crate::backup::folder::stamp;
use crate::clock::Timestamp;
use crate::durable::{self, make_folder};
use crate::store::{Lock, OpenError};

/// The store's folder in the data folder.
pub(super) const STORE: &str = "store";

/// Where the new is built.
const STAGING: &str = "restoring";

/// The file in there that makes it valid. It holds the name of the folder for the old.
const READY: &str = "ready";

/// What the name of that folder begins with.
const ASIDE: &str = "before-restore-";

/// What changes places.
const PARTS: [&str; 3] = [STORE, Folder::Media.name(), Folder::Secrets.name()];

/// Keeps restores away from a data folder, until it is dropped.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "it holds the lock")] Option<File>);

/// Enters the data folder `data`, made where it is missing, to work on what is in it; what a restore left that was
/// interrupted is finished first, or removed where it had not come so far.
///
/// # Errors
///
/// [`BackupError::Restoring`] while something is restored into it, [`BackupError::Unfinished`] where an interrupted
/// restore left nothing to go on with, or what moving things gives.
pub fn enter(data: &Path) -> Result<Hold, BackupError> {
    let folder = open(data)?;
    if data.join(STAGING).exists() {
        take(&folder, data, File::try_lock)?;
        settle(data)?;
        if data.join(STAGING).exists() {
            return Err(BackupError::Unfinished { data: data.to_owned(), staging: data.join(STAGING) });
        }
    }
    let is_locked = take(&folder, data, File::try_lock_shared)?;
    Ok(Hold(is_locked.then_some(folder)))
}

fn open(data: &Path) -> Result<File, BackupError> {
    make_folder(data).and_then(|()| File::open(data)).map_err(|cause| BackupError::io(data, cause))
}

/// Takes a lock. Where the file system has none, the store's own lock must do.
fn take(folder: &File, data: &Path, lock: fn(&File) -> Result<(), TryLockError>) -> Result<bool, BackupError> {
    match lock(folder) {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Err(BackupError::Restoring(data.to_owned())),
        Err(TryLockError::Error(error)) => {
            log::debug!("{} cannot be locked: {error}", data.display());
            Ok(false)
        }
    }
}

/// Finishes what an interrupted restore left, or removes it where there is a store without it.
fn settle(data: &Path) -> Result<(), BackupError> {
    let staging = data.join(STAGING);
    if staging.join(READY).exists() {
        log::warn!("a restore into {} was interrupted while it changed places: it is finished now", data.display());
        if let Some(aside) = finish(data)? {
            log::warn!("what was there before is in {}", aside.display());
        }
    } else if data.join(STORE).exists() {
        if fs::read_dir(&staging).is_ok_and(|mut entries| entries.next().is_some()) {
            let data = data.display();
            log::warn!("a restore into {data} was interrupted before it changed anything: what it left is removed");
        }
        fs::remove_dir_all(&staging).map_err(|cause| BackupError::io(&staging, cause))?;
    }
    Ok(())
}

/// A data folder that nobody else works on.
pub(super) struct Claim {
    data: PathBuf,
    _folder: File,
    _store: Option<Lock>,
}

impl Claim {
    /// Claims `data`, made where it is missing, and finishes what an interrupted restore left ready.
    pub(super) fn take(data: &Path) -> Result<Self, BackupError> {
        let folder = open(data)?;
        // The store's lock names its owner, so it is asked first.
        let before = lock(data)?;
        take(&folder, data, File::try_lock)?;
        if data.join(STAGING).join(READY).exists() {
            settle(data)?;
        }
        let store = if before.is_some() { before } else { lock(data)? };
        Ok(Self { data: data.to_owned(), _folder: folder, _store: store })
    }

    /// Whether there is a store in it.
    pub(super) fn has_store(&self) -> bool {
        let is_store = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() != "lock");
        fs::read_dir(self.data.join(STORE)).is_ok_and(|mut entries| entries.any(is_store))
    }

    /// Whether everything can change places by renaming.
    pub(super) fn check_file_systems(&self) -> Result<(), BackupError> {
        for part in PARTS {
            let path = self.data.join(part);
            let Ok(about) = path.symlink_metadata() else { continue };
            let data = self.data.metadata().map_err(|cause| BackupError::io(&self.data, cause))?;
            if about.dev() != data.dev() {
                let why = "it is another file system than the data folder's, and cannot be moved aside: unmount it";
                return Err(BackupError::io(&path, io::Error::other(why)));
            }
        }
        Ok(())
    }

    /// The folder to build in, without what an interrupted restore left.
    pub(super) fn staging(&self) -> Result<PathBuf, BackupError> {
        let staging = self.data.join(STAGING);
        let failed = |cause| BackupError::io(&staging, cause);
        if staging.exists() {
            fs::remove_dir_all(&staging).map_err(failed)?;
        }
        make_folder(&staging).map_err(failed)?;
        Ok(staging)
    }

    /// Makes what was built what the folder holds; where the old is, if there was any.
    pub(super) fn swap(&self, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
        make_ready(&self.data, now)?;
        finish(&self.data)
    }
}

/// The lock of the store in `data`, where there is one.
fn lock(data: &Path) -> Result<Option<Lock>, BackupError> {
    let store = data.join(STORE);
    if !store.exists() {
        return Ok(None);
    }
    Lock::take(&store).map(Some).map_err(|error| match error {
        OpenError::Locked { owner, .. } => BackupError::InUse { data: data.to_owned(), owner },
        other => other.into(),
    })
}

/// Says that what was built is valid, and where the old goes.
fn make_ready(data: &Path, now: Timestamp) -> Result<(), BackupError> {
    let staging = data.join(STAGING);
    let ready = staging.join(READY);
    let written = durable::write(&ready, free_name(data, now).as_bytes(), durable::SHARED);
    written.map_err(|cause| BackupError::io(&ready, cause))
}

/// The name of a folder for the old that there is not yet.
fn free_name(data: &Path, now: Timestamp) -> String {
    let mut moment = now;
    loop {
        let name = format!("{ASIDE}{}", stamp(moment));
        if !data.join(&name).exists() {
            return name;
        }
        moment = moment.plus(Duration::from_secs(1));
    }
}

/// Makes the renames that are still to be made; gives where the old is, if anything is there.
fn finish(data: &Path) -> Result<Option<PathBuf>, BackupError> {
    let (staging, ready) = (data.join(STAGING), data.join(STAGING).join(READY));
    let name = fs::read_to_string(&ready).map_err(|cause| BackupError::io(&ready, cause))?;
    if !name.starts_with(ASIDE) || name.contains('/') {
        let cause = io::Error::other("it does not say where the old goes: remove it, and restore again");
        return Err(BackupError::io(&ready, cause));
    }
    let aside = data.join(name);
    for part in PARTS {
        let (new, old) = (staging.join(part), data.join(part));
        if new.symlink_metadata().is_err() {
            continue;
        }
        if old.symlink_metadata().is_ok() {
            make_folder(&aside).map_err(|cause| BackupError::io(&aside, cause))?;
            rename(&old, &aside.join(part), [&aside, data])?;
        }
        rename(&new, &old, [data, &staging])?;
    }
    fs::remove_dir_all(&staging)
        .and_then(|()| durable::sync_folder(data))
        .map_err(|cause| BackupError::io(&staging, cause))?;
    Ok(aside.exists().then_some(aside))
}

/// Renames, and has it on disk: first where it is new, so that a power cut never leaves it nowhere.
fn rename(from: &Path, to: &Path, folders: [&Path; 2]) -> Result<(), BackupError> {
    let renamed = fs::rename(from, to).and_then(|()| folders.into_iter().try_for_each(durable::sync_folder));
    renamed.map_err(|cause| BackupError::io(from, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART_FILES: [(&str, &str); 3] = [("store", "old store"), ("media", "old media"), ("secrets", "old keys")];

    /// A folder with an old content and a new one that is ready, but for the renames.
    fn before_the_swap() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (part, old) in PART_FILES {
            for (folder, text) in
                [(dir.path().to_owned(), old.to_owned()), (dir.path().join(STAGING), format!("new {part}"))]
            {
                fs::create_dir_all(folder.join(part)).unwrap();
                fs::write(folder.join(part).join("file"), text).unwrap();
            }
        }
        make_ready(dir.path(), Timestamp::from_millis(1_795_421_460_000)).unwrap();
        dir
    }

    fn assert_swapped(data: &Path) {
        let aside = data.join("before-restore-20261123-081100Z");
        for (part, old) in PART_FILES {
            assert_eq!(fs::read_to_string(data.join(part).join("file")).unwrap(), format!("new {part}"));
            assert_eq!(fs::read_to_string(aside.join(part).join("file")).unwrap(), old);
        }
        assert!(!data.join(STAGING).exists());
    }

    #[test]
    fn what_is_ready_is_finished_wherever_it_was_interrupted() {
        // Each rename in its order; a crash comes after so many of them.
        let renames: Vec<_> = PARTS
            .iter()
            .flat_map(|part| [(part.to_string(), format!("A/{part}")), (format!("{STAGING}/{part}"), part.to_string())])
            .collect();
        for done in 0..=renames.len() {
            let dir = before_the_swap();
            let aside = dir.path().join("before-restore-20261123-081100Z");
            fs::create_dir_all(&aside).unwrap();
            for (from, to) in &renames[..done] {
                let to = to.strip_prefix("A/").map_or(dir.path().join(to), |part| aside.join(part));
                fs::rename(dir.path().join(from), to).unwrap();
            }
            enter(dir.path()).unwrap();
            assert_swapped(dir.path());
        }
    }

    #[test]
    fn what_is_not_ready_goes_where_there_is_a_store_and_stops_the_start_where_there_is_none() {
        let dir = before_the_swap();
        fs::remove_file(dir.path().join(STAGING).join(READY)).unwrap();
        enter(dir.path()).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("store/file")).unwrap(), "old store");
        assert!(!dir.path().join(STAGING).exists());
        let empty = tempfile::tempdir().unwrap();
        fs::create_dir_all(empty.path().join(STAGING).join(STORE)).unwrap();
        let refused = enter(empty.path()).unwrap_err();
        assert!(refused.to_string().contains("hearth restore FILE` again"), "{refused}");
        assert!(empty.path().join(STAGING).exists(), "nothing was removed");
    }

    #[test]
    fn a_folder_is_not_claimed_while_somebody_is_in_it_nor_entered_while_it_is_claimed() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (enter(dir.path()).unwrap(), enter(dir.path()).unwrap());
        drop(one);
        assert!(matches!(Claim::take(dir.path()), Err(BackupError::Restoring(_))));
        drop(other);
        let claim = Claim::take(dir.path()).unwrap();
        assert!(matches!(enter(dir.path()), Err(BackupError::Restoring(_))));
        drop(claim);
        enter(dir.path()).unwrap();
        fs::create_dir(dir.path().join(STORE)).unwrap();
        let lock = Lock::take(&dir.path().join(STORE)).unwrap();
        let refused = Claim::take(dir.path()).err().unwrap().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(lock);
        Claim::take(dir.path()).unwrap();
    }
}
