//! Holding the files of pictures against their records: each must be there, and be what it was written as.

use std::collections::HashSet;
use std::sync::Arc;

use super::files::{Files, name};
use super::record::{Hash, Media, Stored};
use crate::store::{MAX_SCAN, Range, Read, Record, Store, StoreError};

/// Problems that are described one by one.
const DESCRIBED: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// Files that were read.
    pub files: u64,
    /// How many of them are missing or damaged.
    pub problems: u64,
    /// The first of these, in words.
    pub described: Vec<String>,
}

/// Reads every file that a picture is made of. `progress` hears how many were read.
///
/// # Errors
///
/// What reading the store gives. What is wrong with a file is no error: it is in what was found.
pub fn check(store: &Store, files: &Files, progress: &mut dyn FnMut(&str, u64)) -> Result<Checked, StoreError> {
    let mut checked = Checked::default();
    each_file(store, &mut |media, stored| {
        checked.files += 1;
        progress("files of pictures", checked.files);
        if let Some(fault) = files.fault(stored) {
            checked.problems += 1;
            if checked.described.len() < DESCRIBED {
                checked.described.push(format!("picture {}: {fault}; a backup may have it", media.id));
            }
        }
    })?;
    Ok(checked)
}

/// The pictures of which a file is not among `names`, as paths from the folder of files, in words.
///
/// # Errors
///
/// What reading the store gives.
pub fn missing(store: &Store, names: &HashSet<String>) -> Result<Vec<String>, StoreError> {
    let mut missing = Vec::new();
    each_file(store, &mut |media, stored| {
        if !names.contains(&name(stored.hash)) {
            missing.push(format!("picture {}: its file {} is missing", media.id, name(stored.hash)));
        }
    })?;
    Ok(missing)
}

/// Calls `with` for each file that pictures are made of, once, with one of the pictures.
pub(super) fn each_file(store: &Store, with: &mut dyn FnMut(&Media, &Stored)) -> Result<(), StoreError> {
    let mut seen: HashSet<Hash> = HashSet::new();
    let mut last: Option<Arc<Media>> = None;
    loop {
        let after = last.as_ref().map(|media| media.key());
        let found = store.records::<Media>(&Range::all().after_some(after.as_ref()).limit(MAX_SCAN))?;
        for media in &found {
            media.files().iter().filter(|stored| seen.insert(stored.hash)).for_each(|stored| with(media, stored));
        }
        match found.into_iter().next_back() {
            Some(media) => last = Some(media),
            None => return Ok(()),
        }
    }
}
