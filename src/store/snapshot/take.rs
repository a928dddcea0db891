//! Taking a snapshot of a store that works: see the module's documentation for why it is the state of one moment.

use std::io::Write;

use super::writer::Writer;
use super::{Progress, SnapshotError, Summary};
use crate::store::Store;
use crate::store::batch::{self, Group};
use crate::store::catalog::Catalog;
use crate::store::codec::CodecError;
use crate::store::digest::Digest;
use crate::store::error::StoreError;
use crate::store::journal::{Frame, Place};
use crate::store::range::Range;
use crate::store::schema::Schema;
use crate::store::state::State;

impl Store {
    /// Writes all records, as they are at one moment during the call, into `to`. Everything that was acknowledged
    /// before the call is in it. Blocks until it is written, and holds up nobody.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] where reading the store or writing does not work; a record that is damaged is such an error.
    pub fn snapshot(&self, to: &mut dyn Write, progress: Progress<'_>) -> Result<Summary, SnapshotError> {
        let _held = self.0.hold_journal();
        let start = self.barrier(u64::MAX)??.place.sequence;
        let catalog = self.catalog();
        let mut writer = Writer::new(to, Schema::of(&catalog))?;
        let tables = catalog.0.iter().map(|table| table.name());
        records(&self.0.state, tables, &mut writer, progress)?;
        let end = self.barrier(start + 1)??;
        for frame in end.frames {
            let changes = table_changes(&catalog, &[], &frame?)?.batch;
            if !changes.is_empty() {
                writer.changes(&changes)?;
            }
        }
        writer.finish(end.place, end.sums.tables)
    }
}

/// Writes the records of a state that nobody changes, in the form `schema` in which it is stored.
pub(in crate::store) fn write(
    catalog: &Catalog,
    schema: &Schema,
    state: &State,
    place: Place,
    sum: Digest,
    to: &mut dyn Write,
    progress: Progress<'_>,
) -> Result<Summary, SnapshotError> {
    let mut writer = Writer::new(to, schema.clone())?;
    let tables = schema.0.iter().filter_map(|table| catalog.tree(&table.name));
    records(state, tables, &mut writer, progress)?;
    writer.finish(place, sum)
}

fn records(
    state: &State,
    tables: impl Iterator<Item = &'static str>,
    writer: &mut Writer<'_>,
    progress: Progress<'_>,
) -> Result<(), SnapshotError> {
    for table in tables {
        writer.table()?;
        let mut records = 0;
        for entry in state.iter(table, &Range::all())? {
            let (key, value) = entry?;
            writer.record(&key, &value)?;
            records += 1;
            progress(table, records);
        }
    }
    Ok(())
}

/// What a frame of the journal changes in tables. Indexes may be some that are no more: `earlier` is their schemas.
pub(in crate::store) fn table_changes(
    catalog: &Catalog,
    earlier: &[Schema],
    frame: &Frame,
) -> Result<Group, StoreError> {
    /// Stands for each index that is no more.
    const NO_MORE: &str = "";
    let malformed = |error: batch::BatchError| StoreError::Damaged {
        table: "the journal",
        cause: CodecError::Malformed(format!("frame {}: {error}", frame.sequence)),
    };
    let was_index = |name: &str| earlier.iter().any(|schema| schema.has_index(name));
    let known = |name: &str| catalog.tree(name).or_else(|| was_index(name).then_some(NO_MORE));
    let mut group = batch::decode_group(&frame.batch, known).map_err(malformed)?;
    group.batch.retain(|change| catalog.is_table(change.tree));
    Ok(group)
}
