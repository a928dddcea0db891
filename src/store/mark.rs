//! The file beside the journal that says what sled must hold.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::digest::Sums;
use super::open::OpenError;
use super::schema::Schema;
use crate::durable;

/// Starts the file; the next byte is the version of its format.
const MAGIC: &[u8; 8] = b"HearthCP";

/// The format that this program writes, and the newest that it reads.
const FORMAT: u8 = 1;

/// What was made durable in sled.
#[derive(Clone, Debug, Default, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub(super) struct Checkpoint {
    /// The last frame that sled must hold; 0 where there was none yet.
    pub(super) sequence: u64,
    /// The sums of the state after that frame.
    pub(super) sums: Sums,
    /// The form in which it is stored.
    pub(super) schema: Schema,
}

/// The checkpoint's file.
pub(super) struct Mark {
    path: PathBuf,
}

impl Mark {
    pub(super) fn new(dir: &Path) -> Self {
        Self { path: dir.join("checkpoint") }
    }

    /// The last checkpoint; `None` where there is none that can be understood. Then nobody knows what sled should hold,
    /// and it is rebuilt.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where it cannot be read, or where a later version wrote it.
    pub(super) fn read(&self) -> Result<Option<Checkpoint>, OpenError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OpenError::io(&self.path, error)),
        };
        let content = bytes.split_last_chunk().filter(|(content, sum)| crc32c::crc32c(content).to_le_bytes() == **sum);
        let Some((&version, body)) =
            content.and_then(|(content, _)| content.strip_prefix(MAGIC)).and_then(<[u8]>::split_first)
        else {
            log::warn!("{} is damaged or of an earlier version", self.path.display());
            return Ok(None);
        };
        if version > FORMAT {
            return Err(OpenError::NewerCheckpoint { path: self.path.clone(), version });
        }
        let decoded = bincode::decode_from_slice(body, bincode::config::standard().with_limit::<{ 1 << 20 }>());
        Ok(decoded.ok().filter(|(_, used)| *used == body.len()).map(|(checkpoint, _)| checkpoint))
    }

    /// Writes the mark so that after a power cut there is either the old one or the new one.
    pub(super) fn write(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        let mut bytes = [MAGIC.as_slice(), &[FORMAT]].concat();
        bincode::encode_into_std_write(checkpoint, &mut bytes, bincode::config::standard())
            .map_err(io::Error::other)?;
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        durable::write(&self.path, &bytes, durable::SHARED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_a_damaged_one_counts_as_none_and_a_newer_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mark = Mark::new(dir.path());
        assert_eq!(mark.read().unwrap(), None);
        let mut sums = Sums::default();
        sums.tables.add("posts", b"key", b"value");
        let checkpoint = Checkpoint { sequence: 41, sums, schema: Schema::default() };
        mark.write(&checkpoint).unwrap();
        assert_eq!(mark.read().unwrap(), Some(checkpoint));
        let whole = fs::read(&mark.path).unwrap();
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 4;
            fs::write(&mark.path, changed).unwrap();
            assert_eq!(mark.read().unwrap(), None);
            fs::write(&mark.path, &whole[..place]).unwrap();
            assert_eq!(mark.read().unwrap(), None);
        }
        fs::write(&mark.path, "41 0123abcd\n").unwrap();
        assert_eq!(mark.read().unwrap(), None);
        let mut newer = [MAGIC.as_slice(), &[FORMAT + 1], b"whatever it holds"].concat();
        newer.extend_from_slice(&crc32c::crc32c(&newer).to_le_bytes());
        fs::write(&mark.path, newer).unwrap();
        assert!(mark.read().unwrap_err().to_string().contains("newer"));
    }
}
