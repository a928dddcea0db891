//! Uploading, and what comes back.

use std::time::Duration;

use actix_web::http::Method;
use hearth::limits::{Action, Rates};
use image::ImageFormat;
use serde_json::{Value, json};

use super::{cut_out, encoded, files, photo, seen, sides};
use crate::actor::{part, text};
use crate::answer::{Answer, members};
use crate::community::Community;

#[actix_web::test]
async fn a_picture_comes_back_in_the_sizes_that_pages_need() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let answer = ana.upload(&encoded(&photo(2800, 140, 1), ImageFormat::Jpeg)).await.expect(201);
    let fields = ["id", "url", "thumbnail_url", "width", "height", "content_type", "size"];
    assert_eq!(members(&answer), fields.into());
    let url = text(&answer["url"]);
    assert_eq!(url, format!("/api/v1/media/{}", text(&answer["id"])));
    assert_eq!(answer["thumbnail_url"], json!(format!("{url}/thumbnail")));
    assert_eq!((&answer["width"], &answer["height"]), (&json!(2560), &json!(128)));
    assert_eq!(answer["content_type"], "image/jpeg");
    assert_eq!(sides(&ana, &url).await, (2560, 128));
    assert_eq!(sides(&ana, &format!("{url}/thumbnail")).await, (640, 32));
    assert_eq!(sides(&ana, &format!("{url}/avatar")).await, (128, 128));
    let whole = ana.at_root().get(&url).await;
    assert_eq!(answer["size"], json!(whole.body.len()));
    // The colours are where they were.
    let corner = |x, y| seen(&whole).to_rgb8().get_pixel(x, y).0;
    assert!(corner(5, 5)[0] < 20 && corner(2550, 5)[0] > 235 && corner(5, 125)[1] > 235, "{:?}", corner(2550, 5));
}

#[actix_web::test]
async fn what_is_small_is_not_made_larger_but_for_its_avatar() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let answer = ana.upload(&encoded(&photo(20, 90, 1), ImageFormat::Jpeg)).await.expect(201);
    let url = text(&answer["url"]);
    assert_eq!((&answer["width"], &answer["height"]), (&json!(20), &json!(90)));
    assert_eq!(sides(&ana, &format!("{url}/thumbnail")).await, (20, 90));
    assert_eq!(sides(&ana, &format!("{url}/avatar")).await, (128, 128));
}

#[actix_web::test]
async fn each_kind_is_known_by_its_content_and_kept_in_the_kind_that_suits_it() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let photo = photo(300, 200, 3);
    for (picture, format, kept) in [
        (&photo, ImageFormat::Jpeg, "image/jpeg"),
        (&photo, ImageFormat::Gif, "image/"),
        (&photo, ImageFormat::WebP, "image/"),
        (&cut_out(300, 200), ImageFormat::Png, "image/png"),
        (&cut_out(300, 200), ImageFormat::WebP, "image/png"),
        (&cut_out(300, 200), ImageFormat::Gif, "image/png"),
        // A plain drawing takes less room without loss.
        (&image::RgbImage::from_pixel(300, 200, image::Rgb([9, 9, 9])).into(), ImageFormat::Png, "image/png"),
    ] {
        let answer = ana.upload(&encoded(picture, format)).await.expect(201);
        let kind = text(&answer["content_type"]);
        assert!(kind.starts_with(kept), "{format:?} became {kind}");
        let served = ana.at_root().get(&text(&answer["url"])).await;
        assert_eq!(served.header("content-type"), Some(kind.as_str()));
        assert_eq!(image::guess_format(&served.body).unwrap().to_mime_type(), kind);
        if kept == "image/png" && format != ImageFormat::Png {
            assert_eq!(seen(&served).to_rgba8().get_pixel(1, 1).0[3], 0, "{format:?} lost its transparency");
            let small = ana.at_root().get(&text(&answer["thumbnail_url"])).await;
            assert_eq!(seen(&small).to_rgba8().get_pixel(1, 1).0[3], 0);
        }
    }
}

#[actix_web::test]
async fn a_picture_is_what_it_holds_whatever_it_is_said_to_be() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let png = encoded(&cut_out(30, 20), ImageFormat::Png);
    for (name, kind) in [("x.html", "text/html"), ("x.svg", "image/svg+xml"), ("../../x.jpg\\..", "image/jpeg")] {
        let answer = ana.upload_as(&png, name, kind).await.expect(201);
        assert_eq!(answer["content_type"], "image/png");
        for form in ["url", "thumbnail_url"] {
            let served = ana.at_root().get(&text(&answer[form])).await;
            assert_eq!((served.status, served.header("content-type")), (200, Some("image/png")));
            assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(served.header("content-disposition"), None, "nothing of the name is kept");
        }
    }
}

#[actix_web::test]
async fn who_has_a_picture_is_not_sent_it_again_and_need_not_ask() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": "Bread", "categories": ["food"], "images": [ana.picture().await]});
    let post = ana.post("/posts", &post).await.expect(201);
    for url in ["url", "thumbnail_url"].map(|field| text(&post["images"][0][field])) {
        let reader = community.anonymous().at_root();
        let first = reader.get(&url).await;
        assert_eq!(first.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(first.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(first.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
        let tag = first.header("etag").unwrap().to_owned();
        let again = reader.with("if-none-match", tag.as_str()).get(&url).await;
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag.as_str())));
        let head = reader.head(&url).await;
        assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, Some(tag.as_str())));
        assert_eq!(head.header("content-length"), Some(first.body.len().to_string().as_str()));
    }
}

#[actix_web::test]
async fn a_large_picture_is_sent_piece_by_piece_and_whole() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    // Noise does not get small.
    let noise = image::RgbImage::from_fn(900, 700, |x, y| {
        let value = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x | 1)).to_be_bytes();
        image::Rgb([value[0], value[1], value[2]])
    });
    let answer = ana.upload(&encoded(&noise.into(), ImageFormat::Jpeg)).await.expect(201);
    let whole = ana.at_root().get(&text(&answer["url"])).await;
    assert!(whole.body.len() > 300_000, "{}", whole.body.len());
    assert_eq!(json!(whole.body.len()), answer["size"]);
    let name = hearth::media::hash(&whole.body).to_string();
    assert!(files(&community).iter().any(|path| path.ends_with(&name)), "it is named after what is in it");
}

#[actix_web::test]
async fn the_same_upload_with_the_same_key_is_one_picture() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let (one, other) = (super::any_photo(), super::any_photo());
    let once = ana.with("idempotency-key", "k1");
    let first = once.upload(&one).await;
    let replayed = once.upload(&one).await;
    assert_eq!(first.expect(201), replayed.expect(201));
    assert_eq!((first.header("idempotency-replayed"), replayed.header("idempotency-replayed")), (None, Some("true")));
    once.upload(&other).await.assert_problem(422, "idempotency_key_reused");
    community.restart().await;
    assert_eq!(once.upload(&one).await.expect(201), first.json());
    assert_ne!(ana.upload(&one).await.expect(201)["id"], first.json()["id"], "without a key it is another one");
    assert_eq!(sides(&ana, &text(&first.json()["url"])).await.1, 30);
    community.tidy().await;
}

#[actix_web::test]
async fn uploads_are_limited_by_account() {
    let rate = Some(hearth::limits::Rate { most: 1, seconds: 60 });
    let rates = Rates::PRODUCTION.with(Action::Upload, rate, None);
    let community =
        Community::with_rates(rates, |config| config.trusted_proxies.0 = vec!["127.0.0.1/32".parse().unwrap()]).await;
    let ana = community.member("ana").await.with("x-forwarded-for", "192.0.2.7");
    ana.upload(&super::any_photo()).await.expect(201);
    let refused = ana.upload(&super::any_photo()).await;
    refused.assert_problem(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
    community.later(Duration::from_secs(61));
    ana.upload(&super::any_photo()).await.expect(201);
}

#[actix_web::test]
async fn a_form_that_is_none_or_has_other_parts_is_refused() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let photo = super::any_photo();
    ana.post_form(b"").await.assert_invalid(&["file"]);
    ana.post_form(&[part("file", &photo), part("file", &photo)].concat()).await.assert_invalid(&["file"]);
    ana.post_form(&part("picture", &photo)).await.assert_invalid(&["picture"]);
    ana.post_form(&[part("file", &photo), part("note", b"x")].concat()).await.assert_invalid(&["note"]);
    for (kind, body, status, code) in [
        ("multipart/form-data", "x", 400, "malformed_multipart"),
        ("multipart/form-data; boundary=b", "no form at all", 400, "malformed_multipart"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nbroken off",
            400,
            "malformed_multipart",
        ),
        ("multipart/mixed; boundary=b", "--b--\r\n", 415, "unsupported_media_type"),
        ("application/json", "{}", 415, "unsupported_media_type"),
        ("image/jpeg", "x", 415, "unsupported_media_type"),
    ] {
        let request = ana.request(Method::POST, "/media").content_type(kind);
        let answer = Answer::read(request.send_body(body).await.unwrap()).await;
        answer.assert_problem(status, code);
    }
    assert_eq!(files(&community), Vec::<std::path::PathBuf>::new());
    let nobody = community.anonymous().upload(&photo).await;
    nobody.assert_problem(401, "authentication_required");
    assert_eq!(ana.upload(&photo).await.expect(201)["content_type"], Value::from("image/jpeg"));
}
