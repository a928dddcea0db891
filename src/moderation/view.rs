//! Bans as moderators see them.

use serde::Serialize;
use utoipa::ToSchema;

use super::record::Ban;
use crate::accounts::{self, UserSummary};
use crate::clock::Timestamp;
use crate::store::{Read, StoreError};

/// Somebody who is banned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BannedUser {
    user: UserSummary,
    /// Since when.
    since: Timestamp,
}

impl BannedUser {
    /// The one whom `ban` is about; `None` where the account is gone.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub(super) fn of(read: &impl Read, ban: &Ban) -> Result<Option<Self>, StoreError> {
        let account = accounts::find(read, ban.account)?;
        Ok(account.map(|account| Self { user: UserSummary::from(&*account), since: ban.at }))
    }
}
