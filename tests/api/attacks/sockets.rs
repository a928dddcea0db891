//! Sockets and streams that a foreign page opens, and handshakes that are none.

use actix_web::http::Method;
use serde_json::json;

use super::raw::{self, Raw};
use crate::actor::Actor;
use crate::community::Community;
use crate::socket::device::Device;
use crate::socket::until_connected;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// A handshake with these lines in the place of, or beside, the right ones.
fn handshake(actor: &Actor, lines: &[(&str, &str)]) -> String {
    let host = actor.address().to_string();
    let right = [
        ("Host", host.as_str()),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", KEY),
        ("Sec-WebSocket-Protocol", "hearth.v1"),
    ];
    let kept = right.iter().filter(|(name, _)| !lines.iter().any(|(other, _)| other == name));
    let lines = kept.chain(lines).filter(|(_, value)| !value.is_empty());
    let head: String = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("GET /api/v1/ws HTTP/1.1\r\n{head}\r\n")
}

#[actix_web::test]
async fn a_page_of_another_site_opens_no_socket_whatever_it_says_besides() {
    let community = Community::with(|config| config.allowed_origins = vec!["https://app.example.org".into()]).await;
    let ana = community.member("ana").await;
    let own = format!("http://{}", ana.address());
    let bearer = format!("Bearer {}", ana.access_token);
    for origin in
        ["https://evil.example", "null", "https://app.example.org.evil.example", "http://app.example.org", "x"]
    {
        for more in [
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "host=evil.example;proto=https"),
            ("Host", "app.example.org"),
            ("Referer", "https://app.example.org/"),
            ("Authorization", bearer.as_str()),
            ("Cookie", "session=x"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-WebSocket-Origin", "https://app.example.org"),
            ("Origin", "https://app.example.org"),
            ("Origin", own.as_str()),
        ] {
            if origin == "http://app.example.org" && more.0 == "Host" {
                // That is the server's own page, by all that a request says.
                continue;
            }
            let mut request = handshake(&ana, &[more]);
            request.truncate(request.len() - 2);
            request += &format!("Origin: {origin}\r\n\r\n");
            let reply = raw::ask(&ana, request);
            assert_eq!((reply.status, reply.code().as_str()), (403, "origin_not_allowed"), "{origin} with {more:?}");
        }
    }
    assert_eq!(community.app().hub.sockets(), 0);
}

#[actix_web::test]
async fn a_page_of_another_site_reads_no_stream() {
    // It would have to send a token by itself, which browsers only let it after asking; and they are told nothing.
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let foreign = community.anonymous().with("origin", "https://evil.example").with("cookie", "session=x");
    foreign.get("/events").await.assert_problem(401, "authentication_required");
    let in_url = format!("/events?access_token={}&token={}", ana.access_token, ana.access_token);
    community.anonymous().get(&in_url).await.assert_problem(401, "authentication_required");
    let head = ana.with("origin", "https://evil.example").request(Method::HEAD, "/events").send().await.unwrap();
    assert!(!head.headers().contains_key("access-control-allow-origin"));
    assert_eq!(head.headers().get("cache-control").unwrap(), "no-store");
}

#[actix_web::test]
async fn a_handshake_that_is_none_is_refused_and_leaves_nothing_open() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for lines in [
        [("Upgrade", "h2c")],
        [("Upgrade", "")],
        [("Connection", "close")],
        [("Connection", "keep-alive")],
        [("Sec-WebSocket-Version", "12")],
        [("Sec-WebSocket-Version", "")],
        [("Sec-WebSocket-Version", "13, 8")],
        [("Sec-WebSocket-Key", "")],
        [("Sec-WebSocket-Protocol", "hearth.v0")],
    ] {
        let reply = raw::ask(&ana, handshake(&ana, &lines));
        assert!([400, 426].contains(&reply.status), "{lines:?}: {}", reply.status);
        assert_ne!(reply.code(), "", "{lines:?}");
    }
    for method in ["POST", "PUT", "OPTIONS"] {
        let request = handshake(&ana, &[]).replace("GET", method);
        assert_eq!(raw::ask(&ana, request).status, 405, "{method}");
    }
    assert_eq!(community.app().hub.sockets(), 0);
}

#[actix_web::test]
async fn a_bomb_that_asks_to_be_unpacked_is_not_agreed_to() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for extension in ["permessage-deflate", "permessage-deflate; client_max_window_bits", "x-webkit-deflate-frame"] {
        let mut raw = Raw::open(&ana);
        let reply = raw.send(handshake(&ana, &[("Sec-WebSocket-Extensions", extension)])).reply().unwrap();
        assert_eq!((reply.status, reply.header("sec-websocket-extensions")), (101, None), "{extension}");
        // A frame that is marked as packed all the same ends the socket.
        raw.send([&[0xc1, 0x84, 1, 2, 3, 4][..], b"\xf2\x48\xcd\xc9"].concat());
        raw.closed();
    }
    until_connected(&community, 0).await;
}

#[actix_web::test]
async fn a_handshake_that_never_ends_keeps_nobody_out() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let started: Vec<_> = (0..50)
        .map(|_| {
            let mut raw = Raw::open(&ana);
            raw.send("GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: webs");
            raw
        })
        .collect();
    // Nor do those who opened a socket and say nothing.
    let silent: Vec<_> = (0..50)
        .map(|_| {
            let mut raw = Raw::open(&ana);
            raw.send(handshake(&ana, &[]));
            raw
        })
        .collect();
    let mut device = Device::of(&ana).await;
    assert!(device.is_open().await);
    ana.get("/me").await.expect(200);
    drop((started, silent));
    until_connected(&community, 1).await;
}

#[actix_web::test]
async fn a_socket_is_its_accounts_for_good() {
    let community = Community::start().await;
    let (ana, eve) = (community.member("ana").await, community.member("eve").await);
    let mut device = Device::of(&eve).await;
    for token in [&ana.access_token, &ana.refresh_token, &"x".to_owned(), &String::new()] {
        let answer = device.ask(json!({"op": "auth", "token": token})).await;
        assert_eq!(answer["ok"], false, "{token}");
        assert!(["forbidden", "invalid_token"].contains(&answer["error"]["code"].as_str().unwrap()));
    }
    let room = crate::socket::direct(&ana, &community.admin().await).await;
    for op in ["send", "read", "typing"] {
        let frame = json!({"op": op, "conversation": room, "client_id": "c", "text": "x", "seq": 1, "actor": ana.id()});
        device.refused(frame, "conversation_not_found").await;
    }
}
