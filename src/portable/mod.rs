//! Moving: everything that a community holds as JSON Lines, and back.
//!
//! # The format, version 1
//!
//! An export is a folder, readable by its owner alone. It has one file for each [kind](KINDS) of record, such as
//! `posts.jsonl`, and `manifest.json`.
//!
//! - Each line of a file is one record: a JSON object (UTF-8) with every field that the kind has, and no other. Lines
//!   end with `\n` and stand in the order of the records' keys, so the same community gives the same bytes.
//! - Ids are UUIDs, times are RFC 3339 in UTC with milliseconds, `null` stands for what there is not.
//! - What follows from other records is not in it: how many like a post, how many comments it has, and so on. It is
//!   counted anew.
//! - The folder `media` has the files that pictures are made of, each under the SHA-256 of its bytes.
//! - `manifest.json` has `format` ("hearth-export"), `version` (of this format), `hearth` (the program's version),
//!   `made_at`, `kinds` (for each file its `lines`, `bytes` and `sha256`), `media` (how many `files` with how many `bytes`), `left_out` (the tables that are not
//!   exported, each with the reason) and `confidential`.
//! - The fields of each kind are those of its `…Line` type, in the `export` module of the slice that it belongs to.
//!
//! It is confidential: it holds password hashes, e-mail addresses, private messages, and who wrote what is anonymous.
//!
//! Importing takes such a folder into a store that is still empty, whole or not at all: see [`Landing`]. Each line is
//! held against the rules of its slice and against all the others; the first refusals are told by file and line.

mod error;
mod export;
mod folder;
#[cfg(any(test, feature = "fuzzing"))]
mod fuzzing;
mod import;
mod kinds;
mod landing;
mod lines;
mod manifest;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use error::{ExportError, ImportError, Refusal, Refusals};
pub use export::{Exported, export, export_one};
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use fuzzing::{read_kind, read_manifest};
pub use import::{Imported, counted, finish, import};
pub use kinds::{KINDS, Kind, LEFT_OUT, kind};
pub use landing::{Landing, LandingError};

use crate::error::FieldError;
use crate::store::{Read, Record, StoreError, Tx};

/// Hears what is being read or written, and how many items of it have been.
pub type Progress<'a> = &'a mut dyn FnMut(&str, u64);

/// A record that goes out and comes in as a line of JSON.
pub trait Portable: Record {
    /// Its form in an export: a type of its own, because what is stored never serialises.
    type Line: Serialize + DeserializeOwned;

    /// The record as it goes out.
    fn line(&self) -> Self::Line;

    /// The record that a line holds, with nothing counted yet.
    ///
    /// # Errors
    ///
    /// A [`FieldError`] for a field that holds what it may not.
    fn from_line(line: Self::Line) -> Result<Self, FieldError>;

    /// What is wrong with the record among the others, all of which are there: something that it names is missing, say.
    ///
    /// # Errors
    ///
    /// What reading gives.
    fn fault(&self, _read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        Ok(None)
    }

    /// Puts the record into a store that it comes to.
    ///
    /// # Errors
    ///
    /// What the store gives.
    fn arrive(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.put(self)
    }
}

/// What is wrong where the record `key` of `R`, which `field` names, is not there.
///
/// # Errors
///
/// What reading gives.
pub fn needs<R: Record>(read: &impl Read, field: &str, key: &R::Key) -> Result<Option<FieldError>, StoreError> {
    let missing = || FieldError::new(field, format!("what it names is not in {}", R::TABLE));
    Ok((!read.contains::<R>(key)?).then(missing))
}

/// The first of several things that may be wrong.
///
/// # Errors
///
/// What reading gave.
pub fn first_fault<const N: usize>(
    faults: [Result<Option<FieldError>, StoreError>; N],
) -> Result<Option<FieldError>, StoreError> {
    faults.into_iter().find(|fault| !matches!(fault, Ok(None))).unwrap_or(Ok(None))
}
