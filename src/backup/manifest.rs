//! What a backup says of itself, at its front: everything that `list` shows, and what the rest is held against.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::BackupError;
use crate::clock::Timestamp;
use crate::store::{Schema, TableSchema};

/// The version of the container: which entries it has, in which order, and what this manifest says.
pub const FORMAT: u32 = 1;

/// What tells a backup from other archives that begin with a `manifest.json`.
const KIND: &str = "hearth-backup";

/// What everybody should know who holds one.
const NOTICE: &str = "Confidential: this holds everything, also who wrote what is anonymous, e-mail addresses, and \
                      (where secrets is not null) the keys of this server.";

/// The manifest's place in the archive, in bytes. It is kept free at first and filled when the rest is written, so that
/// whoever opens a backup reads it first; blanks fill what it does not need.
pub const BYTES: usize = 16 * 1024;

/// What was left out is listed one by one up to here.
const MAX_LEFT_OUT: usize = 20;

/// Who wanted a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeBy {
    /// Somebody, by `hearth backup create` or over HTTP. Only they remove it.
    Hand,
    /// The setting `backup_schedule`. The setting `backup_keep` says when it may go.
    Schedule,
}

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The version in which its records are stored.
    pub version: u8,
    /// How many were read. What changed while they were is in the manifest's `changes`.
    pub records: u64,
}

/// The records of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// The entry's name.
    pub name: String,
    /// Its bytes in the archive.
    pub bytes: u64,
    /// Its bytes once it is unpacked.
    pub unpacked_bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// The files of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// How many there are.
    pub files: u64,
    /// All their bytes.
    pub bytes: u64,
    /// The SHA-256 of their lines in `SHA256SUMS`, in hexadecimal digits.
    pub sha256: String,
}

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    kind: String,
    /// The format of the Hearth that made it.
    pub format: u32,
    notice: String,
    /// The version of the Hearth that made it.
    pub hearth: String,
    /// When it was begun.
    #[serde(deserialize_with = "moment")]
    pub created_at: Timestamp,
    /// Who wanted it.
    pub made_by: MadeBy,
    /// The frame of the journal up to which everything is in it.
    pub sequence: u64,
    /// Each table, by its name.
    pub tables: BTreeMap<String, Table>,
    /// Changes of records that came while they were read, and are in it too.
    pub changes: u64,
    /// The records.
    pub records: Records,
    /// The folder `media`.
    pub media: Files,
    /// The folder `secrets`; none where it was left out.
    pub secrets: Option<Files>,
    /// What is in those folders and not in here, with the reason.
    pub left_out: Vec<String>,
    /// The bytes of the whole archive.
    pub archive_bytes: u64,
}

/// What a manifest says, without what is the same in each.
pub struct Said {
    /// When the backup was begun.
    pub created_at: Timestamp,
    /// Who wanted it.
    pub made_by: MadeBy,
    /// The frame of the journal up to which everything is in it.
    pub sequence: u64,
    /// Each table, by its name.
    pub tables: BTreeMap<String, Table>,
    /// Changes of records that came while they were read, and are in it too.
    pub changes: u64,
    /// What is in the folders and not in the archive.
    pub left_out: Vec<String>,
}

impl Manifest {
    /// Of a backup that this Hearth makes.
    pub fn new(said: Said, records: Records, media: Files, secrets: Option<Files>, archive_bytes: u64) -> Self {
        let mut left_out = said.left_out;
        let more = left_out.len().saturating_sub(MAX_LEFT_OUT);
        left_out.truncate(MAX_LEFT_OUT);
        left_out.extend((more > 0).then(|| format!("and {more} more")));
        Self {
            kind: KIND.to_owned(),
            format: FORMAT,
            notice: NOTICE.to_owned(),
            hearth: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: said.created_at,
            made_by: said.made_by,
            sequence: said.sequence,
            tables: said.tables,
            changes: said.changes,
            records,
            media,
            secrets,
            left_out,
            archive_bytes,
        }
    }

    /// How many records there are in all, but for what changed while they were read.
    pub fn total_records(&self) -> u64 {
        self.tables.values().map(|table| table.records).sum()
    }

    /// The form in which the records are stored.
    pub fn schema(&self) -> Schema {
        let table = |(name, table): (&String, &Table)| TableSchema {
            name: name.clone(),
            version: table.version,
            indexes: Vec::new(),
        };
        Schema(self.tables.iter().map(table).collect())
    }

    /// As JSON of exactly [`BYTES`] bytes; `None` where it does not fit.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self).ok()?;
        if bytes.len() >= BYTES {
            return None;
        }
        bytes.resize(BYTES - 1, b' ');
        bytes.push(b'\n');
        Some(bytes)
    }

    /// What [`Manifest::encode`] made. `name` is what the archive is called in an error.
    ///
    /// # Errors
    ///
    /// [`BackupError::NotABackup`], [`BackupError::Newer`], or [`BackupError::Damaged`].
    pub(super) fn decode(bytes: &[u8], name: &str) -> Result<Self, BackupError> {
        /// What every version of the manifest has.
        #[derive(Deserialize)]
        struct Version {
            kind: String,
            format: u32,
            hearth: String,
        }
        let version: Version =
            serde_json::from_slice(bytes).map_err(|_| BackupError::NotABackup { name: name.to_owned() })?;
        if version.kind != KIND {
            return Err(BackupError::NotABackup { name: name.to_owned() });
        }
        if version.format > FORMAT {
            return Err(BackupError::Newer { name: name.to_owned(), hearth: version.hearth });
        }
        serde_json::from_slice(bytes).map_err(|error| BackupError::damaged(name, format!("its manifest: {error}")))
    }
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let moment = jiff::Timestamp::from_str(&text).map_err(serde::de::Error::custom)?;
    Ok(Timestamp::from_millis(moment.as_millisecond()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn manifest() -> Manifest {
        let records = Records { name: "r".into(), bytes: 1, unpacked_bytes: 2, sha256: "00".into() };
        let table = |records| Table { version: 1, records };
        let tables = [("posts".to_owned(), table(3)), ("accounts".to_owned(), table(4))].into();
        let said = Said {
            created_at: Timestamp::from_millis(1_795_421_460_007),
            made_by: MadeBy::Schedule,
            sequence: 17,
            tables,
            changes: 2,
            left_out: vec!["media/x y: not a name".into()],
        };
        Manifest::new(said, records, Files::default(), None, 99)
    }

    #[test]
    fn a_manifest_reads_back_and_always_has_the_same_size() {
        let bytes = manifest().encode().unwrap();
        assert_eq!((bytes.len(), bytes.last()), (BYTES, Some(&b'\n')));
        assert_eq!(Manifest::decode(&bytes, "x").unwrap(), manifest());
        assert_eq!(manifest().total_records(), 7);
    }

    #[test]
    fn a_newer_version_is_told_from_what_is_no_backup() {
        let newer = br#"{"kind": "hearth-backup", "format": 2, "hearth": "9.1.0", "anything": []}"#;
        let said = Manifest::decode(newer, "x.tar").unwrap_err().to_string();
        assert!(said.contains("Hearth 9.1.0") && said.contains("x.tar"), "{said}");
        for other in [&b""[..], b"{}", b"\0\0\0", br#"{"kind": "other", "format": 1, "hearth": "1"}"#] {
            assert!(matches!(Manifest::decode(other, "x"), Err(BackupError::NotABackup { .. })));
        }
        let half = br#"{"kind": "hearth-backup", "format": 1, "hearth": "0.1.0"}"#;
        assert!(matches!(Manifest::decode(half, "x"), Err(BackupError::Damaged { .. })));
    }

    #[test]
    fn what_was_left_out_is_counted_past_a_bound() {
        let left_out = (0..1000).map(|number| format!("media/{number}: {}", "x".repeat(200))).collect();
        let said = Said {
            created_at: Timestamp::from_millis(0),
            made_by: MadeBy::Hand,
            sequence: 0,
            tables: BTreeMap::new(),
            changes: 0,
            left_out,
        };
        let manifest = Manifest::new(said, manifest().records, Files::default(), None, 0);
        assert_eq!(manifest.left_out.last().map(String::as_str), Some("and 980 more"));
        assert!(manifest.encode().is_some());
    }
}
