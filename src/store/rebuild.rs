//! Building the state from nothing: from a snapshot, the journal's frames after it, and what follows from records.
//!
//! There is one such path, whatever it is for: a state that was lost or is damaged, a restored snapshot, an older
//! stored form, and making sled's folder small again. Only records are taken over; each is brought to the present
//! version, and index entries are made anew. They are put in the order of their keys, in which sled is fastest, and
//! with bounded memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::batch::Change;
use super::catalog::Catalog;
use super::codec;
use super::error::StoreError;
use super::journal::Frames;
use super::range::Range;
use super::record::Record;
use super::snapshot::{Item, Progress, Reader, SnapshotError, table_changes};
use super::state::{Applied, State};

/// Bytes of index entries that are sorted at once.
const SORTED_BYTES: usize = 32 * 1024 * 1024;

/// What an index entry takes in memory beside its key and value, in bytes.
const ENTRY_BYTES: usize = 96;

/// What was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Built {
    /// Records of all tables.
    pub(super) records: u64,
    /// Entries of all indexes.
    pub(super) entries: u64,
}

/// Builds sled's folder `dir`, which must not exist, as it is after the frame `head`: the records of `snapshot`, and the
/// changes of `frames` which follow it. It is on disk when this returns.
pub(super) fn build<R: Read>(
    catalog: &Catalog,
    dir: &Path,
    cache_bytes: u64,
    snapshot: Option<Reader<R>>,
    frames: Frames,
    head: u64,
    progress: Progress<'_>,
) -> Result<Built, SnapshotError> {
    let state = State::open(catalog, dir, cache_bytes)?;
    let mut loaded = 0;
    if let Some(mut snapshot) = snapshot {
        while let Some(item) = snapshot.next()? {
            match item {
                Item::Record { table, key, value } => state.fill(table, &key, Some(&value))?,
                Item::Change(change) => fill(&state, &change)?,
            }
            loaded += 1;
            progress("records", loaded);
        }
    }
    for frame in frames {
        for change in table_changes(catalog, &frame?)? {
            fill(&state, &change)?;
            loaded += 1;
            progress("records", loaded);
        }
    }
    let built = Built::default();
    let mut derivation = Derivation { state: &state, built, sorting: Vec::new(), bytes: 0, progress };
    for table in catalog.0 {
        table.derive(&mut derivation)?;
        derivation.put_sorted()?;
    }
    let built = derivation.built;
    state.begin_after(Applied { sequence: head, durable: head })?;
    state.flush()?;
    drop(state);
    for entry in std::fs::read_dir(dir)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(dir)?.sync_all()?;
    Ok(built)
}

fn fill(state: &State, change: &Change) -> Result<(), StoreError> {
    state.fill(change.tree, &change.key, change.value.as_deref())
}

/// Records being brought to the present version, and their index entries being made.
pub struct Derivation<'a> {
    state: &'a State,
    built: Built,
    /// Entries that are not in the state yet: index, key, value.
    sorting: Vec<(&'static str, Vec<u8>, Vec<u8>)>,
    /// What they take in memory, about.
    bytes: usize,
    progress: Progress<'a>,
}

impl Derivation<'_> {
    pub(super) fn table<R: Record>(&mut self) -> Result<(), StoreError> {
        let damaged = |cause| StoreError::Damaged { table: R::TABLE, cause };
        for stored in self.state.iter(R::TABLE, &Range::all())? {
            let (key, bytes) = stored?;
            let record = codec::decode::<R>(&bytes).map_err(damaged)?;
            if bytes.first() != Some(&R::VERSION) {
                self.state.fill(R::TABLE, &key, Some(&codec::encode(&record).map_err(damaged)?))?;
            }
            self.built.records += 1;
            for index in R::INDEXES {
                for (key, value) in index.entries(&record) {
                    self.bytes += key.len() + value.len() + ENTRY_BYTES;
                    self.sorting.push((index.name(), key, value));
                }
            }
            if self.bytes >= SORTED_BYTES {
                self.put_sorted()?;
            }
        }
        Ok(())
    }

    fn put_sorted(&mut self) -> Result<(), StoreError> {
        self.sorting.sort_unstable();
        for (index, key, value) in self.sorting.drain(..) {
            self.state.fill(index, &key, Some(&value))?;
            self.built.entries += 1;
            (self.progress)("index entries", self.built.entries);
        }
        self.bytes = 0;
        Ok(())
    }
}
