//! The three files, and reading an earlier one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::score::Score;
use super::{advice, markdown, missed, page, score, verdict};
use crate::stress::outcome::{FORMAT, Outcome};

/// The files' name, without what tells them apart.
pub(super) const NAME: &str = "scalability-report";

/// Where the report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Tables and text, for people.
    pub markdown: PathBuf,
    /// Every figure, for [`read`] and for scripts.
    pub json: PathBuf,
    /// With charts, for a browser; nothing in it is loaded from elsewhere.
    pub page: PathBuf,
}

/// Why an earlier report cannot be compared with.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file is not there or may not be read.
    #[error("{} cannot be read ({source}): name the {NAME}.json of an earlier run", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else, or not whole.
    #[error("{} is no report of `hearth stress` ({source}): name the {NAME}.json of an earlier run", path.display())]
    NotAReport {
        /// The file.
        path: PathBuf,
        /// What was wrong in it.
        source: serde_json::Error,
    },
    /// It was made by a version of Hearth with another form of it.
    #[error(
        "{} has form {found}, and this version of Hearth reads form {FORMAT}: run the earlier version's test again with \
         this one, or compare with the version that made it", path.display()
    )]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The form that it has.
        found: u32,
    },
}

/// The outcome with what follows from it, as it stands in the JSON file. [`read`] takes the outcome alone.
#[derive(Serialize)]
struct File<'a> {
    #[serde(flatten)]
    outcome: &'a Outcome,
    score: Score,
    verdict: String,
    advice: Vec<String>,
    missed: Vec<String>,
}

/// What tells whether the rest can be understood.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// Writes `scalability-report.md`, `.json` and `.html` into `folder`, which is made where it is missing. Each is
/// written beside its place and then moved there, so that an earlier one stays whole until the new one is. With
/// `earlier`, they say what moved since.
///
/// # Errors
///
/// What the file system says.
pub fn write(outcome: &Outcome, folder: &Path, earlier: Option<&Outcome>) -> io::Result<Written> {
    fs::create_dir_all(folder)?;
    Ok(Written {
        json: place(folder, "json", &json(outcome)?)?,
        markdown: place(folder, "md", &markdown::render(outcome, earlier))?,
        page: place(folder, "html", &page::render(outcome, earlier))?,
    })
}

/// The JSON file's text.
pub(super) fn json(outcome: &Outcome) -> io::Result<String> {
    let file = File {
        outcome,
        score: score::of(outcome),
        verdict: verdict::of(outcome),
        advice: advice::of(outcome),
        missed: missed(outcome),
    };
    Ok(serde_json::to_string_pretty(&file)? + "\n")
}

fn place(folder: &Path, kind: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(format!("{NAME}.{kind}"));
    let beside = folder.join(format!("{NAME}.{kind}.new"));
    fs::write(&beside, text)?;
    fs::rename(&beside, &path)?;
    Ok(path)
}

/// Reads the JSON file of an earlier run, for `--compare`.
///
/// # Errors
///
/// Where it cannot be read, is no report, or has another form. The words say what to do.
pub fn read(path: &Path) -> Result<Outcome, ReadError> {
    let path = path.to_owned();
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(ReadError::Unreadable { path, source }),
    };
    match serde_json::from_slice::<Head>(&text) {
        Ok(Head { format: FORMAT }) => {}
        Ok(Head { format: found }) => return Err(ReadError::OtherFormat { path, found }),
        Err(source) => return Err(ReadError::NotAReport { path, source }),
    }
    serde_json::from_slice(&text).map_err(|source| ReadError::NotAReport { path, source })
}
