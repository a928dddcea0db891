//! Folders and files that nobody but their owner reads, and that are there whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::durable;

/// A folder that is written beside its place, and put there once it is whole.
pub(super) struct Unfinished {
    place: PathBuf,
    beside: PathBuf,
    done: bool,
}

impl Unfinished {
    /// An empty folder that is to come to `place`, in whose stead one of an earlier try goes.
    pub(super) fn new(place: &Path) -> io::Result<Self> {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".unfinished");
        let beside = place.with_file_name(name);
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        DirBuilder::new().mode(0o700).create(&beside)?;
        Ok(Self { place: place.to_owned(), beside, done: false })
    }

    /// Makes a file in it.
    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.beside.join(name))
    }

    /// Where something in it is for now.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.beside.join(name)
    }

    /// Puts it in its place. The files must have been synced.
    pub(super) fn finish(mut self) -> io::Result<()> {
        durable::sync_folder(&self.beside)?;
        fs::rename(&self.beside, &self.place)?;
        // From here on it is whole and in its place: it is not removed, also where the sync fails.
        self.done = true;
        durable::sync_folder_of(&self.place)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.done {
            // Whatever is left is removed by the next try.
            let _ = fs::remove_dir_all(&self.beside);
        }
    }
}
