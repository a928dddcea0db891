//! Reading an archive. Whoever made it may have meant harm: nothing in it is believed before it was looked at.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tar::{Archive, EntryType};

use super::{BLOCK, END, Folder, MANIFEST, RECORDS, SUMS, blocks, is_plain, line};
use crate::backup::BackupError;
use crate::backup::manifest::{self, Files, Manifest};
use crate::id::hex;

/// Bytes that are read at once.
const BUFFER: usize = 256 * 1024;

/// What is in an archive beside its manifest and its checksums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The records, compressed.
    Records,
    /// A file of a folder; its name is plain.
    File(Folder, String),
}

/// An archive whose manifest has been read.
pub struct Reader {
    file: File,
    path: PathBuf,
    manifest: Manifest,
}

/// How far a walk through an archive has come.
#[derive(Default)]
struct Walk {
    records: Option<(u64, String)>,
    media: Found,
    secrets: Found,
    last: Option<(Folder, String)>,
    /// What `SHA256SUMS` must say.
    sums: String,
    /// Where the last entry ends, in bytes.
    end: u64,
    is_over: bool,
}

/// What was found of a folder.
#[derive(Default)]
struct Found {
    files: Files,
    lines: Sha256,
}

impl Reader {
    /// Opens the archive at `path` and reads its manifest.
    ///
    /// # Errors
    ///
    /// [`BackupError`] where it is no backup, a newer one, or has another size than it says.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let failed = |cause| BackupError::io(path, cause);
        let name = path.display().to_string();
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        if !about.is_file() {
            return Err(BackupError::NotABackup { name });
        }
        let front = front(&file).map_err(|_| BackupError::NotABackup { name: name.clone() })?;
        let manifest = Manifest::decode(&front, &name)?;
        if manifest.archive_bytes != about.len() {
            let detail = format!("it has {} bytes and should have {}", about.len(), manifest.archive_bytes);
            return Err(BackupError::damaged(&name, detail));
        }
        Ok(Self { file, path: path.to_owned(), manifest })
    }

    /// What the archive says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads all of it: `visit` gets each entry with what it holds, of which it takes as much as it likes. Only when
    /// this has returned is it known that what it got was what was written.
    ///
    /// # Errors
    ///
    /// [`BackupError::Damaged`] at the first thing that is not as it should be, or what `visit` gives.
    pub fn walk(
        &mut self,
        visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let name = self.path.display().to_string();
        let damaged = |detail: String| BackupError::damaged(&name, detail);
        self.file.rewind().map_err(|cause| BackupError::io(&self.path, cause))?;
        let mut archive = Archive::new(io::BufReader::with_capacity(BUFFER, &self.file));
        let entries = archive.entries().map_err(|error| damaged(error.to_string()))?.raw(true);
        let (mut walk, mut front) = (Walk::default(), String::new());
        for (place, entry) in entries.enumerate() {
            let mut entry = entry.map_err(|error| damaged(error.to_string()))?;
            let (size, start) = (entry.size(), entry.raw_file_position());
            let path = entry.path_bytes().into_owned();
            let shown = String::from_utf8_lossy(&path).escape_debug().to_string();
            if entry.header().entry_type() != EntryType::Regular {
                return Err(damaged(format!("{shown} is no file")));
            }
            if start.checked_add(size).is_none_or(|end| end > self.manifest.archive_bytes) {
                return Err(damaged(format!("{shown} ends behind the end of the archive")));
            }
            walk.end = start + blocks(size);
            let known = std::str::from_utf8(&path).ok().and_then(|path| walk.expected(place, path));
            let Some(kind) = known else {
                return Err(damaged(format!("{shown} does not belong there")));
            };
            let mut content = Hashed { from: &mut entry, hash: Sha256::new() };
            match kind {
                Kind::Manifest => {
                    front = digest(content).map_err(|error| damaged(format!("{shown}: {error}")))?;
                }
                Kind::Sums => walk.end(content, size, &front).map_err(damaged)?,
                Kind::Entry(kind) => {
                    visit(&kind, &mut content)?;
                    let sha256 = digest(content).map_err(|error| damaged(format!("{shown}: {error}")))?;
                    walk.found(&kind, size, sha256);
                }
            }
        }
        walk.agrees(&self.manifest).map_err(damaged)
    }
}

/// What an entry is.
enum Kind {
    Manifest,
    Sums,
    Entry(Entry),
}

impl Walk {
    /// What the entry at `place` with this path is, if it may come there.
    fn expected(&self, place: usize, path: &str) -> Option<Kind> {
        match (place, path) {
            (0, MANIFEST) => return Some(Kind::Manifest),
            (1, RECORDS) => return Some(Kind::Entry(Entry::Records)),
            (0 | 1, _) => return None,
            _ if self.is_over => return None,
            (_, SUMS) => return Some(Kind::Sums),
            _ => {}
        }
        let (folder, name) = path.split_once('/')?;
        let folder = [Folder::Media, Folder::Secrets].into_iter().find(|known| known.name() == folder)?;
        let this = (folder, name.to_owned());
        let follows = self.last.as_ref().is_none_or(|last| last.cmp(&this) == Ordering::Less);
        (is_plain(name) && follows).then_some(Kind::Entry(Entry::File(folder, this.1)))
    }

    fn found(&mut self, entry: &Entry, bytes: u64, sha256: String) {
        match entry {
            Entry::Records => {
                self.sums += &line(RECORDS, &sha256);
                self.records = Some((bytes, sha256));
            }
            Entry::File(folder, name) => {
                let line = line(&format!("{}/{name}", folder.name()), &sha256);
                let found = if *folder == Folder::Media { &mut self.media } else { &mut self.secrets };
                found.files.files += 1;
                found.files.bytes += bytes;
                found.lines.update(&line);
                self.sums += &line;
                self.last = Some((*folder, name.clone()));
            }
        }
    }

    /// Holds `SHA256SUMS` against what was found.
    fn end(&mut self, content: impl Read, size: u64, front: &str) -> Result<(), String> {
        self.is_over = true;
        let sums = line(MANIFEST, front) + &self.sums;
        let mut stored = Vec::new();
        // Never more than what it must be.
        content.take(sums.len() as u64).read_to_end(&mut stored).map_err(|error| format!("{SUMS}: {error}"))?;
        let lines = stored.split(|byte| *byte == b'\n').zip(sums.lines());
        if let Some((_, differs)) = lines.into_iter().find(|(stored, line)| *stored != line.as_bytes()) {
            let name = differs.split_once("  ").map_or("an entry", |(_, name)| name);
            return Err(format!("the checksum of {name} is not the one in {SUMS}"));
        }
        if size == sums.len() as u64 && stored == sums.as_bytes() {
            Ok(())
        } else {
            Err(format!("{SUMS} names other entries than there are"))
        }
    }

    /// Holds what was found against the manifest.
    fn agrees(self, manifest: &Manifest) -> Result<(), String> {
        if !self.is_over {
            return Err(format!("{SUMS} is missing"));
        }
        if self.end + END != manifest.archive_bytes {
            return Err("there is something behind its end".into());
        }
        let records = &manifest.records;
        if self.records != Some((records.bytes, records.sha256.clone())) || records.name != RECORDS {
            return Err(format!("{RECORDS} is not what the manifest says"));
        }
        let secrets = manifest.secrets.clone().unwrap_or_else(|| Found::default().files());
        for (folder, found, said) in
            [(Folder::Media, self.media, &manifest.media), (Folder::Secrets, self.secrets, &secrets)]
        {
            if found.files() != *said {
                return Err(format!("the files in {} are not those that the manifest says", folder.name()));
            }
        }
        Ok(())
    }
}

impl Found {
    fn files(self) -> Files {
        Files { sha256: hex(&self.lines.finalize()), ..self.files }
    }
}

/// The manifest's bytes.
fn front(file: &File) -> io::Result<Vec<u8>> {
    let most = BLOCK + manifest::BYTES as u64;
    let mut archive = Archive::new(file.take(most));
    let mut entry = archive.entries()?.raw(true).next().ok_or(io::ErrorKind::UnexpectedEof)??;
    let mut front = Vec::new();
    let is_front = &*entry.path_bytes() == MANIFEST.as_bytes() && entry.size() == manifest::BYTES as u64;
    entry.read_to_end(&mut front)?;
    if is_front && front.len() == manifest::BYTES { Ok(front) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Hashes what is read.
struct Hashed<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Reads the rest, and gives the digest of all.
fn digest<R: Read>(mut content: Hashed<R>) -> io::Result<String> {
    io::copy(&mut content, &mut io::sink())?;
    Ok(hex(&content.hash.finalize()))
}
