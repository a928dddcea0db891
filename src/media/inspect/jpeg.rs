//! JPEG (ITU T.81, annex B): its segments, of which only those are handed on that pixels and their orientation come from.
//!
//! So the decoder meets nothing else. It would put the pieces of an extended XMP together again after each segment that
//! follows one, and begin another scan as often as a few bytes say so.

use super::super::picture::{Bounds, Refused, broken, too_large};

/// Scans of a picture. Those that sharpen step by step have ten or so.
const MAX_SCANS: usize = 100;

/// Frequencies of which the pixels of a block are made.
const FREQUENCIES: u64 = 64;

/// The first byte of each marker.
const MARK: u8 = 0xff;

const START_OF_PICTURE: u8 = 0xd8;
const END_OF_PICTURE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
const HUFFMAN_TABLES: u8 = 0xc4;
const QUANTIZATION_TABLES: u8 = 0xdb;
const RESTART_INTERVAL: u8 = 0xdd;
const PROGRESSIVE: u8 = 0xc2;

/// The same picture, without what its pixels have no need of.
///
/// # Errors
///
/// [`Refused`] for what has no end, is too large, or costs more than a picture does.
pub(in crate::media) fn bare(jpeg: &[u8], bounds: &Bounds) -> Result<Vec<u8>, Refused> {
    let mut bare = Vec::with_capacity(jpeg.len());
    bare.extend([MARK, START_OF_PICTURE]);
    let (mut rest, mut frame) = (jpeg.get(2..).unwrap_or_default(), None);
    let mut scans = Scans::default();
    loop {
        let (marker, after) = next_marker(rest).ok_or_else(cut_short)?;
        rest = after;
        if marker == END_OF_PICTURE {
            break;
        }
        if stands_alone(marker) {
            continue;
        }
        let (segment, after) = segment(rest).ok_or_else(cut_short)?;
        rest = after;
        if !is_needed(marker, &segment[2..], scans.first.is_some()) {
            continue;
        }
        if is_frame(marker) {
            frame = Some(Frame::of(marker, &segment[2..], bounds)?);
        }
        let at = bare.len();
        bare.extend([MARK, marker]);
        bare.extend_from_slice(segment);
        if marker == START_OF_SCAN {
            let frame = frame.as_ref().ok_or_else(|| broken("its pixels come before their number"))?;
            scans.add(at, frame.pixels_of(&segment[2..])?);
            let (pixels, after) = rest.split_at(end_of_scan(rest));
            bare.extend_from_slice(pixels);
            rest = after;
        }
    }
    bare.extend([MARK, END_OF_PICTURE]);
    if let (Some(frame), Some(first)) = (&frame, scans.first) {
        scans.check(&bare[first..], frame, bounds)?;
    }
    Ok(bare)
}

/// The next marker in `bytes`, and what follows it. Before it may be anything.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.windows(2).position(|pair| pair[0] == MARK && !matches!(pair[1], 0 | MARK))?;
    Some((bytes[at + 1], &bytes[at + 2..]))
}

/// How many bytes of `bytes` are of the scan that begins with them.
fn end_of_scan(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == MARK && !matches!(pair[1], 0 | MARK) && !is_restart(pair[1]);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

/// The segment that begins `bytes` with its length, and what follows it.
fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
    bytes.split_at_checked(length).filter(|_| length >= 2)
}

const fn is_restart(marker: u8) -> bool {
    matches!(marker, 0xd0..=0xd7)
}

/// Whether no segment follows a marker.
const fn stands_alone(marker: u8) -> bool {
    is_restart(marker) || matches!(marker, 0x01 | START_OF_PICTURE)
}

/// Whether a segment says how large the picture is, and what it is made of.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, HUFFMAN_TABLES | 0xc8 | 0xcc)
}

/// Whether a decoder has need of a segment: always of scans and tables; before the first scan also of the frame, of how
/// the picture is to be turned, of what its colours are, and of whether it leaves out the tables that films do.
fn is_needed(marker: u8, content: &[u8], is_after_first_scan: bool) -> bool {
    match marker {
        START_OF_SCAN | HUFFMAN_TABLES | QUANTIZATION_TABLES | RESTART_INTERVAL => true,
        _ if is_after_first_scan => false,
        0xe0 => content.starts_with(b"AVI1\0"),
        0xe1 => content.starts_with(b"Exif\0\0"),
        0xee => content.starts_with(b"Adobe"),
        marker => is_frame(marker),
    }
}

/// What the pixels of a picture come as.
struct Frame<'a> {
    pixels: u64,
    is_progressive: bool,
    /// For each colour its id, and how many of its blocks stand beside and below each other where others have fewer.
    colors: &'a [[u8; 3]],
}

impl<'a> Frame<'a> {
    fn of(marker: u8, content: &'a [u8], bounds: &Bounds) -> Result<Self, Refused> {
        let &[_, h0, h1, w0, w1, _, ref colors @ ..] = content else { return Err(cut_short()) };
        let [width, height] = [[w0, w1], [h0, h1]].map(|side| u32::from(u16::from_be_bytes(side)));
        if !bounds.hold(width, height) {
            return Err(too_large(bounds));
        }
        let (pixels, is_progressive) = (u64::from(width) * u64::from(height), marker == PROGRESSIVE);
        Ok(Self { pixels, is_progressive, colors: colors.as_chunks().0 })
    }

    /// How many pixels a scan goes over, of each of its colours: as a part of them where it brings a part of their
    /// frequencies, which is what decoding it costs.
    ///
    /// Refused is a scan of some colours alone where all pixels come in one: zune-jpeg 0.5.15 decodes it to something
    /// else, and says nothing. Colours of less resolution come out in the wrong places
    /// (<https://github.com/etemesi254/zune-image/issues/422>), and the last lines of plain ones not at all, since it
    /// leaves a scan as soon as it has seen the next. This can go once a version without these faults is in use.
    fn pixels_of(&self, scan: &[u8]) -> Result<u64, Refused> {
        let [count, rest @ ..] = scan else { return Err(cut_short()) };
        let (named, rest) = rest.split_at_checked(2 * usize::from(*count)).ok_or_else(cut_short)?;
        if !self.is_progressive && named.len() / 2 < self.colors.len() {
            let why = "is a JPEG with each colour by itself, which this server cannot read: save it anew";
            return Err(Refused::Unusable(why.into()));
        }
        let frequencies = match rest {
            [first, last, ..] if self.is_progressive => 1 + u64::from(last.saturating_sub(*first)),
            _ => FREQUENCIES,
        };
        let pixels: u64 = named.chunks_exact(2).map(|color| self.pixels_of_color(color[0])).sum();
        Ok(pixels * frequencies.min(FREQUENCIES) / FREQUENCIES)
    }

    fn pixels_of_color(&self, id: u8) -> u64 {
        let blocks = |[_, blocks, _]: &[u8; 3]| (u64::from(blocks >> 4), u64::from(blocks & 0xf));
        let most = self.colors.iter().map(blocks).fold((1, 1), |most, own| (most.0.max(own.0), most.1.max(own.1)));
        let own = self.colors.iter().find(|color| color[0] == id).map_or((0, 0), blocks);
        self.pixels * own.0 * own.1 / (most.0 * most.1)
    }
}

/// The scans of a picture.
#[derive(Default)]
struct Scans {
    count: usize,
    pixels: u64,
    /// Where the first one is in what is handed on.
    first: Option<usize>,
}

impl Scans {
    fn add(&mut self, at: usize, pixels: u64) {
        self.first.get_or_insert(at);
        (self.count, self.pixels) = (self.count + 1, self.pixels.saturating_add(pixels));
    }

    /// Refuses more of them than a picture needs. Counted is also what the decoder might take for one elsewhere in
    /// `bytes`, from the first on: where something is amiss between scans it goes on at a place of its own.
    fn check(&self, bytes: &[u8], frame: &Frame<'_>, bounds: &Bounds) -> Result<(), Refused> {
        let count = bytes.windows(2).filter(|pair| pair == &[MARK, START_OF_SCAN]).count();
        let elsewhere = (count.saturating_sub(self.count) as u64).saturating_mul(frame.pixels * 4);
        if count <= MAX_SCANS && self.pixels.saturating_add(elsewhere) <= bounds.scan_pixels {
            return Ok(());
        }
        Err(Refused::Unusable("is a JPEG that is drawn in more steps than a picture needs: save it anew".into()))
    }
}

fn cut_short() -> Refused {
    broken("it ends before the picture does")
}
