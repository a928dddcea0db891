//! Taking an export in.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use super::kinds::{KINDS, Kind, kind};
use super::lines::{LineError, Lines, MAX_LINE};
use super::manifest::{self, Manifest, Sum};
use super::{ExportError, ImportError, Portable, Progress, Refusals};
use crate::chat;
use crate::id::random_bytes;
use crate::media::{self, Files};
use crate::store::check::check;
use crate::store::{Read, Store, StoreError, Tx};

/// Records in one write.
const GROUP: usize = 256;

/// Bytes of lines in one write, but for the last of them.
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// What came in: how many records of each kind, in the order of [`KINDS`].
#[derive(Debug)]
pub struct Imported {
    /// Each kind with its count.
    pub lines: Vec<(&'static str, u64)>,
}

/// What is on its way in.
pub struct Arriving<'a> {
    store: &'a Store,
    progress: Progress<'a>,
    file: String,
    refusals: Refusals,
}

impl Arriving<'_> {
    fn refuse(&mut self, line: Option<u64>, why: impl std::fmt::Display) {
        self.refusals.add(&self.file, line, why);
    }
}

/// Takes the export in the folder `from` into `store`, which must be empty, and the files of its pictures among `pictures`.
/// Where it fails, what is in the store is of
/// no use: that is why one imports through a [`Landing`](super::Landing).
///
/// # Errors
///
/// [`ImportError`]: [`ImportError::Refused`] has all that is wrong by file and line.
pub fn import(
    store: &Store,
    pictures: &Arc<Files>,
    from: &Path,
    progress: Progress<'_>,
) -> Result<Imported, ImportError> {
    let manifest = read_manifest(from)?;
    let mut arriving = Arriving { store, progress, file: String::new(), refusals: unknown_files(from, &manifest)? };
    chat::seed(store, random_bytes())?;
    for pass in [Pass::Put, Pass::Hold] {
        for kind in KINDS {
            if let Some(sum) = manifest.kinds.get(kind.name()) {
                read_kind(*kind, pass, from, sum, &mut arriving)?;
            }
        }
        if !arriving.refusals.is_empty() {
            return Err(ImportError::Refused(arriving.refusals));
        }
    }
    hold_pictures(&manifest, from, &mut arriving)?;
    if !arriving.refusals.is_empty() {
        return Err(ImportError::Refused(arriving.refusals));
    }
    finish(store, &mut *arriving.progress)?;
    media::take_in(pictures, &from.join(media::FOLDER), arriving.progress)
        .map_err(|error| ImportError::Disagrees(error.to_string()))?;
    let lines = |kind: &&dyn Kind| (kind.name(), manifest.kinds.get(kind.name()).map_or(0, |sum| sum.lines));
    Ok(Imported { lines: KINDS.iter().map(lines).collect() })
}

/// Holds the files of pictures against the records that name them.
fn hold_pictures(manifest: &Manifest, from: &Path, arriving: &mut Arriving<'_>) -> Result<(), ImportError> {
    let (folder, expected) = (from.join(media::FOLDER), (manifest.media.files, manifest.media.bytes));
    let faults = media::held_against(arriving.store, &folder, expected, &mut *arriving.progress);
    for (name, why) in faults.map_err(ImportError::io(&folder))? {
        arriving.file = if name.is_empty() { media::FOLDER.into() } else { format!("{}/{name}", media::FOLDER) };
        arriving.refuse(None, why);
    }
    Ok(())
}

/// Holds everything in a newly filled store against everything else.
///
/// # Errors
///
/// [`ImportError::Disagrees`] where it does not agree, or what reading gives.
pub fn finish(store: &Store, progress: Progress<'_>) -> Result<(), ImportError> {
    // A reply may come before what it answers, where a clock was put back between them: then it was not counted yet.
    let first = check(store, true, &mut *progress)?;
    if first.problems == 0 {
        return Ok(());
    }
    let second = check(store, false, &mut *progress)?;
    if second.problems == 0 { Ok(()) } else { Err(ImportError::Disagrees(second.described.join("; "))) }
}

/// How many records of each kind `store` holds, in the order of [`KINDS`]. Each of them is held against the others.
///
/// # Errors
///
/// [`ImportError::Disagrees`] where one names something that is not there, or what reading gives.
pub fn counted(store: &Store) -> Result<Vec<(&'static str, u64)>, ImportError> {
    let mut counts = Vec::new();
    for kind in KINDS {
        let walked = kind.export(store, &mut io::sink(), &mut |_, _| {}).map_err(|error| match error {
            ExportError::Store(error) => error.into(),
            other => ImportError::Disagrees(other.to_string()),
        })?;
        if walked.left_out > 0 {
            return Err(ImportError::Disagrees(walked.described.join("; ")));
        }
        counts.push((kind.name(), walked.lines));
    }
    Ok(counts)
}

/// What is done with each line: everything is put first, because a record may name one that comes later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Put,
    Hold,
}

fn read_manifest(from: &Path) -> Result<Manifest, ImportError> {
    let path = from.join(manifest::FILE);
    let file = File::open(&path).map_err(|cause| {
        let hint = "an export of Hearth has one; for a dump of MongoDB, give its folder with --mongodb";
        ImportError::Io { path: path.clone(), cause: io::Error::new(cause.kind(), format!("{cause} ({hint})")) }
    })?;
    Manifest::read(file).map_err(|why| {
        let mut refusals = Refusals::default();
        refusals.add(manifest::FILE, None, why);
        ImportError::Refused(refusals)
    })
}

/// Refuses what this Hearth does not know, rather than leaving it behind.
fn unknown_files(from: &Path, manifest: &Manifest) -> Result<Refusals, ImportError> {
    let mut refusals = Refusals::default();
    for name in manifest.kinds.keys().filter(|name| kind(name).is_none()) {
        refusals.add(manifest::FILE, None, format!("this Hearth knows no kind '{name}': a later one may"));
    }
    let mut names = Vec::new();
    for entry in from.read_dir().map_err(ImportError::io(from))? {
        names.push(entry.map_err(ImportError::io(from))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let listed = |name: &str| manifest.kinds.contains_key(name.strip_suffix(".jsonl").unwrap_or(name));
    for name in names.iter().filter(|name| name.ends_with(".jsonl") && !listed(name)) {
        refusals.add(name, None, "is not in manifest.json: move it elsewhere, or list it there");
    }
    Ok(refusals)
}

fn read_kind(
    kind: &dyn Kind,
    pass: Pass,
    from: &Path,
    expected: &Sum,
    arriving: &mut Arriving<'_>,
) -> Result<(), ImportError> {
    if arriving.refusals.is_enough() {
        return Ok(());
    }
    arriving.file = kind.file();
    let path = from.join(&arriving.file);
    let mut file = BufReader::new(File::open(&path).map_err(ImportError::io(&path))?);
    let mut lines = Lines::new(&mut file as &mut dyn BufRead);
    match pass {
        Pass::Put => kind.put(&mut lines, arriving)?,
        Pass::Hold => kind.hold(&mut lines, arriving)?,
    }
    if arriving.refusals.is_enough() || lines.has_failed {
        return Ok(());
    }
    let found = lines.sum();
    if found != *expected {
        arriving.refuse(
            None,
            format!(
                "has {} lines, {} bytes and the SHA-256 {}, and manifest.json says {}, {} and {}: the file is not as it \
                 was written; copy it again, or, where it was changed on purpose, put the former into manifest.json",
                found.lines, found.bytes, found.sha256, expected.lines, expected.bytes, expected.sha256
            ),
        );
    }
    Ok(())
}

/// The next record of a file; lines that hold none are refused.
fn next_record<R: Portable>(
    lines: &mut Lines<&mut dyn BufRead>,
    arriving: &mut Arriving<'_>,
) -> Result<Option<(u64, usize, R)>, ImportError> {
    while !arriving.refusals.is_enough() {
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(None),
            Err(LineError::Io(cause)) => return Err(ImportError::Io { path: arriving.file.clone().into(), cause }),
            Err(LineError::TooLong) => {
                lines.has_failed = true;
                arriving.refuse(Some(lines.number), format!("is longer than {MAX_LINE} bytes, which no record is"));
                return Ok(None);
            }
        };
        let size = line.len();
        match parse::<R>(line) {
            Ok(record) => return Ok(Some((lines.number, size, record))),
            Err(why) => arriving.refuse(Some(lines.number), why),
        }
    }
    Ok(None)
}

/// The record that a line holds, or what is wrong with it.
pub(super) fn parse<R: Portable>(line: &[u8]) -> Result<R, String> {
    let line = serde_json::from_slice::<R::Line>(line).map_err(|error| error.to_string())?;
    R::from_line(line).map_err(|wrong| format!("{}: {}", wrong.field, wrong.message))
}

/// Why a group of records was not written.
enum NotPut {
    Refused { line: u64, why: String },
    Store(StoreError),
}

impl From<StoreError> for NotPut {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Puts the records of a file, group by group, as long as nothing of the import was refused.
pub(super) fn put<R: Portable>(
    lines: &mut Lines<&mut dyn BufRead>,
    arriving: &mut Arriving<'_>,
) -> Result<(), ImportError> {
    let (mut group, mut bytes) = (Vec::new(), 0);
    loop {
        let next = next_record::<R>(lines, arriving)?;
        let ended = next.is_none();
        if let Some((line, size, record)) = next {
            group.push((line, record));
            bytes += size;
        }
        if group.len() >= GROUP || bytes >= GROUP_BYTES || ended {
            let group = std::mem::take(&mut group);
            bytes = 0;
            // What can not all be imported is only read on for what else is wrong.
            if arriving.refusals.is_empty() {
                put_group(group, arriving)?;
            }
            (arriving.progress)(R::TABLE, lines.number);
        }
        if ended {
            return Ok(());
        }
    }
}

fn put_group<R: Portable>(group: Vec<(u64, R)>, arriving: &mut Arriving<'_>) -> Result<(), ImportError> {
    let put = arriving.store.write_blocking(move |tx| {
        group.iter().try_for_each(|(line, record)| {
            put_one(tx, record).map_err(|error| match error {
                NotPut::Refused { why, .. } => NotPut::Refused { line: *line, why },
                store @ NotPut::Store(_) => store,
            })
        })
    });
    match put {
        Ok(()) => Ok(()),
        Err(NotPut::Refused { line, why }) => {
            arriving.refuse(Some(line), why);
            Ok(())
        }
        Err(NotPut::Store(error)) => Err(error.into()),
    }
}

fn put_one<R: Portable>(tx: &mut Tx<'_>, record: &R) -> Result<(), NotPut> {
    let refused = |why: String| NotPut::Refused { line: 0, why };
    if tx.contains::<R>(&record.key())? {
        return Err(refused("there was this one before: a line with the same id or key".into()));
    }
    record.arrive(tx).map_err(|error| match error {
        StoreError::Taken { index } => refused(format!("another line has what must be unique ({index})")),
        StoreError::TooLarge { bytes, .. } => refused(format!("takes {bytes} bytes, which is more than a record may")),
        other => NotPut::Store(other),
    })
}

/// Holds the records of a file against all others.
pub(super) fn hold<R: Portable>(
    lines: &mut Lines<&mut dyn BufRead>,
    arriving: &mut Arriving<'_>,
) -> Result<(), ImportError> {
    while let Some((line, _, record)) = next_record::<R>(lines, arriving)? {
        if let Some(fault) = record.fault(arriving.store)? {
            arriving.refuse(Some(line), format!("{}: {}", fault.field, fault.message));
        }
        if line.is_multiple_of(1000) {
            (arriving.progress)(R::TABLE, line);
        }
    }
    Ok(())
}
