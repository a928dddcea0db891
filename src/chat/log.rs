//! The log of a conversation: one entry more, a page of it, and how much of it somebody has not read.

use std::sync::Arc;

use super::record::{
    BY_SENDER, Conversation, ConversationId, DELETED, Event, Hidden, Member, ReadMark, Scope, Timeline, What,
};
use super::view::EventView;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::media::MediaId;
use crate::paging::{Page, Paged, write_cursor};
use crate::store::{Range, Read, Store, StoreError, Tx};

/// Makes the timeline of a new store, which names its history `epoch`.
///
/// # Errors
///
/// What the store gives.
pub fn seed(store: &Store, epoch: [u8; 8]) -> Result<(), StoreError> {
    store.write_blocking(move |tx| {
        tx.keep(&Timeline::KEY, true, || Timeline { epoch, position: 0 })?;
        Ok(())
    })
}

/// Names the history anew: clients that come back with cursors of another one drop them.
///
/// # Errors
///
/// What the store gives.
pub fn begin_history(store: &Store, epoch: [u8; 8]) -> Result<(), StoreError> {
    store.write_blocking(move |tx| {
        let timeline = timeline(tx)?;
        tx.put(&Timeline { epoch, ..timeline })
    })
}

/// The timeline.
///
/// # Errors
///
/// What reading gives.
pub fn timeline(read: &impl Read) -> Result<Timeline, StoreError> {
    let timeline = read.get::<Timeline>(&Timeline::KEY)?;
    Ok(timeline.map_or(Timeline { epoch: [0; 8], position: 0 }, |timeline| Timeline::clone(&timeline)))
}

/// Takes the next position of the timeline.
pub(super) fn next_position(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let mut timeline = timeline(tx)?;
    timeline.position += 1;
    tx.put(&timeline)?;
    Ok(timeline.position)
}

/// Sees to it that positions go on after `position`.
pub(super) fn reach(tx: &mut Tx<'_>, position: u64) -> Result<(), StoreError> {
    let timeline = timeline(tx)?;
    if timeline.position < position {
        tx.put(&Timeline { position, ..timeline })?;
    }
    Ok(())
}

/// Adds an event to the end of the log of `conversation`, which is as the write sees it.
pub(super) fn append(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    actor: AccountId,
    at: Timestamp,
    what: What,
) -> Result<Event, StoreError> {
    append_with(tx, conversation, actor, at, what, None)
}

/// As [`append`], for a message with a picture.
pub(super) fn append_with(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    actor: AccountId,
    at: Timestamp,
    what: What,
    image: Option<MediaId>,
) -> Result<Event, StoreError> {
    let position = next_position(tx)?;
    // What somebody deletes for themselves does not move the conversation up for all others.
    let is_private = matches!(what, What::Deleted(_, _, Scope::Me));
    let activity = if is_private { conversation.position } else { position };
    tx.put(&Conversation { position: activity, ..conversation.clone() })?;
    let event = Event {
        conversation: conversation.id,
        seq: conversation.last_seq + 1,
        position,
        messages: conversation.messages + u64::from(matches!(what, What::Message(_))),
        actor,
        at,
        what,
        reactions: 0,
        image,
    };
    tx.put(&event)?;
    Ok(event)
}

/// Up to `limit` events with a `seq` greater than `after`, in order.
///
/// # Errors
///
/// What reading gives.
pub fn after(
    read: &impl Read,
    conversation: ConversationId,
    after: u64,
    limit: usize,
) -> Result<Vec<Arc<Event>>, StoreError> {
    read.records::<Event>(&Range::prefix(&conversation).after(&(conversation, after)).limit(limit))
}

/// The last events, up to `limit` of them, with a `seq` less than `before`, in order.
fn before(
    read: &impl Read,
    conversation: ConversationId,
    before: u64,
    limit: usize,
) -> Result<Vec<Arc<Event>>, StoreError> {
    let range = Range::prefix(&conversation).after(&(conversation, before)).backward().limit(limit);
    let mut events = read.records::<Event>(&range)?;
    events.reverse();
    Ok(events)
}

/// Which part of a log is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// What comes after this `seq`, the first of it first.
    After(u64),
    /// What comes before this `seq`: the last of it, in order.
    Before(u64),
}

/// A page of a log, in order. The cursor goes on in the direction that was asked for.
///
/// # Errors
///
/// [`crate::error::Code::InvalidCursor`], or what reading gives.
pub(super) fn page(
    read: &impl Read,
    conversation: ConversationId,
    from: From,
    page: &Page,
    viewer: AccountId,
) -> Result<Paged<EventView>, Error> {
    let list = format!("events of {conversation}");
    let cursor: Option<(bool, u64)> = page.after(&list)?;
    let from = cursor.map_or(from, |(later, seq)| if later { From::After(seq) } else { From::Before(seq) });
    let (mut events, later) = match from {
        From::After(seq) => (after(read, conversation, seq, page.limit + 1)?, true),
        From::Before(seq) => (before(read, conversation, seq, page.limit + 1)?, false),
    };
    let more = events.len() > page.limit;
    if more && !later {
        events.remove(0);
    }
    events.truncate(page.limit);
    let end = if later { events.last() } else { events.first() };
    let next = end.filter(|_| more).map(|event| write_cursor(&list, &(later, event.seq)));
    let items = events.iter().map(|event| EventView::of(read, event, viewer)).collect::<Result<_, _>>()?;
    Ok(Paged { items, next_cursor: next })
}

/// The last event that `member` has read.
pub(super) fn read_seq(read: &impl Read, member: &Member) -> Result<u64, StoreError> {
    let mark = read.get::<ReadMark>(&(member.conversation, member.account))?;
    Ok(mark.map_or(member.since, |mark| mark.seq.max(member.since)))
}

/// How many messages of others `member`, who has read up to the event `seen`, has not: those after it that are not
/// deleted, for everyone or for the member.
pub(super) fn unread(
    read: &impl Read,
    conversation: &Conversation,
    member: &Member,
    seen: u64,
) -> Result<u64, StoreError> {
    if seen >= conversation.last_seq {
        return Ok(0);
    }
    let place = (conversation.id, seen);
    let messages = read.get::<Event>(&place)?.map_or(0, |event| event.messages);
    let theirs = (conversation.messages - messages.min(conversation.messages))
        .saturating_sub(member.sent - own_messages(read, member, seen)?.min(member.sent));
    Ok(theirs.saturating_sub(deleted_after(read, member, seen)?))
}

/// How many messages `member` had written up to the event `seq`.
fn own_messages(read: &impl Read, member: &Member, seq: u64) -> Result<u64, StoreError> {
    last_number(read, (member.conversation, member.account), Some(seq + 1))
}

/// How many messages `account` ever wrote in `conversation`.
pub(super) fn messages_of(
    read: &impl Read,
    conversation: ConversationId,
    account: AccountId,
) -> Result<u64, StoreError> {
    last_number(read, (conversation, account), None)
}

/// The number of the last message of `sender` before the event `seq`.
pub(super) fn number_before(
    read: &impl Read,
    sender: (ConversationId, AccountId),
    seq: u64,
) -> Result<u64, StoreError> {
    last_number(read, sender, Some(seq))
}

/// The number of the last message of `sender` with a `seq` less than `before`.
fn last_number(read: &impl Read, sender: (ConversationId, AccountId), before: Option<u64>) -> Result<u64, StoreError> {
    let before = before.map(|seq| (sender, (sender.0, seq)));
    let last = read.scan(&BY_SENDER, &Range::prefix(&sender).after_some(before.as_ref()).backward().limit(1))?;
    let Some((_, key)) = last.first() else { return Ok(0) };
    let event = read.get::<Event>(key)?;
    Ok(event.and_then(|event| event.message().map(|message| message.number)).unwrap_or(0))
}

/// How many messages of others after `seq` are deleted, for everyone or for `member`.
fn deleted_after(read: &impl Read, member: &Member, seq: u64) -> Result<u64, StoreError> {
    let conversation = member.conversation;
    let mut deleted = 0;
    let range = Range::prefix(&conversation).after(&(conversation, (conversation, seq)));
    for (_, key) in read.scan_every(&DELETED, range)? {
        let event = read.get::<Event>(&key)?;
        deleted += u64::from(event.is_some_and(|event| event.actor != member.account));
    }
    let range = Range::prefix(&(conversation, member.account)).after(&(conversation, member.account, seq));
    for hidden in read.every_record::<Hidden>(range)? {
        let event = read.get::<Event>(&(conversation, hidden.message))?;
        let counts = |event: Arc<Event>| {
            event.actor != member.account && event.message().is_some_and(|message| !message.deleted)
        };
        deleted += u64::from(event.is_some_and(counts));
    }
    Ok(deleted)
}
