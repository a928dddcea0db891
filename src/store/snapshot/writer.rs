//! Writing a snapshot from front to back.

use std::io::{self, Write};

use bincode::Encode;

use super::block::{BlockWriter, CONFIG, Kind};
use super::{Footer, SnapshotError, Summary};
use crate::store::batch::{self, Batch};
use crate::store::digest::Digest;
use crate::store::journal::Place;
use crate::store::schema::Schema;

/// Bytes of records after which a block ends.
const BLOCK_BYTES: usize = 256 * 1024;

/// A snapshot that is being written.
pub(super) struct Writer<'a> {
    blocks: BlockWriter<'a>,
    schema: Schema,
    /// Records of each table so far; the last table is the one being written.
    records: Vec<u64>,
    changes: u64,
    /// The body of the block of records that is being filled; empty where there is none.
    body: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Starts a snapshot of a store with this schema.
    pub(super) fn new(out: &'a mut dyn Write, schema: Schema) -> Result<Self, SnapshotError> {
        let mut blocks = BlockWriter::new(out)?;
        blocks.block(Kind::Header, &encoded(&schema)?)?;
        Ok(Self { blocks, schema, records: Vec::new(), changes: 0, body: Vec::new() })
    }

    /// Goes on to the next table.
    pub(super) fn table(&mut self) -> Result<(), SnapshotError> {
        self.end_block()?;
        self.records.push(0);
        Ok(())
    }

    /// Adds a record of the present table; its key follows those before.
    pub(super) fn record(&mut self, key: &[u8], value: &[u8]) -> Result<(), SnapshotError> {
        if self.body.is_empty() {
            let table = u16::try_from(self.records.len().saturating_sub(1)).map_err(io::Error::other)?;
            encode_into(&mut self.body, table)?;
        }
        encode_into(&mut self.body, (key, value))?;
        if let Some(count) = self.records.last_mut() {
            *count += 1;
        }
        if self.body.len() >= BLOCK_BYTES { self.end_block() } else { Ok(()) }
    }

    /// Adds changes that came after the records, in their order.
    pub(super) fn changes(&mut self, batch: &Batch) -> Result<(), SnapshotError> {
        self.end_block()?;
        self.changes += batch.len() as u64;
        self.blocks.block(Kind::Changes, &batch::encode(batch).map_err(io::Error::other)?)?;
        Ok(())
    }

    /// Ends the snapshot, which is the state at `place`, where `sum` is the sum over all records.
    pub(super) fn finish(mut self, place: Place, sum: Digest) -> Result<Summary, SnapshotError> {
        self.end_block()?;
        let digest = self.blocks.digest();
        let footer = Footer { place, records: self.records.clone(), changes: self.changes, sum, digest };
        self.blocks.block(Kind::Footer, &encoded(&footer)?)?;
        self.blocks.flush()?;
        let names = self.schema.0.into_iter().map(|table| table.name);
        let (changes, bytes) = (self.changes, self.blocks.written);
        Ok(Summary { place, tables: names.zip(self.records).collect(), changes, sum, bytes })
    }

    fn end_block(&mut self) -> Result<(), SnapshotError> {
        if !self.body.is_empty() {
            self.blocks.block(Kind::Records, &self.body)?;
            self.body.clear();
        }
        Ok(())
    }
}

fn encoded(value: &impl Encode) -> Result<Vec<u8>, SnapshotError> {
    let mut bytes = Vec::new();
    encode_into(&mut bytes, value)?;
    Ok(bytes)
}

fn encode_into(bytes: &mut Vec<u8>, value: impl Encode) -> Result<(), SnapshotError> {
    bincode::encode_into_std_write(value, bytes, CONFIG).map_err(io::Error::other)?;
    Ok(())
}
