//! The files of pictures on their way out of a data folder, and into one.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use super::audit::each_file;
use super::files::{Files, hash};
use super::record::{Hash, Stored};
use crate::durable::{self, PRIVATE, make_folder};
use crate::error::Error;
use crate::store::{Store, StoreError};

/// The largest file that is taken in, in bytes: more than any that is written here.
const MAX_FILE: u64 = 64 << 20;

/// What was written out.
#[derive(Debug, Default)]
pub struct Out {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong with those that could not be, in words.
    pub left_out: Vec<String>,
}

/// Why files were not written out.
#[derive(Debug)]
pub enum OutError {
    /// The store could not be read.
    Store(StoreError),
    /// A file could not be written.
    Io(io::Error),
}

/// Writes each file that pictures are made of into the new folder `to`, under its hash, and has it on disk.
///
/// # Errors
///
/// What reading the store and writing gives. A file that is missing or damaged is no error: it is left out.
pub fn write_out(
    store: &Store,
    files: &Files,
    to: &Path,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Out, OutError> {
    let mut out = Out::default();
    let mut failed = None;
    make_folder(to).map_err(OutError::Io)?;
    each_file(store, &mut |media, stored| {
        if failed.is_some() {
            return;
        }
        if let Some(fault) = files.fault(stored) {
            out.left_out.push(format!("media: picture {}: {fault}", media.id));
            return;
        }
        match copied(&files.path(stored.hash), &to.join(stored.hash.to_string())) {
            Ok(bytes) => (out.files, out.bytes) = (out.files + 1, out.bytes + bytes),
            Err(error) => failed = Some(error),
        }
        progress("files of pictures", out.files);
    })
    .map_err(OutError::Store)?;
    match failed {
        Some(error) => Err(OutError::Io(error)),
        None => durable::sync_folder(to).map(|()| out).map_err(OutError::Io),
    }
}

fn copied(from: &Path, to: &Path) -> io::Result<u64> {
    let bytes = fs::read(from)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(to)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    Ok(bytes.len() as u64)
}

/// What is wrong with a file on its way in.
pub type Fault = (String, String);

/// Holds the files in the folder `from`, which there may not be, against `store`: their bytes, or what is wrong with each,
/// by its name. There must be so many, of so many bytes.
///
/// # Errors
///
/// What reading gives.
pub fn held_against(
    store: &Store,
    from: &Path,
    expected: (u64, u64),
    progress: &mut dyn FnMut(&str, u64),
) -> io::Result<Vec<Fault>> {
    let (mut count, mut bytes, mut faults) = (0, 0, Vec::new());
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        entries => entries?.collect::<Result<Vec<_>, _>>()?,
    };
    let stored = stored(store).map_err(io::Error::other)?;
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let about = entry.path().symlink_metadata()?;
        (count, bytes) = (count + 1, bytes + about.len());
        progress("files of pictures", count);
        let known = Hash::of_digits(&name).and_then(|hash| stored.get(&hash));
        let fault = match known {
            None => Some("no picture is made of it: move it elsewhere".to_owned()),
            Some(_) if !about.is_file() => Some("is no plain file".to_owned()),
            Some(known) if about.len() != known.size || about.len() > MAX_FILE => {
                Some(format!("has {} bytes, and media.jsonl says {}", about.len(), known.size))
            }
            Some(known) => fault(&fs::read(entry.path())?, known),
        };
        faults.extend(fault.map(|fault| (name, fault)));
    }
    if (count, bytes) != expected {
        let why = format!(
            "has {count} files with {bytes} bytes, and manifest.json says {} with {}: copy it again",
            expected.0, expected.1
        );
        faults.push((String::new(), why));
    }
    Ok(faults)
}

fn stored(store: &Store) -> Result<HashMap<Hash, Stored>, StoreError> {
    let mut all = HashMap::new();
    each_file(store, &mut |_, stored| {
        all.insert(stored.hash, *stored);
    })?;
    Ok(all)
}

fn fault(bytes: &[u8], known: &Stored) -> Option<String> {
    if hash(bytes) != known.hash {
        return Some("is not as it was written: copy it again".into());
    }
    let kind = image::guess_format(bytes).ok().map(|format| format.to_mime_type());
    (kind != Some(known.kind.content_type())).then(|| "is no picture of the kind that media.jsonl says".into())
}

/// Puts the files in the folder `from`, which there may not be, among `files`. They were held against the store before.
///
/// # Errors
///
/// What reading and writing gives.
pub fn take_in(files: &Arc<Files>, from: &Path, progress: &mut dyn FnMut(&str, u64)) -> Result<(), Error> {
    let unreadable = |error: io::Error| Error::internal(&format_args!("{}: {error}", from.display()));
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(unreadable)?,
    };
    for (count, entry) in (1..).zip(entries) {
        let bytes = fs::read(entry.map_err(unreadable)?.path()).map_err(unreadable)?;
        drop(files.bring(&[(hash(&bytes), &bytes)])?);
        progress("files of pictures", count);
    }
    Ok(())
}
