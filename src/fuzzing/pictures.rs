//! Pictures that somebody uploads.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use image::{DynamicImage, ImageFormat, RgbaImage};

use crate::media::{AVATAR_SIDE, Bounds, MAX_SIDE, Memory, THUMBNAIL_SIDE, make};

/// Small, so that an input takes no longer than it must.
const BOUNDS: Bounds =
    Bounds { side: 256, pixels: 20_000, bytes: 1 << 20, frames: 8, frame_pixels: 20_000, scan_pixels: 140_000 };

/// What is taken for a picture is made into three that are what they say, and within bounds.
pub(super) fn picture(input: &[u8], _: &Path) {
    let memory = Arc::new(Memory::new(1 << 22));
    let Ok(made) = make(input, &BOUNDS, &memory) else { return };
    assert!((1..=MAX_SIDE).contains(&made.width) && (1..=MAX_SIDE).contains(&made.height), "a picture has no size");
    for (what, file, side) in [
        ("picture", &made.picture, MAX_SIDE),
        ("thumbnail", &made.thumbnail, THUMBNAIL_SIDE),
        ("avatar", &made.avatar, AVATAR_SIDE),
    ] {
        let kind = image::guess_format(&file.bytes).map(|format| format.to_mime_type());
        assert_eq!(kind.ok(), Some(file.kind.content_type()), "a {what} is not what it says");
        let sides = image::ImageReader::new(Cursor::new(&file.bytes)).with_guessed_format();
        let sides = sides.ok().and_then(|reader| reader.into_dimensions().ok());
        assert!(sides.is_some_and(|(width, height)| width <= side && height <= side), "a {what} is too large");
    }
}

/// One of each kind, and an animation.
pub(super) fn pictures() -> Vec<Vec<u8>> {
    let clear = DynamicImage::from(RgbaImage::from_fn(9, 7, |x, y| image::Rgba([200, 9, 90, u8::from(x > y) * 255])));
    let full = DynamicImage::from(clear.to_rgb8());
    let of = |picture: &DynamicImage, format| {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).map(|()| bytes).unwrap_or_default()
    };
    let kinds = [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
    let mut seeds: Vec<_> = kinds.into_iter().flat_map(|kind| [of(&clear, kind), of(&full, kind)]).collect();
    seeds.push(of(&full, ImageFormat::Jpeg));
    seeds.extend(animation().ok());
    seeds
}

fn animation() -> Result<Vec<u8>, gif::EncodingError> {
    let mut encoder = gif::Encoder::new(Vec::new(), 4, 3, &[0, 0, 0, 255, 0, 0])?;
    encoder.set_repeat(gif::Repeat::Finite(3))?;
    for color in [0, 1, 0] {
        encoder.write_frame(&gif::Frame::from_indexed_pixels(4, 3, vec![color; 12], Some(1)))?;
    }
    encoder.into_inner()
}
