//! What the store does for itself: its own snapshots, a journal that does not grow for ever, files that stay small.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hearth::store::{OpenError, Options, Read, Store};

use super::library::{Book, LIBRARY, PAGES, Page, all, book, checked, fill, page, print, put};

fn options(dir: &Path) -> Options {
    Options { journal_segment_bytes: 2000, ..Options::new(dir) }
}

fn open(dir: &Path) -> Store {
    let store = Store::open(LIBRARY, &options(dir)).unwrap();
    fill(&store);
    store
}

fn write(store: &Store, from: u16) {
    (from..from + 50).for_each(|id| put(store, &Book { words: vec![1, 2, 3], ..book(id) }).unwrap());
}

fn snapshots(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(dir.join("snapshots")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort_unstable();
    found
}

fn first_frame(store: &Store) -> u64 {
    store.frames().unwrap().next().unwrap().unwrap().sequence
}

fn assert_whole(dir: &Path, books: usize) {
    let store = open(dir);
    assert_eq!((all(&store).len(), checked(&store).problems), (books, 0));
}

/// A closed store with 200 books and two snapshots, whose journal begins after the older one.
fn library() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for round in 0..4 {
        write(&store, round * 50);
        if round < 3 {
            store.keep_snapshot().unwrap();
        }
    }
    dir
}

#[test]
fn the_newest_two_snapshots_are_kept_and_the_journal_from_the_older_one_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (round, (kept, reaches_back)) in [(1, true), (2, false), (2, false)].into_iter().enumerate() {
        let sequence = 1 + 50 * (round as u64 + 1);
        write(&store, u16::try_from(round).unwrap() * 50);
        assert_eq!(store.keep_snapshot().unwrap(), sequence);
        assert_eq!(snapshots(dir.path()).len(), kept);
        let first = first_frame(&store);
        assert_eq!(first == 1, reaches_back, "{first}");
        assert!(first <= sequence.saturating_sub(50) + 1, "{first}: the older snapshot's journal is gone");
    }
    let report = checked(&store);
    assert_eq!((report.snapshots, report.problems), (2, 0));
}

#[test]
fn without_sled_everything_comes_from_the_snapshot_and_the_journal() {
    let dir = library();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_whole(dir.path(), 200);
}

#[test]
fn a_damaged_newest_snapshot_is_found_by_check_and_the_one_before_it_serves() {
    let dir = library();
    let newest = snapshots(dir.path()).pop().unwrap();
    let mut bytes = fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&newest, bytes).unwrap();
    let found = checked(&open(dir.path()));
    assert_eq!(found.problems, 1);
    assert!(found.described[0].contains("snapshot") && found.described[0].contains("damaged"), "{found:?}");
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_whole(dir.path(), 200);
    // It does not count as one any more, and the next two take over.
    let store = open(dir.path());
    assert_eq!(checked(&store).snapshots, 1);
    for from in [200, 250] {
        write(&store, from);
        store.keep_snapshot().unwrap();
    }
    assert_eq!(snapshots(dir.path()).len(), 2);
}

#[test]
fn without_any_whole_snapshot_a_lost_state_is_refused_in_words_and_nothing_is_changed() {
    let dir = library();
    for snapshot in snapshots(dir.path()) {
        fs::write(snapshot, "nothing").unwrap();
    }
    assert_eq!(all(&open(dir.path())).len(), 200);
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    let refused = Store::open(LIBRARY, &options(dir.path())).err().unwrap();
    assert!(matches!(refused, OpenError::CannotRebuild { .. }), "{refused}");
    assert!(refused.to_string().contains("restore the newest backup"), "{refused}");
}

#[test]
fn what_a_crash_leaves_of_making_a_snapshot_is_cleared_away_and_harms_nothing() {
    let dir = library();
    let whole = fs::read(snapshots(dir.path()).pop().unwrap()).unwrap();
    // Half written; wholly written and not renamed; renamed, with the older ones and the journal still there.
    for left in [&whole[..whole.len() / 2], &whole] {
        fs::write(dir.path().join("snapshots/unfinished"), left).unwrap();
        assert_whole(dir.path(), 200);
        assert!(!dir.path().join("snapshots/unfinished").exists());
        assert_eq!(snapshots(dir.path()).len(), 2);
    }
    for left in ["sled.new", "sled.broken"] {
        fs::create_dir(dir.path().join(left)).unwrap();
        fs::write(dir.path().join(left).join("db"), "half").unwrap();
    }
    assert_whole(dir.path(), 200);
    // Between the two renames that put a new folder in sled's place.
    fs::rename(dir.path().join("sled"), dir.path().join("sled.broken")).unwrap();
    fs::create_dir(dir.path().join("sled.new")).unwrap();
    assert_whole(dir.path(), 200);
}

#[test]
fn snapshots_are_made_on_a_schedule() {
    let dir = tempfile::tempdir().unwrap();
    let every = Duration::from_millis(50);
    let store = Store::open(LIBRARY, &Options { snapshot_every: every, ..options(dir.path()) }).unwrap();
    fill(&store);
    write(&store, 0);
    let made = || fs::read_dir(dir.path().join("snapshots")).is_ok_and(|entries| entries.count() > 0);
    let waited = std::time::Instant::now();
    while !made() {
        assert!(waited.elapsed() < Duration::from_secs(30), "no snapshot was made");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(store);
    assert_whole(dir.path(), 50);
}

#[test]
fn compacting_keeps_everything_and_takes_less() {
    let dir = tempfile::tempdir().unwrap();
    let open = |compact| Store::open(PAGES, &Options { compact, ..options(dir.path()) }).unwrap();
    let store = open(false);
    (0..12).for_each(|round| print(&store, 1000, round));
    drop(store);
    let assert_whole = |store: &Store| {
        (0..1000).for_each(|id| assert_eq!(*store.get::<Page>(&id).unwrap().unwrap(), page(id, 11)));
        assert_eq!(checked(store).problems, 0);
    };
    let store = open(true);
    let compacted = store.compacted().unwrap();
    assert!(compacted.after < compacted.before, "{compacted:?}");
    assert_whole(&store);
    assert!(!dir.path().join("sled.broken").exists());
    store.write_blocking(|tx| tx.put(&page(1000, 0))).unwrap();
    drop(store);
    let store = open(false);
    assert_eq!(store.compacted(), None);
    assert_whole(&store);
    assert!(store.contains::<Page>(&1000).unwrap());
}
