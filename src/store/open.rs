//! Opening the store: lock, sled, journal, replay; and rebuilding sled from the journal where it cannot be trusted.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use prometheus_client::metrics::gauge::Gauge;
use thiserror::Error;

use super::batch::{self, BatchError};
use super::catalog::Catalog;
use super::checkpoint::Mark;
use super::error::StoreError;
use super::figures::{Figures, Histogram};
use super::journal::{Durability, FileJournal, Journal, JournalError, JournalOptions};
use super::lock::Lock;
use super::state::{Applied, State};

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
}

impl Options {
    /// The usual options for the folder `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            durability: Durability::Synced,
            cache_bytes: 64 * 1024 * 1024,
            checkpoint_every: Duration::from_secs(30),
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
    /// sled cannot be used, and the journal no longer reaches back to the beginning.
    #[error("sled's folder cannot be used ({why}), and the journal starts at frame {first}: restore the newest backup")]
    CannotRebuild {
        /// What is wrong with sled's folder.
        why: String,
        /// The first frame that is there.
        first: u64,
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
    pub(super) mark: Mark,
    pub(super) sled_file: PathBuf,
    pub(super) lock: Lock,
}

/// What was found out about sled's folder.
enum Sled {
    Usable(Box<State>, Applied),
    Unusable(String),
}

/// Opens what `options` name, with the state brought up to the journal's head.
pub(super) fn open(
    catalog: &Catalog,
    options: &Options,
    wrap: impl FnOnce(FileJournal) -> Box<dyn Journal>,
) -> Result<Parts, OpenError> {
    let dir = &options.dir;
    make(dir).map_err(|cause| OpenError::io(dir, cause))?;
    let lock = Lock::take(dir)?;
    let mark = Mark::new(dir);
    let checkpoint = mark.read()?;
    let sled_dir = dir.join(SLED);
    let sled = open_sled(catalog, options, &sled_dir, checkpoint);
    let verify_from = if matches!(sled, Sled::Usable(..)) { checkpoint + 1 } else { 1 };
    let journal_dir = dir.join(JOURNAL);
    let (journal, _) = FileJournal::open(&journal_dir, JournalOptions { verify_from, ..JournalOptions::default() })?;
    let (sled, from) = trusted(sled, &journal, checkpoint)?;
    let state = match sled {
        Ok(state) => state,
        Err(why) => emptied(catalog, options, &sled_dir, &journal, why)?,
    };
    replay(catalog, &state, &journal, from)?;
    let figures = Figures {
        group_size: Histogram::of_sizes(),
        waiting: Gauge::default(),
        fsync: journal.fsync().clone(),
        records: state.cache_figures().clone(),
    };
    Ok(Parts { state, journal: wrap(journal), figures, mark, sled_file: sled_dir.join("db"), lock })
}

/// Makes the folder for its owner alone, with the entries of all new folders above it on disk: what is synced in them later must be found.
pub(crate) fn make(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make(parent)?;
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => File::open(parent)?.sync_all(),
    }
}

fn open_sled(catalog: &Catalog, options: &Options, dir: &Path, checkpoint: u64) -> Sled {
    if !dir.join("db").exists() && checkpoint > 0 {
        return Sled::Unusable("it is missing".into());
    }
    if let Err(error) = remove_unfinished_snapshots(dir) {
        return Sled::Unusable(error.to_string());
    }
    // sled panics on some damaged files where it should fail.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let state = State::open(catalog, dir, options.cache_bytes)?;
        let applied = state.applied()?;
        Ok::<_, StoreError>((state, applied))
    }));
    match opened {
        Ok(Ok((_, applied))) if applied.sequence < checkpoint => {
            Sled::Unusable(format!("it holds frame {} and should hold {checkpoint}", applied.sequence))
        }
        Ok(Ok((state, applied))) => Sled::Usable(Box::new(state), applied),
        Ok(Err(error)) => Sled::Unusable(error.to_string()),
        Err(_) => Sled::Unusable("sled panicked on opening it".into()),
    }
}

/// Removes the page-table snapshots that sled was writing when the process ended: sled 0.34.7 renames one when it is
/// whole, but takes the newest by name without leaving out those not yet renamed, and then does not open.
fn remove_unfinished_snapshots(dir: &Path) -> io::Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "generating") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Holds sled against the journal: the state to go on with, or why it must be rebuilt; and the first frame to replay.
fn trusted(sled: Sled, journal: &FileJournal, checkpoint: u64) -> Result<(Result<State, String>, u64), OpenError> {
    let head = journal.head();
    match sled {
        Sled::Usable(_, applied) if applied.durable.max(checkpoint) > head => {
            Err(OpenError::JournalLost { head, durable: applied.durable.max(checkpoint) })
        }
        // Only relaxed durability can leave this behind: the state has writes that a power cut took from the journal.
        Sled::Usable(_, applied) if applied.sequence > head => {
            Ok((Err(format!("it is ahead of the journal, by {} frames", applied.sequence - head)), 1))
        }
        Sled::Usable(state, _) => Ok((Ok(*state), checkpoint + 1)),
        Sled::Unusable(_) if head < checkpoint => Err(OpenError::JournalLost { head, durable: checkpoint }),
        Sled::Unusable(why) => Ok((Err(why), 1)),
    }
}

/// An empty state in sled's folder, with what was there set aside.
fn emptied(
    catalog: &Catalog,
    options: &Options,
    dir: &Path,
    journal: &FileJournal,
    why: String,
) -> Result<State, OpenError> {
    if journal.first() > 1 {
        return Err(OpenError::CannotRebuild { why, first: journal.first() });
    }
    log::warn!("{} cannot be used: {why}. It is rebuilt from the journal; nothing is lost", dir.display());
    let aside = dir.with_extension("broken");
    let moved = if aside.exists() { fs::remove_dir_all(&aside) } else { Ok(()) };
    let moved = moved.and_then(|()| if dir.exists() { fs::rename(dir, &aside) } else { Ok(()) });
    moved.map_err(|cause| OpenError::io(dir, cause))?;
    Ok(State::open(catalog, dir, options.cache_bytes)?)
}

/// Applies the frames from `from` on, through the same door as any write.
fn replay(catalog: &Catalog, state: &State, journal: &dyn Journal, from: u64) -> Result<(), OpenError> {
    let started = Instant::now();
    let mut frames = 0_u64;
    for frame in journal.read_from(from)? {
        let frame = frame?;
        let sequence = frame.sequence;
        let batch = batch::decode(&frame.batch, |name| catalog.tree(name))
            .map_err(|cause| OpenError::Batch { sequence, cause })?;
        state.apply(Applied { sequence, durable: sequence }, &Arc::new(batch))?;
        frames += 1;
    }
    if frames > 0 {
        log::info!("replayed {frames} frames of the journal in {:.1?}", started.elapsed());
    }
    Ok(())
}
