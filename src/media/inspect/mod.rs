//! What is in a file before a decoder sees it.
//!
//! Decoders trust what a file says of itself in places where a few bytes cost gigabytes, or minutes. What they are given
//! is therefore looked through first, in one go from the first byte to the last: every step here is of constant cost and
//! moves on, and nothing is taken that the file has not got.

mod jpeg;
mod webp;

pub(super) use jpeg::bare as bare_jpeg;
pub(super) use webp::{check as check_webp, orientation as webp_orientation};

#[cfg(test)]
mod tests;
