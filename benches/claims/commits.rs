//! Durable writes a second, beside a loop that appends as many bytes to a file and syncs it.

use std::sync::atomic::{AtomicU64, Ordering};

use hearth::store::{Catalog, Options, Record, Store, TableOf};

use super::disk::{BYTES, Disk};
use super::paired::{head, paired, rate_of_many, row};

/// A record of about as many bytes as the disk is given at a time.
#[derive(Clone, bincode::Encode, bincode::Decode)]
struct Note {
    id: u64,
    text: String,
}

impl Record for Note {
    type Key = u64;
    const TABLE: &'static str = "notes";

    fn key(&self) -> u64 {
        self.id
    }
}

pub fn run() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(Catalog(&[TableOf::<Note>::NEW]), &Options::new(dir.path())).expect("a store");
    let mut disk = Disk::new();
    let next = AtomicU64::new(0);
    head("Durable writes: acknowledged after fdatasync");
    for writers in [1, 8, 64, 256] {
        let measured = paired(|| written(&store, &next, writers), || disk.synced_writes());
        row(&format!("store, {writers} writers"), "write + fdatasync, one by one", &measured);
    }
    let measured = paired(|| written(&store, &next, 64), || written(&store, &next, 1));
    row("store, 64 writers", "store, 1 writer", &measured);
}

/// Acknowledged writes a second of so many threads.
fn written(store: &Store, next: &AtomicU64, writers: usize) -> f64 {
    rate_of_many(writers, || {
        || {
            let note = Note { id: next.fetch_add(1, Ordering::Relaxed), text: "n".repeat(BYTES) };
            store.write_blocking(move |tx| tx.put(&note)).expect("a write");
        }
    })
}
