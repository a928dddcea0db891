//! From bytes that somebody sent to the pictures that are kept: decoded within bounds, turned upright, made smaller, and
//! written anew. What is kept is made of pixels alone, so nothing else that was in the file is in it: no place, no
//! camera, no comment, no second file behind the first.

use std::borrow::Cow;
use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::error::{ImageError, LimitErrorKind};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};
use jpeg_encoder::{ChromaSubsamplingMethod, SamplingFactor};

use super::animation::{self, Animation};
use super::inspect::{bare_jpeg, check_webp, webp_orientation};
use super::memory::Memory;
use super::record::Kind;

/// Longest side of a picture that is kept, in pixels: a large screen's.
pub const MAX_SIDE: u32 = 2560;

/// Longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 640;

/// Side of an avatar, in pixels.
pub const AVATAR_SIDE: u32 = 128;

/// JPEG quality of a picture.
const QUALITY: u8 = 85;

/// JPEG quality of what is small.
const SMALL_QUALITY: u8 = 72;

/// Bytes that a decoder may take before the sides of its picture are known: copies of the file, and what it unpacks of
/// what stands before the pixels.
const HEAD: u64 = 64 << 20;

/// Bytes for each pixel that are taken beside those that a decoder is asked for: its own, or then those of the same in
/// eight bits. Six are in use for the coefficients of a JPEG that is sharpened step by step, eight if it is for print;
/// for a WebP the canvas of an animation, its colours by themselves, and its transparency. So a photograph of three million
/// pixels takes 33 MB, and a dozen fit beside each other; one of fifty million is alone.
const BESIDE: u64 = 8;

/// What a picture that comes in may be at the most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Pixels in either direction.
    pub side: u32,
    /// Pixels.
    pub pixels: u64,
    /// Bytes that the decoded pixels may take.
    pub bytes: u64,
    /// Frames of an animation.
    pub frames: usize,
    /// Pixels of all its frames.
    pub frame_pixels: u64,
    /// Pixels that all scans of a JPEG go over, each as often as it has colours.
    pub scan_pixels: u64,
}

impl Bounds {
    /// More than phones take, and what a decoder is through with in a second or two.
    pub const PRODUCTION: Self = Self {
        side: 12_000,
        pixels: 50_000_000,
        bytes: 256 << 20,
        frames: 600,
        frame_pixels: 100_000_000,
        // The largest in the ten steps that libjpeg takes: seven times over it.
        scan_pixels: 360_000_000,
    };

    /// Whether a picture with these sides is within them.
    pub(super) const fn hold(&self, width: u32, height: u32) -> bool {
        width <= self.side && height <= self.side && width as u64 * height as u64 <= self.pixels
    }
}

/// Why bytes are not taken for a picture. Each says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// They are none, or of a kind that is not taken.
    Unsupported,
    /// They begin like one, and do not go on like one, or are beyond some bound.
    Unusable(String),
}

/// What is kept of a picture.
pub struct Made {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// The picture.
    pub picture: Encoded,
    /// The small one.
    pub thumbnail: Encoded,
    /// The small square out of its middle.
    pub avatar: Encoded,
}

/// The bytes of a file.
#[derive(Clone)]
pub struct Encoded {
    /// What they are.
    pub kind: Kind,
    /// They themselves.
    pub bytes: Vec<u8>,
}

/// Makes what is kept of the picture in `bytes`. Takes memory out of `memory`, and waits for it. Blocks.
///
/// # Errors
///
/// [`Refused`].
pub fn make(bytes: &[u8], bounds: &Bounds, memory: &Memory) -> Result<Made, Refused> {
    let format = image::guess_format(bytes).map_err(|_| Refused::Unsupported)?;
    let format = Some(format).filter(|format| SUPPORTED.contains(format)).ok_or(Refused::Unsupported)?;
    let bare = match format {
        ImageFormat::Jpeg => Cow::Owned(bare_jpeg(bytes, bounds)?),
        ImageFormat::WebP => check_webp(bytes, bounds).map(|()| Cow::Borrowed(bytes))?,
        _ => Cow::Borrowed(bytes),
    };
    let Animation { kept: animation, largest } = match format {
        ImageFormat::Gif => animation::rewritten(bytes, bounds, memory)?,
        _ => Animation::default(),
    };
    let image = decoded(&bare, format, largest, bounds, memory)?;
    drop(bare);
    let (thumbnail, avatar) = (fitted(&image, THUMBNAIL_SIDE)?, square(&image, AVATAR_SIDE)?);
    let (width, height) = (image.width(), image.height());
    let avatar = small(&avatar)?;
    if let Some(picture) = animation {
        return Ok(Made { width, height, picture, thumbnail: small(&thumbnail.unwrap_or(image))?, avatar });
    }
    let picture = kept(&image, format)?;
    let thumbnail = thumbnail.map_or_else(|| Ok(picture.clone()), |thumbnail| small(&thumbnail))?;
    Ok(Made { width, height, picture, thumbnail, avatar })
}

/// What is taken.
const SUPPORTED: [ImageFormat; 4] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif];

/// The first picture in `bytes`, upright, in eight bits a colour and not larger than is kept. `frame` is how many pixels
/// its largest frame has, where those of the whole may be fewer.
fn decoded(
    bytes: &[u8],
    format: ImageFormat,
    frame: u64,
    bounds: &Bounds,
    memory: &Memory,
) -> Result<DynamicImage, Refused> {
    let head = memory.take(HEAD);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(bounds.side), Some(bounds.side));
    // A PNG takes no more than this for what stands before its pixels, and asks for no room for these.
    limits.max_alloc = Some(if format == ImageFormat::Png { HEAD } else { bounds.bytes });
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| unusable(&error, bounds))?;
    let (width, height) = decoder.dimensions();
    if !bounds.hold(width, height) || decoder.total_bytes() > bounds.bytes {
        return Err(too_large(bounds));
    }
    let orientation = match format {
        ImageFormat::WebP => webp_orientation(bytes),
        _ => decoder.orientation().unwrap_or(Orientation::NoTransforms),
    };
    // Not both at once: two who hold some and wait for more would wait for each other.
    drop(head);
    let pixels = frame.max(u64::from(width) * u64::from(height));
    let _taken = memory.take(decoder.total_bytes() + BESIDE * pixels);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| unusable(&error, bounds))?;
    let image = plain(image);
    let mut image = fitted(&image, MAX_SIDE)?.unwrap_or(image);
    image.apply_orientation(orientation);
    Ok(image)
}

/// The same in eight bits a colour, with transparency only where there is any.
fn plain(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let image = image.into_rgba8();
    if image.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
        return DynamicImage::ImageRgba8(image);
    }
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).into_rgb8())
}

/// The same with no side longer than `side`; `None` where none is.
fn fitted(image: &DynamicImage, side: u32) -> Result<Option<DynamicImage>, Refused> {
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height);
    if longest <= side {
        return Ok(None);
    }
    let scaled = |length: u32| (length * side).div_ceil(longest).max(1);
    resized(image, scaled(width), scaled(height)).map(Some)
}

/// The largest square out of the middle, `side` pixels long.
fn square(image: &DynamicImage, side: u32) -> Result<DynamicImage, Refused> {
    resized(image, side, side)
}

/// The same with other sides; what does not fit their relation is cut off around the middle.
fn resized(image: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, Refused> {
    let kind = if image.color().has_alpha() { PixelType::U8x4 } else { PixelType::U8x3 };
    let failed = |error: &dyn std::fmt::Display| broken(&error.to_string());
    let from = ImageRef::new(image.width(), image.height(), image.as_bytes(), kind).map_err(|error| failed(&error))?;
    let mut to = Image::new(width, height, kind);
    let options = ResizeOptions::new().fit_into_destination(Some((0.5, 0.5)));
    Resizer::new().resize(&from, &mut to, &options).map_err(|error| failed(&error))?;
    let pixels = to.into_vec();
    let made = match kind {
        PixelType::U8x4 => image::RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
        _ => image::RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
    };
    made.ok_or_else(|| broken("it cannot be scaled"))
}

/// A picture as it is kept: with its transparency where it has any; else as a JPEG, unless it came without loss and takes
/// less room so, as drawings and writing do.
fn kept(image: &DynamicImage, from: ImageFormat) -> Result<Encoded, Refused> {
    if image.color().has_alpha() {
        return png(image);
    }
    let photograph = jpeg(image, QUALITY)?;
    if from == ImageFormat::Jpeg {
        return Ok(photograph);
    }
    let drawing = png(image)?;
    Ok(if drawing.bytes.len() <= photograph.bytes.len() { drawing } else { photograph })
}

/// A thumbnail or an avatar.
fn small(image: &DynamicImage) -> Result<Encoded, Refused> {
    if image.color().has_alpha() { png(image) } else { jpeg(image, SMALL_QUALITY) }
}

fn jpeg(image: &DynamicImage, quality: u8) -> Result<Encoded, Refused> {
    let sides = |length: u32| u16::try_from(length).map_err(|_| broken("it is too large for a JPEG"));
    let (width, height) = (sides(image.width())?, sides(image.height())?);
    let pixels = image.to_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // Taking one pixel of four instead would give coloured edges teeth.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_optimized_huffman_tables(true);
    // As one scan with tables of its own each colour would be a scan by itself, which not every decoder takes:
    // https://github.com/etemesi254/zune-image/issues/422. In two steps, first the blocks' means: more of them take more room.
    encoder.set_progressive_scans(2);
    let made = encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb);
    made.map_err(|_| broken("it cannot be written as a JPEG"))?;
    Ok(Encoded { kind: Kind::Jpeg, bytes })
}

fn png(image: &DynamicImage) -> Result<Encoded, Refused> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    written(image, encoder)?;
    Ok(Encoded { kind: Kind::Png, bytes })
}

fn written(image: &DynamicImage, encoder: impl ImageEncoder) -> Result<(), Refused> {
    let color: ColorType = image.color();
    let done = encoder.write_image(image.as_bytes(), image.width(), image.height(), color.into());
    done.map_err(|error| broken(&error.to_string()))
}

/// What a decoder said, as one would say it to who sent the file.
fn unusable(error: &ImageError, bounds: &Bounds) -> Refused {
    match error {
        ImageError::Limits(limit)
            if matches!(limit.kind(), LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory) =>
        {
            too_large(bounds)
        }
        error => broken(&error.to_string()),
    }
}

pub(super) fn broken(why: &str) -> Refused {
    let why: String = why.chars().take(200).collect();
    Refused::Unusable(format!("is damaged or cut short: {why}; save it anew, or send another one"))
}

pub(super) fn too_large(bounds: &Bounds) -> Refused {
    let millions = bounds.pixels / 1_000_000;
    Refused::Unusable(format!(
        "must have at most {millions} million pixels, and {} in either direction: make it smaller",
        bounds.side
    ))
}
