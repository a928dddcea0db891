//! The stored form of invites.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::id_type;
use crate::store::{Index, IndexOf, Record};

id_type!(
    /// Identifies an invite; it is no secret, and lets nobody in.
    InviteId
);

/// A promise to take new accounts. The code itself is stored nowhere.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// SHA-256 of the code.
    pub hash: [u8; 32],
    /// What it is for, for those who manage it.
    pub note: String,
    /// Accounts that may be made with it.
    pub uses: u32,
    /// Accounts that were made with it.
    pub used: u32,
    /// The admin who made it; `None` stands for whoever runs the server.
    pub created_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Invites by the hash of their code, in hexadecimal digits.
pub static BY_HASH: Index<Invite, String> =
    Index::unique("invites_by_hash", |invite| vec![crate::id::hex(&invite.hash)]);

/// Invites by the moment they end.
pub static BY_EXPIRY: Index<Invite, Timestamp> = Index::plain("invites_by_expiry", |invite| vec![invite.expires_at]);

impl Record for Invite {
    type Key = InviteId;
    const TABLE: &'static str = "invites";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_HASH, &BY_EXPIRY];

    fn key(&self) -> InviteId {
        self.id
    }
}
