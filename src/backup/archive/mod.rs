//! The container: a tar file that any `tar` opens, with each entry's SHA-256 in it.
//!
//! | entry | holds |
//! |---|---|
//! | `manifest.json` | what this is: see [`Manifest`](super::Manifest) |
//! | `records.snapshot.zst` | a snapshot of all records, compressed |
//! | `media/…` | the files of that folder, as they are: pictures do not get smaller |
//! | `secrets/…` | the files of that folder, unless they were left out |
//! | `SHA256SUMS` | a line for each of the others, as `sha256sum` writes them |
//!
//! Only these, in this order, those of a folder sorted by name, regular files all: a reader refuses everything else, so
//! there is nothing that a name, a link or a second entry of the same name could do. Names are plain ([`is_plain`]), so
//! no extension of the format is needed to hold them, and none is read.

mod reader;
mod writer;

pub use reader::{Entry, Reader};
pub use writer::Writer;

/// The entry of the manifest.
const MANIFEST: &str = "manifest.json";

/// The entry of the records.
pub const RECORDS: &str = "records.snapshot.zst";

/// The entry of the checksums.
const SUMS: &str = "SHA256SUMS";

/// The longest name of an entry: with its parts bounded too, it always fits into the header that all `tar`s know.
const MAX_NAME: usize = 150;

/// The longest part of a name.
const MAX_PART: usize = 100;

/// What an entry's size is rounded up to, and the size of its header.
const BLOCK: u64 = 512;

/// What ends an archive: two empty blocks.
const END: u64 = 2 * BLOCK;

/// A folder whose files are in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Folder {
    /// What people uploaded.
    Media,
    /// The server's keys.
    Secrets,
}

impl Folder {
    /// Its name, in the data folder and in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::Secrets => "secrets",
        }
    }
}

/// Whether a file of that name below a folder can be in a backup: parts of letters, digits, dots, hyphens and
/// underscores, none of which begins with a dot.
pub fn is_plain(name: &str) -> bool {
    let is_part = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        (1..=MAX_PART).contains(&part.len()) && !part.starts_with('.') && part.chars().all(plain)
    };
    name.len() < MAX_NAME - Folder::Secrets.name().len() && name.split('/').all(is_part)
}

/// The line of `SHA256SUMS` for an entry.
fn line(name: &str, sha256: &str) -> String {
    format!("{sha256}  {name}\n")
}

/// `bytes` rounded up to whole blocks.
const fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}

#[cfg(test)]
mod tests;
