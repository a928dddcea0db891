//! A store from a snapshot.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Progress, Reader, SnapshotError, Summary};
use crate::store::catalog::Catalog;
use crate::store::checkpoint::Mark;
use crate::store::journal::{FileJournal, Journal, JournalOptions};
use crate::store::open::{JOURNAL, Options, SLED};
use crate::store::rebuild;

/// The folder of the store's own snapshots, in the store's.
pub(in crate::store) const SNAPSHOTS: &str = "snapshots";

/// Why a snapshot did not become a store.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// There is something in the folder already.
    #[error("{} is not empty: nothing is ever restored over a store. Move it aside, or name another folder", .0.display())]
    Occupied(PathBuf),
    /// A file or folder could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The snapshot cannot be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// The name of the snapshot of the state after the frame `sequence`.
pub(in crate::store) fn file_name(sequence: u64) -> String {
    format!("{sequence:020}.snapshot")
}

/// Makes the snapshot `from` a store in the folder `dir`, which must be empty or missing. It is whole and on disk when
/// this returns; where it fails, `dir` is as it was. `from` is read up to the snapshot's end and no further.
///
/// # Errors
///
/// Any [`RestoreError`], whose message says what to do.
pub fn restore(
    catalog: Catalog,
    dir: &Path,
    from: &mut dyn Read,
    progress: Progress<'_>,
) -> Result<Summary, RestoreError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |cause| RestoreError::Io { path, cause }
    };
    if dir.exists() && fs::read_dir(dir).map_err(failed(dir))?.next().is_some() {
        return Err(RestoreError::Occupied(dir.to_owned()));
    }
    // Beside it, so that a folder is never half a store, whatever happens.
    let beside = beside(dir);
    remove(&beside).map_err(failed(&beside))?;
    let snapshots = beside.join(SNAPSHOTS);
    DirBuilder::new().recursive(true).mode(0o700).create(&snapshots).map_err(failed(&snapshots))?;
    let summary = build(catalog, &beside, from, progress).inspect_err(|_| {
        // What is left is in nobody's way: the next attempt removes it.
        let _ = remove(&beside);
    })?;
    fs::rename(&beside, dir).and_then(|()| sync_parent(dir)).map_err(failed(dir))?;
    Ok(summary)
}

fn build(catalog: Catalog, dir: &Path, from: &mut dyn Read, progress: Progress<'_>) -> Result<Summary, SnapshotError> {
    let summary = keep(catalog, &dir.join(SNAPSHOTS), from, progress)?;
    let journal = FileJournal::create(&dir.join(JOURNAL), summary.place, JournalOptions::default())?;
    let file = File::open(dir.join(SNAPSHOTS).join(file_name(summary.place.sequence)))?;
    let (head, frames) = (journal.head(), journal.read_from(journal.first())?);
    let snapshot = Some(Reader::new(catalog, io::BufReader::new(file))?);
    let cache_bytes = Options::new(dir).cache_bytes;
    rebuild::build(&catalog, &dir.join(SLED), cache_bytes, snapshot, frames, head, progress)?;
    Mark::new(dir).write(head)?;
    Ok(summary)
}

/// Checks the snapshot `from` and keeps it as one of the store's own: what follows needs it as much as the journal.
fn keep(catalog: Catalog, dir: &Path, from: &mut dyn Read, progress: Progress<'_>) -> Result<Summary, SnapshotError> {
    let unfinished = dir.join("unfinished");
    let mut file = File::create_new(&unfinished)?;
    let mut reader = Reader::new(catalog, Copying { from, to: &mut file })?;
    let mut read = 0;
    while reader.next()?.is_some() {
        read += 1;
        progress("snapshot", read);
    }
    let summary = reader.finish()?;
    file.sync_all()?;
    fs::rename(&unfinished, dir.join(file_name(summary.place.sequence)))?;
    File::open(dir)?.sync_all()?;
    Ok(summary)
}

/// Reads, and writes what was read somewhere else too.
struct Copying<'a> {
    from: &'a mut dyn Read,
    to: &'a mut File,
}

impl Read for Copying<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.to.write_all(buffer.get(..read).unwrap_or_default())?;
        Ok(read)
    }
}

fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    dir.with_file_name(name)
}

fn remove(dir: &Path) -> io::Result<()> {
    if dir.exists() { fs::remove_dir_all(dir) } else { Ok(()) }
}

fn sync_parent(dir: &Path) -> io::Result<()> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}
