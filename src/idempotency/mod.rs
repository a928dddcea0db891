//! `Idempotency-Key`: a request that is sent again gets the first answer, and does nothing a second time.
//!
//! The answer is stored in the same write as what it is about, so the two are never apart, also after a crash.

mod record;

use std::time::Duration;

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use record::{Answer, BY_TIME};

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::store::{Range, Read, StoreError, Tx};
use crate::text::pieces;

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Bytes of an answer in one record.
const PART: usize = 48 * 1024;

/// What a client asks to be done only once.
#[derive(Clone)]
pub struct Once {
    key: String,
    asked: [u8; 32],
}

impl Once {
    /// `request` under `key`; `route` tells requests of the same form apart.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidHeader`] where the key is not 1 to 255 visible ASCII characters.
    pub fn new(key: &str, route: &str, request: &impl Serialize) -> Result<Self, Error> {
        check(key)?;
        let request = serde_json::to_vec(request).map_err(|error| Error::internal(&error))?;
        let asked = Sha256::new().chain_update(route).chain_update([0]).chain_update(request).finalize().into();
        Ok(Self { key: key.to_owned(), asked })
    }
}

/// Refuses what cannot be a key.
///
/// # Errors
///
/// [`Code::InvalidHeader`] where it is not 1 to 255 visible ASCII characters.
pub fn check(key: &str) -> Result<(), Error> {
    if (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    let detail = "Idempotency-Key must be 1 to 255 visible ASCII characters; a fresh UUID is a good one.";
    Err(Error::new(Code::InvalidHeader, detail))
}

/// An answer's JSON, and whether it was given before.
#[derive(Debug)]
pub struct Given {
    /// The body.
    pub json: String,
    /// Whether this is the answer to an earlier request with the same key.
    pub replayed: bool,
}

/// Does `act` within a write and answers with its result; where `once` was answered before, only answers.
///
/// # Errors
///
/// [`Code::IdempotencyKeyReused`] where the key stood for another request, or what `act` and the store give.
pub fn once<T: Serialize>(
    tx: &mut Tx<'_>,
    account: AccountId,
    once: Option<&Once>,
    now: Timestamp,
    act: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
) -> Result<Given, Error> {
    if let Some(given) = given(tx, account, once, now)? {
        return Ok(given);
    }
    let done = act(tx)?;
    let json = serde_json::to_string(&done).map_err(|error| Error::internal(&error))?;
    if let Some(once) = once {
        keep(tx, account, once, now, &json)?;
    }
    Ok(Given { json, replayed: false })
}

/// The answer that `once` was given before; `None` where it was not, or where nobody asked to be done only once.
///
/// # Errors
///
/// [`Code::IdempotencyKeyReused`], or what reading gives.
pub fn given(
    read: &impl Read,
    account: AccountId,
    once: Option<&Once>,
    now: Timestamp,
) -> Result<Option<Given>, Error> {
    let Some(once) = once else { return Ok(None) };
    Ok(earlier(read, account, once, now)?.map(|json| Given { json, replayed: true }))
}

/// Whether `once` was answered before, so that [`once`] only answers.
///
/// # Errors
///
/// [`Code::IdempotencyKeyReused`], or what reading gives.
pub fn answered(tx: &Tx<'_>, account: AccountId, once: &Once, now: Timestamp) -> Result<bool, Error> {
    Ok(earlier(tx, account, once, now)?.is_some())
}

fn earlier(read: &impl Read, account: AccountId, once: &Once, now: Timestamp) -> Result<Option<String>, Error> {
    let parts = read.records::<Answer>(&Range::prefix(&(account, once.key.clone())))?;
    let Some(first) = parts.first().filter(|first| now < first.at.plus(KEPT)) else { return Ok(None) };
    if first.asked != once.asked {
        let detail = "This key was used for another request in the last 24 hours: make a new key for each request.";
        return Err(Error::new(Code::IdempotencyKeyReused, detail));
    }
    let live = parts.iter().take(usize::from(first.parts));
    Ok(Some(live.map(|part| part.json.as_str()).collect()))
}

fn keep(tx: &mut Tx<'_>, account: AccountId, once: &Once, at: Timestamp, json: &str) -> Result<(), Error> {
    let pieces = pieces(json, PART);
    let parts = u16::try_from(pieces.len()).map_err(|error| Error::internal(&error))?;
    for (part, json) in (0..parts).zip(pieces) {
        let (key, json) = (once.key.clone(), json.to_owned());
        tx.put(&Answer { account, key, part, parts, asked: once.asked, json, at })?;
    }
    Ok(())
}

/// Removes up to `limit` answers that are older than [`KEPT`]; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn expire(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<bool, StoreError> {
    let old = tx.scan(&BY_TIME, &Range::all().limit(limit))?;
    let old: Vec<_> = old.into_iter().take_while(|(at, _)| at.plus(KEPT) <= now).collect();
    for (_, key) in &old {
        tx.delete::<Answer>(key)?;
    }
    Ok(old.len() == limit)
}
