//! Backups: one file that holds everything there is to keep, and a data folder from it again.
//!
//! A backup is a container (`archive`) around the store's own snapshot ([`crate::store::snapshot`]), the uploaded files
//! and the server's keys, with a [`Manifest`] at its front. It is made while the server works ([`Backups::create`]), on
//! a schedule too (`scheduler`); [`verify`] reads all of it and builds a store from it on trial; [`restore`] does so for
//! good.
//!
//! - What a record names is in the same backup: uploaded files are written before the record that names them and never
//!   change, and they are copied after the snapshot was taken.
//! - Under its own name a backup is whole: it is written beside, synced, and renamed.
//! - A restore touches nothing before all checksums were found right and the new store was built beside the old one;
//!   then it changes places by renames, which the next start finishes where they were interrupted ([`restore::enter`]).
//! - The schedule removes what it made itself, once a newer one is whole, and never the newest that is whole.

mod archive;
mod background;
mod create;
mod files;
mod folder;
mod manifest;
pub mod restore;
mod retention;
pub mod routes;
mod schedule;
mod scheduler;
mod verify;
mod view;

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use background::{by_hand, in_background};
pub use create::{Backups, Figures, Made, Under, Wish};
pub use folder::{Listed, list};
pub use manifest::{MadeBy, Manifest};
pub use retention::Keep;
pub use schedule::Schedule;
pub use scheduler::{run, when_due};
pub use verify::{Verified, verify};
pub use view::{BackupView, BackupsView};

use crate::error::{Code, Error};
use crate::store::snapshot::{RestoreError, SnapshotError};
use crate::store::{OpenError, SchemaError, StoreError};

/// Hears of long work: what is being done, and how much of it has been.
pub type Progress<'a> = &'a mut dyn FnMut(&str, u64);

/// Why something with a backup was not done. Each message says what to do next.
#[derive(Debug, Error)]
pub enum BackupError {
    /// One at a time.
    #[error("a backup is being made just now: wait until it is done")]
    Running,
    /// Nothing is ever written over.
    #[error("{} is there already, and no backup is ever written over: name another file", .0.display())]
    Exists(PathBuf),
    /// There would be too little room left.
    #[error(
        "{} has {free} left, and a backup of about {needed} would fill it: free some space, set backup_dir to a folder \
         on another disk, or backup_keep to fewer", dir.display()
    )]
    NoRoom {
        /// Where it should go.
        dir: PathBuf,
        /// What is free, for people.
        free: String,
        /// What it takes, for people.
        needed: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {cause}{}", path.display(), advice(cause))]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The store could not be read, or the snapshot not written.
    #[error("the records could not be copied: {0}")]
    Snapshot(SnapshotError),
    /// It is something else.
    #[error("{name} is no backup of a Hearth: name another file; `hearth backup list` shows those there are")]
    NotABackup {
        /// What it is called.
        name: String,
    },
    /// A later Hearth made it.
    #[error("{name} was made by Hearth {hearth}, in a form that this version does not know: use that version")]
    Newer {
        /// What it is called.
        name: String,
        /// The version that made it.
        hearth: String,
    },
    /// A later Hearth stored what is in it.
    #[error("{name}: {cause}")]
    Stored {
        /// What it is called.
        name: String,
        /// What is stored in another way.
        cause: SchemaError,
    },
    /// It is not what was written.
    #[error("{name} is damaged: {detail}; nothing was changed. Use another backup: `hearth backup list` shows them")]
    Damaged {
        /// What it is called.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// A store could not be built from it.
    #[error("no store can be built from {name}: {cause}; nothing was changed")]
    Unbuildable {
        /// What it is called.
        name: String,
        /// Why not.
        cause: RestoreError,
    },
    /// The store that was built could not be read.
    #[error("the store that was built from it could not be read: {0}; nothing was changed")]
    Built(String),
    /// There is something in the data folder.
    #[error(
        "{} has a store already: name another folder with --data, or say --force, which moves what is there aside",
        .0.display()
    )]
    Occupied(PathBuf),
    /// Somebody works on the data folder.
    #[error(
        "a hearth{} is using {}: stop it first",
        if owner.is_empty() { String::new() } else { format!(" (process {owner})") },
        data.display()
    )]
    InUse {
        /// The data folder.
        data: PathBuf,
        /// The other's process id, where it could be read.
        owner: String,
    },
    /// A restore is under way, or there is somebody whom a restore must not disturb.
    #[error("another hearth is using {}, or restoring into it: stop it first, or wait until it is done", .0.display())]
    Restoring(PathBuf),
    /// Another restore was interrupted before anything was there.
    #[error(
        "a restore into {} was interrupted before it was done: run `hearth restore FILE` again, or remove {} to begin \
         with nothing", data.display(), staging.display()
    )]
    Unfinished {
        /// The data folder.
        data: PathBuf,
        /// What it left.
        staging: PathBuf,
    },
}

/// What to do about an error of the operating system, where there is something.
fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; what was written of it is removed again: free some space, or name a folder on another disk"
        }
        io::ErrorKind::PermissionDenied => "; the user that runs hearth must be allowed to write there",
        io::ErrorKind::NotFound => "; look whether the path is right",
        _ => "",
    }
}

impl BackupError {
    fn io(path: &Path, cause: io::Error) -> Self {
        Self::Io { path: path.to_owned(), cause }
    }

    fn damaged(name: &str, detail: String) -> Self {
        Self::Damaged { name: name.to_owned(), detail }
    }
}

impl From<OpenError> for BackupError {
    fn from(error: OpenError) -> Self {
        Self::Built(error.to_string())
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Built(error.to_string())
    }
}

impl From<BackupError> for Error {
    fn from(error: BackupError) -> Self {
        let code = match error {
            BackupError::Running => Code::BackupRunning,
            _ => Code::BackupFailed,
        };
        Self::new(code, format!("The backup was not made: {error}."))
    }
}
