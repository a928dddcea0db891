//! Posts: writing, editing, listing, and what readers do with them.

mod export;
mod feed;
mod fields;
mod marks;
mod record;
pub mod routes;
mod view;

use std::sync::Arc;

use serde::Serialize;

pub use feed::{Feed, Sort, page};
pub use fields::{
    MAX_BODY, MAX_IMAGES, MAX_TITLE, parse_body, parse_categories, parse_images, parse_tags, parse_title,
};
pub use marks::{Mark, bookmarked, liked, purge_account, set_mark};
pub use record::{Bookmark, Like, Post, PostId, Revision};
pub use view::{PostView, RevisionView, author, feed_page, post_page};

use crate::accounts::{Account, AccountId, Role};
use crate::app::App;
use crate::categories;
use crate::clock::Timestamp;
use crate::error::{Code, Error, FieldError};
use crate::housekeeping::{self, Chore};
use crate::idempotency::{Given, Once, once};
use crate::media::{self, MediaId, Place};
use crate::paging::{Page, Paged};
use crate::store::{Range, Read, StoreError, Tx};
use crate::text::pieces;
use record::OWN;

/// Bytes of a body in one record.
const PART: usize = 48 * 1024;

/// A new post's fields, each of them acceptable but for the categories, which must exist.
#[derive(Clone, Debug, Serialize)]
pub struct NewPost {
    /// 1 to 200 characters.
    pub title: String,
    /// 0 to 20,000 characters.
    pub body: String,
    /// 1 to 5 slugs.
    pub categories: Vec<String>,
    /// 0 to 10 tags.
    pub tags: Vec<String>,
    /// Whether nobody is told who wrote it.
    pub anonymous: bool,
    /// Up to 4 pictures of the author that are not used yet.
    pub images: Vec<MediaId>,
}

/// What to change in a post; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// The title.
    pub title: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// The categories.
    pub categories: Option<Vec<String>>,
    /// The tags.
    pub tags: Option<Vec<String>>,
    /// The pictures, in order: those that it has may stay, and new ones may come.
    pub images: Option<Vec<MediaId>>,
}

/// Writes a post.
///
/// # Errors
///
/// [`Code::ValidationFailed`] for an unknown category or a picture that cannot be used, [`Code::IdempotencyKeyReused`], or
/// what the store gives.
pub async fn create(app: &App, author: AccountId, new: NewPost, key: Option<Once>) -> Result<Given, Error> {
    let now = app.clock.now();
    let post = Post {
        id: app.ids.next(now),
        author,
        anonymous: new.anonymous,
        categories: new.categories,
        tags: new.tags,
        archived: false,
        revision: 0,
        likes: 0,
        comments: 0,
        created_at: now,
        edited_at: None,
        images: new.images,
    };
    let (title, body) = (new.title, new.body);
    app.store
        .write(move |tx| {
            once(tx, author, key.as_ref(), now, |tx| {
                check_categories(tx, &post.categories)?;
                media::give(tx, author, &post.images, Place::Post(post.id), "images")?;
                put_text(tx, post.id, 0, (&title, &body), now)?;
                tx.put(&post)?;
                Ok(PostView::of(tx, &post, Some(author))?)
            })
        })
        .await
}

fn check_categories(tx: &Tx<'_>, slugs: &[String]) -> Result<(), Error> {
    let mut unknown = Vec::new();
    for slug in slugs {
        if !categories::exists(tx, slug)? {
            unknown.push(FieldError::new(
                "categories",
                format!("there is no category '{slug}'; GET /categories lists them"),
            ));
        }
    }
    if unknown.is_empty() { Ok(()) } else { Err(Error::validation(unknown)) }
}

fn put_text(tx: &mut Tx<'_>, post: PostId, number: u32, text: (&str, &str), at: Timestamp) -> Result<(), Error> {
    Ok(revision_parts(post, number, text, at).iter().try_for_each(|part| tx.put(part))?)
}

/// A text of a post, with its title and its body, in as many parts as it takes.
pub fn revision_parts(post: PostId, number: u32, (title, body): (&str, &str), at: Timestamp) -> Vec<Revision> {
    let pieces = pieces(body, PART);
    // The longest body has two.
    let parts = u8::try_from(pieces.len()).unwrap_or(u8::MAX);
    let revision = |(part, body): (u8, &str)| {
        let title = if part == 0 { title.to_owned() } else { String::new() };
        Revision { post, number, part, parts, title, body: body.to_owned(), at }
    };
    (0..parts).zip(pieces).map(revision).collect()
}

/// The post `id`.
///
/// # Errors
///
/// [`Code::PostNotFound`], or what reading gives.
pub fn find(read: &impl Read, id: PostId) -> Result<Arc<Post>, Error> {
    read.get::<Post>(&id)?.ok_or_else(|| Error::new(Code::PostNotFound, "It may have been deleted."))
}

/// Changes a post; only its author may. The text before is kept in its history.
///
/// # Errors
///
/// [`Code::PostNotFound`], [`Code::Forbidden`], [`Code::ValidationFailed`] for an unknown category or a picture that cannot
/// be used, or what the store gives.
pub async fn edit(app: &App, editor: AccountId, id: PostId, edit: Edit) -> Result<PostView, Error> {
    let now = app.clock.now();
    let edited = app
        .store
        .write(move |tx| {
            let mut post = own(tx, editor, id)?;
            let old = view::text(tx, id, post.revision)?.unwrap_or_default();
            let title = edit.title.as_ref().unwrap_or(&old.title);
            let body = edit.body.as_ref().unwrap_or(&old.body);
            if (title, body) != (&old.title, &old.body) {
                post.revision += 1;
                post.edited_at = Some(now);
                put_text(tx, id, post.revision, (title, body), now)?;
            }
            if let Some(categories) = &edit.categories {
                check_categories(tx, categories)?;
                post.categories.clone_from(categories);
            }
            if let Some(tags) = &edit.tags {
                post.tags.clone_from(tags);
            }
            if let Some(images) = &edit.images {
                set_images(tx, &mut post, images, now)?;
            }
            tx.put(&post)?;
            Ok::<_, Error>(PostView::of(tx, &post, Some(editor))?)
        })
        .await?;
    app.chores.notify_one();
    Ok(edited)
}

/// Gives a post these pictures; those that it had and has no longer are gone.
fn set_images(tx: &mut Tx<'_>, post: &mut Post, images: &[MediaId], now: Timestamp) -> Result<(), Error> {
    media::give(tx, post.author, images, Place::Post(post.id), "images")?;
    for gone in post.images.iter().filter(|id| !images.contains(id)) {
        media::remove(tx, *gone, now)?;
    }
    post.images = images.to_vec();
    Ok(())
}

/// Takes a post off the lists, or puts it back; only its author may.
///
/// # Errors
///
/// [`Code::PostNotFound`], [`Code::Forbidden`], or what the store gives.
pub async fn set_archived(app: &App, editor: AccountId, id: PostId, archived: bool) -> Result<PostView, Error> {
    app.store
        .write(move |tx| {
            let post = Post { archived, ..own(tx, editor, id)? };
            tx.put(&post)?;
            Ok(PostView::of(tx, &post, Some(editor))?)
        })
        .await
}

/// Deletes a post; its author may, and moderators. Its text, its pictures and its comments go with it.
///
/// # Errors
///
/// [`Code::PostNotFound`], [`Code::Forbidden`], or what the store gives.
pub async fn delete(app: &App, by: &Account, id: PostId) -> Result<(), Error> {
    let (by, role, now) = (by.id, by.role, app.clock.now());
    app.store
        .write(move |tx| {
            let post = find(tx, id)?;
            if post.author != by && role < Role::Moderator {
                return Err(not_yours());
            }
            post.images.iter().try_for_each(|image| media::remove(tx, *image, now))?;
            tx.delete::<Post>(&id)?;
            housekeeping::note(tx, Chore::Post(id), now)
        })
        .await?;
    app.chores.notify_one();
    Ok(())
}

/// The post as its author may change it.
fn own(tx: &Tx<'_>, editor: AccountId, id: PostId) -> Result<Post, Error> {
    let post = find(tx, id)?;
    if post.author == editor { Ok(Post::clone(&post)) } else { Err(not_yours()) }
}

fn not_yours() -> Error {
    Error::new(Code::Forbidden, "Only its author may do this.")
}

/// A page of a post's earlier texts, the latest first.
///
/// # Errors
///
/// [`Code::PostNotFound`], [`Code::InvalidCursor`], or what reading gives.
pub fn history(read: &impl Read, id: PostId, page: &Page) -> Result<Paged<RevisionView>, Error> {
    let list = format!("history of {id}");
    let post = find(read, id)?;
    let before = page.after(&list)?.unwrap_or(post.revision);
    Ok(Paged::cut(&list, page.limit, view::history(read, &post, before, page.limit + 1)?))
}

/// A page of one's own posts, the newest first: those that are archived, or those that are not.
///
/// # Errors
///
/// [`Code::InvalidCursor`], or what reading gives.
pub fn own_posts(read: &impl Read, author: AccountId, archived: bool, page: &Page) -> Result<Paged<Arc<Post>>, Error> {
    let list = format!("{} {archived}", OWN.name());
    let after = page.after::<PostId>(&list)?.map(|id| ((author, archived), id));
    let range = Range::prefix(&(author, archived)).backward().after_some(after.as_ref()).limit(page.limit + 1);
    let entries = read.scan(&OWN, &range)?;
    let posts = entries
        .into_iter()
        .filter_map(|(_, id)| read.get::<Post>(&id).map(|post| post.map(|post| (id, post))).transpose());
    Ok(Paged::cut(&list, page.limit, posts.collect::<Result<_, _>>()?))
}

/// Removes up to `limit` of what belongs to a post that was deleted; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn purge(tx: &mut Tx<'_>, post: PostId, limit: usize) -> Result<bool, StoreError> {
    let parts = view::parts_of(tx, post, limit)?;
    for part in &parts {
        tx.delete::<Revision>(part)?;
    }
    let marks = marks::purge(tx, post, limit)?;
    Ok(marks || parts.len() == limit)
}
