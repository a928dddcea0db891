//! Writing messages, changing and deleting them, and putting emoji beside them.

use std::sync::Arc;

use super::conversations::{check_open, seat};
use super::log;
use super::record::{
    BY_CLIENT_ID, BY_ID, Conversation, ConversationId, Event, Hidden, Kind, Message, MessageId, Reaction, Scope, What,
};
use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::media::{self, MediaId, Place};
use crate::store::{Range, Read, Record, Tx};

/// Different emoji beside one message.
const MAX_EMOJI: usize = 20;

/// A new message's fields, each of them acceptable but for the message it answers, which must exist.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What the sender's device calls it: 1 to 128 characters. The same again is the same message.
    pub client_id: String,
    /// 1 to 4,000 characters; none where there is a picture.
    pub text: String,
    /// A picture of the sender that is not used yet.
    pub image: Option<MediaId>,
    /// The `seq` of the message that it answers.
    pub reply_to: Option<u64>,
}

/// A message that is in the log.
pub struct Sent {
    /// Its event.
    pub event: Arc<Event>,
    /// Whether it was there already.
    pub duplicate: bool,
}

/// Writes a message. One with the same `client_id` by the same sender in the same conversation is the same message:
/// it is there once, however often it is sent.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], [`Code::Blocked`], [`Code::UserNotFound`] where the other one of two is gone,
/// [`Code::ValidationFailed`] for a `reply_to` that is no message and a picture that cannot be used, or what the store
/// gives.
pub async fn send(app: &App, sender: AccountId, id: ConversationId, new: NewMessage) -> Result<Sent, Error> {
    let now = app.clock.now();
    let message_id: MessageId = app.ids.next(now);
    app.store
        .write(move |tx| {
            let (conversation, member) = seat(tx, id, sender)?;
            let key = (id, sender, new.client_id.clone());
            if let Some(event) = tx.find(&BY_CLIENT_ID, &key)? {
                return Ok(Sent { event, duplicate: true });
            }
            check_open(tx, &conversation, sender)?;
            if let Some(seq) = new.reply_to
                && tx.get::<Event>(&(id, seq))?.is_none_or(|event| event.message().is_none())
            {
                return Err(Error::field("reply_to", "there is no message with this seq in this conversation"));
            }
            let message = Message {
                id: message_id,
                text: new.text.clone(),
                reply_to: new.reply_to,
                client_id: new.client_id.clone(),
                number: member.sent + 1,
                edited_at: None,
                deleted: false,
            };
            let place = Place::Message(id, conversation.last_seq + 1);
            media::give(tx, sender, new.image.as_slice(), place, "image")?;
            let event = log::append_with(tx, &conversation, sender, now, What::Message(message), new.image)?;
            Ok(Sent { event: Arc::new(event), duplicate: false })
        })
        .await
}

/// What somebody wants changed in a message.
#[derive(Clone, Debug)]
pub enum Change {
    /// Another text; its sender may.
    Edit(String),
    /// It gone; for everyone its sender may, and a group's owner.
    Delete(Scope),
    /// An emoji beside it, or not.
    React(String, bool),
}

/// Changes a message. What is so already changes nothing, and the message's own event is the answer.
///
/// # Errors
///
/// [`Code::ConversationNotFound`], [`Code::MessageNotFound`] also for one that is deleted, [`Code::Forbidden`],
/// [`Code::Blocked`], or what the store gives.
pub async fn change(
    app: &App,
    actor: AccountId,
    id: ConversationId,
    message: MessageId,
    change: Change,
) -> Result<Arc<Event>, Error> {
    let now = app.clock.now();
    let clears = matches!(change, Change::Delete(Scope::Everyone));
    let changed = app
        .store
        .write(move |tx| {
            let (conversation, _) = seat(tx, id, actor)?;
            let event = find(tx, id, message, actor)?;
            let what = match &change {
                Change::Edit(text) => edit(tx, &conversation, &event, actor, text, now)?,
                Change::Delete(scope) => delete(tx, &conversation, &event, actor, *scope, now)?,
                Change::React(emoji, on) => react(tx, &conversation, &event, actor, emoji, *on)?,
            };
            let Some(what) = what else { return Ok(event) };
            Ok::<_, Error>(Arc::new(log::append(tx, &conversation, actor, now, what)?))
        })
        .await?;
    if clears {
        app.chores.notify_one();
    }
    Ok(changed)
}

/// The event of a message that `viewer` can see.
fn find(read: &impl Read, id: ConversationId, message: MessageId, viewer: AccountId) -> Result<Arc<Event>, Error> {
    let event = read.find(&BY_ID, &message)?.filter(|event| event.conversation == id);
    let event = event.filter(|event| event.message().is_some_and(|message| !message.deleted));
    if let Some(event) = event
        && !read.contains::<Hidden>(&(id, viewer, event.seq))?
    {
        return Ok(event);
    }
    Err(Error::new(Code::MessageNotFound, "It may have been deleted."))
}

fn edit(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    event: &Event,
    actor: AccountId,
    text: &str,
    now: Timestamp,
) -> Result<Option<What>, Error> {
    check_open(tx, conversation, actor)?;
    if event.actor != actor {
        return Err(Error::new(Code::Forbidden, "Only its sender may do this."));
    }
    let Some(message) = event.message().filter(|message| message.text != text) else { return Ok(None) };
    let edited = Message { text: text.to_owned(), edited_at: Some(now), ..message.clone() };
    tx.put(&Event { what: What::Message(edited), ..event.clone() })?;
    Ok(Some(What::Edited(event.seq, message.id)))
}

fn delete(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    event: &Event,
    actor: AccountId,
    scope: Scope,
    now: Timestamp,
) -> Result<Option<What>, Error> {
    let Some(message) = event.message() else { return Ok(None) };
    if scope == Scope::Me {
        tx.put(&Hidden { conversation: conversation.id, account: actor, message: event.seq })?;
    } else {
        if event.actor != actor && conversation.kind != Kind::Group(actor) {
            return Err(Error::new(Code::Forbidden, "Only its sender or the group's owner may do this."));
        }
        remove_reactions(tx, event)?;
        if let Some(image) = event.image {
            media::remove(tx, image, now)?;
        }
        let gone = Message { text: String::new(), deleted: true, ..message.clone() };
        tx.put(&Event { what: What::Message(gone), reactions: 0, image: None, ..event.clone() })?;
    }
    Ok(Some(What::Deleted(event.seq, message.id, scope)))
}

fn remove_reactions(tx: &mut Tx<'_>, event: &Event) -> Result<(), Error> {
    for reaction in tx.every_record::<Reaction>(Range::prefix(&(event.conversation, event.seq)))? {
        tx.delete::<Reaction>(&reaction.key())?;
    }
    Ok(())
}

fn react(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    event: &Event,
    actor: AccountId,
    emoji: &str,
    on: bool,
) -> Result<Option<What>, Error> {
    check_open(tx, conversation, actor)?;
    let Some(message) = event.message() else { return Ok(None) };
    let key = (conversation.id, event.seq, emoji.to_owned(), actor);
    if tx.contains::<Reaction>(&key)? == on {
        return Ok(None);
    }
    if on && is_full(tx, conversation.id, event.seq, emoji)? {
        return Err(Error::field("emoji", format!("a message has at most {MAX_EMOJI} different ones")));
    }
    let reaction = Reaction { conversation: key.0, message: key.1, emoji: key.2.clone(), account: key.3 };
    tx.keep(&key, on, || reaction)?;
    Ok(Some(What::Reaction(event.seq, message.id, emoji.to_owned(), on)))
}

/// Whether a message has as many different emoji as it may, and `emoji` is none of them. Each is looked for behind the
/// one before, so it is all the same how many put it there.
fn is_full(read: &impl Read, conversation: ConversationId, message: u64, emoji: &str) -> Result<bool, Error> {
    let beside = Range::prefix(&(conversation, message));
    let mut last: Option<(ConversationId, u64, String, AccountId)> = None;
    for _ in 0..MAX_EMOJI {
        let next = read.records::<Reaction>(&beside.clone().after_some(last.as_ref()).limit(1))?;
        match next.first() {
            Some(next) if next.emoji != emoji => {
                last = Some((conversation, message, next.emoji.clone(), AccountId::from([0xff; 16])));
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}
