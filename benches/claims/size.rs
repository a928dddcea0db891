//! Whether a page costs more where there are three hundred times as many posts.

use hearth::paging::{Page, Paged};
use hearth::posts::{Feed, PostView, Sort, page};

use super::community::{Community, community};
use super::paired::{head, paired, rate, row};

const SMALL: u32 = 1000;
const LARGE: u32 = 300_000;

pub fn run() {
    let (small, large) = (community(SMALL), community(LARGE));
    head(&format!("A page of twenty made anew: {LARGE} posts beside {SMALL}"));
    let food = Feed { categories: vec!["food".into()], ..Feed::default() };
    let union = Feed { categories: vec!["books".into(), "food".into(), "help".into()], ..Feed::default() };
    let feeds = [
        ("newest", Feed::default()),
        ("top", Feed { sort: Sort::Top, ..Feed::default() }),
        ("hot", Feed { sort: Sort::Hot, ..Feed::default() }),
        ("one category", food),
        ("three categories", union),
        ("one author", Feed { author: Some(small.author), ..Feed::default() }),
    ];
    for (name, feed) in feeds {
        let of_large = Feed { author: feed.author.map(|_| large.author), ..feed.clone() };
        let measured = paired(|| rate(|| walk(&large, &of_large)), || rate(|| walk(&small, &feed)));
        row(&format!("{name}, {LARGE} posts"), &format!("{SMALL} posts"), &measured);
    }
}

/// The first two pages.
fn walk(community: &Community, feed: &Feed) {
    let first = one(community, feed, &Page::FIRST);
    one(community, feed, &Page { cursor: first.next_cursor, ..Page::FIRST });
}

fn one(community: &Community, feed: &Feed, at: &Page) -> Paged<PostView> {
    let store = &community.app.store;
    let page = page(store, feed, at).expect("a page");
    page.map(|post| PostView::of(store, &post, None).expect("a view"))
}
