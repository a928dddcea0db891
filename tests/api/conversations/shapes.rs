//! What goes out, field by field.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::room::{MORNING, Room, fresh};
use crate::actor::{Actor, text};
use crate::answer::members;
use crate::community::Community;

const CONVERSATION: [&str; 10] =
    ["id", "kind", "name", "members", "owner", "last_event", "last_seq", "read_seq", "unread_count", "created_at"];

fn member(who: &Actor, read_seq: u64) -> Value {
    let name = text(&who.account["name"]);
    json!({"id": who.id(), "handle": who.account["handle"], "name": name, "avatar": null, "read_seq": read_seq})
}

#[actix_web::test]
async fn a_conversation_has_every_field_and_reads_back_the_same() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    // Members come in the order of their ids, whoever began it.
    let direct = ben.post("/conversations", &json!({"members": [ana.id()]})).await.expect(201);
    assert_eq!(members(&direct), BTreeSet::from(CONVERSATION));
    let expected = json!({
        "id": direct["id"], "kind": "direct", "name": null, "owner": null, "last_event": null, "last_seq": 0,
        "members": [member(&ana, 0), member(&ben, 0)], "read_seq": 0, "unread_count": 0, "created_at": MORNING,
    });
    assert_eq!(direct, expected);
    community.later(Duration::from_secs(60));
    let group = ben.post("/conversations", &json!({"members": [ana.id()], "name": "Bakers"})).await.expect(201);
    let expected_group = json!({
        "id": group["id"], "kind": "group", "name": "Bakers", "owner": ben.id(), "last_event": null, "last_seq": 0,
        "members": [member(&ana, 0), member(&ben, 0)], "read_seq": 0, "unread_count": 0,
        "created_at": "2026-11-23T08:12:00.000Z",
    });
    assert_eq!(group, expected_group);
    for who in [&ana, &ben] {
        assert_eq!(Room::of(&text(&direct["id"])).seen_by(who).await, expected);
        let list = who.get("/conversations").await.expect(200);
        assert_eq!(list, json!({"items": [expected_group, expected], "next_cursor": null}));
    }
    // With something in it, each sees it from where they stand.
    let room = Room::of(&text(&direct["id"]));
    let mut said = room.say(&ana, "Hello").await;
    room.read(&ben, 1).await.expect(200);
    said.as_object_mut().unwrap().remove("duplicate");
    let mut expected = expected;
    expected["last_event"] = said;
    expected["last_seq"] = json!(1);
    expected["members"] = json!([member(&ana, 0), member(&ben, 1)]);
    assert_eq!(room.seen_by(&ana).await, expected);
    expected["read_seq"] = json!(1);
    assert_eq!(room.seen_by(&ben).await, expected);
}

#[actix_web::test]
async fn what_is_ones_own_alone_is_kept_by_no_shared_cache_and_asked_for_again_cheaply() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    room.say(&ana, "Hello").await;
    for path in ["/conversations".to_owned(), room.path.clone(), format!("{}/events", room.path)] {
        let answer = ana.get(&path).await;
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{path}");
        let etag = answer.header("etag").unwrap().to_owned();
        let asked_again = ana.with("if-none-match", etag.clone());
        assert_eq!(asked_again.get(&path).await.status, 304, "{path}");
        assert_eq!(ana.head(&path).await.header("etag"), Some(etag.as_str()), "{path}");
        room.say(&ben, "Hello").await;
        assert_eq!(asked_again.get(&path).await.status, 200, "{path}");
    }
}

/// Takes what is only in the answer to who sent a message.
fn without_duplicate(mut sent: Value) -> Value {
    assert_eq!(sent.as_object_mut().unwrap().remove("duplicate"), Some(json!(false)));
    sent
}

#[actix_web::test]
async fn an_event_of_every_kind_has_every_field() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (cem, dia) = (community.member("cem").await, community.member("dia").await);
    let room = Room::group(&ana, &[&ben, &cem]).await;
    let (first_id, second_id) = (fresh(), fresh());
    let first = room.send(&ana, &json!({"client_id": first_id, "text": "Flour"})).await.expect(201);
    let answer = json!({"client_id": second_id, "text": "Salt", "reply_to": 1, "image": null});
    let second = without_duplicate(room.send(&ben, &answer).await.expect(201));
    let (one, two) = (&first["id"], &second["id"]);
    community.later(Duration::from_secs(60));
    let later = "2026-11-23T08:12:00.000Z";
    let event = |seq: u64, actor: Value, kind: &str, own: Value| {
        let at = if seq < 3 { MORNING } else { later };
        let mut event = json!({"conversation": room.id, "seq": seq, "actor": actor, "at": at, "kind": kind});
        event.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        event
    };
    let by_ana = |seq, kind, own| event(seq, json!(ana.id()), kind, own);
    let by_ben = |seq, kind, own| event(seq, json!(ben.id()), kind, own);
    let edited = room.edit(&ana, &first, "Rye flour").await.expect(200);
    let reacted = room.react(&ben, &first, "👍").await.expect(200);
    let unreacted = room.unreact(&ben, &first, "👍").await.expect(200);
    let deleted = room.delete(&ana, &second).await.expect(200);
    let hidden = room.hide(&cem, &first).await.expect(200);
    room.rename(&ana, "Millers").await.expect(200);
    room.add(&ana, &dia).await.expect(200);
    room.remove(&ana, &dia).await.expect(204);
    room.hand_over(&ana, &ben).await.expect(200);
    room.remove(&ben, &ben).await.expect(204);
    let mut log = vec![
        by_ana(
            1,
            "message",
            json!({"id": one, "text": "Rye flour", "image": null, "reply_to": null, "client_id": first_id,
                   "edited_at": later, "deleted": false, "reactions": []}),
        ),
        by_ben(
            2,
            "message",
            json!({"id": two, "text": null, "image": null, "reply_to": 1, "client_id": second_id,
                   "edited_at": null, "deleted": true, "reactions": []}),
        ),
        by_ana(3, "edited", json!({"message_id": one, "message_seq": 1, "text": "Rye flour"})),
        by_ben(4, "reaction", json!({"message_id": one, "message_seq": 1, "emoji": "👍", "added": true})),
        by_ben(5, "reaction", json!({"message_id": one, "message_seq": 1, "emoji": "👍", "added": false})),
        by_ana(6, "deleted", json!({"message_id": two, "message_seq": 2, "for": "everyone"})),
        event(7, Value::Null, "deleted", json!({"message_id": null, "message_seq": null, "for": "me"})),
        by_ana(8, "renamed", json!({"name": "Millers"})),
        by_ana(9, "member_joined", json!({"user": dia.id()})),
        by_ana(10, "member_left", json!({"user": dia.id(), "owner": null})),
        by_ana(11, "owner_changed", json!({"owner": ben.id()})),
        by_ben(12, "member_left", json!({"user": ben.id(), "owner": ana.id()})),
    ];
    assert_eq!(room.log(&ana).await, log);
    assert_eq!(room.seen_by(&ana).await["last_event"], log[11]);
    // What was answered when it happened is what stands in the log, but for what changed since.
    assert_eq!([edited, reacted, unreacted, deleted], log[2..6]);
    let mut as_sent = log[1].clone();
    (as_sent["text"], as_sent["deleted"]) = (json!("Salt"), json!(false));
    assert_eq!(second, as_sent);
    // Who deleted the message for themselves sees that they did, and the message no more.
    log[6] = event(7, json!(cem.id()), "deleted", json!({"message_id": one, "message_seq": 1, "for": "me"}));
    (log[0]["text"], log[0]["deleted"], log[2]["text"]) = (Value::Null, json!(true), Value::Null);
    assert_eq!(hidden, log[6]);
    let seen = room.log(&cem).await;
    // That a message which they do not see any more was edited, they need not know the time of.
    log[0]["edited_at"] = seen[0]["edited_at"].clone();
    assert_eq!(seen, log);
    community.tidy().await;
}
