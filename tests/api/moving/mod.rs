//! Moving: exports, imports, and dumps of the system that Hearth replaces.

mod dump;
mod dumps;
mod hostile;
mod lively;
mod mended;
mod passwords;
mod round_trip;
mod wire;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hearth::clock::Timestamp;
use hearth::portable::{self, ImportError, KINDS, Landing};
use hearth::store::check::check;
use hearth::store::{Options, Store, catalog};

/// Exports `store` into the folder `to`.
fn export(store: &Store, to: &Path) -> portable::Exported {
    portable::export(store, to, Timestamp::from_millis(0), &mut |_, _| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// Every file of records in an export.
fn files(export: &Path) -> BTreeMap<String, String> {
    let files = KINDS.iter().map(|kind| (kind.file(), fs::read_to_string(export.join(kind.file())).unwrap()));
    files.collect()
}

/// Imports the folder `from` as a data folder's store.
fn import(from: &Path, store: &Path) -> Result<Store, ImportError> {
    let options = Options::new(store);
    let landing = Landing::open(&options).unwrap();
    portable::import(landing.store().unwrap(), from, &mut |_, _| {})?;
    landing.finish().unwrap();
    Ok(Store::open(catalog::HEARTH, &options).unwrap())
}

/// Holds a store against itself.
fn assert_agrees(store: &Store) {
    let report = check(store, false, &mut |_, _| {}).unwrap();
    assert_eq!(report.problems, 0, "{:?}", report.described);
}
