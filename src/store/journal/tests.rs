//! Whole journals in files: what goes in comes out.

mod damage;

use std::fs;
use std::path::Path;
use std::thread;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

const NAMES: [&str; 3] = ["00000000000000000001.log", "00000000000000000004.log", "00000000000000000006.log"];

/// Three small frames fill a segment.
const SMALL: JournalOptions = JournalOptions { segment_bytes: 220, verify_from: 0 };
const UNVERIFIED: JournalOptions = JournalOptions { verify_from: u64::MAX, ..SMALL };

/// A folder in memory where there is one, for thousands of syncs.
pub(super) fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn batches(count: u64) -> Vec<Vec<u8>> {
    (1..=count).map(|sequence| format!("batch {sequence}").into_bytes()).collect()
}

fn open(dir: &Path, options: JournalOptions) -> Result<(FileJournal, Opened), JournalError> {
    FileJournal::open(dir, options)
}

fn read(journal: &FileJournal, from: u64) -> Result<Vec<Vec<u8>>, JournalError> {
    let mut next = from;
    let in_order = |frame: Result<Frame, JournalError>| {
        let frame = frame?;
        assert_eq!(frame.sequence, next);
        next += 1;
        Ok(frame.batch)
    };
    journal.read_from(from)?.map(in_order).collect()
}

fn append_all(journal: &mut FileJournal, batches: &[Vec<u8>]) {
    for batch in batches {
        let head = journal.head();
        assert_eq!(journal.append(head, batch, Durability::Synced).unwrap(), head + 1);
    }
}

/// A journal of five frames in the first two of [`NAMES`]: frames 1 to 3, and 4 and 5.
fn five() -> TempDir {
    let dir = folder();
    append_all(&mut open(dir.path(), SMALL).unwrap().0, &batches(5));
    assert_eq!(names(dir.path()), NAMES[..2]);
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn copy(dir: &Path) -> TempDir {
    let to = folder();
    for name in names(dir) {
        fs::copy(dir.join(&name), to.path().join(&name)).unwrap();
    }
    to
}

#[test]
fn a_new_journal_is_empty() {
    let dir = folder();
    let (mut journal, opened) = open(&dir.path().join("a/b"), SMALL).unwrap();
    assert_eq!((journal.first(), journal.head(), opened), (1, 0, Opened::default()));
    for sequence in [0, 1] {
        assert_eq!(journal.read_from(sequence).unwrap().count(), 0);
    }
    assert!(matches!(journal.read_from(2), Err(JournalError::NotHeld { sequence: 2, first: 1, head: 0 })));
    journal.sync().unwrap();
}

#[test]
fn only_the_expected_head_is_appended_to() {
    let dir = five();
    let (mut journal, _) = open(dir.path(), SMALL).unwrap();
    for expected in [0, 4, 6, u64::MAX] {
        let refused = journal.append(expected, b"other", Durability::Synced);
        assert!(matches!(refused, Err(AppendError::Conflict { head: 5 })));
    }
    let too_large = journal.append(5, &vec![0; MAX_BATCH + 1], Durability::Synced);
    assert!(matches!(too_large, Err(AppendError::TooLarge)));
    assert_eq!(journal.append(5, b"six", Durability::Synced).unwrap(), 6);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(
        steps in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..300), 0_u8..8), 1..40),
        segment_bytes in 0_u64..2000,
        verify_from in 0_u64..40,
    ) {
        let dir = folder();
        let options = JournalOptions { segment_bytes, verify_from };
        let (mut journal, _) = open(dir.path(), options).unwrap();
        let mut appended = Vec::new();
        for (batch, choice) in steps {
            let durability = if choice < 4 { Durability::Relaxed } else { Durability::Synced };
            journal.append(journal.head(), &batch, durability).unwrap();
            appended.push(batch);
            match choice {
                3 => journal.sync().unwrap(),
                2 | 7 => {
                    drop(journal);
                    let (again, opened) = open(dir.path(), options).unwrap();
                    prop_assert_eq!(opened, Opened::default());
                    journal = again;
                }
                _ => {}
            }
        }
        prop_assert_eq!(journal.head(), appended.len() as u64);
        for from in 0..=appended.len() {
            prop_assert_eq!(read(&journal, from as u64 + 1).unwrap(), &appended[from..]);
        }
    }
}

#[test]
fn reading_stops_at_the_head_it_knew() {
    let dir = five();
    let (mut journal, _) = open(dir.path(), SMALL).unwrap();
    let frames = journal.read_from(2).unwrap();
    let reading = thread::spawn(move || frames.map(|frame| frame.unwrap().batch).collect::<Vec<_>>());
    append_all(&mut journal, &batches(50));
    assert_eq!(reading.join().unwrap(), batches(5)[1..]);
    assert_eq!(read(&journal, 1).unwrap(), [batches(5), batches(50)].concat());
}

#[test]
fn trimming_deletes_only_whole_segments_before() {
    let dir = five();
    let (mut journal, _) = open(dir.path(), SMALL).unwrap();
    fs::write(dir.path().join(format!("{}.torn-64", NAMES[0])), b"torn").unwrap();
    for before in [0, 1, 3] {
        journal.trim(before).unwrap();
        assert_eq!(journal.first(), 1);
    }
    journal.trim(4).unwrap();
    assert_eq!((journal.first(), journal.head()), (4, 5));
    assert_eq!(names(dir.path()), NAMES[1..2]);
    assert!(matches!(journal.read_from(3), Err(JournalError::NotHeld { sequence: 3, first: 4, head: 5 })));
    journal.trim(u64::MAX).unwrap();
    let (mut journal, opened) = open(dir.path(), SMALL).unwrap();
    assert_eq!((journal.first(), opened), (4, Opened::default()));
    append_all(&mut journal, &[b"six".to_vec()]);
    assert_eq!(read(&journal, 4).unwrap(), [&batches(5)[3..], &[b"six".to_vec()]].concat());
}
