//! The stored form of work that was put off.

use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::clock::Timestamp;
use crate::comments::CommentId;
use crate::media::Hash;
use crate::posts::PostId;
use crate::store::Record;
use crate::store::key::{Key, KeyError};

/// Something that is gone, and may have left more behind than one write should remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Chore {
    /// A post's texts, marks and comments.
    Post(PostId),
    /// A comment's likes.
    Comment(CommentId),
    /// An account's own lists, and its ban.
    Account(AccountId),
    /// The log of a conversation that nobody takes part in any more.
    Conversation(ConversationId),
    /// A file that a picture was made of, unless it is used elsewhere.
    File(Hash),
}

/// What the keys of files begin with: they come after everything that records alone are needed for.
pub(super) const FILE: u8 = 4;

impl Key for Chore {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Post(id) => (0_u8, *id).write(out),
            Self::Comment(id) => (1_u8, *id).write(out),
            Self::Account(id) => (2_u8, *id).write(out),
            Self::Conversation(id) => (3_u8, *id).write(out),
            Self::File(hash) => (FILE, *hash).write(out),
        }
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        match u8::read(input)? {
            0 => Key::read(input).map(Self::Post),
            1 => Key::read(input).map(Self::Comment),
            2 => Key::read(input).map(Self::Account),
            3 => Key::read(input).map(Self::Conversation),
            FILE => Key::read(input).map(Self::File),
            _ => Err(KeyError),
        }
    }
}

/// A chore that is still to be done, also after a restart.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Pending {
    /// What to clear away.
    pub chore: Chore,
    /// Since when.
    pub since: Timestamp,
}

impl Record for Pending {
    type Key = Chore;
    const TABLE: &'static str = "chores";

    fn key(&self) -> Chore {
        self.chore
    }
}
