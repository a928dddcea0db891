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
    let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0".as_slice();
    let tiff = b"II*\0\x08\0\0\0\0\0".as_slice();
    for file in
        [svg, bmp, tiff, b"", b"\0", b"GIF8", b"<html>", b"%PDF-1.7", b"PK\x03\x04", b"\x7fELF", b"RIFF\0\0\0\0WAVE"]
    {
        ana.upload(file).await.assert_problem(415, "unsupported_media_type");
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
    ] {
        assert!(file.len() < 100_000, "{what}");
        assert_unusable(&ana, &file, "").await;
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
