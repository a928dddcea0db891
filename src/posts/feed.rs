//! Lists of posts: by time, by likes or by heat; of everybody, of categories, of a tag, of an author.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::record::{HOT, NEWEST, Post, PostId, Scope, TOP};
use crate::accounts::{self, AccountId};
use crate::error::Error;
use crate::paging::{Page, Paged, write_cursor};
use crate::store::{Index, Range, Read, StoreError};
use crate::text;

/// Entries that one page may look at. A page that finds too few posts among them ends early, with a cursor.
const MAX_EXAMINED: usize = 2000;

/// In which order posts are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    #[default]
    New,
    /// The most liked first.
    Top,
    /// What is new and received much first.
    Hot,
}

impl Sort {
    fn index(self) -> &'static Index<Post, (Scope, i64)> {
        match self {
            Self::New => &NEWEST,
            Self::Top => &TOP,
            Self::Hot => &HOT,
        }
    }
}

/// Which posts are asked for.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// In one of these categories; in any where there are none.
    pub categories: Vec<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// By this author, anonymous ones left out.
    pub author: Option<AccountId>,
    /// In this order.
    pub sort: Sort,
}

impl Feed {
    /// The feed that the parameters `wanted` ask for, by their names: `sort`, `category`, which may come more than once,
    /// `tag` and `author`.
    ///
    /// # Errors
    ///
    /// [`Code::ValidationFailed`](crate::error::Code::ValidationFailed) where one is wrong, or what reading gives.
    pub fn parse<'a>(read: &impl Read, wanted: impl Fn(&'static str) -> Vec<&'a str>) -> Result<Self, Error> {
        let sort = match wanted("sort").last().copied().unwrap_or("new") {
            "new" => Sort::New,
            "top" => Sort::Top,
            "hot" => Sort::Hot,
            _ => return Err(Error::field("sort", "must be new, top or hot")),
        };
        let mut categories: Vec<_> = wanted("category").into_iter().map(str::to_ascii_lowercase).collect();
        categories.sort_unstable();
        categories.dedup();
        if categories.len() > 20 {
            return Err(Error::field("category", "must be at most 20 categories"));
        }
        let author = wanted("author").last().map(|author| accounts::look_up(read, author)).transpose()?;
        let tag = wanted("tag").last().map(|tag| text::folded(tag));
        Ok(Self { categories, tag, author: author.map(|author| author.id), sort })
    }

    /// The narrowest lists that hold every post that is asked for.
    fn scopes(&self) -> Vec<Scope> {
        match (&self.author, &self.tag, self.categories.as_slice()) {
            (Some(author), _, _) => vec![Scope::Author(*author)],
            (None, Some(tag), _) => vec![Scope::Tag(tag.clone())],
            (None, None, []) => vec![Scope::Everything],
            (None, None, categories) => categories.iter().cloned().map(Scope::Category).collect(),
        }
    }

    fn wants(&self, post: &Post) -> bool {
        !post.archived
            && (self.categories.is_empty() || self.categories.iter().any(|slug| post.categories.contains(slug)))
            && self.tag.as_ref().is_none_or(|tag| post.tags.contains(tag))
            && self.author.is_none_or(|author| author == post.author && !post.anonymous)
    }
}

/// A place in a list: the sort value and the id.
type Place = (i64, PostId);

/// One page of `feed`.
///
/// # Errors
///
/// [`crate::error::Code::InvalidCursor`], or what reading gives.
pub fn page(read: &impl Read, feed: &Feed, page: &Page) -> Result<Paged<Arc<Post>>, Error> {
    let index = feed.sort.index();
    let after: Option<Place> = page.after(index.name())?;
    let streams = feed.scopes().into_iter().map(|scope| Stream::new(index, scope, after, page.limit));
    let mut merged = Merged { streams: streams.collect() };
    let mut last = None;
    // A post that moves while it is read may be met at both its places.
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for _ in 0..MAX_EXAMINED {
        let Some(place) = merged.next(read)? else { return Ok(Paged::cut(index.name(), page.limit, found)) };
        let post = read.get::<Post>(&place.1)?.filter(|post| feed.wants(post));
        found.extend(post.filter(|post| seen.insert(post.id)).map(|post| (place, post)));
        if found.len() > page.limit {
            return Ok(Paged::cut(index.name(), page.limit, found));
        }
        last = Some(place);
    }
    let next_cursor = last.map(|place| write_cursor(index.name(), &place));
    Ok(Paged { items: found.into_iter().map(|(_, post)| post).collect(), next_cursor })
}

/// One list, read a stretch at a time, highest place first.
struct Stream {
    index: &'static Index<Post, (Scope, i64)>,
    scope: Scope,
    after: Option<Place>,
    chunk: usize,
    buffer: VecDeque<Place>,
    ended: bool,
}

impl Stream {
    fn new(index: &'static Index<Post, (Scope, i64)>, scope: Scope, after: Option<Place>, limit: usize) -> Self {
        Self { index, scope, after, chunk: limit + 1, buffer: VecDeque::new(), ended: false }
    }

    fn peek(&mut self, read: &impl Read) -> Result<Option<Place>, StoreError> {
        if self.buffer.is_empty() && !self.ended {
            let after = self.after.map(|(rank, id)| ((self.scope.clone(), rank), id));
            let range = Range::prefix(&self.scope).backward().after_some(after.as_ref()).limit(self.chunk);
            let entries = read.scan(self.index, &range)?;
            self.ended = entries.len() < self.chunk;
            self.buffer = entries.into_iter().map(|((_, rank), id)| (rank, id)).collect();
            self.after = self.buffer.back().copied().or(self.after);
        }
        Ok(self.buffer.front().copied())
    }
}

/// Several lists as one, without repeats: a post in two of them has the same place in both.
struct Merged {
    streams: Vec<Stream>,
}

impl Merged {
    fn next(&mut self, read: &impl Read) -> Result<Option<Place>, StoreError> {
        let mut highest = None;
        for stream in &mut self.streams {
            highest = highest.max(stream.peek(read)?);
        }
        for stream in &mut self.streams {
            if highest.is_some() && stream.buffer.front().copied() == highest {
                stream.buffer.pop_front();
            }
        }
        Ok(highest)
    }
}
