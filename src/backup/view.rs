//! How backups are told of: in `hearth backup list --json` and over HTTP.

use serde::Serialize;
use utoipa::ToSchema;

use super::create::Under;
use super::folder::Listed;
use super::manifest::MadeBy;
use crate::clock::Timestamp;

/// A backup in the folder of backups.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackupView {
    /// Its file's name.
    #[schema(example = "hearth-20261123-033000Z-scheduled.tar")]
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// What is wrong with it, as far as its front and its size show; null where nothing is.
    pub damage: Option<String>,
    /// What it says of itself; null where it is damaged.
    pub about: Option<AboutView>,
}

/// What a backup says of itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AboutView {
    /// When it was begun.
    pub created_at: Timestamp,
    /// Whether the schedule made it, or somebody.
    pub scheduled: bool,
    /// Records in it.
    pub records: u64,
    /// Uploaded files in it.
    pub media: u64,
    /// Whether the server's keys are in it.
    pub secrets: bool,
    /// The version of Hearth that made it.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// The last change that is in it.
    pub sequence: u64,
}

impl From<&Listed> for BackupView {
    fn from(listed: &Listed) -> Self {
        let about = listed.manifest.as_ref().ok().map(|manifest| AboutView {
            created_at: manifest.created_at,
            scheduled: manifest.made_by == MadeBy::Schedule,
            records: manifest.total_records(),
            media: manifest.media.files,
            secrets: manifest.secrets.is_some(),
            version: manifest.hearth.clone(),
            sequence: manifest.sequence,
        });
        let damage = listed.manifest.as_ref().err().map(ToString::to_string);
        Self { name: listed.name.clone(), bytes: listed.bytes, damage, about }
    }
}

/// A backup that is being made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnderWayView {
    /// Since when.
    pub since: Timestamp,
    /// What is being done: the name of a table, or in words.
    pub what: String,
    /// How much of that was done.
    pub done: u64,
}

impl From<Under> for UnderWayView {
    fn from(Under { since, what, done }: Under) -> Self {
        Self { since, what, done }
    }
}

/// All backups in the folder.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackupsView {
    /// The newest first.
    pub items: Vec<BackupView>,
    /// The one that is being made; null where none is.
    pub under_way: Option<UnderWayView>,
}
