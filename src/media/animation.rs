//! Animated GIFs: read frame by frame and written anew, so that nothing but frames is kept.
//!
//! A frame is kept as it is, in the colours of its palette and over the frames before it: drawn out and quantised again
//! it would look worse, and take several times the room.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, DecodingError, Encoder, EncodingError};

use super::MAX_UPLOAD;
use super::memory::Memory;
use super::picture::{Bounds, Encoded, MAX_SIDE, Refused, broken};
use super::record::Kind;

/// Bytes of an animation that is kept: three times an upload. Packed anew it takes about what it took before, unless
/// somebody saw to it that it does not.
const MAX_KEPT: usize = 3 * MAX_UPLOAD;

/// What is in a GIF.
#[derive(Default)]
pub(super) struct Animation {
    /// It, written anew; none where there is but one frame, or where it is larger than is kept.
    pub(super) kept: Option<Encoded>,
    /// Pixels of its largest frame, which may be more than those of the whole.
    pub(super) largest: u64,
}

/// Reads the GIF in `bytes`.
///
/// # Errors
///
/// [`Refused`] for what is no GIF, or has too many frames.
pub(super) fn rewritten(bytes: &[u8], bounds: &Bounds, memory: &Memory) -> Result<Animation, Refused> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let (width, height) = (decoder.width(), decoder.height());
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut encoder = Encoder::new(Vec::new(), width, height, &palette).map_err(|error| unwritable(&error))?;
    let (mut frames, mut pixels, mut largest) = (0_usize, 0_u64, 0_u64);
    while let Some(info) = decoder.next_frame_info().map_err(|error| unreadable(&error))? {
        let mut frame = info.clone();
        let area = u64::from(frame.width) * u64::from(frame.height);
        (frames, pixels, largest) = (frames + 1, pixels + area, largest.max(area));
        check_bounds(frames, pixels, area, bounds)?;
        // Once as it is unpacked, and up to twelve bits for each pixel as it is packed again.
        let _taken = memory.take(3 * area);
        let mut buffer = vec![0; decoder.buffer_size()];
        decoder.read_into_buffer(&mut buffer).map_err(|error| unreadable(&error))?;
        // The decoder has put the lines in order.
        (frame.buffer, frame.interlaced) = (buffer.into(), false);
        if frames == 1 {
            // It stands before the first frame, so it is known now.
            encoder.set_repeat(decoder.repeat()).map_err(|error| unwritable(&error))?;
        }
        encoder.write_frame(&frame).map_err(|error| unwritable(&error))?;
        if encoder.get_ref().len() > MAX_KEPT {
            return Err(too_long(bounds));
        }
    }
    let is_kept = frames > 1 && u32::from(width.max(height)) <= MAX_SIDE;
    let bytes = encoder.into_inner().map_err(|error| unwritable(&error))?;
    Ok(Animation { kept: is_kept.then_some(Encoded { kind: Kind::Gif, bytes }), largest })
}

/// Refuses a frame of `area` pixels, the last of so many frames with so many pixels, before anything of it is unpacked.
fn check_bounds(frames: usize, pixels: u64, area: u64, bounds: &Bounds) -> Result<(), Refused> {
    if area == 0 {
        return Err(broken("a frame of it has no pixels"));
    }
    if frames <= bounds.frames && pixels <= bounds.frame_pixels && area <= bounds.pixels {
        return Ok(());
    }
    Err(too_long(bounds))
}

fn too_long(bounds: &Bounds) -> Refused {
    let (most, millions) = (bounds.frames, bounds.frame_pixels / 1_000_000);
    Refused::Unusable(format!(
        "must have at most {most} frames, of {millions} million pixels in all: make it shorter or smaller"
    ))
}

fn unreadable(error: &DecodingError) -> Refused {
    broken(&error.to_string())
}

fn unwritable(error: &EncodingError) -> Refused {
    broken(&error.to_string())
}
