//! The disk by itself: what durable writes are compared with.

use std::fs::File;
use std::io::Write;

use tempfile::TempDir;

use super::paired::rate;

/// Bytes of one write: about what a short comment takes.
pub const BYTES: usize = 300;

/// A file that is appended to and synced, a write at a time.
pub struct Disk {
    file: File,
    _dir: TempDir,
}

impl Disk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        Self { file: File::create(dir.path().join("raw")).expect("a file"), _dir: dir }
    }

    /// Writes a second, each of them followed by `fdatasync`.
    pub fn synced_writes(&mut self) -> f64 {
        rate(|| {
            self.file.write_all(&[7; BYTES]).expect("room on the disk");
            self.file.sync_data().expect("a disk that syncs");
        })
    }
}
