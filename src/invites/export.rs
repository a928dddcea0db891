//! Invites as lines of an export.

use serde::{Deserialize, Serialize};

use super::{Invite, InviteId, MAX_NOTE};
use crate::accounts::{Account, AccountId};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::id::{hex, unhex};
use crate::portable::{Portable, needs};
use crate::store::{Read, StoreError};
use crate::text;

/// An invite in an export. The code is in none: whoever has it can still use it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteLine {
    id: InviteId,
    /// SHA-256 of the code, in hexadecimal digits.
    hash: String,
    note: String,
    uses: u32,
    used: u32,
    /// `null` stands for whoever ran the server.
    created_by: Option<AccountId>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl Portable for Invite {
    type Line = InviteLine;

    fn line(&self) -> InviteLine {
        let Self { id, hash, note, uses, used, created_by, created_at, expires_at } = self.clone();
        InviteLine { id, hash: hex(&hash), note, uses, used, created_by, created_at, expires_at }
    }

    fn from_line(line: InviteLine) -> Result<Self, FieldError> {
        let InviteLine { id, hash, note, uses, used, created_by, created_at, expires_at } = line;
        let hash = unhex(&hash).ok_or_else(|| FieldError::new("hash", "must be 64 hexadecimal digits"))?;
        let note = text::line("note", &note, 0, MAX_NOTE)?;
        Ok(Self { id, hash, note, uses, used, created_by, created_at, expires_at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        self.created_by.map_or(Ok(None), |by| needs::<Account>(read, "created_by", &by))
    }
}
