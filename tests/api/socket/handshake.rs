//! Opening a socket, and the hello that must come first.

use std::time::Duration;

use super::device::assert_error;
use super::wire::Wire;
use super::*;
use crate::answer::members;

#[actix_web::test]
async fn the_answer_to_hello_says_who_one_is_and_what_the_server_wants() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let (device, greeting) = Device::resuming(&ana, &json!({})).await;
    let expected = ["user", "session", "epoch", "heartbeat_s", "max_frame", "limited", "others", "gone", "online"];
    assert_eq!(members(&greeting), expected.into());
    assert_eq!(greeting["user"], ana.get("/me").await.expect(200));
    assert_eq!(greeting["session"], ana.get("/auth/sessions").await.items()[0]["id"]);
    assert_eq!((&greeting["heartbeat_s"], &greeting["max_frame"]), (&json!(25), &json!(131_072)));
    for list in ["limited", "others", "gone", "online"] {
        assert_eq!(greeting[list], json!([]), "{list}");
    }
    let epoch = text(&greeting["epoch"]);
    assert!(epoch.len() == 16 && epoch.bytes().all(|byte| byte.is_ascii_hexdigit()), "{epoch}");
    device.leave().await;
    // It names the history that is stored, not the process that serves it.
    community.restart().await;
    assert_eq!(Device::resuming(&ana, &json!({})).await.1["epoch"], epoch);
    let other = Community::start().await;
    assert_ne!(Device::resuming(&other.admin().await, &json!({})).await.1["epoch"], epoch);
}

#[actix_web::test]
async fn the_subprotocol_is_chosen_from_what_is_offered_and_need_not_be_offered() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for (offered, chosen) in [
        (vec!["hearth.v1"], Some("hearth.v1")),
        (vec!["chat", "hearth.v1", "hearth.v2"], Some("hearth.v1")),
        (vec![], None),
    ] {
        let request = if offered.is_empty() { ana.socket() } else { ana.socket().protocols(&offered) };
        let mut device = Device::open(request).await;
        assert_eq!(device.protocol.as_deref(), chosen, "{offered:?}");
        device.done(json!({"op": "hello", "token": ana.access_token})).await;
        assert!(device.is_open().await);
    }
    for offer in ["hearth.v2", "chat, mqtt", "HEARTH.V1", "hearth.v11", "hearth"] {
        Wire::refused(&ana, &[("sec-websocket-protocol", offer)]).assert_problem(400, "unsupported_subprotocol");
    }
}

#[actix_web::test]
async fn who_asks_without_a_handshake_is_told_to_upgrade() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for actor in [&ana, &community.anonymous()] {
        actor.get("/ws").await.assert_problem(426, "upgrade_required");
        let half = actor.with("upgrade", "websocket").with("sec-websocket-version", "13");
        half.get("/ws").await.assert_problem(426, "upgrade_required");
        actor.post("/ws", &json!({})).await.assert_problem(405, "method_not_allowed");
    }
    assert_eq!(ana.head("/ws").await.status, 426);
}

#[actix_web::test]
async fn a_token_in_the_url_or_in_a_header_does_not_sign_in() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let url = format!("ws://{}/api/v1/ws?token={}", ana.address(), ana.access_token);
    let request = awc::Client::new().ws(url).bearer_auth(&ana.access_token);
    let mut device = Device::open(request).await;
    let answer = device.ask(json!({"op": "ping"})).await;
    assert_error(&answer, "unexpected_frame", "ping");
    assert_eq!(device.closed().await, 4501);
}

#[actix_web::test]
async fn pages_of_this_server_may_connect_and_foreign_ones_may_not() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let own = format!("http://{}", ana.address());
    let mut device = Device::open(ana.socket().origin(own.as_str())).await;
    device.done(json!({"op": "hello", "token": ana.access_token})).await;
    let port = ana.address().port();
    for foreign in [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        format!("{own}.evil.example"),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://localhost:{port}"),
    ] {
        Wire::refused(&ana, &[("origin", &foreign)]).assert_problem(403, "origin_not_allowed");
    }
    // Who is not let in has no say in the protocol either.
    let both = [("origin", "https://evil.example"), ("sec-websocket-protocol", "hearth.v1")];
    Wire::refused(&ana, &both).assert_problem(403, "origin_not_allowed");
}

#[actix_web::test]
async fn what_does_not_begin_with_hello_is_told_so_and_closed() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for op in ["ping", "send", "auth", "typing", "nonsense", "HELLO", ""] {
        let mut device = Device::connect(&ana).await;
        let answer = device.ask(json!({"op": op, "token": ana.access_token})).await;
        assert_error(&answer, "unexpected_frame", op);
        assert_eq!(device.closed().await, 4501, "{op}");
    }
    assert_eq!(community.app().hub.sockets(), 0);
}

#[actix_web::test]
async fn who_does_not_say_hello_in_time_is_closed() {
    let community = Community::with_limits(|limits| limits.hello = Duration::from_millis(50)).await;
    let ana = community.member("ana").await;
    assert_eq!(Device::connect(&ana).await.closed().await, 4501);
    // Whoever has said it may be silent.
    let community = Community::with_limits(|limits| limits.hello = Duration::from_secs(2)).await;
    let ana = community.member("ana").await;
    let mut greeted = Device::of(&ana).await;
    let mut silent = Device::connect(&ana).await;
    assert_eq!(silent.closed().await, 4501);
    assert!(greeted.is_open().await);
}

#[actix_web::test]
async fn hello_is_said_once() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let mut device = Device::of(&ana).await;
    for actor in [&ana, &ben] {
        device.refused(json!({"op": "hello", "token": actor.access_token}), "unexpected_frame").await;
    }
    assert!(device.is_open().await);
    assert_eq!(community.app().hub.sockets(), 1);
}

#[actix_web::test]
async fn a_hello_with_wrong_fields_is_told_which_and_closed() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let token = &ana.access_token;
    for (hello, field) in [
        (json!({"op": "hello"}), "token"),
        (json!({"op": "hello", "token": 5}), "token"),
        (json!({"op": "hello", "token": null}), "token"),
        (json!({"op": "hello", "token": token, "cursors": 3}), "cursors"),
        (json!({"op": "hello", "token": token, "cursors": []}), "cursors"),
        (json!({"op": "hello", "token": token, "cursors": {"x": 1}}), "cursors"),
        (json!({"op": "hello", "token": token, "cursors": {ana.id(): -1}}), "cursors"),
        (json!({"op": "hello", "token": token, "cursors": {ana.id(): "1"}}), "cursors"),
    ] {
        let mut device = Device::connect(&ana).await;
        let error = device.refused(hello.clone(), "validation_failed").await;
        let found = text(&error["errors"][0]["field"]);
        assert!(found == field || found.starts_with(&format!("{field}.")), "{error} to {hello}");
        assert_eq!(device.closed().await, 4501, "{hello}");
    }
}

#[actix_web::test]
async fn a_token_that_is_no_good_is_refused_in_words_and_by_code() {
    let (community, other) = (Community::start().await, Community::start().await);
    let (ana, stranger) = (community.member("ana").await, other.member("ana").await);
    let left = signed_in_again(&ana).await;
    left.post_nothing("/auth/logout").await.expect(204);
    let cut = &ana.access_token[..ana.access_token.len() - 1];
    for token in ["", "nonsense", "a.b.c", cut, &ana.refresh_token, &stranger.access_token, &left.access_token] {
        let mut device = Device::connect(&ana).await;
        device.refused(json!({"op": "hello", "token": token}), "invalid_token").await;
        assert_eq!(device.closed().await, 4500, "{token}");
    }
    // One that was good says something else to a device: refresh, and come back.
    community.later(Duration::from_secs(900));
    let mut device = Device::connect(&ana).await;
    device.refused(json!({"op": "hello", "token": ana.access_token}), "invalid_token").await;
    assert_eq!(device.closed().await, 4005);
    assert!(Device::of(&ana.renewed().await).await.is_open().await);
    assert_eq!(stranger.get("/me").await.status, 200);
}
