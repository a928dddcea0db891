//! Checkpoints: from time to time sled's own file is made durable up to a frame, and replay can start after it.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::committer::Progress;
use super::mark::{Checkpoint, Mark};
use super::schema::Schema;
use super::state::{State, panicked};
use crate::durable;

/// The journal bytes that make a checkpoint due before its time: replaying them takes about a second.
const DUE_BYTES: u64 = 64 * 1024 * 1024;

/// How often a checkpoint is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The checkpointing thread's own things.
pub(super) struct Checkpointer {
    pub(super) state: Arc<State>,
    pub(super) progress: Arc<Progress>,
    pub(super) mark: Mark,
    /// The stored form of what is in sled.
    pub(super) schema: Schema,
    /// sled's data file.
    pub(super) sled_file: PathBuf,
    /// At most this long after a change a checkpoint is made.
    pub(super) every: Duration,
}

impl Checkpointer {
    /// Works until the sender of `asked` is gone; a message asks for a checkpoint now. The last checkpoint is made by
    /// whoever closes the store.
    pub(super) fn run(&self, asked: &Receiver<()>) {
        // What was replayed at the start is in no checkpoint yet.
        let mut marked = self.progress.marked.load(Ordering::SeqCst);
        let mut bytes = 0;
        let mut last = Instant::now();
        loop {
            let asked = match asked.recv_timeout(LOOK_EVERY.min(self.every)) {
                Ok(()) => true,
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let behind = self.progress.applied.load(Ordering::SeqCst) > marked;
            let written = self.progress.journal_bytes.load(Ordering::Relaxed);
            if behind && (asked || last.elapsed() >= self.every || written - bytes >= DUE_BYTES) {
                let Some(sequence) = self.checkpoint() else { return };
                (marked, bytes, last) = (sequence, written, Instant::now());
            }
        }
    }

    /// Makes everything applied so far durable in sled, and says so in the mark. `None` where it failed, which stops
    /// the store: sled's file is then in an unknown state, and only a new start replays it from the journal.
    pub(super) fn checkpoint(&self) -> Option<u64> {
        if self.progress.stopped.get().is_some() {
            return None;
        }
        let (sequence, sums) = self.state.so_far();
        let flushed = catch_unwind(AssertUnwindSafe(|| self.state.flush())).unwrap_or_else(|_| Err(panicked()));
        let done = flushed
            .map_err(io::Error::other)
            .and_then(|()| File::open(&self.sled_file)?.sync_data())
            // sled itself never syncs its folder: what it made and renamed there would be gone after a power cut.
            .and_then(|()| durable::sync_folder_of(&self.sled_file))
            .and_then(|()| self.mark.write(&Checkpoint { sequence, sums, schema: self.schema.clone() }));
        match done {
            Ok(()) => {
                self.progress.marked.store(sequence, Ordering::SeqCst);
                log::debug!("checkpoint at frame {sequence}");
                Some(sequence)
            }
            Err(error) => {
                self.progress.stop(&format!("a checkpoint could not be made: {error}"));
                None
            }
        }
    }
}
