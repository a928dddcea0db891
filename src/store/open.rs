//! Opening the store: lock, sled, journal, replay; and rebuilding sled where it is not what it must be.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use thiserror::Error;

use super::batch::BatchError;
use super::catalog::Catalog;
use super::damage::Note;
use super::error::StoreError;
use super::figures::{Figures, Histogram};
use super::journal::{Durability, FileJournal, Journal, JournalError, JournalOptions};
use super::lock::Lock;
use super::mark::{Checkpoint, Mark};
use super::recovery::{self, Compacted, Recovery};
use super::schema::{Schema, SchemaError};
use super::snapshot::{Own, SnapshotError};
use super::state::{Applied, State};
use super::trust;
use crate::durable;

/// The folder of the journal, in the store's.
pub(super) const JOURNAL: &str = "journal";

/// The folder of sled, in the store's.
pub(super) const SLED: &str = "sled";

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its folder, made where it is missing.
    pub dir: PathBuf,
    /// When a write is answered.
    pub durability: Durability,
    /// Bytes for decoded records, and as many again for sled's pages.
    pub cache_bytes: u64,
    /// At most this long after a change sled's file is made durable and the next start's replay is that much shorter.
    pub checkpoint_every: Duration,
    /// A file of the journal of at least this many bytes gets no more frames.
    pub journal_segment_bytes: u64,
    /// Writes are refused while fewer bytes than this are free on the disk.
    pub reserve_bytes: u64,
    /// At most this long after a change the store makes a snapshot for itself.
    pub snapshot_every: Duration,
    /// Make sled's folder anew, and so as small as it can be.
    pub compact: bool,
}

impl Options {
    /// The usual options for the folder `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            durability: Durability::Synced,
            cache_bytes: 64 * 1024 * 1024,
            checkpoint_every: Duration::from_secs(30),
            journal_segment_bytes: JournalOptions::default().segment_bytes,
            reserve_bytes: 0,
            snapshot_every: Duration::from_hours(24),
            compact: false,
        }
    }
}

/// Why a store was not opened. Each message says what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error(
        "another hearth{} is using {}: stop it first, or give this one another folder with --data",
        if owner.is_empty() { String::new() } else { format!(" (process {owner})") },
        dir.display()
    )]
    Locked {
        /// The store's folder.
        dir: PathBuf,
        /// The other's process id, where it could be read.
        owner: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The journal is damaged, or of another version.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A frame of the journal could not be understood.
    #[error("frame {sequence} of the journal: {cause}")]
    Batch {
        /// The frame's number.
        sequence: u64,
        /// What is wrong with it.
        cause: BatchError,
    },
    /// Frames that were acknowledged are gone from the end of the journal.
    #[error(
        "the journal ends at frame {head}, but frames up to {durable} were written and acknowledged: restore the journal \
         folder from a backup, or keep the data folder aside and ask for help; starting now could lose acknowledged writes"
    )]
    JournalLost {
        /// The last frame that is there.
        head: u64,
        /// The last frame that must be there.
        durable: u64,
    },
    /// sled cannot be used, no snapshot is whole, and the journal no longer reaches back to the beginning.
    #[error(
        "sled's folder cannot be used ({why}), none of the store's snapshots is whole, and the journal starts at frame \
         {first}: restore the newest backup, and keep the damaged folder"
    )]
    CannotRebuild {
        /// What is wrong with sled's folder.
        why: String,
        /// The first frame that is there.
        first: u64,
    },
    /// A later version of Hearth wrote the store.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A later version of Hearth wrote the checkpoint.
    #[error(
        "{} has format {version}, which this version of Hearth does not know: start the newer Hearth again, or restore a \
         backup from before it; nothing was changed",
        path.display()
    )]
    NewerCheckpoint {
        /// The checkpoint's file.
        path: PathBuf,
        /// Its format.
        version: u8,
    },
    /// One of the store's own snapshots cannot be read or made.
    #[error("{}: {cause}", path.display())]
    Snapshot {
        /// The snapshot.
        path: PathBuf,
        /// What is wrong.
        cause: SnapshotError,
    },
    /// The state could not be read or written while it was brought up to date.
    #[error("the state could not be brought up to date: {0}")]
    State(#[from] StoreError),
}

impl OpenError {
    pub(super) fn io(path: &Path, cause: io::Error) -> Self {
        Self::Io { path: path.to_owned(), cause }
    }
}

/// Everything that an open store is made of.
pub(super) struct Parts {
    pub(super) state: State,
    pub(super) journal: Box<dyn Journal>,
    pub(super) figures: Figures,
    pub(super) compacted: Option<Compacted>,
    pub(super) mark: Mark,
    pub(super) note: Note,
    pub(super) own: Own,
    pub(super) sled_file: PathBuf,
    pub(super) lock: Lock,
}

/// Opens what `options` name, with the state brought up to the journal's head.
pub(super) fn open(
    catalog: &Catalog,
    options: &Options,
    wrap: impl FnOnce(FileJournal) -> Box<dyn Journal>,
) -> Result<Parts, OpenError> {
    let dir = &options.dir;
    durable::make_folder(dir).map_err(|cause| OpenError::io(dir, cause))?;
    let lock = Lock::take(dir)?;
    let (mark, note, own) = (Mark::new(dir), Note::new(dir), Own::new(dir));
    clear(dir, &own).map_err(|cause| OpenError::io(dir, cause))?;
    let checkpoint = mark.read()?;
    if let Some(checkpoint) = &checkpoint {
        checkpoint.schema.check(catalog)?;
    }
    let (journal, state, compacted) = bring_up(catalog, options, checkpoint, (&mark, &note, &own))?;
    note.remove().map_err(|cause| OpenError::io(dir, cause))?;
    sync_sled(&dir.join(SLED)).and_then(|()| sync(dir)).map_err(|cause| OpenError::io(dir, cause))?;
    let figures = Figures {
        group_size: Histogram::of_sizes(),
        waiting: Gauge::default(),
        fsync: journal.fsync().clone(),
        records: state.cache_figures().clone(),
    };
    let sled_file = dir.join(SLED).join("db");
    Ok(Parts { state, journal: wrap(journal), figures, compacted, mark, note, own, sled_file, lock })
}

/// Makes sled's folder survive a power cut, and the settings in it that sled never syncs, before any checkpoint counts on
/// them.
fn sync_sled(sled_dir: &Path) -> io::Result<()> {
    ["db", "conf", ""].iter().try_for_each(|name| sync(&sled_dir.join(name)))
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Removes what a crash left half made.
fn clear(dir: &Path, own: &Own) -> io::Result<()> {
    own.clear()?;
    recovery::remove(&dir.join("sled.new"))
}

/// The journal, the state as it is after its last frame, and what came of making it small.
fn bring_up(
    catalog: &Catalog,
    options: &Options,
    checkpoint: Option<Checkpoint>,
    (mark, note, own): (&Mark, &Note, &Own),
) -> Result<(FileJournal, State, Option<Compacted>), OpenError> {
    let sled_dir = options.dir.join(SLED);
    let found = match (&checkpoint, note.read()) {
        (None, _) => Err("the checkpoint, which says what it should hold, is missing or damaged".into()),
        (_, Some(damage)) => Err(format!("it was found to be damaged ({damage})")),
        (Some(checkpoint), None) => trust::open(catalog, &sled_dir, options.cache_bytes, checkpoint),
    };
    let sequence = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.sequence);
    let snapshot = own.list().map_err(|cause| OpenError::io(own.dir(), cause))?.first().copied();
    // Only what comes after the checkpoint or the snapshot is needed; `hearth check` reads the rest.
    let verify_from = if found.is_ok() { sequence + 1 } else { snapshot.unwrap_or(0) + 1 };
    let journal_dir = options.dir.join(JOURNAL);
    let segment_bytes = options.journal_segment_bytes;
    let (journal, _) = FileJournal::open(&journal_dir, JournalOptions { verify_from, segment_bytes })?;
    let found = found.and_then(|(state, applied)| {
        if journal.first() <= sequence + 1 {
            return Ok((state, applied));
        }
        trust::let_go(state);
        Err(format!("the journal begins with frame {}, and its checkpoint is at {sequence}", journal.first()))
    });
    let applied = found.as_ref().map_or_else(|_| Applied::default(), |(_, applied)| *applied);
    let (head, durable) = (journal.head(), applied.durable.max(sequence).max(snapshot.unwrap_or(0)));
    if durable > head {
        return Err(OpenError::JournalLost { head, durable });
    }
    if checkpoint.is_none() && snapshot.is_none() && head == 0 {
        let state = begin(catalog, options, mark, &sled_dir).map_err(|cause| OpenError::io(&sled_dir, cause))??;
        return Ok((journal, state, None));
    }
    let checkpoint = checkpoint.unwrap_or_default();
    let earlier = vec![checkpoint.schema.clone()];
    let recovery = Recovery { catalog, options, journal: &journal, own, mark, earlier };
    let state = match found {
        // Only relaxed durability can leave this behind: the state has writes that a power cut took from the journal.
        Ok((state, applied)) if applied.sequence > head => {
            trust::let_go(state);
            Err(format!("it is ahead of the journal, by {} frames", applied.sequence - head))
        }
        Ok((state, _)) if checkpoint.sequence + 1 < journal.first() => {
            trust::let_go(state);
            Err(format!("the journal no longer holds the frames after its checkpoint at {}", checkpoint.sequence))
        }
        Ok((state, _)) if checkpoint.schema != Schema::of(catalog) => Err(recovery.before_upgrade(state, &checkpoint)?),
        Ok((state, _)) => trust::catch_up(catalog, state, &journal, &checkpoint)?,
        Err(why) => Err(why),
    };
    let (state, compacted) = match state {
        Ok(state) if options.compact || recovery.is_worth_compacting(&state) => {
            recovery.compact(state).map(|(state, compacted)| (state, Some(compacted)))?
        }
        Ok(state) => {
            recovery.tidy();
            (state, None)
        }
        Err(why) => (recovery.rebuild(&why)?, None),
    };
    Ok((journal, state, compacted))
}

/// A new store's state.
fn begin(catalog: &Catalog, options: &Options, mark: &Mark, sled_dir: &Path) -> io::Result<Result<State, StoreError>> {
    recovery::remove(sled_dir)?;
    let state = State::open(catalog, sled_dir, options.cache_bytes);
    mark.write(&Checkpoint { schema: Schema::of(catalog), ..Checkpoint::default() })?;
    Ok(state)
}
