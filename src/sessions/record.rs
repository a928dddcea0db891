//! The stored form of sessions.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::id_type;
use crate::store::{Index, IndexOf, Record};

id_type!(
    /// Identifies a session.
    SessionId
);

/// One signed-in device. Its access tokens are good while this record is there.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Session {
    /// Its id, which its tokens carry.
    pub id: SessionId,
    /// Who is signed in.
    pub account: AccountId,
    /// How often the refresh token was exchanged.
    pub generation: u32,
    /// SHA-256 of the present refresh token.
    pub refresh_hash: [u8; 32],
    /// When it was signed in.
    pub created_at: Timestamp,
    /// When its refresh token was last exchanged.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What the client calls itself.
    pub device: String,
    /// The address it came from.
    pub address: String,
}

/// Sessions by account, the oldest first.
pub static BY_ACCOUNT: Index<Session, AccountId> = Index::plain("sessions_by_account", |session| vec![session.account]);

/// Sessions by the moment they end.
pub static BY_EXPIRY: Index<Session, Timestamp> =
    Index::plain("sessions_by_expiry", |session| vec![session.expires_at]);

impl Record for Session {
    type Key = SessionId;
    const TABLE: &'static str = "sessions";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_ACCOUNT, &BY_EXPIRY];

    fn key(&self) -> SessionId {
        self.id
    }
}
