//! Files that are there after a power cut, whole or not at all.
//!
//! A file is written beside its place, synced, renamed, and its folder synced: there is either what was there before or
//! all of the new. A name that was made, changed or removed is on disk only once its folder is (fsync(2): "Calling
//! fsync() does not necessarily ensure that the entry in the directory containing the file has also reached disk").

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Permissions of a file that is read by whomever its folder lets in.
pub const SHARED: u32 = 0o666;

/// Permissions of a file for its owner alone.
pub const PRIVATE: u32 = 0o600;

/// Permissions of a folder for its owner alone.
const PRIVATE_FOLDER: u32 = 0o700;

/// Puts `bytes` at `path`, in place of what is there. Meanwhile they are in the file of the same name that ends in
/// `.new`. `mode` are the permissions, less what the process's mask takes away.
///
/// # Errors
///
/// As the operating system refuses; then what was there before is there, or all of the new.
pub fn write(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    write_by_way_of(&path.with_extension("new"), path, bytes, mode)
}

/// As [`write()`], where the bytes are in `beside` meanwhile, which must be on the same file system.
///
/// # Errors
///
/// As [`write()`].
pub fn write_by_way_of(beside: &Path, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(beside, path)
}

/// Renames, and has the new name on disk. What is renamed must have been synced before.
///
/// # Errors
///
/// As the operating system refuses.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(to)
}

/// Makes what was created, renamed and removed in the folder `dir` survive a power cut.
///
/// # Errors
///
/// As the operating system refuses.
pub fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Has the entry of `path` in its folder on disk.
///
/// # Errors
///
/// As the operating system refuses.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    sync_folder(folder_of(path))
}

/// Makes the folder `dir` for its owner alone, with the entries of all new folders above it on disk: what is synced in
/// them later must be found.
///
/// # Errors
///
/// As the operating system refuses.
pub fn make_folder(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let above = folder_of(dir);
    make_folder(above)?;
    match DirBuilder::new().mode(PRIVATE_FOLDER).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(above),
    }
}

/// The folder that `path` is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_written_takes_the_place_of_what_was_there_and_leaves_nothing_beside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        // What an attempt left that a crash cut short.
        fs::write(dir.path().join("key.new"), "half of something that was longer").unwrap();
        for text in ["first", "second"] {
            write(&path, text.as_bytes(), PRIVATE).unwrap();
            assert_eq!((fs::read_to_string(&path).unwrap().as_str(), fs::read_dir(&dir).unwrap().count()), (text, 1));
        }
        assert!(write(&dir.path().join("nowhere/key"), b"", PRIVATE).is_err());
    }

    #[test]
    fn only_the_owner_reads_what_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        make_folder(&folder).unwrap();
        make_folder(&folder).unwrap();
        let path = folder.join("key");
        write(&path, b"secret", PRIVATE).unwrap();
        assert_eq!([mode(&path), mode(&folder), mode(&dir.path().join("a"))], [0o600, 0o700, 0o700]);
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(make_folder(&dir.path().join("file/b")).is_err(), "there is a file in its way");
    }

    #[test]
    fn a_path_without_a_folder_is_in_the_present_one() {
        assert_eq!(
            [folder_of(Path::new("a")), folder_of(Path::new("/a")), folder_of(Path::new("a/b"))].map(Path::to_str),
            [Some("."), Some("/"), Some("a")]
        );
    }
}
