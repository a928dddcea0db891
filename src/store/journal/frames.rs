//! Frames read across segments, up to a head that was known before.

use std::path::PathBuf;
use std::vec;

use super::segment::{Reader, Step};
use super::{Frame, JournalError};

/// Reads the frames of some segments that follow one another, from one sequence to another.
#[derive(Debug)]
pub(super) struct FileFrames {
    dir: PathBuf,
    /// First frames of the segments not opened yet.
    segments: vec::IntoIter<u64>,
    reader: Reader,
    /// The next frame to give; those before it are read for their hashes only.
    from: u64,
    /// The last frame to give: what stands behind it may be half written.
    head: u64,
    failed: bool,
}

impl FileFrames {
    /// Reads `from` to `head`, of which the former is in the segment `first` and the latter in the last of `segments`
    /// (which follow `first`), in `dir`.
    ///
    /// # Errors
    ///
    /// As opening the first segment fails.
    pub(super) fn open(
        dir: PathBuf,
        first: u64,
        segments: Vec<u64>,
        from: u64,
        head: u64,
    ) -> Result<Self, JournalError> {
        let reader = Reader::open(&dir, first, None)?;
        Ok(Self { dir, segments: segments.into_iter(), reader, from, head, failed: false })
    }

    fn advance(&mut self) -> Result<Frame, JournalError> {
        loop {
            match self.reader.step()? {
                Step::Frame { frame, .. } if frame.sequence < self.from => {}
                Step::Frame { frame, .. } => {
                    self.from = self.from.saturating_add(1);
                    return Ok(frame);
                }
                Step::End => match self.segments.next() {
                    Some(first) => self.reader = Reader::open(&self.dir, first, Some(self.reader.chain))?,
                    None => return Err(self.reader.broken(format!("it ends before frame {}", self.head))),
                },
                Step::Flaw(flaw) => return Err(self.reader.broken(flaw.to_string())),
            }
        }
    }
}

impl Iterator for FileFrames {
    type Item = Result<Frame, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.from > self.head {
            return None;
        }
        let frame = self.advance();
        self.failed = frame.is_err();
        Some(frame)
    }
}
