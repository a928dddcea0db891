//! Editing and deleting messages.

use std::time::Duration;

use serde_json::{Value, json};

use super::room::{MORNING, Room, kinds};
use crate::actor::text;
use crate::community::Community;

#[actix_web::test]
async fn an_edit_changes_the_text_says_when_and_takes_a_seq() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Flour").await;
    community.later(Duration::from_secs(60));
    let first = room.edit(&ana, &said, " Rye flour\r\n ").await.expect(200);
    assert_eq!((&first["kind"], &first["seq"], &first["text"]), (&json!("edited"), &json!(2), &json!(" Rye flour")));
    assert_eq!((&first["message_id"], &first["message_seq"]), (&said["id"], &json!(1)));
    let second = room.edit(&ana, &said, "Spelt").await.expect(200);
    // What the message said in between is nowhere any more.
    let log = room.log(&ben).await;
    assert_eq!(log.iter().map(|event| &event["text"]).collect::<Vec<_>>(), ["Spelt", "Spelt", "Spelt"]);
    assert_eq!((&log[0]["at"], &log[0]["edited_at"]), (&json!(MORNING), &json!("2026-11-23T08:12:00.000Z")));
    assert_eq!(log[2], second);
    assert_eq!(room.seen_by(&ben).await["unread_count"], 1);
    community.tidy().await;
}

#[actix_web::test]
async fn an_edit_that_changes_nothing_takes_no_seq_and_is_answered_with_the_message() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "e\u{301}tude").await;
    community.later(Duration::from_secs(60));
    for same in ["\u{e9}tude", "e\u{301}tude \n"] {
        let answer = room.edit(&ana, &said, same).await.expect(200);
        assert_eq!(answer, room.event(&ana, 1).await);
        assert_eq!((&answer["kind"], &answer["edited_at"]), (&json!("message"), &Value::Null));
    }
    assert_eq!(room.log(&ben).await.len(), 1);
}

#[actix_web::test]
async fn only_its_sender_edits_a_message_and_only_sender_and_owner_delete_it_for_everyone() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let admin = community.admin().await;
    let room = Room::group(&ana, &[&ben, &cem, &admin]).await;
    let said = room.say(&ben, "Flour").await;
    for other in [&ana, &cem, &admin] {
        room.edit(other, &said, "Sand").await.assert_problem(403, "forbidden");
    }
    for other in [&cem, &admin] {
        room.delete(other, &said).await.assert_problem(403, "forbidden");
        other.delete(&format!("{}?for=everyone", room.message(&said))).await.assert_problem(403, "forbidden");
    }
    assert_eq!(room.log(&cem).await[0]["text"], "Flour");
    let deleted = room.delete(&ana, &said).await.expect(200);
    assert_eq!((&deleted["actor"], &deleted["for"]), (&json!(ana.id()), &json!("everyone")));
    // The right comes and goes with the ownership.
    let (one, two) = (room.say(&cem, "One").await, room.say(&cem, "Two").await);
    room.hand_over(&ana, &ben).await.expect(200);
    room.delete(&ana, &one).await.assert_problem(403, "forbidden");
    room.delete(&ben, &one).await.expect(200);
    room.delete(&cem, &two).await.expect(200);
    // Also those of who is gone.
    let left = room.say(&cem, "Left behind").await;
    room.remove(&ben, &cem).await.expect(204);
    room.delete(&ben, &left).await.expect(200);
    community.tidy().await;
}

#[actix_web::test]
async fn between_two_each_deletes_their_own_only() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ben, "Flour").await;
    room.delete(&ana, &said).await.assert_problem(403, "forbidden");
    room.edit(&ana, &said, "Sand").await.assert_problem(403, "forbidden");
    room.delete(&ben, &said).await.expect(200);
    assert_eq!(kinds(&room.log(&ana).await), ["message", "deleted"]);
    community.tidy().await;
}

#[actix_web::test]
async fn a_deleted_message_is_nothing_that_could_be_changed() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    let said = room.say(&ben, "Flour").await;
    room.delete(&ben, &said).await.expect(200);
    for who in [&ana, &ben] {
        for answer in [
            room.edit(who, &said, "Rye").await,
            room.delete(who, &said).await,
            room.hide(who, &said).await,
            room.react(who, &said, "👍").await,
            room.unreact(who, &said, "👍").await,
        ] {
            answer.assert_problem(404, "message_not_found");
        }
    }
    // The same for what one deleted for oneself, and for that one only.
    let second = room.say(&ben, "Salt").await;
    room.hide(&ana, &second).await.expect(200);
    for answer in [
        room.delete(&ana, &second).await,
        room.hide(&ana, &second).await,
        room.react(&ana, &second, "👍").await,
        room.unreact(&ana, &second, "👍").await,
        room.edit(&ana, &second, "Sand").await,
    ] {
        answer.assert_problem(404, "message_not_found");
    }
    room.edit(&ben, &second, "Sea salt").await.expect(200);
    room.react(&ben, &second, "👍").await.expect(200);
    assert_eq!(room.log(&ben).await.len(), 6);
    community.tidy().await;
}

#[actix_web::test]
async fn what_is_no_message_of_this_conversation_is_not_found() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (room, other) = (Room::direct(&ana, &ben).await, Room::group(&ana, &[&ben]).await);
    let elsewhere = text(&other.say(&ana, "Flour").await["id"]);
    let unknown = "00000000-0000-7000-8000-000000000000";
    for id in [elsewhere.as_str(), unknown, &room.id, &ana.id(), "1", "x", "%00"] {
        let path = format!("{}/messages/{id}", room.path);
        for answer in [
            ana.patch(&path, &json!({"text": "Sand"})).await,
            ana.delete(&path).await,
            ana.delete(&format!("{path}?for=me")).await,
            ana.put(&format!("{path}/reactions/%F0%9F%91%8D")).await,
            ana.delete(&format!("{path}/reactions/%F0%9F%91%8D")).await,
        ] {
            answer.assert_problem(404, "message_not_found");
        }
    }
    assert_eq!(other.log(&ben).await.len(), 1);
    assert_eq!(room.log(&ben).await.len(), 0);
}

#[actix_web::test]
async fn a_message_is_deleted_for_me_or_for_everyone_and_for_nobody_else() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Flour").await;
    for whom in ["you", "ME", "everybody", "me,everyone"] {
        let path = format!("{}?for={whom}", room.message(&said));
        ana.delete(&path).await.assert_invalid(&["for"]);
    }
    assert_eq!(room.log(&ben).await.len(), 1);
    let path = format!("{}?for=everyone", room.message(&said));
    assert_eq!(ana.delete(&path).await.expect(200)["for"], "everyone");
    assert_eq!(room.event(&ben, 1).await["text"], Value::Null);
}
