//! Conversations and their events as they go out.

use serde::Serialize;
use utoipa::ToSchema;

use super::log;
use super::record::{
    Conversation, ConversationId, Event, Hidden, Kind, Member, Message, MessageId, Reaction, Scope, What,
};
use crate::accounts::{Account, AccountId, UserSummary};
use crate::clock::Timestamp;
use crate::media::{Media, MediaView};
use crate::store::{Range, Read, StoreError};

/// One entry of a conversation's log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    conversation: ConversationId,
    /// 1, 2, 3 and so on, without gaps.
    seq: u64,
    /// Who did it; null where somebody else deleted a message for themselves, which is nobody's business.
    #[schema(required)]
    actor: Option<AccountId>,
    at: Timestamp,
    #[serde(flatten)]
    what: WhatView,
}

/// What happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = What)]
enum WhatView {
    /// Somebody wrote. It is shown as it is now.
    Message {
        id: MessageId,
        /// Null where it is deleted; empty where it is but a picture.
        #[schema(required)]
        text: Option<String>,
        /// Null where there is none, and where it is deleted.
        #[schema(required)]
        image: Option<MediaView>,
        /// The `seq` of the message that it answers.
        #[schema(required)]
        reply_to: Option<u64>,
        client_id: String,
        #[schema(required)]
        edited_at: Option<Timestamp>,
        deleted: bool,
        reactions: Vec<ReactionView>,
    },
    /// A message has another text: the one that it has now.
    Edited {
        message_id: MessageId,
        message_seq: u64,
        #[schema(required)]
        text: Option<String>,
    },
    /// A message is deleted. `message_id` and `message_seq` are null where somebody else did so for themselves.
    Deleted {
        #[schema(required)]
        message_id: Option<MessageId>,
        #[schema(required)]
        message_seq: Option<u64>,
        #[serde(rename = "for")]
        scope: ScopeView,
    },
    /// An emoji beside a message, or taken away again.
    Reaction { message_id: MessageId, message_seq: u64, emoji: String, added: bool },
    /// Somebody takes part from now on.
    MemberJoined { user: AccountId },
    /// Somebody takes part no longer. `owner` is the new owner where the old one left.
    MemberLeft {
        user: AccountId,
        #[schema(required)]
        owner: Option<AccountId>,
    },
    /// The group has another name.
    Renamed { name: String },
    /// The group has another owner.
    OwnerChanged { owner: AccountId },
}

/// For whom a message is deleted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ScopeView {
    Me,
    Everyone,
}

/// An emoji beside a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessageReaction)]
struct ReactionView {
    emoji: String,
    /// How many put it there.
    count: u64,
    /// Whether the caller is one of them.
    mine: bool,
}

impl EventView {
    /// An event as `viewer` may see it.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub fn of(read: &impl Read, event: &Event, viewer: AccountId) -> Result<Self, StoreError> {
        let (message, reactions) = match event.what {
            What::Message(_) if event.reactions > 0 => (None, reactions(read, event, viewer)?),
            What::Edited(seq, _) => (read.get::<Event>(&(event.conversation, seq))?, Vec::new()),
            _ => (None, Vec::new()),
        };
        let hidden = match event.what {
            What::Message(_) => read.contains::<Hidden>(&(event.conversation, viewer, event.seq))?,
            What::Edited(seq, _) => read.contains::<Hidden>(&(event.conversation, viewer, seq))?,
            _ => false,
        };
        let image = event.image.filter(|_| !hidden).map_or(Ok(None), |image| MediaView::of(read, image))?;
        Ok(Self::made(event, message.as_deref(), event.actor == viewer, hidden, (reactions, image)))
    }

    /// A new event as its members may see it: as the actor does with `to_actor`, as all others do without. `about` is the
    /// message that an edit is about, and `image` the picture of a message.
    pub(super) fn fresh(event: &Event, about: Option<&Event>, image: Option<&Media>, to_actor: bool) -> Self {
        Self::made(event, about, to_actor, false, (Vec::new(), image.map(MediaView::from)))
    }

    fn made(
        event: &Event,
        about: Option<&Event>,
        to_actor: bool,
        hidden: bool,
        (reactions, image): (Vec<ReactionView>, Option<MediaView>),
    ) -> Self {
        let is_secret = matches!(event.what, What::Deleted(_, _, Scope::Me)) && !to_actor;
        let what = match &event.what {
            What::Message(message) => WhatView::Message {
                id: message.id,
                text: text_of(message).filter(|_| !hidden),
                image,
                reply_to: message.reply_to,
                client_id: message.client_id.clone(),
                edited_at: message.edited_at,
                deleted: message.deleted || hidden,
                reactions,
            },
            What::Edited(seq, id) => {
                let text = about.and_then(Event::message).filter(|_| !hidden).and_then(text_of);
                WhatView::Edited { message_id: *id, message_seq: *seq, text }
            }
            What::Deleted(seq, id, scope) => WhatView::Deleted {
                message_id: (!is_secret).then_some(*id),
                message_seq: (!is_secret).then_some(*seq),
                scope: if *scope == Scope::Me { ScopeView::Me } else { ScopeView::Everyone },
            },
            What::Reaction(seq, id, emoji, added) => {
                WhatView::Reaction { message_id: *id, message_seq: *seq, emoji: emoji.clone(), added: *added }
            }
            What::Joined(user) => WhatView::MemberJoined { user: *user },
            What::Left(user, owner) => WhatView::MemberLeft { user: *user, owner: *owner },
            What::Renamed(name) => WhatView::Renamed { name: name.clone() },
            What::Owner(owner) => WhatView::OwnerChanged { owner: *owner },
        };
        let actor = (!is_secret).then_some(event.actor);
        Self { conversation: event.conversation, seq: event.seq, actor, at: event.at, what }
    }
}

fn text_of(message: &Message) -> Option<String> {
    (!message.deleted).then(|| message.text.clone())
}

/// The emoji beside a message, in the order of their code points.
fn reactions(read: &impl Read, event: &Event, viewer: AccountId) -> Result<Vec<ReactionView>, StoreError> {
    let mut found: Vec<ReactionView> = Vec::new();
    for reaction in read.every_record::<Reaction>(Range::prefix(&(event.conversation, event.seq)))? {
        let mine = reaction.account == viewer;
        match found.last_mut().filter(|last| last.emoji == reaction.emoji) {
            Some(last) => (last.count, last.mine) = (last.count + 1, last.mine || mine),
            None => found.push(ReactionView { emoji: reaction.emoji.clone(), count: 1, mine }),
        }
    }
    Ok(found)
}

/// Whether a conversation is between two or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ConversationKind)]
enum KindView {
    Direct,
    Group,
}

/// Somebody who takes part in a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Member)]
struct MemberView {
    #[serde(flatten)]
    user: UserSummary,
    /// The last event that they have read.
    read_seq: u64,
}

/// A conversation, as one of its members sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub struct ConversationView {
    id: ConversationId,
    kind: KindView,
    /// Null where it is between two.
    #[schema(required)]
    name: Option<String>,
    /// Who takes part, by id.
    members: Vec<MemberView>,
    /// Null where it is between two.
    #[schema(required)]
    owner: Option<AccountId>,
    /// Null while nothing has happened.
    #[schema(required)]
    last_event: Option<EventView>,
    last_seq: u64,
    /// The last event that the caller has read.
    read_seq: u64,
    /// Messages of others after it that are not deleted.
    unread_count: u64,
    created_at: Timestamp,
}

impl ConversationView {
    /// A conversation as `viewer`, who takes part, sees it.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub(super) fn of(read: &impl Read, conversation: &Conversation, viewer: &Member) -> Result<Self, StoreError> {
        let mut members = Vec::new();
        for member in read.records::<Member>(&Range::prefix(&conversation.id))? {
            if let Some(account) = read.get::<Account>(&member.account)? {
                let read_seq = log::read_seq(read, &member)?;
                members.push(MemberView { user: UserSummary::from(&*account), read_seq });
            }
        }
        let (kind, owner) = match conversation.kind {
            Kind::Direct(..) => (KindView::Direct, None),
            Kind::Group(owner) => (KindView::Group, Some(owner)),
        };
        let last = read.get::<Event>(&(conversation.id, conversation.last_seq))?;
        let read_seq = log::read_seq(read, viewer)?;
        Ok(Self {
            id: conversation.id,
            kind,
            name: owner.map(|_| conversation.name.clone()),
            members,
            owner,
            last_event: last.map(|event| EventView::of(read, &event, viewer.account)).transpose()?,
            last_seq: conversation.last_seq,
            read_seq,
            unread_count: log::unread(read, conversation, viewer, read_seq)?,
            created_at: conversation.created_at,
        })
    }
}
