//! The stored form of answers that may be asked for again.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::store::{Index, IndexOf, Record};

/// A part of the first answer to a request with an `Idempotency-Key`.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Answer {
    /// Who asked.
    pub account: AccountId,
    /// The key, as the client made it.
    pub key: String,
    /// Which part, from 0: a record stays under 64 KiB, and an answer may be longer.
    pub part: u16,
    /// How many parts there are.
    pub parts: u16,
    /// SHA-256 of what was asked for.
    pub asked: [u8; 32],
    /// This part of the answer's JSON.
    pub json: String,
    /// When it was given.
    pub at: Timestamp,
}

/// Answers by when they were given.
pub static BY_TIME: Index<Answer, Timestamp> = Index::plain("idempotent_answers_by_time", |answer| vec![answer.at]);

impl Record for Answer {
    type Key = (AccountId, String, u16);
    const TABLE: &'static str = "idempotent_answers";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_TIME];

    fn key(&self) -> Self::Key {
        (self.account, self.key.clone(), self.part)
    }
}
