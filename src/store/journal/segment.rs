//! One segment: a file with a header and frames one after another.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::frame::{self, Flaw, Hash, NO_HASH, field};
use super::{Frame, JournalError};
use crate::durable;

/// The format that this program writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// Bytes of a segment before its first frame.
pub(super) const HEADER_BYTES: usize = 64;

const MAGIC: [u8; 8] = *b"HearthJL";

/// Bytes read at once: few system calls for small frames, and little memory.
const READ_BYTES: usize = 256 << 10;

/// A place between two frames, by what must come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// Sequence of the frame after this place.
    pub(super) next: u64,
    /// Hash of the frame before this place.
    pub(super) hash: Hash,
}

impl Chain {
    /// The place before the first frame ever.
    pub(super) const START: Self = Self { next: 1, hash: NO_HASH };
}

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The place where it starts.
    pub(super) start: Chain,
    /// First sequence of the segment before, 0 where there was none.
    pub(super) previous: u64,
}

impl Header {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&self.start.next.to_le_bytes());
        bytes.extend_from_slice(&self.previous.to_le_bytes());
        bytes.extend_from_slice(&self.start.hash);
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a header, or the format of one that is newer than this program.
    fn decode(bytes: &[u8]) -> Result<Result<Self, u32>, Flaw> {
        let input = &mut &*bytes;
        if field(input)? != MAGIC {
            return Err(Flaw::Magic);
        }
        // The format comes first: what a newer one has behind it is not for this program to check.
        let format = u32::from_le_bytes(field(input)?);
        if format > FORMAT {
            return Ok(Err(format));
        }
        let next = u64::from_le_bytes(field(input)?);
        let previous = u64::from_le_bytes(field(input)?);
        let hash = field(input)?;
        let checked = bytes.len() - input.len();
        if format != FORMAT || u32::from_le_bytes(field(input)?) != crc32c::crc32c(&bytes[..checked]) {
            return Err(Flaw::Checksum);
        }
        Ok(Ok(Self { start: Chain { next, hash }, previous }))
    }

    /// Reads the header of the segment at `path`, whose name says that it starts with `first`; `None` where the
    /// header is torn or damaged.
    ///
    /// # Errors
    ///
    /// As reading fails, and where the header is a whole one but of another format or another segment.
    pub(super) fn read(path: &Path, first: u64) -> Result<Option<Self>, JournalError> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        let file = File::open(path).map_err(JournalError::at(path))?;
        file.take(HEADER_BYTES as u64).read_to_end(&mut bytes).map_err(JournalError::at(path))?;
        match Self::decode(&bytes) {
            Err(_) => Ok(None),
            Ok(Err(version)) => Err(JournalError::Newer { segment: path.to_owned(), version }),
            Ok(Ok(header)) if header.start.next != first => {
                let detail = format!("its header says that it starts with frame {}", header.start.next);
                Err(JournalError::Broken { segment: path.to_owned(), offset: 0, detail })
            }
            Ok(Ok(header)) => Ok(Some(header)),
        }
    }
}

/// Where the segment that starts with frame `first` is.
pub(super) fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.log"))
}

/// The first frame of the segment with this file name; `None` where it is no segment's.
pub(super) fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".log").filter(|digits| digits.len() == 20)?;
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|&first| only_digits && first > 0)
}

/// Creates a segment without frames, on disk in its folder when this returns. Where there is no room, there is no file.
///
/// # Errors
///
/// As the operating system refuses, also where the file exists. [`is_full`] holds for an error after which nothing is
/// there and it may be tried again, never for a failed sync.
pub(super) fn create(dir: &Path, header: &Header) -> io::Result<File> {
    let path = path(dir, header.start.next);
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    if let Err(error) = file.write_all(&header.encode()) {
        fs::remove_file(&path).map_err(io::Error::other)?;
        return Err(error);
    }
    // A sync that failed for want of room is a failed sync.
    file.sync_data().and_then(|()| durable::sync_folder(dir)).map_err(io::Error::other)?;
    Ok(file)
}

/// Whether the disk, or what its owner may use of it, is full.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// What comes next in a segment.
#[derive(Debug)]
pub(super) enum Step {
    /// A frame, whole and in its place.
    Frame {
        /// Whether everything before it was on disk when it was written.
        settled: bool,
        /// The frame.
        frame: Frame,
    },
    /// Nothing: the file ends here.
    End,
    /// Bytes that are no frame; the reader stays before them.
    Flaw(Flaw),
}

/// Reads the frames of one segment and checks that each follows from the one before.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    input: BufReader<File>,
    /// Bytes of the file that were read and found good.
    pub(super) offset: u64,
    /// The place after the last good frame.
    pub(super) chain: Chain,
}

impl Reader {
    /// Opens the segment that starts with frame `first`, which must follow from `after` where that is known.
    ///
    /// # Errors
    ///
    /// As reading fails, and where the header is damaged or names another place.
    pub(super) fn open(dir: &Path, first: u64, after: Option<Chain>) -> Result<Self, JournalError> {
        let path = path(dir, first);
        let broken = |detail: String| JournalError::Broken { segment: path.clone(), offset: 0, detail };
        let header = Header::read(&path, first)?.ok_or_else(|| broken("its header is damaged".to_owned()))?;
        let chain = header.start;
        match after {
            Some(after) if after.next != chain.next => {
                return Err(broken(format!("the segment before it ends where frame {} would follow", after.next)));
            }
            Some(after) if after.hash != chain.hash => {
                return Err(broken("it does not continue the segment before it, but another journal".to_owned()));
            }
            _ => {}
        }
        let mut file = File::open(&path).map_err(JournalError::at(&path))?;
        let offset = HEADER_BYTES as u64;
        file.seek(SeekFrom::Start(offset)).map_err(JournalError::at(&path))?;
        Ok(Self { path, input: BufReader::with_capacity(READ_BYTES, file), offset, chain })
    }

    /// Reads on by one frame. After a [`Step::Flaw`] there is nothing more to be had from this reader.
    ///
    /// # Errors
    ///
    /// As reading fails, and where there is a whole frame that does not follow from the one before.
    pub(super) fn step(&mut self) -> Result<Step, JournalError> {
        let mut head = Vec::with_capacity(frame::HEADER_BYTES);
        self.fill(frame::HEADER_BYTES, &mut head)?;
        if head.is_empty() {
            return Ok(Step::End);
        }
        let Some(head) = head.first_chunk() else { return Ok(Step::Flaw(Flaw::Short)) };
        let header = match frame::Header::parse(head) {
            Ok(header) => header,
            Err(flaw) => return Ok(Step::Flaw(flaw)),
        };
        let mut batch = Vec::new();
        self.fill(header.length, &mut batch)?;
        if let Err(flaw) = header.check(&batch) {
            return Ok(Step::Flaw(flaw));
        }
        if header.sequence != self.chain.next {
            return Err(self.broken(format!("frame {} stands where {} belongs", header.sequence, self.chain.next)));
        }
        if header.before != self.chain.hash {
            return Err(self.broken(format!("frame {} does not continue the one before it", header.sequence)));
        }
        self.offset += (frame::HEADER_BYTES + batch.len()) as u64;
        self.chain = Chain { next: header.sequence.saturating_add(1), hash: header.hash(&batch) };
        Ok(Step::Frame { settled: header.settled, frame: Frame { sequence: header.sequence, batch } })
    }

    /// All that stands behind the last good frame.
    ///
    /// # Errors
    ///
    /// As reading fails.
    pub(super) fn rest(mut self) -> Result<Vec<u8>, JournalError> {
        let mut rest = Vec::new();
        self.input
            .seek(SeekFrom::Start(self.offset))
            .and_then(|_| self.input.read_to_end(&mut rest))
            .map_err(JournalError::at(&self.path))?;
        Ok(rest)
    }

    /// The error that says `detail` of the place behind the last good frame.
    pub(super) fn broken(&self, detail: String) -> JournalError {
        JournalError::Broken { segment: self.path.clone(), offset: self.offset, detail }
    }

    /// Reads `length` bytes, or as many as there are: the buffer grows with what was read, not with what was promised.
    fn fill(&mut self, length: usize, buffer: &mut Vec<u8>) -> Result<(), JournalError> {
        let mut input = (&mut self.input).take(length as u64);
        input.read_to_end(buffer).map_err(JournalError::at(&self.path))?;
        Ok(())
    }
}
