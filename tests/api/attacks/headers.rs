//! Headers that are to say what the sender likes, and caches that are to keep it for others.

use serde_json::json;

use super::raw::{self, Raw};
use crate::actor::text;
use crate::community::{Community, PASSWORD};

/// What would begin a header, or an answer, of its own.
const BREAKS: [&str; 6] = [
    "x\r\nSet-Cookie: evil=1",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\nSet-Cookie: evil=1",
    "x\rSet-Cookie: evil=1",
    "x\u{560a}\u{560d}Set-Cookie: evil=1",
    "x%0d%0aSet-Cookie:%20evil=1",
];

#[actix_web::test]
async fn no_field_and_no_path_begins_a_header_of_its_own() {
    let community = Community::start().await;
    let admin = community.admin().await;
    let ana = community.member("ana").await;
    for broken in BREAKS {
        let encoded: String = broken.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mut answers = vec![
            ana.post("/posts", &json!({"title": broken, "categories": ["food"]})).await,
            ana.patch("/me", &json!({"name": broken})).await,
            ana.patch("/me", &json!({"handle": broken})).await,
            ana.patch("/me", &json!({"email": broken})).await,
            ana.post("/auth/login", &json!({"email": broken, "password": broken})).await,
            admin.put_json(&format!("/categories/{encoded}"), &json!({"name": "x"})).await,
        ];
        for path in ["/docs/", "/docs", "/assets/", "/api/v1/users/", "/api/v1/posts?cursor=", "/", "/api/v1/posts?x="]
        {
            answers.push(ana.at_root().get(&format!("{path}{encoded}")).await);
        }
        for answer in answers {
            assert_eq!(answer.header("set-cookie"), None);
            assert!(answer.header("evil").is_none() && !answer.header("location").unwrap_or("").contains("evil"));
        }
    }
    // As raw bytes they never were one header.
    for line in ["Idempotency-Key: a\rSet-Cookie: x", "User-Agent: a\0b", "X: a\u{b}b", "If-None-Match: \"a\x7f\""] {
        let body = json!({"title": "Raw", "categories": ["food"]}).to_string();
        let request = format!(
            "POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             {line}\r\nContent-Length: {}\r\n\r\n{body}",
            ana.access_token,
            body.len()
        );
        assert_eq!(raw::ask(&ana, request).status, 400, "{line:?}");
    }
    assert!(ana.get("/me/posts").await.items().iter().all(|post| post["title"] != "Raw"));
}

#[actix_web::test]
async fn the_name_of_a_device_holds_nothing_that_a_terminal_or_a_page_would_obey() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let credentials = json!({"email": "ana@example.org", "password": PASSWORD}).to_string();
    for agent in ["\x09tab", "\u{9b}31mred", "\u{85}next", "a\u{202e}b\u{200b}c"] {
        let request = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nUser-Agent: {agent}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{credentials}",
            credentials.len()
        );
        assert_eq!(raw::ask(&ana, request).status, 200, "{agent:?}");
        let name = text(&ana.get("/auth/sessions").await.items()[0]["device"]);
        let deceptive =
            |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\u{2066}'..='\u{2069}');
        assert!(!name.chars().any(deceptive), "{name:?}");
    }
}

#[actix_web::test]
async fn what_is_said_of_host_and_proxy_is_in_no_answer_and_in_no_page_that_is_kept() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.publish("Bread").await;
    let nobody = community.anonymous();
    for path in ["/api/v1/posts", "/", "/docs", "/docs/", "/docs/errors", "/api/v1/openapi.json", "/api/v1/nowhere"] {
        let poison = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: evil\r\nX-Forwarded-Prefix: /evil.example\r\n\
                      X-Original-URL: /evil.example\r\nX-Rewrite-URL: /evil.example\r\nForwarded: host=evil.example\r\n\
                      X-Host: evil.example\r\nX-Forwarded-For: evil.example\r\nReferer: http://evil.example/\r\n";
        let clean = raw::get(&nobody, path, "");
        let poisoned = raw::get(&nobody, path, poison);
        let other_host =
            Raw::open(&nobody).send(format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n")).replies();
        let absolute = Raw::open(&nobody)
            .send(format!("GET http://evil.example{path} HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
            .replies();
        for reply in [&poisoned, &other_host[0], &absolute[0]] {
            let body = String::from_utf8_lossy(&reply.body);
            assert!(!body.contains("evil.example"), "{path}: {body}");
            assert!(reply.headers.iter().all(|(_, value)| !value.contains("evil")), "{path}: {:?}", reply.headers);
        }
        // Whatever a cache keeps of the poisoned one is what it would have kept anyway.
        assert_eq!((poisoned.status, &poisoned.body), (clean.status, &clean.body), "{path}");
        assert_eq!(poisoned.header("etag"), clean.header("etag"), "{path}");
        assert_eq!(raw::get(&nobody, path, "").body, clean.body, "{path}");
    }
}

#[actix_web::test]
async fn what_is_for_one_is_never_for_a_cache_that_many_ask() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let room = crate::conversations::room::Room::direct(&ana, &ben).await;
    for path in [
        "/me".to_owned(),
        "/me/posts".into(),
        "/me/likes".into(),
        "/me/bookmarks".into(),
        "/auth/sessions".into(),
        "/conversations".into(),
        room.path.clone(),
        format!("{}/events", room.path),
        "/posts".into(),
        format!("/posts/{post}"),
        format!("/posts/{post}/comments"),
        format!("/posts/{post}/history"),
        "/users".into(),
        "/categories".into(),
    ] {
        // Also where the path looks like a file that caches keep.
        for path in [path.clone(), format!("{path}?x=.css"), format!("{path}?/style.js")] {
            let answer = ana.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            let control = answer.header("cache-control").unwrap_or_default();
            assert!(control.contains("private") || control.contains("no-store"), "{path}: {control}");
            assert!(!control.contains("public"), "{path}: {control}");
            let varies = answer.header("vary").unwrap_or_default().to_lowercase().contains("authorization");
            assert!(varies || control.contains("no-store"), "{path}");
        }
    }
    for path in [
        format!("/posts/{post}/x.css"),
        "/me/x.css".into(),
        "/me;x.css".into(),
        "/me%2fx.css".into(),
        "/me%00.css".into(),
    ] {
        ana.get(&path).await.assert_problem(404, "route_not_found");
    }
    // What is answered to a log-in is nobody else's.
    let answer = ana.post("/auth/login", &json!({"email": "ana@example.org", "password": PASSWORD})).await;
    let control = answer.header("cache-control").unwrap_or_default();
    assert!(control.contains("no-store"), "tokens may be kept by a cache: {control:?}");
    let answer = answer.json();
    let refresh = json!({"refresh_token": answer["refresh_token"]});
    let control = ana.post("/auth/refresh", &refresh).await.header("cache-control").unwrap_or_default().to_owned();
    assert!(control.contains("no-store"), "tokens may be kept by a cache: {control:?}");
}

#[actix_web::test]
async fn one_mans_entity_tag_or_range_brings_nothing_of_anothers() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}");
    ana.put(&format!("{path}/like")).await.expect(200);
    let tag = |answer: crate::answer::Answer| answer.header("etag").unwrap().to_owned();
    let [hers, his, public] =
        [tag(ana.get(&path).await), tag(ben.get(&path).await), tag(community.anonymous().get(&path).await)];
    assert!(hers != his && his != public && hers != public, "{hers} {his} {public}");
    assert_eq!(ben.with("if-none-match", hers.as_str()).get(&path).await.status, 200);
    assert_eq!(community.anonymous().with("if-none-match", hers).get(&path).await.status, 200);
    let many = format!("{}{public}", "\"x\", ".repeat(1500));
    assert_eq!(community.anonymous().with("if-none-match", many).get(&path).await.status, 304);
    for range in ["bytes=0-0", "bytes=-1", "bytes=99999999999999999999-", "bytes=0-,0-,0-,0-", "bytes=5-2", "x"] {
        let answer = ana.with("range", range).get(&path).await;
        assert_eq!((answer.status, answer.header("content-range")), (200, None), "{range}");
        assert_eq!(answer.json()["id"], post.as_str());
        assert_eq!(
            ana.at_root().with("range", range).get(&hearth::web::address("main.js")).await.status,
            200,
            "{range}"
        );
    }
    ben.with("if-none-match", "*").get("/me").await.expect(304);
    community.anonymous().with("if-none-match", "*").get("/me").await.assert_problem(401, "authentication_required");
}
