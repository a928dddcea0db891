//! Declared counts: how many records of one table belong to a record of another, kept in a field of the latter.
//!
//! A like is counted in its post, a comment in its post and in the comment it answers. Because the count is a field,
//! indexes over it (the most liked posts first) are indexes like any other.

use super::error::StoreError;
use super::read::Read;
use super::record::Record;
use super::tx::Tx;

/// A count of records `C` in a field of their parents `P`, declared once as a `static` beside `C`.
pub struct Tally<C, P: Record> {
    name: &'static str,
    parents: fn(&C) -> Vec<P::Key>,
    count: fn(&mut P) -> &mut u64,
}

impl<C: Record, P: Record> Tally<C, P> {
    /// Counts each `C` in every parent that `parents` names for it; `count` is the field that holds the number.
    pub const fn new(name: &'static str, parents: fn(&C) -> Vec<P::Key>, count: fn(&mut P) -> &mut u64) -> Self {
        Self { name, parents, count }
    }
}

/// A count that records `C` take part in, whatever their parents are.
pub trait TallyOf<C>: Sync {
    /// The name that `hearth check` reports it by.
    fn name(&self) -> &'static str;

    /// The table of the parents.
    fn parent_table(&self) -> &'static str;

    /// The primary keys, as bytes, of the parents that `child` counts in.
    fn parents(&self, child: &C) -> Vec<Vec<u8>>;

    /// Adds `by` to the count in the parent with the primary key `parent`; a parent that is gone counts nothing.
    ///
    /// # Errors
    ///
    /// Whatever reading and putting the parent gives.
    fn shift(&self, tx: &mut Tx<'_>, parent: &[u8], by: i64) -> Result<(), StoreError>;

    /// Sets the count in the parent: how `hearth check --repair` mends it.
    ///
    /// # Errors
    ///
    /// Whatever reading and putting the parent gives.
    fn set(&self, tx: &mut Tx<'_>, parent: &[u8], count: u64) -> Result<(), StoreError>;

    /// The count in a stored parent.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] where `stored` is no such record.
    fn stored(&self, stored: &[u8]) -> Result<u64, StoreError>;
}

impl<C: Record, P: Record> Tally<C, P> {
    fn change(&self, tx: &mut Tx<'_>, parent: &[u8], change: impl FnOnce(u64) -> u64) -> Result<(), StoreError> {
        use super::key::Key;
        let key = P::Key::from_bytes(parent).map_err(StoreError::bad_key(P::TABLE))?;
        let Some(stored) = tx.get::<P>(&key)? else { return Ok(()) };
        let mut changed = P::clone(&stored);
        let count = (self.count)(&mut changed);
        *count = change(*count);
        tx.put(&changed)
    }
}

impl<C: Record, P: Record> TallyOf<C> for Tally<C, P> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn parent_table(&self) -> &'static str {
        P::TABLE
    }

    fn parents(&self, child: &C) -> Vec<Vec<u8>> {
        use super::key::Key;
        (self.parents)(child).iter().map(Key::to_bytes).collect()
    }

    fn shift(&self, tx: &mut Tx<'_>, parent: &[u8], by: i64) -> Result<(), StoreError> {
        self.change(tx, parent, |count| count.saturating_add_signed(by))
    }

    fn set(&self, tx: &mut Tx<'_>, parent: &[u8], count: u64) -> Result<(), StoreError> {
        self.change(tx, parent, |_| count)
    }

    fn stored(&self, stored: &[u8]) -> Result<u64, StoreError> {
        let mut parent: P =
            super::codec::decode(stored).map_err(|cause| StoreError::Damaged { table: P::TABLE, cause })?;
        Ok(*(self.count)(&mut parent))
    }
}
