//! What is read from files: batches, records, settings.

use std::fs;
use std::path::Path;

use super::input::Input;
use crate::config::{Config, Given, SETTINGS};
use crate::store::batch::{self, Batch, Change};
use crate::store::catalog::HEARTH;
use crate::store::catalog::fuzzing::tree;

pub(super) fn batch(input: &[u8], _: &Path) {
    let known = |name: &str| tree(&HEARTH, name);
    let mut rest = Input(input);
    if rest.byte() % 2 == 0 {
        let Ok(read) = batch::decode(rest.0, known) else { return };
        return assert_reads_back(&read);
    }
    let mut changes = Batch::new();
    while !rest.is_empty() {
        let table = HEARTH.0[usize::from(rest.byte()) % HEARTH.0.len()];
        let (key, value) = (rest.some().to_vec(), rest.some());
        changes.push(Change { tree: table.name(), key, value: (!value.is_empty()).then(|| value.to_vec()) });
    }
    assert_reads_back(&changes);
}

fn assert_reads_back(changes: &Batch) {
    let written = batch::encode(changes).unwrap_or_default();
    let read = batch::decode(&written, |name| tree(&HEARTH, name));
    assert_eq!(read.ok().as_ref(), Some(changes), "a batch does not read back");
}

pub(super) fn batches() -> Vec<Vec<u8>> {
    let change = |tree, value: Option<&[u8]>| Change { tree, key: b"key".to_vec(), value: value.map(<[u8]>::to_vec) };
    let one = batch::encode(&vec![change("posts", Some(b"value"))]).unwrap_or_default();
    let two = batch::encode(&vec![change("posts", None), change("accounts", Some(b""))]).unwrap_or_default();
    let with = |mode: u8, bytes: &[u8]| [&[mode], bytes].concat();
    vec![with(0, &one), with(0, &two), with(0, b""), with(1, b"\x05\x03key\x05value\x02\x03key\x00")]
}

/// The first byte says which table, the second whether the bytes get a right checksum.
pub(super) fn record(input: &[u8], _: &Path) {
    let mut rest = Input(input);
    let table = HEARTH.0[usize::from(rest.byte()) % HEARTH.0.len()];
    let mut stored = Vec::new();
    if rest.byte() % 2 == 0 {
        stored.extend_from_slice(rest.0);
    } else {
        stored.push(if rest.byte() % 4 == 0 { rest.byte() } else { table.version() });
        stored.extend_from_slice(rest.0);
        let checksum = crc32c::crc32c(&stored);
        stored.extend_from_slice(&checksum.to_le_bytes());
    }
    let Ok(written) = table.read_back(&stored) else { return };
    assert_eq!(table.read_back(&written).as_ref(), Ok(&written), "{}: a record does not read back", table.name());
}

pub(super) fn records() -> Vec<Vec<u8>> {
    let tables = u8::try_from(HEARTH.0.len()).unwrap_or(u8::MAX);
    let body = |length: usize, fill: u8| vec![fill; length];
    let seeds = (0..tables).flat_map(|table| {
        // Zeros are ids, empty texts, absent options and the first variant of whatever it is.
        [(40, 0), (80, 0), (120, 0), (200, 0), (300, 0), (90, 1)]
            .map(|(length, fill)| [&[table, 1, 1], body(length, fill).as_slice()].concat())
    });
    seeds.collect()
}

/// A settings file is refused with one line, or read; and what was read is written as it would be read again.
pub(super) fn config(input: &[u8], dir: &Path) {
    let file = dir.join("hearth.toml");
    if fs::write(&file, input).is_err() {
        return;
    }
    let given = |flags| Given { flags, file: Some(file.clone()) };
    let config = match Config::load_with(&given(Vec::new()), |_| None) {
        Ok(config) => config,
        Err(error) => return assert_eq!(error.to_string().lines().count(), 1, "{error}"),
    };
    for setting in SETTINGS.iter().filter(|setting| !setting.is_secret) {
        let value = setting.value(&config);
        let flags = vec![(setting.key, value.clone())];
        let again = Config::load_with(&given(flags), |_| None).map(|again| setting.value(&again));
        assert_eq!(again.ok(), Some(value), "{} is not read as it is shown", setting.key);
    }
}

pub(super) fn configs() -> Vec<Vec<u8>> {
    let examples: String =
        SETTINGS.iter().map(|setting| format!("{} = \"{}\"\n", setting.key, setting.example)).collect();
    let typed = "workers = 7\npublic_read = false\nallowed_origins = [\"https://a.example\", \"http://[::1]:3000\"]\n";
    vec![examples.into(), typed.into(), b"[listen]\nport = 1".to_vec(), b"cache_mb = = 3".to_vec(), Vec::new()]
}
