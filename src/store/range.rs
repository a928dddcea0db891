//! Which part of a table or index a scan reads, in which direction, and how much of it.

use std::ops::Bound;

use super::key::{Key, after_prefix};

/// Most entries one scan returns; whoever wants more goes on from the last one.
pub const MAX_SCAN: usize = 1000;

/// The lower and the upper end of a stretch of keys.
pub(super) type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// A bounded stretch of a table or an index.
#[derive(Clone, Debug)]
pub struct Range {
    prefix: Vec<u8>,
    after: Option<Vec<u8>>,
    backward: bool,
    limit: usize,
}

impl Range {
    /// Everything, in ascending order, up to [`MAX_SCAN`] entries.
    pub const fn all() -> Self {
        Self { prefix: Vec::new(), after: None, backward: false, limit: MAX_SCAN }
    }

    /// Everything whose key starts with the whole key `prefix`, such as the first part of a tuple.
    pub fn prefix(prefix: &impl Key) -> Self {
        Self { prefix: prefix.to_bytes(), ..Self::all() }
    }

    /// Everything whose key starts with a string that itself starts with `text`.
    pub fn text(text: &str) -> Self {
        Self { prefix: text.as_bytes().to_vec(), ..Self::all() }
    }

    /// In descending order: the newest first, the most first.
    #[must_use]
    pub fn backward(self) -> Self {
        Self { backward: true, ..self }
    }

    /// Only what comes after the whole key `key` (prefix included) in the scan's direction.
    #[must_use]
    pub fn after(self, key: &impl Key) -> Self {
        self.after_bytes(key.to_bytes())
    }

    /// As [`Range::after`], where there may be nothing to come after.
    #[must_use]
    pub fn after_some(self, key: Option<&impl Key>) -> Self {
        match key {
            Some(key) => self.after(key),
            None => self,
        }
    }

    pub(super) fn after_bytes(self, after: Vec<u8>) -> Self {
        Self { after: Some(after), ..self }
    }

    /// At most `limit` entries, and never more than [`MAX_SCAN`].
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit: limit.min(MAX_SCAN), ..self }
    }

    pub(super) const fn is_backward(&self) -> bool {
        self.backward
    }

    pub(super) const fn size(&self) -> usize {
        self.limit
    }

    /// The bounds as bytes, lower first; `None` where they enclose nothing.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let mut lower = Bound::Included(self.prefix.clone());
        let mut upper = after_prefix(&self.prefix).map_or(Bound::Unbounded, Bound::Excluded);
        if let Some(after) = &self.after {
            if self.backward {
                if upper_of(&upper).is_none_or(|upper| after.as_slice() < upper) {
                    upper = Bound::Excluded(after.clone());
                }
            } else if *after >= self.prefix {
                lower = Bound::Excluded(after.clone());
            }
        }
        let empty = match (&lower, &upper) {
            (Bound::Included(low), Bound::Excluded(high)) => low >= high,
            (Bound::Excluded(low), Bound::Excluded(high)) => low >= high,
            _ => false,
        };
        (!empty).then_some((lower, upper))
    }
}

fn upper_of(bound: &Bound<Vec<u8>>) -> Option<&[u8]> {
    match bound {
        Bound::Excluded(bytes) | Bound::Included(bytes) => Some(bytes),
        Bound::Unbounded => None,
    }
}
