//! What was read: the keys and stretches of trees that something was made of, and whether it is still right.
//!
//! Whatever is made through an [`Observed`] store leaves a [`Footprint`]. A change of something else, in the same table
//! or in the next entry of the same index, leaves what was made untouched: nobody has to say what depends on what.

use std::cell::RefCell;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Store;
use super::changes::Changes;
use super::error::StoreError;
use super::index::Entry;
use super::key::Key;
use super::range::{Bounds, Range};
use super::read::Read;
use super::record::Record;

/// A store that notes what is read from it.
pub struct Observed<'a> {
    store: &'a Store,
    footprint: RefCell<Footprint>,
}

impl<'a> Observed<'a> {
    /// `store`, with nothing read from it yet.
    pub fn new(store: &'a Store) -> Self {
        Self { store, footprint: RefCell::default() }
    }

    /// What was read.
    pub fn into_footprint(self) -> Footprint {
        let mut footprint = self.footprint.into_inner();
        for part in &mut footprint.parts {
            part.keys.sort_unstable();
            part.keys.dedup();
        }
        footprint
    }

    /// Notes that something kept was used: whatever it was made of.
    pub fn used(&self, other: &Arc<Footprint>) {
        let mut footprint = self.footprint.borrow_mut();
        for part in &other.parts {
            let seen = part.seen.load(Ordering::SeqCst);
            let own = footprint.part(&part.changes, || seen);
            // What was kept may have been looked at before this tree was read here: the earlier of both counts.
            own.seen.fetch_min(seen, Ordering::SeqCst);
        }
        footprint.used.push(other.clone());
    }

    /// Notes a look into `tree`, before it happens.
    fn look(&self, tree: &'static str, what: impl FnOnce(&mut Part)) -> Result<(), StoreError> {
        let changes = self.store.0.state.changes(tree)?;
        what(self.footprint.borrow_mut().part(changes, || changes.version()));
        Ok(())
    }
}

impl Read for Observed<'_> {
    fn value(&self, tree: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.look(tree, |part| part.keys.push(key.into()))?;
        self.store.value(tree, key)
    }

    fn entries(&self, tree: &'static str, range: &Range) -> Result<Vec<Entry>, StoreError> {
        self.look(tree, |_| ())?;
        let entries = self.store.entries(tree, range)?;
        if let Some(stretch) = range.bounds().map(|bounds| read_part(bounds, range, &entries)) {
            self.look(tree, |part| part.stretches.push(stretch))?;
        }
        Ok(entries)
    }

    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        self.look(R::TABLE, |part| part.keys.push(key.to_bytes().into()))?;
        self.store.get(key)
    }
}

/// The part of `range` that `entries` are all of: up to the last one, where the range allowed no more.
fn read_part((lower, upper): Bounds, range: &Range, entries: &[Entry]) -> Bounds {
    match entries.last() {
        Some((last, _)) if entries.len() == range.size() && range.is_backward() => {
            (Bound::Included(last.clone()), upper)
        }
        Some((last, _)) if entries.len() == range.size() => (lower, Bound::Included(last.clone())),
        _ => (lower, upper),
    }
}

/// What something was made of.
#[derive(Default)]
pub struct Footprint {
    /// One for each tree that was looked into, here or for what was used.
    parts: Vec<Part>,
    used: Vec<Arc<Self>>,
}

/// What was read of one tree.
struct Part {
    /// Those of the tree, which also tell which tree it is.
    changes: Arc<Changes>,
    /// The changes up to here concern nobody: they were before the reading, or were looked at.
    seen: AtomicU64,
    keys: Vec<Box<[u8]>>,
    stretches: Vec<Bounds>,
}

impl Part {
    fn holds(&self, key: &[u8]) -> bool {
        self.keys.binary_search_by(|known| (**known).cmp(key)).is_ok()
            || self.stretches.iter().any(|stretch| is_within(stretch, key))
    }
}

fn is_within((lower, upper): &Bounds, key: &[u8]) -> bool {
    let above = match lower {
        Bound::Included(bound) => key >= bound.as_slice(),
        Bound::Excluded(bound) => key > bound.as_slice(),
        Bound::Unbounded => true,
    };
    above
        && match upper {
            Bound::Included(bound) => key <= bound.as_slice(),
            Bound::Excluded(bound) => key < bound.as_slice(),
            Bound::Unbounded => true,
        }
}

impl Footprint {
    /// Whether nothing of what was read has changed. Costs little where the trees did not change at all, and a look at
    /// each later change where they did.
    pub fn is_current(&self) -> bool {
        self.parts.iter().all(|part| {
            let seen = part.seen.load(Ordering::SeqCst);
            if part.changes.version() == seen {
                return true;
            }
            let (concerned, version) = part.changes.concern_since(seen, |key| self.holds(&part.changes, key));
            if !concerned {
                part.seen.fetch_max(version, Ordering::SeqCst);
            }
            !concerned
        })
    }

    /// Whether `key` of the tree with these changes was read, here or for what was used.
    fn holds(&self, tree: &Arc<Changes>, key: &[u8]) -> bool {
        self.parts.iter().any(|part| Arc::ptr_eq(&part.changes, tree) && part.holds(key))
            || self.used.iter().any(|used| used.holds(tree, key))
    }

    /// About what it takes in memory beside what was used, in bytes.
    pub fn weight(&self) -> usize {
        let stretches = |part: &Part| part.stretches.len() * (size_of::<Bounds>() + 96);
        let keys = |part: &Part| part.keys.iter().map(|key| key.len() + 32).sum::<usize>();
        let parts = self.parts.iter().map(|part| size_of::<Part>() + keys(part) + stretches(part)).sum::<usize>();
        size_of::<Self>() + parts + self.used.len() * size_of::<Arc<Self>>()
    }

    /// The part of the tree with these changes; a new one begins after the changes that `seen` gives.
    fn part(&mut self, changes: &Arc<Changes>, seen: impl FnOnce() -> u64) -> &mut Part {
        let place = self.parts.iter().position(|part| Arc::ptr_eq(&part.changes, changes));
        let place = place.unwrap_or_else(|| {
            let seen = seen().into();
            self.parts.push(Part { changes: changes.clone(), seen, keys: Vec::new(), stretches: Vec::new() });
            self.parts.len() - 1
        });
        &mut self.parts[place]
    }
}
