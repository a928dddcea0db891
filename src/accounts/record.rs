//! The stored form of accounts and of who blocks whom.

use super::bcrypt;
use crate::clock::Timestamp;
use crate::id_type;
use crate::media::MediaId;
use crate::store::codec::{CodecError, decode_extended};
use crate::store::{Index, IndexOf, Record};
use crate::text;

id_type!(
    /// Identifies an account.
    AccountId
);

/// What an account may do beyond its own things. Each role may do all that those before it may.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    bincode::Encode,
    bincode::Decode,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Its own things only.
    #[default]
    Member,
    /// Deletes what others wrote, and bans members.
    Moderator,
    /// Changes the categories, and all accounts.
    Admin,
}

impl Role {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// The key in [`BY_ROLE`]: in the order of what they may do.
    pub const fn rank(self) -> u8 {
        self as u8
    }
}

/// An account. Where `deleted` is set, nothing personal is left in it.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Lower case; unique among accounts that are not deleted.
    pub email: String,
    /// Whether a message to the address was answered.
    pub email_verified: bool,
    /// `[a-z0-9_]{3,30}`; unique among accounts that are not deleted.
    pub handle: String,
    /// As its owner writes it.
    pub name: String,
    /// What it says about itself.
    pub bio: String,
    /// What it may do.
    pub role: Role,
    /// The password's argon2id hash in PHC form, or the bcrypt hash that the account was moved in with, until it signs
    /// in; empty where no password fits.
    pub password: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Whether its owner deleted it.
    pub deleted: bool,
    /// The picture of its face.
    pub avatar: Option<MediaId>,
}

impl Account {
    /// What remains of a deleted account: enough for its posts to have an author that says so.
    #[must_use]
    pub fn deleted(&self) -> Self {
        Self {
            id: self.id,
            email: String::new(),
            email_verified: false,
            handle: DELETED.into(),
            name: DELETED.into(),
            bio: String::new(),
            role: Role::Member,
            password: String::new(),
            created_at: self.created_at,
            deleted: true,
            avatar: None,
        }
    }

    /// What the directory finds the account by: its handle, its name, and each later word of the name.
    pub fn directory_keys(&self) -> Vec<String> {
        let name = text::folded(&self.name);
        let mut keys: Vec<String> =
            name.char_indices().filter(|(_, c)| *c == ' ').map(|(space, _)| name[space + 1..].to_owned()).collect();
        keys.push(self.handle.clone());
        keys.push(name);
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Stands for the name and handle of a deleted account, and for the text of a deleted comment.
pub const DELETED: &str = "[deleted]";

/// Accounts by e-mail address.
pub static BY_EMAIL: Index<Account, String> = Index::unique("accounts_by_email", |account| {
    (!account.deleted).then(|| account.email.clone()).into_iter().collect()
});

/// Accounts by handle.
pub static BY_HANDLE: Index<Account, String> = Index::unique("accounts_by_handle", |account| {
    (!account.deleted).then(|| account.handle.clone()).into_iter().collect()
});

/// Moderators and admins, by [`Role::rank`].
pub static BY_ROLE: Index<Account, u8> = Index::plain("accounts_by_role", |account| {
    (!account.deleted && account.role > Role::Member).then(|| account.role.rank()).into_iter().collect()
});

/// Accounts by all that the directory finds them by.
pub static DIRECTORY: Index<Account, String> =
    Index::plain("accounts_directory", |account| if account.deleted { Vec::new() } else { account.directory_keys() });

/// Accounts that still have a bcrypt hash, by its cost.
pub(super) static BCRYPT: Index<Account, u32> =
    Index::plain("accounts_with_bcrypt", |account| bcrypt::cost(&account.password).into_iter().collect());

impl Record for Account {
    type Key = AccountId;
    const TABLE: &'static str = "accounts";
    const VERSION: u8 = 2;
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_EMAIL, &BY_HANDLE, &BY_ROLE, &DIRECTORY, &BCRYPT];

    fn key(&self) -> AccountId {
        self.id
    }

    fn migrate(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        match version {
            // There were no avatars.
            1 => decode_extended(body, &[0]),
            _ => Err(CodecError::Version(version)),
        }
    }
}

/// One account does not want messages from another.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Block {
    /// Who blocks.
    pub blocker: AccountId,
    /// Who is blocked.
    pub blocked: AccountId,
    /// Since when.
    pub at: Timestamp,
}

impl Record for Block {
    type Key = (AccountId, AccountId);
    const TABLE: &'static str = "blocks";

    fn key(&self) -> Self::Key {
        (self.blocker, self.blocked)
    }
}
