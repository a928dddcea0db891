//! Where an import arrives: a store beside the one that it is for, put in its place once everything is right.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::LEFT_OUT;
use crate::store::{self, OpenError, Options, Range, Read, Record, Store, StoreError, catalog};

/// Why there is no place to import to. Each message says what to do.
#[derive(Debug, Error)]
pub enum LandingError {
    /// There is a community already.
    #[error(
        "there is a community in {} already ({table} is not empty), and an import never mixes with another: \
         give --data another folder, or move this one away",
        dir.display()
    )]
    NotEmpty {
        /// The store's folder.
        dir: PathBuf,
        /// A table that holds something.
        table: &'static str,
    },
    /// A store could not be opened, or put in its place.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder could not be removed.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
}

/// A new store beside an empty one. Until [`Landing::finish`], nothing of it is where the server looks; dropped before
/// that, it leaves nothing behind.
pub struct Landing {
    dir: PathBuf,
    beside: PathBuf,
    /// The one to be replaced: open, so that nobody else uses it.
    empty: Option<Store>,
    /// Whether it was made here, and goes if nothing comes of this.
    was_made: bool,
    arriving: Option<Store>,
}

impl Landing {
    /// Opens a new store beside that of `options`, which must have no community in it.
    ///
    /// # Errors
    ///
    /// [`LandingError`].
    pub fn open(options: &Options) -> Result<Self, LandingError> {
        let (dir, beside) = (options.dir.clone(), options.dir.with_extension("importing"));
        let was_made = !dir.exists();
        let empty = Store::open(catalog::HEARTH, options)?;
        check_empty(&empty, &dir)?;
        let mut landing = Self { dir, beside, empty: Some(empty), was_made, arriving: None };
        // What an import left that was killed.
        remove(&landing.beside)?;
        let options = Options { dir: landing.beside.clone(), ..options.clone() };
        landing.arriving = Some(Store::open(catalog::HEARTH, &options)?);
        Ok(landing)
    }

    /// The new store.
    ///
    /// # Errors
    ///
    /// None before [`Landing::finish`].
    pub fn store(&self) -> Result<&Store, LandingError> {
        self.arriving.as_ref().ok_or(LandingError::Store(StoreError::Stopped("it is in its place".into())))
    }

    /// Closes the new store and puts it in its place.
    ///
    /// # Errors
    ///
    /// [`LandingError`]; then what was there is there as before.
    pub fn finish(mut self) -> Result<(), LandingError> {
        let arrived = self.arriving.take();
        if let Some(store) = &arrived {
            store.health()?;
            store.close();
        }
        drop(arrived);
        close(self.empty.take());
        store::replace(&self.dir, &self.beside)?;
        self.was_made = false;
        remove(&self.dir.with_extension("replaced"))
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        close(self.arriving.take());
        // Whatever cannot be removed now is by the next import.
        let _ = remove(&self.beside);
        close(self.empty.take());
        if self.was_made {
            let _ = remove(&self.dir);
        }
    }
}

fn close(store: Option<Store>) {
    if let Some(store) = store {
        store.close();
    }
}

fn remove(dir: &Path) -> Result<(), LandingError> {
    match fs::remove_dir_all(dir) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(LandingError::Io { path: dir.to_owned(), cause }),
        _ => Ok(()),
    }
}

/// Refuses a store in which anybody has done anything. Categories are made by a first start, and so is what no export
/// holds.
fn check_empty(store: &Store, dir: &Path) -> Result<(), LandingError> {
    let counts = |table: &&str| {
        *table != crate::categories::Category::TABLE && LEFT_OUT.iter().all(|(left_out, _)| left_out != table)
    };
    for table in catalog::HEARTH.0.iter().map(|table| table.name()).filter(counts) {
        if !store.entries(table, &Range::all().limit(1))?.is_empty() {
            return Err(LandingError::NotEmpty { dir: dir.to_owned(), table });
        }
    }
    Ok(())
}
