//! `hearth check`: each record, index entry, count, journal frame and snapshot held against the others, and mended where
//! asked.
//!
//! Repairs are writes like any other: they go through the journal, so a later rebuild keeps them.

use std::collections::HashMap;

use thiserror::Error;

use super::codec;
use super::error::StoreError;
use super::index::{Entry, IndexOf};
use super::key::Key;
use super::range::Range;
use super::read::Read;
use super::record::Record;
use super::snapshot::{Own, SnapshotError, verify};
use super::tally::TallyOf;
use super::{OpenError, Store, Tx};

/// Problems that are described one by one; further ones are only counted.
const MAX_DESCRIBED: usize = 100;

/// Repairs in one write.
const REPAIRS_A_WRITE: usize = 256;

/// Why a check could not be brought to its end.
#[derive(Debug, Error)]
pub enum CheckError {
    /// Reading or repairing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal could not be read at all.
    #[error(transparent)]
    Journal(#[from] OpenError),
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// Records that were read.
    pub records: u64,
    /// Index entries that were read.
    pub entries: u64,
    /// Counts that were counted again.
    pub counts: u64,
    /// Frames of the journal whose checksum and chain were followed.
    pub frames: u64,
    /// Snapshots of the store's own that were read through.
    pub snapshots: u64,
    /// How many differences there are.
    pub problems: u64,
    /// How many of them were mended.
    pub repaired: u64,
    /// The first of them, in words.
    pub described: Vec<String>,
}

/// One thing to put right.
enum Fix {
    /// An index entry to set, or to remove.
    Entry { index: &'static str, key: Vec<u8>, value: Option<Vec<u8>> },
    /// A count to set in a parent.
    Count {
        set: fn(&mut Tx<'_>, usize, &[u8], u64) -> Result<(), StoreError>,
        tally: usize,
        parent: Vec<u8>,
        count: u64,
    },
}

/// A check under way.
pub struct Check<'a> {
    store: &'a Store,
    repair: bool,
    progress: &'a mut dyn FnMut(&str, u64),
    report: Report,
    fixes: Vec<Fix>,
}

/// Checks all of `store`, and mends what can be mended where `repair` is set. `progress` hears what is being read and
/// how many items of it have been.
///
/// # Errors
///
/// [`CheckError`] where the check could not go on. Differences are no errors: they are in the [`Report`].
pub fn check(store: &Store, repair: bool, progress: &mut dyn FnMut(&str, u64)) -> Result<Report, CheckError> {
    let mut check = Check { store, repair, progress, report: Report::default(), fixes: Vec::new() };
    check.journal()?;
    check.snapshots()?;
    for table in store.catalog().0 {
        table.check(&mut check)?;
    }
    check.mend()?;
    Ok(check.report)
}

impl Check<'_> {
    fn journal(&mut self) -> Result<(), CheckError> {
        for frame in self.store.frames()? {
            match frame {
                Ok(_) => self.report.frames += 1,
                Err(error) => {
                    self.problem(format!("journal: {error}"));
                    break;
                }
            }
            (self.progress)("journal", self.report.frames);
        }
        Ok(())
    }

    /// The store's own snapshots: each must be whole, and the journal must go on from it.
    fn snapshots(&mut self) -> Result<(), CheckError> {
        let own: &Own = &self.store.0.own;
        let failed = |cause| CheckError::Journal(OpenError::io(own.dir(), cause));
        for sequence in own.list().map_err(failed)? {
            let open = || std::fs::File::open(own.path(sequence)).map(std::io::BufReader::new);
            match verify(&self.store.catalog(), &open, self.progress) {
                Ok(_) => self.report.snapshots += 1,
                Err(SnapshotError::Io(cause)) => return Err(failed(cause)),
                Err(error) => self.problem(format!("snapshot {sequence}: {error}")),
            }
        }
        Ok(())
    }

    pub(super) fn table<R: Record>(&mut self) -> Result<(), CheckError> {
        let mut counts: Vec<HashMap<Vec<u8>, u64>> = R::TALLIES.iter().map(|_| HashMap::new()).collect();
        let store = self.store;
        let mut read = 0;
        for stored in store.iter(R::TABLE)? {
            let (key, bytes) = stored?;
            read += 1;
            (self.progress)(R::TABLE, read);
            let record = match codec::decode::<R>(&bytes) {
                Ok(record) if record.key().to_bytes() == key => record,
                Ok(_) => {
                    self.problem(format!("{}: {} holds a record of another key", R::TABLE, hex(&key)));
                    continue;
                }
                Err(error) => {
                    self.problem(format!("{}: {}: {error}", R::TABLE, hex(&key)));
                    continue;
                }
            };
            for index in R::INDEXES {
                self.entries_of(&record, *index)?;
            }
            for (counts, tally) in counts.iter_mut().zip(R::TALLIES) {
                for parent in tally.parents(&record) {
                    *counts.entry(parent).or_default() += 1;
                }
            }
        }
        self.report.records += read;
        for index in R::INDEXES {
            self.index::<R>(*index)?;
        }
        for (place, (counts, tally)) in counts.into_iter().zip(R::TALLIES).enumerate() {
            self.tally::<R>(place, *tally, &counts)?;
        }
        Ok(())
    }

    /// From the record to its entries: each must be there.
    fn entries_of<R: Record>(&mut self, record: &R, index: &dyn IndexOf<R>) -> Result<(), CheckError> {
        for (key, value) in index.entries(record) {
            if self.store.value(index.name(), &key)?.as_ref() != Some(&value) {
                self.problem(format!("{}: the entry {} is missing", index.name(), hex(&key)));
                self.fix(Fix::Entry { index: index.name(), key, value: Some(value) })?;
            }
        }
        Ok(())
    }

    /// From each entry to its record: it must be there, and have that entry.
    fn index<R: Record>(&mut self, index: &dyn IndexOf<R>) -> Result<(), CheckError> {
        let store = self.store;
        let mut read = 0;
        for entry in store.iter(index.name())? {
            let entry = entry?;
            read += 1;
            (self.progress)(index.name(), read);
            if !self.has_entry::<R>(index, &entry)? {
                self.problem(format!("{}: the entry {} stands for no record", index.name(), hex(&entry.0)));
                self.fix(Fix::Entry { index: index.name(), key: entry.0, value: None })?;
            }
        }
        self.report.entries += read;
        Ok(())
    }

    fn has_entry<R: Record>(&self, index: &dyn IndexOf<R>, entry: &Entry) -> Result<bool, StoreError> {
        let Some(primary) = index.target(entry) else { return Ok(false) };
        let Some(bytes) = self.store.value(R::TABLE, &primary)? else { return Ok(false) };
        // A damaged record was reported already; its entries are left for whoever restores it.
        Ok(codec::decode::<R>(&bytes).map_or(true, |record| index.entries(&record).contains(entry)))
    }

    /// The count in each parent against the children that were counted.
    fn tally<R: Record>(
        &mut self,
        place: usize,
        tally: &dyn TallyOf<R>,
        counts: &HashMap<Vec<u8>, u64>,
    ) -> Result<(), CheckError> {
        let store = self.store;
        let mut read = 0;
        for parent in store.iter(tally.parent_table())? {
            let (parent, bytes) = parent?;
            read += 1;
            (self.progress)(tally.name(), read);
            let (Ok(stored), count) = (tally.stored(&bytes), counts.get(&parent).copied().unwrap_or(0)) else {
                continue;
            };
            if stored != count {
                self.problem(format!("{}: {} says {stored} where there are {count}", tally.name(), hex(&parent)));
                self.fix(Fix::Count { set: set_count::<R>, tally: place, parent, count })?;
            }
        }
        self.report.counts += read;
        Ok(())
    }

    fn problem(&mut self, text: String) {
        self.report.problems += 1;
        if self.report.described.len() < MAX_DESCRIBED {
            self.report.described.push(text);
        }
    }

    fn fix(&mut self, fix: Fix) -> Result<(), CheckError> {
        if self.repair {
            self.fixes.push(fix);
            if self.fixes.len() >= REPAIRS_A_WRITE {
                self.mend()?;
            }
        }
        Ok(())
    }

    fn mend(&mut self) -> Result<(), CheckError> {
        let fixes = std::mem::take(&mut self.fixes);
        self.report.repaired += fixes.len() as u64;
        self.store.write_blocking(move |tx| {
            for fix in &fixes {
                match fix {
                    Fix::Entry { index, key, value } => tx.mend_entry(index, key.clone(), value.clone()),
                    Fix::Count { set, tally, parent, count } => set(tx, *tally, parent, *count)?,
                }
            }
            Ok::<_, CheckError>(())
        })
    }
}

fn set_count<R: Record>(tx: &mut Tx<'_>, tally: usize, parent: &[u8], count: u64) -> Result<(), StoreError> {
    R::TALLIES.get(tally).map_or(Ok(()), |tally| tally.set(tx, parent, count))
}

impl Store {
    /// Every entry of a tree: for long scans, on a thread that may block.
    fn iter(&self, tree: &'static str) -> Result<Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_>, StoreError> {
        self.0.state.iter(tree, &Range::all())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
