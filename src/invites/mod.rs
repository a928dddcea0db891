//! Invites: codes with which accounts can be made where `registration = invite`.
//!
//! The store holds a hash of each code, so nobody who reads it can register. A code is looked at and counted in the
//! very write that makes the account: of two who come with the last use of one, exactly one gets in. An invite says who
//! may come, not with which address: `allowed_email_domains` holds for the invited too. Where registration is open,
//! nobody needs an invite, so none is looked at or used up; where it is closed, none helps.

mod code;
mod record;
pub mod routes;
mod view;

use std::time::Duration;

pub use code::Code as InviteCode;
pub use record::{BY_EXPIRY, BY_HASH, Invite, InviteId};
pub use view::{CreatedInvite, InviteView};

use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error, FieldError};
use crate::id::hex;
use crate::moderation;
use crate::paging::{Page, Paged};
use crate::store::{Range, Read, StoreError, Tx};
use crate::text;

/// Accounts that one invite may be good for.
const MOST_USES: u32 = 10_000;

/// The longest time that an invite is good, in days.
const MOST_DAYS: u32 = 3650;

/// Days that an invite is good where nobody says.
pub const USUAL_DAYS: u32 = 14;

/// How long an invite that has ended is still listed.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl Invite {
    /// Whether an account can be made with it at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.used < self.uses && now < self.expires_at
    }
}

/// An invite's fields, each of them acceptable.
#[derive(Clone)]
pub struct NewInvite {
    uses: u32,
    lasts: Duration,
    note: String,
}

impl NewInvite {
    /// An invite for `uses` accounts (1 to 10,000) within `days` (1 to 3650). `note` has at most 200 characters.
    ///
    /// # Errors
    ///
    /// Every field that cannot be accepted.
    pub fn new(uses: u32, days: u32, note: &str) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        for (field, value, most) in [("uses", uses, MOST_USES), ("expires_in_days", days, MOST_DAYS)] {
            if !(1..=most).contains(&value) {
                wrong.push(FieldError::new(field, format!("must be a number from 1 to {most}")));
            }
        }
        match text::line("note", note, 0, 200) {
            Ok(note) if wrong.is_empty() => {
                Ok(Self { uses, lasts: Duration::from_secs(u64::from(days) * 24 * 60 * 60), note })
            }
            Ok(_) => Err(wrong),
            Err(error) => Err([wrong, vec![error]].concat()),
        }
    }
}

/// Makes an invite: `by` an admin, or where that is `None`, by whoever runs the server. Its code is in the answer and
/// nowhere else. `base` is what the link begins with.
///
/// # Errors
///
/// [`Code::InvalidToken`] or [`Code::Forbidden`] where `by` is no admin any more, or what the store gives.
pub async fn create(app: &App, by: Option<AccountId>, new: NewInvite, base: &str) -> Result<CreatedInvite, Error> {
    let (code, now) = (InviteCode::random(), app.clock.now());
    let invite = Invite {
        id: app.ids.next(now),
        hash: code.hash(),
        note: new.note,
        uses: new.uses,
        used: 0,
        created_by: by,
        created_at: now,
        expires_at: now.plus(new.lasts),
    };
    let view = InviteView::of(&invite, now);
    app.store
        .write(move |tx| {
            if let Some(by) = by {
                moderation::still_admin(tx, by)?;
            }
            Ok::<_, Error>(tx.put(&invite)?)
        })
        .await?;
    Ok(CreatedInvite { invite: view, link: format!("{base}/#invite={code}"), code: code.to_string() })
}

/// A page of the invites, the newest first: also those that have ended, for 30 days.
///
/// # Errors
///
/// [`Code::InvalidCursor`], or what reading gives.
pub fn list(read: &impl Read, page: &Page, now: Timestamp) -> Result<Paged<InviteView>, Error> {
    const LIST: &str = "invites";
    let place: Option<InviteId> = page.after(LIST)?;
    let range = Range::all().backward().after_some(place.as_ref()).limit(page.limit + 1);
    let found = read.records::<Invite>(&range)?;
    let found = found.iter().map(|invite| (invite.id, InviteView::of(invite, now))).collect();
    Ok(Paged::cut(LIST, page.limit, found))
}

/// Every invite, the newest first: for whoever runs the server.
///
/// # Errors
///
/// What reading gives.
pub fn all(read: &impl Read, now: Timestamp) -> Result<Vec<InviteView>, StoreError> {
    let found = read.every_record::<Invite>(Range::all().backward())?;
    Ok(found.iter().map(|invite| InviteView::of(invite, now)).collect())
}

/// Takes an invite back: no further account can be made with it. `by` is as for [`create`].
///
/// # Errors
///
/// [`Code::InviteNotFound`], [`Code::InvalidToken`] or [`Code::Forbidden`] where `by` is no admin any more, or what the
/// store gives.
pub async fn revoke(app: &App, by: Option<AccountId>, id: InviteId) -> Result<(), Error> {
    app.store
        .write(move |tx| {
            if let Some(by) = by {
                moderation::still_admin(tx, by)?;
            }
            if tx.delete::<Invite>(&id)? {
                return Ok(());
            }
            Err(Error::new(
                Code::InviteNotFound,
                "There is no invite with this id; GET /invites and `hearth invite list` list all.",
            ))
        })
        .await
}

/// The invite of `code`, if an account can be made with it at `now`.
///
/// # Errors
///
/// [`Code::InviteRequired`] where there is no code, [`Code::InvalidInvite`] whatever is wrong with it, or what reading
/// gives.
pub fn check(read: &impl Read, code: Option<&str>, now: Timestamp) -> Result<std::sync::Arc<Invite>, Error> {
    let code = code.filter(|code| !code.trim().is_empty());
    let required = || Error::new(Code::InviteRequired, "Ask a member for an invite: its code goes into `invite`.");
    let hash = InviteCode::typed(code.ok_or_else(required)?).hash();
    let invite = read.find(&BY_HASH, &hex(&hash))?.filter(|invite| invite.is_open(now));
    let detail = "This invite was never made, is used up, has ended or was taken back: ask for another one.";
    invite.ok_or_else(|| Error::new(Code::InvalidInvite, detail))
}

/// Counts an account that is made with `code`, within the write that makes it.
///
/// # Errors
///
/// As [`check`], or what the store gives.
pub fn redeem(tx: &mut Tx<'_>, code: Option<&str>, now: Timestamp) -> Result<(), Error> {
    let invite = check(tx, code, now)?;
    Ok(tx.put(&Invite { used: invite.used + 1, ..Invite::clone(&invite) })?)
}

/// Removes up to `limit` invites that ended long ago; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn expire(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<bool, StoreError> {
    let ended = tx.scan(&BY_EXPIRY, &Range::all().limit(limit))?;
    let ended: Vec<_> = ended.into_iter().take_while(|(at, _)| at.plus(REMEMBERED) <= now).collect();
    for (_, id) in &ended {
        tx.delete::<Invite>(id)?;
    }
    Ok(ended.len() == limit)
}
