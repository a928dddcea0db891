//! What an export says of itself.

use std::collections::BTreeMap;
use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The name of the file.
pub(super) const FILE: &str = "manifest.json";

/// What every export calls itself.
pub(super) const FORMAT: &str = "hearth-export";

/// The version of the format, raised when a line of an older Hearth would not be understood any more.
pub(super) const VERSION: u32 = 1;

/// Bytes of the longest manifest that is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// What whoever opens the folder must know.
pub(super) const CONFIDENTIAL: &str = "Confidential: this folder holds password hashes, e-mail addresses, private \
     messages, and who wrote anonymous posts and comments. Keep it as you keep the data folder itself.";

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    /// The version of the Hearth that made it.
    pub(super) hearth: String,
    pub(super) made_at: Timestamp,
    pub(super) confidential: String,
    /// The file `NAME.jsonl` of each kind.
    pub(super) kinds: BTreeMap<String, Sum>,
    /// The files of pictures.
    #[serde(default)]
    pub(super) media: Pictures,
    /// Tables that are not exported, and why.
    #[serde(default)]
    pub(super) left_out: BTreeMap<String, String>,
}

/// What the folder of pictures must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pictures {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// What a file must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sum {
    pub(super) lines: u64,
    pub(super) bytes: u64,
    /// In hexadecimal digits.
    pub(super) sha256: String,
}

impl Manifest {
    /// Reads one that this Hearth understands, or says what to do.
    pub(super) fn read(file: impl Read) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Header {
            format: String,
            version: u32,
        }
        let mut text = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut text).map_err(|error| error.to_string())?;
        if text.len() as u64 > MAX_BYTES {
            return Err("is far too long to be the manifest of an export".into());
        }
        // What it is comes before what is in it: a newer format may have more fields.
        let header: Header = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        if header.format != FORMAT {
            return Err(format!("`format` is not \"{FORMAT}\": this folder is no export of Hearth"));
        }
        if header.version != VERSION {
            let version = header.version;
            return Err(format!(
                "the format is of version {version}, and this Hearth reads version {VERSION}: use the one that made it, or a later one"
            ));
        }
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    }
}
