//! Files that somebody made by hand, so that they cost a server more than they are worth.

use std::io::Write;

use hearth::media::{Bounds, Made, Memory, Refused, make};
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{encoded, photo};
use crate::community::Community;

/// What the server makes of a file: at once, or the test takes minutes.
fn made(file: &[u8]) -> Result<Made, Refused> {
    made_within(&Bounds::PRODUCTION, file)
}

fn made_within(bounds: &Bounds, file: &[u8]) -> Result<Made, Refused> {
    assert!(file.len() <= 10 << 20, "{}", file.len());
    make(file, bounds, &Memory::new(512 << 20))
}

/// Why the server does not take a file.
fn refusal(file: &[u8]) -> String {
    refusal_within(&Bounds::PRODUCTION, file)
}

fn refusal_within(bounds: &Bounds, file: &[u8]) -> String {
    match made_within(bounds, file) {
        Err(Refused::Unusable(why)) => why,
        Err(Refused::Unsupported) => "unsupported".into(),
        Ok(_) => "it is taken".into(),
    }
}

/// A JPEG of a picture, made as `how` has it.
fn jpeg(picture: &RgbImage, sampling: SamplingFactor, how: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_sampling_factor(sampling);
    how(&mut encoder);
    let [width, height] = [picture.width(), picture.height()].map(|side| u16::try_from(side).unwrap());
    encoder.encode(picture, width, height, ColorType::Rgb).unwrap();
    bytes
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

/// How far the pixels of two pictures are from each other.
fn difference(one: &RgbImage, other: &DynamicImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let far: u64 = one.iter().zip(other.to_rgb8().iter()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    f64::from(u32::try_from(far).unwrap()) / f64::from(u32::try_from(one.len()).unwrap())
}

#[test]
fn jpegs_of_every_size_are_kept_as_they_are_and_those_that_would_not_be_are_refused() {
    for (width, height) in [(17, 9), (33, 65), (1, 1), (16, 16), (8, 200), (200, 8)] {
        for picture in [photo(width, height, 60).to_rgb8(), RgbImage::from_pixel(width, height, Rgb([200, 30, 60]))] {
            for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_2_2] {
                let plain = jpeg(&picture, sampling, |_| ());
                let in_steps = jpeg(&picture, sampling, |encoder| encoder.set_progressive(true));
                for file in [plain, in_steps] {
                    let kept = made(&file).unwrap();
                    let far = difference(&picture, &image::load_from_memory(&kept.picture.bytes).unwrap());
                    assert!(far < 10.0, "{width} x {height}, {sampling:?}: {far}");
                }
                let by_colour = jpeg(&picture, sampling, |encoder| encoder.set_optimized_huffman_tables(true));
                let why = refusal(&by_colour);
                assert!(why.contains("each colour by itself"), "{width} x {height}, {sampling:?}: {why}");
            }
        }
    }
}

#[test]
fn what_phones_put_into_a_photo_is_no_reason_to_refuse_it() {
    let picture = photo(300, 200, 7).to_rgb8();
    let plain = jpeg(&picture, SamplingFactor::F_2_2, |_| ());
    let turned = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let depth = |at: u32| {
        let place = [200_000_u32.to_be_bytes(), at.to_be_bytes()].concat();
        let head = [b"http://ns.adobe.com/xmp/extension/\0".as_slice(), &[b'7'; 32], &place].concat();
        segment(0xe1, &[head, vec![b'A'; 50_000]].concat())
    };
    let file = [
        plain[..2].to_vec(),
        segment(0xe1, turned),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        (0..4).flat_map(|piece| depth(piece * 50_000)).collect(),
        segment(0xe2, b"MPF\0II*\0"),
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), &[0; 500]].concat()),
        plain[2..].to_vec(),
        jpeg(&picture, SamplingFactor::F_2_2, |_| ()),
        b"\0\0\0\x18ftypmp42".to_vec(),
    ]
    .concat();
    let kept = made(&file).unwrap();
    assert_eq!((kept.width, kept.height), (200, 300), "it stands upright");
    let upright = image::load_from_memory(&kept.picture.bytes).unwrap();
    assert!(difference(&picture, &upright.rotate270()) < 4.0);
}

#[test]
fn pieces_of_an_extended_xmp_and_any_number_of_segments_cost_nothing() {
    let plain = jpeg(&photo(40, 30, 1).to_rgb8(), SamplingFactor::F_2_2, |_| ());
    let piece = segment(0xe1, &[b"http://ns.adobe.com/xmp/extension/\0".as_slice(), &[0; 40]].concat());
    let file = [&plain[..2], &piece.repeat(66_000), &segment(0xfe, b"").repeat(1_200_000), &plain[2..]].concat();
    assert_eq!(made(&file).map(|made| (made.width, made.height)), Ok((40, 30)));
}

/// The head of a JPEG of three colours in full, and `more` before its end.
fn jpeg_of(frame: u8, width: u16, height: u16, more: &[u8]) -> Vec<u8> {
    let plain = jpeg(&photo(16, 16, 1).to_rgb8(), SamplingFactor::F_1_1, |_| ());
    let at = |marker: u8| plain.windows(2).position(|pair| pair == [0xff, marker]).unwrap();
    let mut head = plain[..at(0xda)].to_vec();
    head[at(0xc0) + 1] = frame;
    head[at(0xc0) + 5..at(0xc0) + 9].copy_from_slice(&[height.to_be_bytes(), width.to_be_bytes()].concat());
    [head, more.to_vec(), b"\xff\xd9".to_vec()].concat()
}

#[test]
fn a_jpeg_is_drawn_in_no_more_steps_than_a_picture_needs() {
    let scan = |first: u8, last: u8| segment(0xda, &[1, 0, 0, first, last, 0]);
    let all = segment(0xda, &[3, 0, 0, 1, 0x11, 2, 0x11, 0, 0, 0]);
    assert!(refusal(&jpeg_of(0xc0, 12_000, 4000, &scan(0, 63).repeat(900_000))).contains("each colour by itself"));
    let steps = [all.clone(), scan(1, 63).repeat(900_000)].concat();
    assert!(refusal(&jpeg_of(0xc2, 12_000, 4000, &steps)).contains("more steps than a picture needs"));
    // As many as a picture of the largest size may have; a hundredth of it, for it would take a few seconds.
    let bounds = Bounds { pixels: 500_000, scan_pixels: 3_600_000, ..Bounds::PRODUCTION };
    let file = |steps| jpeg_of(0xc2, 1250, 400, &[all.clone(), scan(1, 63).repeat(steps)].concat());
    assert!(refusal_within(&bounds, &file(8)).contains("more steps than a picture needs"));
    assert_eq!(made_within(&bounds, &file(7)).map(|made| made.width), Ok(1250));
}

#[test]
fn a_photograph_does_not_wait_for_a_large_picture_and_a_profile_takes_no_more_than_there_is_for_it() {
    let memory = Memory::new(512 << 20);
    // What forty million pixels take.
    let large = memory.take(440_000_000);
    let of_phone = encoded(&photo(2048, 1536, 9), ImageFormat::Jpeg);
    let drawing = with_profile(&encoded(&photo(400, 300, 9), ImageFormat::Png), 100 << 20);
    for (file, width) in [(of_phone, 2048), (drawing, 400)] {
        assert!(file.len() < 1_000_000, "{}", file.len());
        assert_eq!(make(&file, &Bounds::PRODUCTION, &memory).map(|made| made.width), Ok(width));
    }
    drop(large);
}

/// A PNG with a colour profile of so many zeros.
fn with_profile(png: &[u8], zeros: usize) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    (0..zeros >> 20).for_each(|_| packed.write_all(&[0; 1 << 20]).unwrap());
    let data = [b"iCCPany\0\0".to_vec(), packed.finish().unwrap()].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&data);
    let length = u32::try_from(data.len() - 4).unwrap().to_be_bytes();
    [&png[..33], &length, &data, &sum.sum().to_be_bytes(), &png[33..]].concat()
}

/// A WebP of these chunks.
fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let inside = [b"WEBP".to_vec(), chunks.concat()].concat();
    [b"RIFF", &u32::try_from(inside.len()).unwrap().to_le_bytes()[..], &inside].concat()
}

/// A chunk that says that it has `size` bytes.
fn chunk(name: &[u8; 4], size: u32, content: &[u8]) -> Vec<u8> {
    [name, &size.to_le_bytes()[..], content].concat()
}

/// What says which chunks there are, and the sides of the whole.
fn head(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let sides = [&(width - 1).to_le_bytes()[..3], &(height - 1).to_le_bytes()[..3]].concat();
    chunk(b"VP8X", 10, &[&[flags, 0, 0, 0], &sides[..]].concat())
}

#[actix_web::test]
async fn a_webp_that_says_how_much_it_knows_of_its_camera_is_not_believed() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let lossless = encoded(&photo(40, 30, 1), ImageFormat::WebP);
    for size in [8, 1 << 20, u32::MAX - 1, u32::MAX] {
        let file = webp(&[head(8, 40, 30), lossless[12..].to_vec(), chunk(b"EXIF", size, b"II*\0")]);
        assert_eq!(ana.upload(&file).await.expect(201)["width"], 40, "{size}");
    }
}

#[actix_web::test]
async fn a_webp_that_holds_a_larger_picture_than_it_says_is_refused_before_there_is_room_for_it() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let large = [b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f".as_slice(), &[0; 30]].concat();
    let picture = |name| chunk(name, 40, &large);
    let frame = |inside: Vec<u8>| {
        let content = [&[0; 6], &[15, 0, 0, 15, 0, 0, 0, 0, 0, 0][..], &inside].concat();
        chunk(b"ANMF", u32::try_from(content.len()).unwrap(), &content)
    };
    let film = |inside| webp(&[head(2, 16, 16), chunk(b"ANIM", 6, &[0; 6]), frame(inside)]);
    for file in [
        webp(&[picture(b"VP8 ")]),
        webp(&[head(0, 16, 16), picture(b"VP8 ")]),
        film(picture(b"VP8 ")),
        film([chunk(b"ALPH", 2, &[0; 2]), picture(b"what")].concat()),
    ] {
        assert!(file.len() < 200);
        let answer = ana.upload(&file).await;
        answer.assert_invalid(&["file"]);
        assert!(answer.text().contains("million pixels"), "{}", answer.text());
    }
}
