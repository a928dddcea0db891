//! What was deleted is nowhere, and what somebody deleted for themselves is told to nobody.

use hearth::chat::{Conversation, Event};
use hearth::idempotency::Answer as Kept;
use hearth::store::{Range, Read, Store};
use serde_json::{Value, json};

use super::room::{Room, fresh, kinds, seq};
use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::Community;

/// Everything that somebody can be answered about a conversation and a message in it.
async fn everything(who: &Actor, room: &Room, message: &Value) -> Vec<Answer> {
    let (events, last) = (format!("{}/events", room.path), seq(message) + 1);
    let mut answers = vec![
        who.get("/conversations").await,
        who.get(&room.path).await,
        who.get(&format!("{events}?after={}", seq(message) - 1)).await,
        who.get(&format!("{events}?before={last}")).await,
        who.get(&format!("{events}?before=1000000&limit=1")).await,
        room.send(who, &json!({"client_id": message["client_id"], "text": "Something else"})).await,
        room.send(who, &json!({"client_id": fresh(), "text": "An answer", "reply_to": seq(message)})).await,
        room.edit(who, message, "Something else").await,
        room.react(who, message, "👍").await,
        room.unreact(who, message, "👍").await,
        room.hide(who, message).await,
        room.delete(who, message).await,
        room.read(who, 1).await,
        who.post("/conversations", &json!({"members": []})).await,
        who.patch(&room.path, &json!({"name": "Millers"})).await,
    ];
    let mut path = format!("{events}?limit=2");
    loop {
        let page = who.get(&path).await;
        let next = page.expect(200)["next_cursor"].clone();
        answers.push(page);
        let Some(next) = next.as_str() else { return answers };
        path = format!("{events}?limit=2&cursor={next}");
    }
}

#[track_caller]
fn assert_nowhere(secret: &str, answers: &[Answer], store: &Store) {
    for answer in answers {
        assert!(answer.status < 500, "{}", answer.text());
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
    for event in store.records::<Event>(&Range::all()).unwrap() {
        assert!(!format!("{event:?}").contains(secret), "{event:?}");
    }
    for conversation in store.records::<Conversation>(&Range::all()).unwrap() {
        assert!(!conversation.name.contains(secret));
    }
    for kept in store.records::<Kept>(&Range::all()).unwrap() {
        assert!(!kept.json.contains(secret), "{}", kept.json);
    }
}

#[actix_web::test]
async fn the_text_of_a_deleted_message_is_nowhere() {
    let mut community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let rooms = [Room::group(&ana, &[&ben]).await, Room::direct(&ana, &ben).await];
    for room in &rooms {
        let first = room.say(&ben, "The xyzzy is under the mat").await;
        let edited = room.say(&ben, "plugh").await;
        room.edit(&ben, &edited, "xyzzy is the word").await.expect(200);
        room.edit(&ben, &edited, "plugh").await.expect(200);
        // Read before, so that something kept would be found out.
        assert!(ana.get(&room.path).await.text().contains("plugh"));
        assert!(ana.get(&format!("{}/events", room.path)).await.text().contains("xyzzy"));
        room.edit(&ben, &first, "xyzzy! Do not tell").await.expect(200);
        room.hide(&ana, &first).await.expect(200);
        let answer = room.delete(&ben, &first).await;
        assert_eq!(answer.expect(200)["kind"], "deleted");
        assert_nowhere("xyzzy", &[answer], &community.app().store);
        for who in [&ben, &ana] {
            assert_nowhere("xyzzy", &everything(who, room, &first).await, &community.app().store);
        }
    }
    community.restart().await;
    // Who comes later does not see it either.
    rooms[0].add(&ana, &cem).await.expect(200);
    let log = rooms[0].log(&cem).await;
    assert_eq!((&log[0]["text"], &log[0]["deleted"]), (&Value::Null, &json!(true)));
    assert_eq!(log[1]["text"], "plugh");
    community.tidy().await;
    assert_nowhere("xyzzy", &[], &community.app().store);
}

#[actix_web::test]
async fn what_a_message_said_before_it_was_edited_is_nowhere() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ben, "The xyzzy is under the mat").await;
    let answer = room.edit(&ben, &said, "The key is under the mat").await;
    assert_nowhere("xyzzy", &[answer], &community.app().store);
    assert_nowhere("xyzzy", &everything(&ana, &room, &said).await, &community.app().store);
    assert_nowhere("xyzzy", &everything(&ben, &room, &said).await, &community.app().store);
    community.tidy().await;
}

#[actix_web::test]
async fn a_message_that_somebody_deleted_for_themselves_is_there_for_all_others() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ana, &[&ben, &cem]).await;
    let said = room.say(&ana, "The xyzzy is under the mat").await;
    room.react(&ben, &said, "👍").await.expect(200);
    let hidden = room.hide(&ben, &said).await.expect(200);
    assert_eq!((&hidden["actor"], &hidden["message_id"]), (&json!(ben.id()), &said["id"]));
    room.edit(&ana, &said, "The xyzzy is above the door").await.expect(200);
    for answer in [ben.get(&room.path).await, ben.get(&format!("{}/events", room.path)).await] {
        assert_eq!(answer.status, 200);
        assert!(!answer.text().contains("xyzzy"), "{}", answer.text());
    }
    let seen = room.event(&ben, 1).await;
    assert_eq!((&seen["text"], &seen["deleted"]), (&Value::Null, &json!(true)));
    for who in [&ana, &cem] {
        let log = room.log(who).await;
        assert_eq!((&log[0]["text"], &log[0]["deleted"]), (&json!("The xyzzy is above the door"), &json!(false)));
        assert_eq!(log[0]["reactions"][0]["count"], 1);
        assert_eq!(log[3]["text"], log[0]["text"]);
        // It took a seq, and says nothing about who and what.
        let told = &log[2];
        assert_eq!((&told["kind"], &told["seq"], &told["for"]), (&json!("deleted"), &json!(3), &json!("me")));
        for field in ["actor", "message_id", "message_seq"] {
            assert_eq!(told[field], Value::Null, "{field}");
        }
        assert!(!told.to_string().contains(&ben.id()));
    }
    // One's own too, and each for themselves.
    room.hide(&ana, &said).await.expect(200);
    assert_eq!(room.event(&ana, 1).await["deleted"], true);
    assert_eq!(room.event(&cem, 1).await["deleted"], false);
    assert_eq!(kinds(&room.log(&cem).await), ["message", "reaction", "deleted", "edited", "deleted"]);
    community.tidy().await;
}

#[actix_web::test]
async fn who_deleted_the_last_message_for_themselves_does_not_see_it_in_their_list() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "The xyzzy is under the mat").await;
    room.hide(&ben, &said).await.expect(200);
    let last = |items: Vec<Value>| items[0]["last_event"].clone();
    let (to_ben, to_ana) = (ben.get("/conversations").await.items(), ana.get("/conversations").await.items());
    assert_eq!((&last(to_ben)["message_id"], &last(to_ana)["message_id"]), (&said["id"], &Value::Null));
    room.edit(&ana, &said, "The xyzzy is gone").await.expect(200);
    let list = ben.get("/conversations").await;
    assert_eq!(last(list.items())["kind"], "edited");
    assert!(!list.text().contains("xyzzy"), "{}", list.text());
    assert!(ana.get("/conversations").await.text().contains("xyzzy"));
}
