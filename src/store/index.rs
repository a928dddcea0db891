//! Declared indexes: entries that follow from a record alone, kept by the store and never by hand.

use super::key::Key;
use super::record::Record;

/// An index over the records `R` by keys `K`, declared once as a `static` beside the record.
///
/// A plain entry's bytes are the key and then the record's primary key, so entries of different records never
/// collide and a scan is ordered by both. A unique entry's bytes are the key alone; its value is the primary key.
///
/// ```
/// # use hearth::store::{Index, Record};
/// # #[derive(Clone, bincode::Encode, bincode::Decode)] struct Book { id: u64, shelf: u32, isbn: String }
/// # impl Record for Book { type Key = u64; const TABLE: &'static str = "books"; fn key(&self) -> u64 { self.id } }
/// static BY_SHELF: Index<Book, u32> = Index::plain("books_by_shelf", |book| vec![book.shelf]);
/// static BY_ISBN: Index<Book, String> = Index::unique("books_by_isbn", |book| vec![book.isbn.clone()]);
/// ```
pub struct Index<R, K> {
    name: &'static str,
    unique: bool,
    keys: fn(&R) -> Vec<K>,
}

impl<R: Record, K: Key> Index<R, K> {
    /// An index in which several records may share a key.
    pub const fn plain(name: &'static str, keys: fn(&R) -> Vec<K>) -> Self {
        Self { name, unique: false, keys }
    }

    /// An index in which a key belongs to one record: a second one is refused with [`super::StoreError::Taken`].
    pub const fn unique(name: &'static str, keys: fn(&R) -> Vec<K>) -> Self {
        Self { name, unique: true, keys }
    }

    /// The name of the tree; it stands in the journal, so it never changes.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Reads an entry back into its key and the primary key of its record.
    pub(super) fn read_entry(&self, entry: &Entry) -> Result<(K, R::Key), super::key::KeyError> {
        if self.unique {
            return Ok((K::from_bytes(&entry.0)?, R::Key::from_bytes(&entry.1)?));
        }
        <(K, R::Key)>::from_bytes(&entry.0)
    }
}

/// An index entry as stored: its bytes and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// An index over `R`, whatever its keys are.
pub trait IndexOf<R>: Sync {
    /// The name of the tree.
    fn name(&self) -> &'static str;

    /// Whether a key belongs to one record only.
    fn unique(&self) -> bool;

    /// Every entry that `record` must have, and no other.
    fn entries(&self, record: &R) -> Vec<Entry>;

    /// The primary key, as bytes, of the record that `entry` stands for; `None` where the entry is malformed.
    fn target(&self, entry: &Entry) -> Option<Vec<u8>>;
}

impl<R: Record, K: Key> IndexOf<R> for Index<R, K> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn unique(&self) -> bool {
        self.unique
    }

    fn entries(&self, record: &R) -> Vec<Entry> {
        let primary = record.key().to_bytes();
        let entry = |key: K| {
            let mut bytes = key.to_bytes();
            if self.unique {
                return (bytes, primary.clone());
            }
            bytes.extend_from_slice(&primary);
            (bytes, Vec::new())
        };
        (self.keys)(record).into_iter().map(entry).collect()
    }

    fn target(&self, entry: &Entry) -> Option<Vec<u8>> {
        self.read_entry(entry).ok().map(|(_, primary)| primary.to_bytes())
    }
}
