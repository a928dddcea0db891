//! Snapshots: all records of a store at one moment, in one file, from which the store can be built again.
//!
//! A snapshot and the journal's frames after it are everything there is: indexes follow from records. A snapshot is
//! taken while the store works ([`Store::snapshot`](super::Store::snapshot)), is read from front to back in little
//! memory ([`Reader`]), and becomes a store by [`restore`].
//!
//! # How it is taken
//!
//! At a barrier in the committer the sequence S of the last frame is noted. Then all tables are read, while writes go
//! on: each record is seen as it was after some frame from S on. At a second barrier E is noted, and the changes of the
//! frames S+1 to E follow in the file. They are post-images, so that after the last of them every record is as it was
//! after E: what they name is as they say, and what they do not name did not change in between. sled's iterators allow
//! for that: they take a leaf as a whole, go on where it ends, and so never miss a key that is there all the time.
//! No writer waits for any of it.
//!
//! # Format
//!
//! All integers are little-endian. The file starts with `HearthSN` and the format's version (u32: 1). Blocks follow:
//!
//! | bytes | content                                                   |
//! |-------|-----------------------------------------------------------|
//! | 0     | kind: `H` header, `R` records, `C` changes, `F` footer    |
//! | 1..5  | length of the body, u32, at most 64 MiB                   |
//! | 5..9  | CRC32C of the 5 bytes before and the body, u32            |
//! | 9..   | the body                                                  |
//!
//! There is one header, then any number of blocks of records, by table in the catalogue's order and by key; then blocks
//! of changes; then the footer, and nothing after it. Bodies are bincode (standard configuration):
//!
//! - header: the [`Schema`](super::Schema) of the store, which is the version of its stored format;
//! - records: the table's place in the schema (u16), then pairs of key and value;
//! - changes: a batch as the journal has it, of table changes only;
//! - footer: the journal's [`Place`] at E, how many records there are of each table and how many changes, the
//!   [`Digest`] of all records in the end, and the SHA-256 of all bytes before the footer.
//!
//! Whatever was cut short, changed, is no snapshot, or was written by a later version is refused in words
//! ([`SnapshotError`]). A reader takes no byte behind the footer, so a snapshot may stand inside another file.

mod block;
mod own;
mod reader;
mod restore;
mod schedule;
mod take;
mod verify;
mod writer;

use std::io;

use thiserror::Error;

pub(super) use own::Own;
pub use reader::{Item, Reader};
pub use restore::{RestoreError, restore};
pub(super) use schedule::Snapshotter;
pub(super) use take::{table_changes, write};
pub use verify::verify;

use super::digest::Digest;
use super::error::StoreError;
use super::journal::{JournalError, Place};
use super::schema::SchemaError;

/// The format that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// Hears of long work: what is being done, and how many records of it have been.
pub type Progress<'a> = &'a mut dyn FnMut(&str, u64);

/// What a whole snapshot holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The last frame of the journal that is in it, and where the journal goes on.
    pub place: Place,
    /// The names of the tables, each with the number of its records before `changes`.
    pub tables: Vec<(String, u64)>,
    /// Changes that came while the records were read.
    pub changes: u64,
    /// The sum over all records in the end, by which one knows that none is missing.
    pub sum: Digest,
    /// Length of the whole snapshot, in bytes.
    pub bytes: u64,
}

impl Summary {
    /// Records of all tables, before the changes.
    pub fn records(&self) -> u64 {
        self.tables.iter().map(|(_, records)| records).sum()
    }
}

/// Why a snapshot could not be taken or read.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The snapshot could not be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It does not start as a snapshot does.
    #[error("this is no snapshot of a Hearth store: name another file")]
    Foreign,
    /// Its format is later than this program's.
    #[error(
        "the snapshot has format {0}, and this version of Hearth reads none newer than {FORMAT}: use the newer Hearth"
    )]
    Newer(u32),
    /// Its records are of a later version of Hearth.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// It ends before its footer.
    #[error("the snapshot is cut short: it ends at byte {at}, before its footer; use another one")]
    Short {
        /// Its length, in bytes.
        at: u64,
    },
    /// It is not what was written.
    #[error("the snapshot is damaged at byte {at}: {detail}; use another one")]
    Damaged {
        /// Where the block starts, in bytes from the start of the snapshot.
        at: u64,
        /// What is wrong there.
        detail: String,
    },
    /// It is whole, and yet not all of the state that it should be.
    #[error(
        "the snapshot or the journal after it holds {found} records where there should be {expected}, or others; use \
         another snapshot"
    )]
    Differs {
        /// The records that there are.
        found: u64,
        /// The records that there should be.
        expected: u64,
    },
    /// The state could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal could not be read or made.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What the last block says.
#[derive(Clone, Debug, bincode::Encode, bincode::Decode)]
struct Footer {
    place: Place,
    /// Records of each table of the schema.
    records: Vec<u64>,
    changes: u64,
    sum: Digest,
    /// SHA-256 of all bytes before the footer.
    digest: [u8; 32],
}
