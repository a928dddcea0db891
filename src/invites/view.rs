//! Invites as those who manage them see them.

use serde::Serialize;
use utoipa::ToSchema;

use super::record::{Invite, InviteId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;

/// An invite, without its code, which nobody can be told again.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Invite)]
pub struct InviteView {
    id: InviteId,
    /// What it is for.
    note: String,
    /// Accounts that may be made with it.
    uses: u32,
    /// Accounts that were made with it.
    used: u32,
    /// Whether an account can be made with it now.
    open: bool,
    /// The admin who made it; null where whoever runs the server did.
    #[schema(required)]
    created_by: Option<AccountId>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl InviteView {
    /// `invite` as it is at `now`.
    pub fn of(invite: &Invite, now: Timestamp) -> Self {
        Self {
            id: invite.id,
            note: invite.note.clone(),
            uses: invite.uses,
            used: invite.used,
            open: invite.is_open(now),
            created_by: invite.created_by,
            created_at: invite.created_at,
            expires_at: invite.expires_at,
        }
    }
}

/// An invite that was just made: the only time that its code is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NewInvite)]
pub struct CreatedInvite {
    /// The invite.
    #[serde(flatten)]
    pub invite: InviteView,
    /// What `invite` in `POST /auth/register` says.
    #[schema(example = "7k2qm-9xw4t-0hjvn-3e8ra")]
    pub code: String,
    /// The page to register on; without the server's name where `public_url` is not set.
    #[schema(example = "https://hearth.example.org/#invite=7k2qm-9xw4t-0hjvn-3e8ra")]
    pub link: String,
}
