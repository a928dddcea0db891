//! The one thread that writes: it takes everything that waits, makes one frame of it, syncs once, applies, answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use std::vec;

use tokio::sync::oneshot;

use super::batch;
use super::digest::Sums;
use super::error::StoreError;
use super::figures::Figures;
use super::journal::{AppendError, Durability, Frames, Journal, JournalError, Place};
use super::space::Space;
use super::state::{Applied, State};
use super::tx::{Pending, Tx};

/// Most writes in one group; more wait for the next.
const MAX_GROUP: usize = 1024;

/// Bytes of changes after which a group is full: far below what the journal takes as one frame.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// How long relaxed durability lets an acknowledged write wait for its sync. The promise is 200 ms; half of it leaves
/// room for the sync itself.
const RELAXED_DELAY: Duration = Duration::from_millis(100);

/// What the committer is asked for.
pub(super) enum Message {
    /// A write.
    Write(Box<dyn Job>),
    /// Lets go of the journal before a frame.
    Trim {
        /// The first frame that is needed.
        before: u64,
        /// Gets the answer.
        answer: oneshot::Sender<Result<(), JournalError>>,
    },
    /// Where everything stands between two groups.
    Barrier {
        /// The first frame that is wanted; those that are not held are left out.
        from: u64,
        /// Gets the answer, or is dropped where the store has stopped.
        answer: oneshot::Sender<Result<Barrier, JournalError>>,
    },
}

/// A moment between two groups: what came before is in the state and on disk, and nothing else is in the state.
pub(super) struct Barrier {
    /// Where the journal, and so the state, stands.
    pub(super) place: Place,
    /// The sums of the state there.
    pub(super) sums: Sums,
    /// The frames that were asked for, up to that place.
    pub(super) frames: Frames,
}

/// A write that waits for its turn.
pub(super) trait Job: Send {
    /// Runs the closure; `false` asks for its changes to be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Answers whoever waits: with the closure's result, or with why the group did not get to disk.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// The usual job: a closure and the channel of the one who waits for it.
pub(super) struct Task<F, T, E> {
    closure: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Task<F, T, E> {
    pub(super) fn new(closure: F) -> (Box<Self>, oneshot::Receiver<Result<T, E>>) {
        let (answer, waiting) = oneshot::channel();
        (Box::new(Self { closure, result: None, answer }), waiting)
    }
}

impl<F, T, E> Job for Task<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(tx)));
        let result = result.unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { result, answer, .. } = *self;
        let result = result.unwrap_or_else(|| Err(StoreError::Panicked.into()));
        // Whoever waited may have gone away; the write stands all the same.
        let _ = answer.send(committed.map_err(E::from).and(result));
    }
}

/// What the committer and the rest of the store know of each other.
#[derive(Default)]
pub(super) struct Progress {
    /// The last frame in the state.
    pub(super) applied: AtomicU64,
    /// The last frame that a checkpoint made durable in sled: the next start replays what follows.
    pub(super) marked: AtomicU64,
    /// Bytes given to the journal since the store was opened.
    pub(super) journal_bytes: AtomicU64,
    /// Why no more writes are taken. Set once, never taken back.
    pub(super) stopped: OnceLock<Arc<str>>,
}

impl Progress {
    /// Fails with the reason where the store stopped taking writes.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.stopped.get().map_or(Ok(()), |why| Err(StoreError::Stopped(why.clone())))
    }

    /// Stops the store for good; the first reason is kept.
    pub(super) fn stop(&self, why: &str) -> StoreError {
        let why = self.stopped.get_or_init(|| {
            log::error!("the store stops taking writes until Hearth is started again: {why}");
            why.into()
        });
        StoreError::Stopped(why.clone())
    }
}

/// The committer's own things.
pub(super) struct Committer {
    pub(super) state: Arc<State>,
    pub(super) journal: Box<dyn Journal>,
    pub(super) durability: Durability,
    pub(super) progress: Arc<Progress>,
    pub(super) figures: Figures,
    /// The last frame known to be on disk.
    pub(super) durable: u64,
    /// Room on the disk.
    pub(super) space: Space,
}

impl Committer {
    /// Works until every sender is gone, then leaves everything synced.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        let mut unsynced_since: Option<Instant> = None;
        loop {
            let first = match unsynced_since {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(since) => messages.recv_timeout(RELAXED_DELAY.saturating_sub(since.elapsed())),
            };
            match first {
                Ok(first) => {
                    let group = self.group(first, messages);
                    self.commit(group);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.durable < self.journal.head() {
                let since = *unsynced_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= RELAXED_DELAY {
                    self.sync();
                    unsynced_since = None;
                }
            } else {
                unsynced_since = None;
            }
        }
        self.sync();
    }

    /// Takes everything that waits, up to a group.
    fn group(&mut self, first: Message, messages: &Receiver<Message>) -> Vec<Box<dyn Job>> {
        let mut jobs = Vec::new();
        for message in std::iter::once(first).chain(messages.try_iter()).take(MAX_GROUP) {
            match message {
                Message::Write(job) => {
                    self.figures.waiting.dec();
                    jobs.push(job);
                }
                Message::Trim { before, answer } => {
                    // Whoever asked may have gone away.
                    let _ = answer.send(self.journal.trim(before));
                }
                Message::Barrier { from, answer } => {
                    if self.durable < self.journal.head() {
                        self.sync();
                    }
                    if self.progress.stopped.get().is_none() {
                        // Whoever asked may have gone away.
                        let _ = answer.send(self.barrier(from));
                    }
                }
            }
        }
        jobs
    }

    fn barrier(&self, from: u64) -> Result<Barrier, JournalError> {
        let frames = self.journal.read_from(from.clamp(self.journal.first(), self.journal.head() + 1))?;
        Ok(Barrier { place: self.journal.place(), sums: self.state.so_far().1, frames })
    }

    /// Runs jobs, as one group or more, and answers each when all of its group are on disk and in the state.
    fn commit(&mut self, jobs: Vec<Box<dyn Job>>) {
        let mut jobs = jobs.into_iter();
        while !jobs.as_slice().is_empty() {
            self.commit_group(&mut jobs);
        }
    }

    fn commit_group(&mut self, jobs: &mut vec::IntoIter<Box<dyn Job>>) {
        let mut pending = Pending::default();
        let (mut done, mut kept) = (Vec::new(), 0);
        while pending.bytes() < GROUP_BYTES
            && let Some(mut job) = jobs.next()
        {
            let mut tx = Tx::new(&self.state, &mut pending);
            if job.run(&mut tx) {
                kept += 1;
            } else {
                tx.undo();
            }
            done.push(job);
        }
        let committed = self.write(pending);
        if let Ok(true) = committed {
            self.figures.group_size.count(kept);
        }
        let committed = committed.map(drop);
        for job in done {
            job.answer(committed.clone());
        }
    }

    /// Journal, then state; `false` where there is nothing to write. A failure of either ends all writing, for what
    /// reached the disk is not known any more; but where there is no room, nothing was written, and it may go on.
    fn write(&mut self, pending: Pending) -> Result<bool, StoreError> {
        self.progress.check()?;
        let stop = |what: &str, why: &dyn std::fmt::Display| Err(self.progress.stop(&format!("{what}: {why}")));
        let (batch, adds) = match pending.into_group(&self.state) {
            Ok((batch, adds)) => (Arc::new(batch), adds),
            Err(error) => return stop("what is there could not be read", &error),
        };
        if batch.is_empty() {
            return Ok(false);
        }
        let bytes = match batch::encode_group(&batch, &adds) {
            Ok(bytes) => bytes,
            Err(error) => return stop("a group of writes could not be encoded", &error),
        };
        self.space.take(bytes.len() as u64)?;
        let sequence = match self.journal.append(self.journal.head(), &bytes, self.durability) {
            Ok(sequence) => sequence,
            Err(AppendError::Full) => return Err(StoreError::Full),
            Err(error) => return stop("the journal could not be written", &error),
        };
        if matches!(self.durability, Durability::Synced) {
            self.durable = sequence;
        }
        let applied = Applied { sequence, durable: self.durable };
        match catch_unwind(AssertUnwindSafe(|| self.state.apply(applied, &batch, adds))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return stop("the state could not be changed", &error),
            Err(_) => return stop("the state could not be changed", &"sled panicked"),
        }
        self.progress.applied.store(sequence, Ordering::SeqCst);
        self.progress.journal_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(true)
    }

    fn sync(&mut self) {
        if self.progress.stopped.get().is_some() {
            return;
        }
        match self.journal.sync() {
            Ok(()) => self.durable = self.journal.head(),
            Err(error) => {
                self.progress.stop(&format!("the journal could not be synced: {error}"));
            }
        }
    }
}
