//! The files of pictures: named after what is in them, so the same bytes are there once, however often they are
//! uploaded.
//!
//! A file is on disk before the record that names it is written, and goes only once no record names it any more. Both
//! may happen to the same file at the same moment: somebody uploads again what somebody else just deleted. So whoever
//! brings files holds them until the record is there ([`Brought`]), and what is held is not removed.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::record::{Hash, Stored};
use crate::durable;
use crate::error::Error;
use crate::store::{Space, StoreError};

/// The folder of a data folder that the files are in.
pub const FOLDER: &str = "media";

/// The folder of files.
pub struct Files {
    dir: PathBuf,
    state: Mutex<State>,
}

struct State {
    /// How often each file is held by somebody who is about to write the record that names it.
    held: HashMap<Hash, usize>,
    space: Space,
}

/// Files that are there, and stay until this is dropped.
pub struct Brought {
    files: Arc<Files>,
    hashes: Vec<Hash>,
}

impl Drop for Brought {
    fn drop(&mut self) {
        let mut state = self.files.lock();
        for hash in &self.hashes {
            if let Some(count) = state.held.get_mut(hash) {
                *count -= 1;
                if *count == 0 {
                    state.held.remove(hash);
                }
            }
        }
    }
}

impl Files {
    /// Those in the data folder `data`, on whose disk `reserve` bytes are to be left.
    pub fn new(data: &Path, reserve: u64) -> Arc<Self> {
        let space = Space::new(data.to_owned(), reserve);
        Arc::new(Self { dir: data.join(FOLDER), state: Mutex::new(State { held: HashMap::new(), space }) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the file with this hash is.
    pub fn path(&self, hash: Hash) -> PathBuf {
        self.dir.join(name(hash))
    }

    /// Sees to it that these files are there and on disk, and that they stay. Blocks.
    ///
    /// # Errors
    ///
    /// [`Code::DiskFull`](crate::error::Code::DiskFull) where there is too little room for them, or an internal one.
    pub fn bring(self: &Arc<Self>, files: &[(Hash, &[u8])]) -> Result<Brought, Error> {
        // One at a time: whoever finds a file there must not go on before it is on disk.
        let mut state = self.lock();
        state.space.take(files.iter().map(|(_, bytes)| bytes.len() as u64).sum())?;
        for (hash, bytes) in files {
            self.put(*hash, bytes).map_err(|error| refused(&error))?;
        }
        let hashes: Vec<_> = files.iter().map(|(hash, _)| *hash).collect();
        for hash in &hashes {
            *state.held.entry(*hash).or_default() += 1;
        }
        drop(state);
        Ok(Brought { files: self.clone(), hashes })
    }

    fn put(&self, hash: Hash, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(hash);
        // One of another length is damaged: this mends it.
        if fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() == bytes.len() as u64) {
            // It may be from a process that ended before its name was on disk.
            return durable::sync_folder_of(&path).and_then(|()| durable::sync_folder(&self.dir));
        }
        path.parent().map_or(Ok(()), durable::make_folder)?;
        // What begins with a dot is unfinished, and goes into no backup.
        let beside = self.dir.join(format!(".{hash}"));
        durable::write_by_way_of(&beside, &path, bytes, durable::PRIVATE).inspect_err(|_| {
            // Where it cannot be removed now, the next sweep removes it.
            let _ = fs::remove_file(&beside);
        })
    }

    /// Removes the file with this hash, unless somebody holds it or `is_named` says that a record names it; whether it
    /// was removed. Blocks.
    ///
    /// # Errors
    ///
    /// What `is_named` gives, or the operating system.
    pub fn remove(&self, hash: Hash, is_named: impl FnOnce() -> Result<bool, StoreError>) -> Result<bool, Error> {
        let state = self.lock();
        if state.held.contains_key(&hash) || is_named()? {
            return Ok(false);
        }
        // A name that comes back after a power cut is found by the next sweep, so its folder need not be synced.
        match fs::remove_file(self.path(hash)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(refused(&error)),
        }
    }

    /// Opens a file, which must be as long as `stored` says. Blocks.
    ///
    /// # Errors
    ///
    /// As the operating system refuses, or [`io::ErrorKind::InvalidData`] for one of another length.
    pub fn open(&self, stored: &Stored) -> io::Result<File> {
        let file = File::open(self.path(stored.hash))?;
        if file.metadata()?.len() == stored.size { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// What is wrong with a file, in words; `None` where it holds what its name says. Blocks.
    pub fn fault(&self, stored: &Stored) -> Option<String> {
        let path = self.path(stored.hash);
        let said = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotFound => format!("its file {} is missing", path.display()),
            io::ErrorKind::InvalidData => {
                format!("its file {} has another length than it was written with", path.display())
            }
            _ => format!("its file {} cannot be read: {error}", path.display()),
        };
        match self.open(stored).and_then(hash_of) {
            Err(error) => Some(said(&error)),
            Ok(hash) if hash != stored.hash => Some(format!("its file {} is not as it was written", path.display())),
            Ok(_) => None,
        }
    }

    /// The hashes of all files that are there, and the paths of what else is in the folder. Blocks.
    ///
    /// # Errors
    ///
    /// As the operating system refuses.
    pub fn list(&self) -> io::Result<(Vec<Hash>, Vec<PathBuf>)> {
        let (mut hashes, mut others) = (Vec::new(), Vec::new());
        let mut folders = vec![self.dir.clone()];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            for entry in entries {
                let path = entry?.path();
                let hash = path.file_name().and_then(|name| Hash::of_digits(name.to_str()?));
                match hash.filter(|hash| self.path(*hash) == path) {
                    Some(hash) => hashes.push(hash),
                    None if folder == self.dir && path.is_dir() => folders.push(path),
                    None => others.push(path),
                }
            }
        }
        Ok((hashes, others))
    }

    /// Removes what bringing files left unfinished when the process ended. Blocks; nobody may bring any meanwhile.
    ///
    /// # Errors
    ///
    /// As the operating system refuses.
    pub fn remove_unfinished(&self) -> io::Result<()> {
        let state = self.lock();
        for path in self.list()?.1 {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.parent() == Some(&self.dir)
                && name.strip_prefix('.').is_some_and(|name| Hash::of_digits(name).is_some())
            {
                fs::remove_file(path)?;
            }
        }
        drop(state);
        Ok(())
    }
}

/// The path of a file from the folder of files.
pub(super) fn name(hash: Hash) -> String {
    let digits = hash.to_string();
    format!("{}/{digits}", &digits[..2])
}

/// The hash of `bytes`.
pub fn hash(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// The hash of what is left in `from`. Blocks.
///
/// # Errors
///
/// What reading gives.
pub fn hash_of(mut from: impl io::Read) -> io::Result<Hash> {
    let mut sum = Sha256::new();
    io::copy(&mut from, &mut sum)?;
    Ok(Hash(sum.finalize().into()))
}

/// A disk without room is that, whoever notices it.
fn refused(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full.into(),
        _ => Error::internal(&format_args!("a picture's file: {error}")),
    }
}
