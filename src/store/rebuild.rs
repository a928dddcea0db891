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
use super::digest::{Digest, Sums};
use super::error::StoreError;
use super::journal::Frames;
use super::range::Range;
use super::record::Record;
use super::schema::Schema;
use super::snapshot::{Item, Progress, Reader, SnapshotError, table_changes};
use super::state::{Applied, State};

/// Bytes of index entries that are sorted at once.
const SORTED_BYTES: usize = 32 * 1024 * 1024;

/// What an index entry takes in memory beside its key and value, in bytes.
const ENTRY_BYTES: usize = 96;

/// What is built, and from what.
pub(super) struct Source<R> {
    /// The records to begin with; nothing where there is none.
    pub(super) snapshot: Option<Reader<R>>,
    /// The frames that follow.
    pub(super) frames: Frames,
    /// The last of them, and so where the state stands in the end.
    pub(super) head: u64,
    /// Forms in which records were stored before.
    pub(super) earlier: Vec<Schema>,
}

/// Builds sled's folder `dir`, which must not exist, from `source`. It is on disk when this returns. Gives the sums of
/// what was built.
pub(super) fn build<R: Read>(
    catalog: &Catalog,
    dir: &Path,
    cache_bytes: u64,
    source: Source<R>,
    progress: Progress<'_>,
) -> Result<Sums, SnapshotError> {
    let state = State::open(catalog, dir, cache_bytes)?;
    let head = source.head;
    let expected = load(catalog, &state, source, progress)?;
    let (stored, sums) = (Digest::default(), Sums::default());
    let mut derivation = Derivation { state: &state, stored, sums, sorting: Vec::new(), bytes: 0, progress };
    for table in catalog.0 {
        table.derive(&mut derivation)?;
        derivation.put_sorted()?;
    }
    let Derivation { stored, sums, .. } = derivation;
    if let Some(expected) = expected.filter(|expected| *expected != stored) {
        return Err(SnapshotError::Differs { found: stored.entries, expected: expected.entries });
    }
    state.note(Applied { sequence: head, durable: head })?;
    state.flush()?;
    drop(state);
    for entry in std::fs::read_dir(dir)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(dir)?.sync_all()?;
    Ok(sums)
}

/// Puts all records into `state`. Gives the sum over them that there must be, where that is known.
fn load<R: Read>(
    catalog: &Catalog,
    state: &State,
    source: Source<R>,
    progress: Progress<'_>,
) -> Result<Option<Digest>, SnapshotError> {
    let Source { snapshot, frames, mut earlier, .. } = source;
    let mut expected = Some(Digest::default());
    let mut loaded = 0;
    if let Some(mut snapshot) = snapshot {
        earlier.push(snapshot.schema().clone());
        while let Some(item) = snapshot.next()? {
            match item {
                Item::Record { table, key, value } => state.fill(table, &key, Some(&value))?,
                Item::Change(change) => fill(state, &change)?,
            }
            loaded += 1;
            progress("records", loaded);
        }
        expected = Some(snapshot.finish()?.sum);
    }
    for frame in frames {
        let group = table_changes(catalog, &earlier, &frame?)?;
        for change in &group.batch {
            fill(state, change)?;
            loaded += 1;
            progress("records", loaded);
        }
        expected = expected.zip(group.adds).map(|(mut expected, adds)| {
            expected += adds.tables;
            expected
        });
    }
    Ok(expected)
}

fn fill(state: &State, change: &Change) -> Result<(), StoreError> {
    state.fill(change.tree, &change.key, change.value.as_deref())
}

/// Records being brought to the present version, and their index entries being made.
pub struct Derivation<'a> {
    state: &'a State,
    /// The sum over the records as they were.
    stored: Digest,
    /// The sums of what is there now.
    sums: Sums,
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
            self.stored.add(R::TABLE, &key, &bytes);
            if bytes.first() == Some(&R::VERSION) {
                self.sums.tables.add(R::TABLE, &key, &bytes);
            } else {
                let migrated = codec::encode(&record).map_err(damaged)?;
                self.sums.tables.add(R::TABLE, &key, &migrated);
                self.state.fill(R::TABLE, &key, Some(&migrated))?;
            }
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
            self.sums.indexes.add(index, &key, &value);
            (self.progress)("index entries", self.sums.indexes.entries);
        }
        self.bytes = 0;
        Ok(())
    }
}
