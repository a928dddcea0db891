//! Frames as such: what is no frame closes the socket that sent it, and no other; what is one is understood.

use actix_http::ws::Item;
use actix_web::web::Bytes;
use awc::ws::Message;
use serde_json::json;

use super::device::assert_error;
use super::wire::{CLOSE, CONTINUATION, FIN, Heard, PING, PONG, TEXT, Wire, frame, head};
use super::*;

/// A healthy device of `ben`, beside which others go wrong.
async fn beside(community: &Community) -> (Actor, Device) {
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    (ana, Device::of(&ben).await)
}

#[actix_web::test]
async fn what_is_no_frame_closes_its_own_socket_and_no_other() {
    let community = Community::start().await;
    let (ana, mut healthy) = beside(&community).await;
    let mut second = Device::of(&ana).await;
    for wrong in [
        "",
        " ",
        "ping",
        "{",
        "{\"id\":\"1\",\"op\":\"ping\"",
        "{\"id\":\"1\",\"op\":\"ping\"}}",
        "{\"id\":\"1\",\"op\":\"ping\"} {\"id\":\"2\",\"op\":\"ping\"}",
        "{'id':'1','op':'ping'}",
        "[\"1\",\"ping\"]",
        "[{\"id\":\"1\",\"op\":\"ping\"}]",
        "\"ping\"",
        "null",
        "5",
        "{}",
        "{\"op\":\"ping\"}",
        "{\"id\":\"1\"}",
        "{\"id\":1,\"op\":\"ping\"}",
        "{\"id\":null,\"op\":\"ping\"}",
        "{\"id\":\"1\",\"op\":5}",
        "{\"id\":\"1\",\"id\":\"2\",\"op\":\"ping\"}",
        "{\"id\":\"1\",\"op\":\"ping\",\"op\":\"ping\"}",
        "{\"id\":\"\\ud800\",\"op\":\"ping\"}",
        "{\"id\":\"a\u{0}b\",\"op\":\"ping\"}",
        "\u{feff}{\"id\":\"1\",\"op\":\"ping\"}",
    ] {
        for is_greeted in [false, true] {
            let mut device = if is_greeted { Device::of(&ana).await } else { Device::connect(&ana).await };
            device.write(wrong).await;
            assert_eq!(device.closed().await, 4501, "{wrong}");
            assert!(device.answers().is_empty(), "{wrong}");
        }
    }
    assert!(healthy.is_open().await && second.is_open().await);
    until_connected(&community, 2).await;
}

#[actix_web::test]
async fn any_text_may_be_an_id_and_comes_back_as_it_was() {
    let community = Community::start().await;
    let (ana, _) = beside(&community).await;
    let mut device = Device::of(&ana).await;
    let long = "x".repeat(10_000);
    for id in ["", "1", " ", "\u{0}\n\"\\/", "é👍\u{202e}", "{\"id\":\"2\"}", &long] {
        device.write(json!({"id": id, "op": "ping", "more": [1, {}]}).to_string()).await;
        assert_eq!(device.answer(id).await, json!({"id": id, "ok": true}));
        device.write(json!({"op": "nonsense", "id": id}).to_string()).await;
        assert_error(&device.answer(id).await, "unknown_op", id);
    }
    device.write(" \n\t{ \"id\" : \"spaced\" , \"op\" : \"p\\u0069ng\" } \n").await;
    assert_eq!(device.answer("spaced").await["ok"], true);
}

#[actix_web::test]
async fn binary_frames_are_not_taken_whole_or_in_pieces() {
    let community = Community::start().await;
    let (ana, mut healthy) = beside(&community).await;
    let ping = Bytes::from_static(b"{\"id\":\"1\",\"op\":\"ping\"}");
    let first = Message::Continuation(Item::FirstBinary(ping.slice(..5)));
    for frames in [
        vec![Message::Binary(ping.clone())],
        vec![Message::Binary(Bytes::new())],
        vec![first, Message::Continuation(Item::Last(ping.slice(5..)))],
    ] {
        let mut device = Device::of(&ana).await;
        for frame in frames {
            device.raw(frame).await;
        }
        assert_eq!(device.closed().await, 4501);
        assert!(device.answers().is_empty());
    }
    assert!(healthy.is_open().await);
}

/// A ping that is so many bytes long.
fn ping_of(bytes: usize) -> String {
    let ping = |filling: &str| json!({"id": "1", "op": "ping", "filling": filling}).to_string();
    ping(&"x".repeat(bytes - ping("").len()))
}

#[actix_web::test]
async fn a_frame_may_be_as_long_as_the_server_said_and_no_longer() {
    let community = Community::start().await;
    let (ana, mut healthy) = beside(&community).await;
    let (mut device, greeting) = Device::resuming(&ana, &json!({})).await;
    let longest = usize::try_from(greeting["max_frame"].as_u64().unwrap()).unwrap();
    device.write(ping_of(longest)).await;
    assert_eq!(device.answer("1").await["ok"], true);
    device.write(ping_of(longest + 1)).await;
    assert_eq!(device.closed().await, 4501);
    // In pieces it is not longer either.
    let mut device = Device::of(&ana).await;
    send_in_pieces(&mut device, &ping_of(longest), 1000).await;
    assert_eq!(device.answer("1").await["ok"], true);
    send_in_pieces(&mut device, &ping_of(longest + 1), 1000).await;
    assert_eq!(device.closed().await, 4501);
    assert!(healthy.is_open().await);
}

async fn send_in_pieces(device: &mut Device, text: &str, length: usize) {
    let pieces: Vec<_> = text.as_bytes().chunks(length).map(Bytes::copy_from_slice).collect();
    for (place, piece) in pieces.iter().cloned().enumerate() {
        device
            .raw(Message::Continuation(match place {
                0 => Item::FirstText(piece),
                last if last + 1 == pieces.len() => Item::Last(piece),
                _ => Item::Continue(piece),
            }))
            .await;
    }
}

#[actix_web::test]
async fn a_frame_that_claims_to_be_too_long_is_refused_before_all_of_it_has_come() {
    let community = Community::with_limits(|limits| limits.heartbeat = Duration::from_secs(3600)).await;
    let (ana, mut healthy) = beside(&community).await;
    for claimed in [131_073, 1 << 30, i64::MAX as u64] {
        let mut wire = Wire::open(&ana);
        wire.hello(&ana, &json!({}));
        assert!(wire.write(&head(FIN | TEXT, claimed)));
        // Some of it comes, and then nothing more: a server that waits for the rest would wait for all of it.
        assert!(wire.write(&[b'x'; 4096]));
        assert_eq!(wire.closed(), 4501, "{claimed} bytes");
    }
    assert!(healthy.is_open().await);
}

#[actix_web::test]
async fn text_that_is_no_utf_8_closes() {
    let community = Community::start().await;
    let (ana, mut healthy) = beside(&community).await;
    let cut = "{\"id\":\"é\",\"op\":\"ping\"}".as_bytes();
    let bad: [&[u8]; 5] = [b"\xff", b"{\"id\":\"\xc3\",\"op\":\"ping\"}", b"\xed\xa0\x80", b"\xc0\xaf", &cut[..8]];
    for text in bad {
        let mut wire = Wire::open(&ana);
        wire.hello(&ana, &json!({}));
        wire.write(&frame(FIN | TEXT, text));
        assert_eq!(wire.closed(), 4501, "{text:?}");
    }
    // A character may be cut between two pieces.
    let mut wire = Wire::open(&ana);
    wire.hello(&ana, &json!({}));
    wire.write(&[frame(TEXT, &cut[..8]), frame(FIN | CONTINUATION, &cut[8..])].concat());
    assert_eq!(wire.text(), json!({"id": "é", "ok": true}));
    assert!(healthy.is_open().await);
}

#[actix_web::test]
async fn what_is_no_websocket_closes() {
    let community = Community::start().await;
    let (ana, mut healthy) = beside(&community).await;
    let ping = b"{\"id\":\"1\",\"op\":\"ping\"}";
    let unmasked = [&[FIN | TEXT, u8::try_from(ping.len()).unwrap()][..], ping].concat();
    for (what, bytes) in [
        ("a frame without a mask", unmasked),
        ("a reserved bit", frame(FIN | 0x40 | TEXT, ping)),
        ("an unknown opcode", frame(FIN | 3, ping)),
        ("an unknown control frame", frame(FIN | 11, ping)),
        ("a ping in pieces", frame(PING, b"")),
        ("a long ping", frame(FIN | PING, &[0; 126])),
        ("a piece of nothing", frame(FIN | CONTINUATION, ping)),
        ("a text within a text", [frame(TEXT, b"{"), frame(FIN | TEXT, ping)].concat()),
        ("a length that is negative", head(FIN | TEXT, u64::MAX)),
        ("a close frame with half a code", frame(FIN | CLOSE, &[3])),
        ("a close frame with a code that means nothing", frame(FIN | CLOSE, &[0, 1])),
        ("HTTP", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()),
    ] {
        let mut wire = Wire::open(&ana);
        wire.hello(&ana, &json!({}));
        wire.write(&bytes);
        assert_eq!(wire.closed(), 4501, "{what}");
    }
    assert!(healthy.is_open().await);
    until_connected(&community, 1).await;
}

#[actix_web::test]
async fn pings_are_answered_with_what_they_hold() {
    let community = Community::start().await;
    let (ana, _) = beside(&community).await;
    let mut device = Device::of(&ana).await;
    let payloads = [Bytes::new(), Bytes::from_static(b"\x00\xff"), Bytes::from(vec![7; 125])];
    for payload in &payloads {
        device.raw(Message::Ping(payload.clone())).await;
    }
    assert!(device.is_open().await);
    assert_eq!(device.pongs, payloads);
    // An answer that nobody asked for is none.
    device.raw(Message::Pong(Bytes::from_static(b"here"))).await;
    assert!(device.is_open().await);
    // Also before hello, and between the pieces of a message.
    let mut wire = Wire::open(&ana);
    wire.write(&frame(FIN | PING, b"early"));
    assert_eq!(wire.listen(), Heard::Frame(PONG, b"early".to_vec()));
    wire.hello(&ana, &json!({}));
    wire.write(&[frame(TEXT, b"{\"id\":\"1\","), frame(FIN | PING, b"now")].concat());
    assert_eq!(wire.listen(), Heard::Frame(PONG, b"now".to_vec()));
    wire.write(&frame(FIN | CONTINUATION, b"\"op\":\"ping\"}"));
    assert_eq!(wire.text(), json!({"id": "1", "ok": true}));
}

#[actix_web::test]
async fn a_message_in_pieces_is_put_together() {
    let community = Community::start().await;
    let (ana, _) = beside(&community).await;
    let mut device = Device::connect(&ana).await;
    let hello = json!({"id": "hello", "op": "hello", "token": ana.access_token});
    send_in_pieces(&mut device, &hello.to_string(), 7).await;
    assert_eq!(device.answer("hello").await["ok"], true);
    send_in_pieces(&mut device, "{\"id\":\"é👍\",\"op\":\"ping\"}", 1).await;
    assert_eq!(device.answer("é👍").await["ok"], true);
    let mut wire = Wire::open(&ana);
    for byte in frame(FIN | TEXT, hello.to_string().as_bytes()) {
        wire.write(&[byte]);
    }
    assert_eq!(wire.text()["ok"], true);
}

#[actix_web::test]
async fn a_client_that_closes_is_answered_and_is_gone() {
    let community = Community::start().await;
    let (ana, mut healthy) = beside(&community).await;
    for is_greeted in [false, true] {
        for reason in [&b""[..], &[3, 232], b"\x03\xe9going away"] {
            let mut wire = Wire::open(&ana);
            if is_greeted {
                wire.hello(&ana, &json!({}));
            }
            wire.write(&frame(FIN | CLOSE, reason));
            assert_eq!(wire.closed(), 1000);
        }
    }
    until_connected(&community, 1).await;
    // Who is only cut off is gone as well.
    let device = Device::of(&ana).await;
    until_connected(&community, 2).await;
    drop(device);
    until_connected(&community, 1).await;
    assert!(healthy.is_open().await);
}

#[actix_web::test]
async fn frames_are_answered_in_the_order_in_which_they_came() {
    let community = Community::start().await;
    let (ana, _) = beside(&community).await;
    let ben = community.member("cyd").await;
    let room = direct(&ana, &ben).await;
    let mut device = Device::of(&ana).await;
    let mut ids = Vec::new();
    for number in 0..100 {
        let message = json!({"op": "send", "conversation": room, "client_id": format!("{number}"), "text": "x"});
        ids.push(device.begin(message).await);
    }
    let mut seqs = Vec::new();
    for id in &ids {
        seqs.push(device.answer(id).await["seq"].as_u64().unwrap());
    }
    super::device::assert_gapless(&seqs, 1, 100);
    let sent: Vec<_> = log(&ana, &room).await.iter().map(|event| text(&event["client_id"])).collect();
    assert_eq!(sent, (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[actix_web::test]
async fn who_sends_more_frames_than_anybody_needs_is_closed_with_its_own_code() {
    let community = Community::with_limits(|limits| limits.frames = 20).await;
    let (ana, mut healthy) = beside(&community).await;
    let mut device = Device::of(&ana).await;
    for _ in 0..19 {
        assert!(device.is_open().await);
    }
    device.begin(json!({"op": "ping"})).await;
    assert_eq!(device.closed().await, 4013);
    assert!(device.answers().is_empty());
    assert!(healthy.is_open().await);
}
