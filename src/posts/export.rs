//! Posts, their texts, likes and bookmarks as lines of an export.

use serde::{Deserialize, Serialize};

use super::fields::{MAX_BODY, MAX_IMAGES, MAX_TAG};
use super::record::{Bookmark, Like, Post, PostId, Revision};
use super::{PART, parse_body, parse_categories, parse_title};
use crate::accounts::{Account, AccountId};
use crate::categories::Category;
use crate::clock::Timestamp;
use crate::error::FieldError;
use crate::media::{self, MediaId, Place};
use crate::portable::{Portable, first_fault, needs};
use crate::store::{Read, StoreError};
use crate::text;

/// Most parts of the longest body: a character has up to four bytes.
const MAX_PARTS: usize = (4 * MAX_BODY).div_ceil(PART - 3);

/// Characters that one may become where compatibility forms are unified (U+FDFA is the longest).
const UNFOLDED: usize = 18;

/// A post in an export, but for its text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostLine {
    id: PostId,
    /// Also where it is anonymous.
    author: AccountId,
    anonymous: bool,
    categories: Vec<String>,
    tags: Vec<String>,
    archived: bool,
    /// The number of the revision that holds its present text.
    revision: u32,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
    /// Its pictures, in order.
    #[serde(default)]
    images: Vec<MediaId>,
}

impl Portable for Post {
    type Line = PostLine;

    fn line(&self) -> PostLine {
        let Self { id, author, anonymous, categories, tags, archived, revision, created_at, edited_at, images, .. } =
            self.clone();
        PostLine { id, author, anonymous, categories, tags, archived, revision, created_at, edited_at, images }
    }

    fn from_line(line: PostLine) -> Result<Self, FieldError> {
        let PostLine { id, author, anonymous, categories, tags, archived, revision, created_at, edited_at, images } =
            line;
        let categories = parse_categories(&categories)
            .map_err(|errors| errors.into_iter().next().unwrap_or_else(wrong_categories))?;
        check_tags(&tags)?;
        if images.len() > MAX_IMAGES {
            return Err(FieldError::new("images", format!("must be at most {MAX_IMAGES} pictures")));
        }
        Ok(Self {
            id,
            author,
            anonymous,
            categories,
            tags,
            archived,
            revision,
            likes: 0,
            comments: 0,
            created_at,
            edited_at,
            images,
        })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        for slug in &self.categories {
            if let Some(fault) = needs::<Category>(read, "categories", slug)? {
                return Ok(Some(fault));
            }
        }
        for image in &self.images {
            if let Some(fault) = media::needs_given(read, "images", (*image, self.author), Place::Post(self.id))? {
                return Ok(Some(fault));
            }
        }
        let text = read.contains::<Revision>(&(self.id, self.revision, 0))?;
        let missing = || FieldError::new("revision", "this text of the post is not in post_revisions");
        first_fault([needs::<Account>(read, "author", &self.author), Ok((!text).then(missing))])
    }
}

fn wrong_categories() -> FieldError {
    FieldError::new("categories", "must be 1 to 5 slugs of categories")
}

/// Tags are stored folded, which may have made them longer than they were typed.
fn check_tags(tags: &[String]) -> Result<(), FieldError> {
    let folded = |tag: &String| {
        text::line("tags", tag, 1, MAX_TAG * UNFOLDED).is_ok_and(|line| line == *tag && text::folded(tag) == *tag)
    };
    if tags.len() <= 10 && tags.iter().all(folded) {
        return Ok(());
    }
    Err(FieldError::new("tags", "must be at most 10 tags in lower case"))
}

/// One text of a post in an export, or a part of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionLine {
    post: PostId,
    /// Which of the post's texts, from 0.
    number: u32,
    /// Which part of it, from 0; only long texts have several.
    #[serde(default, skip_serializing_if = "is_first")]
    part: u8,
    /// How many parts it has.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    parts: u8,
    /// Empty but in the first part.
    title: String,
    body: String,
    at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_first(part: &u8) -> bool {
    *part == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_one(parts: &u8) -> bool {
    *parts == 1
}

fn one() -> u8 {
    1
}

impl Portable for Revision {
    type Line = RevisionLine;

    fn line(&self) -> RevisionLine {
        let Self { post, number, part, parts, title, body, at } = self.clone();
        RevisionLine { post, number, part, parts, title, body, at }
    }

    fn from_line(
        RevisionLine { post, number, part, parts, title, body, at }: RevisionLine,
    ) -> Result<Self, FieldError> {
        if part >= parts || usize::from(parts) > MAX_PARTS {
            return Err(FieldError::new("part", format!("must be below `parts`, which is at most {MAX_PARTS}")));
        }
        if part > 0 && !title.is_empty() {
            return Err(FieldError::new("title", "stands in the first part alone"));
        }
        let title = if part == 0 { parse_title(&title)? } else { title };
        let body = if parts == 1 { parse_body(&body)? } else { parse_part(&body)? };
        Ok(Self { post, number, part, parts, title, body, at })
    }

    fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
        let Some(post) = read.get::<Post>(&self.post)? else { return needs::<Post>(read, "post", &self.post) };
        if self.number > post.revision {
            return Ok(Some(FieldError::new("number", format!("the post's last revision is {}", post.revision))));
        }
        let next = self.part + 1;
        let is_whole = next == self.parts || read.contains::<Self>(&(self.post, self.number, next))?;
        Ok((!is_whole).then(|| FieldError::new("parts", format!("part {next} of this text is missing"))))
    }
}

/// Takes a part of a body that was cut anywhere between two characters, also before a space.
fn parse_part(body: &str) -> Result<String, FieldError> {
    if body.len() > PART {
        return Err(FieldError::new("body", format!("must have at most {PART} bytes in one part")));
    }
    let mut closed = text::paragraphs("body", &format!("{body}."), 0, PART + 1)?;
    closed.pop();
    Ok(closed)
}

macro_rules! marks {
    ($($record:ident $line:ident $doc:literal;)+) => {$(
        #[doc = $doc]
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $line {
            post: PostId,
            account: AccountId,
            at: Timestamp,
        }

        impl Portable for $record {
            type Line = $line;

            fn line(&self) -> $line {
                let Self { post, account, at } = *self;
                $line { post, account, at }
            }

            fn from_line($line { post, account, at }: $line) -> Result<Self, FieldError> {
                Ok(Self { post, account, at })
            }

            fn fault(&self, read: &impl Read) -> Result<Option<FieldError>, StoreError> {
                first_fault([needs::<Post>(read, "post", &self.post), needs::<Account>(read, "account", &self.account)])
            }
        }
    )+};
}

marks! {
    Like LikeLine "Who likes a post, in an export.";
    Bookmark BookmarkLine "Who keeps a post, in an export.";
}
