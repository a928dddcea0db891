//! The snapshots that the store keeps for itself, beside its journal.
//!
//! The newest two are kept, and the journal from the older one on: where the newest turns out to be damaged, the one
//! before it and the journal are still everything.

use std::fs::{self, DirBuilder, File};
use std::io::{self, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Reader, SnapshotError, Summary};
use crate::durable;
use crate::store::catalog::Catalog;

/// How many are kept.
const KEPT: usize = 2;

/// What a snapshot is called until it is whole and on disk.
const UNFINISHED: &str = "unfinished";

/// What ends the name of one that turned out to be damaged.
const DAMAGED: &str = "damaged";

/// The folder of the store's own snapshots.
#[derive(Clone, Debug)]
pub(in crate::store) struct Own {
    dir: PathBuf,
}

impl Own {
    /// That of the store in the folder `store`.
    pub(in crate::store) fn new(store: &Path) -> Self {
        Self { dir: store.join("snapshots") }
    }

    /// The folder.
    pub(in crate::store) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The frames after which there is a snapshot, the newest first.
    pub(in crate::store) fn list(&self) -> io::Result<Vec<u64>> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            found.extend(entry?.file_name().to_str().and_then(sequence_of));
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found)
    }

    /// Where the snapshot after the frame `sequence` is.
    pub(in crate::store) fn path(&self, sequence: u64) -> PathBuf {
        self.dir.join(format!("{sequence:020}.snapshot"))
    }

    /// When the newest one was made.
    pub(in crate::store) fn newest(&self) -> io::Result<Option<(u64, SystemTime)>> {
        let newest = self.list()?.first().copied();
        newest.map(|sequence| Ok((sequence, fs::metadata(self.path(sequence))?.modified()?))).transpose()
    }

    /// Starts to read the snapshot after the frame `sequence`.
    pub(in crate::store) fn open(
        &self,
        catalog: &Catalog,
        sequence: u64,
    ) -> Result<Reader<BufReader<File>>, SnapshotError> {
        Reader::new(*catalog, BufReader::new(File::open(self.path(sequence))?))
    }

    /// Keeps what `write` writes into a file: only once it is whole and on disk, and `check` has nothing against it, does
    /// it count as a snapshot.
    pub(in crate::store) fn keep(
        &self,
        write: impl FnOnce(&mut File) -> Result<Summary, SnapshotError>,
        check: impl FnOnce(&dyn Fn() -> io::Result<BufReader<File>>) -> Result<(), SnapshotError>,
    ) -> Result<Summary, SnapshotError> {
        if !self.dir.exists() {
            DirBuilder::new().mode(0o700).create(&self.dir)?;
            durable::sync_folder_of(&self.dir)?;
        }
        let unfinished = self.dir.join(UNFINISHED);
        let mut file = File::create(&unfinished)?;
        let summary = write(&mut file)?;
        file.sync_all()?;
        check(&|| File::open(&unfinished).map(BufReader::new))?;
        durable::rename(&unfinished, &self.path(summary.place.sequence))?;
        Ok(summary)
    }

    /// Removes what was never finished.
    pub(in crate::store) fn clear(&self) -> io::Result<()> {
        match fs::remove_file(self.dir.join(UNFINISHED)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes all but the newest ones and what was set aside, and gives the frame that the journal must begin with at the latest, so that it
    /// goes on from each of them; `None` while there are too few to do without the rest.
    pub(in crate::store) fn thin_out(&self) -> io::Result<Option<u64>> {
        let list = self.list()?;
        for old in list.iter().skip(KEPT) {
            fs::remove_file(self.path(*old))?;
        }
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == DAMAGED) {
                fs::remove_file(path)?;
            }
        }
        durable::sync_folder(&self.dir)?;
        Ok(list.get(KEPT - 1).map(|oldest| oldest + 1))
    }

    /// Puts a snapshot that turned out to be damaged out of the way, where it does not count any more.
    pub(in crate::store) fn set_aside(&self, sequence: u64) -> io::Result<()> {
        let path = self.path(sequence);
        durable::rename(&path, &path.with_extension(DAMAGED))
    }
}

fn sequence_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".snapshot").filter(|digits| digits.len() == 20)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
