//! The store: a journal of what happened, sled for what is, and one thread between them.
//!
//! - A write is a closure over a [`Tx`]. The committer runs the closures that wait, appends their post-images to the
//!   journal as one frame, syncs once, applies the frame to sled, and only then answers.
//! - A read goes to the state directly, through a cache of decoded records, and never waits for a write to be synced.
//! - `State::apply` is the only way into the state, also on replay. sled is never asked to be durable by itself:
//!   checkpoints sync its file, and what came after is replayed from the journal.
//! - From time to time the store makes a [`snapshot`] of its records. The newest two are kept, and the journal from the
//!   older one on. A sled folder that is lost or damaged (`trust` says how that is known) is rebuilt from them.
//!
//! Nothing outside this folder knows of sled.

pub mod batch;
mod cache;
pub mod catalog;
mod changes;
pub mod check;
mod checkpoint;
pub mod codec;
mod committer;
mod damage;
mod digest;
mod error;
mod figures;
mod footprint;
mod index;
pub mod journal;
pub mod key;
mod lock;
mod mark;
mod open;
mod range;
mod read;
mod rebuild;
mod record;
mod recovery;
mod replace;
mod reporting;
mod schema;
pub mod snapshot;
mod space;
mod state;
mod tally;
mod trust;
mod tx;
mod upkeep;
mod watch;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

pub use catalog::{Catalog, TableOf};
pub use digest::{Digest, Sums};
pub use error::StoreError;
pub use figures::{CacheFigures, Count, DiskUse, Distribution, Figures, Histogram, Level};
pub use footprint::{Footprint, Observed};
pub use index::{Entry, Index, IndexOf};
pub use journal::Durability;
pub use lock::Lock;
pub use open::{OpenError, Options};
pub use range::{MAX_SCAN, Range};
pub use read::Read;
pub use record::Record;
pub use recovery::Compacted;
pub use replace::replace;
pub use schema::{Schema, SchemaError, TableSchema};
pub use tally::{Tally, TallyOf};
pub use tx::Tx;
pub use watch::{Notice, Watch};

use checkpoint::Checkpointer;
use committer::{Committer, Message, Progress, Task};
use damage::Alarm;
use journal::{Frames, Journal};
pub use space::Space;
use state::State;

/// Writes that may wait for the committer; one more is answered with [`StoreError::Busy`].
const MAX_WAITING: usize = 8192;

/// An open store. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store(Arc<Inner>, #[expect(dead_code, reason = "it is there to be dropped")] Option<Arc<Closing>>);

/// Closes the store when the last who uses it lets it go; the store's own threads do not count.
struct Closing(Arc<Inner>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

struct Inner {
    state: Arc<State>,
    progress: Arc<Progress>,
    figures: Figures,
    dir: PathBuf,
    catalog: Catalog,
    running: Mutex<Option<Running>>,
    messages: Mutex<Option<SyncSender<Message>>>,
    compacted: Option<Compacted>,
    own: snapshot::Own,
    /// Whether the store is being closed.
    ending: AtomicBool,
    /// Held shared by whoever will read frames later that the journal holds now.
    journal_held: RwLock<()>,
}

/// What ends when the store is closed.
struct Running {
    committer: JoinHandle<()>,
    checkpointer: JoinHandle<Checkpointer>,
    checkpoints: SyncSender<()>,
    snapshotter: Option<(JoinHandle<()>, SyncSender<()>)>,
    _lock: Lock,
}

impl Store {
    /// Opens the store of `options`, replaying or rebuilding what must be.
    ///
    /// # Errors
    ///
    /// [`OpenError`], whose message says what to do.
    pub fn open(catalog: Catalog, options: &Options) -> Result<Self, OpenError> {
        Self::open_over(catalog, options, |journal| Box::new(journal))
    }

    /// As [`Store::open`], with the journal put behind another one: one that fails, say, or one that others share.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn open_over(
        catalog: Catalog,
        options: &Options,
        wrap: impl FnOnce(journal::FileJournal) -> Box<dyn Journal>,
    ) -> Result<Self, OpenError> {
        let parts = open::open(&catalog, options, wrap)?;
        let head = parts.journal.head();
        let (state, progress) = (Arc::new(parts.state), Arc::new(Progress::default()));
        progress.applied.store(head, Ordering::SeqCst);
        let marked = parts.mark.read()?.map_or(0, |checkpoint| checkpoint.sequence);
        progress.marked.store(marked, Ordering::SeqCst);
        state.watch_for_damage(Alarm { note: parts.note, progress: progress.clone() });
        let (messages, waiting) = sync_channel(MAX_WAITING);
        let committer = Committer {
            state: state.clone(),
            journal: parts.journal,
            durability: options.durability,
            progress: progress.clone(),
            figures: parts.figures.clone(),
            durable: head,
            space: Space::new(options.dir.clone(), options.reserve_bytes),
        };
        let checkpointer = Checkpointer {
            state: state.clone(),
            progress: progress.clone(),
            mark: parts.mark,
            schema: Schema::of(&catalog),
            sled_file: parts.sled_file,
            every: options.checkpoint_every,
        };
        let (checkpoints, asked) = sync_channel(1);
        let failed = |cause| OpenError::io(Path::new("a thread could not be started"), cause);
        let committer =
            thread::Builder::new().name("committer".into()).spawn(move || committer.run(&waiting)).map_err(failed)?;
        let checkpointer = thread::Builder::new().name("checkpointer".into()).spawn(move || {
            checkpointer.run(&asked);
            checkpointer
        });
        let checkpointer = checkpointer.map_err(failed)?;
        let running = Running { committer, checkpointer, checkpoints, snapshotter: None, _lock: parts.lock };
        let inner = Arc::new(Inner {
            state,
            progress,
            figures: parts.figures,
            dir: options.dir.clone(),
            catalog,
            running: Mutex::new(Some(running)),
            messages: Mutex::new(Some(messages)),
            compacted: parts.compacted,
            own: parts.own.clone(),
            ending: AtomicBool::new(false),
            journal_held: RwLock::new(()),
        });
        let store = Self(inner.clone(), Some(Arc::new(Closing(inner))));
        store.0.start_snapshots(parts.own, options.snapshot_every).map_err(failed)?;
        Ok(store)
    }

    /// Runs `closure` in the committer and waits until its changes are on disk and in the state.
    ///
    /// The closure may be run again (so it is `Fn`), does no hashing and no I/O, and has no effect but through the
    /// [`Tx`]. Where it fails, nothing of it remains.
    ///
    /// # Errors
    ///
    /// The closure's own, [`StoreError::Busy`], [`StoreError::Full`] while there is no room, or [`StoreError::Stopped`]
    /// once a write or sync has failed.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (task, answer) = Task::new(closure);
        self.0.submit(Message::Write(task))?;
        answer.await.unwrap_or_else(|_| Err(self.0.closed().into()))
    }

    /// As [`Store::write`], for threads that may block.
    ///
    /// # Errors
    ///
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (task, answer) = Task::new(closure);
        self.0.submit(Message::Write(task))?;
        answer.blocking_recv().unwrap_or_else(|_| Err(self.0.closed().into()))
    }

    /// Hears from now on of every change of `tables`, in order: see [`Watch`].
    pub fn watch(&self, tables: Vec<&'static str>) -> Watch {
        self.0.state.watchers.add(tables)
    }

    /// Whether writes are taken.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] with the reason.
    pub fn health(&self) -> Result<(), StoreError> {
        self.0.progress.check()
    }

    /// Finishes the writes that wait, syncs, makes a checkpoint and lets go of the folder. Later writes are refused.
    /// Blocks until all of it is done; closing again does nothing.
    pub fn close(&self) {
        self.0.close();
    }

    /// What the store measures of itself.
    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// What the store takes on the disk now. Blocks.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn disk_use(&self) -> io::Result<DiskUse> {
        let bytes = |folder| figures::bytes_below(&self.0.dir.join(folder));
        let snapshots = figures::bytes_below(self.0.own.dir())?;
        Ok(DiskUse { journal: bytes(open::JOURNAL)?, state: bytes(open::SLED)?, snapshots })
    }

    /// What came of making the state small when the store was opened, where that was done.
    pub fn compacted(&self) -> Option<Compacted> {
        self.0.compacted
    }

    /// The tables that the store was opened with.
    pub fn catalog(&self) -> Catalog {
        self.0.catalog
    }

    /// All frames that the journal holds now, in order. Blocks until the writes before are done.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stopped`] where the store is closed, or what opening the journal gives.
    pub fn frames(&self) -> Result<Frames, OpenError> {
        Ok(self.barrier(0)??.frames)
    }
}

impl Read for Store {
    fn value(&self, tree: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.state.value(tree, key)
    }

    fn entries(&self, tree: &'static str, range: &Range) -> Result<Vec<Entry>, StoreError> {
        self.0.state.entries(tree, range)
    }

    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        self.0.state.get(key)
    }
}

impl Inner {
    fn submit(&self, message: Message) -> Result<(), StoreError> {
        self.progress.check()?;
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = messages.as_ref() else { return Err(self.closed()) };
        // Before the committer can take it out again.
        let waits = i64::from(matches!(message, Message::Write(_)));
        self.figures.waiting.inc_by(waits);
        sender.try_send(message).map_err(|error| {
            self.figures.waiting.dec_by(waits);
            match error {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => self.closed(),
            }
        })
    }

    /// Why a write cannot be done when nobody takes it any more.
    fn closed(&self) -> StoreError {
        self.progress.check().err().unwrap_or_else(|| StoreError::Stopped("it is closed".into()))
    }

    fn close(&self) {
        self.ending.store(true, Ordering::SeqCst);
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(running) = self.running.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        drop(running.checkpoints);
        if let Some((snapshotter, end)) = running.snapshotter {
            drop(end);
            if snapshotter.join().is_err() {
                log::error!("the thread that makes snapshots panicked");
            }
        }
        if running.committer.join().is_err() {
            self.progress.stop("the committer panicked");
        }
        self.state.watchers.end();
        if let Ok(checkpointer) = running.checkpointer.join() {
            checkpointer.checkpoint();
        }
    }
}
