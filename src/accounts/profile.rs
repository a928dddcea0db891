//! Changing one's own account.

use super::record::{Account, AccountId};
use super::view::AccountView;
use super::{own, taken};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::media::{self, MediaId, Place};
use crate::store::Tx;

/// What to change in one's own account; `None` leaves as it is.
#[derive(Clone, Default)]
pub struct Changes {
    /// The name.
    pub name: Option<String>,
    /// What the account says about itself.
    pub bio: Option<String>,
    /// The handle.
    pub handle: Option<String>,
    /// The e-mail address, which is then not verified.
    pub email: Option<String>,
    /// A picture of one's own that is not used yet, or none.
    pub avatar: Option<Option<MediaId>>,
}

/// Changes one's own account.
///
/// # Errors
///
/// [`Code::EmailTaken`](crate::error::Code::EmailTaken), `handle_taken`, `validation_failed` for a picture that cannot be used, or what the
/// store gives.
pub async fn update(app: &App, id: AccountId, changes: Changes) -> Result<AccountView, Error> {
    let now = app.clock.now();
    let updated = app
        .store
        .write(move |tx| {
            let mut account = own(tx, id)?;
            let changes = changes.clone();
            account.name = changes.name.unwrap_or(account.name);
            account.bio = changes.bio.unwrap_or(account.bio);
            account.handle = changes.handle.unwrap_or(account.handle);
            if let Some(email) = changes.email.filter(|email| *email != account.email) {
                (account.email, account.email_verified) = (email, false);
            }
            if let Some(avatar) = changes.avatar {
                set_avatar(tx, &mut account, avatar, now)?;
            }
            tx.put(&account).map_err(taken)?;
            Ok::<_, Error>(AccountView::from(&account))
        })
        .await?;
    app.chores.notify_one();
    Ok(updated)
}

/// Gives an account this picture, or none; the one that it had is gone.
fn set_avatar(tx: &mut Tx<'_>, account: &mut Account, avatar: Option<MediaId>, now: Timestamp) -> Result<(), Error> {
    if account.avatar == avatar {
        return Ok(());
    }
    media::give(tx, account.id, avatar.as_slice(), Place::Owner, "avatar")?;
    if let Some(old) = account.avatar {
        media::remove(tx, old, now)?;
    }
    account.avatar = avatar;
    Ok(())
}
