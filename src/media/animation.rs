//! Animated GIFs: read frame by frame and written anew, so that nothing but frames is kept.
//!
//! A frame is kept as it is, in the colours of its palette and over the frames before it: drawn out and quantised again
//! it would look worse, and take several times the room.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, DecodingError, Encoder, EncodingError, MemoryLimit};

use super::picture::{Bounds, Encoded, MAX_SIDE, Refused, broken};
use super::record::Kind;

/// The animation in `bytes`, written anew; `None` where there is but one frame, or where it is larger than is kept.
///
/// # Errors
///
/// [`Refused`] for what is no GIF, or has too many frames.
pub(super) fn rewritten(bytes: &[u8], bounds: &Bounds) -> Result<Option<Encoded>, Refused> {
    let unreadable = |error: DecodingError| broken(&error.to_string());
    let unwritable = |error: EncodingError| broken(&error.to_string());
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Bytes(
        std::num::NonZeroU64::new(bounds.bytes).unwrap_or(std::num::NonZeroU64::MIN),
    ));
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(unreadable)?;
    let (width, height) = (decoder.width(), decoder.height());
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut next = decoder.read_next_frame().map_err(unreadable)?.cloned();
    let mut encoder = Encoder::new(Vec::new(), width, height, &palette).map_err(unwritable)?;
    // It stands before the first frame, so it is known now.
    encoder.set_repeat(decoder.repeat()).map_err(unwritable)?;
    let (mut frames, mut pixels) = (0_usize, 0_u64);
    while let Some(mut frame) = next {
        frames += 1;
        pixels += u64::from(frame.width) * u64::from(frame.height);
        if frames > bounds.frames || pixels > bounds.frame_pixels {
            let millions = bounds.frame_pixels / 1_000_000;
            let most = bounds.frames;
            let why = format!(
                "must have at most {most} frames, of {millions} million pixels in all: make it shorter or smaller"
            );
            return Err(Refused::Unusable(why));
        }
        if frame.width == 0 || frame.height == 0 {
            return Err(broken("a frame of it has no pixels"));
        }
        // The decoder has put the lines in order.
        frame.interlaced = false;
        encoder.write_frame(&frame).map_err(unwritable)?;
        next = decoder.read_next_frame().map_err(unreadable)?.cloned();
    }
    let is_kept = frames > 1 && u32::from(width.max(height)) <= MAX_SIDE;
    let bytes = encoder.into_inner().map_err(|error| broken(&error.to_string()))?;
    Ok(is_kept.then_some(Encoded { kind: Kind::Gif, bytes }))
}
