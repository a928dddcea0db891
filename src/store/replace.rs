//! Putting one store's folder in the place of another's.

use std::fs;
use std::path::Path;

use super::lock::Lock;
use super::open::OpenError;
use crate::durable;

/// Moves the store in the folder `with`, which is closed, to `dir`, and sets aside the one that is there as `dir.replaced`.
/// No other process can open the store at `dir` meanwhile; where it fails, the one that was there is there again.
///
/// # Errors
///
/// [`OpenError::Locked`] where another process has one of them open, or what the operating system says.
pub fn replace(dir: &Path, with: &Path) -> Result<(), OpenError> {
    let aside = dir.with_extension("replaced");
    let _theirs = Lock::take(with)?;
    let _ours = Lock::take(dir)?;
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(|cause| OpenError::io(&aside, cause))?;
    }
    fs::rename(dir, &aside).map_err(|cause| OpenError::io(dir, cause))?;
    if let Err(cause) = fs::rename(with, dir) {
        // Another process may have begun a store there in this very moment; then both are left for somebody to look at.
        let _ = fs::rename(&aside, dir);
        return Err(OpenError::io(dir, cause));
    }
    durable::sync_folder_of(dir).map_err(|cause| OpenError::io(dir, cause))
}
