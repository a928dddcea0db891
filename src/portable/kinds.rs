//! The list of what an export holds, in the order in which it can be taken in.

use std::io::{BufRead, Write};
use std::marker::PhantomData;
use std::sync::Arc;

use super::error::{ExportError, ImportError};
use super::export::Walked;
use super::import::Arriving;
use super::lines::Lines;
use super::{Portable, Progress, export, import};
use crate::accounts::{Account, Block};
use crate::categories::Category;
use crate::chat::{Conversation, Event, Hidden, Member, Reaction, ReadMark};
use crate::comments::{Comment, CommentLike};
use crate::invites::Invite;
use crate::media::Media;
use crate::moderation::Ban;
use crate::posts::{Bookmark, Like, Post, Revision};
use crate::store::{MAX_SCAN, Range, Read, Record, Store, StoreError};

/// Every kind of record in an export. Those that are counted in others come after them.
pub const KINDS: &[&dyn Kind] = &[
    KindOf::<Account>::NEW,
    KindOf::<Block>::NEW,
    KindOf::<Ban>::NEW,
    KindOf::<Invite>::NEW,
    KindOf::<Category>::NEW,
    KindOf::<Post>::NEW,
    KindOf::<Revision>::NEW,
    KindOf::<Media>::NEW,
    KindOf::<Like>::NEW,
    KindOf::<Bookmark>::NEW,
    KindOf::<Comment>::NEW,
    KindOf::<CommentLike>::NEW,
    KindOf::<Conversation>::NEW,
    KindOf::<Member>::NEW,
    KindOf::<Event>::NEW,
    KindOf::<ReadMark>::NEW,
    KindOf::<Reaction>::NEW,
    KindOf::<Hidden>::NEW,
];

/// Tables that an export leaves out, each with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("sessions", "sign-ins belong to the server that they were made on; everybody signs in again"),
    ("idempotent_answers", "answers to requests are kept for a day, for their sender to ask again"),
    ("chores", "what is still to be cleared away is not exported in the first place"),
    ("probe", "the server's own test of whether it can write"),
    ("timeline", "follows from the positions of the events; a new server also names its history anew"),
];

/// The kind with this name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| kind.name() == name)
}

/// A kind of record, whichever it is.
pub trait Kind: Sync {
    /// Its table's name, which is its file's too.
    fn name(&self) -> &'static str;

    /// Its file's name.
    fn file(&self) -> String {
        format!("{}.jsonl", self.name())
    }

    /// Writes all its records, by key.
    #[doc(hidden)]
    fn export(&self, store: &Store, out: &mut dyn Write, progress: Progress<'_>) -> Result<Walked, ExportError>;

    /// Puts all that `lines` hold into the store.
    #[doc(hidden)]
    fn put(&self, lines: &mut Lines<&mut dyn BufRead>, arriving: &mut Arriving<'_>) -> Result<(), ImportError>;

    /// Holds all that `lines` hold against the store that everything was put into.
    #[doc(hidden)]
    fn hold(&self, lines: &mut Lines<&mut dyn BufRead>, arriving: &mut Arriving<'_>) -> Result<(), ImportError>;

    /// What a line holds, as it is written out again.
    #[cfg(any(test, feature = "fuzzing"))]
    #[doc(hidden)]
    fn read_back(&self, line: &[u8]) -> Result<Vec<u8>, String>;
}

/// The kind of the records `R`.
struct KindOf<R>(PhantomData<fn() -> R>);

impl<R: Portable> KindOf<R> {
    const NEW: &'static dyn Kind = &Self(PhantomData);
}

impl<R: Portable> Kind for KindOf<R> {
    fn name(&self) -> &'static str {
        R::TABLE
    }

    fn export(&self, store: &Store, out: &mut dyn Write, progress: Progress<'_>) -> Result<Walked, ExportError> {
        export::walk::<R>(store, out, progress)
    }

    fn put(&self, lines: &mut Lines<&mut dyn BufRead>, arriving: &mut Arriving<'_>) -> Result<(), ImportError> {
        import::put::<R>(lines, arriving)
    }

    fn hold(&self, lines: &mut Lines<&mut dyn BufRead>, arriving: &mut Arriving<'_>) -> Result<(), ImportError> {
        import::hold::<R>(lines, arriving)
    }

    #[cfg(any(test, feature = "fuzzing"))]
    fn read_back(&self, line: &[u8]) -> Result<Vec<u8>, String> {
        super::fuzzing::read_back::<R>(line)
    }
}

/// The records of a table that come after `last`, as many as one scan gives.
pub(super) fn next_records<R: Record>(store: &Store, last: Option<&R>) -> Result<Vec<Arc<R>>, StoreError> {
    store.records::<R>(&Range::all().after_some(last.map(Record::key).as_ref()).limit(MAX_SCAN))
}
