//! What the store takes on the disk.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A block as `stat` counts them, in bytes.
const BLOCK: u64 = 512;

/// What the store takes on the disk, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUse {
    /// The journal's folder.
    pub journal: u64,
    /// sled's folder.
    pub state: u64,
    /// The folder of the store's own snapshots.
    pub snapshots: u64,
}

/// Bytes of the files in `folder` that were changed after `since`, or of all.
///
/// # Errors
///
/// What the operating system says.
pub(in crate::store) fn bytes_since(folder: &Path, since: Option<SystemTime>) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let found = entry?.metadata()?;
        let modified = found.modified()?;
        if since.is_none_or(|since| modified > since) {
            bytes += found.len();
        }
    }
    Ok(bytes)
}

/// What the files below `folder` take on the disk, in bytes. What goes while this looks counts for nothing.
///
/// # Errors
///
/// What the operating system says, where a folder cannot be read.
pub(in crate::store) fn bytes_below(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) => bytes += found.blocks() * BLOCK,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_below_count_too_and_a_missing_one_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(bytes_below(&dir.path().join("none")).unwrap(), 0);
        fs::write(dir.path().join("one"), vec![1; 10_000]).unwrap();
        let one = bytes_below(dir.path()).unwrap();
        assert!(one >= 10_000, "{one}");
        fs::create_dir(dir.path().join("below")).unwrap();
        fs::write(dir.path().join("below/two"), vec![1; 50_000]).unwrap();
        let both = bytes_below(dir.path()).unwrap();
        assert!(both >= one + 50_000, "{both}");
    }
}
