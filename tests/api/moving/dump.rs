//! Dumps as MongoDB's tools write them, and stores that they were imported into.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use bson::oid::ObjectId;
use bson::{DateTime, Document};
use flate2::Compression;
use flate2::write::GzEncoder;
use hearth::mongodb::{self, DumpError};
use hearth::store::{Options, Range, Read, Record, Store, catalog};
use serde_json::Value;
use tempfile::TempDir;

use super::assert_agrees;

/// A store that a dump was imported into, with the report.
pub struct Moved {
    pub store: Store,
    /// The summary for the terminal.
    pub summary: String,
    /// The lines of the report.
    pub report: Vec<Value>,
    _dir: TempDir,
}

/// Imports the dump in `from`, and holds the store against itself.
pub fn import(from: &Path) -> Result<Moved, DumpError> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(catalog::HEARTH, &Options::new(dir.path().join("store"))).unwrap();
    let report = dir.path().join("report.jsonl");
    let moved = mongodb::import(&store, from, &report, &mut |_, _| {})?;
    assert_agrees(&store);
    let lines = fs::read_to_string(report).unwrap();
    let report = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Ok(Moved { store, summary: moved.to_string(), report, _dir: dir })
}

impl Moved {
    /// All records of a kind.
    pub fn all<R: Record>(&self) -> Vec<R> {
        self.store.every_record::<R>(Range::all()).unwrap().iter().map(|record| R::clone(record)).collect()
    }

    /// Whether the report and the summary say that something became of a document for a reason.
    #[track_caller]
    pub fn assert_said(&self, outcome: &str, collection: &str, id: &str, reason: &str) {
        let fits = |line: &&Value| {
            line["outcome"] == outcome
                && line["collection"] == collection
                && line["id"].as_str().unwrap().contains(id)
                && line["reason"].as_str().unwrap().contains(reason)
        };
        assert!(self.report.iter().any(|line| fits(&line)), "{outcome} {collection} {id} {reason}: {:#?}", self.report);
        assert!(self.summary.contains(reason), "{reason}: {}", self.summary);
    }
}

/// Documents as `mongodump` writes them.
pub fn bytes(documents: &[Document]) -> Vec<u8> {
    documents.iter().flat_map(|document| document.to_vec().unwrap()).collect()
}

/// A folder to write a dump to.
pub struct Dump(TempDir);

impl Dump {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn bson(&self, collection: &str, documents: &[Document]) {
        self.write(&format!("{collection}.bson"), &bytes(documents));
    }

    pub fn import(&self) -> Moved {
        import(self.path()).unwrap_or_else(|error| panic!("{error}"))
    }
}

pub fn packed(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

/// The id that was made `seconds` after 2023-11-14T22:13:20Z, and is the `number`th of that second.
pub fn oid(seconds: u32, number: u8) -> ObjectId {
    let mut bytes = [0xab; 12];
    bytes[..4].copy_from_slice(&(1_700_000_000 + seconds).to_be_bytes());
    bytes[11] = number;
    ObjectId::from_bytes(bytes)
}

/// The moment `seconds` after 2023-11-14T22:13:20Z.
pub fn at(seconds: i64) -> DateTime {
    DateTime::from_millis((1_700_000_000 + seconds) * 1000)
}
