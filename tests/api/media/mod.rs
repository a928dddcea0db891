//! Pictures: uploading them, using them, and who sees them.

mod crafted;
mod earlier;
mod files;
mod privacy;
mod refused;
mod shared;
mod stripped;
mod uploads;
mod used;

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::Community;

/// A picture of soft colours, which differ by `seed`.
pub fn photo(width: u32, height: u32, seed: u32) -> DynamicImage {
    let shade = |x: u32, y: u32| {
        let part = |value: u32, of: u32| u8::try_from(value * 255 / of.max(1)).unwrap();
        Rgb([part(x, width), part(y, height), u8::try_from(seed % 251).unwrap()])
    };
    RgbImage::from_fn(width, height, shade).into()
}

/// One of which the left half can be looked through.
pub fn cut_out(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, _| Rgba([200, 30, 90, if x < width / 2 { 0 } else { 255 }])).into()
}

/// The file of a picture.
pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A small photograph like no other.
pub fn any_photo() -> Vec<u8> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    encoded(&photo(40 + next / 200, 30, next), ImageFormat::Jpeg)
}

/// What an answer holds, as a picture.
pub fn seen(answer: &Answer) -> DynamicImage {
    assert_eq!(answer.status, 200, "{answer:?}");
    image::load_from_memory(&answer.body).unwrap()
}

/// The sides of the picture at `path`.
pub async fn sides(who: &Actor, path: &str) -> (u32, u32) {
    seen(&who.at_root().get(path).await).dimensions()
}

/// The files of a community's pictures.
pub fn files(community: &Community) -> Vec<PathBuf> {
    fn below(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    below(&community.data().join("media"), &mut found);
    found.sort();
    found
}
