//! Pictures that are uploaded: small ones like no other, which the server keeps as they are.

use image::{Rgba, RgbaImage};

use crate::chance::Chance;

/// What parts the parts of a form.
const BOUNDARY: &str = "zweig7f3a";

/// What the body of an upload is.
pub const FORM: &str = "multipart/form-data; boundary=zweig7f3a";

/// The pixels of the picture `seed`. They can be looked through, and so they are kept without loss.
fn pixels(seed: u64) -> RgbaImage {
    let mut chance = Chance::new(seed);
    RgbaImage::from_fn(24, 16, |_, _| {
        let [red, green, blue, alpha, ..] = chance.next().to_le_bytes();
        Rgba([red, green, blue, alpha])
    })
}

/// The body of the upload of the picture `seed`.
pub fn form(seed: u64) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    pixels(seed).write_to(&mut file, image::ImageFormat::Png).unwrap();
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{seed:016x}.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    [head.as_bytes(), file.get_ref(), format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

/// Whether `file` holds the picture `seed`.
pub fn is(file: &[u8], seed: u64) -> bool {
    image::load_from_memory(file).is_ok_and(|seen| seen.into_rgba8() == pixels(seed))
}

/// Whether `file` is a whole picture.
pub fn is_any(file: &[u8]) -> bool {
    image::load_from_memory(file).is_ok()
}
