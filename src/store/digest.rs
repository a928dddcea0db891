//! Sums over what the state holds, by which one knows whether it is all there: whatever is lost, changed or too much
//! makes another sum.
//!
//! A sum does not depend on the order of the entries, so a change costs two hashes, of what was there and of what is
//! there now. Each frame of the journal carries what it adds, each checkpoint the sums at its frame. So it is known what
//! the state must be at any frame, and reading it once through says whether it is: sled itself cannot, as it opens with
//! a piece of its file missing and says nothing.

use std::ops::AddAssign;

use twox_hash::XxHash3_128;

/// A sum over entries, and how many they are; or what a change adds to one. All of it wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Digest {
    /// XXH3-128 of each tree's name, key and value, added up.
    sum: u128,
    /// How many entries there are.
    pub entries: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
}

impl Digest {
    /// Takes in an entry.
    pub(super) fn add(&mut self, tree: &str, key: &[u8], value: &[u8]) {
        self.sum = self.sum.wrapping_add(hash(tree, key, value));
        self.entries = self.entries.wrapping_add(1);
        self.bytes = self.bytes.wrapping_add((key.len() + value.len()) as u64);
    }

    /// Takes out an entry.
    pub(super) fn remove(&mut self, tree: &str, key: &[u8], value: &[u8]) {
        self.sum = self.sum.wrapping_sub(hash(tree, key, value));
        self.entries = self.entries.wrapping_sub(1);
        self.bytes = self.bytes.wrapping_sub((key.len() + value.len()) as u64);
    }
}

impl AddAssign for Digest {
    fn add_assign(&mut self, other: Self) {
        self.sum = self.sum.wrapping_add(other.sum);
        self.entries = self.entries.wrapping_add(other.entries);
        self.bytes = self.bytes.wrapping_add(other.bytes);
    }
}

/// The sums of a whole state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Sums {
    /// Over the records of all tables.
    pub tables: Digest,
    /// Over the entries of all indexes.
    pub indexes: Digest,
}

impl Sums {
    /// That of the tables, or that of the indexes.
    pub(super) fn of(&mut self, is_table: bool) -> &mut Digest {
        if is_table { &mut self.tables } else { &mut self.indexes }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.tables += other.tables;
        self.indexes += other.indexes;
    }
}

fn hash(tree: &str, key: &[u8], value: &[u8]) -> u128 {
    let mut bytes = Vec::with_capacity(8 + tree.len() + key.len() + value.len());
    // Their lengths come first, so that no byte can move from one to the other.
    for length in [tree.len(), key.len()] {
        bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    bytes.extend_from_slice(tree.as_bytes());
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(value);
    XxHash3_128::oneshot(&bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_and_what_was_taken_out_make_no_difference(
            entries in prop::collection::vec((any::<Vec<u8>>(), any::<Vec<u8>>()), 0..20),
            other: (Vec<u8>, Vec<u8>),
        ) {
            let (mut one, mut two) = (Digest::default(), Digest::default());
            entries.iter().for_each(|(key, value)| one.add("a", key, value));
            two.add("a", &other.0, &other.1);
            entries.iter().rev().for_each(|(key, value)| two.add("a", key, value));
            prop_assert_ne!(one, two);
            two.remove("a", &other.0, &other.1);
            prop_assert_eq!(one, two);
        }
    }

    #[test]
    fn every_byte_and_its_place_count() {
        let sums = [("a", "b", "cd"), ("a", "bc", "d"), ("ab", "", "cd"), ("a", "b", "ce"), ("a", "c", "cd")];
        let sums = sums.map(|(tree, key, value)| hash(tree, key.as_bytes(), value.as_bytes()));
        assert!(sums.iter().enumerate().all(|(place, sum)| !sums[..place].contains(sum)));
    }
}
