//! What the pictures of a running server stand on: their files, the threads that make them, and those that were just
//! looked at.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use moka::sync::Cache;

use super::files::Files;
use super::memory::Memory;
use super::picture::Bounds;
use super::pool::{Figures, Pool};
use super::record::{Hash, Stored};
use crate::accounts::AccountId;
use crate::error::{Code, Error};
use crate::posts::MAX_IMAGES;

/// Bytes that decoding may take, of all threads together.
const DECODING: u64 = 512 << 20;

/// Bytes that all uploads together may have in memory while they arrive and wait.
const ARRIVING: usize = 256 << 20;

/// Uploads of one account that may be under way: the pictures of a post. So whoever sends slowly, or much at once, leaves
/// nearly all of [`ARRIVING`] to everybody else.
const OF_ACCOUNT: usize = MAX_IMAGES;

/// Files of up to this many bytes are kept in memory for a while.
const SMALL: u64 = 256 * 1024;

/// The pictures of a running server.
pub struct Library {
    pub(super) files: Arc<Files>,
    pub(super) pool: Pool,
    pub(super) memory: Memory,
    pub(super) bounds: Bounds,
    recent: Cache<Hash, Bytes>,
    uploads: Arc<Uploads>,
}

/// The uploads that are under way.
#[derive(Default)]
struct Uploads {
    /// Bytes of them that have arrived.
    arrived: AtomicUsize,
    /// How many each account has.
    each: Mutex<HashMap<AccountId, usize>>,
}

impl Uploads {
    fn each(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.each.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of a file that was opened.
pub enum Opened {
    /// All of them.
    Whole(Bytes),
    /// To be read as they are sent, so many.
    Streamed(File, u64),
}

impl Library {
    /// That of the data folder `data`, on whose disk `reserve` bytes are to be left; `cache` bytes of small files are kept
    /// in memory. Blocks.
    ///
    /// # Errors
    ///
    /// What the operating system says, where there are no more threads.
    pub fn open(data: &Path, reserve: u64, cache: u64) -> io::Result<Self> {
        let files = Files::new(data, reserve);
        if let Err(error) = files.remove_unfinished() {
            log::warn!("unfinished files of pictures are left: {error}");
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            files,
            // Half of the cores, so that uploads leave the rest to those who read.
            pool: Pool::start((cores / 2).clamp(1, 4))?,
            memory: Memory::new(DECODING),
            bounds: Bounds::PRODUCTION,
            recent: Cache::builder()
                .max_capacity(cache)
                .weigher(|_, bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX))
                .build(),
            uploads: Arc::default(),
        })
    }

    /// Where the files are.
    pub const fn files(&self) -> &Arc<Files> {
        &self.files
    }

    /// What the threads that make pictures measure of themselves.
    pub const fn figures(&self) -> &Figures {
        self.pool.figures()
    }

    /// An upload by `account` of which nothing has arrived yet.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`] where as many of the account's are under way as may be.
    pub fn upload(&self, account: AccountId) -> Result<Upload, Error> {
        let mut each = self.uploads.each();
        let count = each.entry(account).or_default();
        if *count >= OF_ACCOUNT {
            let detail = format!("{OF_ACCOUNT} uploads of yours are under way: go on when one of them is done.");
            return Err(Error::new(Code::RateLimited, detail).retry_in(5));
        }
        *count += 1;
        drop(each);
        Ok(Upload { bytes: Vec::new(), account, uploads: self.uploads.clone() })
    }

    /// A file that is in memory.
    pub fn recent(&self, stored: &Stored) -> Option<Bytes> {
        self.recent.get(&stored.hash)
    }

    /// Opens a file. Blocks.
    ///
    /// # Errors
    ///
    /// What [`Files::open`] gives: that a file is not there which a record names is a fault of this server.
    pub fn open_file(&self, stored: &Stored) -> io::Result<Opened> {
        let mut file = self.files.open(stored)?;
        if stored.size > SMALL {
            return Ok(Opened::Streamed(file, stored.size));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let bytes = Bytes::from(bytes);
        self.recent.insert(stored.hash, bytes.clone());
        Ok(Opened::Whole(bytes))
    }
}

/// What has arrived of an upload. It counts among all of them until it is dropped.
pub struct Upload {
    bytes: Vec<u8>,
    account: AccountId,
    uploads: Arc<Uploads>,
}

impl Upload {
    /// What has arrived.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds what arrived.
    ///
    /// # Errors
    ///
    /// [`Code::BodyTooLarge`] past [`MAX_UPLOAD`](super::MAX_UPLOAD), [`Code::Overloaded`] where all uploads together
    /// take too much.
    pub fn add(&mut self, more: &[u8]) -> Result<(), Error> {
        if self.bytes.len() + more.len() > super::MAX_UPLOAD {
            return Err(too_large());
        }
        if self.uploads.arrived.fetch_add(more.len(), Ordering::Relaxed) + more.len() > ARRIVING {
            self.uploads.arrived.fetch_sub(more.len(), Ordering::Relaxed);
            let detail = "Many pictures are being uploaded; try again in a few seconds.";
            return Err(Error::new(Code::Overloaded, detail).retry_in(5));
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.uploads.arrived.fetch_sub(self.bytes.len(), Ordering::Relaxed);
        let mut each = self.uploads.each();
        if let Some(count) = each.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                each.remove(&self.account);
            }
        }
    }
}

/// The refusal of what is larger than an upload may be.
pub fn too_large() -> Error {
    let most = super::MAX_UPLOAD >> 20;
    Error::new(
        Code::BodyTooLarge,
        format!("A picture may have at most {most} MB: make it smaller, or save it as a JPEG."),
    )
}
