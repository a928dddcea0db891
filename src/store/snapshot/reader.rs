//! Reading a snapshot from front to back, one record at a time.

use std::collections::VecDeque;
use std::io::Read;

use super::block::{BlockReader, CONFIG, Kind};
use super::{Footer, SnapshotError, Summary};
use crate::store::batch::{self, Change};
use crate::store::catalog::Catalog;
use crate::store::schema::Schema;

/// What a snapshot holds, in its order: records, and then changes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A record as it was when its table was read.
    Record {
        /// The table.
        table: &'static str,
        /// The primary key's bytes.
        key: Vec<u8>,
        /// The record's bytes, as [`codec`](crate::store::codec) writes them.
        value: Vec<u8>,
    },
    /// What became of a record while the tables were read: it holds from now on.
    Change(Change),
}

/// Reads a snapshot and checks it on the way. Only after [`Reader::next`] has given `None` is it known to be whole.
pub struct Reader<R> {
    blocks: BlockReader<R>,
    catalog: Catalog,
    schema: Schema,
    /// What was read and not given yet.
    items: VecDeque<Item>,
    /// The table and the key of the last record.
    last: Option<(usize, Vec<u8>)>,
    records: Vec<u64>,
    changes: u64,
    summary: Option<Summary>,
}

impl<R: Read> Reader<R> {
    /// Starts to read a snapshot, which must be one that `catalog` can read.
    ///
    /// # Errors
    ///
    /// Any [`SnapshotError`] of reading.
    pub fn new(catalog: Catalog, input: R) -> Result<Self, SnapshotError> {
        let mut blocks = BlockReader::new(input)?;
        let start = blocks.read;
        let (Kind::Header, body, _) = blocks.block()? else {
            return Err(blocks.damaged(start, "the header is missing"));
        };
        let schema: Schema = whole(&body).ok_or_else(|| blocks.damaged(start, "the header cannot be read"))?;
        schema.check(&catalog)?;
        let (items, records) = (VecDeque::new(), vec![0; schema.0.len()]);
        Ok(Self { blocks, catalog, schema, items, last: None, records, changes: 0, summary: None })
    }

    /// The stored form of what it holds.
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The next item; `None` at the end of a whole snapshot.
    ///
    /// # Errors
    ///
    /// Any [`SnapshotError`] of reading. What was read before is then worth nothing.
    #[expect(clippy::should_implement_trait, reason = "an iterator would invite to collect, and to forget errors")]
    pub fn next(&mut self) -> Result<Option<Item>, SnapshotError> {
        while self.items.is_empty() && self.summary.is_none() {
            self.read_block()?;
        }
        Ok(self.items.pop_front())
    }

    /// Reads what is left, and says what the whole snapshot holds.
    ///
    /// # Errors
    ///
    /// As [`Reader::next`].
    pub fn finish(&mut self) -> Result<Summary, SnapshotError> {
        loop {
            self.items.clear();
            match &self.summary {
                Some(summary) => return Ok(summary.clone()),
                None => self.read_block()?,
            }
        }
    }

    fn read_block(&mut self) -> Result<(), SnapshotError> {
        let start = self.blocks.read;
        let (kind, body, digest) = self.blocks.block()?;
        let read = match kind {
            Kind::Header => None,
            Kind::Records if self.changes > 0 => None,
            Kind::Records => self.read_records(&body),
            Kind::Changes => self.read_changes(&body),
            Kind::Footer => self.read_footer(&body, digest),
        };
        read.ok_or_else(|| self.blocks.damaged(start, "a block does not fit with those before it"))
    }

    fn read_records(&mut self, mut body: &[u8]) -> Option<()> {
        let place = usize::from(value::<u16>(&mut body)?);
        let table = self.catalog.tree(&self.schema.0.get(place)?.name)?;
        while !body.is_empty() {
            let (key, record): (Vec<u8>, Vec<u8>) = value(&mut body)?;
            let follows = |(before, last): &(usize, Vec<u8>)| (*before, last) < (place, &key);
            if !self.last.as_ref().is_none_or(follows) {
                return None;
            }
            *self.records.get_mut(place)? += 1;
            self.last = Some((place, key.clone()));
            self.items.push_back(Item::Record { table, key, value: record });
        }
        Some(())
    }

    fn read_changes(&mut self, body: &[u8]) -> Option<()> {
        let batch = batch::decode(body, |name| self.catalog.tree(name)).ok()?;
        let of_tables = |change: &Change| self.schema.0.iter().any(|table| table.name == change.tree);
        if !batch.iter().all(of_tables) {
            return None;
        }
        self.changes += batch.len() as u64;
        self.items.extend(batch.into_iter().map(Item::Change));
        Some(())
    }

    fn read_footer(&mut self, body: &[u8], digest: [u8; 32]) -> Option<()> {
        let footer: Footer = whole(body)?;
        if footer.digest != digest || footer.records != self.records || footer.changes != self.changes {
            return None;
        }
        let names = self.schema.0.iter().map(|table| table.name.clone());
        let tables = names.zip(footer.records).collect();
        self.summary = Some(Summary {
            place: footer.place,
            tables,
            changes: footer.changes,
            sum: footer.sum,
            bytes: self.blocks.read,
        });
        Some(())
    }
}

/// Takes one value off the front of `body`.
fn value<T: bincode::Decode<()>>(body: &mut &[u8]) -> Option<T> {
    let (value, used) = bincode::decode_from_slice(body, CONFIG).ok()?;
    *body = body.get(used..)?;
    Some(value)
}

/// The value that is all of `body`.
fn whole<T: bincode::Decode<()>>(mut body: &[u8]) -> Option<T> {
    value(&mut body).filter(|_| body.is_empty())
}
