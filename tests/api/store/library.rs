//! A small library to test the store with: books on shelves.

use std::sync::Arc;

use hearth::store::check::{Report, check};
use hearth::store::{
    Catalog, Index, IndexOf, Options, Range, Read, Record, Store, StoreError, TableOf, Tally, TallyOf,
};

#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Shelf {
    pub id: u8,
    pub books: u64,
}

impl Record for Shelf {
    type Key = u8;
    const TABLE: &'static str = "shelves";

    fn key(&self) -> u8 {
        self.id
    }
}

#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Book {
    pub id: u16,
    pub shelf: u8,
    pub isbn: Option<u8>,
    pub words: Vec<u8>,
}

pub static BY_SHELF: Index<Book, u8> = Index::plain("books_by_shelf", |book| vec![book.shelf]);
pub static BY_ISBN: Index<Book, u8> = Index::unique("books_by_isbn", |book| book.isbn.into_iter().collect());
pub static BY_WORD: Index<Book, u8> = Index::plain("books_by_word", |book| book.words.clone());
static ON_SHELF: Tally<Book, Shelf> = Tally::new("books on shelves", |book| vec![book.shelf], |shelf| &mut shelf.books);

impl Record for Book {
    type Key = u16;
    const TABLE: &'static str = "books";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_SHELF, &BY_ISBN, &BY_WORD];
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&ON_SHELF];

    fn key(&self) -> u16 {
        self.id
    }
}

pub const LIBRARY: Catalog = Catalog(&[TableOf::<Shelf>::NEW, TableOf::<Book>::NEW]);

pub const SHELVES: u8 = 3;

pub fn book(id: u16) -> Book {
    Book { id, shelf: 0, isbn: None, words: vec![] }
}

/// A library with its shelves and no book.
pub fn open(dir: &std::path::Path) -> Store {
    let store = Store::open(LIBRARY, &Options::new(dir)).unwrap();
    fill(&store);
    store
}

pub fn fill(store: &Store) {
    store
        .write_blocking(|tx| {
            for id in 0..SHELVES {
                if !tx.contains::<Shelf>(&id)? {
                    tx.put(&Shelf { id, books: 0 })?;
                }
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

pub fn put(store: &Store, book: &Book) -> Result<(), StoreError> {
    let book = book.clone();
    store.write_blocking(move |tx| tx.put(&book))
}

pub fn all(read: &impl Read) -> Vec<Arc<Book>> {
    read.records::<Book>(&Range::all()).unwrap()
}

pub fn checked(store: &Store) -> Report {
    check(store, false, &mut |_, _| {}).unwrap()
}

/// A record that takes room.
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Page {
    pub id: u16,
    pub text: String,
}

impl Record for Page {
    type Key = u16;
    const TABLE: &'static str = "pages";

    fn key(&self) -> u16 {
        self.id
    }
}

pub const PAGES: Catalog = Catalog(&[TableOf::<Page>::NEW]);

/// A page of two kilobytes, as the `round`th writing leaves it.
pub fn page(id: u16, round: u16) -> Page {
    Page { id, text: format!("{id:05} {round:05} ").repeat(170) }
}

/// Writes the pages up to `count`, a hundred at a time.
pub fn print(store: &Store, count: u16, round: u16) {
    for first in (0..count).step_by(100) {
        let pages =
            move |tx: &mut hearth::store::Tx<'_>| (first..first + 100).try_for_each(|id| tx.put(&page(id, round)));
        store.write_blocking(pages).unwrap();
    }
}
