//! Walks through feeds by cursor, against the plain list that they should be.

use std::collections::BTreeSet;
use std::sync::Arc;

use hearth::accounts::AccountId;
use hearth::clock::Timestamp;
use hearth::paging::{Page, Paged};
use hearth::posts::{Feed, Post, PostId, Sort, page};
use hearth::store::{Options, Store, StoreError, catalog};
use proptest::prelude::*;

const SLUGS: [&str; 3] = ["books", "food", "help"];
const TAGS: [&str; 2] = ["bread", "soup"];

fn id(number: usize) -> [u8; 16] {
    (number as u128 + 1).to_be_bytes()
}

fn some(words: &[&str], bits: u8) -> Vec<String> {
    let chosen = words.iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0);
    chosen.map(|(_, word)| (*word).to_owned()).collect()
}

/// What is drawn of a post: categories and tags as bits, author, anonymous, archived, likes, written at. There are few
/// values for each, so that ties and empty lists are common. A post itself cannot be printed: it has its author in it.
type Drawn = (u8, u8, usize, bool, bool, u64, i64);

fn drawn() -> impl Strategy<Value = Drawn> {
    (1..8_u8, 0..4_u8, 0..2_usize, any::<bool>(), prop::bool::weighted(0.2), 0..4_u64, 0..5_i64)
}

fn posts(drawn: &[Drawn]) -> Vec<Post> {
    let post = |(number, drawn): (usize, &Drawn)| {
        let (categories, tags, author, anonymous, archived, likes, created_at) = *drawn;
        let mut own = id(number);
        own[5] = u8::try_from(created_at).unwrap();
        Post {
            id: PostId::from(own),
            author: AccountId::from(id(author)),
            anonymous,
            categories: some(&SLUGS, categories),
            tags: some(&TAGS, tags),
            archived,
            revision: 0,
            likes,
            comments: 0,
            created_at: Timestamp::from_millis(created_at),
            edited_at: None,
            images: Vec::new(),
        }
    };
    drawn.iter().enumerate().map(post).collect()
}

prop_compose! {
    fn feed()(categories in 0..8_u8, tag in prop::option::of(0..2_usize), author in prop::option::weighted(0.3, 0..2_usize),
              sort in prop::sample::select(vec![Sort::New, Sort::Top, Sort::Hot])) -> Feed {
        Feed {
            categories: some(&SLUGS, categories),
            tag: tag.map(|tag| TAGS[tag].to_owned()),
            author: author.map(|author| AccountId::from(id(author))),
            sort,
        }
    }
}

fn rank(post: &Post, sort: Sort) -> i64 {
    match sort {
        Sort::New => post.id.millis(),
        Sort::Top => i64::try_from(post.likes).unwrap(),
        Sort::Hot => post.heat(),
    }
}

/// What the feed is, said as plainly as can be.
fn expected(posts: &[Post], feed: &Feed) -> Vec<PostId> {
    let wanted = |post: &&Post| {
        !post.archived
            && (feed.categories.is_empty() || post.categories.iter().any(|slug| feed.categories.contains(slug)))
            && feed.tag.as_ref().is_none_or(|tag| post.tags.contains(tag))
            && feed.author.is_none_or(|author| post.author == author && !post.anonymous)
    };
    let mut found: Vec<&Post> = posts.iter().filter(wanted).collect();
    found.sort_by_key(|post| std::cmp::Reverse((rank(post, feed.sort), post.id)));
    found.into_iter().map(|post| post.id).collect()
}

fn put(store: &Store, posts: &[Post]) {
    let posts = posts.to_vec();
    let written = store.write_blocking(move |tx| posts.iter().try_for_each(|post| tx.put(post)));
    written.map_err(|error: StoreError| error.to_string()).unwrap();
}

/// Every page, with `between` called after each.
fn walk(store: &Store, feed: &Feed, limit: usize, mut between: impl FnMut(usize)) -> Vec<PostId> {
    let (mut found, mut cursor) = (Vec::new(), None);
    for number in 0.. {
        let read: Paged<Arc<Post>> = page(store, feed, &Page { limit, cursor }).unwrap();
        assert!(read.items.len() <= limit);
        found.extend(read.items.iter().map(|post| post.id));
        cursor = read.next_cursor;
        if cursor.is_none() {
            break;
        }
        between(number);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_is_the_whole_list_in_order(drawn in prop::collection::vec(drawn(), 0..40), feeds in prop::collection::vec((feed(), 1..7_usize), 6)) {
        let (dir, posts) = (tempfile::tempdir().unwrap(), posts(&drawn));
        let store = Store::open(catalog::HEARTH, &Options::new(dir.path())).unwrap();
        put(&store, &posts);
        for (feed, limit) in &feeds {
            prop_assert_eq!(walk(&store, feed, *limit, |_| {}), expected(&posts, feed));
        }
    }

    #[test]
    fn what_does_not_move_comes_exactly_once_while_others_do(
        drawn in prop::collection::vec(drawn(), 10..40),
        feed in feed(),
        limit in 1..7_usize,
        moves in prop::collection::vec((any::<prop::sample::Index>(), 0..9_u64, any::<bool>()), 20),
    ) {
        let (dir, mut posts) = (tempfile::tempdir().unwrap(), posts(&drawn));
        let store = Store::open(catalog::HEARTH, &Options::new(dir.path())).unwrap();
        put(&store, &posts);
        let before = expected(&posts, &feed);
        let mut moved = BTreeSet::new();
        let found = walk(&store, &feed, limit, |number| {
            let Some((place, likes, archived)) = moves.get(number) else { return };
            let post = &mut posts[place.index(10)];
            (post.likes, post.archived) = (*likes, *archived);
            moved.insert(post.id);
            put(&store, std::slice::from_ref(post));
        });
        for id in before.iter().filter(|id| !moved.contains(id)) {
            prop_assert_eq!(found.iter().filter(|seen| *seen == id).count(), 1);
        }
    }
}
