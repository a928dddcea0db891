//! The journal: every change to the state, in order, on disk before anybody is told that it was made.
//!
//! A journal is a sequence of frames numbered from 1. Each frame carries one group of changes (a batch, which the
//! journal does not look into) and the hash of the frame before it, so that two journals that ever differed can never
//! be taken for one another. [`Journal`] is the seam at which a replicated log may take the place of the files here.
//!
//! # Format
//!
//! A folder of segments, each named after its first frame: `00000000000000000001.log`. All integers are little-endian.
//! A segment starts with a header of 64 bytes, which is on disk before any frame is written behind it:
//!
//! | bytes   | content                                                                     |
//! |---------|-----------------------------------------------------------------------------|
//! | 0..8    | `HearthJL`                                                                  |
//! | 8..12   | format version, u32: 1                                                      |
//! | 12..20  | sequence of the first frame, u64: also the file's name                      |
//! | 20..28  | sequence of the first frame of the segment before, u64; 0 where none was    |
//! | 28..60  | hash of the frame before the first; zeros where none was                    |
//! | 60..64  | CRC32C of the 60 bytes before, u32                                          |
//!
//! Frames follow one another without gaps, at most 64 MiB each:
//!
//! | bytes   | content                                                                     |
//! |---------|-----------------------------------------------------------------------------|
//! | 0..4    | `FF 48 FE 53`: settled; `FF 48 FE 4F`: open (see below)                     |
//! | 4..12   | sequence, u64: one more than the frame before                               |
//! | 12..16  | length of the batch, u32                                                    |
//! | 16..48  | SHA-256 of the whole frame before, header and batch; zeros before the first |
//! | 48..52  | CRC32C of the 48 bytes before and the batch, u32                            |
//! | 52..    | the batch                                                                   |
//!
//! A frame is settled where everything before it was on disk when it was written, and open where frames appended as
//! [`Durability::Relaxed`] were still waiting for their [`Journal::sync`]. `FF` and `FE` occur in no UTF-8 text, so
//! nobody can write a post that looks like a frame.
//!
//! The last segment may end in zeros: space written ahead, because overwriting is cheaper to sync than growing.
//! Every other segment ends with its last frame.
//!
//! # Torn or broken
//!
//! Torn is what a crash leaves behind: what was being written when the power went, which nobody was told had been kept.
//! Broken is anything else: something that was acknowledged is damaged. On opening:
//!
//! * A bad frame in the last segment with no settled frame anywhere behind it is a torn tail. It is cut off, with a
//!   warning, after its bytes were kept beside the segment in `<segment>.torn-<offset>`, which goes when the segment
//!   goes. Open frames behind a bad one are torn with it: a disk may write what waits for one sync in any order.
//!   (So damage to just what was synced last cannot be told from a tear, and is treated as one; no format could.)
//! * A last segment whose header is bad with nothing but zeros behind it is a rotation that was never finished: it is
//!   set aside in the same way. Where it is the only segment and would hold frame 1, the journal is a new one.
//! * A bad frame with a settled one behind it or in a segment that is not the last, a bad header with anything behind
//!   it, a gap or overlap between segments, a sequence or hash that does not follow from the frame before: broken.
//!   Nothing is changed, and the journal does not open ([`JournalError::Broken`]).
//! * A format version newer than this program's is refused ([`JournalError::Newer`]).
//!
//! A folder with no segments is a new journal: whoever keeps state beside it must compare it with [`Journal::head`].

mod file;
mod frame;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod recover;
mod segment;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use file::{FileJournal, JournalOptions};
pub use frame::{MAX_BATCH, MAX_FRAME};
pub use recover::{Opened, Torn};

/// A log of batches in one order, which survives what its [`Durability`] promises.
///
/// Sequence numbers start at 1; 0 means "nothing yet".
pub trait Journal: Send {
    /// Sequence of the last frame appended, 0 when there is none.
    fn head(&self) -> u64 {
        self.place().sequence
    }

    /// The place after the last frame appended.
    fn place(&self) -> Place;

    /// The first sequence still held; where no frame is, the one that the first will have.
    fn first(&self) -> u64;

    /// Appends `batch` as the frame after `expected` and gives its sequence, `expected + 1`.
    ///
    /// # Errors
    ///
    /// [`AppendError::Conflict`] where the journal's head is not `expected` and [`AppendError::TooLarge`] where the
    /// batch is longer than [`MAX_BATCH`] and [`AppendError::Full`] where the disk has no room for it: nothing was
    /// written, and the journal goes on.
    /// [`AppendError::InDoubt`] where the batch may or may not be found after a restart.
    fn append(&mut self, expected: u64, batch: &[u8], durability: Durability) -> Result<u64, AppendError>;

    /// Waits until everything appended so far survives a power cut.
    ///
    /// # Errors
    ///
    /// [`AppendError::InDoubt`] where that cannot be said of what was appended since the last sync.
    fn sync(&mut self) -> Result<(), AppendError>;

    /// The frames from `sequence` on, up to the head as it is now; frames appended later are not among them.
    ///
    /// A `sequence` of 0 is taken for 1; one past the head gives no frames.
    ///
    /// # Errors
    ///
    /// [`JournalError::NotHeld`] where `sequence` is trimmed already or further than one past the head;
    /// otherwise as reading fails, then or at any frame, after which no more frames come.
    fn read_from(&self, sequence: u64) -> Result<Frames, JournalError>;

    /// Lets go of frames before `before`. More may be kept than that, and the newest always are.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where something could not be deleted; it may be tried again.
    fn trim(&mut self, before: u64) -> Result<(), JournalError>;
}

/// A place between two frames, named by the frame before it: only one journal goes on from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Place {
    /// Sequence of the frame before, 0 where there is none.
    pub sequence: u64,
    /// SHA-256 of that frame, header and batch; zeros where there is none.
    pub hash: [u8; 32],
}

impl Place {
    /// The place before the first frame ever.
    pub const START: Self = Self { sequence: 0, hash: frame::NO_HASH };
}

/// Frames of a journal, in order.
pub type Frames = Box<dyn Iterator<Item = Result<Frame, JournalError>> + Send>;

/// What an append waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Until the frame, and every frame before it, survives a power cut.
    Synced,
    /// Only until it survives the end of this process; the caller calls [`Journal::sync`] later.
    Relaxed,
}

/// One batch and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its place: 1 for the first frame ever, and one more for each after it.
    pub sequence: u64,
    /// The bytes that were appended.
    pub batch: Vec<u8>,
}

/// Why a batch was not acknowledged.
#[derive(Debug, Error)]
pub enum AppendError {
    /// Another frame took the place: nothing was written.
    #[error("the journal's head is {head}, not what was expected")]
    Conflict {
        /// Sequence of the journal's last frame.
        head: u64,
    },
    /// The batch may or may not be found after a restart. The journal takes no more until it is opened again.
    #[error("the journal could not be written, so it takes nothing more until a restart: {0}")]
    InDoubt(#[source] io::Error),
    /// There is no room for the batch on the disk: nothing was written, and the journal goes on.
    #[error("there is no room on the journal's disk")]
    Full,
    /// The batch is longer than [`MAX_BATCH`]: nothing was written.
    #[error("a batch of more than {MAX_BATCH} bytes does not fit into the journal")]
    TooLarge,
}

/// Why a journal cannot be opened, read or trimmed.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("journal {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something that was acknowledged is damaged.
    #[error(
        "{} is damaged at byte {offset}: {detail}. This is before the journal's end, so acknowledged data would be \
         lost by going on; nothing was changed. Restore the newest backup, or move the whole data folder aside and \
         start anew; keep the damaged folder for recovery",
        segment.display()
    )]
    Broken {
        /// The segment's file.
        segment: PathBuf,
        /// Where in the file, in bytes from its start.
        offset: u64,
        /// What is wrong there.
        detail: String,
    },
    /// Written by a later version of this program.
    #[error(
        "{} has journal format {version}, and this version of Hearth reads none newer than {}. Start the newer \
         version again, or restore a backup from before it; nothing was changed",
        segment.display(),
        segment::FORMAT
    )]
    Newer {
        /// The segment's file.
        segment: PathBuf,
        /// The format it names.
        version: u32,
    },
    /// The frames asked for are not all there.
    #[error("the journal holds frames {first} to {head}, so it cannot be read from {sequence} on")]
    NotHeld {
        /// The first frame asked for.
        sequence: u64,
        /// The first frame that is held, or that will be where there are none yet.
        first: u64,
        /// The last frame that is held.
        head: u64,
    },
}

impl JournalError {
    /// Says that `path` is what an I/O error is about.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}
