//! Comments as they go out: one with a stretch of the thread below it.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::record::{Comment, CommentId, CommentLike, THREAD};
use crate::accounts::{AccountId, DELETED, UserSummary};
use crate::clock::Timestamp;
use crate::error::Error;
use crate::pages::{Subject, Template};
use crate::posts::{PostId, author};
use crate::store::{Range, Read, StoreError};

/// Direct replies that come with a comment.
const REPLIES: usize = 3;

/// Levels of replies that come with a listed comment. Deeper ones are asked for with `?parent=`.
pub(super) const LEVELS: u8 = 3;

/// A comment as it goes out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    pub(super) id: CommentId,
    post: PostId,
    #[schema(required)]
    parent: Option<CommentId>,
    /// How many comments are above it.
    depth: u32,
    /// Null where the comment is anonymous or deleted.
    #[schema(required)]
    author: Option<UserSummary>,
    anonymous: bool,
    /// `[deleted]` where the comment is.
    text: String,
    like_count: u64,
    /// All direct replies, also those that are not in `replies`.
    reply_count: u64,
    created_at: Timestamp,
    #[schema(required)]
    edited_at: Option<Timestamp>,
    deleted: bool,
    /// The first three direct replies, three levels down; `?parent=` pages all of them.
    #[schema(no_recursion)]
    replies: Vec<CommentView>,
    /// Left out where nobody is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    viewer: Option<CommentViewer>,
}

/// What a comment is to whoever asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CommentViewer {
    /// Whether they like it.
    liked: bool,
    /// Whether they wrote it.
    mine: bool,
}

impl CommentView {
    /// `comment` as `viewer` sees it, with `levels` levels of first replies: at most [`LEVELS`], whatever the depth of
    /// the thread.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub(super) fn of(
        read: &impl Read,
        comment: &Comment,
        viewer: Option<AccountId>,
        levels: u8,
    ) -> Result<Self, StoreError> {
        let replies = first_replies(read, comment, levels)?;
        let replies = replies.iter().map(|reply| Self::of(read, reply, viewer, levels - 1));
        let known = viewer.filter(|_| !comment.deleted);
        let viewer = known.map(|viewer| CommentViewer::of(read, &subject(comment), viewer));
        Ok(Self {
            id: comment.id,
            post: comment.post,
            parent: comment.parent,
            depth: comment.depth,
            author: author(read, comment.author, comment.anonymous || comment.deleted)?,
            anonymous: comment.anonymous && !comment.deleted,
            text: if comment.deleted { DELETED.into() } else { comment.text.clone() },
            like_count: comment.likes,
            reply_count: comment.replies,
            created_at: comment.created_at,
            edited_at: comment.edited_at,
            deleted: comment.deleted,
            replies: replies.collect::<Result<_, _>>()?,
            viewer: viewer.transpose()?,
        })
    }
}

/// The replies that come with `comment` where `levels` levels of them do.
fn first_replies(read: &impl Read, comment: &Comment, levels: u8) -> Result<Vec<Arc<Comment>>, StoreError> {
    if levels == 0 || comment.replies == 0 {
        return Ok(Vec::new());
    }
    let range = Range::prefix(&(comment.post, Some(comment.id))).limit(REPLIES);
    let ids = read.scan(&THREAD, &range)?;
    ids.iter().filter_map(|(_, id)| read.get::<Comment>(id).transpose()).collect()
}

/// `comment` as a part of pages, with `levels` levels of first replies: at most [`LEVELS`], whatever the depth of the
/// thread.
///
/// # Errors
///
/// What reading gives.
pub(super) fn template(read: &impl Read, comment: &Comment, levels: u8) -> Result<Template, Error> {
    let replies = first_replies(read, comment, levels)?;
    let replies = replies.iter().map(|reply| template(read, reply, levels - 1)).collect::<Result<Vec<_>, _>>()?;
    let template = Template::of(&CommentView::of(read, comment, None, 0)?)?.with_items(&replies);
    Ok(if comment.deleted { template } else { template.about(subject(comment)) })
}

fn subject(comment: &Comment) -> Subject {
    Subject { id: comment.id.bytes(), author: comment.author, is_liked: comment.likes > 0 }
}

/// What `comment` is to `viewer`.
///
/// # Errors
///
/// What reading gives.
pub(super) fn viewer_part(read: &impl Read, comment: &Subject, viewer: AccountId) -> Result<CommentViewer, Error> {
    Ok(CommentViewer::of(read, comment, viewer)?)
}

impl CommentViewer {
    fn of(read: &impl Read, comment: &Subject, viewer: AccountId) -> Result<Self, StoreError> {
        let liked = comment.is_liked && read.contains::<CommentLike>(&(CommentId::from(comment.id), viewer))?;
        Ok(Self { liked, mine: comment.author == viewer })
    }
}
