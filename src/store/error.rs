//! What can go wrong in the store, as its callers see it.

use std::sync::Arc;

use thiserror::Error;

use super::codec::CodecError;
use super::key::KeyError;

/// Why a read or a write was not done.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// A unique index already holds this key for another record.
    #[error("{index} already holds this key")]
    Taken {
        /// The name of the unique index.
        index: &'static str,
    },
    /// More writes wait than the committer takes at once; nothing was done, and trying again soon is right.
    #[error("too many writes are waiting")]
    Busy,
    /// There is too little room on the disk. Nothing was written, and once there is room writing goes on by itself.
    #[error("there is too little room on the disk of the data folder: make room, and writing goes on by itself")]
    Full,
    /// The store takes no writes any more, until the process is started again; the text says why.
    #[error("the store stopped taking writes: {0}")]
    Stopped(Arc<str>),
    /// Stored bytes are not the record they should be: `hearth check` finds out more.
    #[error("damaged record in {table}: {cause}")]
    Damaged {
        /// The table or index that holds the bytes.
        table: &'static str,
        /// What is wrong with them.
        cause: CodecError,
    },
    /// A record is larger than [`super::codec::MAX_RECORD`]: a bound is missing above the store.
    #[error("a record of {bytes} bytes is too large for {table}")]
    TooLarge {
        /// The table that it was meant for.
        table: &'static str,
        /// Its encoded size.
        bytes: usize,
    },
    /// A write's closure panicked; its changes were undone.
    #[error("a write panicked")]
    Panicked,
    /// sled gave up; the text is its own.
    #[error("sled: {0}")]
    Sled(Arc<str>),
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        Self::Sled(error.to_string().into())
    }
}

impl StoreError {
    /// For turning the bytes of a key in `table` back into the key.
    pub(super) fn bad_key(table: &'static str) -> impl FnOnce(KeyError) -> Self {
        move |_| Self::Damaged { table, cause: CodecError::Key }
    }
}
