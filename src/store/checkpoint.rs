//! Checkpoints: from time to time sled's own file is made durable up to a frame, and replay can start after it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::committer::Progress;
use super::open::OpenError;
use super::state::State;

/// The journal bytes that make a checkpoint due before its time: replaying them takes about a second.
const DUE_BYTES: u64 = 64 * 1024 * 1024;

/// How often a checkpoint is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The file beside the journal that says up to which frame sled is durable.
pub(super) struct Mark {
    path: PathBuf,
}

impl Mark {
    pub(super) fn new(dir: &Path) -> Self {
        Self { path: dir.join("checkpoint") }
    }

    /// The last frame that sled must hold; 0 where there was no checkpoint yet.
    ///
    /// A mark that cannot be understood counts as none: replay then starts at the beginning, which is only slower.
    pub(super) fn read(&self) -> Result<u64, OpenError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            Err(error) => return Err(OpenError::io(&self.path, error)),
        };
        let sequence = parse(&text);
        if sequence.is_none() {
            log::warn!("{} is damaged: the whole journal is replayed", self.path.display());
        }
        Ok(sequence.unwrap_or(0))
    }

    /// Writes the mark so that after a power cut there is either the old one or the new one.
    pub(super) fn write(&self, sequence: u64) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        let text = sequence.to_string();
        let mut file = File::create(&beside)?;
        writeln!(file, "{text} {:08x}", crc32c::crc32c(text.as_bytes()))?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        self.path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
    }
}

fn parse(text: &str) -> Option<u64> {
    let (sequence, checksum) = text.trim_end().split_once(' ')?;
    let matches = format!("{:08x}", crc32c::crc32c(sequence.as_bytes())) == checksum;
    matches.then(|| sequence.parse().ok()).flatten()
}

/// The checkpointing thread's own things.
pub(super) struct Checkpointer {
    pub(super) state: Arc<State>,
    pub(super) progress: Arc<Progress>,
    pub(super) mark: Mark,
    /// sled's data file.
    pub(super) sled_file: PathBuf,
    /// At most this long after a change a checkpoint is made.
    pub(super) every: Duration,
}

impl Checkpointer {
    /// Works until the sender of `end` is gone. The last checkpoint is made by whoever closes the store.
    pub(super) fn run(&self, end: &Receiver<()>) {
        let mut marked = self.progress.applied.load(Ordering::SeqCst);
        let mut bytes = 0;
        let mut last = Instant::now();
        while end.recv_timeout(LOOK_EVERY.min(self.every)) == Err(RecvTimeoutError::Timeout) {
            let behind = self.progress.applied.load(Ordering::SeqCst) > marked;
            let written = self.progress.journal_bytes.load(Ordering::Relaxed);
            if behind && (last.elapsed() >= self.every || written - bytes >= DUE_BYTES) {
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
        let sequence = self.progress.applied.load(Ordering::SeqCst);
        let done = self
            .state
            .flush()
            .map_err(io::Error::other)
            .and_then(|()| File::open(&self.sled_file)?.sync_data())
            .and_then(|()| self.mark.write(sequence));
        match done {
            Ok(()) => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_and_a_damaged_one_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let mark = Mark::new(dir.path());
        assert_eq!(mark.read().unwrap(), 0);
        mark.write(41).unwrap();
        assert_eq!(mark.read().unwrap(), 41);
        for damaged in ["", "41", "42 00000000", "\u{0}\u{0}", "x y"] {
            fs::write(&mark.path, damaged).unwrap();
            assert_eq!(mark.read().unwrap(), 0);
        }
        fs::write(&mark.path, [0xff, 0xfe]).unwrap();
        assert_eq!(mark.read().unwrap(), 0);
    }
}
