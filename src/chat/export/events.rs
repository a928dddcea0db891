//! The logs of conversations as lines of an export.

use serde::{Deserialize, Serialize};

use super::check_position;
use crate::accounts::{Account, AccountId};
use crate::chat::fields::{parse_client_id, parse_emoji, parse_group_name, parse_message};
use crate::chat::log;
use crate::chat::record::{Conversation, ConversationId, Event, Message, MessageId, Scope, What};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::media::{self, MediaId, Place};
use crate::portable::{Portable, first_fault, needs};
use crate::store::{Read, StoreError, Tx};

/// An entry of a conversation's log, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventLine {
    conversation: ConversationId,
    /// 1, 2, 3 and so on without gaps.
    seq: u64,
    /// Its place in the order of everything that happens in conversations.
    position: u64,
    /// How many messages the log has up to here.
    messages: u64,
    actor: AccountId,
    at: Timestamp,
    what: WhatLine,
}

/// What happened.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WhatLine {
    /// Somebody wrote.
    Message {
        /// The message.
        id: MessageId,
        /// What it says now; empty where it is deleted.
        text: String,
        /// The `seq` of the message that it answers.
        reply_to: Option<u64>,
        /// What its sender's device calls it.
        client_id: String,
        /// Which of its sender's messages in the conversation it is, from 1.
        number: u64,
        /// When its text was last changed.
        edited_at: Option<Timestamp>,
        /// Whether it was deleted for everyone.
        deleted: bool,
        /// Its picture.
        #[serde(default)]
        image: Option<MediaId>,
    },
    /// A message has another text.
    Edited {
        /// Its `seq`.
        seq: u64,
        /// Its id.
        message: MessageId,
    },
    /// A message is deleted.
    Deleted {
        /// Its `seq`.
        seq: u64,
        /// Its id.
        message: MessageId,
        /// Or for the actor alone.
        for_everyone: bool,
    },
    /// The actor put an emoji beside a message, or took it away.
    Reaction {
        /// The message's `seq`.
        seq: u64,
        /// Its id.
        message: MessageId,
        /// The emoji.
        emoji: String,
        /// Whether it is there now.
        on: bool,
    },
    /// Somebody came.
    Joined {
        /// Who.
        account: AccountId,
    },
    /// Somebody left.
    Left {
        /// Who.
        account: AccountId,
        /// Who owns the group instead.
        new_owner: Option<AccountId>,
    },
    /// The group has another name.
    Renamed {
        /// Which.
        name: String,
    },
    /// The group has another owner.
    Owner {
        /// Who.
        account: AccountId,
    },
}

impl From<What> for WhatLine {
    fn from(what: What) -> Self {
        match what {
            What::Message(Message { id, text, reply_to, client_id, number, edited_at, deleted }) => {
                Self::Message { id, text, reply_to, client_id, number, edited_at, deleted, image: None }
            }
            What::Edited(seq, message) => Self::Edited { seq, message },
            What::Deleted(seq, message, scope) => {
                Self::Deleted { seq, message, for_everyone: scope == Scope::Everyone }
            }
            What::Reaction(seq, message, emoji, on) => Self::Reaction { seq, message, emoji, on },
            What::Joined(account) => Self::Joined { account },
            What::Left(account, new_owner) => Self::Left { account, new_owner },
            What::Renamed(name) => Self::Renamed { name },
            What::Owner(account) => Self::Owner { account },
        }
    }
}

impl TryFrom<WhatLine> for What {
    type Error = FieldError;

    fn try_from(line: WhatLine) -> Result<Self, FieldError> {
        Ok(match line {
            WhatLine::Message { text, image, deleted: true, .. } if !text.is_empty() || image.is_some() => {
                return Err(FieldError::new("text", "must be empty, without a picture: the message is deleted"));
            }
            WhatLine::Message { id, text, reply_to, client_id, number, edited_at, deleted, image } => {
                let is_empty = deleted || image.is_some() && text.is_empty();
                let text = if is_empty { text } else { parse_message(&text)? };
                let client_id = parse_client_id(&client_id)?;
                Self::Message(Message { id, text, reply_to, client_id, number, edited_at, deleted })
            }
            WhatLine::Edited { seq, message } => Self::Edited(seq, message),
            WhatLine::Deleted { seq, message, for_everyone } => {
                Self::Deleted(seq, message, if for_everyone { Scope::Everyone } else { Scope::Me })
            }
            WhatLine::Reaction { seq, message, emoji, on } => Self::Reaction(seq, message, parse_emoji(&emoji)?, on),
            WhatLine::Joined { account } => Self::Joined(account),
            WhatLine::Left { account, new_owner } => Self::Left(account, new_owner),
            WhatLine::Renamed { name } => Self::Renamed(parse_group_name(&name)?),
            WhatLine::Owner { account } => Self::Owner(account),
        })
    }
}

impl Portable for Event {
    type Line = EventLine;

    fn line(&self) -> EventLine {
        let Self { conversation, seq, position, messages, actor, at, what, image, .. } = self.clone();
        let mut what = WhatLine::from(what);
        if let WhatLine::Message { image: of_message, .. } = &mut what {
            *of_message = image;
        }
        EventLine { conversation, seq, position, messages, actor, at, what }
    }

    fn from_line(line: EventLine) -> Result<Self, FieldError> {
        let EventLine { conversation, seq, position, messages, actor, at, what } = line;
        check_position(position)?;
        let image = if let WhatLine::Message { image, .. } = &what { *image } else { None };
        Ok(Self { conversation, seq, position, messages, actor, at, what: what.try_into()?, reactions: 0, image })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        first_fault([
            needs::<Conversation>(read, "conversation", &self.conversation),
            needs::<Account>(read, "actor", &self.actor),
            self.fault_of_place(read),
            self.fault_of_what(read),
            self.fault_of_image(read),
        ])
    }

    fn arrive(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        log::reach(tx, self.position)?;
        tx.put(self)
    }
}

impl Event {
    /// What is wrong with its numbers: each follows from the event before.
    fn fault_of_place(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let (mut messages, mut position) = (0, 0);
        if self.seq > 1 {
            let Some(before) = read.get::<Self>(&(self.conversation, self.seq - 1))? else {
                let message = format!("event {} of this conversation is missing", self.seq - 1);
                return Ok(Some(FieldError::new("seq", message)));
            };
            (messages, position) = (before.messages, before.position);
        }
        let number = match self.message() {
            Some(_) => log::number_before(read, (self.conversation, self.actor), self.seq)?.checked_add(1),
            None => None,
        };
        let is = |field, right: bool, rule: &str| (!right).then(|| FieldError::new(field, rule));
        // What a file says may be the largest number there is.
        let messages = messages.checked_add(u64::from(self.message().is_some()));
        Ok(is("seq", self.seq > 0, "must be at least 1")
            .or_else(|| is("position", self.position > position, "must be greater than that of the event before"))
            .or_else(|| is("messages", Some(self.messages) == messages, "must count the messages up to this event"))
            .or_else(|| {
                let right = self.message().map(|message| message.number) == number;
                is("number", right, "must be one more than that of the sender's message before, from 1")
            }))
    }

    /// Whether its picture is its own.
    fn fault_of_image(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let place = Place::Message(self.conversation, self.seq);
        self.image.map_or(Ok(None), |image| media::needs_given(read, "image", (image, self.actor), place))
    }

    /// What it names and does not find.
    fn fault_of_what(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let earlier = |field: &str, seq: u64| {
            if seq < self.seq {
                return needs_message(read, field, (self.conversation, seq));
            }
            Ok(Some(FieldError::new(field, "must be an earlier event")))
        };
        match &self.what {
            What::Message(message) => message.reply_to.map_or(Ok(None), |seq| earlier("reply_to", seq)),
            What::Edited(seq, id) | What::Deleted(seq, id, _) | What::Reaction(seq, id, ..) => {
                if let Some(fault) = earlier("seq", *seq)? {
                    return Ok(Some(fault));
                }
                let event = read.get::<Self>(&(self.conversation, *seq))?;
                let same = event.is_some_and(|event| event.message().is_some_and(|message| message.id == *id));
                Ok((!same).then(|| FieldError::new("message", "is not the id of the message with this seq")))
            }
            What::Joined(account) | What::Left(account, None) | What::Owner(account) => {
                needs::<Account>(read, "account", account)
            }
            What::Left(account, Some(owner)) => {
                first_fault([needs::<Account>(read, "account", account), needs::<Account>(read, "new_owner", owner)])
            }
            What::Renamed(_) => Ok(None),
        }
    }
}

/// What is wrong where `event` is no message.
pub(super) fn needs_message(
    read: &impl Read,
    field: &str,
    event: (ConversationId, u64),
) -> Result<Option<FieldError>, StoreError> {
    let found = read.get::<Event>(&event)?.is_some_and(|event| event.message().is_some());
    Ok((!found).then(|| FieldError::new(field, format!("event {} of this conversation is no message", event.1))))
}
