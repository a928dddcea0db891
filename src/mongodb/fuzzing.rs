//! The doors of the import from MongoDB for [`crate::fuzzing`].

use std::path::Path;

use super::people::People;
use super::report::Report;
use super::source::Dump;
use super::writer::Writer;
use super::{DumpError, Import};
use crate::portable::Portable;
use crate::store::catalog::fuzzing::stored;

/// Reads the dump in the folder `dir`, and makes of it what would be put into a store; what is told of it.
///
/// # Errors
///
/// [`DumpError`], as an import gives it.
///
/// # Panics
///
/// Where a store could not take what was made, or an export would tell it otherwise: that is a finding.
pub fn interpret(dir: &Path, report: &Path) -> Result<String, DumpError> {
    let mut import = Import {
        dump: Dump::find(dir)?,
        writer: Writer::to_nowhere(),
        report: Report::create(report)?,
        people: People::default(),
        progress: &mut |_, _| {},
    };
    import.everything()?;
    import.report.finish()
}

/// Holds what would be put against what a store takes, and against what an export makes of it.
pub(super) fn assert_sound<R: Portable>(record: &R) {
    let bytes = stored(record);
    assert!(bytes.is_some(), "{}: a record is larger than a store takes", R::TABLE);
    let written = serde_json::to_string(&record.line()).unwrap_or_default();
    let again = serde_json::from_str(&written).ok().and_then(|line| R::from_line(line).ok());
    let again = again.and_then(|again| stored(&again));
    assert_eq!(again, bytes, "{}: a record is another one after an export: {written}", R::TABLE);
}
