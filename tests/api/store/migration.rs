//! Stores of an older form are brought to the present one after a snapshot; those of a newer one are refused.

use std::fs;
use std::path::Path;

use hearth::store::codec::{CodecError, decode_body};
use hearth::store::snapshot::restore;
use hearth::store::{Catalog, Index, IndexOf, OpenError, Options, Range, Read, Record, Store, TableOf};

use super::library::checked;
use super::model::copied;

/// A thing as the first version has it.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
struct Old {
    id: u16,
    name: String,
}

/// A thing as the second version has it.
#[derive(Clone, Debug, PartialEq, bincode::Encode, bincode::Decode)]
struct New {
    id: u16,
    name: String,
    letters: u16,
}

static OLD_BY_NAME: Index<Old, String> = Index::plain("things_by_name", |thing| vec![thing.name.clone()]);
static BY_LETTERS: Index<New, u16> = Index::plain("things_by_letters", |thing| vec![thing.letters]);

impl Record for Old {
    type Key = u16;
    const TABLE: &'static str = "things";
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&OLD_BY_NAME];

    fn key(&self) -> u16 {
        self.id
    }
}

impl Record for New {
    type Key = u16;
    const TABLE: &'static str = "things";
    const VERSION: u8 = 2;
    const INDEXES: &'static [&'static dyn IndexOf<Self>] = &[&BY_LETTERS];

    fn key(&self) -> u16 {
        self.id
    }

    fn migrate(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        match version {
            1 => decode_body(body).map(new),
            _ => Err(CodecError::Version(version)),
        }
    }
}

const FIRST: Catalog = Catalog(&[TableOf::<Old>::NEW]);
const SECOND: Catalog = Catalog(&[TableOf::<New>::NEW]);

fn old(id: u16) -> Old {
    Old { id, name: "x".repeat(usize::from(id % 7)) }
}

fn new(Old { id, name }: Old) -> New {
    New { id, letters: id % 7, name }
}

fn open(catalog: Catalog, dir: &Path) -> Store {
    Store::open(catalog, &Options::new(dir)).unwrap()
}

/// A store of the first version with 60 things, as a kill leaves it: 20 of them are in the journal alone.
fn first() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |store: &Store, ids: std::ops::Range<u16>| {
        ids.for_each(|id| store.write_blocking(move |tx| tx.put(&old(id))).unwrap());
    };
    put(&open(FIRST, dir.path()), 0..40);
    let store = open(FIRST, dir.path());
    put(&store, 40..60);
    let killed = tempfile::tempdir().unwrap();
    copied(dir.path(), killed.path());
    killed
}

fn assert_second(store: &Store, things: u16) {
    let found = store.records::<New>(&Range::all()).unwrap();
    assert!(found.iter().map(|thing| New::clone(thing)).eq((0..things).map(|id| new(old(id)))));
    let letters = store.scan(&BY_LETTERS, &Range::prefix(&3_u16)).unwrap();
    assert!(letters.into_iter().map(|(_, id)| id).eq((0..things).filter(|id| id % 7 == 3)));
    assert_eq!(checked(store).problems, 0);
}

#[test]
fn an_older_store_is_migrated_after_a_snapshot_that_leads_back() {
    let dir = first();
    let store = open(SECOND, dir.path());
    assert_second(&store, 60);
    store.write_blocking(|tx| tx.put(&new(old(60)))).unwrap();
    drop(store);
    assert_second(&open(SECOND, dir.path()), 61);
    // Records are stored in the new form, so the older version refuses them and changes nothing.
    let before = fs::read(dir.path().join("checkpoint")).unwrap();
    let refused = Store::open(FIRST, &Options::new(dir.path())).err().unwrap();
    assert!(matches!(refused, OpenError::Schema(_)), "{refused}");
    let said = refused.to_string();
    assert!(said.contains("'things' is stored in version 2") && said.contains("newer Hearth"), "{said}");
    assert_eq!(fs::read(dir.path().join("checkpoint")).unwrap(), before);
    // The way back: the snapshot from before is a store of the first version.
    let snapshot = dir.path().join("snapshots").join(format!("{:020}.snapshot", 60));
    let back = tempfile::tempdir().unwrap();
    restore(FIRST, back.path(), &mut fs::File::open(snapshot).unwrap(), &mut |_, _| {}).unwrap();
    let store = open(FIRST, back.path());
    assert!(store.records::<Old>(&Range::all()).unwrap().iter().map(|thing| Old::clone(thing)).eq((0..60).map(old)));
    assert_eq!(checked(&store).problems, 0);
}

#[test]
fn an_older_store_without_sled_is_migrated_too() {
    let dir = first();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_second(&open(SECOND, dir.path()), 60);
}

#[test]
fn a_migrated_store_without_sled_is_rebuilt_from_both_forms() {
    let dir = first();
    let store = open(SECOND, dir.path());
    store.write_blocking(|tx| tx.put(&new(old(60)))).unwrap();
    drop(store);
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_second(&open(SECOND, dir.path()), 61);
}

#[test]
fn an_older_snapshot_becomes_a_store_of_the_present_form() {
    let dir = first();
    let mut bytes = Vec::new();
    open(FIRST, dir.path()).snapshot(&mut bytes, &mut |_, _| {}).unwrap();
    let other = tempfile::tempdir().unwrap();
    restore(SECOND, other.path(), &mut bytes.as_slice(), &mut |_, _| {}).unwrap();
    assert_second(&open(SECOND, other.path()), 60);
}
