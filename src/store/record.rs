//! What a record declares about itself: its table, its key, its indexes and the tallies it counts in.

use super::codec::CodecError;
use super::index::IndexOf;
use super::key::Key;
use super::tally::TallyOf;

/// A stored thing. Its indexes and tallies follow by themselves from [`super::Tx::put`] and [`super::Tx::delete`].
///
/// Stored types never derive `Serialize`: what goes out has a type of its own, so that a new field cannot leak.
pub trait Record: bincode::Encode + bincode::Decode<()> + Clone + Send + Sync + 'static {
    /// The primary key, which never changes in a record's life.
    type Key: Key;

    /// The name of the table; it stands in the journal, so it never changes either.
    const TABLE: &'static str;

    /// The version of the stored form. Whoever changes the fields raises it and extends [`Record::migrate`].
    const VERSION: u8 = 1;

    /// All indexes over this table.
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[];

    /// All counts in other records that this table's records are counted in.
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[];

    /// This record's primary key.
    fn key(&self) -> Self::Key;

    /// Reads the body of an older stored version.
    ///
    /// # Errors
    ///
    /// [`CodecError::Version`] where `version` is none that this Hearth knows.
    fn migrate(version: u8, _body: &[u8]) -> Result<Self, CodecError> {
        Err(CodecError::Version(version))
    }
}
