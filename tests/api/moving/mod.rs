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
use std::sync::Arc;

use hearth::app::App;
use hearth::clock::Timestamp;
use hearth::media::Files;
use hearth::portable::{self, ImportError, KINDS, Landing};
use hearth::store::check::check;
use hearth::store::{Options, Store, catalog};

/// Exports what is served into the folder `to`.
fn export(app: &App, to: &Path) -> portable::Exported {
    export_of(&app.store, app.media.files(), to)
}

/// Exports `store` with its pictures into the folder `to`.
fn export_of(store: &Store, pictures: &Files, to: &Path) -> portable::Exported {
    let exported = portable::export(store, pictures, to, Timestamp::from_millis(0), &mut |_, _| {});
    exported.unwrap_or_else(|error| panic!("{error}"))
}

/// The pictures beside a data folder's store.
fn pictures(store: &Path) -> Arc<Files> {
    Files::new(store.parent().unwrap(), 0)
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
    portable::import(landing.store().unwrap(), &pictures(store), from, &mut |_, _| {})?;
    landing.finish().unwrap();
    Ok(Store::open(catalog::HEARTH, &options).unwrap())
}

/// Holds a store against itself.
fn assert_agrees(store: &Store) {
    let report = check(store, false, &mut |_, _| {}).unwrap();
    assert_eq!(report.problems, 0, "{:?}", report.described);
}
