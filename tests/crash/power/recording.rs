//! What the layer wrote down: every change to the folder, in order.

use std::ffi::OsStr;
use std::fs;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Bytes before what an entry carries: op, file, offset and length.
const HEAD: usize = 32;

/// One change. Files are named by their inode.
#[derive(Debug)]
pub enum Change<'a> {
    Create { file: u64, path: PathBuf },
    Write { file: u64, at: u64, bytes: &'a [u8] },
    Truncate { file: u64, size: u64 },
    Sync { file: u64 },
    SyncFolder { path: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
    Remove { path: PathBuf },
    MakeFolder { path: PathBuf },
}

/// A recording, read to its last whole entry.
pub struct Recording {
    bytes: Vec<u8>,
    /// Where each entry is.
    entries: Vec<Range<usize>>,
}

impl Recording {
    pub fn read(log: &Path) -> Self {
        let bytes = fs::read(log).unwrap();
        let (mut entries, mut at) = (Vec::new(), 0);
        while at + HEAD <= bytes.len() {
            let length = usize::try_from(number(&bytes, at + 24)).unwrap();
            if at + HEAD + length > bytes.len() {
                break;
            }
            entries.push(at..at + HEAD + length);
            at += HEAD + length;
        }
        Self { bytes, entries }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The length that the log had when entry `index` was written down.
    pub fn end(&self, index: usize) -> u64 {
        self.entries[index].end as u64
    }

    /// The change `index`. One that the layer could not understand ends the test: its picture would be wrong.
    pub fn change(&self, index: usize) -> Change<'_> {
        let entry = &self.bytes[self.entries[index].clone()];
        let (op, file, offset) = (number(entry, 0), number(entry, 8), number(entry, 16));
        let data = &entry[HEAD..];
        let path = || PathBuf::from(OsStr::from_bytes(data));
        match op {
            1 => Change::Create { file, path: path() },
            2 => Change::Write { file, at: offset, bytes: data },
            3 => Change::Truncate { file, size: offset },
            4 => Change::Sync { file },
            5 => Change::SyncFolder { path: path() },
            6 => {
                let middle = data.iter().position(|byte| *byte == 0).unwrap();
                let [from, to] = [&data[..middle], &data[middle + 1..]].map(|path| OsStr::from_bytes(path).into());
                Change::Rename { from, to }
            }
            7 | 9 => Change::Remove { path: path() },
            8 => Change::MakeFolder { path: path() },
            _ => panic!("the layer does not know what this does: {op}, {}", String::from_utf8_lossy(data)),
        }
    }

    /// Whether entry `index` changes a folder, or makes something durable: what comes just before and after it is
    /// where mistakes are made.
    pub fn is_turn(&self, index: usize) -> bool {
        !matches!(number(&self.bytes, self.entries[index].start), 2 | 4)
    }
}

fn number(bytes: &[u8], at: usize) -> u64 {
    u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap())
}
