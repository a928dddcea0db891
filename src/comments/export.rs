//! Comments and their likes as lines of an export.

use serde::{Deserialize, Serialize};

use super::parse_text;
use super::record::{Comment, CommentId, CommentLike};
use crate::accounts::{Account, AccountId};
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::portable::{Portable, first_fault, needs};
use crate::posts::{Post, PostId};
use crate::store::{Read, StoreError};

/// A comment in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentLine {
    id: CommentId,
    post: PostId,
    parent: Option<CommentId>,
    depth: u32,
    author: AccountId,
    anonymous: bool,
    /// Empty where it is deleted.
    text: String,
    deleted: bool,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
}

impl Portable for Comment {
    type Line = CommentLine;

    fn line(&self) -> CommentLine {
        let Self { id, post, parent, depth, author, anonymous, text, deleted, created_at, edited_at, .. } =
            self.clone();
        CommentLine { id, post, parent, depth, author, anonymous, text, deleted, created_at, edited_at }
    }

    fn from_line(line: CommentLine) -> Result<Self, FieldError> {
        let CommentLine { id, post, parent, depth, author, anonymous, text, deleted, created_at, edited_at } = line;
        if deleted && !text.is_empty() {
            return Err(FieldError::new("text", "must be empty: the comment is deleted"));
        }
        let text = if deleted { text } else { parse_text(&text)? };
        let (likes, replies) = (0, 0);
        Ok(Self { id, post, parent, depth, author, anonymous, text, likes, replies, deleted, created_at, edited_at })
    }

    /// That the depth grows by one from the top is also why nothing can be below itself.
    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let depth = match self.parent {
            None => Some(0),
            Some(parent) => match read.get::<Self>(&parent)?.filter(|parent| parent.post == self.post) {
                Some(parent) => parent.depth.checked_add(1),
                None => return Ok(Some(FieldError::new("parent", format!("there is no comment {parent} there")))),
            },
        };
        if depth != Some(self.depth) {
            return Ok(Some(FieldError::new("depth", "must be one more than that of the comment above, from 0")));
        }
        first_fault([needs::<Post>(read, "post", &self.post), needs::<Account>(read, "author", &self.author)])
    }
}

/// Who likes a comment, in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentLikeLine {
    comment: CommentId,
    account: AccountId,
    at: Timestamp,
}

impl Portable for CommentLike {
    type Line = CommentLikeLine;

    fn line(&self) -> CommentLikeLine {
        let Self { comment, account, at } = *self;
        CommentLikeLine { comment, account, at }
    }

    fn from_line(CommentLikeLine { comment, account, at }: CommentLikeLine) -> Result<Self, FieldError> {
        Ok(Self { comment, account, at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        first_fault([
            needs::<Comment>(read, "comment", &self.comment),
            needs::<Account>(read, "account", &self.account),
        ])
    }
}
