//! The store by itself, with a catalogue of its own.

mod damage;
mod library;
mod migration;
mod model;
mod rot;
mod snapshots;
mod upkeep;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hearth::store::journal::{AppendError, FileJournal, Frames, Journal, JournalError, Place};
use hearth::store::{Durability, OpenError, Options, Range, Read, Store, StoreError};
use library::{BY_ISBN, BY_SHELF, Book, LIBRARY, Shelf, all, book, checked, fill, open, put};

#[test]
fn what_was_written_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    put(&store, &Book { isbn: Some(9), ..book(1) }).unwrap();
    drop(store);
    let store = open(dir.path());
    assert_eq!(store.find(&BY_ISBN, &9).unwrap().unwrap().id, 1);
    assert_eq!(store.get::<Shelf>(&0).unwrap().unwrap().books, 1);
    assert_eq!(checked(&store).problems, 0);
}

#[test]
fn a_unique_key_belongs_to_one_record_and_a_failed_write_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    put(&store, &Book { isbn: Some(9), ..book(1) }).unwrap();
    let second = store.write_blocking(|tx| {
        tx.put(&book(5))?;
        tx.put(&Book { isbn: Some(9), ..book(2) })
    });
    assert!(matches!(second, Err(StoreError::Taken { index }) if index == BY_ISBN.name()));
    assert_eq!(all(&store).len(), 1);
    // The same record keeps its key, gives it up, and another takes it.
    put(&store, &Book { isbn: Some(9), shelf: 1, ..book(1) }).unwrap();
    put(&store, &book(1)).unwrap();
    put(&store, &Book { isbn: Some(9), ..book(2) }).unwrap();
    assert_eq!(checked(&store).problems, 0);
}

#[test]
fn of_twelve_at_once_for_one_key_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let won = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..12)
            .map(|id| (id, &store))
            .map(|(id, store)| scope.spawn(move || put(store, &Book { isbn: Some(9), ..book(id) }).is_ok()))
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).filter(|won| *won).count()
    });
    assert_eq!(won, 1);
    assert_eq!((all(&store).len(), checked(&store).problems), (1, 0));
}

#[test]
fn counts_are_exact_under_contention() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    std::thread::scope(|scope| {
        for thread in 0..8_u16 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..50 {
                    put(store, &Book { shelf: 2, ..book(thread * 100 + number) }).unwrap();
                    if number % 5 == 0 {
                        store.write_blocking(move |tx| tx.delete::<Book>(&(thread * 100 + number))).unwrap();
                    }
                }
            });
        }
    });
    assert_eq!(store.get::<Shelf>(&2).unwrap().unwrap().books, 8 * 40);
    assert_eq!(store.scan(&BY_SHELF, &Range::prefix(&2_u8)).unwrap().len(), 320);
    assert_eq!(checked(&store).problems, 0);
}

#[test]
fn a_panicking_write_is_undone_and_harms_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let panicked: Result<(), StoreError> = store.write_blocking(|tx| {
        tx.put(&book(1))?;
        panic!("on purpose")
    });
    assert!(matches!(panicked, Err(StoreError::Panicked)));
    put(&store, &book(2)).unwrap();
    assert_eq!(all(&store).iter().map(|book| book.id).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_second_process_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let second = Store::open(LIBRARY, &Options::new(dir.path())).err().unwrap();
    assert!(matches!(second, OpenError::Locked { .. }));
    assert!(second.to_string().contains(&format!("process {}", std::process::id())), "{second}");
    drop(store);
    Store::open(LIBRARY, &Options::new(dir.path())).unwrap();
}

#[test]
fn relaxed_writes_are_there_after_closing() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { durability: Durability::Relaxed, ..Options::new(dir.path()) };
    let store = Store::open(LIBRARY, &options).unwrap();
    fill(&store);
    for id in 0..100 {
        put(&store, &book(id)).unwrap();
    }
    drop(store);
    let store = Store::open(LIBRARY, &options).unwrap();
    assert_eq!((all(&store).len(), checked(&store).problems), (100, 0));
}

#[test]
fn a_reader_that_was_told_of_a_write_sees_it_however_hot_the_record() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    put(&store, &book(1)).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (store, done) = (&store, done.clone());
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    store.get::<Book>(&1).unwrap().unwrap();
                }
            });
        }
        for round in 0..300_u32 {
            let words = round.to_be_bytes().to_vec();
            put(&store, &Book { words: words.clone(), ..book(1) }).unwrap();
            assert_eq!(store.get::<Book>(&1).unwrap().unwrap().words, words);
        }
        done.store(true, Ordering::Relaxed);
    });
}

/// A journal whose appends fail from a moment on, as on a full or broken disk.
struct Failing(FileJournal, Arc<AtomicBool>);

impl Journal for Failing {
    fn place(&self) -> Place {
        self.0.place()
    }

    fn first(&self) -> u64 {
        self.0.first()
    }

    fn append(&mut self, expected: u64, batch: &[u8], durability: Durability) -> Result<u64, AppendError> {
        if self.1.load(Ordering::SeqCst) {
            return Err(AppendError::InDoubt(std::io::Error::other("no space left on device")));
        }
        self.0.append(expected, batch, durability)
    }

    fn sync(&mut self) -> Result<(), AppendError> {
        self.0.sync()
    }

    fn read_from(&self, sequence: u64) -> Result<Frames, JournalError> {
        self.0.read_from(sequence)
    }

    fn trim(&mut self, before: u64) -> Result<(), JournalError> {
        self.0.trim(before)
    }
}

#[test]
fn after_a_failed_append_nothing_is_written_until_a_restart_and_reading_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let broken = Arc::new(AtomicBool::new(false));
    let disk = broken.clone();
    let store =
        Store::open_over(LIBRARY, &Options::new(dir.path()), |journal| Box::new(Failing(journal, disk))).unwrap();
    fill(&store);
    put(&store, &book(1)).unwrap();
    broken.store(true, Ordering::SeqCst);
    assert!(matches!(put(&store, &book(2)), Err(StoreError::Stopped(_))));
    broken.store(false, Ordering::SeqCst);
    let refused = put(&store, &book(3)).unwrap_err();
    assert!(refused.to_string().contains("no space left"), "{refused}");
    assert!(store.health().is_err());
    assert_eq!(all(&store).len(), 1);
    drop(store);
    let store = open(dir.path());
    put(&store, &book(4)).unwrap();
    assert_eq!((all(&store).len(), checked(&store).problems), (2, 0));
}
