//! Backups by themselves: when one is due, and which of the earlier ones may go then.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::archive::Folder;
use super::background::in_background;
use super::create::{Backups, Made, Wish};
use super::folder::{self, Listed};
use super::manifest::MadeBy;
use super::retention::Keep;
use super::schedule::Schedule;
use super::{BackupError, list};
use crate::app::App;
use crate::clock::Timestamp;
use crate::config::Config;

/// How long a server that starts is left alone: there is enough to do then.
const GRACE: Duration = Duration::from_secs(120);

/// How often it is looked whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How long it is waited after one that was not made.
const AGAIN_AFTER: Duration = Duration::from_secs(3600);

/// What a backup leaves free on a disk: this, or a tenth of it where that is less.
const RESERVE: u64 = 1 << 30;

/// Makes a backup whenever one is due by `config`, for as long as it is awaited.
pub async fn run(app: Arc<App>, config: Config) {
    let figures = app.backups.clone();
    // Only for the figures; the folder is read again when one is due.
    let _ = tokio::task::spawn_blocking(move || note_last(&figures)).await;
    tokio::time::sleep(GRACE).await;
    loop {
        let made = when_due(&app, config.backup_schedule, &config.backup_keep).await;
        let pause = if made.is_err() { AGAIN_AFTER } else { LOOK_EVERY };
        tokio::time::sleep(pause).await;
    }
}

/// Makes one if it is due by `schedule`, and removes those that may go then by `keep`.
///
/// # Errors
///
/// [`BackupError`], which was logged.
pub async fn when_due(app: &Arc<App>, schedule: Schedule, keep: &Keep) -> Result<Option<Made>, BackupError> {
    let (backups, now) = (app.backups.clone(), app.clock.now());
    let look = move || {
        let listed = list(backups.dir())?;
        if !schedule.is_due(newest(&listed), now) {
            return Ok(false);
        }
        check_room(&backups, &listed).map(|()| true).inspect_err(|error| {
            backups.figures().failures.inc();
            backups.figures().failing.set(1);
            log::error!("the backup that is due was not made: {error}");
        })
    };
    if !blocking(look).await? {
        return Ok(None);
    }
    let wish = Wish { to: None, secrets: true, made_by: MadeBy::Schedule };
    let waiting = match in_background(app.clone(), wish, |_, _| {}) {
        // Somebody makes one just now; this one comes after it.
        Err(BackupError::Running) => return Ok(None),
        waiting => waiting?,
    };
    let made = waiting.await.unwrap_or_else(|_| Err(BackupError::Built("its thread panicked".into())))?;
    let (dir, keep) = (app.backups.dir().to_owned(), keep.clone());
    blocking(move || remove_superfluous(&dir, &keep)).await?;
    Ok(Some(made))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(BackupError::Built(error.to_string())))
}

/// When the newest of the schedule's whole backups was begun.
fn newest(listed: &[Listed]) -> Option<Timestamp> {
    scheduled(listed).map(|(_, created_at)| created_at).max()
}

/// The schedule's whole backups.
fn scheduled(listed: &[Listed]) -> impl Iterator<Item = (&Listed, Timestamp)> {
    let whole = |listed: &Listed| listed.manifest.as_ref().ok().map(|manifest| manifest.created_at);
    listed.iter().filter(|listed| listed.is_scheduled()).filter_map(move |listed| Some((listed, whole(listed)?)))
}

/// Removes those of the schedule's backups in `dir` that `keep` lets go.
fn remove_superfluous(dir: &Path, keep: &Keep) -> Result<(), BackupError> {
    let listed = list(dir)?;
    let whole: Vec<_> = scheduled(&listed).collect();
    let moments: Vec<_> = whole.iter().map(|(_, created_at)| *created_at).collect();
    let gone = keep.superfluous(&moments);
    for (listed, _) in whole.iter().filter(|(_, created_at)| gone.contains(created_at)) {
        let path = dir.join(&listed.name);
        fs::remove_file(&path).map_err(|cause| BackupError::io(&path, cause))?;
        log::info!("removed the backup {}: newer ones are kept ({keep})", path.display());
    }
    Ok(())
}

/// Tells the figures of the last whole backup that is there.
fn note_last(backups: &Backups) {
    let listed = list(backups.dir()).unwrap_or_default();
    let whole = listed.iter().filter_map(|listed| listed.manifest.as_ref().ok());
    if let Some(last) = whole.max_by_key(|manifest| manifest.created_at) {
        let figures = backups.figures();
        figures.last_success.set(last.created_at.seconds());
        figures.last_bytes.set(i64::try_from(last.archive_bytes).unwrap_or(i64::MAX));
    }
}

/// Whether one more fits and leaves room for the server itself, which refuses to write when the disk is full.
fn check_room(backups: &Backups, listed: &[Listed]) -> Result<(), BackupError> {
    let dir = backups.dir();
    folder::make(dir)?;
    let room = rustix::fs::statvfs(dir).map_err(|cause| BackupError::io(dir, cause.into()))?;
    let [free, all] = [room.f_bavail, room.f_blocks].map(|blocks| blocks.saturating_mul(room.f_frsize));
    let media = bytes_below(&backups.source(Folder::Media));
    // Records of the last one, and as many again for what came since; the uploaded files are known.
    let records = listed.iter().find_map(|listed| Some(listed.manifest.as_ref().ok()?.records.bytes)).unwrap_or(0);
    let needed = records.saturating_mul(2).saturating_add(media);
    if free < needed.saturating_add(RESERVE.min(all / 10)) {
        let [free, needed] = [free, needed].map(|bytes| indicatif::HumanBytes(bytes).to_string());
        return Err(BackupError::NoRoom { dir: dir.to_owned(), free, needed });
    }
    Ok(())
}

/// All bytes of the files below `folder`; what cannot be read counts as nothing.
fn bytes_below(folder: &Path) -> u64 {
    let of = |entry: fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => bytes_below(&entry.path()),
        _ => entry.metadata().map_or(0, |about| about.len()),
    };
    fs::read_dir(folder).into_iter().flatten().flatten().map(of).sum()
}
