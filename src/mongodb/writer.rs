//! Writing many records, some hundreds at a time.

use crate::error::FieldError;
use crate::portable::Portable;
use crate::store::{Store, StoreError, Tx};

/// Records in one write.
const GROUP: usize = 256;

type Put = Box<dyn Fn(&mut Tx<'_>) -> Result<(), StoreError> + Send>;

/// Puts records into a new store.
pub(super) struct Writer<'a> {
    /// None where nothing is kept, which only a fuzz target wants.
    store: Option<&'a Store>,
    waiting: Vec<Put>,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(store: &'a Store) -> Self {
        Self { store: Some(store), waiting: Vec::new() }
    }

    /// One that looks at what it gets, and keeps nothing.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) const fn to_nowhere() -> Self {
        Self { store: None, waiting: Vec::new() }
    }

    /// Puts a record that keeps the rules of its slice.
    ///
    /// # Errors
    ///
    /// What the store gives; inside, what a record breaks that does not keep them: it is then not put.
    pub(super) fn put<R: Portable>(&mut self, record: R) -> Result<Result<(), FieldError>, StoreError> {
        if let Err(broken) = R::from_line(record.line()) {
            return Ok(Err(broken));
        }
        #[cfg(any(test, feature = "fuzzing"))]
        if self.store.is_none() {
            super::fuzzing::assert_sound(&record);
            return Ok(Ok(()));
        }
        self.waiting.push(Box::new(move |tx| record.arrive(tx)));
        if self.waiting.len() >= GROUP {
            self.flush()?;
        }
        Ok(Ok(()))
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        let group = std::mem::take(&mut self.waiting);
        let Some(store) = self.store else { return Ok(()) };
        store.write_blocking(move |tx| group.iter().try_for_each(|put| put(tx)))
    }
}
