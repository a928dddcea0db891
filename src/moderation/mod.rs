//! Moderation: banning, which signs an account out at once and keeps it out.

mod export;
mod record;
pub mod routes;
mod view;

use std::sync::Arc;

pub use record::Ban;
pub use view::BannedUser;

use crate::accounts::{self, Account, AccountId, OperatorView, Role};
use crate::app::App;
use crate::error::{Code, Error};
use crate::paging::{Page, Paged};
use crate::sessions;
use crate::store::{Range, Read, StoreError, Tx};

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

/// Stands for whoever runs the server, who needs no account, as the one who banned somebody.
const OPERATOR: [u8; 16] = [0; 16];

/// Bans an account by order of whoever runs the server, or lets it back in. `user` is an id, a handle or an e-mail
/// address. Doing so again changes nothing.
///
/// # Errors
///
/// [`Code::UserNotFound`], [`Code::LastAdmin`], or what the store gives.
pub async fn set_banned(app: &App, user: &str, on: bool) -> Result<OperatorView, Error> {
    let (user, at) = (user.to_owned(), app.clock.now());
    app.store
        .write(move |tx| {
            let found = accounts::find_named(tx, &user)?;
            let account = found.id;
            if on && found.role == Role::Admin {
                accounts::keep_an_admin(tx, account)?;
            }
            tx.keep(&account, on, || Ban { account, by: OPERATOR.into(), at })?;
            if on {
                sessions::end_all(tx, account, None)?;
            }
            Ok(OperatorView::of(&found, on))
        })
        .await
}

/// The account with the id or handle `target`, if `by` may ban it and let it back in: an admin may with everybody, a
/// moderator with members.
fn subject(tx: &Tx<'_>, by: AccountId, target: &str) -> Result<Arc<Account>, Error> {
    let by = still(tx, by)?;
    let subject = accounts::look_up(tx, target)?;
    if by.role == Role::Admin || subject.role < by.role || subject.id == by.id {
        return Ok(subject);
    }
    Err(Error::new(Code::Forbidden, "Only an admin may ban moderators and admins, or let them back in."))
}

/// The account `id` as a write finds it: whoever asks may have been banned, deleted or given another role meanwhile.
///
/// # Errors
///
/// [`Code::InvalidToken`] where it was banned or deleted, or what reading gives.
pub fn still(tx: &Tx<'_>, id: AccountId) -> Result<Arc<Account>, Error> {
    let found = if is_banned(tx, id)? { None } else { accounts::find(tx, id)? };
    found.ok_or_else(|| Error::new(Code::InvalidToken, "Sign in again."))
}

/// As [`still`], for who must be an admin.
///
/// # Errors
///
/// As [`still`], and [`Code::Forbidden`] for everybody else.
pub fn still_admin(tx: &Tx<'_>, id: AccountId) -> Result<Arc<Account>, Error> {
    let found = still(tx, id)?;
    if found.role == Role::Admin { Ok(found) } else { Err(Error::new(Code::Forbidden, "Only an admin may do this.")) }
}

/// Whether the account `id` may not sign in.
///
/// # Errors
///
/// What reading gives.
pub fn is_banned(read: &impl Read, id: AccountId) -> Result<bool, StoreError> {
    read.contains::<Ban>(&id)
}

/// Who is banned, by id.
///
/// # Errors
///
/// [`Code::InvalidCursor`], or what reading gives.
pub fn banned(read: &impl Read, page: &Page) -> Result<Paged<BannedUser>, Error> {
    const LIST: &str = "bans";
    let after: Option<AccountId> = page.after(LIST)?;
    let bans = read.records::<Ban>(&Range::all().after_some(after.as_ref()).limit(page.limit + 1))?;
    let bans = bans.into_iter().map(|ban| (ban.account, ban)).collect();
    // Whoever was deleted is passed over.
    Ok(Paged::cut(LIST, page.limit, bans).filter_map(|ban| BannedUser::of(read, &ban))?)
}

/// Ends every session of the account with the id or handle `target`, by order of `by`, who must be an admin.
///
/// # Errors
///
/// [`Code::UserNotFound`], [`Code::Forbidden`], or what the store gives.
pub async fn sign_out(app: &App, by: AccountId, target: &str) -> Result<(), Error> {
    let target = target.to_owned();
    app.store
        .write(move |tx| {
            still_admin(tx, by)?;
            let account = accounts::look_up(tx, &target)?.id;
            sessions::end_all(tx, account, None)
        })
        .await
}

/// Removes the ban of a deleted account, which nobody can sign in to anyway.
///
/// # Errors
///
/// What the store gives.
pub fn purge(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.delete::<Ban>(&account).map(drop)
}
