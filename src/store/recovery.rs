//! sled's folder made anew: from the newest snapshot that is whole and the journal after it.
//!
//! It is built in a folder of its own and takes sled's place by a rename, so that a crash at any moment leaves what the
//! next start can go on from: what the mark says is about records, not about files, and holds for either folder.

use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::HumanBytes;

use super::catalog::Catalog;
use super::digest::{Digest, Sums};
use super::figures::bytes_below;
use super::journal::{FileJournal, Journal};
use super::mark::{Checkpoint, Mark};
use super::open::{OpenError, Options, SLED};
use super::rebuild::{self, Source};
use super::reporting::Reporting;
use super::schema::Schema;
use super::snapshot::{Own, Reader, SnapshotError, Summary, table_changes, verify, write};
use super::state::{State, panicked};
use super::trust;
use crate::durable;

/// sled's folder may take this many times what is in it. It keeps each page several times over while it works, so a
/// factor below that would make it anew at every start.
const WORTH_TIMES: u64 = 8;

/// Below this size, in bytes, it is never worth it.
const WORTH_BYTES: u64 = 256 * 1024 * 1024;

/// What making sled's folder anew has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// What it took on the disk, in bytes.
    pub before: u64,
    /// What it takes now, in bytes.
    pub after: u64,
}

/// Where a state is rebuilt from, and where it goes.
pub(super) struct Recovery<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) options: &'a Options,
    pub(super) journal: &'a FileJournal,
    pub(super) own: &'a Own,
    pub(super) mark: &'a Mark,
    /// Forms in which records were stored before.
    pub(super) earlier: Vec<Schema>,
}

impl Recovery<'_> {
    /// Makes sled's folder anew because of `why`, and opens it.
    ///
    /// # Errors
    ///
    /// [`OpenError::CannotRebuild`] where neither a snapshot nor the journal reaches back to the beginning; otherwise
    /// as reading and writing fail.
    pub(super) fn rebuild(&self, why: &str) -> Result<State, OpenError> {
        let started = Instant::now();
        log::warn!("sled's folder is rebuilt, because {why}; nothing is lost");
        let fresh = self.fresh();
        let head = self.journal.head();
        let sums = self.build(why, &fresh)?;
        let sled = self.options.dir.join(SLED);
        self.swap(&fresh, &sled).map_err(|cause| OpenError::io(&sled, cause))?;
        let checkpoint = Checkpoint { sequence: head, sums, schema: Schema::of(self.catalog) };
        self.mark.write(&checkpoint).map_err(|cause| OpenError::io(&self.options.dir, cause))?;
        let state = State::open_again(self.catalog, &sled, self.options.cache_bytes)?;
        state.stands(head, sums);
        let (records, entries) = (sums.tables.entries, sums.indexes.entries);
        log::warn!("rebuilt {records} records and {entries} index entries in {:.1?}", started.elapsed());
        Ok(state)
    }

    /// Makes a snapshot of what is stored in an older form, before that is brought to the present one: the way back.
    /// Gives why the state is rebuilt.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where the snapshot cannot be made, or the journal not be read.
    pub(super) fn before_upgrade(&self, state: State, checkpoint: &Checkpoint) -> Result<String, OpenError> {
        let why = "it is stored in the form of an older version of Hearth".to_owned();
        let place = self.journal.place();
        if self.own.list().is_ok_and(|list| list.first() == Some(&place.sequence)) {
            trust::let_go(state);
            return Ok(why);
        }
        let mut sum = checkpoint.sums.tables;
        for frame in self.journal.read_from(checkpoint.sequence + 1)? {
            let group = table_changes(self.catalog, &self.earlier, &frame?)?;
            for change in &group.batch {
                state.fill(change.tree, &change.key, change.value.as_deref())?;
            }
            sum += group.adds.unwrap_or_default().tables;
        }
        let made = self.keep_snapshot(&state, &checkpoint.schema, sum);
        trust::let_go(state);
        match made {
            Ok(summary) => log::warn!(
                "before the stored form is brought to that of this version, {} keeps {} records as they were",
                self.own.path(place.sequence).display(),
                summary.records()
            ),
            // The snapshot and the journal that it would have been made of are still there.
            Err(error) => log::error!("no snapshot was made before the upgrade: {error}"),
        }
        Ok(why)
    }

    /// Makes a snapshot of `state`, which stands at the journal's head and is stored in the form `schema`.
    fn keep_snapshot(&self, state: &State, schema: &Schema, sum: Digest) -> Result<Summary, SnapshotError> {
        let reporting = Reporting::new("making a snapshot");
        let place = self.journal.place();
        self.own.keep(
            |file| {
                let mut file = io::BufWriter::new(file);
                let mut report = |what: &str, done| reporting.report(what, done);
                let summary = write(self.catalog, schema, state, place, sum, &mut file, &mut report)?;
                file.flush()?;
                Ok(summary)
            },
            |open| verify(self.catalog, open, &mut |what, done| reporting.report(what, done)).map(drop),
        )
    }

    /// Whether sled's folder takes so much more than what is in it that it is made anew at a start.
    pub(super) fn is_worth_compacting(&self, state: &State) -> bool {
        let (_, sums) = state.so_far();
        let live = sums.tables.bytes + sums.indexes.bytes;
        let taken = bytes_below(&self.options.dir.join(SLED)).unwrap_or(0);
        taken > WORTH_BYTES && taken / WORTH_TIMES > live
    }

    /// Makes sled's folder anew from its own records, which were found to be all there, by way of a snapshot of them.
    ///
    /// # Errors
    ///
    /// As [`Recovery::rebuild`], and [`OpenError::Snapshot`].
    pub(super) fn compact(&self, state: State) -> Result<(State, Compacted), OpenError> {
        let sled = self.options.dir.join(SLED);
        let before = bytes_below(&sled).map_err(|cause| OpenError::io(&sled, cause))?;
        let made = self.keep_snapshot(&state, &Schema::of(self.catalog), state.so_far().1.tables);
        trust::let_go(state);
        made.map_err(|cause| OpenError::Snapshot { path: self.own.dir().to_owned(), cause })?;
        let state = self.rebuild("it is to be made as small as it can be")?;
        let after = bytes_below(&sled).map_err(|cause| OpenError::io(&sled, cause))?;
        log::warn!("sled's folder took {} and takes {} now", HumanBytes(before), HumanBytes(after));
        remove(&self.aside()).map_err(|cause| OpenError::io(&sled, cause))?;
        Ok((state, Compacted { before, after }))
    }

    /// Builds into the folder `fresh` from the first source that is whole.
    fn build(&self, why: &str, fresh: &Path) -> Result<Sums, OpenError> {
        let failed = |cause| OpenError::io(self.own.dir(), cause);
        for sequence in self.own.list().map_err(failed)? {
            if sequence + 1 < self.journal.first() || sequence > self.journal.head() {
                continue;
            }
            let path = self.own.path(sequence);
            let built = self.own.open(self.catalog, sequence).and_then(|snapshot| {
                log::info!("reading {} and the journal after it", path.display());
                self.build_from(Some(snapshot), sequence + 1, fresh)
            });
            match built {
                Ok(sums) => return Ok(sums),
                Err(
                    error @ (SnapshotError::Foreign
                    | SnapshotError::Short { .. }
                    | SnapshotError::Damaged { .. }
                    | SnapshotError::Differs { .. }),
                ) => {
                    log::error!("{}: {error}: trying the one before", path.display());
                    self.own.set_aside(sequence).map_err(failed)?;
                }
                Err(SnapshotError::Journal(error)) => return Err(error.into()),
                Err(SnapshotError::Store(error)) => return Err(error.into()),
                Err(cause) => return Err(OpenError::Snapshot { path, cause }),
            }
        }
        if self.journal.first() > 1 {
            return Err(OpenError::CannotRebuild { why: why.to_owned(), first: self.journal.first() });
        }
        log::info!("reading the journal from its beginning");
        self.build_from(None, 1, fresh).map_err(|error| match error {
            SnapshotError::Journal(error) => error.into(),
            SnapshotError::Store(error) => error.into(),
            cause => OpenError::Snapshot { path: self.options.dir.clone(), cause },
        })
    }

    fn build_from(
        &self,
        snapshot: Option<Reader<BufReader<File>>>,
        from: u64,
        fresh: &Path,
    ) -> Result<Sums, SnapshotError> {
        remove(fresh)?;
        let head = self.journal.head();
        let source = Source { snapshot, frames: self.journal.read_from(from)?, head, earlier: self.earlier.clone() };
        let reporting = Reporting::new("rebuilding");
        let mut report = |what: &str, done| reporting.report(what, done);
        let build = || rebuild::build(self.catalog, fresh, self.options.cache_bytes, source, &mut report);
        // sled panics on some disks where it should fail.
        catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|_| Err(panicked().into()))
    }

    /// Puts `fresh` in sled's place. What was there is kept aside, where there was something.
    fn swap(&self, fresh: &Path, sled: &Path) -> io::Result<()> {
        let aside = self.aside();
        if sled.exists() {
            remove(&aside)?;
            fs::rename(sled, &aside)?;
        }
        durable::rename(fresh, sled)
    }

    /// Removes what an earlier rebuild had set aside: a start has found that everything is there without it.
    pub(super) fn tidy(&self) {
        if let Err(error) = remove(&self.aside()) {
            log::warn!("{} could not be removed: {error}", self.aside().display());
        }
    }

    fn aside(&self) -> PathBuf {
        self.options.dir.join("sled.broken")
    }

    fn fresh(&self) -> PathBuf {
        self.options.dir.join("sled.new")
    }
}

/// Removes a folder, where it is there.
pub(super) fn remove(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
