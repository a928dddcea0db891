//! What is not taken for a picture, or is too much of one: each is refused with what to do, and leaves nothing behind.

use image::{ExtendedColorType, ImageEncoder, ImageFormat};
use std::io::Write;

use super::{any_photo, encoded, files, photo};
use crate::actor::Actor;
use crate::community::Community;

/// A chunk of a PNG.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()[..]].concat()
}

/// A PNG of eight grey bits with these sides, whose pixels are `zeros` zeros, which take a thousandth of their room.
fn png(width: u32, height: u32, zeros: usize) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes()[..], &[8, 0, 0, 0, 0]].concat();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; zeros]).unwrap();
    let parts = [chunk(b"IHDR", &head), chunk(b"IDAT", &packed.finish().unwrap()), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

/// A JPEG whose frame header (`SOF0`) says these sides.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = any_photo();
    let head = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[head + 5..head + 9].copy_from_slice(&[height.to_be_bytes(), width.to_be_bytes()].concat());
    jpeg
}

/// A WebP without loss whose header says these sides.
fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut webp = encoded(&photo(40, 30, 8), ImageFormat::WebP);
    assert_eq!((&webp[12..16], webp[20]), (b"VP8L".as_slice(), 0x2f));
    webp[21..25].copy_from_slice(&((width - 1) | (height - 1) << 14).to_le_bytes());
    webp
}

/// A WebP with a small picture on a canvas with these sides.
fn webp_canvas(width: u32, height: u32) -> Vec<u8> {
    let picture = encoded(&photo(40, 30, 8), ImageFormat::WebP);
    let sides = [&(width - 1).to_le_bytes()[..3], &(height - 1).to_le_bytes()[..3]].concat();
    let inside = [b"WEBPVP8X\x0a\0\0\0\0\0\0\0", &sides[..], &picture[12..]].concat();
    [b"RIFF", &u32::try_from(inside.len()).unwrap().to_le_bytes()[..], &inside].concat()
}

/// An animation of so many frames of one pixel.
fn gif(frames: usize) -> Vec<u8> {
    let mut encoder = gif::Encoder::new(Vec::new(), 1, 1, &[0, 0, 0, 255, 255, 255]).unwrap();
    for frame in 0..frames {
        let color = u8::from(frame % 2 == 0);
        encoder.write_frame(&gif::Frame::from_indexed_pixels(1, 1, vec![color], None)).unwrap();
    }
    encoder.into_inner().unwrap()
}

async fn assert_unusable(ana: &Actor, file: &[u8], said: &str) {
    let answer = ana.upload(file).await;
    answer.assert_invalid(&["file"]);
    let problem = answer.json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(said), "{detail}");
}

#[actix_web::test]
async fn what_is_no_picture_is_refused_whatever_it_calls_itself() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".as_slice();
    let html = b"<!doctype html><script>alert(1)</script>".as_slice();
    let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0".as_slice();
    let tiff = b"II*\0\x08\0\0\0\0\0".as_slice();
    for file in [svg, bmp, tiff, b"", b"\0", b"GIF8", html, b"%PDF-1.7", b"PK\x03\x04", b"\x7fELF", b"RIFF\0\0\0\0WAVE"]
    {
        ana.upload(file).await.assert_problem(415, "unsupported_media_type");
        let disguised = ana.upload_as(file, "photo.jpg", "image/jpeg").await;
        disguised.assert_problem(415, "unsupported_media_type");
    }
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn what_is_cut_short_is_refused() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let picture = photo(64, 48, 5);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = encoded(&picture, format);
        for part in [whole.len() / 4, whole.len() / 2, whole.len() * 9 / 10] {
            let answer = ana.upload(&whole[..part]).await;
            assert_eq!(answer.status, 422, "{format:?} cut at {part} of {}: {}", whole.len(), answer.text());
            answer.assert_invalid(&["file"]);
        }
        let mut changed = whole.clone();
        changed.truncate(20);
        changed.extend([0x55; 400]);
        assert_unusable(&ana, &changed, "is damaged or cut short").await;
    }
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn a_jpeg_without_its_end_is_cut_short_also_where_a_small_one_inside_has_one() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let (inside, whole) = (any_photo(), any_photo());
    let length = u16::try_from(inside.len() + 2).unwrap().to_be_bytes();
    let with_small = [&whole[..2], &[0xff, 0xe1], &length, &inside, &whole[2..]].concat();
    ana.upload(&with_small).await.expect(201);
    assert_unusable(&ana, &with_small[..with_small.len() - 2], "it ends before").await;
}

#[actix_web::test]
async fn small_files_of_huge_pictures_are_refused_before_they_are_unpacked() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for (what, file) in [
        ("too wide", png(12_001, 10, 12_002 * 10)),
        ("too high", png(10, 12_001, 11 * 12_001)),
        ("too many pixels", png(12_000, 12_000, 1000)),
        ("as large as can be said", png(i32::MAX as u32, i32::MAX as u32, 1000)),
        ("a JPEG of too many pixels", jpeg(9000, 9000)),
        ("a JPEG as large as can be said", jpeg(u16::MAX, u16::MAX)),
        ("a WebP of too many pixels", webp(9000, 9000)),
        ("a WebP that is too wide and too high", webp(16_383, 16_383)),
        ("a WebP with a canvas of too many pixels", webp_canvas(9000, 9000)),
        ("a WebP with a canvas that is too wide", webp_canvas(1 << 24, 10)),
    ] {
        println!("{what}");
        assert!(file.len() < 100_000);
        // It is its size that is wrong with it: that it ends too early as well is not what was found.
        assert_unusable(&ana, &file, "at most 50 million pixels").await;
    }
    // More pixels than it says: what is beyond is nobody's concern.
    ana.upload(&png(40, 30, 30_000_000)).await.expect(201);
    // A few bytes of a GIF say so as well.
    let mut large = gif(2);
    large[6..10].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_unusable(&ana, &large, "million pixels").await;
}

#[actix_web::test]
async fn sixteen_bits_a_colour_are_taken_as_eight() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut deep = Vec::new();
    let pixels: Vec<u8> = (0..64 * 48 * 8).map(|byte: u32| byte.to_le_bytes()[0]).collect();
    let encoder = image::codecs::png::PngEncoder::new(&mut deep);
    encoder.write_image(&pixels, 64, 48, ExtendedColorType::Rgba16).unwrap();
    assert_eq!(ana.upload(&deep).await.expect(201)["content_type"], "image/png");
}

#[actix_web::test]
async fn an_animation_is_kept_within_bounds_and_refused_beyond() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let kept = ana.upload(&gif(600)).await.expect(201);
    assert_eq!(kept["content_type"], "image/gif");
    let served = ana.at_root().get(kept["url"].as_str().unwrap()).await;
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    let frames = options.read_info(&served.body[..]).unwrap().into_iter().count();
    assert_eq!(frames, 600);
    let small = ana.at_root().get(kept["thumbnail_url"].as_str().unwrap()).await;
    assert_eq!(small.header("content-type"), Some("image/jpeg"), "which does not move");
    assert_unusable(&ana, &gif(601), "at most 600 frames").await;
}

#[actix_web::test]
async fn more_than_ten_megabytes_are_refused() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let photo = any_photo();
    let at_most = [photo.clone(), vec![0; 10 * 1024 * 1024 - photo.len()]].concat();
    ana.upload(&at_most).await.expect(201);
    let before = files(&community);
    for beyond in [[at_most, vec![0]].concat(), vec![7; 11_000_000]] {
        let refused = ana.upload(&beyond).await;
        refused.assert_problem(413, "body_too_large");
    }
    assert_eq!(files(&community), before);
}
