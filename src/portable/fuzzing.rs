//! The doors of an import for [`crate::fuzzing`].

use std::io::BufRead;

use super::export::write_line;
use super::import::parse;
use super::lines::Lines;
use super::manifest::Manifest;
use super::{Kind, Portable};

/// Reads `bytes` as the file of a kind; how many of its lines hold a record.
///
/// # Panics
///
/// Where a record that was read is another one once it was written out: that is a finding.
pub fn read_kind(kind: &dyn Kind, mut bytes: &[u8]) -> u64 {
    let whole = bytes.len();
    let mut lines = Lines::new(&mut bytes as &mut dyn BufRead);
    let mut records = 0;
    while let Ok(Some(line)) = lines.next() {
        let Ok(written) = kind.read_back(line) else { continue };
        let line = written.strip_suffix(b"\n").unwrap_or_default();
        assert!(!line.contains(&b'\n'), "{}: a line is several: {}", kind.name(), line.escape_ascii());
        assert_eq!(kind.read_back(line).as_ref(), Ok(&written), "{}: {}", kind.name(), line.escape_ascii());
        records += 1;
    }
    let sum = lines.sum();
    assert!(sum.lines >= records && sum.bytes <= whole as u64, "{}: a file has another sum", kind.name());
    records
}

/// What a line holds, as it is written out again.
pub(super) fn read_back<R: Portable>(line: &[u8]) -> Result<Vec<u8>, String> {
    let mut written = Vec::new();
    write_line(&mut written, &parse::<R>(line)?).map_err(|error| error.to_string())?;
    Ok(written)
}

/// Reads `bytes` as what an export says of itself; whether it is one.
///
/// # Panics
///
/// Where what was read is another one once it was written out: that is a finding.
pub fn read_manifest(bytes: &[u8]) -> bool {
    let Ok(manifest) = Manifest::read(bytes) else { return false };
    let written = serde_json::to_vec(&manifest).unwrap_or_default();
    let again = Manifest::read(written.as_slice()).map(|again| serde_json::to_vec(&again).unwrap_or_default());
    assert_eq!(again, Ok(written), "a manifest does not read back");
    true
}
