//! The store's single operations, in time an operation: `cargo bench --bench store`.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on stops")]

use divan::{Bencher, black_box};
use hearth::store::{Catalog, Index, IndexOf, Options, Range, Read, Record, Store, StoreError, TableOf};
use tempfile::TempDir;

fn main() {
    divan::main();
}

#[derive(Clone, bincode::Encode, bincode::Decode)]
struct Note {
    id: u64,
    shelf: u8,
    text: String,
}

static BY_SHELF: Index<Note, u8> = Index::plain("notes_by_shelf", |note| vec![note.shelf]);

impl Record for Note {
    type Key = u64;
    const TABLE: &'static str = "notes";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_SHELF];

    fn key(&self) -> u64 {
        self.id
    }
}

const NOTES: u64 = 100_000;

/// A store with a cache of `cache_bytes` for [`NOTES`] notes on a hundred shelves.
fn store(cache_bytes: u64) -> (TempDir, Store) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let options = Options { cache_bytes, ..Options::new(dir.path()) };
    let store = Store::open(Catalog(&[TableOf::<Note>::NEW]), &options).expect("a store");
    for first in (0..NOTES).step_by(1000) {
        let written = store.write_blocking(move |tx| {
            for id in first..first + 1000 {
                let shelf = u8::try_from(id % 100).unwrap_or(0);
                tx.put(&Note { id, shelf, text: "n".repeat(300) })?;
            }
            Ok::<_, StoreError>(())
        });
        written.expect("a write");
    }
    (dir, store)
}

#[divan::bench]
fn get_from_the_cache(bencher: Bencher<'_, '_>) {
    let (_dir, store) = store(256 * 1024 * 1024);
    bencher.bench_local(|| store.get::<Note>(black_box(&77)));
}

#[divan::bench]
fn get_from_sled(bencher: Bencher<'_, '_>) {
    // A cache of a megabyte holds next to none of the notes.
    let (_dir, store) = store(1024 * 1024);
    let mut id = 0;
    bencher.bench_local(|| {
        id = (id + 7919) % NOTES;
        store.get::<Note>(black_box(&id))
    });
}

#[divan::bench]
fn index_page_of_twenty(bencher: Bencher<'_, '_>) {
    let (_dir, store) = store(256 * 1024 * 1024);
    bencher.bench_local(|| store.scan(&BY_SHELF, &Range::prefix(black_box(&7_u8)).backward().limit(20)));
}

#[divan::bench]
fn put_durably(bencher: Bencher<'_, '_>) {
    let (_dir, store) = store(256 * 1024 * 1024);
    let mut id = NOTES;
    bencher.bench_local(|| {
        id += 1;
        let note = Note { id, shelf: 7, text: "n".repeat(300) };
        store.write_blocking(move |tx| tx.put(&note))
    });
}
