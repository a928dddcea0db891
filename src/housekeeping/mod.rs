//! What is cleared away in the background: what deleted things left behind, and what ended by itself.
//!
//! A deletion is one small write; what hangs on it may be any number of records, and goes in small writes afterwards.
//! The chore is noted in the write that deletes, so it is finished also where the process ends in between.

mod record;

use std::sync::Arc;
use std::time::Duration;

pub use record::{Chore, Pending};

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Range, Read, Tx};
use crate::{accounts, chat, comments, idempotency, invites, media, moderation, posts, sessions};
use record::FILE;

/// Records removed in one write.
const STEP: usize = 200;

/// What has ended is kept for another day: a clock that is wrong by that much takes nothing away for good.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// How often the files of pictures are held against what names them.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often it is looked what has ended by itself.
const EVERY: Duration = Duration::from_secs(60);

/// Notes a chore, within the write that makes it necessary.
///
/// # Errors
///
/// What the store gives.
pub fn note(tx: &mut Tx<'_>, chore: Chore, now: Timestamp) -> Result<(), Error> {
    Ok(tx.put(&Pending { chore, since: now })?)
}

/// Does what is to be done, again and again, until the store takes no more writes.
pub async fn run(app: &App) {
    let mut swept = None;
    while app.store.health().is_ok() {
        let swept = sweep_files(app, &mut swept).await;
        if let Err(error) = tidy(app).await.and(swept) {
            log::warn!("housekeeping is put off: {error}");
        }
        // Waits for the next deletion, or for the time.
        let _ = tokio::time::timeout(EVERY, app.chores.notified()).await;
    }
}

/// Does everything that is to be done now.
///
/// # Errors
///
/// What the store gives; what was not done then is done the next time.
pub async fn tidy(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    loop {
        let pending = app.store.records::<Pending>(&Range::all().limit(1))?;
        let chore = pending.first().map(|pending| pending.chore).filter(|chore| !matches!(chore, Chore::File(_)));
        let Some(chore) = chore else { break };
        app.store.write(move |tx| step(tx, chore, now)).await?;
    }
    let ended = now.minus(PATIENCE);
    while app.store.write(move |tx| Ok::<_, Error>(idempotency::expire(tx, ended, STEP)?)).await? {}
    while app.store.write(move |tx| Ok::<_, Error>(sessions::expire(tx, ended, STEP)?)).await? {}
    while app.store.write(move |tx| Ok::<_, Error>(invites::expire(tx, now, STEP)?)).await? {}
    while app.store.write(move |tx| media::expire(tx, now, STEP)).await? {}
    clear_files(app).await
}

/// Removes the files of pictures that are gone. They stay while a backup is made, whose records may name them.
async fn clear_files(app: &App) -> Result<(), Error> {
    while app.backups.under_way().is_none() {
        let taken = app.store.write(|tx| {
            let pending = tx.records::<Pending>(&Range::prefix(&FILE).limit(STEP))?;
            pending.iter().try_for_each(|pending| tx.delete::<Pending>(&pending.chore).map(drop))?;
            Ok::<_, Error>(pending)
        });
        let hash = |pending: &Arc<Pending>| if let Chore::File(hash) = pending.chore { Some(hash) } else { None };
        let hashes: Vec<_> = taken.await?.iter().filter_map(hash).collect();
        if hashes.is_empty() {
            break;
        }
        // Where the process ends here, the sweep at the next start finds them.
        media::clear(app, hashes).await?;
    }
    Ok(())
}

/// Looks now and then for files that no picture is made of.
async fn sweep_files(app: &App, swept: &mut Option<Timestamp>) -> Result<(), Error> {
    let now = app.clock.now();
    if swept.is_none_or(|at| at.plus(SWEEP_EVERY) <= now) {
        let count = media::sweep(app).await?;
        if count > 0 {
            log::info!("removed {count} files of pictures that nothing uses");
        }
        *swept = Some(now);
    }
    Ok(())
}

/// One small write of a chore; the last one takes the chore off the list.
fn step(tx: &mut Tx<'_>, chore: Chore, now: Timestamp) -> Result<(), Error> {
    let more = match chore {
        Chore::Post(id) => posts::purge(tx, id, STEP)? || comments::purge_post(tx, id, STEP)?,
        Chore::Comment(id) => comments::purge(tx, id, STEP)?,
        Chore::Account(id) => {
            moderation::purge(tx, id)?;
            accounts::purge(tx, id, STEP)?
                || posts::purge_account(tx, id, STEP)?
                || chat::purge_account(tx, id, now, STEP)?
        }
        Chore::Conversation(id) => chat::purge(tx, id, now, STEP)?,
        // Files do not go within a write: see `clear_files`.
        Chore::File(_) => return Ok(()),
    };
    if !more {
        tx.delete::<Pending>(&chore)?;
    }
    Ok(())
}
