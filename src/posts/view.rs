//! Posts as they go out.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::feed::Feed;
use super::record::{Bookmark, Like, Post, PostId, Revision};
use crate::accounts::{Account, AccountId, UserSummary};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::media::MediaView;
use crate::pages::{Pages, Subject, Template};
use crate::paging::{Page, Paged};
use crate::store::{Observed, Range, Read, StoreError};

/// A post as it goes out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Post)]
pub struct PostView {
    pub(super) id: PostId,
    title: String,
    body: String,
    /// Null where the post is anonymous.
    #[schema(required)]
    author: Option<UserSummary>,
    anonymous: bool,
    categories: Vec<String>,
    tags: Vec<String>,
    images: Vec<MediaView>,
    like_count: u64,
    comment_count: u64,
    created_at: Timestamp,
    #[schema(required)]
    edited_at: Option<Timestamp>,
    archived: bool,
    /// Left out where nobody is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    viewer: Option<PostViewer>,
}

/// What a post is to whoever asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PostViewer {
    /// Whether they like it.
    liked: bool,
    /// Whether they keep it.
    bookmarked: bool,
    /// Whether they wrote it.
    mine: bool,
}

impl PostView {
    /// `post` as `viewer` sees it.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub fn of(read: &impl Read, post: &Post, viewer: Option<AccountId>) -> Result<Self, StoreError> {
        let Text { title, body, .. } = text(read, post.id, post.revision)?.unwrap_or_default();
        let viewer = viewer.map(|viewer| PostViewer::of(read, &subject(post), viewer)).transpose()?;
        Ok(Self {
            id: post.id,
            title,
            body,
            author: author(read, post.author, post.anonymous)?,
            anonymous: post.anonymous,
            categories: post.categories.clone(),
            tags: post.tags.clone(),
            images: images(read, post)?,
            like_count: post.likes,
            comment_count: post.comments,
            created_at: post.created_at,
            edited_at: post.edited_at,
            archived: post.archived,
            viewer,
        })
    }
}

fn images(read: &impl Read, post: &Post) -> Result<Vec<MediaView>, StoreError> {
    post.images.iter().filter_map(|id| MediaView::of(read, *id).transpose()).collect()
}

impl PostViewer {
    fn of(read: &impl Read, post: &Subject, viewer: AccountId) -> Result<Self, StoreError> {
        let id = PostId::from(post.id);
        Ok(Self {
            liked: post.is_liked && read.contains::<Like>(&(id, viewer))?,
            bookmarked: read.contains::<Bookmark>(&(id, viewer))?,
            mine: post.author == viewer,
        })
    }
}

/// What `post` is to `viewer`.
///
/// # Errors
///
/// What reading gives.
pub(super) fn viewer_part(read: &impl Read, post: &Subject, viewer: AccountId) -> Result<PostViewer, Error> {
    Ok(PostViewer::of(read, post, viewer)?)
}

fn subject(post: &Post) -> Subject {
    Subject { id: post.id.bytes(), author: post.author, is_liked: post.likes > 0 }
}

/// The post `id` as a part of pages.
///
/// # Errors
///
/// [`Code::PostNotFound`](crate::error::Code::PostNotFound), or what reading gives.
pub(super) fn piece(pages: &Pages, read: &Observed<'_>, id: PostId) -> Result<Arc<Template>, Error> {
    pages.piece(id.bytes(), read, |read| {
        let post = super::find(read, id)?;
        Ok(Template::of(&PostView::of(read, &post, None)?)?.about(subject(&post)))
    })
}

/// The page of one post.
///
/// # Errors
///
/// [`Code::PostNotFound`](crate::error::Code::PostNotFound), or what reading gives.
pub fn post_page(pages: &Pages, read: &Observed<'_>, id: PostId) -> Result<Template, Error> {
    Ok(Template::clone(&*piece(pages, read, id)?))
}

/// A page of the posts that the parameters `wanted` ask for, by their names.
///
/// # Errors
///
/// [`Code::ValidationFailed`](crate::error::Code::ValidationFailed) where one of them is wrong, or what reading gives.
pub fn feed_page<'a>(
    pages: &Pages,
    read: &Observed<'_>,
    wanted: impl Fn(&'static str) -> Vec<&'a str>,
    page: &Page,
) -> Result<Template, Error> {
    let feed = Feed::parse(read, wanted)?;
    listed(pages, read, &super::page(read, &feed, page)?)
}

/// A page of posts, put together from their pieces.
///
/// # Errors
///
/// What reading gives.
pub(super) fn listed(pages: &Pages, read: &Observed<'_>, page: &Paged<Arc<Post>>) -> Result<Template, Error> {
    let piece = |post: &Arc<Post>| match piece(pages, read, post.id) {
        // It was deleted since the list was read.
        Err(error) if error.code == Code::PostNotFound => None,
        piece => Some(piece),
    };
    let pieces = page.items.iter().filter_map(piece).collect::<Result<Vec<_>, _>>()?;
    Ok(Template::list(&pieces, page.next_cursor.as_deref()))
}

/// Who wrote something, unless it is anonymous.
///
/// # Errors
///
/// What reading gives.
pub fn author(read: &impl Read, author: AccountId, anonymous: bool) -> Result<Option<UserSummary>, StoreError> {
    if anonymous {
        return Ok(None);
    }
    Ok(read.get::<Account>(&author)?.map(|account| UserSummary::from(&*account)))
}

/// One text of a post.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// The title.
    pub title: String,
    /// The body.
    pub body: String,
    /// When it was written.
    pub at: Option<Timestamp>,
}

/// The text of revision `number`, put together from its parts; `None` where the post is gone.
///
/// # Errors
///
/// What reading gives.
pub(super) fn text(read: &impl Read, post: PostId, number: u32) -> Result<Option<Text>, StoreError> {
    let Some(first) = read.get::<Revision>(&(post, number, 0))? else { return Ok(None) };
    let mut text = Text { title: first.title.clone(), body: first.body.clone(), at: Some(first.at) };
    for part in 1..first.parts {
        let part = read.get::<Revision>(&(post, number, part))?;
        text.body.push_str(part.as_ref().map_or("", |part| &part.body));
    }
    Ok(Some(text))
}

/// An earlier text of a post, as it goes out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PostRevision)]
pub struct RevisionView {
    /// Which of the post's texts, from 0.
    revision: u32,
    title: String,
    body: String,
    /// When this text was written.
    written_at: Timestamp,
}

/// The texts of `post` before revision `before`, the latest first, at most `limit`, each with its number.
///
/// # Errors
///
/// What reading gives.
pub(super) fn history(
    read: &impl Read,
    post: &Post,
    before: u32,
    limit: usize,
) -> Result<Vec<(u32, RevisionView)>, StoreError> {
    let mut found = Vec::new();
    for number in (0..before.min(post.revision)).rev().take(limit) {
        if let Some(Text { title, body, at }) = text(read, post.id, number)? {
            let written_at = at.unwrap_or(post.created_at);
            found.push((number, RevisionView { revision: number, title, body, written_at }));
        }
    }
    Ok(found)
}

/// Up to `limit` parts of the texts of a post that is gone, by key.
///
/// # Errors
///
/// What reading gives.
pub(super) fn parts_of(read: &impl Read, post: PostId, limit: usize) -> Result<Vec<(PostId, u32, u8)>, StoreError> {
    let parts = read.records::<Revision>(&Range::prefix(&post).limit(limit))?;
    Ok(parts.iter().map(|part| (part.post, part.number, part.part)).collect())
}
