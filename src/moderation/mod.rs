//! Moderation: banning, which signs an account out at once and keeps it out.

mod export;
mod record;
pub mod routes;

use std::sync::Arc;

pub use record::Ban;

use crate::accounts::{self, Account, AccountId, Role};
use crate::app::App;
use crate::error::{Code, Error};
use crate::sessions;
use crate::store::{Read, StoreError, Tx};

/// Bans the account with the id or handle `target`: its sessions end in the same write, and it cannot sign in again.
/// Doing so again changes nothing.
///
/// # Errors
///
/// [`Code::UserNotFound`], [`Code::Forbidden`] where `by` may not, [`Code::ValidationFailed`] for banning oneself, or
/// what the store gives.
pub async fn ban(app: &App, by: &Account, target: &str) -> Result<(), Error> {
    let (by, target, at) = (by.id, target.to_owned(), app.clock.now());
    app.store
        .write(move |tx| {
            let account = subject(tx, by, &target)?.id;
            if account == by {
                return Err(Error::field("id", "nobody can ban themselves"));
            }
            tx.keep(&account, true, || Ban { account, by, at })?;
            sessions::end_all(tx, account, None)
        })
        .await
}

/// Lets the account with the id or handle `target` sign in again. Doing so again changes nothing.
///
/// # Errors
///
/// [`Code::UserNotFound`], [`Code::Forbidden`] where `by` may not, or what the store gives.
pub async fn unban(app: &App, by: &Account, target: &str) -> Result<(), Error> {
    let (by, target) = (by.id, target.to_owned());
    app.store
        .write(move |tx| {
            let account = subject(tx, by, &target)?.id;
            Ok(tx.delete::<Ban>(&account).map(drop)?)
        })
        .await
}

/// The account with the id or handle `target`, if `by` may ban it and let it back in: an admin may with everybody, a
/// moderator with members.
fn subject(tx: &Tx<'_>, by: AccountId, target: &str) -> Result<Arc<Account>, Error> {
    // Whoever asks may have been banned, deleted or given another role while this write waited.
    let by = if is_banned(tx, by)? { None } else { accounts::find(tx, by)? };
    let by = by.ok_or_else(|| Error::new(Code::InvalidToken, "Sign in again."))?;
    let subject = accounts::look_up(tx, target)?;
    if by.role == Role::Admin || subject.role < by.role || subject.id == by.id {
        return Ok(subject);
    }
    Err(Error::new(Code::Forbidden, "Only an admin may ban moderators and admins, or let them back in."))
}

/// Whether the account `id` may not sign in.
///
/// # Errors
///
/// What reading gives.
pub fn is_banned(read: &impl Read, id: AccountId) -> Result<bool, StoreError> {
    read.contains::<Ban>(&id)
}

/// Removes the ban of a deleted account, which nobody can sign in to anyway.
///
/// # Errors
///
/// What the store gives.
pub fn purge(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.delete::<Ban>(&account).map(drop)
}
