//! Reading a file line by line, within bounds, and summing it up on the way.

use std::io::{self, BufRead, Read, Write};

use sha2::{Digest, Sha256};

use super::manifest::Sum;
use crate::id::hex;

/// Bytes of the longest line: a record has at most 64 KiB, and JSON takes up to six bytes for one.
pub(super) const MAX_LINE: u64 = 512 * 1024;

/// A line is longer than any record could be, or the file could not be read.
#[derive(Debug)]
pub(super) enum LineError {
    TooLong,
    Io(io::Error),
}

/// The lines of a file.
pub struct Lines<R> {
    file: R,
    line: Vec<u8>,
    /// The number of the last line that was read, from 1.
    pub(super) number: u64,
    /// Whether it was given up, so that there is no sum of all of it.
    pub(super) has_failed: bool,
    summed: Summed,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(file: R) -> Self {
        Self { file, line: Vec::new(), number: 0, has_failed: false, summed: Summed::default() }
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, LineError> {
        self.line.clear();
        let read = self.file.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut self.line).map_err(LineError::Io)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if read as u64 > MAX_LINE {
            return Err(LineError::TooLong);
        }
        self.summed.add(&self.line);
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// What was read.
    pub(super) fn sum(self) -> Sum {
        self.summed.sum(self.number)
    }
}

/// Writes through, and sums up what was written.
pub(super) struct Summing<W> {
    inner: W,
    summed: Summed,
}

impl<W: Write> Summing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner, summed: Summed::default() }
    }

    /// What it wrote to, and the sum of what was written in `lines` lines.
    pub(super) fn done(self, lines: u64) -> (W, Sum) {
        (self.inner, self.summed.sum(lines))
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.summed.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[derive(Default)]
struct Summed {
    hash: Sha256,
    bytes: u64,
}

impl Summed {
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn sum(self, lines: u64) -> Sum {
        Sum { lines, bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}
