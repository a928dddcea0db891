//! Making a backup beside everything else that the process does.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tokio::sync::oneshot;

use super::BackupError;
use super::create::{Made, Wish};
use super::manifest::MadeBy;
use crate::app::App;
use crate::control;

/// How much the thread that makes a backup gives way to others, as `nice` counts: it gets what they leave, and still a
/// share of a busy machine.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Steps of the same kind between two that are told.
const TOLD_EVERY: u64 = 100;

/// Makes a backup on a thread of its own, which gives way to others; `told` hears how far it is. The answer is dropped
/// where there could be none.
///
/// # Errors
///
/// [`BackupError::Running`], or that there is no thread.
pub fn in_background(
    app: Arc<App>,
    wish: Wish,
    mut told: impl FnMut(&str, u64) + Send + 'static,
) -> Result<oneshot::Receiver<Result<Made, BackupError>>, BackupError> {
    let now = app.clock.now();
    let turn = app.backups.begin(now)?;
    let (answer, waiting) = oneshot::channel();
    let work = move || {
        give_way();
        let made = app.backups.create(&turn, &app.store, &wish, now, &mut told);
        drop(turn);
        // Whoever waited may have gone away; the backup is made all the same.
        let _ = answer.send(made);
    };
    let started = thread::Builder::new().name("backup".into()).spawn(work);
    started.map_err(|cause| BackupError::io(Path::new("a thread could not be started"), cause))?;
    Ok(waiting)
}

/// Makes a backup that somebody asked for, and tells how far it is. It is made also where nobody waits any more.
///
/// # Errors
///
/// [`BackupError`].
pub async fn by_hand(
    app: Arc<App>,
    to: Option<PathBuf>,
    secrets: bool,
    told: control::Progress,
) -> Result<Made, BackupError> {
    let (mut last, wish) = (String::new(), Wish { to, secrets, made_by: MadeBy::Hand });
    let told = move |what: &str, done: u64| {
        // Each record is a step, and not each is worth telling.
        if last != what || done.is_multiple_of(TOLD_EVERY) {
            what.clone_into(&mut last);
            told.tell(what, done, None);
        }
    };
    let waiting = in_background(app, wish, told)?;
    waiting.await.unwrap_or_else(|_| Err(BackupError::Built("its thread panicked".into())))
}

/// Has this thread run when others do not want to. On Linux a priority is a thread's own.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        log::debug!("the backup runs with the usual priority: {error}");
    }
}
