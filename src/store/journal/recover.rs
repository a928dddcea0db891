//! What opening a journal finds, and what it does about it; the rules are in the documentation of the parent module.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::JournalError;
use super::frame;
use super::segment::{self, Chain, Header, Reader, Step};
use crate::durable;

/// What opening a journal did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What a crash had left half written; `None` where the journal was whole.
    pub torn: Option<Torn>,
}

/// Bytes that a crash left half written and that were cut off; nobody was told that they had been kept.
///
/// They are kept beside the segment as `<segment>.torn-<offset>` until the segment is trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The segment's file; it is gone where `offset` is 0.
    pub segment: PathBuf,
    /// Where they started, in bytes from the start of the file.
    pub offset: u64,
    /// How many they were, without zeros at their end.
    pub bytes: u64,
}

/// A journal that was read through, ready to be appended to.
#[derive(Debug)]
pub(super) struct Recovered {
    /// First frames of the segments before the last.
    pub(super) sealed: Vec<u64>,
    /// First frame of the last segment.
    pub(super) current: u64,
    /// The last segment.
    pub(super) file: File,
    /// Where in the last segment the next frame goes.
    pub(super) end: u64,
    /// Length of the last segment: zeros from `end` on.
    pub(super) length: u64,
    /// What the next frame must follow.
    pub(super) chain: Chain,
}

/// A segment that was being created when the crash came.
struct Unfinished {
    /// The frame that it was to start with.
    first: u64,
    /// What it holds, without zeros at the end.
    bytes: Vec<u8>,
}

/// Where the last segment's good frames end.
struct Tail {
    end: u64,
    chain: Chain,
    /// Where the last settled frame starts: everything before was on disk when that was written.
    settled: u64,
    torn: Vec<u8>,
}

/// Opens the journal in `dir`, reading the segments through that may hold frames from `verify_from` on.
///
/// # Errors
///
/// As the operating system refuses, and where the journal is broken or newer than this program; it is unchanged then.
pub(super) fn recover(dir: &Path, verify_from: u64) -> Result<(Recovered, Opened), JournalError> {
    make_folder(dir).map_err(JournalError::at(dir))?;
    let mut firsts = list(dir).map_err(JournalError::at(dir))?;
    let unfinished = unfinished_rotation(dir, &firsts)?;
    if unfinished.is_some() {
        firsts.pop();
    }
    check_neighbours(dir, &firsts)?;
    let Some((&current, sealed)) = firsts.split_last() else { return start(dir, unfinished) };

    // A rotation syncs the old segment before it creates the new one: behind an unfinished one, nothing can be torn.
    let tail = read_through(dir, sealed, current, verify_from, unfinished.is_some())?;
    let path = segment::path(dir, current);
    if let Some(unfinished) = &unfinished
        && unfinished.first != tail.chain.next
    {
        let detail = format!("it ends where frame {} would follow, not {}", tail.chain.next, unfinished.first);
        return Err(JournalError::Broken { segment: path, offset: tail.end, detail });
    }
    let mut torn = unfinished.map(|unfinished| discard(dir, &unfinished)).transpose()?;
    let mut file = OpenOptions::new().read(true).write(true).open(&path).map_err(JournalError::at(&path))?;
    if !tail.torn.is_empty() {
        torn = Some(report(&path, tail.end, &tail.torn));
        keep_aside(dir, &path, tail.end, &tail.torn)?;
        file.set_len(tail.end).map_err(JournalError::at(&path))?;
    }
    rewrite(&mut file, tail.settled, tail.end).map_err(JournalError::at(&path))?;
    durable::sync_folder(dir).map_err(JournalError::at(dir))?;
    let length = file.metadata().map_err(JournalError::at(&path))?.len();
    let Tail { end, chain, .. } = tail;
    Ok((Recovered { sealed: sealed.to_vec(), current, file, end, length, chain }, Opened { torn }))
}

/// Makes the first segment of a new journal.
fn start(dir: &Path, unfinished: Option<Unfinished>) -> Result<(Recovered, Opened), JournalError> {
    let torn = unfinished.map(|unfinished| discard(dir, &unfinished)).transpose()?;
    let chain = Chain::START;
    let path = segment::path(dir, chain.next);
    let file = segment::create(dir, &Header { start: chain, previous: 0 }).map_err(JournalError::at(&path))?;
    let end = segment::HEADER_BYTES as u64;
    let recovered = Recovered { sealed: Vec::new(), current: chain.next, file, end, length: end, chain };
    Ok((recovered, Opened { torn }))
}

/// Makes the first segment of a journal that goes on after another one.
///
/// # Errors
///
/// [`JournalError::Io`] as the operating system refuses, also where there is a journal that starts there.
pub(super) fn create(dir: &Path, chain: Chain) -> Result<(), JournalError> {
    make_folder(dir).map_err(JournalError::at(dir))?;
    let path = segment::path(dir, chain.next);
    segment::create(dir, &Header { start: chain, previous: 0 }).map_err(JournalError::at(&path))?;
    Ok(())
}

/// Creates the folder where it is missing.
fn make_folder(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir)?;
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    durable::sync_folder(parent.unwrap_or(Path::new(".")))
}

/// First frames of all segments in the folder, in order. Other files are none of the journal's business.
fn list(dir: &Path) -> io::Result<Vec<u64>> {
    let mut firsts = Vec::new();
    for entry in fs::read_dir(dir)? {
        firsts.extend(entry?.file_name().to_str().and_then(segment::first_of));
    }
    firsts.sort_unstable();
    Ok(firsts)
}

/// The last segment, where it has no good header because it was never finished.
fn unfinished_rotation(dir: &Path, firsts: &[u64]) -> Result<Option<Unfinished>, JournalError> {
    let Some((&last, sealed)) = firsts.split_last() else { return Ok(None) };
    let path = segment::path(dir, last);
    if Header::read(&path, last)?.is_some() {
        return Ok(None);
    }
    let mut bytes = fs::read(&path).map_err(JournalError::at(&path))?;
    let broken = |detail: &str| JournalError::Broken { segment: path.clone(), offset: 0, detail: detail.to_owned() };
    // The header is on disk before anything is written behind it: where there is more, it was good once.
    if bytes.iter().skip(segment::HEADER_BYTES).any(|&byte| byte != 0) {
        return Err(broken("its header is damaged, and frames were written behind it"));
    }
    if sealed.is_empty() && last != Chain::START.next {
        return Err(broken("its header is damaged, and the segments before it are gone"));
    }
    bytes.truncate(written(&bytes));
    Ok(Some(Unfinished { first: last, bytes }))
}

/// Says whether each segment has a good header that names the segment before it, so that none is missing in between.
fn check_neighbours(dir: &Path, firsts: &[u64]) -> Result<(), JournalError> {
    let mut before = None;
    for &first in firsts {
        let path = segment::path(dir, first);
        let broken = |detail: String| JournalError::Broken { segment: path.clone(), offset: 0, detail };
        let header = Header::read(&path, first)?.ok_or_else(|| broken("its header is damaged".to_owned()))?;
        if let Some(before) = before
            && before != header.previous
        {
            let missing = header.previous;
            return Err(broken(format!("the segment before it, which starts with frame {missing}, is missing")));
        }
        before = Some(first);
    }
    Ok(())
}

/// Reads the last segment, and those of `sealed` that may hold frames from `verify_from` on.
fn read_through(
    dir: &Path,
    sealed: &[u64],
    current: u64,
    verify_from: u64,
    current_is_sealed: bool,
) -> Result<Tail, JournalError> {
    // A segment's last frame is the one before the next segment's first.
    let skipped = sealed.iter().skip(1).chain([&current]).take_while(|&&next| next <= verify_from).count();
    let mut after = None;
    for &first in sealed.iter().skip(skipped) {
        let mut reader = Reader::open(dir, first, after)?;
        loop {
            match reader.step()? {
                Step::Frame { .. } => {}
                Step::End => break,
                Step::Flaw(flaw) => return Err(reader.broken(flaw.to_string())),
            }
        }
        after = Some(reader.chain);
    }

    let mut reader = Reader::open(dir, current, after)?;
    let mut settled_at = 0;
    loop {
        let offset = reader.offset;
        match reader.step()? {
            Step::Frame { settled: true, .. } => settled_at = offset,
            Step::Frame { .. } => {}
            Step::End => return Ok(Tail { end: offset, chain: reader.chain, settled: settled_at, torn: Vec::new() }),
            Step::Flaw(flaw) if current_is_sealed => return Err(reader.broken(flaw.to_string())),
            Step::Flaw(flaw) => {
                let chain = reader.chain;
                let found = reader.broken(format!("{flaw}, yet there are frames behind it that were written later"));
                let mut torn = reader.rest()?;
                if frame::find_settled(&torn, chain.next.saturating_sub(1)).is_some() {
                    return Err(found);
                }
                torn.truncate(written(&torn));
                return Ok(Tail { end: offset, chain, settled: settled_at, torn });
            }
        }
    }
}

/// How many of `bytes` there are before the zeros at their end.
fn written(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)
}

/// Sets a segment aside that was never finished.
fn discard(dir: &Path, unfinished: &Unfinished) -> Result<Torn, JournalError> {
    let path = segment::path(dir, unfinished.first);
    let torn = report(&path, 0, &unfinished.bytes);
    keep_aside(dir, &path, 0, &unfinished.bytes)?;
    fs::remove_file(&path).and_then(|()| durable::sync_folder(dir)).map_err(JournalError::at(&path))?;
    Ok(torn)
}

fn report(segment: &Path, offset: u64, bytes: &[u8]) -> Torn {
    let (shown, count) = (segment.display(), bytes.len());
    log::warn!(
        "journal: a crash cut the last write short, before it was acknowledged: {count} bytes at byte {offset} of \
         {shown} were cut off and set aside"
    );
    Torn { segment: segment.to_owned(), offset, bytes: bytes.len() as u64 }
}

/// Writes torn bytes into a file of their own, so that nothing is ever destroyed on a guess.
fn keep_aside(dir: &Path, segment: &Path, offset: u64, bytes: &[u8]) -> Result<(), JournalError> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut name = segment.as_os_str().to_owned();
    name.push(format!(".torn-{offset}"));
    // Torn twice at the same place: both are kept.
    let mut path = PathBuf::from(&name);
    for count in 2_u64.. {
        if !path.exists() {
            break;
        }
        let mut next = name.clone();
        next.push(format!("-{count}"));
        path = PathBuf::from(next);
    }
    File::create_new(&path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| durable::sync_folder(dir))
        .map_err(JournalError::at(&path))
}

/// Writes the bytes from `start` to `end` once more and syncs the file.
///
/// After an fsync that failed, Linux keeps pages in memory as if they had been written: they can be read, also by the
/// next process, a second fsync succeeds, and yet they are not on disk. Only writing them again puts them there.
fn rewrite(file: &mut File, start: u64, end: u64) -> io::Result<()> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    (&mut *file).take(end.saturating_sub(start)).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(start))?;
    file.write_all(&bytes)?;
    file.sync_all()
}
