//! Making a backup, while the server works or without it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use serde::{Deserialize, Serialize};

use super::archive::{Folder, Writer};
use super::files::plain_files;
use super::folder::{self, Partial};
use super::manifest::{MadeBy, Manifest, Said, Table};
use super::{BackupError, Progress};
use crate::clock::Timestamp;
use crate::store::snapshot::{SnapshotError, Summary};
use crate::store::{Schema, Store};

/// What somebody wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// A file, or a folder that there is; none means the folder of backups.
    pub to: Option<PathBuf>,
    /// Whether the server's keys go in too.
    pub secrets: bool,
    /// Who wants it.
    pub made_by: MadeBy,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its file.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
    /// Uploaded files in it.
    pub media: u64,
    /// Whether the server's keys are in it.
    pub secrets: bool,
    /// What is in the folders and not in it, with the reason.
    pub left_out: Vec<String>,
}

/// A backup that is being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Under {
    /// Since when.
    pub since: Timestamp,
    /// What is being done.
    pub what: String,
    /// How much of that was done.
    pub done: u64,
}

/// What is measured of backups.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// When the last one was begun that is whole, in seconds since 1970; 0 where none is known.
    pub last_success: Gauge,
    /// Its bytes.
    pub last_bytes: Gauge,
    /// Those that were not made, since the start.
    pub failures: Counter,
    /// 1 while the last that was tried was not made.
    pub failing: Gauge,
}

/// Makes backups of one data folder, one at a time.
pub struct Backups {
    data: PathBuf,
    dir: PathBuf,
    under: Mutex<Option<Under>>,
    figures: Figures,
}

impl Backups {
    /// Of the data folder `data`, into `dir` unless somebody wants them elsewhere.
    pub fn new(data: PathBuf, dir: PathBuf) -> Self {
        Self { data, dir, under: Mutex::default(), figures: Figures::default() }
    }

    /// The folder of backups.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder `folder` of the data.
    pub(super) fn source(&self, folder: Folder) -> PathBuf {
        self.data.join(folder.name())
    }

    /// What is measured of them.
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The one that is being made.
    pub fn under_way(&self) -> Option<Under> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Under>> {
        self.under.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the place of the one that is being made, until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>, now: Timestamp) -> Result<Turn, BackupError> {
        let mut under = self.lock();
        if under.is_some() {
            return Err(BackupError::Running);
        }
        *under = Some(Under { since: now, what: "starting".into(), done: 0 });
        drop(under);
        Ok(Turn(self.clone()))
    }

    /// Makes a backup of `store` and of the folders beside it. Blocks; holds up nobody.
    ///
    /// # Errors
    ///
    /// [`BackupError`]; what was written until then is removed.
    pub fn create(
        &self,
        _turn: &Turn,
        store: &Store,
        wish: &Wish,
        now: Timestamp,
        progress: Progress<'_>,
    ) -> Result<Made, BackupError> {
        let mut told = |what: &str, done: u64| {
            if let Some(under) = self.lock().as_mut() {
                if under.what != what {
                    what.clone_into(&mut under.what);
                }
                under.done = done;
            }
            progress(what, done);
        };
        let made = self.written(store, wish, now, &mut told);
        match &made {
            Ok(made) => {
                self.figures.failing.set(0);
                self.figures.last_success.set(now.seconds());
                self.figures.last_bytes.set(i64::try_from(made.bytes).unwrap_or(i64::MAX));
                log::info!("made the backup {} ({} bytes)", made.path.display(), made.bytes);
            }
            Err(error) => {
                self.figures.failures.inc();
                self.figures.failing.set(1);
                log::error!("the backup was not made: {error}");
            }
        }
        made
    }

    fn written(&self, store: &Store, wish: &Wish, now: Timestamp, progress: Progress<'_>) -> Result<Made, BackupError> {
        let target = self.target(wish, now)?;
        let (partial, file) = Partial::begin(&target)?;
        let manifest = self.fill(file, store, wish, now, progress).map_err(|failed| match failed {
            Failed::Backup(error) => error,
            Failed::Snapshot(SnapshotError::Io(cause)) | Failed::Io(cause) => BackupError::io(&target, cause),
            Failed::Snapshot(error) => BackupError::Snapshot(error),
        })?;
        Ok(Made {
            path: partial.done()?,
            bytes: manifest.archive_bytes,
            records: manifest.total_records(),
            media: manifest.media.files,
            secrets: manifest.secrets.is_some(),
            left_out: manifest.left_out,
        })
    }

    /// The file that is to be.
    fn target(&self, wish: &Wish, now: Timestamp) -> Result<PathBuf, BackupError> {
        let dir = match &wish.to {
            Some(to) if !to.is_dir() => return Ok(to.clone()),
            Some(to) => to,
            None => {
                folder::make(&self.dir)?;
                &self.dir
            }
        };
        folder::remove_leftovers(dir);
        Ok(folder::free_path(dir, now, wish.made_by))
    }

    fn fill(
        &self,
        file: File,
        store: &Store,
        wish: &Wish,
        now: Timestamp,
        progress: Progress<'_>,
    ) -> Result<Manifest, Failed> {
        let mut archive = Writer::begin(file, now)?;
        let summary = archive.records(|to| store.snapshot(to, progress).map_err(Failed::Snapshot))?;
        let mut left_out = Vec::new();
        let mut folders = vec![Folder::Media];
        if wish.secrets {
            archive.with_secrets();
            folders.push(Folder::Secrets);
        } else {
            left_out.push("secrets: it was asked for without them".into());
        }
        for folder in folders {
            let found = plain_files(&self.source(folder))?;
            left_out.extend(found.others.iter().map(|name| format!("{}/{name}: not a plain file", folder.name())));
            for (done, name) in found.plain.iter().enumerate() {
                match File::open(self.source(folder).join(name)) {
                    Ok(mut from) => archive.file(folder, name, &mut from)?,
                    // Removed since the folder was read, so that no record names it any more.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(cause) => return Err(BackupError::io(&self.source(folder).join(name), cause).into()),
                }
                progress(folder.name(), done as u64 + 1);
            }
        }
        progress("writing to disk", 0);
        Ok(archive.finish(said(store, summary, wish, now, left_out))?)
    }
}

/// Whoever holds it makes a backup.
pub struct Turn(Arc<Backups>);

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

fn said(store: &Store, summary: Summary, wish: &Wish, now: Timestamp, left_out: Vec<String>) -> Said {
    let versions: BTreeMap<_, _> =
        Schema::of(&store.catalog()).0.into_iter().map(|table| (table.name, table.version)).collect();
    let table = |(name, records): (String, u64)| {
        let version = versions.get(&name).copied().unwrap_or_default();
        (name, Table { version, records })
    };
    Said {
        created_at: now,
        made_by: wish.made_by,
        sequence: summary.place.sequence,
        tables: summary.tables.into_iter().map(table).collect(),
        changes: summary.changes,
        left_out,
    }
}

/// Why an archive was not filled.
enum Failed {
    Backup(BackupError),
    Snapshot(SnapshotError),
    Io(io::Error),
}

impl From<BackupError> for Failed {
    fn from(error: BackupError) -> Self {
        Self::Backup(error)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
