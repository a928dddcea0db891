//! What was not taken as it was: counted for the terminal, and listed in a file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::DumpError;

/// Names of fields that are counted apart; whoever made more of them up gets them counted together.
const MAX_FIELDS: usize = 100;

/// What became of something that was not taken as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It is not in the new community.
    Skipped,
    /// It is, in another form.
    Mended,
}

/// A line of the report.
#[derive(Serialize)]
struct Line<'a> {
    collection: &'a str,
    id: &'a str,
    outcome: Outcome,
    reason: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

/// The report of one import.
pub(super) struct Report {
    path: PathBuf,
    file: BufWriter<File>,
    counts: BTreeMap<(Outcome, &'static str, &'static str), u64>,
    fields: BTreeMap<(&'static str, String), u64>,
    failed: Option<io::Error>,
}

impl Report {
    /// Begins a report in a new file that its owner alone reads, in the place of an earlier report.
    pub(super) fn create(path: &Path) -> Result<Self, DumpError> {
        let failed = |cause| DumpError::Io { path: path.to_owned(), cause };
        match std::fs::remove_file(path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(failed(cause)),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        let (counts, fields) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), counts, fields, failed: None })
    }

    pub(super) fn skipped(&mut self, collection: &'static str, id: &str, reason: &'static str, detail: &str) {
        self.add(&Line { collection, id, outcome: Outcome::Skipped, reason, detail });
        *self.counts.entry((Outcome::Skipped, collection, reason)).or_default() += 1;
    }

    pub(super) fn mended(&mut self, collection: &'static str, id: &str, reason: &'static str, detail: &str) {
        self.add(&Line { collection, id, outcome: Outcome::Mended, reason, detail });
        *self.counts.entry((Outcome::Mended, collection, reason)).or_default() += 1;
    }

    /// Notes the fields of a document that nobody reads.
    pub(super) fn unread<'a>(&mut self, collection: &'static str, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let mut key = (collection, name.chars().take(40).collect::<String>().escape_debug().to_string());
            if self.fields.len() >= MAX_FIELDS && !self.fields.contains_key(&key) {
                key.1 = "others".into();
            }
            *self.fields.entry(key).or_default() += 1;
        }
    }

    fn add(&mut self, line: &Line<'_>) {
        let written = serde_json::to_writer(&mut self.file, line).map_err(io::Error::from);
        if let Err(error) = written.and_then(|()| self.file.write_all(b"\n")) {
            self.failed.get_or_insert(error);
        }
    }

    /// Finishes the file; what the terminal shows of it.
    pub(super) fn finish(mut self) -> Result<String, DumpError> {
        let flushed = self.file.flush();
        if let Some(cause) = self.failed.take().or(flushed.err()) {
            return Err(DumpError::Io { path: self.path, cause });
        }
        Ok(self.to_string())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (outcome, title) in [(Outcome::Skipped, "Skipped"), (Outcome::Mended, "Mended")] {
            let counts: Vec<_> = self.counts.iter().filter(|((found, ..), _)| *found == outcome).collect();
            if counts.is_empty() {
                continue;
            }
            writeln!(f, "{title}:")?;
            for ((_, collection, reason), count) in counts {
                writeln!(f, "  {count:>10} {collection}: {reason}")?;
            }
        }
        if !self.fields.is_empty() {
            let fields: Vec<_> = self
                .fields
                .iter()
                .map(|((collection, name), count)| format!("{collection}.{name} ({count})"))
                .collect();
            writeln!(f, "Fields that Hearth has no use for: {}", fields.join(", "))?;
        }
        write!(f, "All that was skipped or mended is listed in {}, which is confidential too.", self.path.display())
    }
}
