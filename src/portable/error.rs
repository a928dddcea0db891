//! What can be wrong with an export that is to be made or to be taken in.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::store::StoreError;
use crate::store::check::CheckError;

/// Why an export was not made. Each message says what to do.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The folder holds something already.
    #[error("{} is there already: name another folder with --to, or move it away", .0.display())]
    Exists(PathBuf),
    /// A file or folder could not be written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The store could not be read.
    #[error("the store could not be read: {0}; `hearth check` finds out more")]
    Store(#[from] StoreError),
}

impl ExportError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io { path: path.to_owned(), cause }
    }
}

/// One thing of an import that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The name of its file.
    pub file: String,
    /// Its line, from 1; none where it is about the whole file.
    pub line: Option<u64>,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.why),
            None => write!(f, "{}: {}", self.file, self.why),
        }
    }
}

/// All that was not taken: the first of it in words, and how much there was.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// The first ones.
    pub described: Vec<Refusal>,
    /// How many there were, as far as it was looked.
    pub count: u64,
}

impl Refusals {
    /// Refusals that are described one by one.
    const DESCRIBED: usize = 20;

    /// Refusals after which nobody needs to look for more.
    const ENOUGH: u64 = 1000;

    pub(super) fn add(&mut self, file: &str, line: Option<u64>, why: impl fmt::Display) {
        self.count += 1;
        if self.described.len() < Self::DESCRIBED {
            self.described.push(Refusal { file: file.to_owned(), line, why: why.to_string() });
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) const fn is_enough(&self) -> bool {
        self.count >= Self::ENOUGH
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for refusal in &self.described {
            writeln!(f, "  {refusal}")?;
        }
        let more = self.count - self.described.len() as u64;
        if more > 0 {
            writeln!(f, "  … and {more} more")?;
        }
        Ok(())
    }
}

/// Why nothing was imported. Each message says what to do.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Some of it cannot be taken, so none of it was.
    #[error("nothing was imported, because some of it cannot be:\n{0}mend these lines, or export again")]
    Refused(Refusals),
    /// A file or folder could not be read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The store could not be written.
    #[error("nothing was imported, because the store could not be written: {0}")]
    Store(#[from] StoreError),
    /// The check at the end could not be made.
    #[error("nothing was imported, because the check at the end could not be made: {0}")]
    Check(#[from] CheckError),
    /// The check at the end found what it should not.
    #[error("nothing was imported, because the new store does not agree with itself: {0}; please report this")]
    Disagrees(String),
}

impl ImportError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io { path: path.to_owned(), cause }
    }
}
