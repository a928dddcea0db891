//! The layer under the real executable: `layer.h` says what it is. Built by whatever compiler Rust links with.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// Its parts.
const SOURCES: [&str; 5] = ["files.c", "recording.c", "faults.c", "clock.c", "unknown.c"];

/// Calls that may fail, as `enum kind`.
pub const WRITING: u64 = 1;
pub const SYNCING: u64 = 2;
pub const RENAMING: u64 = 4;
pub const CREATING: u64 = 8;
pub const TRUNCATING: u64 = 16;
pub const ALL: u64 = WRITING | SYNCING | RENAMING | CREATING | TRUNCATING;

/// Ways to fail, as `errors` of `struct control`.
pub const EIO: u64 = 1;
pub const ENOSPC: u64 = 2;

/// The fields of `struct control`, by their place.
#[derive(Clone, Copy)]
enum Field {
    Faults = 0,
    Kinds = 1,
    Errors = 2,
    Full = 3,
    Clock = 4,
    Free = 5,
    Seed = 6,
    Made = 7,
}

/// A layer for processes that work on one folder, and the decisions that it follows.
pub struct Layer {
    own: TempDir,
    root: PathBuf,
    control: File,
    is_recording: bool,
}

impl Layer {
    /// For what happens below `root`.
    pub fn new(root: &Path) -> Self {
        let own = tempfile::tempdir().unwrap();
        let control = own.path().join("control");
        fs::write(&control, [0; 64]).unwrap();
        let control = OpenOptions::new().read(true).write(true).open(control).unwrap();
        Self { own, root: root.canonicalize().unwrap(), control, is_recording: false }
    }

    /// As [`Layer::new`], and everything is written down.
    pub fn recording(root: &Path) -> Self {
        Self { is_recording: true, ..Self::new(root) }
    }

    /// Puts the layer under what `command` runs.
    pub fn under(&self, command: &mut Command) {
        command.env("LD_PRELOAD", library());
        command.env("LAYER_ROOT", &self.root).env("LAYER_CONTROL", self.own.path().join("control"));
        if self.is_recording {
            command.env("LAYER_LOG", self.log());
        }
    }

    /// Where everything is written down.
    pub fn log(&self) -> PathBuf {
        self.own.path().join("log")
    }

    /// Lets some of 10,000 calls of these kinds fail in these ways.
    pub fn fail(&self, of_10_000: u64, kinds: u64, errors: u64, seed: u64) {
        for (field, value) in
            [(Field::Seed, seed), (Field::Errors, errors), (Field::Kinds, kinds), (Field::Faults, of_10_000)]
        {
            self.set(field, value);
        }
    }

    /// Lets everything succeed again.
    pub fn heal(&self) {
        self.set(Field::Faults, 0);
        self.set(Field::Full, 0);
        self.set(Field::Free, 0);
    }

    /// Lets nothing grow any more.
    pub fn fill(&self) {
        self.set(Field::Full, 1);
    }

    /// Says that so many bytes are free on the disk.
    pub fn say_free(&self, bytes: u64) {
        self.set(Field::Free, bytes);
    }

    /// Lets the clock show a time that is so many seconds later than the machine's, or earlier.
    pub fn shift_clock(&self, seconds: i64) {
        self.set(Field::Clock, (seconds * 1000).cast_unsigned());
    }

    /// How many calls failed so far.
    pub fn made(&self) -> u64 {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, Field::Made as u64 * 8).unwrap();
        u64::from_ne_bytes(bytes)
    }

    fn set(&self, field: Field, value: u64) {
        self.control.write_all_at(&value.to_ne_bytes(), field as u64 * 8).unwrap();
    }
}

/// The library, built once by each test process: they may run at the same time.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/layer");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (library, own) = (folder.join("layer.so"), folder.join(format!("layer.{}.so", std::process::id())));
        let built = Command::new("cc")
            .args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o"])
            .arg(&own)
            .args(SOURCES.map(|name| sources.join(name)))
            .args(["-ldl", "-lpthread"])
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        fs::rename(own, &library).unwrap();
        library
    })
}
