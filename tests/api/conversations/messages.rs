//! What a message may be.

use serde_json::{Value, json};

use super::room::{Room, fresh, seq};
use crate::community::Community;

#[actix_web::test]
async fn a_text_has_1_to_4000_characters_that_can_be_seen() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let long = "🔥".repeat(4000);
    let first = room.say(&ana, &long).await;
    assert_eq!(first["text"], long);
    assert_eq!(room.event(&ben, 1).await["text"], long);
    for words in [
        json!(""),
        json!(" \n\t "),
        json!("\u{a0}\u{3000}"),
        json!("🔥".repeat(4001)),
        json!("a\u{0}b"),
        json!("a\u{1b}[31mb"),
        json!("a\u{202e}b"),
        json!("\u{200b}"),
        json!(5),
        Value::Null,
    ] {
        room.send(&ana, &json!({"client_id": fresh(), "text": words})).await.assert_invalid(&["text"]);
        ana.patch(&room.message(&first), &json!({"text": words})).await.assert_invalid(&["text"]);
    }
    room.send(&ana, &json!({"client_id": fresh()})).await.assert_invalid(&["text"]);
    ana.patch(&room.message(&first), &json!({})).await.assert_invalid(&["text"]);
    assert_eq!(room.log(&ben).await.len(), 1);
    // Lines and tabs stay, and so does what stands before the first word.
    assert_eq!(room.say(&ana, " Flour,\r\n\twater \n").await["text"], " Flour,\n\twater");
    assert_eq!(room.say(&ana, "e\u{301}").await["text"], "\u{e9}");
    assert_eq!(room.say(&ana, "👩‍🌾 مرحبا <b>&amp;\"'").await["text"], "👩‍🌾 مرحبا <b>&amp;\"'");
    community.tidy().await;
}

#[actix_web::test]
async fn a_client_id_has_1_to_128_characters_on_one_line() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    for bad in [json!(""), json!(" "), json!("a\nb"), json!("a\u{0}"), json!("🔥".repeat(129)), json!(7), Value::Null]
    {
        room.send(&ana, &json!({"client_id": bad, "text": "x"})).await.assert_invalid(&["client_id"]);
    }
    room.send(&ana, &json!({"text": "x"})).await.assert_invalid(&["client_id"]);
    for good in ["a".to_owned(), "🔥".repeat(128), "7f0c2f1e-6a53-4f0b-9d0c-2c8f1f7f5a11".into(), "%/?#".into()] {
        let sent = room.send(&ana, &json!({"client_id": good, "text": "x"})).await.expect(201);
        assert_eq!((&sent["client_id"], &sent["duplicate"]), (&json!(good), &json!(false)));
        let again = room.send(&ana, &json!({"client_id": good, "text": "x"})).await.expect(201);
        assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    }
    assert_eq!(room.log(&ben).await.len(), 4);
    community.tidy().await;
}

#[actix_web::test]
async fn everything_that_is_wrong_with_a_message_is_said_at_once() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let wrong = json!({"client_id": "", "text": " ", "image": "cat.png"});
    room.send(&ana, &wrong).await.assert_invalid(&["client_id", "text", "image"]);
    for image in [json!("00000000-0000-7000-8000-000000000000"), json!("")] {
        let message = json!({"client_id": fresh(), "text": "Look", "image": image});
        room.send(&ana, &message).await.assert_invalid(&["image"]);
    }
    let sent = room.send(&ana, &json!({"client_id": fresh(), "text": "Look", "image": null})).await.expect(201);
    assert_eq!(sent["image"], Value::Null);
    ana.post_raw(&format!("{}/messages", room.path), "[]").await.assert_invalid(&["body"]);
    ana.post_raw(&format!("{}/messages", room.path), "{\"text").await.assert_problem(400, "malformed_json");
    assert_eq!(room.seen_by(&ben).await["last_seq"], 1);
}

#[actix_web::test]
async fn a_message_answers_a_message_of_the_same_conversation_or_none() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    let other = Room::direct(&ana, &ben).await;
    for _ in 0..9 {
        other.say(&ben, "Elsewhere").await;
    }
    let first = room.say(&ana, "Flour?").await;
    room.rename(&ana, "Millers").await.expect(200);
    room.edit(&ana, &first, "Rye flour?").await.expect(200);
    room.react(&ben, &first, "👍").await.expect(200);
    let answer = |reply_to: Value| json!({"client_id": fresh(), "text": "Yes", "reply_to": reply_to});
    // 2, 3 and 4 are no messages; 5 is to come; 9 is one elsewhere.
    for wrong in [0, 2, 3, 4, 5, 9, u64::MAX] {
        room.send(&ben, &answer(json!(wrong))).await.assert_invalid(&["reply_to"]);
    }
    for wrong in [json!(-1), json!("1"), json!(1.5), json!([1]), first["id"].clone()] {
        room.send(&ben, &answer(wrong)).await.assert_invalid(&["reply_to"]);
    }
    assert_eq!(room.seen_by(&ben).await["last_seq"], 4);
    let second = room.send(&ben, &answer(json!(1))).await.expect(201);
    assert_eq!((seq(&second), &second["reply_to"]), (5, &json!(1)));
    let third = room.send(&ben, &answer(json!(5))).await.expect(201);
    assert_eq!((seq(&third), &third["reply_to"]), (6, &json!(5)));
    // What was answered can go, and the answer stays one.
    room.delete(&ana, &first).await.expect(200);
    assert_eq!(room.event(&ana, 5).await["reply_to"], 1);
    assert_eq!(room.send(&ana, &answer(Value::Null)).await.expect(201)["reply_to"], Value::Null);
    community.tidy().await;
}
