//! Taking a snapshot of a store that works: see the module's documentation for why it is the state of one moment.

use std::io::Write;

use super::writer::Writer;
use super::{Progress, SnapshotError, Summary};
use crate::store::batch;
use crate::store::catalog::Catalog;
use crate::store::codec;
use crate::store::error::StoreError;
use crate::store::journal::Frame;
use crate::store::range::Range;
use crate::store::schema::Schema;
use crate::store::{Store, codec::CodecError};

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
        for table in catalog.0 {
            writer.table()?;
            let mut records = 0;
            for entry in self.0.state.iter(table.name(), &Range::all())? {
                let (key, value) = entry?;
                codec::check(&value).map_err(|cause| StoreError::Damaged { table: table.name(), cause })?;
                writer.record(&key, &value)?;
                records += 1;
                progress(table.name(), records);
            }
        }
        let end = self.barrier(start + 1)??;
        for frame in end.frames {
            let frame = frame?;
            let changes = table_changes(&catalog, &frame)?;
            if !changes.is_empty() {
                writer.changes(&changes)?;
            }
        }
        writer.finish(end.place)
    }
}

/// What a frame of the journal changes in tables.
pub(in crate::store) fn table_changes(catalog: &Catalog, frame: &Frame) -> Result<batch::Batch, StoreError> {
    let malformed = |error: batch::BatchError| StoreError::Damaged {
        table: "the journal",
        cause: CodecError::Malformed(format!("frame {}: {error}", frame.sequence)),
    };
    let mut batch = batch::decode(&frame.batch, |name| catalog.tree(name)).map_err(malformed)?;
    batch.retain(|change| catalog.is_table(change.tree));
    Ok(batch)
}
