//! Frames and headers that say whatever one likes, with checksums that hold: else no fuzzer gets past the first check.

use super::segment::{Chain, Header};
use super::{frame, segment};

/// A frame; `before` is the hash that it names.
pub fn frame(settled: bool, sequence: u64, before: &[u8; 32], batch: &[u8]) -> Vec<u8> {
    frame::encode(settled, sequence, before, batch).unwrap_or_default()
}

/// The hash by which the frame after this one names it.
pub fn frame_hash(frame: &[u8]) -> [u8; 32] {
    frame::hash(frame)
}

/// The header of a segment that starts with the frame `next`, after one with `hash`, and follows the segment `previous`.
pub fn segment_header(next: u64, hash: [u8; 32], previous: u64) -> Vec<u8> {
    Header { start: Chain { next, hash }, previous }.encode()
}

/// The file name of the segment that starts with the frame `first`.
pub fn segment_name(first: u64) -> String {
    let path = segment::path(std::path::Path::new(""), first);
    path.display().to_string()
}
