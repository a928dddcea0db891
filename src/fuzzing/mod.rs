//! Fuzz targets: what reads bytes that somebody else wrote, and what must be true of it whatever they are.
//!
//! Each target is a function of bytes that panics where something is wrong, which is what a fuzzer looks for. This
//! module is there only for tests and with the feature `fuzzing`. The same functions are run in two ways:
//!
//! - `tests/fuzz/run` builds them with libFuzzer (`cargo install cargo-fuzz`, a nightly toolchain) and runs them for as
//!   long as one likes: `tests/fuzz/run journal 600` for ten minutes of one, `tests/fuzz/run all 600` for all in turn.
//! - `cargo test fuzzing` (so `./test` too) runs each over its seeds, what once was found (`tests/fuzz/found`), and some
//!   thousands of seeded mutations of both.
//!
//! What a fuzzer finds is mended, and its input kept in `tests/fuzz/found/<target>/`.

mod bodies;
mod files;
mod imports;
mod input;
mod journal;
mod pictures;
mod snapshot;
mod text;
mod wire;

#[cfg(test)]
mod tests;

use std::path::Path;

/// A fuzz target.
pub struct Target {
    /// What it is called: also its file in `tests/fuzz/targets`.
    pub name: &'static str,
    /// Runs it on one input; the folder is for what it must have as a file.
    pub run: fn(&[u8], &Path),
    /// Whether it looks at the folder, which is empty when it begins.
    pub has_files: bool,
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    // Opening a folder of segments, whatever is in them.
    Target { name: "journal", run: journal::run, has_files: true, seeds: journal::seeds },
    // The changes in a frame.
    Target { name: "batch", run: files::batch, has_files: false, seeds: files::batches },
    // Reading a snapshot of the store.
    Target { name: "snapshot", run: snapshot::run, has_files: false, seeds: snapshot::seeds },
    // The stored form of every table's records.
    Target { name: "record", run: files::record, has_files: false, seeds: files::records },
    // `hearth.toml`.
    Target { name: "config", run: files::config, has_files: true, seeds: files::configs },
    // The cursors of lists.
    Target { name: "cursor", run: text::cursor, has_files: false, seeds: text::cursors },
    // Access tokens, refresh tokens.
    Target { name: "token", run: text::token, has_files: false, seeds: text::tokens },
    // Origins, ids, and the forms into which text is brought.
    Target { name: "text", run: text::forms, has_files: false, seeds: text::words },
    // JSON in the text frames of a socket.
    Target { name: "frame", run: wire::frame, has_files: false, seeds: wire::frames },
    // The bytes of a WebSocket.
    Target { name: "socket", run: wire::socket, has_files: false, seeds: wire::sockets },
    // Orders on the control socket.
    Target { name: "order", run: wire::order, has_files: false, seeds: wire::orders },
    // The JSON bodies of requests.
    Target { name: "body", run: bodies::body, has_files: false, seeds: bodies::bodies },
    // Pictures.
    Target { name: "picture", run: pictures::picture, has_files: false, seeds: pictures::pictures },
    // The files of an export.
    Target { name: "import_lines", run: imports::lines, has_files: false, seeds: imports::files },
    // A dump of MongoDB.
    Target { name: "import_dump", run: imports::dump, has_files: true, seeds: imports::dumps },
];

/// The target with this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
