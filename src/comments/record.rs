//! The stored form of comments.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::id_type;
use crate::posts::{Post, PostId};
use crate::store::{Index, IndexOf, Record, Tally, TallyOf};

id_type!(
    /// Identifies a comment.
    CommentId
);

/// A comment. Where `deleted` is set, its text is gone and it stays for the replies below it.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The post it is about.
    pub post: PostId,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// How many comments are above it.
    pub depth: u32,
    /// Who wrote it, also where it is anonymous: this never leaves the store.
    pub author: AccountId,
    /// Whether nobody is told who wrote it.
    pub anonymous: bool,
    /// What it says.
    pub text: String,
    /// How many like it, kept by the store.
    pub likes: u64,
    /// How many comments answer it directly, kept by the store.
    pub replies: u64,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
}

/// Comments by what they are directly below, the oldest first.
pub(super) static THREAD: Index<Comment, (PostId, Option<CommentId>)> =
    Index::plain("comments_thread", |comment| vec![(comment.post, comment.parent)]);

static COMMENTS_OF_POST: Tally<Comment, Post> = Tally::new(
    "comments of posts",
    |comment| if comment.deleted { Vec::new() } else { vec![comment.post] },
    |post| &mut post.comments,
);

static REPLIES: Tally<Comment, Comment> =
    Tally::new("replies to comments", |comment| comment.parent.into_iter().collect(), |parent| &mut parent.replies);

impl Record for Comment {
    type Key = CommentId;
    const TABLE: &'static str = "comments";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&THREAD];
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&COMMENTS_OF_POST, &REPLIES];

    fn key(&self) -> CommentId {
        self.id
    }
}

/// Somebody likes a comment.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct CommentLike {
    /// The comment.
    pub comment: CommentId,
    /// Who likes it.
    pub account: AccountId,
    /// Since when.
    pub at: Timestamp,
}

static LIKES_OF_COMMENT: Tally<CommentLike, Comment> =
    Tally::new("likes of comments", |like| vec![like.comment], |comment| &mut comment.likes);

impl Record for CommentLike {
    type Key = (CommentId, AccountId);
    const TABLE: &'static str = "comment_likes";
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&LIKES_OF_COMMENT];

    fn key(&self) -> Self::Key {
        (self.comment, self.account)
    }
}
