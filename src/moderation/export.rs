//! Bans as lines of an export.

use serde::{Deserialize, Serialize};

use super::record::Ban;
use crate::accounts::{Account, AccountId};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::portable::{Portable, first_fault, needs};
use crate::store::{Read, StoreError};

/// Who may not sign in, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanLine {
    account: AccountId,
    by: AccountId,
    at: Timestamp,
}

impl Portable for Ban {
    type Line = BanLine;

    fn line(&self) -> BanLine {
        let Self { account, by, at } = *self;
        BanLine { account, by, at }
    }

    fn from_line(BanLine { account, by, at }: BanLine) -> Result<Self, FieldError> {
        Ok(Self { account, by, at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        first_fault([needs::<Account>(read, "account", &self.account), needs::<Account>(read, "by", &self.by)])
    }
}
