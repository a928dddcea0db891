//! Likes and bookmarks.

use std::sync::Arc;

use super::record::{BOOKMARKS, Bookmark, LIKES, Like, Post, PostId};
use super::{PostView, find};
use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::paging::{Page, Paged};
use crate::store::{Index, Range, Read, Record, StoreError, Tx};

/// What a reader puts on a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They like it, and it counts.
    Like,
    /// They keep it, and nobody knows.
    Bookmark,
}

/// Puts a mark on a post, or takes it off. Doing so again changes nothing.
///
/// # Errors
///
/// [`crate::error::Code::PostNotFound`], or what the store gives.
pub async fn set_mark(app: &App, account: AccountId, post: PostId, mark: Mark, on: bool) -> Result<PostView, Error> {
    let at = app.clock.now();
    app.store
        .write(move |tx| {
            find(tx, post)?;
            let key = (post, account);
            match mark {
                Mark::Like => tx.keep(&key, on, || Like { post, account, at })?,
                Mark::Bookmark => tx.keep(&key, on, || Bookmark { post, account, at })?,
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(PostView::of(&app.store, &*find(&app.store, post)?, Some(account))?)
}

/// A page of the posts that `account` likes, the latest liked first.
///
/// # Errors
///
/// [`crate::error::Code::InvalidCursor`], or what reading gives.
pub fn liked(read: &impl Read, account: AccountId, page: &Page) -> Result<Paged<Arc<Post>>, Error> {
    marked(read, &LIKES, account, page)
}

/// A page of the posts that `account` keeps, the latest kept first.
///
/// # Errors
///
/// [`crate::error::Code::InvalidCursor`], or what reading gives.
pub fn bookmarked(read: &impl Read, account: AccountId, page: &Page) -> Result<Paged<Arc<Post>>, Error> {
    marked(read, &BOOKMARKS, account, page)
}

fn marked<R: Record<Key = (PostId, AccountId)>>(
    read: &impl Read,
    index: &Index<R, (AccountId, Timestamp)>,
    account: AccountId,
    page: &Page,
) -> Result<Paged<Arc<Post>>, Error> {
    let mut place: Option<(Timestamp, PostId)> = page.after(index.name())?;
    let mut found = Vec::new();
    while found.len() <= page.limit {
        let after = place.map(|(at, post)| ((account, at), (post, account)));
        let range = Range::prefix(&account).backward().after_some(after.as_ref()).limit(page.limit + 1);
        let entries = read.scan(index, &range)?;
        for ((_, at), (post, _)) in &entries {
            place = Some((*at, *post));
            // A post that was deleted is passed over.
            found.extend(read.get::<Post>(post)?.map(|found| ((*at, *post), found)));
        }
        if entries.len() <= page.limit {
            break;
        }
    }
    Ok(Paged::cut(index.name(), page.limit, found))
}

/// Removes up to `limit` marks of each kind from a post that was deleted; whether there may be more.
pub(super) fn purge(tx: &mut Tx<'_>, post: PostId, limit: usize) -> Result<bool, StoreError> {
    Ok(purge_kind::<Like>(tx, post, limit)? | purge_kind::<Bookmark>(tx, post, limit)?)
}

fn purge_kind<R: Record<Key = (PostId, AccountId)>>(
    tx: &mut Tx<'_>,
    post: PostId,
    limit: usize,
) -> Result<bool, StoreError> {
    let marks = tx.records::<R>(&Range::prefix(&post).limit(limit))?;
    for mark in &marks {
        tx.delete::<R>(&mark.key())?;
    }
    Ok(marks.len() == limit)
}

/// Removes up to `limit` bookmarks of an account that was deleted; whether there may be more. Its likes go on counting.
///
/// # Errors
///
/// What the store gives.
pub fn purge_account(tx: &mut Tx<'_>, account: AccountId, limit: usize) -> Result<bool, StoreError> {
    let bookmarks = tx.scan(&BOOKMARKS, &Range::prefix(&account).limit(limit))?;
    for (_, key) in &bookmarks {
        tx.delete::<Bookmark>(key)?;
    }
    Ok(bookmarks.len() == limit)
}
