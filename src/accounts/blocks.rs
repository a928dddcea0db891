//! Blocking: whom one does not want messages from.

use super::record::{AccountId, Block};
use super::view::UserSummary;
use super::{find, look_up};
use crate::app::App;
use crate::error::Error;
use crate::paging::{Page, Paged};
use crate::store::{Range, Read, StoreError};

/// Blocks `blocked`, who cannot send messages to `blocker` then, or takes that back. Doing so again changes nothing.
///
/// # Errors
///
/// [`Code::UserNotFound`](crate::error::Code::UserNotFound),
/// [`Code::ValidationFailed`](crate::error::Code::ValidationFailed) for blocking oneself, or what the store gives.
pub async fn set_blocked(app: &App, blocker: AccountId, blocked: &str, on: bool) -> Result<(), Error> {
    let blocked = look_up(&app.store, blocked)?.id;
    if on && blocked == blocker {
        return Err(Error::field("id", "nobody can block themselves"));
    }
    let at = app.clock.now();
    app.store
        .write(move |tx| Ok::<_, Error>(tx.keep(&(blocker, blocked), on, || Block { blocker, blocked, at })?))
        .await
}

/// Whether `blocker` does not want messages from `account`.
///
/// # Errors
///
/// What reading gives.
pub fn has_blocked(read: &impl Read, blocker: AccountId, account: AccountId) -> Result<bool, StoreError> {
    read.contains::<Block>(&(blocker, account))
}

/// Whom `blocker` has blocked, by id.
///
/// # Errors
///
/// [`Code::InvalidCursor`](crate::error::Code::InvalidCursor), or what reading gives.
pub fn blocked(read: &impl Read, blocker: AccountId, page: &Page) -> Result<Paged<UserSummary>, Error> {
    const LIST: &str = "blocks";
    let after: Option<(AccountId, AccountId)> = page.after(LIST)?;
    let range = Range::prefix(&blocker).after_some(after.as_ref()).limit(page.limit + 1);
    let blocks = read.records::<Block>(&range)?.into_iter().map(|block| ((blocker, block.blocked), block.blocked));
    // Whoever was deleted is passed over.
    Paged::cut(LIST, page.limit, blocks.collect())
        .filter_map(|blocked| Ok(find(read, blocked)?.map(|account| UserSummary::from(&*account))))
}
