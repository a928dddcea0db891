//! The files of a dump: which there are, and the documents in them.

mod bson;
mod json;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::DumpError;
use super::value::Document;

/// Bytes of the longest document: MongoDB's own limit is 16 MiB of BSON, and JSON takes some four times as much.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How a file can end: `.bson` before `.json`, which cannot hold everything.
const ENDINGS: [(&str, Form); 4] = [
    (".bson", Form::Bson { packed: false }),
    (".bson.gz", Form::Bson { packed: true }),
    (".json", Form::Json { packed: false }),
    (".json.gz", Form::Json { packed: true }),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bson { packed: bool },
    Json { packed: bool },
}

/// What is wrong with a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It alone; the next one may be read.
    Document(String),
    /// The file cannot be read on.
    End(String),
}

/// A document, or the end of the file.
type Next = Result<Option<Document>, Broken>;

/// The dump of one database.
#[derive(Debug)]
pub(super) struct Dump {
    files: BTreeMap<String, (PathBuf, Form)>,
}

impl Dump {
    /// Finds the files in `dir`, which is the folder of a database, or one with the folder of one database in it.
    pub(super) fn find(dir: &Path) -> Result<Self, DumpError> {
        let here = Self::files_in(dir)?;
        if !here.is_empty() {
            return Ok(Self { files: here });
        }
        let mut databases = Vec::new();
        for entry in entries(dir)?.into_iter().filter(|path| path.is_dir()) {
            let files = Self::files_in(&entry)?;
            if !files.is_empty() {
                databases.push((entry, files));
            }
        }
        // What MongoDB itself keeps is dumped too, where all databases are.
        databases.retain(|(path, _)| !["admin", "config", "local"].iter().any(|own| path.ends_with(own)));
        match databases.len() {
            0 => Err(DumpError::Empty(dir.to_owned())),
            1 => Ok(Self { files: databases.remove(0).1 }),
            _ => Err(DumpError::Several(databases.into_iter().map(|(path, _)| path).collect())),
        }
    }

    fn files_in(dir: &Path) -> Result<BTreeMap<String, (PathBuf, Form)>, DumpError> {
        let mut files: BTreeMap<String, (usize, PathBuf, Form)> = BTreeMap::new();
        for path in entries(dir)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            // What mongodump says of a collection's indexes is no collection.
            if name.ends_with(".metadata.json") || name.ends_with(".metadata.json.gz") || !path.is_file() {
                continue;
            }
            for (rank, (ending, form)) in ENDINGS.iter().enumerate() {
                let Some(collection) = name.strip_suffix(ending) else { continue };
                if files.get(collection).is_none_or(|(other, ..)| rank < *other) {
                    files.insert(collection.to_owned(), (rank, path.clone(), *form));
                }
            }
        }
        Ok(files.into_iter().map(|(name, (_, path, form))| (name, (path, form))).collect())
    }

    /// The collections that have none of these names.
    pub(super) fn others<'a>(&'a self, known: &'a [&[&str]]) -> impl Iterator<Item = &'a str> {
        self.files.keys().map(String::as_str).filter(|name| !known.iter().any(|names| names.contains(name)))
    }

    /// Opens the collection that has one of these names; `None` where there is none.
    pub(super) fn open(&self, names: &[&str]) -> Result<Option<Documents>, DumpError> {
        let Some((path, form)) = names.iter().find_map(|name| self.files.get(*name)) else { return Ok(None) };
        let failed = |cause| DumpError::Io { path: path.clone(), cause };
        let file = BufReader::new(File::open(path).map_err(failed)?);
        let (Form::Bson { packed } | Form::Json { packed }) = *form;
        let file: Box<dyn BufRead> =
            if packed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) };
        Ok(Some(Documents { file, form: *form, path: path.clone(), number: 0, ended: false }))
    }
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, DumpError> {
    let failed = |cause| DumpError::Io { path: dir.to_owned(), cause };
    if dir.is_file() {
        return Err(DumpError::File(dir.to_owned()));
    }
    let entries = dir.read_dir().map_err(failed)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}

/// The documents of a collection, in the order of the file.
pub(super) struct Documents {
    file: Box<dyn BufRead>,
    form: Form,
    /// The file.
    pub(super) path: PathBuf,
    /// How many were read.
    pub(super) number: u64,
    ended: bool,
}

impl Iterator for Documents {
    type Item = Result<Document, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = match self.form {
            Form::Bson { .. } => bson::next(&mut self.file),
            Form::Json { .. } => json::next(&mut self.file),
        };
        self.number += 1;
        self.ended = matches!(next, Ok(None) | Err(Broken::End(_)));
        next.transpose()
    }
}
