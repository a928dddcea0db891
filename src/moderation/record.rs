//! The stored form of who is banned.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::store::Record;

/// An account that may not sign in. It says by whom and since when, for moderators alone.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Ban {
    /// Who is banned.
    pub account: AccountId,
    /// Who banned them; sixteen zeros stand for whoever runs the server.
    pub by: AccountId,
    /// Since when.
    pub at: Timestamp,
}

impl Record for Ban {
    type Key = AccountId;
    const TABLE: &'static str = "bans";

    fn key(&self) -> AccountId {
        self.account
    }
}
