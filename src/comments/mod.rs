//! Comments: a tree below each post, as deep as people make it.
//!
//! Nothing here recurses over a thread: a page shows three levels, and whatever is deeper is asked for by its parent.

mod export;
mod record;
pub mod routes;
mod view;

use std::sync::Arc;

use serde::Serialize;

pub use record::{Comment, CommentId, CommentLike};
pub use view::CommentView;

use crate::accounts::{Account, AccountId, Role};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error, FieldError};
use crate::housekeeping::{self, Chore};
use crate::idempotency::{Given, Once, once};
use crate::pages::Template;
use crate::paging::{Page, Paged};
use crate::posts::{self, Post, PostId};
use crate::store::{Range, Read, StoreError, Tx};
use crate::text;
use record::THREAD;
use view::LEVELS;

/// Deleted comments that go at the same time as their last reply.
const MAX_PRUNED: usize = 1000;

/// Longest text of a comment, in characters.
pub const MAX_TEXT: usize = 10_000;

/// Takes a comment's text.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_text(text: &str) -> Result<String, FieldError> {
    text::paragraphs("text", text, 1, MAX_TEXT)
}

/// A new comment's fields, each of them acceptable but for the parent, which must exist.
#[derive(Clone, Debug, Serialize)]
pub struct NewComment {
    /// 1 to 10,000 characters.
    pub text: String,
    /// The comment it answers.
    pub parent: Option<CommentId>,
    /// Whether nobody is told who wrote it.
    pub anonymous: bool,
}

/// Writes a comment.
///
/// # Errors
///
/// [`Code::PostNotFound`], [`Code::ValidationFailed`] for a parent that is not a comment of the post,
/// [`Code::IdempotencyKeyReused`], or what the store gives.
pub async fn create(
    app: &App,
    author: AccountId,
    post: PostId,
    new: NewComment,
    key: Option<Once>,
) -> Result<Given, Error> {
    let now = app.clock.now();
    let id = app.ids.next(now);
    app.store
        .write(move |tx| {
            once(tx, author, key.as_ref(), now, |tx| {
                posts::find(tx, post)?;
                let parent = new.parent.map(|parent| parent_of(tx, post, parent)).transpose()?;
                let comment = Comment {
                    id,
                    post,
                    parent: new.parent,
                    depth: parent.map_or(0, |parent| parent.depth.saturating_add(1)),
                    author,
                    anonymous: new.anonymous,
                    text: new.text.clone(),
                    likes: 0,
                    replies: 0,
                    deleted: false,
                    created_at: now,
                    edited_at: None,
                };
                tx.put(&comment)?;
                Ok(CommentView::of(tx, &comment, Some(author), 0)?)
            })
        })
        .await
}

fn parent_of(read: &impl Read, post: PostId, parent: CommentId) -> Result<Arc<Comment>, Error> {
    let parent = read.get::<Comment>(&parent)?.filter(|parent| parent.post == post);
    parent.ok_or_else(|| Error::field("parent", "there is no such comment below this post"))
}

/// A page of what is directly below a post, or below one of its comments, the oldest first.
///
/// # Errors
///
/// [`Code::PostNotFound`], [`Code::ValidationFailed`] for an unknown parent, [`Code::InvalidCursor`], or what reading
/// gives.
pub fn thread(read: &impl Read, post: PostId, parent: Option<CommentId>, page: &Page) -> Result<Template, Error> {
    posts::find(read, post)?;
    parent.map(|parent| parent_of(read, post, parent)).transpose()?;
    let list = parent.map_or_else(|| format!("comments of {post}"), |parent| format!("replies to {parent}"));
    let after = page.after::<CommentId>(&list)?.map(|id| ((post, parent), id));
    let range = Range::prefix(&(post, parent)).after_some(after.as_ref()).limit(page.limit + 1);
    let mut found = Vec::new();
    for (_, id) in read.scan(&THREAD, &range)? {
        if let Some(comment) = read.get::<Comment>(&id)? {
            found.push((id, Arc::new(view::template(read, &comment, LEVELS)?)));
        }
    }
    let Paged { items, next_cursor } = Paged::cut(&list, page.limit, found);
    Ok(Template::list(&items, next_cursor.as_deref()))
}

/// The comment `id`, unless it was deleted, or its post was and the comment has not been cleared away yet.
fn find(read: &impl Read, id: CommentId) -> Result<Arc<Comment>, Error> {
    if let Some(comment) = read.get::<Comment>(&id)?.filter(|comment| !comment.deleted)
        && read.contains::<Post>(&comment.post)?
    {
        return Ok(comment);
    }
    Err(Error::new(Code::CommentNotFound, "It may have been deleted."))
}

/// Changes a comment's text; only its author may.
///
/// # Errors
///
/// [`Code::CommentNotFound`], [`Code::Forbidden`], or what the store gives.
pub async fn edit(app: &App, editor: AccountId, id: CommentId, text: String) -> Result<CommentView, Error> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let mut comment = Comment::clone(&*find(tx, id)?);
            if comment.author != editor {
                return Err(not_yours());
            }
            if comment.text != text {
                comment.text.clone_from(&text);
                comment.edited_at = Some(now);
                tx.put(&comment)?;
            }
            Ok(CommentView::of(tx, &comment, Some(editor), LEVELS)?)
        })
        .await
}

/// Deletes a comment; its author may, and moderators. One with replies stays as `[deleted]` until they are gone too.
///
/// # Errors
///
/// [`Code::CommentNotFound`], [`Code::Forbidden`], or what the store gives.
pub async fn delete(app: &App, by: &Account, id: CommentId) -> Result<(), Error> {
    let (by, role, now) = (by.id, by.role, app.clock.now());
    app.store
        .write(move |tx| {
            let comment = find(tx, id)?;
            if comment.author != by && role < Role::Moderator {
                return Err(not_yours());
            }
            if comment.replies > 0 {
                return Ok(tx.put(&Comment { deleted: true, text: String::new(), ..Comment::clone(&comment) })?);
            }
            remove(tx, id, now)?;
            prune(tx, comment.parent, now)
        })
        .await?;
    app.chores.notify_one();
    Ok(())
}

/// Removes deleted comments upwards from `id` that have no replies any more.
fn prune(tx: &mut Tx<'_>, mut id: Option<CommentId>, now: Timestamp) -> Result<(), Error> {
    for _ in 0..MAX_PRUNED {
        let Some(comment) = id.map(|id| tx.get::<Comment>(&id)).transpose()?.flatten() else { break };
        if !comment.deleted || comment.replies > 0 {
            break;
        }
        remove(tx, comment.id, now)?;
        id = comment.parent;
    }
    Ok(())
}

/// Removes a comment that has no replies; its likes are cleared away afterwards.
fn remove(tx: &mut Tx<'_>, id: CommentId, now: Timestamp) -> Result<(), Error> {
    tx.delete::<Comment>(&id)?;
    housekeeping::note(tx, Chore::Comment(id), now)
}

fn not_yours() -> Error {
    Error::new(Code::Forbidden, "Only its author may do this.")
}

/// Likes a comment, or takes it back. Doing so again changes nothing.
///
/// # Errors
///
/// [`Code::CommentNotFound`], or what the store gives.
pub async fn set_liked(app: &App, account: AccountId, id: CommentId, on: bool) -> Result<CommentView, Error> {
    let at = app.clock.now();
    app.store
        .write(move |tx| {
            find(tx, id)?;
            tx.keep(&(id, account), on, || CommentLike { comment: id, account, at })?;
            Ok::<_, Error>(())
        })
        .await?;
    Ok(CommentView::of(&app.store, &*find(&app.store, id)?, Some(account), LEVELS)?)
}

/// Removes up to `limit` likes of a comment that was deleted; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn purge(tx: &mut Tx<'_>, comment: CommentId, limit: usize) -> Result<bool, StoreError> {
    let likes = tx.records::<CommentLike>(&Range::prefix(&comment).limit(limit))?;
    for like in &likes {
        tx.delete::<CommentLike>(&(like.comment, like.account))?;
    }
    Ok(likes.len() == limit)
}

/// Removes up to `limit` comments of a post that was deleted, with their likes; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn purge_post(tx: &mut Tx<'_>, post: PostId, limit: usize) -> Result<bool, StoreError> {
    let comments = tx.scan(&THREAD, &Range::prefix(&post).limit(limit))?;
    for (_, id) in &comments {
        if purge(tx, *id, limit)? {
            return Ok(true);
        }
        tx.delete::<Comment>(id)?;
    }
    Ok(comments.len() == limit)
}
