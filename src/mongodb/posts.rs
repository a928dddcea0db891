//! Posts from the collection `posts`, and the categories they are in.

use std::collections::{BTreeSet, HashMap};

use crate::accounts::AccountId;
use crate::categories::{self, Category};
use crate::clock::Timestamp;
use crate::posts::{Bookmark, Like, MAX_BODY, MAX_TITLE, Post, PostId, parse_tags, revision_parts};
use crate::text;

use super::value::{Document, Value};
use super::{CATEGORIES, DumpError, Import, POSTS, ids};

const COLLECTION: &str = "posts";

/// Every field that is read.
const FIELDS: &[&str] = &[
    "_id",
    "id",
    "__v",
    "title",
    "content",
    "body",
    "text",
    "description",
    "author",
    "user",
    "userId",
    "createdBy",
    "category",
    "categories",
    "tags",
    "likes",
    "likedBy",
    "bookmarks",
    "bookmarkedBy",
    "savedBy",
    "anonymous",
    "isAnonymous",
    "archived",
    "isArchived",
    "deleted",
    "isDeleted",
    "comments",
    "images",
    "image",
    "createdAt",
    "created_at",
    "updatedAt",
    "editedAt",
    "isEdited",
];

/// Fields that say who wrote something.
pub(super) const AUTHOR: &[&str] = &["author", "user", "userId", "createdBy"];

/// The posts that were imported.
#[derive(Default)]
pub(super) struct Posts {
    by_key: HashMap<String, (PostId, Timestamp)>,
    /// Slugs of the categories that are there.
    slugs: BTreeSet<String>,
    /// Slugs by the ids of the categories' own documents.
    categories: HashMap<String, String>,
}

impl Posts {
    /// The post that the dump calls `key`, and when it was written.
    pub(super) fn find(&self, key: &str) -> Option<(PostId, Timestamp)> {
        self.by_key.get(key).copied()
    }
}

impl Import<'_> {
    /// Takes all posts.
    pub(super) fn posts(&mut self) -> Result<Posts, DumpError> {
        let mut posts = Posts::default();
        let documents = self.dump.open(CATEGORIES)?;
        self.each("categories", documents, |import, document, key| import.category(document, key, &mut posts))?;
        let documents = self.dump.open(POSTS)?;
        self.each(COLLECTION, documents, |import, document, key| import.post(document, key, &mut posts))?;
        Ok(posts)
    }

    fn category(&mut self, document: &Document, key: &str, posts: &mut Posts) -> Result<(), DumpError> {
        let name = document.text(&["name", "title", "slug"]).unwrap_or_default();
        let slug = document.text(&["slug"]).map_or_else(|| slug(&name), |text| slug(&text));
        if slug.is_empty() {
            self.report.skipped("categories", key, "its name has no letters of which a slug could be made", &name);
            return Ok(());
        }
        posts.categories.insert(key.to_owned(), slug.clone());
        self.make_category(slug, &name, posts)
    }

    /// Makes a category where it is not there yet.
    fn make_category(&mut self, slug: String, name: &str, posts: &mut Posts) -> Result<(), DumpError> {
        if !posts.slugs.insert(slug.clone()) {
            return Ok(());
        }
        let line = text::forced_line(name);
        let name = text::cut(&line, 60).0.trim_end().to_owned();
        let name = if categories::parse_name(&name).is_ok() { name } else { slug.clone() };
        let key = slug.clone();
        self.put("categories", &key, Category { slug, name, posts: 0, removed: false })?;
        Ok(())
    }

    fn post(&mut self, document: &Document, key: &str, posts: &mut Posts) -> Result<(), DumpError> {
        if posts.by_key.contains_key(key) {
            self.report.skipped(COLLECTION, key, "another one has the same _id", "");
            return Ok(());
        }
        if document.is(&["deleted", "isDeleted"]) {
            self.report.skipped(COLLECTION, key, "it was deleted", "");
            return Ok(());
        }
        let names = document.0.iter().map(|(name, _)| name.as_str());
        self.report.unread(COLLECTION, names.filter(|name| !FIELDS.contains(name)));
        let author = self.author(COLLECTION, key, document)?;
        let at = document.created().unwrap_or(Timestamp::from_millis(0));
        let id: PostId = ids::id(COLLECTION, key, at);
        let edited_at = document
            .time(&["editedAt"])
            .or_else(|| document.time(&["updatedAt"]).filter(|_| document.is(&["isEdited"])));
        let (title, body) = self.text_of_post(document, key);
        let post = Post {
            id,
            author,
            anonymous: document.is(&["anonymous", "isAnonymous"]),
            categories: self.categories_of(document, key, posts)?,
            tags: self.tags_of(document, key),
            archived: document.is(&["archived", "isArchived"]),
            revision: 0,
            likes: 0,
            comments: 0,
            created_at: at,
            edited_at,
            images: Vec::new(),
        };
        if !document.list(&["images", "image"]).is_empty() {
            self.report.mended(COLLECTION, key, "its pictures stay behind", "");
        }
        if !self.put(COLLECTION, key, post)? {
            return Ok(());
        }
        for revision in revision_parts(id, 0, (&title, &body), at) {
            self.put(COLLECTION, key, revision)?;
        }
        posts.by_key.insert(key.to_owned(), (id, at));
        for account in self.those(COLLECTION, key, document, &["likes", "likedBy"], "likes") {
            self.put(COLLECTION, key, Like { post: id, account, at })?;
        }
        for account in self.those(COLLECTION, key, document, &["bookmarks", "bookmarkedBy", "savedBy"], "bookmarks") {
            self.bookmark(account, (id, at))?;
        }
        self.comments(key, (id, at), document.list(&["comments"]))
    }

    /// Has an account keep a post.
    pub(super) fn bookmark(&mut self, account: AccountId, (post, at): (PostId, Timestamp)) -> Result<(), DumpError> {
        self.put(COLLECTION, &post.to_string(), Bookmark { post, account, at }).map(drop)
    }

    fn text_of_post(&mut self, document: &Document, key: &str) -> (String, String) {
        let body = document.text(&["content", "body", "text", "description"]).unwrap_or_default();
        let body = self.cut(COLLECTION, key, &body, MAX_BODY);
        let title = text::forced_line(&document.text(&["title"]).unwrap_or_default());
        if !text::can_be_seen(&title) {
            self.report.mended(COLLECTION, key, "it has no title, so its first line is the title", "");
            let first = text::forced_line(body.lines().find(|line| text::can_be_seen(line)).unwrap_or("Untitled"));
            return (text::cut(&first, 80).0.trim_end().to_owned(), body);
        }
        let (start, rest) = text::cut(&title, MAX_TITLE);
        if !rest.is_empty() {
            self.report.mended(COLLECTION, key, "the title was too long and is cut; the report has the rest", rest);
        }
        (start.trim_end().to_owned(), body)
    }

    fn categories_of(&mut self, document: &Document, key: &str, posts: &mut Posts) -> Result<Vec<String>, DumpError> {
        let mut slugs = Vec::new();
        for value in document.list(&["categories", "category"]) {
            let name = match value {
                Value::Document(filled) => filled.text(&["slug", "name", "title"]),
                other => other.text(),
            };
            let known = value.key().and_then(|key| posts.categories.get(&key).cloned());
            let made = known.or_else(|| name.as_deref().map(slug)).filter(|slug| !slug.is_empty());
            let Some(slug) = made else {
                self.report.mended(COLLECTION, key, "it is in a category that is not there", "");
                continue;
            };
            if !slugs.contains(&slug) {
                self.make_category(slug.clone(), &name.unwrap_or_default(), posts)?;
                slugs.push(slug);
            }
        }
        if slugs.len() > 5 {
            self.report.mended(COLLECTION, key, "it is in more than five categories: in the first five now", "");
            slugs.truncate(5);
        }
        if slugs.is_empty() {
            self.make_category("general".into(), "General", posts)?;
            slugs.push("general".into());
        }
        Ok(slugs)
    }

    fn tags_of(&mut self, document: &Document, key: &str) -> Vec<String> {
        let given: Vec<String> = document.list(&["tags"]).iter().filter_map(Value::text).collect();
        let split = given.iter().flat_map(|tag| tag.split([',', ';'])).map(text::forced_line);
        let mut tags: Vec<String> = Vec::new();
        let mut lost = Vec::new();
        for tag in split.filter(|tag| !tag.is_empty()) {
            match parse_tags(std::slice::from_ref(&tag)) {
                Ok(one) if one.iter().all(|tag| tags.contains(tag)) => {}
                Ok(one) if tags.len() < 10 => tags.extend(one),
                _ => lost.push(tag),
            }
        }
        if !lost.is_empty() {
            let reason = "it has more than ten tags, or too long ones, which are left out";
            self.report.mended(COLLECTION, key, reason, &lost.join(", "));
        }
        tags
    }
}

/// A category's slug of its name.
fn slug(name: &str) -> String {
    text::slug(name, 40).replace('_', "-")
}
