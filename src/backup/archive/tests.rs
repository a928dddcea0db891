use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::*;
use crate::backup::BackupError;
use crate::backup::manifest::{self, MadeBy, Manifest, Said};
use crate::clock::Timestamp;
use crate::id::hex;

const RECORDS_TEXT: &[u8] = b"all the records there are, all the records there are";

fn said() -> Said {
    Said {
        created_at: Timestamp::from_millis(1_795_421_460_000),
        made_by: MadeBy::Hand,
        sequence: 3,
        tables: [].into(),
        changes: 0,
        left_out: Vec::new(),
    }
}

/// A small archive in `dir`.
fn archive(dir: &Path) -> (PathBuf, Manifest) {
    let path = dir.join("small.tar");
    let mut writer = Writer::begin(File::create(&path).unwrap(), said().created_at).unwrap();
    writer.records(|to| to.write_all(RECORDS_TEXT)).unwrap();
    writer.file(Folder::Media, "ab/picture.jpg", &mut &[7; 700][..]).unwrap();
    writer.file(Folder::Media, "b", &mut &b""[..]).unwrap();
    writer.file(Folder::Secrets, "signing.key", &mut &b"secret"[..]).unwrap();
    let manifest = writer.finish(said()).unwrap();
    (path, manifest)
}

/// What an archive holds, if it is whole.
fn read(path: &Path) -> Result<Vec<(Entry, Vec<u8>)>, BackupError> {
    let mut all = Vec::new();
    Reader::open(path)?.walk(&mut |entry, content| {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).map_err(|cause| BackupError::io(path, cause))?;
        all.push((entry.clone(), bytes));
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn an_archive_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let (path, manifest) = archive(dir.path());
    assert_eq!(Reader::open(&path).unwrap().manifest(), &manifest);
    assert_eq!(manifest.archive_bytes, fs::metadata(&path).unwrap().len());
    assert_eq!((manifest.records.unpacked_bytes, manifest.media.files, manifest.media.bytes), (52, 2, 700));
    let all = read(&path).unwrap();
    assert_eq!(zstd::decode_all(&all[0].1[..]).unwrap(), RECORDS_TEXT);
    let file = |folder, name: &str| Entry::File(folder, name.to_owned());
    assert_eq!(
        all[1..],
        [
            (file(Folder::Media, "ab/picture.jpg"), vec![7; 700]),
            (file(Folder::Media, "b"), vec![]),
            (file(Folder::Secrets, "signing.key"), b"secret".to_vec()),
        ]
    );
}

#[test]
fn the_usual_tools_open_it_and_its_checksums_are_theirs() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = archive(dir.path());
    let run = |program: &str, args: &[&str]| {
        let ran = std::process::Command::new(program).args(args).current_dir(dir.path()).output();
        let ran = ran.unwrap_or_else(|error| panic!("{program}: {error}"));
        assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
    };
    run("tar", &["xf", path.to_str().unwrap()]);
    run("sha256sum", &["--check", "--strict", "SHA256SUMS"]);
    assert_eq!(fs::read(dir.path().join("media/ab/picture.jpg")).unwrap(), [7; 700]);
}

/// Bits all over an archive, and where a flip is not refused, what is read is the same all the same: there are
/// bytes that mean nothing, such as what fills a block.
#[test]
fn no_flipped_bit_is_ever_read_as_something_else() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = archive(dir.path());
    let (whole, right) = (fs::read(&path).unwrap(), read(&path).unwrap());
    let flipped = dir.path().join("flipped.tar");
    let (mut refused, mut tried) = (0, 0);
    // The blanks that fill the manifest's place are all alike.
    let is_blank = |place: &usize| (4096..manifest::BYTES).contains(place);
    for place in (0..whole.len()).filter(|place| if is_blank(place) { place % 997 == 0 } else { place % 5 == 0 }) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        fs::write(&flipped, &bytes).unwrap();
        tried += 1;
        match read(&flipped) {
            Err(BackupError::Damaged { .. } | BackupError::NotABackup { .. } | BackupError::Newer { .. }) => {
                refused += 1
            }
            Err(other) => panic!("byte {place}: {other}"),
            Ok(all) => assert_eq!(all, right, "byte {place}"),
        }
    }
    assert!(refused * 2 > tried, "{refused} of {tried}");
}

proptest! {
    #[test]
    fn what_is_cut_or_grown_is_refused(cut in 0_usize..40_000, more in 0_usize..2000) {
        let dir = tempfile::tempdir().unwrap();
        let (path, _) = archive(dir.path());
        let mut bytes = fs::read(&path).unwrap();
        let whole = bytes.len();
        bytes.truncate(cut);
        bytes.resize(cut.min(whole) + more, 0);
        fs::write(&path, &bytes).unwrap();
        if bytes.len() != whole {
            prop_assert!(read(&path).is_err());
        }
    }
}

/// An archive of any entries, whose manifest and checksums are as right as they can be.
struct Forged {
    entries: Vec<(Vec<u8>, EntryType, Vec<u8>)>,
    sums: String,
    manifest: Manifest,
}

impl Forged {
    fn new(dir: &Path) -> Self {
        let (path, manifest) = archive(dir);
        let entries = read(&path).unwrap().into_iter().map(|(entry, bytes)| {
            let name = match entry {
                Entry::Records => RECORDS.to_owned(),
                Entry::File(folder, name) => format!("{}/{name}", folder.name()),
            };
            (name.into_bytes(), EntryType::Regular, bytes)
        });
        Self { entries: entries.collect(), sums: String::new(), manifest }
    }

    fn add(&mut self, name: &str, kind: EntryType, bytes: &[u8]) {
        self.entries.push((name.as_bytes().to_vec(), kind, bytes.to_vec()));
    }

    /// Writes it; the manifest says what there is.
    fn write(mut self, path: &Path) {
        let mut digests = [(Folder::Media, Sha256::new(), 0, 0), (Folder::Secrets, Sha256::new(), 0, 0)];
        for (name, _, bytes) in &self.entries {
            let name = String::from_utf8_lossy(name);
            let line = line(&name, &hex(&Sha256::digest(bytes)));
            for (folder, lines, files, size) in &mut digests {
                if name.starts_with(folder.name()) {
                    lines.update(&line);
                    (*files, *size) = (*files + 1, *size + bytes.len() as u64);
                }
            }
            self.sums += &line;
        }
        let [media, secrets] =
            digests.map(|(_, lines, files, bytes)| manifest::Files { files, bytes, sha256: hex(&lines.finalize()) });
        (self.manifest.media, self.manifest.secrets) = (media, Some(secrets));
        let sums_bytes = self.sums.len() + line(MANIFEST, &hex(&[0; 32])).len();
        let content: u64 = self.entries.iter().map(|(.., bytes)| BLOCK + blocks(bytes.len() as u64)).sum();
        self.manifest.archive_bytes =
            BLOCK + manifest::BYTES as u64 + content + BLOCK + blocks(sums_bytes as u64) + END;
        let front = self.manifest.encode().unwrap();
        let sums = line(MANIFEST, &hex(&Sha256::digest(&front))) + &self.sums;
        let mut tar = Builder::new(File::create(path).unwrap());
        let mut add = |name: &[u8], kind, bytes: &[u8]| {
            let mut header = Header::new_ustar();
            // Straight into the header: the library itself would not write such names.
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
            header.set_entry_type(kind);
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            tar.append(&header, bytes).unwrap();
        };
        add(MANIFEST.as_bytes(), EntryType::Regular, &front);
        for (name, kind, bytes) in &self.entries {
            add(name, *kind, bytes);
        }
        add(SUMS.as_bytes(), EntryType::Regular, sums.as_bytes());
        tar.into_inner().unwrap().flush().unwrap();
    }
}

/// What comes of an archive that was forged by `change`.
fn forged(change: impl FnOnce(&mut Forged)) -> Result<usize, String> {
    let dir = tempfile::tempdir().unwrap();
    let mut forged = Forged::new(dir.path());
    change(&mut forged);
    let path = dir.path().join("forged.tar");
    forged.write(&path);
    read(&path).map(|all| all.len()).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_refused(part: &str, change: impl FnOnce(&mut Forged)) {
    let refused = forged(change).unwrap_err();
    assert!(refused.contains(part), "{refused}");
}

#[test]
fn a_forged_archive_that_is_right_is_read() {
    assert_eq!(forged(|_| {}), Ok(4));
    assert_eq!(forged(|it| it.add("secrets/tls.key", EntryType::Regular, b"x")), Ok(5));
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let names = [
        "/etc/passwd",
        "secrets/../../x",
        "media/../x",
        "..",
        "secrets/..",
        "secrets/",
        "secrets//x",
        "secrets/./x",
        "secrets/.ssh",
        "secrets/a\\b",
        "secrets/a b",
        "secrets/\u{e9}",
        "store/sled/db",
        "restoring/ready",
        "x",
        "",
    ];
    for name in names {
        assert_refused("does not belong there", |it| it.add(name, EntryType::Regular, b"x"));
    }
}

#[test]
fn links_and_the_like_are_refused() {
    use EntryType as E;
    for kind in
        [E::Symlink, E::Link, E::Char, E::Block, E::Fifo, E::Directory, E::GNULongName, E::GNUSparse, E::XHeader]
    {
        assert_refused("is no file", |it| it.add("secrets/x", kind, b""));
    }
}

#[test]
fn an_entry_in_the_wrong_place_is_refused() {
    assert_refused("does not belong there", |it| it.add(RECORDS, EntryType::Regular, b"again"));
    assert_refused("does not belong there", |it| it.add(MANIFEST, EntryType::Regular, b"again"));
    assert_refused("does not belong there", |it| it.add("secrets/signing.key", EntryType::Regular, b"again"));
    assert_refused("does not belong there", |it| it.entries.swap(1, 2));
    assert_refused("does not belong there", |it| it.entries.swap(2, 3));
    assert_refused("does not belong there", |it| it.entries.swap(0, 1));
    assert_refused("does not belong there", |it| drop(it.entries.remove(0)));
}

#[test]
fn what_is_missing_or_more_than_the_manifest_says_is_refused() {
    assert_refused("not what the manifest says", |it| it.manifest.records.bytes += 1);
    assert_refused("not what the manifest says", |it| it.manifest.records.sha256.replace_range(..2, "00"));
    assert_refused("the checksum of", |it| it.sums = line("media/ab/picture.jpg", &hex(&[0; 32])));
}

#[test]
fn an_absurd_size_is_refused_before_anything_of_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = archive(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let start = (BLOCK as usize) + manifest::BYTES;
    let mut header = Header::from_byte_slice(&bytes[start..start + 512]).clone();
    for size in [u64::MAX, u64::MAX - 511, 1 << 62, 1 << 40] {
        header.set_size(size);
        header.set_cksum();
        bytes[start..start + 512].copy_from_slice(header.as_bytes());
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(read(&path), Err(BackupError::Damaged { .. })), "{size}");
    }
}

#[test]
fn other_files_are_no_backups() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other");
    for bytes in [&b""[..], b"text", &[0; 20_000], &[0xff; 20_000]] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(Reader::open(&path), Err(BackupError::NotABackup { .. })));
    }
    assert!(matches!(Reader::open(dir.path()), Err(BackupError::NotABackup { .. })));
    let missing = Reader::open(&dir.path().join("missing")).err().unwrap().to_string();
    assert!(missing.contains("look whether the path is right"), "{missing}");
}

#[test]
fn a_writer_that_fails_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let file = File::create(dir.path().join("x.tar")).unwrap();
    let mut writer = Writer::begin(file, said().created_at).unwrap();
    let failed = writer.records(|_| Err::<(), _>(io::Error::other("no more")));
    assert_eq!(failed.unwrap_err().to_string(), "no more");
}
