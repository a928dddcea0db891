use std::cell::Cell;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::categories::Category;
use crate::store::{Options, Range, Read, catalog};

fn store(dir: &tempfile::TempDir) -> Store {
    Store::open(catalog::HEARTH, &Options::new(dir.path())).unwrap()
}

fn put(store: &Store, slug: &str, name: &str) {
    let category = Category { slug: slug.into(), name: name.into(), posts: 0, removed: false };
    store.write_blocking(move |tx| tx.put(&category)).unwrap();
}

/// A page of what `read` finds, and how often it was built.
struct Counted<'a>(&'a Pages, Cell<u32>);

impl Counted<'_> {
    fn get(&self, key: &str, look: impl Fn(&Observed<'_>) -> usize) -> String {
        let build = |read: &Observed<'_>| {
            self.1.set(self.1.get() + 1);
            Template::of(&look(read))
        };
        let page = self.0.page(key, build).unwrap();
        String::from_utf8(page.public().body().to_vec()).unwrap()
    }

    fn built(&self) -> u32 {
        self.1.replace(0)
    }
}

#[test]
fn a_page_is_built_again_only_after_a_change_of_what_it_was_made_of() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let pages = Pages::new(store.clone(), 1 << 20);
    let counted = Counted(&pages, Cell::new(0));
    for slug in ["bread", "cake", "rye", "soup"] {
        put(&store, slug, slug);
    }
    let one = || counted.get("/one", |read| read.get::<Category>(&"cake".to_owned()).unwrap().unwrap().name.len());
    let list = |key, range: Range| {
        counted
            .get(key, |read| read.records::<Category>(&range).unwrap().iter().map(|category| category.name.len()).sum())
    };
    let first_two = || list("/two", Range::all().limit(2));
    let last_two = || list("/last", Range::all().backward().limit(2));
    let all = || list("/all", Range::all());
    let none = || counted.get("/none", |read| usize::from(read.contains::<Category>(&"tea".to_owned()).unwrap()));
    let look = || [one(), first_two(), last_two(), all(), none()].join(" ");
    assert_eq!((look().as_str(), counted.built()), ("4 9 7 16 0", 5));
    assert_eq!((look().as_str(), counted.built()), ("4 9 7 16 0", 0));
    put(&store, "cake", "Cakes");
    assert_eq!((look().as_str(), counted.built()), ("5 10 7 17 0", 3));
    put(&store, "soup", "Soups");
    assert_eq!((look().as_str(), counted.built()), ("5 10 8 18 0", 2));
    // Between what the two lists show: only the whole list has it.
    put(&store, "dumplings", "D");
    assert_eq!((look().as_str(), counted.built()), ("5 10 8 19 0", 1));
    put(&store, "tea", "T");
    assert_eq!((look().as_str(), counted.built()), ("5 10 6 20 1", 3));
    put(&store, "apple", "A");
    assert_eq!((look().as_str(), counted.built()), ("5 6 6 21 1", 2));
}

#[test]
fn a_page_of_pieces_changes_with_each_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let pages = Pages::new(store.clone(), 1 << 20);
    let (built, pieces_built) = (Cell::new(0), Cell::new(0));
    for slug in ["a", "b", "c"] {
        put(&store, slug, slug);
    }
    let piece = |slug: &str, read: &Observed<'_>| {
        let build = |read: &Observed<'_>| {
            pieces_built.set(pieces_built.get() + 1);
            Template::of(&read.get::<Category>(&slug.to_owned()).unwrap().unwrap().name)
        };
        pages.piece([slug.as_bytes()[0]; 16], read, build)
    };
    let page = || {
        let build = |read: &Observed<'_>| {
            built.set(built.get() + 1);
            Ok(Template::list(&[piece("a", read)?, piece("b", read)?], None))
        };
        let page = pages.page("/", build).unwrap();
        String::from_utf8(page.public().body().to_vec()).unwrap()
    };
    assert_eq!(page(), r#"{"items":["a","b"],"next_cursor":null}"#);
    put(&store, "c", "new");
    assert_eq!((page().as_str(), built.get(), pieces_built.get()), (r#"{"items":["a","b"],"next_cursor":null}"#, 1, 2));
    put(&store, "b", "new");
    assert_eq!(
        (page().as_str(), built.get(), pieces_built.get()),
        (r#"{"items":["a","new"],"next_cursor":null}"#, 2, 3)
    );
}

#[test]
fn many_who_ask_at_once_have_it_built_once() {
    let dir = tempfile::tempdir().unwrap();
    let pages = Pages::new(store(&dir), 1 << 20);
    let (built, ready) = (AtomicUsize::new(0), Barrier::new(8));
    let ask = || {
        ready.wait();
        let build = |_: &Observed<'_>| {
            built.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(50));
            Template::of(&7)
        };
        pages.page("/", build).unwrap().public().body().clone()
    };
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().for_each(|asked| assert_eq!(asked.join().unwrap(), "7"));
    });
    assert_eq!(built.into_inner(), 1);
}

#[test]
fn what_cannot_be_built_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let pages = Pages::new(store(&dir), 1 << 20);
    assert!(pages.page("/", |_| Err(Error::internal(&"no"))).is_err());
    assert_eq!(pages.page("/", |_| Template::of(&1)).unwrap().public().body(), "1");
}
