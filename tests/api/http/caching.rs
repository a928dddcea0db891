//! Entity tags, compression, and `HEAD`.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::actor::Actor;
use crate::community::Community;

/// A community with enough posts for a page that is worth compressing, the first of them, and their author.
async fn filled() -> (Community, String, Actor) {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish(&"Bread ".repeat(30)).await;
    for number in 0..20 {
        ana.comment(&post, &format!("Comment {number}")).await;
        ana.publish(&format!("Post {number}")).await;
    }
    (community, post, ana)
}

/// Every page that anybody may read.
fn pages(post: &str) -> Vec<String> {
    vec![
        "/posts".into(),
        "/posts?sort=hot&category=general".into(),
        format!("/posts/{post}"),
        format!("/posts/{post}/comments"),
        format!("/posts/{post}/history"),
        "/categories".into(),
        "/users".into(),
        "/users/ana".into(),
        "/users/ana/posts".into(),
        "/openapi.json".into(),
    ]
}

#[actix_web::test]
async fn who_has_a_page_already_gets_304_without_a_body() {
    let (community, post, ana) = filled().await;
    let own = ["/me", "/me/posts", "/auth/sessions"].map(str::to_owned);
    for reader in [&community.anonymous(), &ana] {
        for path in pages(&post).iter().chain(if reader.access_token.is_empty() { &[] } else { &own[..] }) {
            let whole = reader.get(path).await;
            whole.expect(200);
            let tag = whole.header("etag").unwrap_or_else(|| panic!("{path} has no ETag"));
            assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag} is not strong");
            for known in [tag, "*", &format!("W/{tag}"), &format!("\"other\", {tag}")] {
                let answer = reader.with("if-none-match", known).get(path).await;
                assert_eq!((answer.status, answer.body.len()), (304, 0), "{path} {known}");
                for name in ["etag", "vary", "cache-control"] {
                    assert_eq!(answer.header(name), whole.header(name), "{path} {name}");
                }
            }
            for unknown in ["\"other\"", "W/\"other\"", "other"] {
                let answer = reader.with("if-none-match", unknown).get(path).await;
                assert_eq!((answer.status, &answer.body), (200, &whole.body), "{path} {unknown}");
            }
        }
    }
}

#[actix_web::test]
async fn each_encoding_has_a_tag_of_its_own_and_the_same_bytes() {
    let (community, post, _) = filled().await;
    let reader = community.anonymous();
    let mut compressed = 0;
    for path in pages(&post) {
        let plain = reader.get(&path).await;
        let gzip = reader.with("accept-encoding", "gzip, identity;q=0").get(&path).await;
        assert_eq!((plain.header("content-encoding"), gzip.header("content-encoding")), (None, Some("gzip")), "{path}");
        assert_ne!(plain.header("etag"), gzip.header("etag"), "{path}");
        let mut unzipped = Vec::new();
        GzDecoder::new(&gzip.body[..]).read_to_end(&mut unzipped).unwrap();
        assert_eq!(unzipped, plain.body, "{path}");
        for answer in [&plain, &gzip] {
            let vary = answer.header("vary").unwrap().to_lowercase();
            assert!(vary.contains("accept-encoding") && vary.contains("authorization"), "{path}: {vary}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        }
        // The tag of one encoding says nothing about the other.
        let answer = reader.with("if-none-match", plain.header("etag").unwrap());
        assert_eq!(answer.with("accept-encoding", "gzip, identity;q=0").get(&path).await.status, 200, "{path}");
        let asked = reader.with("accept-encoding", "gzip").get(&path).await;
        compressed += usize::from(asked.header("content-encoding") == Some("gzip"));
        assert!(asked.body.len() <= plain.body.len(), "{path}");
    }
    assert!(compressed >= 5, "only {compressed} pages are worth compressing");
}

#[actix_web::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let (community, post, ana) = filled().await;
    let mut paths = pages(&post);
    paths.extend(["/posts/nonsense".into(), "/posts?limit=0".into()]);
    for path in paths {
        for reader in [&community.anonymous(), &ana] {
            let (get, head) = (reader.get(&path).await, reader.head(&path).await);
            assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
            let length = get.body.len().to_string();
            assert_eq!(head.header("content-length"), Some(length.as_str()), "{path}");
            for name in ["etag", "content-type", "vary", "cache-control", "x-content-type-options"] {
                assert_eq!(head.header(name), get.header(name), "{path} {name}");
            }
        }
    }
    let tag = ana.get("/posts").await.header("etag").unwrap().to_owned();
    assert_eq!(ana.with("if-none-match", tag).head("/posts").await.status, 304);
}

#[actix_web::test]
async fn what_depends_on_the_reader_is_kept_by_no_shared_cache() {
    let (community, post, ana) = filled().await;
    for path in pages(&post) {
        let public = community.anonymous().get(&path).await;
        assert_eq!(public.header("cache-control"), Some("public, no-cache"), "{path}");
        if path != "/openapi.json" {
            let private = ana.get(&path).await;
            assert_eq!(private.header("cache-control"), Some("private, no-cache"), "{path}");
        }
    }
    let refused = community.anonymous().get("/posts/nonsense").await;
    assert_eq!(refused.header("cache-control"), Some("no-store"));
}
