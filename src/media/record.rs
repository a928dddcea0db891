//! The stored form of pictures: what they are, which files they are made of, and what they belong to.

use std::fmt;

use crate::accounts::AccountId;
use crate::chat::ConversationId;
use crate::clock::Timestamp;
use crate::id::{hex, unhex};
use crate::id_type;
use crate::posts::PostId;
use crate::store::key::{Key, KeyError, take};
use crate::store::{Index, IndexOf, Record};

id_type!(
    /// Identifies a picture.
    MediaId
);

/// A picture that somebody uploaded. Its bytes are in [`Files`](super::Files).
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// Who uploaded it, also where it is part of something anonymous: this never leaves the store.
    pub owner: AccountId,
    /// What it belongs to.
    pub place: Place,
    /// Pixels from left to right, of `picture`.
    pub width: u32,
    /// Pixels from top to bottom, of `picture`.
    pub height: u32,
    /// The picture itself.
    pub picture: Stored,
    /// The small one for lists.
    pub thumbnail: Stored,
    /// The small square out of its middle.
    pub avatar: Stored,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// What a picture belongs to, which also says who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Place {
    /// Nothing yet: its owner alone sees it, for a day.
    Unused,
    /// A post.
    Post(PostId),
    /// The message with this `seq` in a conversation.
    Message(ConversationId, u64),
    /// Its owner, whose face it is.
    Owner,
}

/// One of the files of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Stored {
    /// The hash of its bytes, which is its name.
    pub hash: Hash,
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub size: u64,
}

/// What the bytes of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Kind {
    /// A photograph, or anything else without transparency.
    Jpeg,
    /// With transparency, or of few colours.
    Png,
    /// An animation.
    Gif,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Gif];

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }
}

/// The SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash that its own digits stand for.
    pub fn of_digits(digits: &str) -> Option<Self> {
        unhex(digits).map(Self).filter(|hash| hash.to_string() == digits)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Key for Hash {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        take(input).map(Self)
    }
}

impl Media {
    /// Its files, some of which may be the same.
    pub fn files(&self) -> [Stored; 3] {
        [self.picture, self.thumbnail, self.avatar]
    }

    /// The hashes of its files, each once.
    pub fn hashes(&self) -> Vec<Hash> {
        let mut hashes = self.files().map(|file| file.hash).to_vec();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }
}

/// Pictures by the files that they are made of: a file that is in here once more must stay.
pub(super) static BY_FILE: Index<Media, Hash> = Index::plain("media_by_file", Media::hashes);

/// Pictures that belong to nothing yet, by time.
pub(super) static UNUSED: Index<Media, Timestamp> =
    Index::plain(
        "media_unused",
        |media| {
            if media.place == Place::Unused { vec![media.created_at] } else { Vec::new() }
        },
    );

impl Record for Media {
    type Key = MediaId;
    const TABLE: &'static str = "media";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_FILE, &UNUSED];

    fn key(&self) -> MediaId {
        self.id
    }
}
