//! What devices are told without having asked, as frames.

use std::time::Instant;

use bytestring::ByteString;
use serde::Serialize;

use super::outbox::Frame;
use crate::accounts::AccountId;
use crate::chat::record::{ConversationId, ReadMark};
use crate::chat::view::EventView;

/// What a device is told.
#[derive(Serialize)]
#[serde(tag = "push", rename_all = "snake_case")]
pub enum Push<'a> {
    /// Something happened in a conversation.
    Event {
        /// What.
        event: &'a EventView,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: AccountId,
    },
    /// Somebody has come or gone.
    Presence {
        /// Who.
        user: AccountId,
        /// Whether they are there.
        online: bool,
    },
    /// Somebody has read further.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: AccountId,
        /// Up to which event.
        seq: u64,
    },
    /// There is a conversation that the account has just been made a part of.
    Conversation {
        /// Which: `GET /conversations/{id}` shows it.
        conversation: ConversationId,
    },
}

impl Push<'_> {
    /// As a frame; `position` is its place in the order of everything.
    pub fn frame(&self, position: Option<u64>) -> Frame {
        let text = self.text();
        if matches!(self, Self::Event { .. }) {
            Frame::Event(text, position, None)
        } else {
            Frame::Text(text, position)
        }
    }

    /// An event that could be read since `applied_at`, as a frame; `position` is its place in the order of everything.
    pub(super) fn event(event: &EventView, position: u64, applied_at: Instant) -> Frame {
        Frame::Event(Push::Event { event }.text(), Some(position), Some(applied_at))
    }

    fn text(&self) -> ByteString {
        // No type in here can fail to be JSON.
        ByteString::from(serde_json::to_string(self).unwrap_or_default())
    }

    pub(super) fn presence(user: AccountId, online: bool) -> Frame {
        Push::Presence { user, online }.frame(None)
    }

    pub(super) fn typing(conversation: ConversationId, user: AccountId) -> Frame {
        Push::Typing { conversation, user }.frame(None)
    }

    pub(super) fn read(mark: &ReadMark) -> Frame {
        Push::Read { conversation: mark.conversation, user: mark.account, seq: mark.seq }.frame(None)
    }
}
