//! The stored form of posts, and everything that lists them.

use crate::accounts::AccountId;
use crate::categories::Category;
use crate::clock::Timestamp;
use crate::id_type;
use crate::media::MediaId;
use crate::store::codec::{CodecError, decode_extended};
use crate::store::key::{Key, KeyError};
use crate::store::{Index, IndexOf, Record, Tally, TallyOf};

id_type!(
    /// Identifies a post.
    PostId
);

/// A post but for its text, which stands in [`Revision`]s: so a like does not write the text again.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Who wrote it, also where it is anonymous: this never leaves the store by any other way than the owner's own lists.
    pub author: AccountId,
    /// Whether nobody is told who wrote it.
    pub anonymous: bool,
    /// Slugs of its categories.
    pub categories: Vec<String>,
    /// Its tags, lower case.
    pub tags: Vec<String>,
    /// Whether its author took it off the lists.
    pub archived: bool,
    /// The number of the revision that holds its text, from 0.
    pub revision: u32,
    /// How many like it, kept by the store.
    pub likes: u64,
    /// How many comments it has that are not deleted, kept by the store.
    pub comments: u64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
    /// Its pictures, in order.
    pub images: Vec<MediaId>,
}

/// Which posts a list holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// All.
    Everything,
    /// Those in a category.
    Category(String),
    /// Those with a tag.
    Tag(String),
    /// Those of an author that are not anonymous.
    Author(AccountId),
}

impl Key for Scope {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Everything => 0_u8.write(out),
            Self::Category(slug) => {
                1_u8.write(out);
                slug.write(out);
            }
            Self::Tag(tag) => {
                2_u8.write(out);
                tag.write(out);
            }
            Self::Author(id) => {
                3_u8.write(out);
                id.write(out);
            }
        }
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        match u8::read(input)? {
            0 => Ok(Self::Everything),
            1 => Key::read(input).map(Self::Category),
            2 => Key::read(input).map(Self::Tag),
            3 => Key::read(input).map(Self::Author),
            _ => Err(KeyError),
        }
    }
}

impl Post {
    /// The lists that the post is in, each with `rank` as its place.
    fn listed(&self, rank: i64) -> Vec<(Scope, i64)> {
        if self.archived {
            return Vec::new();
        }
        let author = (!self.anonymous).then_some(Scope::Author(self.author));
        std::iter::once(Scope::Everything)
            .chain(self.categories.iter().cloned().map(Scope::Category))
            .chain(self.tags.iter().cloned().map(Scope::Tag))
            .chain(author)
            .map(|scope| (scope, rank))
            .collect()
    }

    /// Its place in the hot lists: the moment it was written in milliseconds, moved some 3.75 hours into the future by
    /// each doubling of what it received. This is Reddit's ranking (12.5 hours for each tenfold) in whole numbers, so
    /// that every machine computes the same.
    pub fn heat(&self) -> i64 {
        /// 12.5 hours times the decimal logarithm of 2, in milliseconds.
        const DOUBLING: i64 = 13_546_000;
        let received = 1 + self.likes.saturating_add(self.comments);
        let doublings = i64::from(received.ilog2());
        let rest = received - (1 << received.ilog2());
        // Between two powers of two the logarithm is close to a straight line.
        let part = (i128::from(rest) * i128::from(DOUBLING)) >> received.ilog2();
        self.created_at.millis().saturating_add(doublings * DOUBLING + i64::try_from(part).unwrap_or(0))
    }
}

/// Posts in each list in the order in which they were written. Their ids know that, also where a clock was set back.
pub(super) static NEWEST: Index<Post, (Scope, i64)> =
    Index::plain("posts_newest", |post| post.listed(post.id.millis()));

/// Posts in each list by how many like them.
pub(super) static TOP: Index<Post, (Scope, i64)> =
    Index::plain("posts_top", |post| post.listed(i64::try_from(post.likes).unwrap_or(i64::MAX)));

/// Posts in each list by [`Post::heat`].
pub(super) static HOT: Index<Post, (Scope, i64)> = Index::plain("posts_hot", |post| post.listed(post.heat()));

/// All posts of their authors, anonymous ones too, archived ones apart. Read for the author alone.
pub(super) static OWN: Index<Post, (AccountId, bool)> =
    Index::plain("posts_own", |post| vec![(post.author, post.archived)]);

/// Posts that are not archived, in each of their categories.
static IN_CATEGORY: Tally<Post, Category> = Tally::new(
    "posts in categories",
    |post| if post.archived { Vec::new() } else { post.categories.clone() },
    |category| &mut category.posts,
);

impl Record for Post {
    type Key = PostId;
    const TABLE: &'static str = "posts";
    const VERSION: u8 = 2;
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&NEWEST, &TOP, &HOT, &OWN];
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&IN_CATEGORY];

    fn key(&self) -> PostId {
        self.id
    }

    fn migrate(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        match version {
            // There were no pictures.
            1 => decode_extended(body, &[0]),
            _ => Err(CodecError::Version(version)),
        }
    }
}

/// One text of a post, or a part of it. Texts are never changed: an edit adds the next revision.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Revision {
    /// The post.
    pub post: PostId,
    /// Which of its texts, from 0.
    pub number: u32,
    /// Which part of the text, from 0: a record stays under 64 KiB, and 20,000 characters may take 80 KB.
    pub part: u8,
    /// How many parts there are.
    pub parts: u8,
    /// The title, in part 0.
    pub title: String,
    /// This part of the body.
    pub body: String,
    /// When it was written.
    pub at: Timestamp,
}

impl Record for Revision {
    type Key = (PostId, u32, u8);
    const TABLE: &'static str = "post_revisions";

    fn key(&self) -> Self::Key {
        (self.post, self.number, self.part)
    }
}

/// Somebody likes a post.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Like {
    /// The post.
    pub post: PostId,
    /// Who likes it.
    pub account: AccountId,
    /// Since when.
    pub at: Timestamp,
}

/// An account's likes by time.
pub(super) static LIKES: Index<Like, (AccountId, Timestamp)> =
    Index::plain("post_likes_by_account", |like| vec![(like.account, like.at)]);

static LIKES_OF_POST: Tally<Like, Post> = Tally::new("likes of posts", |like| vec![like.post], |post| &mut post.likes);

impl Record for Like {
    type Key = (PostId, AccountId);
    const TABLE: &'static str = "post_likes";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&LIKES];
    const TALLIES: &'static [&'static dyn TallyOf<Self>] = &[&LIKES_OF_POST];

    fn key(&self) -> Self::Key {
        (self.post, self.account)
    }
}

/// Somebody keeps a post to find it again.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Bookmark {
    /// The post.
    pub post: PostId,
    /// Who keeps it.
    pub account: AccountId,
    /// Since when.
    pub at: Timestamp,
}

/// An account's bookmarks by time.
pub(super) static BOOKMARKS: Index<Bookmark, (AccountId, Timestamp)> =
    Index::plain("post_bookmarks_by_account", |bookmark| vec![(bookmark.account, bookmark.at)]);

impl Record for Bookmark {
    type Key = (PostId, AccountId);
    const TABLE: &'static str = "post_bookmarks";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BOOKMARKS];

    fn key(&self) -> Self::Key {
        (self.post, self.account)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn post(likes: u64, created_at: i64) -> Post {
        Post {
            id: [0; 16].into(),
            author: [1; 16].into(),
            anonymous: false,
            categories: vec!["food".into()],
            tags: vec!["bread".into()],
            archived: false,
            revision: 0,
            likes,
            comments: 0,
            created_at: Timestamp::from_millis(created_at),
            edited_at: None,
            images: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn heat_grows_with_what_is_received_and_with_time(likes in 0..u64::MAX - 2, at in 0..4_000_000_000_000_i64) {
            prop_assert!(post(likes + 1, at).heat() >= post(likes, at).heat());
            prop_assert!(post(likes, at + 1).heat() > post(likes, at).heat());
        }

        #[test]
        fn scopes_read_back_in_order(a in "[a-z\u{0}]{0,3}", b in "[a-z\u{0}]{0,3}") {
            let scopes = [Scope::Everything, Scope::Category(a), Scope::Tag(b), Scope::Author([9; 16].into())];
            for pair in scopes.windows(2) {
                prop_assert!(pair[0].to_bytes() < pair[1].to_bytes());
            }
            for scope in scopes {
                prop_assert_eq!(Scope::from_bytes(&scope.to_bytes()), Ok(scope));
            }
        }
    }

    #[test]
    fn twelve_and_a_half_hours_are_worth_ten_times_as_many_likes() {
        let gained = post(9, 0).heat();
        assert!((44_000_000..=46_000_000).contains(&gained), "{gained}");
    }

    #[test]
    fn an_anonymous_post_is_in_no_authors_list_and_an_archived_one_in_none() {
        let anonymous = Post { anonymous: true, ..post(0, 0) };
        assert!(anonymous.listed(0).iter().all(|(scope, _)| !matches!(scope, Scope::Author(_))));
        assert!(Post { archived: true, ..post(0, 0) }.listed(0).is_empty());
    }
}
