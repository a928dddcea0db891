//! A journal of which somebody else wrote the files.

use std::fs;
use std::path::Path;

use super::input::Input;
use crate::store::Durability;
use crate::store::journal::fuzzing::{frame, frame_hash, segment_header, segment_name};
use crate::store::journal::{FileJournal, Journal, JournalError, JournalOptions, Opened};

/// Small segments, so that a short input fills several.
const OPTIONS: JournalOptions = JournalOptions { segment_bytes: 300, verify_from: 0 };

/// The hash that stands for "no frame before".
const NONE: [u8; 32] = [0; 32];

pub(super) fn run(input: &[u8], dir: &Path) {
    let mut input = Input(input);
    match input.byte() % 3 {
        0 => raw(&input, dir),
        1 => made_up(&mut input, dir),
        _ => damaged(&mut input, dir),
    }
}

/// The first segment is the input.
fn raw(input: &Input<'_>, dir: &Path) {
    let _ = fs::write(dir.join(segment_name(1)), input.0);
    open(dir);
}

/// Segments and frames with right checksums, and numbers, hashes and kinds as the input has them.
fn made_up(input: &mut Input<'_>, dir: &Path) {
    let (mut next, mut before, mut first, mut previous) = (1, NONE, 1, 0);
    let mut segment = segment_header(next, before, previous);
    while !input.is_empty() {
        let kind = input.byte();
        if kind & 0xc0 == 0xc0 {
            let _ = fs::write(dir.join(segment_name(first)), &segment);
            (previous, first) = (if kind & 1 == 0 { first } else { input.number() }, next);
            let named = if kind & 2 == 0 { before } else { NONE };
            segment = segment_header(if kind & 4 == 0 { next } else { input.number() }, named, previous);
            continue;
        }
        let number = if kind & 2 == 0 { next } else { input.number() };
        let mut bytes = frame(kind & 1 == 0, number, if kind & 4 == 0 { &before } else { &NONE }, input.some());
        (next, before) = (number.wrapping_add(1), frame_hash(&bytes));
        if kind & 8 != 0 {
            let place = usize::from(input.byte()) % bytes.len();
            bytes[place] ^= input.byte();
        }
        if kind & 16 != 0 {
            bytes.truncate(usize::from(input.byte()));
        }
        segment.extend_from_slice(&bytes);
        if kind & 32 != 0 {
            segment.resize(segment.len() + usize::from(input.byte()), 0);
        }
    }
    let _ = fs::write(dir.join(segment_name(first)), &segment);
    open(dir);
}

/// A journal as Hearth writes it, of which some bytes are changed and the end may be cut off: it opens with a beginning
/// of what was in it, or not at all.
fn damaged(input: &mut Input<'_>, dir: &Path) {
    let frames = u64::from(input.byte() % 12);
    let mut written = Vec::new();
    let Ok((mut journal, _)) = FileJournal::open(dir, OPTIONS) else { return };
    for number in 0..frames {
        let batch = input.some().to_vec();
        let durability = if batch.len() % 4 == 3 { Durability::Relaxed } else { Durability::Synced };
        assert_eq!(journal.append(number, &batch, durability).ok(), Some(number + 1));
        written.push(batch);
    }
    drop(journal);
    let changed = damage(input, dir);
    let Some(read) = open(dir) else {
        assert!(changed, "an undamaged journal does not open");
        return;
    };
    assert!(written.starts_with(&read), "a damaged journal opens with what was never in it");
    assert!(changed || read == written, "an undamaged journal has lost something");
}

/// Changes bytes and lengths of the segments; whether anything was changed.
fn damage(input: &mut Input<'_>, dir: &Path) -> bool {
    let mut changed = false;
    let mut segments: Vec<_> = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    segments.sort();
    while !input.is_empty() && !segments.is_empty() {
        let path = &segments[usize::from(input.byte()) % segments.len()];
        let Ok(mut bytes) = fs::read(path) else { continue };
        let (place, change) = (usize::try_from(input.number()).unwrap_or(0), input.byte());
        if change == 0xff {
            bytes.truncate(place % (bytes.len() + 1));
        } else if let Some(byte) = (!bytes.is_empty()).then(|| place % bytes.len()) {
            bytes[byte] ^= change;
        }
        changed = true;
        let _ = fs::write(path, bytes);
    }
    changed
}

/// Opens the journal, and asserts of one that opens: it can be read from its first frame to its head, takes another
/// frame, and opens again without anything to mend and with all of that in it. Gives its batches.
fn open(dir: &Path) -> Option<Vec<Vec<u8>>> {
    let (mut journal, _) = FileJournal::open(dir, OPTIONS).ok()?;
    let held = read(&journal);
    assert!(held.is_ok(), "an opened journal cannot be read: {held:?}");
    let mut held = held.unwrap_or_default();
    let (first, head) = (journal.first(), journal.head());
    assert_eq!(first + held.len() as u64, head + 1, "frames are missing or too many");
    let before = held.clone();
    if head < u64::MAX - 1 {
        assert_eq!(journal.append(head, b"another", Durability::Synced).ok(), Some(head + 1));
        held.push(b"another".to_vec());
    }
    drop(journal);
    let again = FileJournal::open(dir, OPTIONS);
    assert!(again.is_ok(), "a mended journal does not open again: {again:?}");
    if let Ok((journal, opened)) = again {
        assert_eq!(opened, Opened::default(), "a mended journal is mended again");
        assert_eq!(read(&journal).ok(), Some(held), "a mended journal reads otherwise");
    }
    Some(before)
}

fn read(journal: &FileJournal) -> Result<Vec<Vec<u8>>, JournalError> {
    journal.read_from(journal.first())?.map(|frame| frame.map(|frame| frame.batch)).collect()
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let first = frame(true, 1, &NONE, b"first");
    let second = frame(false, 2, &frame_hash(&first), b"second");
    let whole = [segment_header(1, NONE, 0), first, second, vec![0; 40]].concat();
    let batches = |mode: u8, rest: &[&[u8]]| [&[mode], rest.concat().as_slice()].concat();
    vec![
        batches(0, &[&whole]),
        batches(0, &[&whole[..150]]),
        batches(1, &[b"\x00\x05first", b"\x01\x06second", b"\x00\x05third"]),
        batches(1, &[b"\x00\x05first", b"\xc0", b"\x00\x06second", b"\x20\x05third\x40"]),
        batches(1, &[b"\x01\x05first", b"\x08\x06second\x20\x01", b"\x10\x05third\x30", b"\x00\x05forth"]),
        batches(1, &[b"\x04\x05first", b"\x02\x09\x00\x00\x00\x00\x00\x00\x00\x06second", b"\xc7"]),
        batches(2, &[b"\x03\x05first\x07sevenfo\x05third"]),
        batches(2, &[b"\x05", &[b'\x80'; 129].repeat(5), b"\x00\x60\x00\x00\x00\x00\x00\x00\x00\x01"]),
        batches(2, &[b"\x02\x05first\x06second\x00\x90\x00\x00\x00\x00\x00\x00\x00\xff"]),
    ]
}
