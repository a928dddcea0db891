//! Snapshots: the state of one moment, taken while others write, and a store again from them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use hearth::store::snapshot::{Item, Reader, RestoreError, SnapshotError, Summary, restore};
use hearth::store::{Catalog, Range, Read, Store, TableOf};

use super::library::{BY_WORD, Book, LIBRARY, Shelf, all, book, checked, open, put};

fn taken(store: &Store) -> (Vec<u8>, Summary) {
    let mut bytes = Vec::new();
    let summary = store.snapshot(&mut bytes, &mut |_, _| {}).unwrap();
    (bytes, summary)
}

fn read(bytes: &[u8]) -> Result<Summary, SnapshotError> {
    Reader::new(LIBRARY, bytes)?.finish()
}

fn restored(bytes: &[u8], dir: &Path) -> Result<Summary, RestoreError> {
    restore(LIBRARY, dir, &mut &*bytes, &mut |_, _| {})
}

/// The book `id` as the `round`th change of it leaves it.
fn changed(id: u16, round: u16) -> Book {
    let words = vec![round.to_le_bytes()[0], 200];
    Book { shelf: (round % 3).to_le_bytes()[0], words, ..book(id) }
}

#[test]
fn a_restored_snapshot_is_the_same_store_and_its_journal_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for id in 0..300 {
        put(&store, &changed(id, id)).unwrap();
    }
    store.write_blocking(|tx| tx.delete::<Book>(&7)).unwrap();
    let (bytes, summary) = taken(&store);
    assert_eq!(summary.tables, [("shelves".to_owned(), 3), ("books".to_owned(), 299)]);
    assert_eq!((summary.place.sequence, summary.bytes), (302, bytes.len() as u64));
    assert_eq!(read(&bytes).unwrap(), summary);

    let other = tempfile::tempdir().unwrap();
    let place = other.path().join("store");
    assert_eq!(restored(&bytes, &place).unwrap(), summary);
    let again = open(&place);
    assert_eq!(all(&again), all(&store));
    assert_eq!(again.scan(&BY_WORD, &Range::all()).unwrap(), store.scan(&BY_WORD, &Range::all()).unwrap());
    assert_eq!(checked(&again).problems, 0);
    put(&again, &book(1000)).unwrap();
    let frames: Vec<_> = again.frames().unwrap().map(|frame| frame.unwrap().sequence).collect();
    assert_eq!(frames, [303]);
    drop(again);
    assert_eq!(all(&open(&place)).len(), 300);
}

/// One writer, so that each write is a frame: what the state must be after each frame is known.
#[test]
fn a_snapshot_under_writes_is_the_state_of_one_moment() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let (mut models, mut model) = (vec![BTreeMap::new(); 2], BTreeMap::new());
    let (done, acknowledged) = (AtomicBool::new(false), AtomicU64::new(1));
    let snapshots = std::thread::scope(|scope| {
        let taking = scope.spawn(|| {
            let mut snapshots = Vec::new();
            while !done.load(Ordering::SeqCst) && snapshots.len() < 50 {
                let before = acknowledged.load(Ordering::SeqCst);
                let (bytes, summary) = taken(&store);
                assert!(summary.place.sequence >= before);
                snapshots.push((bytes, summary));
            }
            snapshots
        });
        let mut chance = 7_u32;
        for round in 0..1500 {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let id = u16::try_from((chance >> 16) % 700).unwrap();
            if chance.is_multiple_of(4) && model.contains_key(&id) {
                model.remove(&id);
                store.write_blocking(move |tx| tx.delete::<Book>(&id)).unwrap();
            } else {
                let book = changed(id, round);
                put(&store, &book).unwrap();
                model.insert(id, book);
            }
            models.push(model.clone());
            acknowledged.fetch_add(1, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
        taking.join().unwrap()
    });
    let during = snapshots.iter().filter(|(_, summary)| summary.changes > 0).count();
    assert!(during > 0, "no snapshot was taken during a write");
    for (bytes, summary) in &snapshots {
        let expected = &models[usize::try_from(summary.place.sequence).unwrap()];
        assert_eq!(&books(bytes), expected, "at frame {}", summary.place.sequence);
    }
    let (bytes, summary) = snapshots.into_iter().rfind(|(_, summary)| summary.changes > 0).unwrap();
    let other = tempfile::tempdir().unwrap();
    restored(&bytes, &other.path().join("store")).unwrap();
    let again = open(&other.path().join("store"));
    let expected = &models[usize::try_from(summary.place.sequence).unwrap()];
    assert!(all(&again).iter().map(|book| &**book).eq(expected.values()));
    assert_eq!(checked(&again).problems, 0);
}

/// What a snapshot holds in the end.
fn books(bytes: &[u8]) -> BTreeMap<u16, Book> {
    let mut books = BTreeMap::new();
    let mut reader = Reader::new(LIBRARY, bytes).unwrap();
    while let Some(item) = reader.next().unwrap() {
        let (table, key, value) = match item {
            Item::Record { table, key, value } => (table, key, Some(value)),
            Item::Change(change) => (change.tree, change.key, change.value),
        };
        if table == "books" {
            let key = u16::from_be_bytes(key.try_into().unwrap());
            match value {
                Some(value) => books.insert(key, hearth::store::codec::decode(&value).unwrap()),
                None => books.remove(&key),
            };
        }
    }
    books
}

#[test]
fn a_snapshot_that_is_cut_short_or_changed_anywhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for id in 0..20 {
        put(&store, &changed(id, id)).unwrap();
    }
    let (bytes, _) = taken(&store);
    for length in 0..bytes.len() {
        assert!(matches!(read(&bytes[..length]), Err(SnapshotError::Short { at }) if at == length as u64));
    }
    for place in 0..bytes.len() {
        for change in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= change;
            let refused = read(&changed).unwrap_err();
            let named = match place {
                0..8 => matches!(refused, SnapshotError::Foreign),
                8..12 => matches!(refused, SnapshotError::Newer(_) | SnapshotError::Damaged { .. }),
                _ => matches!(refused, SnapshotError::Damaged { .. } | SnapshotError::Short { .. }),
            };
            assert!(named, "byte {place}: {refused}");
        }
    }
    // What stands behind it is not its business.
    let longer = [bytes.as_slice(), b"more"].concat();
    let mut rest = longer.as_slice();
    Reader::new(LIBRARY, &mut rest).unwrap().finish().unwrap();
    assert_eq!(rest, b"more");
}

#[test]
fn a_snapshot_of_unknown_tables_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let (bytes, _) = taken(&open(dir.path()));
    const SHELVES: Catalog = Catalog(&[TableOf::<Shelf>::NEW]);
    let refused = Reader::new(SHELVES, bytes.as_slice()).err().unwrap();
    assert!(matches!(refused, SnapshotError::Schema(_)));
    assert!(refused.to_string().contains("'books'") && refused.to_string().contains("newer Hearth"), "{refused}");
}

#[test]
fn nothing_is_restored_over_a_store_and_a_bad_snapshot_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("store"));
    put(&store, &book(1)).unwrap();
    let (bytes, _) = taken(&store);
    drop(store);
    let refused = restored(&bytes, &dir.path().join("store")).unwrap_err();
    assert!(matches!(refused, RestoreError::Occupied(_)), "{refused}");
    assert_eq!(all(&open(&dir.path().join("store"))).len(), 1);

    let other = dir.path().join("other");
    assert!(matches!(restored(&bytes[..bytes.len() - 1], &other), Err(RestoreError::Snapshot(_))));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "something was left behind");
    // A folder that is there and empty is as good as none.
    std::fs::create_dir(&other).unwrap();
    restored(&bytes, &other).unwrap();
    assert_eq!(all(&open(&other)).len(), 1);
}
