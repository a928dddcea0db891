//! Beginning conversations, finding one's own, naming them, and marking how far one has read.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::log;
use super::record::{Conversation, ConversationId, DIRECT, Kind, MEMBERSHIPS, Member, ReadMark, What};
use super::view::ConversationView;
use crate::accounts::{self, AccountId};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::idempotency::{Given, Once, answered, once};
use crate::paging::{Page, Paged};
use crate::store::{Range, Read, StoreError, Tx};

/// Most members of a group.
pub const MAX_MEMBERS: usize = 500;

/// Longest name of a group, in characters.
pub const MAX_NAME: usize = 80;

/// A new conversation's fields, each of them acceptable but for the members, who must exist.
#[derive(Clone, Debug, Serialize)]
pub struct NewConversation {
    /// Who else takes part.
    pub members: BTreeSet<AccountId>,
    /// A group's name; a group of several may do without, and is then named after its members.
    pub name: Option<String>,
}

/// What asking for a conversation came to.
pub struct Opened {
    /// The conversation's JSON.
    pub given: Given,
    /// Whether it was there already.
    pub existed: bool,
}

/// Begins a conversation: between two where there is one other and no name, else a group that `account` owns. The one
/// between the same two is there once; asking again gives the same.
///
/// # Errors
///
/// [`Code::ValidationFailed`] for members who do not exist, too many of them, or none; [`Code::Blocked`] where one of
/// them has blocked `account`; [`Code::IdempotencyKeyReused`]; or what the store gives.
pub async fn open(app: &App, account: AccountId, new: NewConversation, key: Option<Once>) -> Result<Opened, Error> {
    let now = app.clock.now();
    let id = app.ids.next(now);
    app.store
        .write(move |tx| {
            let others: Vec<_> = new.members.iter().copied().filter(|member| *member != account).collect();
            // What was there already is not kept as the answer to a key: it shows a message, which may be deleted.
            let answered = key.as_ref().map_or(Ok(false), |key| answered(tx, account, key, now))?;
            if !answered
                && let ([other], None) = (others.as_slice(), &new.name)
                && let Some(found) = tx.find(&DIRECT, &pair(account, *other))?
            {
                let json =
                    serde_json::to_string(&get(tx, account, found.id)?).map_err(|error| Error::internal(&error))?;
                return Ok(Opened { given: Given { json, replayed: false }, existed: true });
            }
            let given = once(tx, account, key.as_ref(), now, |tx| {
                let names = check_members(tx, account, &others)?;
                let (kind, name) = match (others.as_slice(), &new.name) {
                    ([other], None) => {
                        let (lesser, greater) = pair(account, *other);
                        (Kind::Direct(lesser, greater), String::new())
                    }
                    (_, name) => (Kind::Group(account), name.clone().unwrap_or_else(|| named_after(&names))),
                };
                begin(tx, id, kind, name, account, &others, now)
            })?;
            Ok(Opened { given, existed: false })
        })
        .await
}

fn pair(one: AccountId, other: AccountId) -> (AccountId, AccountId) {
    (one.min(other), one.max(other))
}

/// The names of those who are to take part, if they all may.
fn check_members(read: &impl Read, account: AccountId, others: &[AccountId]) -> Result<Vec<String>, Error> {
    if others.is_empty() || others.len() >= MAX_MEMBERS {
        let message = format!("must name 1 to {} others", MAX_MEMBERS - 1);
        return Err(Error::field("members", message));
    }
    let mut names = Vec::new();
    for id in std::iter::once(&account).chain(others) {
        let missing = || Error::field("members", format!("there is no user {id}"));
        names.push(accounts::find(read, *id)?.ok_or_else(missing)?.name.clone());
        check_not_blocked(read, *id, account)?;
    }
    Ok(names)
}

/// Refuses what `account` wants from somebody who blocked it.
pub(super) fn check_not_blocked(read: &impl Read, blocker: AccountId, account: AccountId) -> Result<(), Error> {
    if accounts::has_blocked(read, blocker, account)? {
        return Err(Error::new(Code::Blocked, "One of the others does not want messages from this account."));
    }
    Ok(())
}

/// As many names as fit.
fn named_after(names: &[String]) -> String {
    let mut name = String::new();
    for member in names {
        let longer = if name.is_empty() { member.clone() } else { format!("{name}, {member}") };
        if longer.chars().count() > MAX_NAME {
            break;
        }
        name = longer;
    }
    name
}

fn begin(
    tx: &mut Tx<'_>,
    id: ConversationId,
    kind: Kind,
    name: String,
    account: AccountId,
    others: &[AccountId],
    now: Timestamp,
) -> Result<ConversationView, Error> {
    let position = log::next_position(tx)?;
    tx.put(&Conversation { id, kind, name, last_seq: 0, messages: 0, members: 0, position, created_at: now })?;
    for member in std::iter::once(&account).chain(others) {
        tx.put(&Member { conversation: id, account: *member, since: 0, at: now, sent: 0 })?;
    }
    get(tx, account, id)
}

/// Whether `account` takes part in the conversation `id`.
///
/// # Errors
///
/// What reading gives.
pub fn takes_part(read: &impl Read, id: ConversationId, account: AccountId) -> Result<bool, StoreError> {
    read.contains::<Member>(&(id, account))
}

/// The conversation `id` and the place of `account` in it.
///
/// # Errors
///
/// [`Code::ConversationNotFound`] where there is none, also for all who do not take part; or what reading gives.
pub(super) fn seat(
    read: &impl Read,
    id: ConversationId,
    account: AccountId,
) -> Result<(Arc<Conversation>, Arc<Member>), Error> {
    if let Some(member) = read.get::<Member>(&(id, account))?
        && let Some(conversation) = read.get::<Conversation>(&id)?
    {
        return Ok((conversation, member));
    }
    Err(Error::new(Code::ConversationNotFound, "GET /conversations lists those that you take part in."))
}

/// One of the conversations of `account`.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], or what reading gives.
pub fn get(read: &impl Read, account: AccountId, id: ConversationId) -> Result<ConversationView, Error> {
    let (conversation, member) = seat(read, id, account)?;
    Ok(ConversationView::of(read, &conversation, &member)?)
}

/// The conversations that `account` takes part in, in no order.
///
/// # Errors
///
/// What reading gives.
pub fn memberships(read: &impl Read, account: AccountId) -> Result<Vec<Arc<Member>>, StoreError> {
    let mut found = Vec::new();
    for (_, key) in read.scan_every(&MEMBERSHIPS, Range::prefix(&account))? {
        found.extend(read.get::<Member>(&key)?);
    }
    Ok(found)
}

/// A page of the conversations of `account`, the most recently active first.
///
/// # Errors
///
/// [`Code::InvalidCursor`], or what reading gives.
pub fn list(read: &impl Read, account: AccountId, page: &Page) -> Result<Paged<ConversationView>, Error> {
    const LIST: &str = "conversations";
    let before: Option<u64> = page.after(LIST)?;
    let mut found = Vec::new();
    for member in memberships(read, account)? {
        let conversation = read.get::<Conversation>(&member.conversation)?;
        let conversation = conversation.filter(|found| before.is_none_or(|before| found.position < before));
        found.extend(conversation.map(|conversation| (conversation, member)));
    }
    found.sort_by_key(|(conversation, _)| std::cmp::Reverse(conversation.position));
    let mut views = Vec::new();
    for (conversation, member) in found.into_iter().take(page.limit + 1) {
        views.push((conversation.position, ConversationView::of(read, &conversation, &member)?));
    }
    Ok(Paged::cut(LIST, page.limit, views))
}

/// What to change in a group; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct GroupChanges {
    /// The name.
    pub name: Option<String>,
    /// The owner.
    pub owner: Option<AccountId>,
}

/// Renames a group, or hands it over; only its owner may.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], [`Code::Forbidden`], [`Code::ValidationFailed`] for a new owner who does not take
/// part, or what the store gives.
pub async fn update(
    app: &App,
    account: AccountId,
    id: ConversationId,
    changes: GroupChanges,
) -> Result<ConversationView, Error> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let (group, _) = owned(tx, id, account)?;
            if let Some(name) = changes.name.as_ref().filter(|name| **name != group.name) {
                let group = Conversation { name: name.clone(), ..Conversation::clone(&group) };
                log::append(tx, &group, account, now, What::Renamed(name.clone()))?;
            }
            if let Some(owner) = changes.owner.filter(|owner| *owner != account) {
                if !tx.contains::<Member>(&(id, owner))? {
                    return Err(Error::field("owner", "must be a member of the group"));
                }
                let (group, _) = seat(tx, id, account)?;
                let group = Conversation { kind: Kind::Group(owner), ..Conversation::clone(&group) };
                log::append(tx, &group, account, now, What::Owner(owner))?;
            }
            get(tx, account, id)
        })
        .await
}

/// The group `id` where `account` owns it.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], [`Code::Forbidden`], or what reading gives.
pub(super) fn owned(
    read: &impl Read,
    id: ConversationId,
    account: AccountId,
) -> Result<(Arc<Conversation>, Arc<Member>), Error> {
    let (conversation, member) = seat(read, id, account)?;
    match conversation.kind {
        Kind::Group(owner) if owner == account => Ok((conversation, member)),
        Kind::Group(_) => Err(Error::new(Code::Forbidden, "Only the group's owner may do this.")),
        Kind::Direct(..) => {
            Err(Error::new(Code::Forbidden, "A conversation between two stays as it is: begin a group for more."))
        }
    }
}

/// The other one of a conversation between two.
pub(super) fn other(conversation: &Conversation, account: AccountId) -> Option<AccountId> {
    match conversation.kind {
        Kind::Direct(one, other) => Some(if one == account { other } else { one }),
        Kind::Group(_) => None,
    }
}

/// Refuses where `account` may not write in `conversation`: because the other one of two has blocked it, or is gone.
pub(super) fn check_open(read: &impl Read, conversation: &Conversation, account: AccountId) -> Result<(), Error> {
    let Some(other) = other(conversation, account) else { return Ok(()) };
    if accounts::find(read, other)?.is_none() {
        return Err(Error::new(Code::UserNotFound, "The other one's account was deleted."));
    }
    check_not_blocked(read, other, account)
}

/// How far somebody has read.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct Reading {
    /// The conversation.
    pub conversation: ConversationId,
    /// The last event that they have read.
    pub read_seq: u64,
    /// Messages of others after it that are not deleted.
    pub unread_count: u64,
}

/// Marks the events up to `seq` as read. What was read stays so: a lesser `seq` changes nothing, and one beyond the
/// log's end is the end.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], or what the store gives.
pub async fn mark_read(app: &App, account: AccountId, id: ConversationId, seq: u64) -> Result<Reading, Error> {
    app.store
        .write(move |tx| {
            let (conversation, member) = seat(tx, id, account)?;
            let (before, seq) = (log::read_seq(tx, &member)?, seq.min(conversation.last_seq));
            if seq > before {
                tx.put(&ReadMark { conversation: id, account, seq })?;
            }
            let read_seq = seq.max(before);
            let unread_count = log::unread(tx, &conversation, &member, read_seq)?;
            Ok::<_, Error>(Reading { conversation: id, read_seq, unread_count })
        })
        .await
}
