//! The post-images of one group of writes: what the journal keeps and what `State::apply` applies.

use std::collections::HashMap;

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use thiserror::Error;

use super::digest::Sums;

/// One tree's key and its value from now on; `None` where it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The table or index.
    pub tree: &'static str,
    /// The key's bytes.
    pub key: Vec<u8>,
    /// The value's bytes.
    pub value: Option<Vec<u8>>,
}

/// All changes of one group, at most one a key.
pub type Batch = Vec<Change>;

/// Bytes of the journal that this Hearth cannot apply.
#[derive(Debug, Error)]
pub enum BatchError {
    /// The frame's checksum holds, and still it is not a batch.
    #[error("not a batch of changes: {0}")]
    Malformed(String),
    /// A tree that this version of Hearth does not know.
    #[error("it changes '{0}', which this version of Hearth does not know: start it with the version that wrote it")]
    UnknownTree(String),
}

/// The form in the journal: each tree's name once, then its changes by the name's place.
#[derive(bincode::Encode, bincode::BorrowDecode)]
struct Written<T, B> {
    trees: Vec<T>,
    changes: Vec<(u16, B, Option<B>)>,
}

/// A batch and what it adds to the sums of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The changes.
    pub batch: Batch,
    /// What they add; `None` where a version of Hearth wrote them that did not say.
    pub adds: Option<Sums>,
}

/// What decoding may claim in memory: far above any group, far below what would hurt.
const LIMIT: usize = 256 * 1024 * 1024;

const CONFIG: Configuration<LittleEndian, Varint, Limit<LIMIT>> = bincode::config::standard().with_limit::<LIMIT>();

/// The bytes that the journal keeps of `batch`.
///
/// # Errors
///
/// [`BatchError::Malformed`] where bincode refuses it, which it never does for a batch.
pub fn encode(batch: &Batch) -> Result<Vec<u8>, BatchError> {
    let mut trees: Vec<&str> = Vec::new();
    let mut places: HashMap<&str, u16> = HashMap::new();
    let mut changes = Vec::with_capacity(batch.len());
    for change in batch {
        let next = u16::try_from(trees.len()).map_err(|_| BatchError::Malformed("too many trees".into()))?;
        let place = *places.entry(change.tree).or_insert_with(|| {
            trees.push(change.tree);
            next
        });
        changes.push((place, change.key.as_slice(), change.value.as_deref()));
    }
    bincode::encode_to_vec(Written { trees, changes }, CONFIG).map_err(|error| BatchError::Malformed(error.to_string()))
}

/// As [`encode`], with what the batch adds to the sums behind it: what a frame of the journal holds.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_group(batch: &Batch, adds: &Sums) -> Result<Vec<u8>, BatchError> {
    let mut bytes = encode(batch)?;
    bincode::encode_into_std_write(adds, &mut bytes, CONFIG)
        .map_err(|error| BatchError::Malformed(error.to_string()))?;
    Ok(bytes)
}

/// The batch that `bytes` of the journal hold; `known` gives a tree's name as the catalogue has it.
///
/// # Errors
///
/// Any [`BatchError`].
pub fn decode(bytes: &[u8], known: impl Fn(&str) -> Option<&'static str>) -> Result<Batch, BatchError> {
    decode_group(bytes, known).map(|group| group.batch)
}

/// As [`decode`], with what the batch adds to the sums.
///
/// # Errors
///
/// Any [`BatchError`].
pub fn decode_group(bytes: &[u8], known: impl Fn(&str) -> Option<&'static str>) -> Result<Group, BatchError> {
    let malformed = |why: &str| BatchError::Malformed(why.to_owned());
    let (written, used): (Written<&str, &[u8]>, usize) =
        bincode::borrow_decode_from_slice(bytes, CONFIG).map_err(|error| malformed(&error.to_string()))?;
    let behind = bytes.get(used..).filter(|behind| !behind.is_empty());
    let adds = behind.map(|behind| match bincode::decode_from_slice(behind, CONFIG) {
        Ok((adds, used)) if used == behind.len() => Ok(adds),
        _ => Err(malformed("bytes are left over")),
    });
    let adds = adds.transpose()?;
    let find = |name: &&str| known(name).ok_or_else(|| BatchError::UnknownTree((*name).to_owned()));
    let trees = written.trees.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let change = |(place, key, value): (u16, &[u8], Option<&[u8]>)| {
        let tree = *trees.get(usize::from(place)).ok_or_else(|| malformed("a change names no tree"))?;
        Ok(Change { tree, key: key.to_vec(), value: value.map(<[u8]>::to_vec) })
    };
    let batch = written.changes.into_iter().map(change).collect::<Result<_, _>>()?;
    Ok(Group { batch, adds })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TREES: [&str; 3] = ["posts", "likes", "likes_by_account"];

    fn known(name: &str) -> Option<&'static str> {
        TREES.into_iter().find(|tree| *tree == name)
    }

    prop_compose! {
        fn change()(tree in 0..TREES.len(), key: Vec<u8>, value: Option<Vec<u8>>) -> Change {
            Change { tree: TREES[tree], key, value }
        }
    }

    proptest! {
        #[test]
        fn batches_read_back(batch in prop::collection::vec(change(), 0..20)) {
            prop_assert_eq!(decode(&encode(&batch).unwrap(), known).unwrap(), batch);
        }

        #[test]
        fn what_a_batch_adds_reads_back(batch in prop::collection::vec(change(), 0..20), key: Vec<u8>) {
            let mut adds = Sums::default();
            adds.tables.add("posts", &key, &[]);
            let bytes = encode_group(&batch, &adds).unwrap();
            prop_assert!(decode(&bytes[..bytes.len() - 1], known).is_err());
            prop_assert_eq!(decode_group(&bytes, known).unwrap(), Group { batch, adds: Some(adds) });
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes, known);
        }
    }

    #[test]
    fn an_unknown_tree_is_refused() {
        let batch = vec![Change { tree: "from_the_future", key: vec![1], value: None }];
        assert!(matches!(decode(&encode(&batch).unwrap(), known), Err(BatchError::UnknownTree(_))));
    }
}
