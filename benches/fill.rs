//! Fills a data folder with posts, for measuring what takes long with many of them:
//! `cargo bench --bench fill -- DATA_FOLDER POSTS`. The folder must have accounts and categories, as one has that
//! `hearth serve --demo` made.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on stops")]

use std::time::Instant;

use hearth::accounts::Account;
use hearth::categories::Category;
use hearth::clock::{Clock, SystemClock};
use hearth::comments::Comment;
use hearth::config::Config;
use hearth::id::Ids;
use hearth::posts::{Like, Post, Revision};
use hearth::store::{Range, Read, Store, StoreError, catalog};

/// Posts in one write.
const GROUP: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [data, posts] = arguments.as_slice() else { return };
    let posts: usize = posts.parse().expect("a number of posts");
    let store = Store::open(catalog::HEARTH, &Config::new(data).store_options()).expect("a store");
    let accounts = store.records::<Account>(&Range::all()).expect("accounts");
    let categories = store.records::<Category>(&Range::all()).expect("categories");
    let (ids, started) = (Ids::default(), Instant::now());
    for first in (0..posts).step_by(GROUP) {
        let group = (first..posts.min(first + GROUP)).map(|number| {
            let now = SystemClock.now();
            let author = accounts[number % accounts.len()].id;
            let post = Post {
                id: ids.next(now),
                author,
                anonymous: number % 10 == 0,
                categories: vec![categories[number % categories.len()].slug.clone()],
                tags: vec![format!("tag{}", number % 50)],
                archived: false,
                revision: 0,
                likes: 0,
                comments: 0,
                created_at: now,
                edited_at: None,
                images: Vec::new(),
            };
            let text = format!("What everybody should know about number {number}. ").repeat(1 + number % 20);
            let revision = Revision {
                post: post.id,
                number: 0,
                part: 0,
                parts: 1,
                title: format!("Number {number}"),
                body: text,
                at: now,
            };
            let like = Like { post: post.id, account: accounts[(number + 1) % accounts.len()].id, at: now };
            let comment = Comment {
                id: ids.next(now),
                post: post.id,
                parent: None,
                depth: 0,
                author,
                anonymous: false,
                text: format!("Number {number} is right."),
                likes: 0,
                replies: 0,
                deleted: false,
                created_at: now,
                edited_at: None,
            };
            (post, revision, like, comment)
        });
        let group: Vec<_> = group.collect();
        let written = store.write_blocking(move |tx| {
            for (post, revision, like, comment) in &group {
                tx.put(post)?;
                tx.put(revision)?;
                tx.put(like)?;
                tx.put(comment)?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("a write");
    }
    store.close();
    println!("{posts} posts with a like and a comment each in {:.1?}", started.elapsed());
}
