//! What is refused: in words, by a stable code, and without closing.

use super::*;

/// Ana, who writes with Ben; her device.
async fn two(community: &Community) -> (Actor, Actor, String, Device) {
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let device = Device::of(&ana).await;
    (ana, ben, room, device)
}

#[actix_web::test]
async fn an_unknown_op_is_refused_and_the_socket_stays() {
    let community = Community::start().await;
    let (_, _, room, mut device) = two(&community).await;
    let long = "x".repeat(100_000);
    for op in ["nonsense", "SEND", "send ", "", "constructor", "\u{0}", &long] {
        let frame = json!({"op": op, "conversation": room, "client_id": "1", "text": "x"});
        let error = device.refused(frame, "unknown_op").await;
        let words = text(&error["message"]);
        assert!(words.contains("send, edit, delete, react, read, typing, ping") && words.len() < 500, "{words}");
    }
    assert!(device.is_open().await);
}

#[actix_web::test]
async fn wrong_fields_are_named() {
    let community = Community::start().await;
    let (ana, _, room, mut device) = two(&community).await;
    let id = text(&say(&ana, &room, "there").await["id"]);
    let right = [
        json!({"op": "send", "conversation": room, "client_id": "c", "text": "x", "reply_to": 1}),
        json!({"op": "edit", "conversation": room, "message_id": id, "text": "y"}),
        json!({"op": "delete", "conversation": room, "message_id": id, "for": "me"}),
        json!({"op": "react", "conversation": room, "message_id": id, "emoji": "👍", "remove": false}),
        json!({"op": "read", "conversation": room, "seq": 1}),
        json!({"op": "typing", "conversation": room}),
    ];
    let long = "x".repeat(4001);
    let wrong = [
        (0, "text", json!(long)),
        (0, "text", json!("")),
        (0, "text", json!(" \n ")),
        (0, "client_id", json!("")),
        (0, "client_id", json!("c".repeat(129))),
        (0, "reply_to", json!(2)),
        (0, "reply_to", json!(0)),
        (0, "reply_to", json!(-1)),
        (0, "reply_to", json!("1")),
        (0, "reply_to", json!(1.5)),
        (0, "image", json!("7f0c2f1e-6a53-4f0b-9d0c-2c8f1f7f5a11")),
        (1, "text", json!(long)),
        (1, "text", json!("\u{0}")),
        (2, "for", json!("us")),
        (2, "for", json!(true)),
        (3, "emoji", json!("thumbs up")),
        (3, "emoji", json!("")),
        (3, "remove", json!("yes")),
        (4, "seq", json!(-1)),
        (4, "seq", json!("1")),
        (4, "seq", json!(1.0)),
    ];
    for (frame, field, value) in wrong {
        assert_field(&mut device, &right[frame], field, Some(value)).await;
    }
    // Every field is asked for, and has one type.
    for frame in &right {
        for field in frame.as_object().unwrap().keys().filter(|field| *field != "op") {
            for value in [json!([]), json!({}), json!([1, 2]), json!(1e300)] {
                assert_field(&mut device, frame, field, Some(value)).await;
            }
            if !["reply_to", "for", "remove"].contains(&field.as_str()) {
                assert_field(&mut device, frame, field, None).await;
                assert_field(&mut device, frame, field, Some(Value::Null)).await;
            }
        }
    }
    // Nothing of it was done, and what is right still is.
    assert_eq!(log(&ana, &room).await.len(), 1);
    for frame in &right[..2] {
        device.done(frame.clone()).await;
    }
}

/// Asserts that `frame` with another value of `field` is refused because of it.
async fn assert_field(device: &mut Device, frame: &Value, field: &str, value: Option<Value>) {
    let mut frame = frame.clone();
    let fields = frame.as_object_mut().unwrap();
    match value {
        Some(value) => fields.insert(field.to_owned(), value),
        None => fields.remove(field),
    };
    let error = device.refused(frame.clone(), "validation_failed").await;
    let errors = error["errors"].as_array().unwrap();
    let found: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
    let what: String = frame.to_string().chars().take(200).collect();
    assert_eq!(found, [field], "{error} to {what}");
    assert!(errors.iter().all(|error| error["message"].as_str().is_some_and(|words| words.len() > 3)), "{error}");
}

#[actix_web::test]
async fn several_wrong_fields_are_named_at_once() {
    let community = Community::start().await;
    let (_, _, room, mut device) = two(&community).await;
    let frame = json!({"op": "send", "conversation": room, "client_id": "", "text": "", "image": "x"});
    let error = device.refused(frame, "validation_failed").await;
    let fields: Vec<_> = error["errors"].as_array().unwrap().iter().map(|error| text(&error["field"])).collect();
    assert_eq!(fields, ["client_id", "text", "image"]);
}

#[actix_web::test]
async fn a_conversation_that_one_does_not_take_part_in_is_not_there() {
    let community = Community::start().await;
    let (ana, _, room, _) = two(&community).await;
    let id = text(&say(&ana, &room, "private").await["id"]);
    let cy = community.member("cyd").await;
    let (mut stranger, mut of_ana) = (Device::of(&cy).await, Device::of(&ana).await);
    let nowhere = "01890000-0000-7000-8000-000000000000";
    for conversation in [room.as_str(), nowhere] {
        for frame in [
            json!({"op": "send", "conversation": conversation, "client_id": "c", "text": "x"}),
            json!({"op": "edit", "conversation": conversation, "message_id": id, "text": "y"}),
            json!({"op": "delete", "conversation": conversation, "message_id": id}),
            json!({"op": "delete", "conversation": conversation, "message_id": id, "for": "me"}),
            json!({"op": "react", "conversation": conversation, "message_id": id, "emoji": "👍"}),
            json!({"op": "read", "conversation": conversation, "seq": 1}),
            json!({"op": "typing", "conversation": conversation}),
        ] {
            let error = stranger.refused(frame, "conversation_not_found").await;
            assert_eq!(error.as_object().unwrap().len(), 2, "{error}");
        }
    }
    assert_eq!(heard_before_a_message(&mut of_ana, &ana, &room).await, Vec::<Value>::new());
    assert_eq!(log(&ana, &room).await.len(), 2);
    assert!(stranger.is_open().await && stranger.heard.is_empty());
}

#[actix_web::test]
async fn only_its_sender_edits_a_message_and_only_they_or_the_owner_delete_it() {
    let community = Community::start().await;
    let (ana, ben, cy) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let room = group(&ana, &[&ben, &cy]).await;
    let id = text(&say(&ben, &room, "mine").await["id"]);
    let (mut of_ana, mut of_cy) = (Device::of(&ana).await, Device::of(&cy).await);
    let edit = json!({"op": "edit", "conversation": room, "message_id": id, "text": "yours"});
    let delete = json!({"op": "delete", "conversation": room, "message_id": id, "for": "everyone"});
    for device in [&mut of_ana, &mut of_cy] {
        device.refused(edit.clone(), "forbidden").await;
    }
    of_cy.refused(delete.clone(), "forbidden").await;
    assert_eq!(log(&ben, &room).await.len(), 1);
    // A message is only found where it is.
    let elsewhere = direct(&cy, &ben).await;
    for op in ["edit", "delete", "react"] {
        let frame = json!({"op": op, "conversation": elsewhere, "message_id": id, "text": "x", "emoji": "👍"});
        of_cy.refused(frame, "message_not_found").await;
    }
    assert_eq!(of_ana.done(delete.clone()).await["seq"], 2);
    of_ana.refused(delete, "message_not_found").await;
    of_ana.refused(edit, "message_not_found").await;
}

#[actix_web::test]
async fn who_is_blocked_neither_writes_nor_types_and_is_told_so() {
    let community = Community::start().await;
    let (ana, ben, room, mut blocked) = two(&community).await;
    let mut blocker = Device::of(&ben).await;
    let id = text(&say(&ana, &room, "before").await["id"]);
    blocker.until(&room, 1).await;
    ben.put(&format!("/users/{}/block", ana.id())).await;
    let send = json!({"op": "send", "conversation": room, "client_id": "c", "text": "x"});
    let typing = json!({"op": "typing", "conversation": room});
    let edit = json!({"op": "edit", "conversation": room, "message_id": id, "text": "y"});
    let react = json!({"op": "react", "conversation": room, "message_id": id, "emoji": "👍"});
    for frame in [&send, &typing, &edit, &react] {
        blocked.refused(frame.clone(), "blocked").await;
    }
    // What was sent before is not sent now: the answer to it may still be missed.
    let before = json!({"op": "send", "conversation": room, "client_id": "before", "text": "before"});
    assert_eq!(blocked.done(before).await["duplicate"], true);
    // Nothing came through; the blocker may still write, and elsewhere nobody is blocked.
    assert_eq!(heard_before_a_message(&mut blocker, &ben, &room).await, Vec::<Value>::new());
    assert_eq!(log(&ben, &room).await.len(), 2);
    let shared = group(&ana, &[&community.admin().await]).await;
    let in_group = json!({"op": "send", "conversation": shared, "client_id": "c", "text": "x"});
    blocked.done(in_group).await;
    ben.delete(&format!("/users/{}/block", ana.id())).await;
    assert_eq!(blocked.done(send).await["duplicate"], false);
    blocked.done(typing).await;
}
