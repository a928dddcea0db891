//! What keeps the files small while the store works: checkpoints that are asked for, snapshots, and a journal that is let
//! go of where nobody needs it any more.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, PoisonError, RwLockReadGuard};
use std::thread;
use std::time::{Duration, Instant};

use super::committer::{Barrier, Message};
use super::error::StoreError;
use super::journal::JournalError;
use super::{Inner, Store, figures, open, snapshot};

/// How long is waited for a checkpoint before the journal is trimmed; where it takes longer, the next snapshot trims.
const CHECKPOINT_WAIT: Duration = Duration::from_mins(2);

impl Store {
    /// Lets go of the journal before the frame `before`, unless somebody reads what it holds. The next start must find
    /// the frames after the checkpoint, so one is asked for where it is behind. Blocks.
    pub(super) fn trim(&self, before: u64) -> Result<(), snapshot::SnapshotError> {
        let (marked, asked) = (&self.0.progress.marked, Instant::now());
        self.0.ask_for_checkpoint();
        while marked.load(Ordering::SeqCst) + 1 < before {
            self.health()?;
            if self.0.ending.load(Ordering::SeqCst) || asked.elapsed() > CHECKPOINT_WAIT {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        let Ok(_alone) = self.0.journal_held.try_write() else { return Ok(()) };
        let (answer, waiting) = tokio::sync::oneshot::channel();
        self.0.submit(Message::Trim { before, answer })?;
        Ok(waiting.blocking_recv().map_err(|_| self.0.closed())??)
    }

    /// Has everything on disk that is in the state: with relaxed durability, an answered write may still wait for that.
    /// Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`], or [`StoreError::Stopped`] also where this is what fails.
    pub fn sync(&self) -> Result<(), StoreError> {
        // That frames cannot be read would change nothing.
        self.barrier(u64::MAX).map(drop)
    }

    /// Waits until everything before is in the state and on disk, and says where the journal stands then, with the
    /// frames from `from` on, or from the first that is held. Blocks.
    pub(super) fn barrier(&self, from: u64) -> Result<Result<Barrier, JournalError>, StoreError> {
        let (answer, waiting) = tokio::sync::oneshot::channel();
        self.0.submit(Message::Barrier { from, answer })?;
        waiting.blocking_recv().map_err(|_| self.0.closed())
    }
}

impl Inner {
    /// Keeps the journal from being trimmed until the guard is dropped.
    pub(super) fn hold_journal(&self) -> RwLockReadGuard<'_, ()> {
        self.journal_held.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a checkpoint made soon.
    fn ask_for_checkpoint(&self) {
        if let Some(running) = self.running.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // Where one is asked for already, that one does.
            let _ = running.checkpoints.try_send(());
        }
    }

    /// Starts the thread that makes the store's own snapshots.
    pub(super) fn start_snapshots(self: &Arc<Self>, own: snapshot::Own, every: Duration) -> io::Result<()> {
        let since = own.newest()?.map(|(_, made)| made);
        let bytes_before = figures::bytes_since(&self.dir.join(open::JOURNAL), since)?;
        let snapshotter = snapshot::Snapshotter { store: Store(self.clone(), None), own, every, bytes_before };
        let (end_snapshots, end) = sync_channel(0);
        let thread = thread::Builder::new().name("snapshotter".into()).spawn(move || snapshotter.run(&end))?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running.as_mut() {
            running.snapshotter = Some((thread, end_snapshots));
        }
        Ok(())
    }
}
