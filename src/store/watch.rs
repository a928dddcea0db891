//! Hearing of what was applied: each frame's changes, in order, to whoever watches the tables they are in.
//!
//! A watcher hears of a frame when its changes can be read and before anybody is told that they are done. It hears of
//! every frame from the moment it began to watch. One that falls behind holds up the writers, so it must not block on
//! anything slower than they are.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::batch::Batch;
use super::error::StoreError;
use super::key::Key;
use super::read::decoded;
use super::record::Record;

/// Frames that may wait for a watcher before the committer waits for it.
const MAX_WAITING: usize = 256;

/// The changes of one frame.
#[derive(Clone)]
pub struct Notice {
    batch: Arc<Batch>,
    applied_at: Instant,
}

impl Notice {
    /// When the frame had been applied, so that it could be read.
    pub const fn applied_at(&self) -> Instant {
        self.applied_at
    }

    /// The changed records of one table, by key: each as it is now, or `None` where it is gone.
    ///
    /// # Errors
    ///
    /// Each [`StoreError::Damaged`] where a key or record cannot be read, which is not so for what was just written.
    pub fn changes<R: Record>(&self) -> impl Iterator<Item = Result<(R::Key, Option<Arc<R>>), StoreError>> {
        self.batch.iter().filter(|change| change.tree == R::TABLE).map(|change| {
            let key = R::Key::from_bytes(&change.key).map_err(StoreError::bad_key(R::TABLE))?;
            Ok((key, change.value.as_deref().map(decoded).transpose()?))
        })
    }
}

/// What somebody who watches gets.
pub struct Watch(Receiver<Notice>);

impl Watch {
    /// Waits for the next frame that changed one of the tables; `None` once the store is closed.
    pub fn next(&self) -> Option<Notice> {
        self.0.recv().ok()
    }
}

/// Everybody who watches.
#[derive(Default)]
pub(super) struct Watchers(Mutex<Vec<Watcher>>);

struct Watcher {
    tables: Vec<&'static str>,
    notices: SyncSender<Notice>,
}

impl Watchers {
    /// Somebody more, who wants to hear of changes of `tables`.
    pub(super) fn add(&self, tables: Vec<&'static str>) -> Watch {
        let (notices, watch) = sync_channel(MAX_WAITING);
        self.list().push(Watcher { tables, notices });
        Watch(watch)
    }

    /// Tells everybody whom it concerns of `batch`, and forgets who does not listen any more.
    pub(super) fn tell(&self, batch: &Arc<Batch>) {
        let notice = Notice { batch: batch.clone(), applied_at: Instant::now() };
        self.list().retain(|watcher| {
            let concerned = batch.iter().any(|change| watcher.tables.contains(&change.tree));
            !concerned || watcher.notices.send(notice.clone()).is_ok()
        });
    }

    /// Ends all watching.
    pub(super) fn end(&self) {
        self.list().clear();
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Watcher>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::catalog::{Catalog, TableOf};
    use crate::store::{Options, Store};

    #[derive(Clone, bincode::Encode, bincode::Decode)]
    struct Note(u64);

    impl Record for Note {
        type Key = u64;
        const TABLE: &'static str = "notes";

        fn key(&self) -> u64 {
            self.0
        }
    }

    #[derive(Clone, bincode::Encode, bincode::Decode)]
    struct Other(u64);

    impl Record for Other {
        type Key = u64;
        const TABLE: &'static str = "others";

        fn key(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn a_watcher_hears_of_its_tables_in_order_until_the_store_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let tables = Catalog(&[TableOf::<Note>::NEW, TableOf::<Other>::NEW]);
        let store = Store::open(tables, &Options::new(dir.path())).unwrap();
        store.write_blocking(|tx| tx.put(&Note(0))).unwrap();
        let (watch, gone) = (store.watch(vec![Note::TABLE]), store.watch(vec![Note::TABLE]));
        drop(gone);
        for number in 1..=100 {
            store.write_blocking(move |tx| tx.put(&Other(number))).unwrap();
            store.write_blocking(move |tx| tx.put(&Note(number))).unwrap();
        }
        store.write_blocking(|tx| tx.delete::<Note>(&7)).unwrap();
        store.close();
        let heard = std::iter::from_fn(|| watch.next());
        let heard = heard.flat_map(|notice| notice.changes::<Note>().collect::<Vec<_>>());
        let heard: Vec<_> = heard.map(Result::unwrap).map(|(key, note)| (key, note.is_some())).collect();
        let expected: Vec<_> = (1..=100).map(|key| (key, true)).chain([(7, false)]).collect();
        assert_eq!(heard, expected);
    }
}
