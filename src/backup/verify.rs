//! Proving that a backup is good: all its checksums, and a store built from it on trial.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::archive::{Entry, Folder, Reader};
use super::folder::{TRIAL, remove_leftovers};
use super::manifest::Manifest;
use super::restore::unpack_records;
use super::{BackupError, Progress};
use crate::id::{hex, random_bytes};
use crate::media;
use crate::store::check::{Report, check};
use crate::store::{Options, Store, catalog};

/// What a verification found.
#[derive(Debug)]
pub struct Verified {
    /// What the backup says of itself, which is all true.
    pub manifest: Manifest,
    /// What checking the store found that was built on trial; none where only checksums were looked at.
    pub report: Option<Report>,
}

/// Reads all of the backup at `path` and compares each checksum; unless `quick`, also builds a store from it in a folder
/// beside it, or among the system's temporary ones, and checks that.
///
/// # Errors
///
/// [`BackupError`] with what is wrong. Differences within the store are no errors: they are in the report.
pub fn verify(path: &Path, quick: bool, progress: Progress<'_>) -> Result<Verified, BackupError> {
    let mut reader = Reader::open(path)?;
    let manifest = reader.manifest().clone();
    check_all(&mut reader, progress)?;
    if quick {
        return Ok(Verified { manifest, report: None });
    }
    let trial = Trial::begin(path)?;
    let dir = trial.0.join("store");
    let (mut built, mut pictures) = (Ok(()), HashSet::new());
    reader.walk(&mut |entry, content| {
        match entry {
            Entry::Records => built = unpack_records(path, &manifest, content, &dir, progress),
            Entry::File(Folder::Media, name) => drop(pictures.insert((*name).to_owned())),
            Entry::File(..) => {}
        }
        Ok(())
    })?;
    built?;
    let store = Store::open(catalog::HEARTH, &Options::new(&dir))?;
    let mut report = check(&store, false, progress).map_err(|error| BackupError::Built(error.to_string()))?;
    let missing = media::missing(&store, &pictures).map_err(|error| BackupError::Built(error.to_string()))?;
    report.problems += missing.len() as u64;
    report.described.extend(missing);
    store.close();
    Ok(Verified { manifest, report: Some(report) })
}

/// Reads all of an archive and compares each checksum; `progress` hears how many bytes were read.
pub(super) fn check_all(reader: &mut Reader, progress: Progress<'_>) -> Result<(), BackupError> {
    let mut read = 0;
    reader.walk(&mut |_, content| {
        let mut buffer = vec![0; 256 * 1024];
        // What cannot be read is found by the walk itself.
        while let Ok(bytes @ 1..) = content.read(&mut buffer) {
            read += bytes as u64;
            progress("checksums, bytes", read);
        }
        Ok(())
    })
}

/// A temporary folder, locked while it is used and gone when this is.
struct Trial(PathBuf, #[expect(dead_code, reason = "holds the lock")] Option<File>);

impl Trial {
    /// Beside the backup, where there was room for that; else among the system's temporary folders.
    fn begin(path: &Path) -> Result<Self, BackupError> {
        let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        remove_leftovers(beside);
        let name = format!("{TRIAL}{}", hex(&random_bytes::<6>()));
        let (beside, elsewhere) = (beside.join(&name), std::env::temp_dir().join(&name));
        let make = |dir: &Path| DirBuilder::new().mode(0o700).create(dir);
        let dir = match make(&beside) {
            Ok(()) => beside,
            Err(_) => {
                make(&elsewhere).map(|()| elsewhere.clone()).map_err(|cause| BackupError::io(&elsewhere, cause))?
            }
        };
        let lock = File::open(&dir).ok().filter(|lock| lock.try_lock().is_ok());
        Ok(Self(dir, lock))
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            log::warn!("{} could not be removed: {error}", self.0.display());
        }
    }
}
