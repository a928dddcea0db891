//! Messages from the collection `messages`.

use std::collections::BTreeSet;

use crate::accounts::AccountId;
use crate::chat::{Event, Hidden, MAX_TEXT, Message, MessageId, What};
use crate::clock::Timestamp;
use crate::text;

use super::chat::{Place, Places};
use super::groups::Rooms;
use super::value::{Document, Value};
use super::{DumpError, Import, MESSAGES, ids};

const COLLECTION: &str = "messages";

/// Every field that is read.
const FIELDS: &[&str] = &[
    "_id",
    "id",
    "__v",
    "sender",
    "from",
    "receiver",
    "recipient",
    "to",
    "group",
    "groupId",
    "room",
    "content",
    "text",
    "message",
    "body",
    "image",
    "imageUrl",
    "read",
    "isRead",
    "readBy",
    "seenBy",
    "deleted",
    "isDeleted",
    "deletedForEveryone",
    "deletedFor",
    "replyTo",
    "createdAt",
    "created_at",
    "updatedAt",
    "editedAt",
    "timestamp",
];

const SENDER: &[&str] = &["sender", "from", "author", "user", "userId"];
const RECEIVER: &[&str] = &["receiver", "recipient", "to"];
const GROUP: &[&str] = &["group", "groupId", "room"];

impl Import<'_> {
    /// Finds out which messages there are, and in which conversations; nothing is written yet.
    pub(super) fn find_places(&mut self, rooms: &mut Rooms, places: &mut Places) -> Result<(), DumpError> {
        let mut keys = std::collections::HashSet::new();
        let documents = self.dump.open(MESSAGES)?;
        self.each(COLLECTION, documents, |import, document, key| {
            if !keys.insert(key.to_owned()) {
                import.report.skipped(COLLECTION, key, "another one has the same _id", "");
                return Ok(());
            }
            let names = document.0.iter().map(|(name, _)| name.as_str());
            import.report.unread(COLLECTION, names.filter(|name| !FIELDS.contains(name)));
            if is_empty(document) {
                import.report.skipped(COLLECTION, key, "it says nothing", "");
                return Ok(());
            }
            let at = document.created().unwrap_or(Timestamp::from_millis(0));
            let sender = document.key(SENDER).and_then(|sender| import.people.find(&sender));
            if let Some((room, sender)) = import.room(document, key, sender, at, rooms)? {
                let (key, is_written) = (key.to_owned(), false);
                places.all.push(Place { key, at, room, sender, seq: 0, position: 0, number: 0, is_written });
            }
            Ok(())
        })
    }

    /// The conversation that a message belongs to, and its sender's account.
    fn room(
        &mut self,
        document: &Document,
        key: &str,
        sender: Option<AccountId>,
        at: Timestamp,
        rooms: &mut Rooms,
    ) -> Result<Option<(usize, AccountId)>, DumpError> {
        let (group, receiver) = (document.key(GROUP), document.key(RECEIVER));
        // Some systems write the group where the receiver stands.
        if let Some(room) = [&group, &receiver].into_iter().flatten().find_map(|key| rooms.group(key)) {
            let sender = match sender {
                Some(sender) => sender,
                None => self.person(COLLECTION, key, document, SENDER)?,
            };
            return Ok(Some((room, sender)));
        }
        let Some(receiver) = receiver else {
            let reason = if group.is_some() { "its group is not there" } else { "it names no receiver and no group" };
            self.report.skipped(COLLECTION, key, reason, "");
            return Ok(None);
        };
        match (sender, self.people.find(&receiver)) {
            (Some(sender), Some(receiver)) if sender == receiver => {
                self.report.skipped(COLLECTION, key, "it is from somebody to themselves", "");
                Ok(None)
            }
            (Some(sender), Some(receiver)) => Ok(Some((rooms.direct(sender, receiver, at), sender))),
            (None, None) => {
                self.report.skipped(COLLECTION, key, "neither its sender nor its receiver is there", "");
                Ok(None)
            }
            (Some(sender), None) => {
                self.report.mended(COLLECTION, key, "its receiver is not there, so it is to [deleted]", "");
                let unknown = self.unknown()?;
                Ok(Some((rooms.direct(sender, unknown, at), sender)))
            }
            (None, Some(receiver)) => {
                let unknown = self.person(COLLECTION, key, document, SENDER)?;
                Ok(Some((rooms.direct(unknown, receiver, at), unknown)))
            }
        }
    }

    /// Writes each message in its place.
    pub(super) fn write_messages(&mut self, rooms: &mut Rooms, places: &mut Places) -> Result<(), DumpError> {
        let documents = self.dump.open(MESSAGES)?;
        // What cannot be read was reported the first time.
        for document in documents.into_iter().flatten().flatten() {
            let Some(key) = document.key(&["_id", "id"]) else { continue };
            let Some(&at) = places.by_key.get(&key) else { continue };
            if std::mem::replace(&mut places.all[at].is_written, true) {
                continue;
            }
            self.message(&document, &places.all[at], rooms, places)?;
        }
        Ok(())
    }

    fn message(
        &mut self,
        document: &Document,
        place: &Place,
        rooms: &mut Rooms,
        places: &Places,
    ) -> Result<(), DumpError> {
        let Place { key, at, room, sender, seq, position, number, .. } = place;
        let id: MessageId = ids::id(COLLECTION, key, *at);
        let deleted = is_deleted(document);
        let message = Message {
            id,
            text: if deleted { String::new() } else { self.text_of_message(document, key) },
            reply_to: self.reply_to(document, place, places),
            client_id: id.to_string(),
            number: *number,
            edited_at: document.time(&["editedAt"]),
            deleted,
        };
        let event = Event {
            conversation: rooms.all[*room].id,
            seq: *seq,
            position: *position,
            // Nothing but messages is in these logs.
            messages: *seq,
            actor: *sender,
            at: *at,
            what: What::Message(message),
            reactions: 0,
            image: None,
        };
        self.put(COLLECTION, key, event)?;
        let members = rooms.all[*room].members.clone();
        for account in self.those(COLLECTION, key, document, &["deletedFor"], "who deleted it for themselves") {
            self.put(COLLECTION, key, Hidden { conversation: rooms.all[*room].id, account, message: *seq })?;
        }
        for reader in self.readers(document, key, *sender, &members) {
            let read = rooms.all[*room].read.entry(reader).or_default();
            *read = (*read).max(*seq);
        }
        Ok(())
    }

    fn text_of_message(&mut self, document: &Document, key: &str) -> String {
        let text = text_of(document);
        if text::can_be_seen(&text::forced_paragraphs(&text)) {
            if document.get(&["image", "imageUrl"]).is_some() {
                self.report.mended(COLLECTION, key, "its picture stays behind", "");
            }
            return self.cut(COLLECTION, key, &text, MAX_TEXT);
        }
        self.report.mended(COLLECTION, key, "it is but a picture, which stays behind", "");
        "[picture]".into()
    }

    fn reply_to(&mut self, document: &Document, place: &Place, places: &Places) -> Option<u64> {
        let answered = document.key(&["replyTo"])?;
        let found = places.by_key.get(&answered).map(|at| &places.all[*at]);
        let found = found.filter(|found| found.room == place.room && found.seq < place.seq);
        if found.is_none() {
            let reason = "what it answers is no earlier message of the conversation";
            self.report.mended(COLLECTION, &place.key, reason, &answered);
        }
        found.map(|found| found.seq)
    }

    /// Who has read a message: its sender, whom it names, or all where it says nothing of it.
    fn readers(
        &mut self,
        document: &Document,
        key: &str,
        sender: AccountId,
        members: &BTreeSet<AccountId>,
    ) -> Vec<AccountId> {
        const BY: &[&str] = &["readBy", "seenBy"];
        const READ: &[&str] = &["read", "isRead"];
        let says_nothing = document.get(BY).is_none() && document.get(READ).is_none();
        if says_nothing || document.is(READ) {
            return members.iter().copied().collect();
        }
        let mut readers = self.those(COLLECTION, key, document, BY, "readers");
        readers.push(sender);
        readers
    }
}

fn text_of(document: &Document) -> String {
    document.text(&["content", "text", "message", "body"]).unwrap_or_default()
}

fn is_deleted(document: &Document) -> bool {
    document.is(&["deleted", "isDeleted", "deletedForEveryone"])
}

fn is_empty(document: &Document) -> bool {
    let has_picture =
        document.get(&["image", "imageUrl"]).is_some_and(|image| !matches!(image, Value::Text(url) if url.is_empty()));
    !is_deleted(document) && !has_picture && !text::can_be_seen(&text::forced_paragraphs(&text_of(document)))
}
