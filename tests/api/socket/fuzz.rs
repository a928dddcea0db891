//! Frames that nobody in their right mind sends: each gets an answer or a code, and nobody else notices.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::device::{assert_error, assert_gapless};
use super::wire::{CLOSE, FIN, Heard, TEXT, Wire, frame};
use super::*;

/// Ana's device, and everything that frames of hers may be about; Ben's device stands beside.
struct Scene {
    community: Community,
    ana: Actor,
    room: String,
    message: String,
    healthy: Device,
}

impl Scene {
    async fn start() -> Self {
        let community = Community::start().await;
        let (ana, ben) = (community.member("ana").await, community.member("ben").await);
        let room = direct(&ana, &ben).await;
        let message = text(&say(&ana, &room, "there").await["id"]);
        let healthy = Device::of(&ben).await;
        Self { community, ana, room, message, healthy }
    }

    /// A frame of each op, as it should be.
    fn right(&self) -> Vec<Value> {
        let (room, message) = (&self.room, &self.message);
        vec![
            json!({"id": "f", "op": "hello", "token": self.ana.access_token, "cursors": {room.clone(): 1}}),
            json!({"id": "f", "op": "auth", "token": self.ana.access_token}),
            json!({"id": "f", "op": "send", "conversation": room, "client_id": "c", "text": "x", "reply_to": 1}),
            json!({"id": "f", "op": "edit", "conversation": room, "message_id": message, "text": "y"}),
            json!({"id": "f", "op": "delete", "conversation": room, "message_id": message, "for": "me"}),
            json!({"id": "f", "op": "react", "conversation": room, "message_id": message, "emoji": "👍"}),
            json!({"id": "f", "op": "read", "conversation": room, "seq": 1}),
            json!({"id": "f", "op": "typing", "conversation": room}),
            json!({"id": "f", "op": "ping"}),
        ]
    }

    /// Sends a text as the first frame of a socket or as a later one, and asserts that it is answered or closes its
    /// socket with a code that says whose fault it is.
    async fn assert_taken(&self, text: &str, as_first: bool) {
        let mut device = if as_first { Device::connect(&self.ana).await } else { Device::of(&self.ana).await };
        device.write(text).await;
        let shown: String = text.chars().take(300).collect();
        while device.answers().is_empty() {
            if !device.listen().await {
                assert_eq!(device.closed().await, 4501, "{shown}");
                return;
            }
        }
        let answer = device.answers()[0].clone();
        if answer["ok"] != true {
            let code = answer["error"]["code"].as_str().unwrap();
            assert_error(&answer, code, &shown);
            assert_ne!(code, "internal_error", "{shown}");
            assert_ne!(code, "store_stopped", "{shown}");
        }
        if as_first && answer["ok"] != true {
            assert!([4501, 4500].contains(&device.closed().await), "{shown}");
        } else {
            assert!(device.is_open().await, "{shown}");
        }
    }

    /// Asserts that who stood beside still stands there, hears everything, and that the store is sound.
    async fn assert_sound(mut self) {
        let head = say(&self.ana, &self.room, &unique()).await["seq"].as_u64().unwrap();
        self.healthy.until(&self.room, head).await;
        assert_gapless(&self.healthy.log(&self.room), 2, head);
        assert!(self.healthy.is_open().await);
        self.community.tidy().await;
    }
}

/// Any JSON at all.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just(String::new()),
        "[a-z_]{1,8}",
        any::<String>(),
        prop::sample::select(vec!["id", "op", "send", "hello", "conversation", "text", "token", "cursors", "for"])
            .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..4).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// So many of what a strategy makes: the same in each run.
fn some<S: Strategy>(strategy: &S, many: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..many).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[actix_web::test]
async fn any_json_in_place_of_any_field_is_answered() {
    let scene = Scene::start().await;
    let mut values = some(&any_json(), 12);
    values.extend([json!(u64::MAX), json!(i64::MIN), json!(1e308), json!(-0.0), json!("\u{0}"), json!("\u{ffff}")]);
    values.extend([json!("x".repeat(70_000)), json!(scene.room), json!(scene.message), json!({scene.room.clone(): 1})]);
    for right in scene.right() {
        for field in right.as_object().unwrap().keys() {
            for value in &values {
                let mut frame = right.clone();
                frame[field] = value.clone();
                scene.assert_taken(&frame.to_string(), right["op"] == "hello").await;
            }
        }
    }
    scene.assert_sound().await;
}

#[actix_web::test]
async fn any_json_at_all_is_answered_or_refused() {
    let scene = Scene::start().await;
    for (place, value) in some(&any_json(), 200).iter().enumerate() {
        scene.assert_taken(&value.to_string(), place % 4 == 0).await;
    }
    // With an envelope all of it gets to be read.
    for (right, value) in scene.right().iter().cycle().zip(some(&any_json(), 200)) {
        let mut frame = right.clone();
        if let Value::Object(fields) = value {
            frame.as_object_mut().unwrap().extend(fields);
        }
        frame["id"] = json!("f");
        frame["op"] = right["op"].clone();
        scene.assert_taken(&frame.to_string(), right["op"] == "hello").await;
    }
    scene.assert_sound().await;
}

#[actix_web::test]
async fn frames_that_break_off_or_have_something_in_between_are_answered_or_refused() {
    let scene = Scene::start().await;
    for right in scene.right() {
        let (text, as_first) = (right.to_string(), right["op"] == "hello");
        let places: Vec<_> = text.char_indices().map(|(place, _)| place).collect();
        let step = 1 + places.len() / 12;
        for place in places.iter().step_by(step).copied() {
            scene.assert_taken(&text[..place], as_first).await;
            for between in ["\"", "}", ",", "\\", "\\ud800", "\\u0000", "\u{0}", "9", "[[", "\u{feff}"] {
                scene.assert_taken(&format!("{}{between}{}", &text[..place], &text[place..]), as_first).await;
            }
        }
    }
    scene.assert_sound().await;
}

#[actix_web::test]
async fn deep_nesting_huge_numbers_and_lone_surrogates_are_answered_or_refused() {
    let scene = Scene::start().await;
    let deep = 10_000;
    let lists = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let objects = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
    let digits = "9".repeat(50_000);
    let strange = [
        lists.as_str(),
        objects.as_str(),
        &"[".repeat(deep),
        &digits,
        &format!("-{digits}"),
        &format!("0.{digits}"),
        &format!("1e{digits}"),
        "1e999",
        "-1e999",
        "18446744073709551616",
        "-9223372036854775809",
        "1.0000000000000000000000001",
        "\"\\ud800\"",
        "\"\\udfff\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u0000\"",
        "NaN",
        "Infinity",
        "undefined",
    ];
    for value in strange {
        scene.assert_taken(value, false).await;
        scene.assert_taken(value, true).await;
        for right in scene.right() {
            let (text, as_first) = (right.to_string(), right["op"] == "hello");
            // As one more field, and in place of the last one.
            scene.assert_taken(&format!("{{\"more\":{value},{}", &text[1..]), as_first).await;
            for field in right.as_object().unwrap().keys().filter(|field| *field != "op" && *field != "id") {
                let mut frame = right.clone();
                frame[field] = json!("@here@");
                scene.assert_taken(&frame.to_string().replace("\"@here@\"", value), as_first).await;
            }
        }
    }
    scene.assert_sound().await;
}

#[actix_web::test]
async fn any_text_at_all_is_refused() {
    let scene = Scene::start().await;
    for (place, text) in
        some(&any::<String>(), 100).iter().chain(&some(&"[{}\\[\\]\",:a-z0-9\\\\]{0,60}", 100)).enumerate()
    {
        scene.assert_taken(text, place % 4 == 0).await;
    }
    scene.assert_sound().await;
}

#[actix_web::test]
async fn any_bytes_on_the_wire_close_their_own_socket_alone() {
    let mut scene = Scene::start().await;
    let mut strays = some(&prop::collection::vec(any::<u8>(), 1..300), 60);
    // Whole text frames of bytes that need not be text, and right ones with a byte changed.
    strays.extend(some(&prop::collection::vec(any::<u8>(), 0..200), 60).iter().map(|bytes| frame(FIN | TEXT, bytes)));
    let right = frame(FIN | TEXT, scene.right()[8].to_string().as_bytes());
    for (place, bit) in (0..right.len()).flat_map(|place| [(place, 1), (place, 0x80)]) {
        let mut changed = right.clone();
        changed[place] ^= bit;
        strays.push(changed);
    }
    let ana = scene.ana.clone();
    for (place, bytes) in strays.iter().enumerate() {
        let mut wire = Wire::open(&ana);
        wire.hello(&ana, &json!({}));
        wire.write(bytes);
        // Whatever the server still waits for, this is not it; a close frame is the end in any case.
        let mut more = frame(FIN | CLOSE, &[3, 232]);
        more.extend(vec![0; 140_000]);
        wire.write(&more);
        loop {
            match wire.listen() {
                Heard::Frame(CLOSE, payload) => {
                    let code = u16::from_be_bytes(payload[..2].try_into().unwrap());
                    assert!([1000, 4501].contains(&code), "{code} to {bytes:?}");
                    break;
                }
                Heard::Frame(..) => {}
                Heard::End => panic!("no close frame to {bytes:?}"),
            }
        }
        if place % 50 == 0 {
            assert!(scene.healthy.is_open().await);
        }
    }
    until_connected(&scene.community, 1).await;
    scene.assert_sound().await;
}
