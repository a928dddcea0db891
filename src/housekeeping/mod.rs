//! What is cleared away in the background: what deleted things left behind, and what ended by itself.
//!
//! A deletion is one small write; what hangs on it may be any number of records, and goes in small writes afterwards.
//! The chore is noted in the write that deletes, so it is finished also where the process ends in between.

mod record;

use std::time::Duration;

pub use record::{Chore, Pending};

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Range, Read, Tx};
use crate::{accounts, chat, comments, idempotency, invites, moderation, posts, sessions};

/// Records removed in one write.
const STEP: usize = 200;

/// What has ended is kept for another day: a clock that is wrong by that much takes nothing away for good.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

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
    while app.store.health().is_ok() {
        if let Err(error) = tidy(app).await {
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
        let Some(chore) = pending.first().map(|pending| pending.chore) else { break };
        app.store.write(move |tx| step(tx, chore, now)).await?;
    }
    let ended = now.minus(PATIENCE);
    while app.store.write(move |tx| Ok::<_, Error>(idempotency::expire(tx, ended, STEP)?)).await? {}
    while app.store.write(move |tx| Ok::<_, Error>(sessions::expire(tx, ended, STEP)?)).await? {}
    while app.store.write(move |tx| Ok::<_, Error>(invites::expire(tx, ended, STEP)?)).await? {}
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
        Chore::Conversation(id) => chat::purge(tx, id, STEP)?,
    };
    if !more {
        tx.delete::<Pending>(&chore)?;
    }
    Ok(())
}
