//! Which keys of a tree changed lately, so that whoever kept something made of it can tell whether it is still right.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many changes of a tree are remembered. What is asked about less often than that is made anew.
const REMEMBERED: usize = 512;

/// The latest changes of one tree.
#[derive(Default)]
pub(super) struct Changes {
    /// How many there have been since the store was opened.
    version: AtomicU64,
    /// The keys of the last ones, the latest at the end.
    keys: Mutex<VecDeque<Box<[u8]>>>,
}

impl Changes {
    /// How many changes there have been. Whoever reads it and then the tree has seen at least these.
    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    /// Notes a change, once it can be read.
    pub(super) fn note(&self, key: &[u8]) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() == REMEMBERED {
            keys.pop_front();
        }
        keys.push_back(key.into());
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether any of the changes after the first `seen` is one that `concerns` somebody, or is no longer known; and how
    /// many changes that answer takes in.
    pub(super) fn concern_since(&self, seen: u64, concerns: impl Fn(&[u8]) -> bool) -> (bool, u64) {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let version = self.version();
        let new = usize::try_from(version - seen).unwrap_or(usize::MAX);
        let concerned = new > keys.len() || keys.iter().rev().take(new).any(|key| concerns(key));
        (concerned, version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_of_from_then_on_and_forgotten_ones_concern_everybody() {
        let changes = Changes::default();
        changes.note(b"a");
        let seen = changes.version();
        assert_eq!(changes.concern_since(seen, |_| true), (false, 1));
        changes.note(b"b");
        assert_eq!(changes.concern_since(seen, |key| key == b"a"), (false, 2));
        assert_eq!(changes.concern_since(seen, |key| key == b"b"), (true, 2));
        (0..REMEMBERED).for_each(|_| changes.note(b"c"));
        assert!(changes.concern_since(seen, |_| false).0);
        assert!(!changes.concern_since(seen + 1, |_| false).0);
    }
}
