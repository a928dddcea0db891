//! Any sequence of writes, interrupted by reopening anywhere, against a plain map.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use hearth::store::{Options, Range, Read, Store, StoreError};
use proptest::prelude::*;
use tempfile::TempDir;

use super::library::{BY_ISBN, BY_SHELF, BY_WORD, Book, LIBRARY, SHELVES, Shelf, all, checked, fill};

#[derive(Clone, Debug)]
enum Step {
    /// Several changes in one write.
    Write(Vec<Change>),
    /// The same, and then the write fails.
    Fail(Vec<Change>),
    /// The store is closed and opened.
    Reopen,
    /// The process is gone from one moment to the next.
    Crash,
    /// The process is gone, and sled's folder too.
    LoseSled,
    /// The store makes a snapshot for itself.
    Snapshot,
    /// The store is closed and opened, with sled's folder made anew.
    Compact,
}

#[derive(Clone, Debug)]
enum Change {
    Put(Book),
    Delete(u16),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let book = (0..12_u16, 0..SHELVES, prop::option::of(0..4_u8), prop::collection::vec(0..5_u8, 0..4));
    let book = book.prop_map(|(id, shelf, isbn, mut words)| {
        words.sort_unstable();
        words.dedup();
        Book { id, shelf, isbn, words }
    });
    prop::collection::vec(prop_oneof![3 => book.prop_map(Change::Put), 1 => (0..12_u16).prop_map(Change::Delete)], 1..6)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => changes().prop_map(Step::Write),
        3 => changes().prop_map(Step::Fail),
        1 => Just(Step::Reopen),
        2 => Just(Step::Crash),
        1 => Just(Step::LoseSled),
        2 => Just(Step::Snapshot),
        1 => Just(Step::Compact),
    ]
}

type Model = BTreeMap<u16, Book>;

/// What the map holds after `changes`; `None` where a unique key is taken and the whole write must fail.
fn applied(model: &Model, changes: &[Change]) -> Option<Model> {
    let mut model = model.clone();
    for change in changes {
        match change {
            Change::Put(book) => {
                if model.values().any(|other| other.id != book.id && book.isbn.is_some() && other.isbn == book.isbn) {
                    return None;
                }
                model.insert(book.id, book.clone());
            }
            Change::Delete(id) => drop(model.remove(id)),
        }
    }
    Some(model)
}

/// Everything the model says, read from the store, or from within a write.
fn assert_same(read: &impl Read, model: &Model) {
    let books: Vec<Book> = model.values().cloned().collect();
    assert_eq!(all(read).iter().map(|book| Book::clone(book)).collect::<Vec<_>>(), books);
    for shelf in 0..SHELVES {
        let on_shelf: Vec<u16> = books.iter().filter(|book| book.shelf == shelf).map(|book| book.id).collect();
        let forward = read.scan(&BY_SHELF, &Range::prefix(&shelf)).unwrap();
        assert_eq!(forward.iter().map(|(_, id)| *id).collect::<Vec<_>>(), on_shelf);
        let backward = read.scan(&BY_SHELF, &Range::prefix(&shelf).backward().limit(2)).unwrap();
        assert_eq!(
            backward.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            on_shelf.iter().rev().take(2).copied().collect::<Vec<_>>()
        );
        let after = read.scan(&BY_SHELF, &Range::prefix(&shelf).after(&(shelf, 5_u16))).unwrap();
        assert!(after.iter().map(|(_, id)| *id).eq(on_shelf.iter().copied().filter(|id| *id > 5)));
        assert_eq!(read.get::<Shelf>(&shelf).unwrap().unwrap().books, on_shelf.len() as u64);
    }
    for isbn in 0..4 {
        let holder = books.iter().find(|book| book.isbn == Some(isbn)).map(|book| book.id);
        assert_eq!(read.find(&BY_ISBN, &isbn).unwrap().map(|book| book.id), holder);
    }
    let words: usize = books.iter().map(|book| book.words.len()).sum();
    assert_eq!(read.scan(&BY_WORD, &Range::all()).unwrap().len(), words);
}

pub fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copied(&entry.path(), &to);
        } else {
            // What the store's threads put away meanwhile a crash would not have kept either.
            match fs::copy(entry.path(), to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => drop(copied.unwrap()),
            }
        }
    }
}

fn write(store: &Store, changes: &[Change], model: &Model, fail: bool) -> Result<(), StoreError> {
    let (changes, model) = (changes.to_vec(), model.clone());
    store.write_blocking(move |tx| {
        for change in &changes {
            match change {
                Change::Put(book) => tx.put(book)?,
                Change::Delete(id) => drop(tx.delete::<Book>(id)?),
            }
        }
        if let Some(expected) = applied(&model, &changes) {
            assert_same(tx, &expected);
        }
        if fail { Err(StoreError::Busy) } else { Ok(()) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_a_map_with_indexes_however_it_is_interrupted(steps in prop::collection::vec(step(), 1..40)) {
        let mut dir = TempDir::new().unwrap();
        // So short that a snapshot lets go of the journal.
        let options = |dir: &TempDir| Options { journal_segment_bytes: 200, ..Options::new(dir.path()) };
        let open = |dir: &TempDir| Store::open(LIBRARY, &options(dir)).unwrap();
        let mut store = open(&dir);
        fill(&store);
        let mut model = Model::new();
        for step in &steps {
            match step {
                Step::Write(changes) => match applied(&model, changes) {
                    Some(after) => {
                        write(&store, changes, &model, false).unwrap();
                        model = after;
                    }
                    None => {
                        let refused = write(&store, changes, &model, false);
                        let is_taken = matches!(refused, Err(StoreError::Taken { .. }));
                        prop_assert!(is_taken);
                    }
                },
                Step::Fail(changes) => prop_assert!(write(&store, changes, &model, true).is_err()),
                Step::Reopen => {
                    drop(store);
                    store = open(&dir);
                }
                Step::Snapshot => drop(store.keep_snapshot().unwrap()),
                Step::Compact => {
                    drop(store);
                    store = Store::open(LIBRARY, &Options { compact: true, ..options(&dir) }).unwrap();
                }
                Step::Crash | Step::LoseSled => {
                    let next = TempDir::new().unwrap();
                    copied(dir.path(), next.path());
                    if matches!(step, Step::LoseSled) {
                        fs::remove_dir_all(next.path().join("sled")).unwrap();
                    }
                    drop(store);
                    dir = next;
                    store = open(&dir);
                }
            }
            assert_same(&store, &model);
        }
        prop_assert_eq!(checked(&store).problems, 0);
    }
}
