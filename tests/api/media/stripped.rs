//! What is in a file beside its pixels is not in what is kept.

use image::{GenericImageView, ImageFormat};

use super::{any_photo, cut_out, encoded, photo, seen};
use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::Community;

/// Words that must not come back.
const PLACE: &[u8] = b"GPS 60.39299 5.32415 Bergen";

/// Exif with an orientation and a place, as cameras write it.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let length = u32::try_from(PLACE.len()).unwrap();
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    exif.extend(entry(0x010e, 2, length, 38_u32.to_le_bytes()));
    exif.extend([0, 0, 0, 0]);
    exif.extend(PLACE);
    exif
}

/// A JPEG with what cameras put into it.
fn from_camera(photo: &[u8], orientation: u8) -> Vec<u8> {
    let exif = [b"Exif\0\0".to_vec(), exif(orientation)].concat();
    let comment = [b"taken by ".as_slice(), PLACE].concat();
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, data].concat()
    };
    [&photo[..2], &segment(0xe1, &exif), &segment(0xfe, &comment), &photo[2..]].concat()
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// Each form of an uploaded picture, as it is served.
async fn served(ana: &Actor, file: &[u8]) -> Vec<Answer> {
    let url = text(&ana.upload(file).await.expect(201)["url"]);
    let mut served = Vec::new();
    for form in ["", "/thumbnail", "/avatar"] {
        served.push(ana.at_root().get(&format!("{url}{form}")).await);
    }
    served
}

#[actix_web::test]
async fn pictures_stand_upright_and_say_nothing_of_where_they_were_taken() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let flat = encoded(&photo(90, 40, 9), ImageFormat::Jpeg);
    // Where the dark corner is then, and where the red one: two say whether it was turned or mirrored.
    for (orientation, sides, dark, red) in [
        (1, (90, 40), (3, 3), (86, 3)),
        (2, (90, 40), (86, 3), (3, 3)),
        (3, (90, 40), (86, 36), (3, 36)),
        (4, (90, 40), (3, 36), (86, 36)),
        (5, (40, 90), (3, 3), (3, 86)),
        (6, (40, 90), (36, 3), (36, 86)),
        (7, (40, 90), (36, 86), (36, 3)),
        (8, (40, 90), (3, 86), (3, 3)),
    ] {
        let file = from_camera(&flat, orientation);
        assert!(holds(&file, PLACE));
        let served = served(&ana, &file).await;
        let picture = seen(&served[0]);
        assert_eq!(picture.dimensions(), sides, "orientation {orientation}");
        let pixel = |(x, y)| picture.to_rgb8().get_pixel(x, y).0;
        let [dark, red] = [pixel(dark), pixel(red)];
        assert!(dark[0] < 40 && dark[1] < 60, "orientation {orientation}: {dark:?} is not dark");
        assert!(red[0] > 200 && red[1] < 60, "orientation {orientation}: {red:?} is not red");
        for answer in &served {
            assert!(!holds(&answer.body, b"GPS") && !holds(&answer.body, b"Exif") && !holds(&answer.body, b"Bergen"));
        }
    }
}

#[actix_web::test]
async fn what_hides_in_a_picture_or_behind_it_is_not_in_what_is_served() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let script = b"<html><script>alert(document.domain)</script></html>".as_slice();
    let zip = b"PK\x03\x04 and so on PK\x05\x06".as_slice();
    let png = encoded(&cut_out(80, 60), ImageFormat::Png);
    let text_chunk = {
        let mut sum = flate2::Crc::new();
        let data = [b"tEXtComment\0".as_slice(), script].concat();
        sum.update(&data);
        [&u32::try_from(data.len() - 4).unwrap().to_be_bytes()[..], &data, &sum.sum().to_be_bytes()].concat()
    };
    let mut gif = encoded(&photo(80, 60, 4), ImageFormat::Gif);
    gif.pop();
    let comment = [&[0x21, 0xfe, u8::try_from(script.len()).unwrap()][..], script, &[0, 0x3b]].concat();
    for file in [
        [&any_photo(), script].concat(),
        [&any_photo(), zip, script].concat(),
        from_camera(&any_photo(), 1).into_iter().chain(script.iter().copied()).collect(),
        [&png[..33], &text_chunk, &png[33..], zip, script].concat(),
        [&gif, comment.as_slice(), script].concat(),
        [&encoded(&photo(80, 60, 4), ImageFormat::WebP), script].concat(),
    ] {
        assert!(holds(&file, b"<script>"));
        for answer in served(&ana, &file).await {
            assert!(!holds(&answer.body, b"<script") && !holds(&answer.body, b"PK\x05\x06"));
            assert!(answer.header("content-type").unwrap().starts_with("image/"));
        }
    }
}

#[actix_web::test]
async fn an_animation_keeps_its_frames_and_nothing_else() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut encoder = gif::Encoder::new(Vec::new(), 20, 10, &[255, 0, 0, 0, 0, 255]).unwrap();
    encoder.set_repeat(gif::Repeat::Infinite).unwrap();
    for (delay, color) in [(7, 0), (9, 1), (11, 0)] {
        let mut frame = gif::Frame::from_indexed_pixels(20, 10, vec![color; 200], None);
        frame.delay = delay;
        encoder.write_frame(&frame).unwrap();
        encoder.write_raw_extension(gif::AnyExtension(0xfe), &[PLACE]).unwrap();
    }
    let file = [encoder.into_inner().unwrap(), b"<script>".to_vec()].concat();
    assert!(holds(&file, PLACE));
    let served = served(&ana, &file).await;
    assert!(!holds(&served[0].body, PLACE) && !holds(&served[0].body, b"<script>"));
    let mut decoder = gif::DecodeOptions::new().read_info(&served[0].body[..]).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        frames.push((frame.delay, frame.buffer[0]));
    }
    assert_eq!(frames, [(7, 0), (9, 1), (11, 0)]);
    assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
}
