//! The thread that makes the store's own snapshots, and lets go of the journal that they make needless.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use super::{Own, SnapshotError, verify};
use crate::store::Store;

/// Bytes of journal after which a snapshot is made before its time: they are what a rebuild reads beside it, and what
/// the journal takes on the disk.
const DUE_BYTES: u64 = 256 * 1024 * 1024;

/// How often it is looked whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How long to wait after one that could not be made.
const AFTER_FAILURE: Duration = Duration::from_mins(10);

/// The thread's own things.
pub(in crate::store) struct Snapshotter {
    pub(in crate::store) store: Store,
    pub(in crate::store) own: Own,
    /// At most this long after a change a snapshot is made.
    pub(in crate::store) every: Duration,
    /// Bytes of the journal behind the newest snapshot when the store was opened.
    pub(in crate::store) bytes_before: u64,
}

/// What the newest snapshot is.
struct Newest {
    sequence: u64,
    made: SystemTime,
    /// Bytes that had been given to the journal.
    bytes: u64,
}

impl Snapshotter {
    /// Works until the sender of `end` is gone.
    pub(in crate::store) fn run(&self, end: &Receiver<()>) {
        let found = self.own.newest().ok().flatten();
        let (sequence, made) = found.unwrap_or((0, SystemTime::now()));
        let mut newest = Newest { sequence, made, bytes: 0 };
        let (mut before, mut failed) = (self.bytes_before, None::<Instant>);
        while end.recv_timeout(LOOK_EVERY.min(self.every)) == Err(RecvTimeoutError::Timeout) {
            let store = &self.store;
            if failed.is_some_and(|failed| failed.elapsed() < AFTER_FAILURE) || store.health().is_err() {
                continue;
            }
            let written = store.0.progress.journal_bytes.load(Ordering::Relaxed);
            let is_behind = store.0.progress.applied.load(Ordering::SeqCst) > newest.sequence;
            // One from the future was made before the machine's clock was set back: nobody knows how old it is.
            let is_old = newest.made.elapsed().map_or(true, |age| age >= self.every);
            if is_behind && (is_old || before + written - newest.bytes >= DUE_BYTES) {
                match store.keep_snapshot() {
                    Ok(sequence) => newest = Newest { sequence, made: SystemTime::now(), bytes: written },
                    Err(_) if store.0.ending.load(Ordering::SeqCst) => return,
                    Err(error) => {
                        log::error!("the store could not make a snapshot for itself: {error}");
                        failed = Some(Instant::now());
                        continue;
                    }
                }
                (before, failed) = (0, None);
            }
        }
    }
}

impl Store {
    /// Makes one of the store's own snapshots, reads it back, and lets go of older ones and of the journal before them.
    /// Gives the frame that it is the state after. Blocks until it is done.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`]; nothing is let go of then.
    pub fn keep_snapshot(&self) -> Result<u64, SnapshotError> {
        let (own, started) = (&self.0.own, Instant::now());
        let summary = own.keep(
            |file| {
                let mut to = BufWriter::with_capacity(1 << 20, Stopping { file, ending: &self.0.ending });
                let summary = self.snapshot(&mut to, &mut |_, _| {})?;
                to.flush()?;
                Ok(summary)
            },
            // What is to take the place of the journal is not believed on its word.
            |open| verify(&self.catalog(), open, &mut |_, _| {}).map(drop),
        )?;
        log::info!(
            "made a snapshot of {} records at frame {} in {:.1?}",
            summary.sum.entries,
            summary.place.sequence,
            started.elapsed()
        );
        if let Some(before) = own.thin_out()? {
            self.trim(before)?;
        }
        Ok(summary.place.sequence)
    }
}

/// A file that is written until the store is closed.
struct Stopping<'a> {
    file: &'a mut File,
    ending: &'a AtomicBool,
}

impl Write for Stopping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.ending.load(Ordering::SeqCst) {
            return Err(io::Error::other("the store is being closed"));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
