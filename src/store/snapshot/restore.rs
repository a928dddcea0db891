//! A store from a snapshot.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::own::Own;
use super::{Progress, Reader, SnapshotError, Summary};
use crate::durable;
use crate::store::catalog::Catalog;
use crate::store::journal::{FileJournal, Journal, JournalOptions};
use crate::store::mark::{Checkpoint, Mark};
use crate::store::open::{JOURNAL, Options, SLED};
use crate::store::rebuild::{self, Source};
use crate::store::schema::Schema;

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
    DirBuilder::new().recursive(true).mode(0o700).create(&beside).map_err(failed(&beside))?;
    let summary = build(catalog, &beside, from, progress).inspect_err(|_| {
        // What is left is in nobody's way: the next attempt removes it.
        let _ = remove(&beside);
    })?;
    durable::rename(&beside, dir).map_err(failed(dir))?;
    Ok(summary)
}

fn build(catalog: Catalog, dir: &Path, from: &mut dyn Read, progress: Progress<'_>) -> Result<Summary, SnapshotError> {
    // It is kept as one of the store's own: what follows needs it as much as the journal.
    let own = Own::new(dir);
    let copy = |file: &mut File| {
        let mut reader = Reader::new(catalog, Copying { from, to: file })?;
        let mut read = 0;
        while reader.next()?.is_some() {
            read += 1;
            progress("snapshot", read);
        }
        reader.finish()
    };
    let summary = own.keep(copy, |_| Ok(()))?;
    let journal = FileJournal::create(&dir.join(JOURNAL), summary.place, JournalOptions::default())?;
    let head = journal.head();
    let snapshot = Some(own.open(&catalog, head)?);
    let source = Source { snapshot, frames: journal.read_from(journal.first())?, head, earlier: Vec::new() };
    let sums = rebuild::build(&catalog, &dir.join(SLED), Options::new(dir).cache_bytes, source, progress)?;
    Mark::new(dir).write(&Checkpoint { sequence: head, sums, schema: Schema::of(&catalog) })?;
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
