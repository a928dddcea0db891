//! The stored form of conversations: who takes part, and one log of everything that happened.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::id_type;
use crate::media::MediaId;
use crate::store::codec::{CodecError, decode_extended};
use crate::store::{Index, IndexOf, Record, Tally, TallyOf};

id_type!(
    /// Identifies a conversation.
    ConversationId
);

id_type!(
    /// Identifies a message.
    MessageId
);

/// Between whom a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Kind {
    /// These two, the lesser id first.
    Direct(AccountId, AccountId),
    /// Its members; this one of them is the owner.
    Group(AccountId),
}

/// A conversation.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Between whom it is.
    pub kind: Kind,
    /// A group's name; empty where there are two.
    pub name: String,
    /// How many events its log has, which is the last one's `seq`; kept by the store.
    pub last_seq: u64,
    /// How many of them are messages, kept by the store.
    pub messages: u64,
    /// How many take part, kept by the store.
    pub members: u64,
    /// The place of the last event that concerned everybody, or of its beginning, in the order of everything: see
    /// [`Timeline`].
    pub position: u64,
    /// When it began.
    pub created_at: Timestamp,
}

/// The conversation of two, which there is once.
pub(super) static DIRECT: Index<Conversation, (AccountId, AccountId)> =
    Index::unique("conversations_direct", |conversation| match conversation.kind {
        Kind::Direct(one, other) => vec![(one, other)],
        Kind::Group(_) => Vec::new(),
    });

impl Record for Conversation {
    type Key = ConversationId;
    const TABLE: &'static str = "conversations";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&DIRECT];

    fn key(&self) -> ConversationId {
        self.id
    }
}

/// Somebody takes part in a conversation.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Member {
    /// The conversation.
    pub conversation: ConversationId,
    /// Who.
    pub account: AccountId,
    /// The event that says that they came; 0 for those it began with.
    pub since: u64,
    /// When they came.
    pub at: Timestamp,
    /// How many messages they wrote there, kept by the store.
    pub sent: u64,
}

/// The conversations of an account.
pub(super) static MEMBERSHIPS: Index<Member, AccountId> =
    Index::plain("conversation_members_by_account", |member| vec![member.account]);

static MEMBERS: Tally<Member, Conversation> = Tally::new(
    "members of conversations",
    |member| vec![member.conversation],
    |conversation| &mut conversation.members,
);

impl Record for Member {
    type Key = (ConversationId, AccountId);
    const TABLE: &'static str = "conversation_members";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&MEMBERSHIPS];
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&MEMBERS];

    fn key(&self) -> Self::Key {
        (self.conversation, self.account)
    }
}

/// How far a member has read. Without one, they have read nothing since they came.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct ReadMark {
    /// The conversation.
    pub conversation: ConversationId,
    /// Who has read.
    pub account: AccountId,
    /// The last event that they have read.
    pub seq: u64,
}

impl Record for ReadMark {
    type Key = (ConversationId, AccountId);
    const TABLE: &'static str = "read_marks";

    fn key(&self) -> Self::Key {
        (self.conversation, self.account)
    }
}

/// One entry of a conversation's log. What a message says is changed in place, so that a text which was edited or
/// deleted is nowhere; everything else in it stays as it was written.
#[derive(Clone, Debug, bincode::Encode, bincode::Decode)]
pub struct Event {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its number in the log: 1, 2, 3 and so on without gaps.
    pub seq: u64,
    /// Its place in the order of everything: see [`Timeline`].
    pub position: u64,
    /// How many messages the log has up to here.
    pub messages: u64,
    /// Who did it.
    pub actor: AccountId,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// How many reactions a message has, kept by the store.
    pub reactions: u64,
    /// The picture of a message.
    pub image: Option<MediaId>,
}

/// What happened in a conversation.
#[derive(Clone, Debug, bincode::Encode, bincode::Decode)]
pub enum What {
    /// Somebody wrote.
    Message(Message),
    /// The message with this `seq` and id has another text.
    Edited(u64, MessageId),
    /// The message with this `seq` and id is deleted: for everyone, or for the actor alone.
    Deleted(u64, MessageId, Scope),
    /// The actor has this emoji beside the message with this `seq` and id, or has no longer.
    Reaction(u64, MessageId, String, bool),
    /// Somebody takes part from now on.
    Joined(AccountId),
    /// Somebody takes part no longer; where they were the owner, this one is now.
    Left(AccountId, Option<AccountId>),
    /// The group has this name.
    Renamed(String),
    /// The group has this owner.
    Owner(AccountId),
}

/// For whom something is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Scope {
    /// For who deleted it.
    Me,
    /// For everyone.
    Everyone,
}

/// A message, as it is now.
#[derive(Clone, Debug, bincode::Encode, bincode::Decode)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it says; nothing once it is deleted.
    pub text: String,
    /// The `seq` of the message that it answers.
    pub reply_to: Option<u64>,
    /// What its sender's device calls it: the same again is the same message.
    pub client_id: String,
    /// Which of its sender's messages in this conversation it is: 1, 2, 3 and so on.
    pub number: u64,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted for everyone.
    pub deleted: bool,
}

impl Event {
    /// The message, where this is one.
    pub fn message(&self) -> Option<&Message> {
        match &self.what {
            What::Message(message) => Some(message),
            _ => None,
        }
    }
}

/// The index that has every message's id.
pub const MESSAGES_BY_ID: &str = "messages_by_id";

/// Messages by id.
pub(super) static BY_ID: Index<Event, MessageId> =
    Index::unique(MESSAGES_BY_ID, |event| event.message().map(|message| message.id).into_iter().collect());

/// Messages by what their sender's device calls them.
pub(super) static BY_CLIENT_ID: Index<Event, (ConversationId, AccountId, String)> =
    Index::unique("messages_by_client_id", |event| {
        let sent = event.message().map(|message| (event.conversation, event.actor, message.client_id.clone()));
        sent.into_iter().collect()
    });

/// Messages by sender.
pub(super) static BY_SENDER: Index<Event, (ConversationId, AccountId)> = Index::plain("messages_by_sender", |event| {
    event.message().map(|_| (event.conversation, event.actor)).into_iter().collect()
});

/// Messages that were deleted for everyone.
pub(super) static DELETED: Index<Event, ConversationId> = Index::plain("messages_deleted", |event| {
    event.message().filter(|message| message.deleted).map(|_| event.conversation).into_iter().collect()
});

static EVENTS: Tally<Event, Conversation> =
    Tally::new("events of conversations", |event| vec![event.conversation], |conversation| &mut conversation.last_seq);

static MESSAGES: Tally<Event, Conversation> = Tally::new(
    "messages of conversations",
    |event| event.message().map(|_| event.conversation).into_iter().collect(),
    |conversation| &mut conversation.messages,
);

static SENT: Tally<Event, Member> = Tally::new(
    "messages of members",
    |event| event.message().map(|_| (event.conversation, event.actor)).into_iter().collect(),
    |member| &mut member.sent,
);

impl Record for Event {
    type Key = (ConversationId, u64);
    const TABLE: &'static str = "conversation_events";
    const VERSION: u8 = 2;
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_ID, &BY_CLIENT_ID, &BY_SENDER, &DELETED];
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&EVENTS, &MESSAGES, &SENT];

    fn key(&self) -> Self::Key {
        (self.conversation, self.seq)
    }

    fn migrate(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        match version {
            // There were no pictures.
            1 => decode_extended(body, &[0]),
            _ => Err(CodecError::Version(version)),
        }
    }
}

/// An emoji that somebody put beside a message.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Reaction {
    /// The conversation.
    pub conversation: ConversationId,
    /// The `seq` of the message.
    pub message: u64,
    /// The emoji.
    pub emoji: String,
    /// Who put it there.
    pub account: AccountId,
}

static REACTIONS: Tally<Reaction, Event> = Tally::new(
    "reactions to messages",
    |reaction| vec![(reaction.conversation, reaction.message)],
    |event| &mut event.reactions,
);

impl Record for Reaction {
    type Key = (ConversationId, u64, String, AccountId);
    const TABLE: &'static str = "message_reactions";
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&REACTIONS];

    fn key(&self) -> Self::Key {
        (self.conversation, self.message, self.emoji.clone(), self.account)
    }
}

/// A message that somebody deleted for themselves.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Hidden {
    /// The conversation.
    pub conversation: ConversationId,
    /// Who does not see it.
    pub account: AccountId,
    /// The `seq` of the message.
    pub message: u64,
}

impl Record for Hidden {
    type Key = (ConversationId, AccountId, u64);
    const TABLE: &'static str = "hidden_messages";

    fn key(&self) -> Self::Key {
        (self.conversation, self.account, self.message)
    }
}

/// The order of everything that happens in conversations. There is one.
///
/// Each event takes the next position, whatever conversation it is in, so a single number says how far somebody has
/// heard of all of them.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Timeline {
    /// Names the history that positions and `seq`s belong to: another one after a backup was restored.
    pub epoch: [u8; 8],
    /// The last position that was taken.
    pub position: u64,
}

impl Timeline {
    /// The key of the one there is.
    pub const KEY: u8 = 0;
}

impl Record for Timeline {
    type Key = u8;
    const TABLE: &'static str = "timeline";

    fn key(&self) -> u8 {
        Self::KEY
    }
}
