//! Conversations and all that is in them as lines of an export.

mod events;

use serde::{Deserialize, Serialize};

use super::fields::{parse_emoji, parse_group_name};
use super::log;
use super::record::{Conversation, ConversationId, Event, Hidden, Kind, Member, Reaction, ReadMark};
use crate::accounts::{Account, AccountId};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::portable::{Portable, first_fault, needs};
use crate::store::{Read, StoreError, Tx};

/// A conversation in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationLine {
    id: ConversationId,
    kind: KindLine,
    /// A group's name; empty where there are two.
    name: String,
    /// The place of the last event that concerned everybody, or of the beginning, in the order of everything.
    position: u64,
    created_at: Timestamp,
}

/// Between whom a conversation is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum KindLine {
    /// These two, the lesser id first.
    Direct(AccountId, AccountId),
    /// Its members.
    Group {
        /// Who of them owns it.
        owner: AccountId,
    },
}

impl Portable for Conversation {
    type Line = ConversationLine;

    fn line(&self) -> ConversationLine {
        let Self { id, kind, name, position, created_at, .. } = self.clone();
        let kind = match kind {
            Kind::Direct(one, other) => KindLine::Direct(one, other),
            Kind::Group(owner) => KindLine::Group { owner },
        };
        ConversationLine { id, kind, name, position, created_at }
    }

    fn from_line(line: ConversationLine) -> Result<Self, FieldError> {
        let ConversationLine { id, kind, name, position, created_at } = line;
        let (kind, name) = match kind {
            KindLine::Direct(one, other) if one >= other => {
                return Err(FieldError::new("kind", "must name two different accounts, the lesser id first"));
            }
            KindLine::Direct(..) if !name.is_empty() => {
                return Err(FieldError::new("name", "must be empty: only groups have names"));
            }
            KindLine::Direct(one, other) => (Kind::Direct(one, other), name),
            KindLine::Group { owner } => (Kind::Group(owner), parse_group_name(&name)?),
        };
        check_position(position)?;
        Ok(Self { id, kind, name, last_seq: 0, messages: 0, members: 0, position, created_at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        match self.kind {
            Kind::Direct(one, other) => {
                first_fault([needs::<Account>(read, "kind", &one), needs::<Account>(read, "kind", &other)])
            }
            Kind::Group(owner) => needs::<Member>(read, "kind.owner", &(self.id, owner)),
        }
    }

    fn arrive(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        log::reach(tx, self.position)?;
        tx.put(self)
    }
}

/// Positions go on from the last one, so there must be room behind it.
fn check_position(position: u64) -> Result<(), FieldError> {
    if position <= i64::MAX.unsigned_abs() {
        return Ok(());
    }
    Err(FieldError::new("position", format!("must be at most {}", i64::MAX)))
}

/// Who takes part, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberLine {
    conversation: ConversationId,
    account: AccountId,
    /// The event that says that they came; 0 for those it began with.
    since: u64,
    at: Timestamp,
}

impl Portable for Member {
    type Line = MemberLine;

    fn line(&self) -> MemberLine {
        let Self { conversation, account, since, at, .. } = *self;
        MemberLine { conversation, account, since, at }
    }

    fn from_line(MemberLine { conversation, account, since, at }: MemberLine) -> Result<Self, FieldError> {
        Ok(Self { conversation, account, since, at, sent: 0 })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        first_fault([
            needs::<Account>(read, "account", &self.account),
            needs::<Conversation>(read, "conversation", &self.conversation),
            if self.since == 0 { Ok(None) } else { needs::<Event>(read, "since", &(self.conversation, self.since)) },
        ])
    }
}

/// How far a member has read, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadMarkLine {
    conversation: ConversationId,
    account: AccountId,
    seq: u64,
}

impl Portable for ReadMark {
    type Line = ReadMarkLine;

    fn line(&self) -> ReadMarkLine {
        let Self { conversation, account, seq } = *self;
        ReadMarkLine { conversation, account, seq }
    }

    fn from_line(ReadMarkLine { conversation, account, seq }: ReadMarkLine) -> Result<Self, FieldError> {
        Ok(Self { conversation, account, seq })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        first_fault([
            needs::<Member>(read, "account", &(self.conversation, self.account)),
            needs::<Event>(read, "seq", &(self.conversation, self.seq)),
        ])
    }
}

/// An emoji beside a message, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReactionLine {
    conversation: ConversationId,
    /// The `seq` of the message.
    message: u64,
    emoji: String,
    account: AccountId,
}

impl Portable for Reaction {
    type Line = ReactionLine;

    fn line(&self) -> ReactionLine {
        let Self { conversation, message, emoji, account } = self.clone();
        ReactionLine { conversation, message, emoji, account }
    }

    fn from_line(ReactionLine { conversation, message, emoji, account }: ReactionLine) -> Result<Self, FieldError> {
        Ok(Self { conversation, message, emoji: parse_emoji(&emoji)?, account })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let message = events::needs_message(read, "message", (self.conversation, self.message));
        first_fault([message, needs::<Account>(read, "account", &self.account)])
    }
}

/// A message that somebody deleted for themselves, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenLine {
    conversation: ConversationId,
    /// Who does not see it.
    account: AccountId,
    /// The `seq` of the message.
    message: u64,
}

impl Portable for Hidden {
    type Line = HiddenLine;

    fn line(&self) -> HiddenLine {
        let Self { conversation, account, message } = *self;
        HiddenLine { conversation, account, message }
    }

    fn from_line(HiddenLine { conversation, account, message }: HiddenLine) -> Result<Self, FieldError> {
        Ok(Self { conversation, account, message })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let message = events::needs_message(read, "message", (self.conversation, self.message));
        first_fault([message, needs::<Account>(read, "account", &self.account)])
    }
}
