use std::io::Cursor;

use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageEncoder, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

use super::*;
use crate::media::picture::{Bounds, Refused};

/// A JPEG of soft colours, made as `how` has it.
fn jpeg(width: u16, height: u16, how: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let part = |value: u32, of: u16| u8::try_from(value * 255 / u32::from(of)).unwrap();
    let picture = RgbImage::from_fn(width.into(), height.into(), |x, y| Rgb([part(x, width), part(y, height), 60]));
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    how(&mut encoder);
    encoder.encode(&picture, width, height, ColorType::Rgb).unwrap();
    bytes
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

fn bare(jpeg: &[u8]) -> Result<Vec<u8>, Refused> {
    bare_jpeg(jpeg, &Bounds::PRODUCTION)
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn what_is_beside_the_pixels_is_left_out_and_they_are_the_same() {
    let plain = jpeg(50, 40, |encoder| encoder.set_progressive(true));
    let exif = segment(0xe1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0");
    let beside = [
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        segment(0xe1, &[b"http://ns.adobe.com/xmp/extension/\0".as_slice(), &[b'0'; 40], b"<x/>"].concat()),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01profile"),
        segment(0xe2, b"MPF\0II*\0"),
        segment(0xed, b"Photoshop 3.0\08BIM"),
        segment(0xfe, b"a comment \xff\xd9 with an end"),
        b"\xff\x01\xff\xd0 what is no segment".to_vec(),
    ]
    .concat();
    let second = jpeg(8, 8, |_| ());
    let full = [&plain[..2], &exif, &beside, &plain[2..], b"ftypmp42", &second].concat();
    let bare_one = bare(&full).unwrap();
    for left_out in [b"adobe.com".as_slice(), b"ICC", b"MPF", b"8BIM", b"comment", b"no segment", b"ftyp"] {
        assert!(!holds(&bare_one, left_out), "{:?}", left_out.escape_ascii().to_string());
    }
    assert!(holds(&bare_one, b"Exif") && bare_one.ends_with(b"\xff\xd9"));
    let [expected, pixels] = [&plain, &bare_one].map(|file| image::load_from_memory(file).unwrap());
    assert_eq!(pixels, expected);
    assert_eq!(bare(&bare_one).unwrap(), bare_one);
}

#[test]
fn colours_are_those_that_the_file_says() {
    for (kind, colors) in
        [(ColorType::Cmyk, 4), (ColorType::CmykAsYcck, 4), (ColorType::Luma, 1), (ColorType::Ycbcr, 3)]
    {
        let mut file = Vec::new();
        let pixels: Vec<u8> = (0..=255).cycle().take(32 * 32 * colors).collect();
        Encoder::new(&mut file, 90).encode(&pixels, 32, 32, kind).unwrap();
        let [expected, pixels] = [&file, &bare(&file).unwrap()].map(|file| image::load_from_memory(file).unwrap());
        assert_eq!(pixels, expected);
    }
}

#[test]
fn what_might_be_taken_for_a_scan_is_counted_wherever_it_stands() {
    let plain = jpeg(16, 16, |encoder| encoder.set_progressive(true));
    let end = plain.len() - 2;
    let said = |file: &[u8]| format!("{:?}", bare(file).map(drop));
    // As a scan, as two with bytes between its marker's, and in a table.
    let scan = segment(0xda, &[1, 1, 0, 0, 0, 0]);
    let filled = [b"\xff\xff".as_slice(), &scan].concat();
    for piece in [&scan, &filled, &segment(0xc4, &[0xff, 0xda])] {
        assert!(bare(&[&plain[..end], piece, &plain[end..]].concat()).is_ok());
        assert!(said(&[&plain[..end], &piece.repeat(100), &plain[end..]].concat()).contains("more steps"));
    }
    // Pixels may be like that.
    assert!(bare(&[&plain[..end], &b"\xff\0\xda".repeat(100), &plain[end..]].concat()).is_ok());
    // All frequencies of one colour, and of two with a quarter of its pixels.
    let bounds = Bounds { scan_pixels: 16 * 16 * 3 / 2, ..Bounds::PRODUCTION };
    assert!(bare_jpeg(&plain, &bounds).is_ok());
    let again = [&plain[..end], &segment(0xda, &[1, 1, 0, 1, 63, 0]), &plain[end..]].concat();
    assert!(format!("{:?}", bare_jpeg(&again, &bounds).map(drop)).contains("more steps"));
}

#[test]
fn a_jpeg_that_is_not_whole_is_refused() {
    let plain = jpeg(16, 16, |_| ());
    for length in 0..plain.len() {
        assert!(bare(&plain[..length]).is_err(), "{length}");
    }
    let frame = plain.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    let mut without = plain;
    without[frame + 1] = 0xfe;
    assert!(format!("{:?}", bare(&without).map(drop)).contains("before their number"));
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = if content.len() % 2 == 1 { &[0][..] } else { &[] };
    [name, &u32::try_from(content.len()).unwrap().to_le_bytes()[..], content, padding].concat()
}

#[test]
fn a_webp_is_turned_as_the_decoder_would() {
    for orientation in 0..=9 {
        let exif =
            [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]].concat();
        let mut file = Vec::new();
        let mut encoder = WebPEncoder::new_lossless(&mut file);
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&[9; 12], 2, 2, image::ExtendedColorType::Rgb8).unwrap();
        let reader = image::ImageReader::with_format(Cursor::new(&file), ImageFormat::WebP);
        let expected = reader.into_decoder().unwrap().orientation().unwrap();
        assert_eq!(webp_orientation(&file), expected, "{orientation}");
        assert_eq!(expected == Orientation::NoTransforms, !(2..=8).contains(&orientation));
    }
}

/// The start of a lossy picture with these sides.
fn vp8(width: u16, height: u16) -> Vec<u8> {
    [&[0x10, 0, 0, 0x9d, 0x01, 0x2a], &width.to_le_bytes()[..], &height.to_le_bytes(), &[0; 20]].concat()
}

#[test]
fn a_webp_is_refused_wherever_a_picture_in_it_says_that_it_is_too_large() {
    let alpha = chunk(b"ALPH", &[0; 7]);
    let places = |sides: (u16, u16)| {
        let picture = vp8(sides.0, sides.1);
        [
            chunk(b"VP8 ", &picture),
            chunk(b"ANMF", &[&[0; 16], &chunk(b"VP8 ", &picture)[..]].concat()),
            // The decoder asks for no name here.
            chunk(b"ANMF", &[&[0; 16], &alpha[..], &chunk(b"any ", &picture)].concat()),
        ]
    };
    let check = |chunks: &[u8]| check_webp(&[b"RIFF\0\0\0\0WEBP", chunks].concat(), &Bounds::PRODUCTION);
    for (sides, is_taken) in [
        ((16, 16), true),
        ((12_000, 4000), true),
        ((12_001, 1), false),
        ((9000, 9000), false),
        ((16_383, 16_383), false),
    ] {
        for place in places(sides) {
            assert_eq!(check(&place).is_ok(), is_taken, "{sides:?}");
        }
    }
}

/// Bytes in which there are many of those that mean something.
fn telling(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::sample::select(pieces).prop_map(<[u8]>::to_vec),
        proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

const OF_JPEG: &[&[u8]] = &[
    b"\xff",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xda\0\x08\x01\x01\0\0\0\0",
    b"\xff\xc0\0\x0b\x08\0\x09\0\x09\x01\x01\x11\0",
    b"\xff\xc2\0\x0b\x08\0\x09\0\x09\x01\x01\x11\0",
    b"\xff\xc4\0\x03",
    b"\xff\xd0",
    b"\xff\xe1\0\x09Exif\0\0",
    b"\xff\xfe\0\x02",
    b"\0\x02",
];

const OF_WEBP: &[&[u8]] = &[
    b"RIFF",
    b"WEBP",
    b"VP8 ",
    b"VP8X",
    b"ALPH",
    b"EXIF",
    b"ANMF",
    b"\0\0\0\x9d\x01\x2a",
    b"\x08\0\0\0",
    b"\xff\xff\xff\xff",
];

proptest! {
    #[test]
    fn nothing_that_is_sent_is_too_much_for_looking_at_it(of_jpeg in telling(OF_JPEG), of_webp in telling(OF_WEBP)) {
        if let Ok(bare_one) = bare(&of_jpeg) {
            prop_assert!(bare_one.len() <= of_jpeg.len().max(4));
            prop_assert_eq!(bare(&bare_one), Ok(bare_one), "what is bare stays as it is");
        }
        let _ = check_webp(&of_webp, &Bounds::PRODUCTION);
        webp_orientation(&of_webp);
    }
}
