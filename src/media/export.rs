//! Pictures as lines of an export. Their files are beside them: see [`crate::portable`].

use serde::{Deserialize, Serialize};

use super::MAX_SIDE;
use super::record::{Hash, Kind, Media, MediaId, Place, Stored};
use crate::accounts::{Account, AccountId};
use crate::chat::{ConversationId, Event};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::portable::{Portable, first_fault, needs};
use crate::posts::{Post, PostId};
use crate::store::{Read, StoreError};

/// A picture in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaLine {
    id: MediaId,
    /// Also where it is part of something anonymous.
    owner: AccountId,
    place: PlaceLine,
    width: u32,
    height: u32,
    picture: FileLine,
    thumbnail: FileLine,
    avatar: FileLine,
    created_at: Timestamp,
}

/// What a picture belongs to.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PlaceLine {
    /// Nothing yet.
    Unused,
    /// A post.
    Post(PostId),
    /// A message.
    Message {
        /// Its conversation.
        conversation: ConversationId,
        /// Its `seq`.
        seq: u64,
    },
    /// Its owner's face.
    Owner,
}

/// A file of a picture: `media/` in the export has it under its hash.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLine {
    sha256: String,
    content_type: String,
    size: u64,
}

impl From<Stored> for FileLine {
    fn from(Stored { hash, kind, size }: Stored) -> Self {
        Self { sha256: hash.to_string(), content_type: kind.content_type().into(), size }
    }
}

impl TryFrom<FileLine> for Stored {
    type Error = FieldError;

    fn try_from(FileLine { sha256, content_type, size }: FileLine) -> Result<Self, FieldError> {
        let hash = Hash::of_digits(&sha256);
        let hash = hash.ok_or_else(|| FieldError::new("sha256", "must be 64 hexadecimal digits in lower case"))?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.content_type() == content_type);
        let kind = kind.ok_or_else(|| FieldError::new("content_type", "must be image/jpeg, image/png or image/gif"))?;
        Ok(Self { hash, kind, size })
    }
}

impl Portable for Media {
    type Line = MediaLine;

    fn line(&self) -> MediaLine {
        let Self { id, owner, place, width, height, picture, thumbnail, avatar, created_at } = *self;
        let place = match place {
            Place::Unused => PlaceLine::Unused,
            Place::Post(post) => PlaceLine::Post(post),
            Place::Message(conversation, seq) => PlaceLine::Message { conversation, seq },
            Place::Owner => PlaceLine::Owner,
        };
        let [picture, thumbnail, avatar] = [picture, thumbnail, avatar].map(FileLine::from);
        MediaLine { id, owner, place, width, height, picture, thumbnail, avatar, created_at }
    }

    fn from_line(line: MediaLine) -> Result<Self, FieldError> {
        let MediaLine { id, owner, place, width, height, picture, thumbnail, avatar, created_at } = line;
        if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
            return Err(FieldError::new("width", format!("and height must be 1 to {MAX_SIDE} pixels")));
        }
        let place = match place {
            PlaceLine::Unused => Place::Unused,
            PlaceLine::Post(post) => Place::Post(post),
            PlaceLine::Message { conversation, seq } => Place::Message(conversation, seq),
            PlaceLine::Owner => Place::Owner,
        };
        let (picture, thumbnail, avatar) = (picture.try_into()?, thumbnail.try_into()?, avatar.try_into()?);
        Ok(Self { id, owner, place, width, height, picture, thumbnail, avatar, created_at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let is_named = match self.place {
            Place::Unused => true,
            Place::Post(post) => read.get::<Post>(&post)?.is_some_and(|post| post.images.contains(&self.id)),
            Place::Message(conversation, seq) => {
                read.get::<Event>(&(conversation, seq))?.is_some_and(|event| event.image == Some(self.id))
            }
            Place::Owner => read.get::<Account>(&self.owner)?.is_some_and(|account| account.avatar == Some(self.id)),
        };
        let nowhere = || FieldError::new("place", "does not have this picture");
        first_fault([needs::<Account>(read, "owner", &self.owner), Ok((!is_named).then(nowhere))])
    }
}

/// What is wrong where the picture that `field` names is not one of its owner, given to `place`.
///
/// # Errors
///
/// What reading gives.
pub fn needs_given(
    read: &impl Read,
    field: &str,
    (id, owner): (MediaId, AccountId),
    place: Place,
) -> Result<Option<FieldError>, StoreError> {
    let is_given = read.get::<Media>(&id)?.is_some_and(|media| media.owner == owner && media.place == place);
    Ok((!is_given).then(|| FieldError::new(field, "what it names is not in media, or belongs elsewhere")))
}
