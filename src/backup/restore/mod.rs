//! A data folder from a backup.

mod swap;

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

pub use swap::{Hold, enter};

use super::archive::{Entry, Folder, Reader};
use super::manifest::Manifest;
use super::verify::check_all;
use super::{BackupError, Progress};
use crate::chat;
use crate::clock::Timestamp;
use crate::durable;
use crate::id::random_bytes;
use crate::store::snapshot::{self, Summary};
use crate::store::{Options, Store, catalog};
use swap::{Claim, STORE};

/// The largest window that unpacking may take in memory, as a power of two: 8 MiB, sixteen times what is used.
const WINDOW_LOG: u32 = 23;

/// A data folder that was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Where what was there before is now.
    pub aside: Option<PathBuf>,
    /// Whether the server's keys are those that were in the folder before, because the backup has none.
    pub kept_secrets: bool,
}

/// Makes the data folder `data` what it was when the backup at `path` was made. With `force`, what is there is moved
/// aside within it. Until everything is built beside and on disk, nothing in `data` changes; from then on the new is what
/// is there, whatever happens.
///
/// # Errors
///
/// [`BackupError`]; `data` is as it was then.
pub fn restore(
    path: &Path,
    data: &Path,
    force: bool,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Restored, BackupError> {
    let mut reader = Reader::open(path)?;
    let manifest = reader.manifest().clone();
    check_stored_form(path, &manifest)?;
    let is_new = !data.exists();
    let restored = Claim::take(data).and_then(|claim| {
        if claim.has_store() && !force {
            return Err(BackupError::Occupied(data.to_owned()));
        }
        claim.check_file_systems()?;
        check_all(&mut reader, progress)?;
        let staging = claim.staging()?;
        let built = build(&mut reader, path, &staging, progress).and_then(|()| begin_history(&staging.join(STORE)));
        built.inspect_err(|_| {
            // Where it cannot be removed now, the next start or restore does.
            let _ = fs::remove_dir_all(&staging);
        })?;
        progress("changing places", 0);
        claim.swap(now)
    });
    if restored.is_err() && is_new {
        // It was made for this, and is empty: where it is not, it stays.
        let _ = fs::remove_dir(data);
    }
    let aside = restored?;
    let kept_secrets = manifest.secrets.is_none() && data.join(Folder::Secrets.name()).exists();
    Ok(Restored { manifest, aside, kept_secrets })
}

/// Whether this Hearth can read what is in it.
fn check_stored_form(path: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let known = manifest.schema().check(&catalog::HEARTH);
    known.map_err(|cause| BackupError::Stored { name: path.display().to_string(), cause })
}

/// Builds everything in the empty folder `staging`, and has it on disk.
fn build(reader: &mut Reader, path: &Path, staging: &Path, progress: Progress<'_>) -> Result<(), BackupError> {
    let manifest = reader.manifest().clone();
    make_folder(&staging.join(Folder::Media.name()))?;
    if manifest.secrets.is_some() {
        make_folder(&staging.join(Folder::Secrets.name()))?;
    }
    let mut files = 0;
    reader.walk(&mut |entry, content| match entry {
        Entry::Records => unpack_records(path, &manifest, content, &staging.join(STORE), progress),
        Entry::File(folder, name) => {
            unpack_file(&staging.join(folder.name()), name, content)?;
            files += 1;
            progress("files", files);
            Ok(())
        }
    })?;
    sync_folders(staging).map_err(|cause| BackupError::io(staging, cause))
}

/// Builds the store in `dir` from the compressed records `content`, which must be what `manifest` says.
pub(super) fn unpack_records(
    path: &Path,
    manifest: &Manifest,
    content: &mut dyn Read,
    dir: &Path,
    progress: Progress<'_>,
) -> Result<(), BackupError> {
    let name = path.display().to_string();
    let damaged = |cause: io::Error| BackupError::damaged(&name, format!("{}: {cause}", manifest.records.name));
    check_stored_form(path, manifest)?;
    let mut unpacked = zstd::Decoder::new(content).map_err(damaged)?;
    unpacked.window_log_max(WINDOW_LOG).map_err(damaged)?;
    // However much comes out of it, no more than it says is taken.
    let mut unpacked = unpacked.take(manifest.records.unpacked_bytes);
    let summary = snapshot::restore(catalog::HEARTH, dir, &mut unpacked, progress)
        .map_err(|cause| BackupError::Unbuildable { name: name.clone(), cause })?;
    if is_as_said(&summary, manifest) {
        Ok(())
    } else {
        Err(BackupError::damaged(&name, format!("{} holds others than the manifest says", manifest.records.name)))
    }
}

fn is_as_said(summary: &Summary, manifest: &Manifest) -> bool {
    let records = |name: &String| manifest.tables.get(name).map(|table| table.records);
    summary.place.sequence == manifest.sequence
        && summary.changes == manifest.changes
        && summary.bytes == manifest.records.unpacked_bytes
        && summary.tables.len() == manifest.tables.len()
        && summary.tables.iter().all(|(name, count)| records(name) == Some(*count))
}

/// Clients that come back must drop what they know of a history that may have gone on differently.
fn begin_history(dir: &Path) -> Result<(), BackupError> {
    let store = Store::open(catalog::HEARTH, &Options::new(dir))?;
    chat::begin_history(&store, random_bytes())?;
    store.close();
    Ok(())
}

fn make_folder(dir: &Path) -> Result<(), BackupError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|cause| BackupError::io(dir, cause))
}

/// Writes a file with a plain name below `folder`, for its owner alone.
fn unpack_file(folder: &Path, name: &str, content: &mut dyn Read) -> Result<(), BackupError> {
    let path = folder.join(name);
    if let Some(above) = path.parent() {
        make_folder(above)?;
    }
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).and_then(|mut file| {
        io::copy(content, &mut file)?;
        file.sync_all()
    });
    written.map_err(|cause| BackupError::io(&path, cause))
}

/// Has the entries of `folder` and of all folders below it on disk.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    durable::sync_folder(folder)
}
