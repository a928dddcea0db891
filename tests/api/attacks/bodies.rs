//! Bodies that are to cost more than they are worth, or to mean two things.

use std::io::Write;

use actix_web::http::Method;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::json;

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

async fn send(actor: &Actor, path: &str, coding: Option<&str>, body: Vec<u8>) -> Answer {
    let mut request = actor.request(Method::POST, path).content_type("application/json");
    if let Some(coding) = coding {
        request = request.insert_header(("content-encoding", coding));
    }
    Answer::read(request.send_body(body).await.unwrap()).await
}

#[actix_web::test]
async fn a_compressed_bomb_is_refused_before_it_is_unpacked() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let zeros = format!("{{\"title\":\"{}\"}}", "0".repeat(64 << 20));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(zeros.as_bytes()).unwrap();
    zlib.write_all(zeros.as_bytes()).unwrap();
    deflate.write_all(zeros.as_bytes()).unwrap();
    let [gzip, zlib, deflate] = [gzip.finish().unwrap(), zlib.finish().unwrap(), deflate.finish().unwrap()];
    assert!(gzip.len() < 100_000, "it is a bomb");
    for path in ["/posts", "/auth/login", "/auth/register"] {
        for (coding, bomb) in [
            ("gzip", &gzip),
            ("x-gzip", &gzip),
            ("GZIP", &gzip),
            ("gzip, gzip", &gzip),
            ("deflate", &zlib),
            ("deflate", &deflate),
            ("br", &gzip),
            ("zstd", &gzip),
            ("identity, gzip", &gzip),
            ("unknown", &gzip),
        ] {
            let answer = send(&ana, path, Some(coding), bomb.clone()).await;
            answer.assert_problem(415, "unsupported_media_type");
        }
        // What is packed and does not say so is no JSON.
        send(&ana, path, None, gzip.clone()).await.assert_problem(400, "malformed_json");
    }
    ana.get("/me").await.expect(200);
}

#[actix_web::test]
async fn json_that_is_deep_double_or_broken_is_refused_and_writes_nothing() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let good = r#""categories":["food"]"#;
    let deep =
        |open: &str, close: &str| format!("{{{good},\"title\":{}{}}}", open.repeat(60_000), close.repeat(60_000));
    let many: String = (0..40_000).map(|number| format!("\"k{number}\":0,")).collect();
    let cases: Vec<(Vec<u8>, u16)> = vec![
        (deep("[", "]").into(), 400),
        (deep("{\"a\":", "}").into(), 400),
        (deep("[", "").into(), 400),
        (format!("{{\"title\":\"a\",\"title\":\"b\",{good}}}").into(), 422),
        (format!("{{\"title\":\"a\",\"\\u0074itle\":\"b\",{good}}}").into(), 422),
        (format!("{{\"title\":NaN,{good}}}").into(), 400),
        (format!("{{\"title\":-Infinity,{good}}}").into(), 400),
        (format!("{{\"title\":1e99999,{good}}}").into(), 400),
        (format!("{{\"title\":{},{good}}}", "9".repeat(100_000)).into(), 400),
        (format!("{{\"title\":\"\\ud800\",{good}}}").into(), 400),
        (format!("{{\"title\":\"\\udc00\\ud800\",{good}}}").into(), 400),
        (format!("\u{feff}{{\"title\":\"x\",{good}}}").into(), 400),
        ([b"{\"title\":\"", &b"\xc0\xaf"[..], b"\",", good.as_bytes(), b"}"].concat(), 400),
        ([b"{\"title\":\"", &b"\xed\xa0\x80"[..], b"\",", good.as_bytes(), b"}"].concat(), 400),
        (format!("{{\"title\":\"x\",{good}}}{{}}").into(), 400),
        (format!("{{\"title\":\"x\",{good}}}\0").into(), 400),
        (format!("/**/{{\"title\":\"x\",{good}}}").into(), 400),
        (format!("{{\"title\":'x',{good}}}").into(), 400),
        (format!("{{\"title\":\"x\",{good},}}").into(), 400),
        (r#"[["x"],"",["food"]]"#.into(), 422),
        (format!("{{{many}\"title\":\"\",{good}}}").into(), 422),
        // UTF-16, with and without a mark.
        (format!("{{\"title\":\"x\",{good}}}").encode_utf16().flat_map(u16::to_le_bytes).collect(), 400),
        (b"\xff\xfe{\0}\0".to_vec(), 400),
    ];
    for (number, (body, status)) in cases.into_iter().enumerate() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let answer = send(&ana, "/posts", None, body).await;
        assert_eq!(answer.status, status, "{number} {shown}: {}", answer.text());
        assert!(answer.body.len() < 20_000, "{number}: the refusal is longer than it need be");
    }
    assert!(ana.get("/me/posts").await.items().is_empty());
}

#[actix_web::test]
async fn a_list_of_many_wrong_things_is_refused_in_few_words() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let many: Vec<_> = (0..20_000).map(|number| format!("{number:05}x!")).collect();
    for body in [
        json!({"title": "x", "categories": many}),
        json!({"title": "x", "categories": ["food"], "tags": many}),
        json!({"title": "x", "categories": ["food"], "images": many}),
        json!({"title": "x".repeat(300_000), "body": "y".repeat(100_000), "categories": ["food"]}),
    ] {
        let answer = ana.post("/posts", &body).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.len() < 20_000, "{} bytes", answer.body.len());
    }
    let answer = ana.post("/conversations", &json!({"name": "x", "members": many})).await;
    assert!(answer.status == 422 && answer.body.len() < 20_000, "{} {}", answer.status, answer.body.len());
    let long_name = json!({"x".repeat(300_000): 1});
    let answer = ana.post("/posts", &long_name).await;
    assert!(answer.status == 422 && answer.body.len() < 20_000);
    assert!(ana.get("/me/posts").await.items().is_empty());
}

#[actix_web::test]
async fn a_password_of_any_length_costs_no_more_than_a_long_one() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let huge = "p".repeat(400_000);
    let credentials = json!({"email": "ana@example.org", "password": huge});
    ana.post("/auth/login", &credentials).await.assert_problem(401, "invalid_credentials");
    let change = json!({"current": PASSWORD, "new": huge});
    ana.put_json("/me/password", &change).await.assert_invalid(&["new"]);
    let new = json!({"name": "Eve", "email": "eve@example.org", "password": huge});
    community.anonymous().post("/auth/register", &new).await.assert_invalid(&["password"]);
}
