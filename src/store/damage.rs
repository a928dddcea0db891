//! What happens when it is found while the store works that the state is damaged.
//!
//! Whoever reads gets an error, and the store takes no more writes: what it would make of a damaged state could be
//! wrong. A note in the store's folder makes the next start rebuild the state, which loses nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::committer::Progress;
use super::error::StoreError;
use crate::durable;

/// The note that the state is damaged, beside the journal.
#[derive(Clone)]
pub(super) struct Note(PathBuf);

impl Note {
    pub(super) fn new(dir: &Path) -> Self {
        Self(dir.join("damaged"))
    }

    /// What was found, where something was.
    pub(super) fn read(&self) -> Option<String> {
        let text = fs::read(&self.0).ok()?;
        Some(String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// Takes it away, once the state is whole again.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let mut file = File::create(&self.0)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        durable::sync_folder_of(&self.0)
    }
}

/// Who is told of damage.
pub(super) struct Alarm {
    pub(super) note: Note,
    pub(super) progress: Arc<Progress>,
}

impl Alarm {
    /// Stops the store, the first time.
    pub(super) fn raise(&self, error: &StoreError) {
        if self.progress.stopped.get().is_some() {
            return;
        }
        let text = format!("the state is damaged ({error}); it is rebuilt when Hearth is started again");
        self.progress.stop(&text);
        if let Err(cause) = self.note.write(&error.to_string()) {
            // The next start reads all of the state and finds out by itself.
            log::error!("{} could not be written: {cause}", self.note.0.display());
        }
    }
}
