//! New ids for old ones.

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;

/// The id of what was made at `at` and had the id `key` among its `kind`: the same each time.
///
/// It is a UUID of version 7, whose random bits are those of a SHA-256, so two of them are the same only where two
/// hashes are the same in 74 bits.
pub(super) fn id<I: From<[u8; 16]>>(kind: &str, key: &str, at: Timestamp) -> I {
    let hash = Sha256::new().chain_update(kind).chain_update([0]).chain_update(key).finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into_bytes().into()
}
