//! Bits that flip, blocks that become zeros, files that end early: nothing is lost, nothing is wrong, nothing panics.
//!
//! `HEARTH_ROT_FLIPS=100` makes it long; `HEARTH_ROT_SEED` makes the choices of a run again that failed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hearth::store::{Options, Range, Read, Store};

use super::library::{BY_ISBN, BY_SHELF, BY_WORD, Book, LIBRARY, Shelf, book, checked, open};
use super::model::copied;

type Model = BTreeMap<u16, Book>;

/// How many changes of each kind of folder are tried.
fn flips() -> usize {
    std::env::var("HEARTH_ROT_FLIPS").map_or(12, |flips| flips.parse().unwrap())
}

/// Numbers that look random, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let given = std::env::var("HEARTH_ROT_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| getrandom::u64().unwrap());
        println!("HEARTH_ROT_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn volume(id: u16, round: u16) -> Book {
    let words = (0..id % 7).map(|word| u8::try_from(word).unwrap()).chain([200]).collect();
    let isbn = u8::try_from(id).ok();
    Book { shelf: u8::try_from((id + round) % 3).unwrap(), words, isbn, ..book(id) }
}

/// Writes many books, in groups, with changes of earlier ones.
fn write(store: &Store, model: &mut Model, round: u16) {
    for group in 0..25_u16 {
        let books: Vec<_> = (0..20).map(|id| volume((group * 20 + id + round * 150) % 650, round)).collect();
        model.extend(books.iter().map(|book| (book.id, book.clone())));
        store.write_blocking(move |tx| books.iter().try_for_each(|book| tx.put(book))).unwrap();
    }
    let gone = round * 7 + 1;
    model.remove(&gone);
    store.write_blocking(move |tx| tx.delete::<Book>(&gone)).unwrap();
}

/// Folders as they are left: closed in order; killed; killed between sled's flush and the mark.
fn folders() -> (Vec<(tempfile::TempDir, Model)>, Model) {
    let mut model = Model::new();
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    write(&store, &mut model, 0);
    store.keep_snapshot().unwrap();
    write(&store, &mut model, 1);
    drop(store);
    let store = open(dir.path());
    write(&store, &mut model, 2);
    let killed = tempfile::tempdir().unwrap();
    copied(dir.path(), killed.path());
    drop(store);
    let unmarked = tempfile::tempdir().unwrap();
    copied(dir.path(), unmarked.path());
    fs::copy(killed.path().join("checkpoint"), unmarked.path().join("checkpoint")).unwrap();
    (vec![(dir, model.clone()), (killed, model.clone()), (unmarked, model.clone())], model)
}

fn assert_same(dir: &Path, model: &Model, what: &str) {
    let store = Store::open(LIBRARY, &Options::new(dir)).unwrap_or_else(|error| panic!("{what}: {error}"));
    let mut found = Model::new();
    let mut range = Range::all();
    loop {
        let some = store.records::<Book>(&range).unwrap();
        let Some(last) = some.last() else { break };
        range = Range::all().after(&last.id);
        found.extend(some.iter().map(|book| (book.id, Book::clone(book))));
    }
    assert!(found == *model, "{what}: the records differ");
    let sorted = |index: &'static str, mut expected: Vec<(u8, u16)>, mut found: Vec<(u8, u16)>| {
        expected.sort_unstable();
        found.sort_unstable();
        assert!(expected == found, "{what}: {index} differs");
    };
    let all_of = |index| store.scan_every(index, Range::all()).unwrap();
    sorted("the shelves", model.values().map(|book| (book.shelf, book.id)).collect(), all_of(&BY_SHELF));
    let isbns = model.values().filter_map(|book| Some((book.isbn?, book.id)));
    sorted("the numbers", isbns.collect(), all_of(&BY_ISBN));
    let words = model.values().flat_map(|book| book.words.iter().map(|word| (*word, book.id)));
    sorted("the words", words.collect(), all_of(&BY_WORD));
    for shelf in 0..3 {
        let books = model.values().filter(|book| book.shelf == shelf).count() as u64;
        assert_eq!(store.get::<Shelf>(&shelf).unwrap().unwrap().books, books, "{what}");
    }
    let report = checked(&store);
    assert_eq!(report.problems, 0, "{what}: {:?}", report.described);
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if fs::metadata(&path).unwrap().len() > 0 {
            files.push(path);
        }
    }
    files.sort_unstable();
    files
}

/// Does something bad to a file, and says what.
fn rot(chance: &mut Chance, path: &Path) -> String {
    let mut bytes = fs::read(path).unwrap();
    // Half of the time where there is something, as most of sled's file is zeros.
    let written = bytes.iter().rposition(|byte| *byte != 0).map_or(bytes.len(), |last| last + 1);
    let length = if chance.below(4) > 0 { written } else { bytes.len() };
    let place = chance.below(length);
    let done = match chance.below(8) {
        0 => {
            bytes.truncate(place);
            "cut off"
        }
        1 => {
            let end = bytes.len().min(place + 4096);
            bytes[place..end].fill(0);
            "zeros"
        }
        _ => {
            bytes[place] ^= 1 << chance.below(8);
            "a flipped bit"
        }
    };
    fs::write(path, bytes).unwrap();
    format!("{done} at {place} of {}", path.display())
}

#[test]
fn whatever_happens_to_sleds_files_nothing_is_lost() {
    let mut chance = Chance::new();
    let (folders, _) = folders();
    for number in 0..flips() {
        let (from, model) = &folders[number % folders.len()];
        let dir = tempfile::tempdir().unwrap();
        copied(from.path(), dir.path());
        let files = files(&dir.path().join("sled"));
        // Most often the file with the data.
        let db = dir.path().join("sled/db");
        let file = if chance.below(3) > 0 { &db } else { &files[chance.below(files.len())] };
        let what = rot(&mut chance, file);
        assert_same(dir.path(), model, &what);
    }
}

#[test]
fn a_killed_store_is_never_rebuilt_without_need() {
    let (folders, model) = folders();
    for (dir, _) in &folders {
        assert_same(dir.path(), &model, "nothing happened");
        assert!(!dir.path().join("sled.broken").exists());
    }
}

#[test]
fn a_mark_or_a_snapshot_that_rots_costs_nothing_but_time() {
    let mut chance = Chance::new();
    let (folders, model) = folders();
    for number in 0..flips().div_ceil(2) {
        let dir = tempfile::tempdir().unwrap();
        copied(folders[0].0.path(), dir.path());
        let mut what = rot(&mut chance, &dir.path().join("checkpoint"));
        if number % 2 == 0 {
            what += &rot(&mut chance, &files(&dir.path().join("snapshots"))[0]);
        }
        assert_same(dir.path(), &model, &what);
    }
}
