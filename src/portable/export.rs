//! Writing an export.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::folder::Unfinished;
use super::kinds::{KINDS, Kind, LEFT_OUT, next_records};
use super::lines::Summing;
use super::manifest::{self, Manifest, Pictures};
use super::{ExportError, Portable, Progress};
use crate::clock::Timestamp;
use crate::media::{self, Files, OutError};
use crate::store::Store;

/// Records that were left out and are described one by one.
const DESCRIBED: usize = 20;

/// What an export holds.
#[derive(Debug, Default)]
pub struct Exported {
    /// How many records of each kind, in the order of [`KINDS`].
    pub lines: Vec<(&'static str, u64)>,
    /// How many files of pictures.
    pub pictures: u64,
    /// How many were left out, because what they belong to is not there: it was deleted a moment before, or the store
    /// is damaged.
    pub left_out: u64,
    /// The first of these, in words.
    pub described: Vec<String>,
}

/// What one table came to.
#[derive(Default)]
pub struct Walked {
    pub(super) lines: u64,
    pub(super) left_out: u64,
    pub(super) described: Vec<String>,
}

/// Writes everything in `store`, with the files of its pictures, into the new folder `to`, for its owner alone. Nothing is
/// there before all of it is.
///
/// The store may be in use: each record is then as it was when it was read, and what belongs to something that was
/// deleted meanwhile is left out.
///
/// # Errors
///
/// [`ExportError`], whose message says what to do.
pub fn export(
    store: &Store,
    pictures: &Files,
    to: &Path,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Exported, ExportError> {
    if to.symlink_metadata().is_ok() {
        return Err(ExportError::Exists(to.to_owned()));
    }
    let failed = |cause: io::Error| ExportError::Io { path: to.to_owned(), cause };
    let folder = Unfinished::new(to).map_err(failed)?;
    let mut exported = Exported::default();
    let mut kinds = BTreeMap::new();
    for kind in KINDS {
        let mut out = Summing::new(BufWriter::new(folder.create(&kind.file()).map_err(failed)?));
        let walked = kind.export(store, &mut out, progress)?;
        let (file, sum) = out.done(walked.lines);
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        exported.lines.push((kind.name(), walked.lines));
        exported.left_out += walked.left_out;
        exported.described.extend(walked.described);
        kinds.insert(kind.name().to_owned(), sum);
    }
    let out =
        media::write_out(store, pictures, &folder.path(media::FOLDER), progress).map_err(|error| match error {
            OutError::Store(error) => ExportError::Store(error),
            OutError::Io(cause) => failed(cause),
        })?;
    (exported.pictures, exported.left_out) = (out.files, exported.left_out + out.left_out.len() as u64);
    exported.described.extend(out.left_out);
    exported.described.truncate(DESCRIBED);
    let manifest = Manifest {
        format: manifest::FORMAT.into(),
        version: manifest::VERSION,
        hearth: env!("CARGO_PKG_VERSION").into(),
        made_at: now,
        confidential: manifest::CONFIDENTIAL.into(),
        kinds,
        media: Pictures { files: out.files, bytes: out.bytes },
        left_out: LEFT_OUT.iter().map(|(table, why)| ((*table).into(), (*why).into())).collect(),
    };
    write_manifest(&folder, &manifest).map_err(failed)?;
    folder.finish().map_err(failed)?;
    Ok(exported)
}

fn write_manifest(folder: &Unfinished, manifest: &Manifest) -> io::Result<()> {
    let mut file = folder.create(manifest::FILE)?;
    serde_json::to_writer_pretty(&mut file, manifest)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Writes the records of one kind to `out`; how many there were.
///
/// # Errors
///
/// [`ExportError`], whose message says what to do.
pub fn export_one(store: &Store, kind: &dyn Kind, out: &mut dyn Write) -> Result<u64, ExportError> {
    let walked = kind.export(store, out, &mut |_, _| {})?;
    out.flush().map_err(ExportError::io(Path::new("standard output")))?;
    Ok(walked.lines)
}

/// Writes each record of a table as a line.
pub(super) fn walk<R: Portable>(
    store: &Store,
    out: &mut dyn Write,
    progress: Progress<'_>,
) -> Result<Walked, ExportError> {
    let mut walked = Walked::default();
    let mut records = next_records::<R>(store, None)?;
    while let Some(last) = records.last().cloned() {
        for record in &records {
            if let Some(fault) = record.fault(store)? {
                walked.left_out += 1;
                if walked.described.len() < DESCRIBED {
                    walked.described.push(format!("{}: {}: {}", R::TABLE, fault.field, fault.message));
                }
                continue;
            }
            write_line(out, &**record).map_err(ExportError::io(Path::new(R::TABLE)))?;
            walked.lines += 1;
        }
        progress(R::TABLE, walked.lines);
        records = next_records(store, Some(&*last))?;
    }
    Ok(walked)
}

pub(super) fn write_line<R: Portable>(mut out: &mut dyn Write, record: &R) -> io::Result<()> {
    serde_json::to_writer(&mut out, &record.line())?;
    out.write_all(b"\n")
}
