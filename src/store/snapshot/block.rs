//! The blocks that a snapshot is made of, as bytes.

use std::io::{self, Read, Write};

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use sha2::{Digest, Sha256};

use super::{FORMAT, SnapshotError};
use crate::store::journal::MAX_BATCH;

const MAGIC: [u8; 8] = *b"HearthSN";

/// Bytes of a block before its body.
const HEAD: usize = 9;

/// What bincode may claim in memory: no block is longer.
const LIMIT: usize = MAX_BATCH;

/// How bodies are written.
pub(super) const CONFIG: Configuration<LittleEndian, Varint, Limit<LIMIT>> =
    bincode::config::standard().with_limit::<LIMIT>();

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Header = b'H' as isize,
    Records = b'R' as isize,
    Changes = b'C' as isize,
    Footer = b'F' as isize,
}

impl Kind {
    const ALL: [(u8, Self); 4] =
        [(b'H', Self::Header), (b'R', Self::Records), (b'C', Self::Changes), (b'F', Self::Footer)];

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == byte).map(|(_, kind)| kind)
    }

    fn byte(self) -> u8 {
        Self::ALL.into_iter().find(|(_, kind)| *kind == self).map_or(0, |(byte, _)| byte)
    }
}

fn checksum(head: &[u8], body: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(head), body)
}

/// Writes blocks.
pub(super) struct BlockWriter<'a> {
    out: &'a mut dyn Write,
    digest: Sha256,
    /// Bytes written.
    pub(super) written: u64,
}

impl<'a> BlockWriter<'a> {
    /// Starts a snapshot.
    pub(super) fn new(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut writer = Self { out, digest: Sha256::new(), written: 0 };
        writer.put(&MAGIC)?;
        writer.put(&FORMAT.to_le_bytes())?;
        Ok(writer)
    }

    pub(super) fn block(&mut self, kind: Kind, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len()).ok().filter(|_| body.len() <= LIMIT);
        let length = length.ok_or_else(|| io::Error::other("a block of the snapshot is too long"))?;
        let mut head = vec![kind.byte()];
        head.extend_from_slice(&length.to_le_bytes());
        head.extend_from_slice(&checksum(&head, body).to_le_bytes());
        self.put(&head)?;
        self.put(body)
    }

    /// SHA-256 of everything so far.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.digest.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }
}

/// Reads blocks.
pub(super) struct BlockReader<R> {
    input: R,
    digest: Sha256,
    /// Bytes read.
    pub(super) read: u64,
}

impl<R: Read> BlockReader<R> {
    /// Starts to read a snapshot.
    pub(super) fn new(input: R) -> Result<Self, SnapshotError> {
        let mut reader = Self { input, digest: Sha256::new(), read: 0 };
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(SnapshotError::Foreign);
        }
        match reader.number()? {
            FORMAT => Ok(reader),
            newer if newer > FORMAT => Err(SnapshotError::Newer(newer)),
            _ => Err(reader.damaged(reader.read, "there is no such format")),
        }
    }

    /// The next block, and the SHA-256 of everything before it.
    pub(super) fn block(&mut self) -> Result<(Kind, Vec<u8>, [u8; 32]), SnapshotError> {
        let (start, before) = (self.read, self.digest.clone());
        let head = self.take(HEAD - 4)?;
        let written = self.number()?;
        let (kind, length) = head.split_first().unwrap_or((&0, &[]));
        let length = length.try_into().map_or(usize::MAX, |bytes| u32::from_le_bytes(bytes) as usize);
        if length > LIMIT {
            return Err(self.damaged(start, "a block's length is impossible"));
        }
        let body = self.take(length)?;
        if checksum(&head, &body) != written {
            return Err(self.damaged(start, "a block's checksum does not match its content"));
        }
        let kind = Kind::of(*kind).ok_or_else(|| self.damaged(start, "a block is of no known kind"))?;
        Ok((kind, body, before.finalize().into()))
    }

    pub(super) fn damaged(&self, at: u64, detail: &str) -> SnapshotError {
        SnapshotError::Damaged { at, detail: detail.to_owned() }
    }

    fn number(&mut self) -> Result<u32, SnapshotError> {
        let bytes = self.take(4)?;
        Ok(bytes.as_slice().try_into().map_or(0, u32::from_le_bytes))
    }

    /// The next `length` bytes: the memory grows with what is there, not with what was promised.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, SnapshotError> {
        let mut bytes = Vec::new();
        (&mut self.input).take(length as u64).read_to_end(&mut bytes)?;
        self.digest.update(&bytes);
        self.read += bytes.len() as u64;
        if bytes.len() == length { Ok(bytes) } else { Err(SnapshotError::Short { at: self.read }) }
    }
}
