//! Which files of a folder go into a backup.

use std::fs;
use std::io;
use std::path::Path;

use super::BackupError;
use super::archive::is_plain;

/// The files of a folder.
#[derive(Default)]
pub(super) struct Found {
    /// Those that go into a backup, sorted, as paths from the folder.
    pub(super) plain: Vec<String>,
    /// Everything else but what begins with a dot, which is unfinished.
    pub(super) others: Vec<String>,
}

/// The files below `folder`; none where there is no such folder.
pub(super) fn plain_files(folder: &Path) -> Result<Found, BackupError> {
    let mut found = Found::default();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        let path = folder.join(&below);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|cause| BackupError::io(&path, cause))?,
        };
        for entry in entries {
            let entry = entry.map_err(|cause| BackupError::io(&path, cause))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let name = if below.is_empty() { name } else { format!("{below}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(name),
                Ok(kind) if kind.is_file() && is_plain(&name) => found.plain.push(name),
                _ => found.others.push(name),
            }
        }
    }
    found.plain.sort_unstable();
    Ok(found)
}
