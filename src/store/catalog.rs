//! Every table of Hearth, in one list: what is opened, checked, repaired and rebuilt.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use std::marker::PhantomData;

use super::check::{Check, CheckError};
use super::error::StoreError;
use super::rebuild::Derivation;
use super::record::Record;
use crate::accounts::{Account, Block};
use crate::categories::Category;
use crate::chat::{Conversation, Event, Hidden, Member, Reaction, ReadMark, Timeline};
use crate::comments::{Comment, CommentLike};
use crate::housekeeping::Pending;
use crate::http::probe::Probe;
use crate::idempotency::Answer;
use crate::invites::Invite;
use crate::media::Media;
use crate::moderation::Ban;
use crate::posts::{Bookmark, Like, Post, Revision};
use crate::sessions::Session;

/// A table, whatever its records are.
pub trait Table: Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// The version of its records' stored form.
    fn version(&self) -> u8;

    /// The names of the indexes over it.
    fn indexes(&self) -> Vec<&'static str>;

    /// Holds all its records, indexes and tallies against each other.
    ///
    /// # Errors
    ///
    /// Where reading, or writing a repair, does not work. Differences are no errors: they are counted in `check`.
    fn check(&self, check: &mut Check<'_>) -> Result<(), CheckError>;

    /// Brings all its records to the present version and makes their index entries.
    ///
    /// # Errors
    ///
    /// Where a record is damaged, or where reading or writing does not work.
    fn derive(&self, derivation: &mut Derivation<'_>) -> Result<(), StoreError>;

    /// See [`fuzzing::read_back`].
    ///
    /// # Errors
    ///
    /// Where `stored` is no record of this table.
    #[cfg(any(test, feature = "fuzzing"))]
    fn read_back(&self, stored: &[u8]) -> Result<Vec<u8>, super::codec::CodecError>;
}

/// The table of the records `R`.
pub struct TableOf<R>(PhantomData<fn() -> R>);

impl<R: Record> TableOf<R> {
    /// The table of the records `R`, for a list of tables.
    pub const NEW: &'static dyn Table = &Self(PhantomData);
}

impl<R: Record> Table for TableOf<R> {
    fn name(&self) -> &'static str {
        R::TABLE
    }

    fn version(&self) -> u8 {
        R::VERSION
    }

    fn indexes(&self) -> Vec<&'static str> {
        R::INDEXES.iter().map(|index| index.name()).collect()
    }

    fn check(&self, check: &mut Check<'_>) -> Result<(), CheckError> {
        check.table::<R>()
    }

    fn derive(&self, derivation: &mut Derivation<'_>) -> Result<(), StoreError> {
        derivation.table::<R>()
    }

    #[cfg(any(test, feature = "fuzzing"))]
    fn read_back(&self, stored: &[u8]) -> Result<Vec<u8>, super::codec::CodecError> {
        fuzzing::read_back::<R>(stored)
    }
}

/// Every table of Hearth.
pub const HEARTH: Catalog = Catalog(&[
    TableOf::<Account>::NEW,
    TableOf::<Block>::NEW,
    TableOf::<Ban>::NEW,
    TableOf::<Session>::NEW,
    TableOf::<Invite>::NEW,
    TableOf::<Category>::NEW,
    TableOf::<Post>::NEW,
    TableOf::<Revision>::NEW,
    TableOf::<Like>::NEW,
    TableOf::<Bookmark>::NEW,
    TableOf::<Comment>::NEW,
    TableOf::<CommentLike>::NEW,
    TableOf::<Media>::NEW,
    TableOf::<Conversation>::NEW,
    TableOf::<Member>::NEW,
    TableOf::<ReadMark>::NEW,
    TableOf::<Event>::NEW,
    TableOf::<Reaction>::NEW,
    TableOf::<Hidden>::NEW,
    TableOf::<Timeline>::NEW,
    TableOf::<Answer>::NEW,
    TableOf::<Pending>::NEW,
    TableOf::<Probe>::NEW,
]);

/// A list of tables that a store is opened with.
#[derive(Clone, Copy)]
pub struct Catalog(pub &'static [&'static dyn Table]);

impl Catalog {
    /// The name of each tree, and whether it is a table (an index otherwise).
    pub(super) fn trees(&self) -> impl Iterator<Item = (&'static str, bool)> + '_ {
        self.0.iter().flat_map(|table| {
            std::iter::once((table.name(), true)).chain(table.indexes().into_iter().map(|index| (index, false)))
        })
    }
}

impl Catalog {
    /// The name as the catalogue has it.
    pub(super) fn tree(&self, name: &str) -> Option<&'static str> {
        self.trees().map(|(tree, _)| tree).find(|tree| *tree == name)
    }

    /// Whether `name` is a table's, and not an index's.
    pub(super) fn is_table(&self, name: &str) -> bool {
        self.0.iter().any(|table| table.name() == name)
    }
}
