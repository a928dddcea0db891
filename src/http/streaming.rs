//! Files that are sent as they are read.

use std::fs::File;
use std::io::{self, Read};

use actix_web::web::{self, Bytes};
use futures_util::Stream;
use futures_util::stream::try_unfold;

/// Bytes that are read and sent at once.
const PIECE: usize = 256 * 1024;

/// The first `bytes` bytes of a file, read piece by piece where blocking holds up nobody.
pub fn pieces(file: File, bytes: u64) -> impl Stream<Item = io::Result<Bytes>> {
    try_unfold((file, bytes), |(file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let (file, piece) = web::block(move || read(file, left)).await.map_err(io::Error::other)??;
        let left = left - piece.len() as u64;
        Ok::<_, io::Error>(Some((piece, (file, left))))
    })
}

/// The next piece of a file of which `left` bytes are left, and the file for the piece after it.
fn read(mut file: File, left: u64) -> io::Result<(File, Bytes)> {
    let mut piece = Vec::with_capacity(PIECE);
    (&mut file).take(left.min(PIECE as u64)).read_to_end(&mut piece)?;
    if piece.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok((file, piece.into())) }
}
