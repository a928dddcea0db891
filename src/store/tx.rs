//! A write in progress: it reads the committed state and its own group's changes, and changes only the latter.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::batch::{Batch, Change};
use super::codec::{self, MAX_RECORD};
use super::digest::Sums;
use super::error::StoreError;
use super::index::{Entry, IndexOf};
use super::key::Key;
use super::range::Range;
use super::read::{Read, decoded};
use super::record::Record;
use super::state::State;
use super::tally::TallyOf;

/// A value to come: `None` removes.
type Image = Option<Vec<u8>>;

/// What the writes of one group have changed so far, over the committed state.
#[derive(Default)]
pub(super) struct Pending {
    /// In order, so that the same writes make the same frame wherever they are run.
    trees: BTreeMap<&'static str, BTreeMap<Vec<u8>, Image>>,
    /// Bytes of all that was ever set, also what was set again or taken back.
    bytes: usize,
}

impl Pending {
    /// The final value of everything that was changed, and what that adds to the sums of `state`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] or [`StoreError::Damaged`] where it cannot be read what is there now.
    pub(super) fn into_group(self, state: &State) -> Result<(Batch, Sums), StoreError> {
        let (mut batch, mut adds) = (Batch::new(), Sums::default());
        for (tree, images) in self.trees {
            let digest = adds.of(state.is_table(tree));
            for (key, value) in images {
                if let Some(before) = state.value(tree, &key)? {
                    digest.remove(tree, &key, &before);
                }
                if let Some(value) = &value {
                    digest.add(tree, &key, value);
                }
                batch.push(Change { tree, key, value });
            }
        }
        Ok((batch, adds))
    }

    /// At least the bytes that the changes take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sets an image and returns the one that stood there.
    fn set(&mut self, tree: &'static str, key: Vec<u8>, image: Image) -> Option<Image> {
        self.bytes += key.len() + image.as_ref().map_or(0, Vec::len);
        self.trees.entry(tree).or_default().insert(key, image)
    }

    /// Puts back what [`Pending::set`] returned.
    fn restore(&mut self, tree: &'static str, key: Vec<u8>, before: Option<Image>) {
        let Some(images) = self.trees.get_mut(tree) else { return };
        match before {
            Some(image) => images.insert(key, image),
            None => images.remove(&key),
        };
        if images.is_empty() {
            self.trees.remove(tree);
        }
    }
}

/// One write among its group.
///
/// The closure that gets it may be run again, and must not do anything but read and change through it.
pub struct Tx<'a> {
    state: &'a State,
    pending: &'a mut Pending,
    undo: Vec<(&'static str, Vec<u8>, Option<Image>)>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(state: &'a State, pending: &'a mut Pending) -> Self {
        Self { state, pending, undo: Vec::new() }
    }

    /// Takes back everything this write did, and nothing that others did.
    pub(super) fn undo(self) {
        for (tree, key, before) in self.undo.into_iter().rev() {
            self.pending.restore(tree, key, before);
        }
    }

    /// Stores `record`, in place of the one with the same key if there is one, with its indexes and tallies.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] where a unique index holds one of its keys for another record; the write should then
    /// fail as a whole. [`StoreError::TooLarge`], or what reading gives.
    pub fn put<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        let key = record.key().to_bytes();
        let bytes = codec::encode(record).map_err(|cause| StoreError::Damaged { table: R::TABLE, cause })?;
        if bytes.len() > MAX_RECORD {
            return Err(StoreError::TooLarge { table: R::TABLE, bytes: bytes.len() });
        }
        let old = self.get::<R>(&record.key())?;
        self.set(R::TABLE, key, Some(bytes));
        self.derive(old.as_deref(), Some(record))
    }

    /// Removes the record with the primary key `key`, with its index entries and its part in tallies.
    ///
    /// # Errors
    ///
    /// What reading gives. A record that is not there is no error: `false` says so.
    pub fn delete<R: Record>(&mut self, key: &R::Key) -> Result<bool, StoreError> {
        let Some(old) = self.get::<R>(key)? else { return Ok(false) };
        self.set(R::TABLE, key.to_bytes(), None);
        self.derive(Some(&*old), None)?;
        Ok(true)
    }

    /// Sees to it that there is a record with the primary key `key`, made by `make`, or that there is none. One that is
    /// there stays as it is; whether anything changed is nobody's concern, so asking again is harmless.
    ///
    /// # Errors
    ///
    /// What [`Tx::put`] and [`Tx::delete`] give.
    pub fn keep<R: Record>(&mut self, key: &R::Key, there: bool, make: impl FnOnce() -> R) -> Result<(), StoreError> {
        match (self.contains::<R>(key)?, there) {
            (false, true) => self.put(&make()),
            (true, false) => self.delete::<R>(key).map(drop),
            _ => Ok(()),
        }
    }

    /// Sets an index entry, or removes it with `None`, past the record: for `hearth check --repair` alone.
    pub(super) fn mend_entry(&mut self, index: &'static str, key: Vec<u8>, value: Image) {
        self.set(index, key, value);
    }

    fn set(&mut self, tree: &'static str, key: Vec<u8>, image: Image) {
        let before = self.pending.set(tree, key.clone(), image);
        self.undo.push((tree, key, before));
    }

    /// Brings everything that follows from a record from its old form to its new one.
    fn derive<R: Record>(&mut self, old: Option<&R>, new: Option<&R>) -> Result<(), StoreError> {
        for index in R::INDEXES {
            self.reindex(*index, old, new)?;
        }
        for tally in R::TALLIES {
            self.retally(*tally, old, new)?;
        }
        Ok(())
    }

    fn reindex<R>(&mut self, index: &dyn IndexOf<R>, old: Option<&R>, new: Option<&R>) -> Result<(), StoreError> {
        let old = old.map(|record| index.entries(record)).unwrap_or_default();
        let new = new.map(|record| index.entries(record)).unwrap_or_default();
        for (key, _) in old.iter().filter(|entry| !new.contains(entry)) {
            self.set(index.name(), key.clone(), None);
        }
        for (key, primary) in new.into_iter().filter(|entry| !old.contains(entry)) {
            if index.unique() && self.value(index.name(), &key)?.is_some_and(|holder| holder != primary) {
                return Err(StoreError::Taken { index: index.name() });
            }
            self.set(index.name(), key, Some(primary));
        }
        Ok(())
    }

    fn retally<R>(&mut self, tally: &dyn TallyOf<R>, old: Option<&R>, new: Option<&R>) -> Result<(), StoreError> {
        let old = old.map(|record| tally.parents(record)).unwrap_or_default();
        let new = new.map(|record| tally.parents(record)).unwrap_or_default();
        for parent in old.iter().filter(|parent| !new.contains(parent)) {
            tally.shift(self, parent, -1)?;
        }
        for parent in new.iter().filter(|parent| !old.contains(parent)) {
            tally.shift(self, parent, 1)?;
        }
        Ok(())
    }
}

impl Read for Tx<'_> {
    fn value(&self, tree: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.pending.trees.get(tree).and_then(|images| images.get(key)) {
            Some(image) => Ok(image.clone()),
            None => self.state.value(tree, key),
        }
    }

    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        match self.pending.trees.get(R::TABLE).and_then(|images| images.get(&key.to_bytes())) {
            Some(image) => image.as_deref().map(decoded).transpose(),
            None => self.state.get(key),
        }
    }

    fn entries(&self, tree: &'static str, range: &Range) -> Result<Vec<Entry>, StoreError> {
        let Some(images) = self.pending.trees.get(tree) else { return self.state.entries(tree, range) };
        let Some(bounds) = range.bounds() else { return Ok(Vec::new()) };
        let bounds = (bounds.0.as_ref().map(Vec::as_slice), bounds.1.as_ref().map(Vec::as_slice));
        let images: Vec<_> = images.range::<[u8], (Bound<&[u8]>, Bound<&[u8]>)>(bounds).collect();
        let backward = range.is_backward();
        let mut pending: Box<dyn Iterator<Item = (&Vec<u8>, &Image)>> =
            if backward { Box::new(images.into_iter().rev()) } else { Box::new(images.into_iter()) };
        let mut pending = std::iter::from_fn(move || pending.next()).peekable();
        let mut committed = self.state.iter(tree, range)?.peekable();
        let mut found = Vec::new();
        while found.len() < range.size() {
            let pending_first = match (pending.peek(), committed.peek()) {
                (None, None) => break,
                (Some(_), None) => true,
                (Some((key, _)), Some(Ok((other, _)))) if *key == other => {
                    committed.next();
                    continue;
                }
                (Some((key, _)), Some(Ok((other, _)))) => (*key < other) != backward,
                (_, Some(_)) => false,
            };
            if pending_first {
                let image = pending.next().and_then(|(key, image)| Some((key.clone(), image.clone()?)));
                found.extend(image);
            } else {
                found.extend(committed.next().transpose()?);
            }
        }
        Ok(found)
    }
}
