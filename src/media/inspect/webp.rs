//! WebP (RFC 9649): the sides of the pictures in it, and how it is to be turned.

use image::metadata::Orientation;

use super::super::picture::{Bounds, Refused, too_large};

/// Bytes before the first chunk.
const HEAD: usize = 12;

/// Refuses a file that holds a picture which says that it is too large. The decoder makes room for as much as a lossy
/// picture says, before it holds that against the sides of the file.
///
/// Looked at is every place where the decoder might see one, wherever in the file: what begins a chunk with the name
/// `VP8 `, or follows one with the name `ALPH`, whatever it is called then.
pub(in crate::media) fn check(webp: &[u8], bounds: &Bounds) -> Result<(), Refused> {
    let places = webp.windows(4).enumerate().filter_map(|(at, name)| match name {
        b"VP8 " => Some(at),
        b"ALPH" => Some(at + 8 + padded(size(webp, at)?)),
        _ => None,
    });
    for at in places {
        let said = webp.get(at + 8..).and_then(sides);
        if said.is_some_and(|(width, height)| !bounds.hold(width, height)) {
            return Err(too_large(bounds));
        }
    }
    Ok(())
}

/// The sides that a lossy picture gives (RFC 6386, section 9.1).
fn sides(vp8: &[u8]) -> Option<(u32, u32)> {
    let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = vp8 else { return None };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Some((side([w0, w1]), side([h0, h1])))
}

/// How the picture is to be turned. The decoder would take as much memory for that as the file says that it has.
pub(in crate::media) fn orientation(webp: &[u8]) -> Orientation {
    let mut at = HEAD;
    while let (Some(name), Some(size)) = (webp.get(at..at + 4), size(webp, at)) {
        if name == b"EXIF" {
            let exif = webp.get(at + 8..at + 8 + size);
            return exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
        }
        at += 8 + padded(size);
    }
    Orientation::NoTransforms
}

/// The size of the chunk at `at`, without the name and itself.
fn size(webp: &[u8], at: usize) -> Option<usize> {
    let bytes = webp.get(at + 4..at + 8)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

/// With the byte that makes it even.
const fn padded(size: usize) -> usize {
    size + size % 2
}
