//! Accounts as they go out: to oneself, to others, and beside what one wrote.

use serde::Serialize;
use utoipa::ToSchema;

use super::record::{Account, AccountId, Role};
use crate::clock::Timestamp;
use crate::media::avatar_url;

/// An account as its owner sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    id: AccountId,
    handle: String,
    name: String,
    bio: String,
    email: String,
    email_verified: bool,
    role: Role,
    /// Where the picture of its face is, 128 pixels long and wide; null where it has none.
    #[schema(required)]
    avatar: Option<String>,
    created_at: Timestamp,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            handle: account.handle.clone(),
            name: account.name.clone(),
            bio: account.bio.clone(),
            email: account.email.clone(),
            email_verified: account.email_verified,
            role: account.role,
            avatar: account.avatar.map(avatar_url),
            created_at: account.created_at,
        }
    }
}

/// An account as everybody else sees it: never with its e-mail address.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    id: AccountId,
    handle: String,
    name: String,
    bio: String,
    role: Role,
    /// Where the picture of its face is, 128 pixels long and wide; null where it has none.
    #[schema(required)]
    avatar: Option<String>,
    created_at: Timestamp,
}

impl From<&Account> for UserView {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            handle: account.handle.clone(),
            name: account.name.clone(),
            bio: account.bio.clone(),
            role: account.role,
            avatar: account.avatar.map(avatar_url),
            created_at: account.created_at,
        }
    }
}

/// Who wrote something. A deleted account has `[deleted]` for its name and handle.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserSummary {
    id: AccountId,
    handle: String,
    name: String,
    /// Where the picture of its face is, 128 pixels long and wide; null where it has none.
    #[schema(required)]
    avatar: Option<String>,
}

impl From<&Account> for UserSummary {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            handle: account.handle.clone(),
            name: account.name.clone(),
            avatar: account.avatar.map(avatar_url),
        }
    }
}
