//! What is damaged is cut off or refused, never made up.

use super::super::frame::{self, NO_HASH};
use super::super::segment::{self, HEADER_BYTES};
use super::*;

/// Length of a frame with one of [`batches`].
const ONE: usize = frame::HEADER_BYTES + 7;

/// Opens a journal that was harmed. Where that works, it holds what was appended up to some frame and goes on from
/// there; how many frames that are.
fn survivors(dir: &Path, appended: &[Vec<u8>]) -> Result<usize, JournalError> {
    let (mut journal, _) = open(dir, SMALL)?;
    let held = read(&journal, 1)?;
    assert_eq!(held, appended[..held.len()]);
    append_all(&mut journal, &[b"later".to_vec()]);
    let (journal, opened) = open(dir, SMALL)?;
    assert_eq!(opened, Opened::default());
    assert_eq!(read(&journal, 1)?, [&held[..], &[b"later".to_vec()]].concat());
    Ok(held.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_for_segments_is_no_journal(segments in prop::collection::vec((any::<Vec<u8>>(), 0_usize..3), 1..3)) {
        let dir = folder();
        let good = five();
        for ((garbage, kind), name) in segments.iter().zip(NAMES) {
            // Behind nothing, half a header, or a whole one.
            let header = fs::read(good.path().join(NAMES[0])).unwrap();
            fs::write(dir.path().join(name), [&header[..kind * HEADER_BYTES / 2], garbage].concat()).unwrap();
        }
        if let Ok((journal, _)) = open(dir.path(), SMALL) {
            prop_assert_eq!(journal.head(), 0);
        }
    }

    #[test]
    fn garbage_behind_the_last_frame_is_cut_off(garbage: Vec<u8>, spare: bool) {
        let dir = five();
        let path = dir.path().join(NAMES[1]);
        let mut bytes = fs::read(&path).unwrap();
        if !spare {
            bytes.truncate(HEADER_BYTES + 2 * ONE);
        }
        fs::write(&path, [bytes, garbage].concat()).unwrap();
        prop_assert_eq!(survivors(dir.path(), &batches(5)).unwrap(), 5);
    }

    #[test]
    fn a_damaged_stretch_never_makes_up_a_frame(
        segment in 0_usize..2, place: prop::sample::Index, mut garbage: Vec<u8>, zeros: bool,
    ) {
        let dir = five();
        let path = dir.path().join(NAMES[segment]);
        let mut bytes = fs::read(&path).unwrap();
        let start = place.index(bytes.len());
        let end = bytes.len().min(start + garbage.len());
        if zeros {
            garbage.fill(0);
        }
        bytes[start..end].copy_from_slice(&garbage[..end - start]);
        fs::write(&path, bytes).unwrap();
        if let Ok(frames) = survivors(dir.path(), &batches(5)) {
            prop_assert!(frames >= 3);
        }
    }
}

#[test]
fn a_cut_anywhere_leaves_the_frames_before_it() {
    let whole = five();
    let bytes = fs::read(whole.path().join(NAMES[1])).unwrap();
    for length in 0..bytes.len() {
        let dir = copy(whole.path());
        fs::write(dir.path().join(NAMES[1]), &bytes[..length]).unwrap();
        let frames = length.saturating_sub(HEADER_BYTES) / ONE;
        let (_, opened) = open(copy(dir.path()).path(), SMALL).unwrap();
        let is_whole = frames == 2 || (length >= HEADER_BYTES && (length - HEADER_BYTES).is_multiple_of(ONE));
        assert_eq!(opened.torn.is_none(), is_whole, "cut at {length}");
        assert_eq!(survivors(dir.path(), &batches(5)).unwrap(), 3 + frames.min(2), "cut at {length}");
    }
}

#[test]
fn a_cut_anywhere_in_the_only_segment_leaves_the_frames_before_it() {
    let whole = folder();
    append_all(&mut open(whole.path(), SMALL).unwrap().0, &batches(2));
    let bytes = fs::read(whole.path().join(NAMES[0])).unwrap();
    for length in 0..bytes.len() {
        let dir = folder();
        fs::write(dir.path().join(NAMES[0]), &bytes[..length]).unwrap();
        let frames = length.saturating_sub(HEADER_BYTES) / ONE;
        assert_eq!(survivors(dir.path(), &batches(2)).unwrap(), frames.min(2), "cut at {length}");
    }
}

#[test]
fn what_is_cut_off_is_kept_aside() {
    let dir = five();
    let path = dir.path().join(NAMES[1]);
    let bytes = fs::read(&path).unwrap();
    let offset = HEADER_BYTES + ONE;
    for count in 1..=3_u64 {
        fs::write(&path, &bytes[..offset + 20]).unwrap();
        let (_, opened) = open(dir.path(), SMALL).unwrap();
        let torn = Torn { segment: path.clone(), offset: offset as u64, bytes: 20 };
        assert_eq!(opened.torn, Some(torn));
        let suffix = if count == 1 { String::new() } else { format!("-{count}") };
        let kept = dir.path().join(format!("{}.torn-{offset}{suffix}", NAMES[1]));
        assert_eq!(fs::read(kept).unwrap(), bytes[offset..offset + 20]);
    }
}

#[test]
fn a_changed_byte_anywhere_is_refused_or_cuts_off_the_very_last_frame() {
    let whole = five();
    let last_frame = HEADER_BYTES + ONE;
    for (segment, name) in NAMES[..2].iter().enumerate() {
        let bytes = fs::read(whole.path().join(name)).unwrap();
        for (place, change) in (0..bytes.len()).flat_map(|place| [(place, 1), (place, 0xff)]) {
            let dir = copy(whole.path());
            let mut bytes = bytes.clone();
            bytes[place] ^= change;
            fs::write(dir.path().join(name), &bytes).unwrap();
            let unverified = open(copy(dir.path()).path(), UNVERIFIED).map(|(journal, _)| {
                assert_eq!(read(&journal, 4).unwrap(), batches(journal.head())[3..]);
                journal.head()
            });
            let what = format!("{name} byte {place}");
            match (segment, place) {
                (0, _) => {
                    let before = names(dir.path());
                    let error = survivors(dir.path(), &batches(5)).unwrap_err();
                    assert!(
                        matches!(error, JournalError::Broken { .. } | JournalError::Newer { .. }),
                        "{what}: {error}"
                    );
                    assert_eq!((names(dir.path()), fs::read(dir.path().join(name)).unwrap()), (before, bytes));
                    assert_eq!(unverified.is_ok(), place >= HEADER_BYTES, "{what}");
                    if unverified.is_ok() {
                        let (journal, _) = open(dir.path(), UNVERIFIED).unwrap();
                        assert!(matches!(read(&journal, 1), Err(JournalError::Broken { .. })), "{what}");
                        let good = journal.read_from(1).unwrap().map_while(Result::ok).map(|frame| frame.batch);
                        assert!(batches(3).starts_with(&good.collect::<Vec<_>>()), "{what}");
                    }
                }
                (_, place) if place < last_frame => {
                    survivors(dir.path(), &batches(5)).unwrap_err();
                    unverified.unwrap_err();
                }
                (_, place) => {
                    let frames = if place < last_frame + ONE { 4 } else { 5 };
                    assert_eq!(unverified.unwrap(), frames, "{what}");
                    assert_eq!(survivors(dir.path(), &batches(5)).unwrap() as u64, frames, "{what}");
                }
            }
        }
    }
}

#[test]
fn frames_that_waited_for_a_sync_may_be_lost_in_any_order() {
    let dir = folder();
    let (mut journal, _) = open(dir.path(), JournalOptions::default()).unwrap();
    append_all(&mut journal, &batches(1));
    for batch in &batches(4)[1..] {
        journal.append(journal.head(), batch, Durability::Relaxed).unwrap();
    }
    let path = dir.path().join(NAMES[0]);
    let lose_third = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let size = ONE;
        bytes[HEADER_BYTES + 2 * size..HEADER_BYTES + 3 * size].fill(0);
        fs::write(path, bytes).unwrap();
    };
    let crashed = copy(dir.path());
    lose_third(&crashed.path().join(NAMES[0]));
    assert_eq!(survivors(crashed.path(), &batches(4)).unwrap(), 2);

    // Once they were synced and something followed, they have to be there.
    journal.sync().unwrap();
    journal.append(4, b"five", Durability::Synced).unwrap();
    drop(journal);
    lose_third(&path);
    assert!(matches!(open(dir.path(), SMALL), Err(JournalError::Broken { .. })));
}

#[test]
fn a_rotation_that_was_never_finished_is_set_aside() {
    let whole = five();
    let header = fs::read(whole.path().join(NAMES[1])).unwrap()[..HEADER_BYTES].to_vec();
    for start in [&header[..1], &header[..HEADER_BYTES - 1], &[0; HEADER_BYTES], &[]] {
        let dir = five();
        append_all(&mut open(dir.path(), SMALL).unwrap().0, &[b"batch 6".to_vec()]);
        let (mut journal, _) = open(dir.path(), JournalOptions { segment_bytes: 1, ..SMALL }).unwrap();
        append_all(&mut journal, &[b"batch 7".to_vec()]);
        let next = segment::path(dir.path(), 7);
        fs::write(&next, start).unwrap();
        let (_, opened) = open(copy(dir.path()).path(), SMALL).unwrap();
        assert_eq!(
            opened.torn.map(|torn| (torn.offset, torn.bytes > 0)),
            Some((0, start.first().is_some_and(|&b| b != 0)))
        );
        assert_eq!(survivors(dir.path(), &batches(6)).unwrap(), 6);
        // Where the segment before does not end as a rotation leaves it, or frames are missing, it is no rotation.
        for (first, length) in [(6, HEADER_BYTES + 2 * ONE + 1), (6, HEADER_BYTES + ONE), (8, HEADER_BYTES + 2 * ONE)] {
            let dir = five();
            let path = dir.path().join(NAMES[1]);
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..length]).unwrap();
            fs::write(segment::path(dir.path(), first), start).unwrap();
            let before = names(dir.path());
            assert!(matches!(open(dir.path(), SMALL), Err(JournalError::Broken { .. })));
            assert_eq!(names(dir.path()), before);
        }
    }
}

#[test]
fn segments_of_two_journals_do_not_mix() {
    let (dir, other) = (five(), folder());
    let others: Vec<_> = batches(5).iter().map(|batch| batch.to_ascii_uppercase()).collect();
    append_all(&mut open(other.path(), SMALL).unwrap().0, &others);
    fs::copy(other.path().join(NAMES[1]), dir.path().join(NAMES[1])).unwrap();
    let refused = open(dir.path(), SMALL).unwrap_err();
    assert!(refused.to_string().contains("another journal"), "{refused}");
    let (journal, _) = open(dir.path(), UNVERIFIED).unwrap();
    assert!(matches!(read(&journal, 1), Err(JournalError::Broken { .. })));
}

#[test]
fn a_frame_that_does_not_follow_is_refused_even_as_the_last() {
    for (sequence, follows) in [(1, true), (2, false), (3, true)] {
        let dir = folder();
        append_all(&mut open(dir.path(), SMALL).unwrap().0, &batches(1));
        let path = dir.path().join(NAMES[0]);
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(HEADER_BYTES + ONE);
        let before = if follows { frame::hash(&bytes[HEADER_BYTES..]) } else { NO_HASH };
        bytes.extend(frame::encode(true, sequence, &before, b"other").unwrap());
        fs::write(&path, bytes).unwrap();
        assert!(matches!(open(dir.path(), SMALL), Err(JournalError::Broken { .. })));
    }
}

#[test]
fn a_missing_segment_is_seen_unless_it_was_the_first() {
    let dir = five();
    append_all(&mut open(dir.path(), JournalOptions { segment_bytes: 1, ..SMALL }).unwrap().0, &batches(1));
    assert_eq!(names(dir.path()), NAMES);
    let without_second = copy(dir.path());
    fs::remove_file(without_second.path().join(NAMES[1])).unwrap();
    assert!(matches!(open(without_second.path(), UNVERIFIED), Err(JournalError::Broken { .. })));
    fs::remove_file(dir.path().join(NAMES[0])).unwrap();
    assert_eq!(open(dir.path(), SMALL).unwrap().0.first(), 4);
}

#[test]
fn a_newer_format_is_refused() {
    let dir = five();
    let path = dir.path().join(NAMES[0]);
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] = 2;
    fs::write(&path, bytes).unwrap();
    for options in [SMALL, UNVERIFIED] {
        assert!(matches!(open(dir.path(), options), Err(JournalError::Newer { version: 2, .. })));
    }
}
