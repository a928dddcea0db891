//! Accounts and blocks as lines of an export.

use serde::{Deserialize, Serialize};

use super::record::{Account, AccountId, Block, Role};
use super::{bcrypt, hasher, parse_bio, parse_email, parse_handle, parse_name};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::media::{self, MediaId, Place};
use crate::portable::{Portable, first_fault, needs};
use crate::store::{Read, StoreError};

/// An account in an export. Of a deleted one, nothing personal is there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountLine {
    id: AccountId,
    email: String,
    email_verified: bool,
    handle: String,
    name: String,
    bio: String,
    role: Role,
    /// An argon2id hash in PHC form, a bcrypt hash, or nothing where no password fits.
    password: String,
    created_at: Timestamp,
    deleted: bool,
    #[serde(default)]
    avatar: Option<MediaId>,
}

impl Portable for Account {
    type Line = AccountLine;

    fn line(&self) -> AccountLine {
        let Self { id, email, email_verified, handle, name, bio, role, password, created_at, deleted, avatar } =
            self.clone();
        AccountLine { id, email, email_verified, handle, name, bio, role, password, created_at, deleted, avatar }
    }

    fn from_line(line: AccountLine) -> Result<Self, FieldError> {
        let AccountLine { id, email, email_verified, handle, name, bio, role, password, created_at, deleted, avatar } =
            line;
        if deleted {
            let empty = email.is_empty() && bio.is_empty() && password.is_empty() && avatar.is_none();
            let account =
                Self { id, email, email_verified, handle, name, bio, role, password, created_at, deleted, avatar }
                    .deleted();
            return if empty { Ok(account) } else { Err(FieldError::new("deleted", "must hold nothing personal")) };
        }
        Ok(Self {
            id,
            email: parse_email(&email)?,
            email_verified,
            handle: parse_handle(&handle)?,
            name: parse_name(&name)?,
            bio: parse_bio(&bio)?,
            role,
            password: parse_hash(password)?,
            created_at,
            deleted,
            avatar,
        })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let given = |avatar| media::needs_given(read, "avatar", (avatar, self.id), Place::Owner);
        self.avatar.map_or(Ok(None), given)
    }
}

/// Whether a password can match `hash`, at a bearable cost: argon2 in PHC form, or bcrypt.
pub fn hash_is_usable(hash: &str) -> bool {
    bcrypt::cost(hash).is_some() || hasher::is_bearable(hash)
}

/// Takes a password's hash that can be compared at a bearable cost, or none.
fn parse_hash(hash: String) -> Result<String, FieldError> {
    if hash.is_empty() || hash_is_usable(&hash) {
        return Ok(hash);
    }
    let message = format!(
        "must be an argon2 hash of at most {} MiB, a bcrypt hash of cost 4 to {}, or empty",
        hasher::BEARABLE_KIB / 1024,
        bcrypt::MAX_COST
    );
    Err(FieldError::new("password", message))
}

/// Who blocks whom, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockLine {
    blocker: AccountId,
    blocked: AccountId,
    at: Timestamp,
}

impl Portable for Block {
    type Line = BlockLine;

    fn line(&self) -> BlockLine {
        let Self { blocker, blocked, at } = *self;
        BlockLine { blocker, blocked, at }
    }

    fn from_line(BlockLine { blocker, blocked, at }: BlockLine) -> Result<Self, FieldError> {
        if blocker == blocked {
            return Err(FieldError::new("blocked", "nobody can block themselves"));
        }
        Ok(Self { blocker, blocked, at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        first_fault([
            needs::<Account>(read, "blocker", &self.blocker),
            needs::<Account>(read, "blocked", &self.blocked),
        ])
    }
}
