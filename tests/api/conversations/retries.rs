//! A message that is sent again is the same message.

use futures::future::join_all;
use serde_json::{Value, json};

use super::room::{Room, seqs};
use crate::community::Community;

/// Asserts that `again` says what `first` said, and that it does so as a duplicate.
#[track_caller]
fn assert_duplicate(again: &Value, first: &Value) {
    let mut expected = first.clone();
    expected["duplicate"] = json!(true);
    assert_eq!(*again, expected);
}

#[actix_web::test]
async fn eight_at_once_make_one_message_and_exactly_one_of_them_is_no_duplicate() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    for client_id in ["a", "b", "c"] {
        let message = json!({"client_id": client_id, "text": "Once"});
        let answers = join_all((0..8).map(|_| room.send(&ana, &message))).await;
        let sent: Vec<_> = answers.iter().map(|answer| answer.expect(201)).collect();
        let (firsts, others): (Vec<_>, Vec<_>) = sent.iter().partition(|sent| sent["duplicate"] == json!(false));
        assert_eq!((firsts.len(), others.len()), (1, 7), "{sent:?}");
        for other in others {
            assert_duplicate(other, firsts[0]);
        }
    }
    assert_eq!(room.log(&ben).await.len(), 3);
    assert_eq!(room.seen_by(&ben).await["unread_count"], 3);
    community.tidy().await;
}

#[actix_web::test]
async fn a_retry_gets_the_first_event_also_after_a_restart_and_whatever_it_says() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let first = room.send(&ana, &json!({"client_id": "a", "text": "First"})).await.expect(201);
    room.say(&ben, "Between").await;
    let others = [
        json!({"client_id": "a", "text": "First"}),
        json!({"client_id": "a", "text": "Second"}),
        json!({"client_id": " a ", "text": "Second", "reply_to": 2}),
        json!({"client_id": "a", "text": "Second", "reply_to": 99}),
    ];
    for message in &others {
        assert_duplicate(&room.send(&ana, message).await.expect(201), &first);
    }
    community.restart().await;
    for message in &others {
        assert_duplicate(&room.send(&ana, message).await.expect(201), &first);
    }
    assert_eq!(room.log(&ben).await.len(), 2);
    community.tidy().await;
}

#[actix_web::test]
async fn the_same_client_id_elsewhere_or_by_somebody_else_is_another_message() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (one, other) = (Room::direct(&ana, &ben).await, Room::group(&ana, &[&ben]).await);
    let message = json!({"client_id": "a", "text": "Hello"});
    let mut ids = Vec::new();
    for (room, who) in [(&one, &ana), (&one, &ben), (&other, &ana), (&other, &ben)] {
        let sent = room.send(who, &message).await.expect(201);
        assert_eq!((&sent["duplicate"], &sent["actor"]), (&json!(false), &json!(who.id())));
        assert_duplicate(&room.send(who, &message).await.expect(201), &sent);
        ids.push(sent["id"].to_string());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert_eq!((seqs(&one.log(&ana).await), seqs(&other.log(&ana).await)), (vec![1, 2], vec![1, 2]));
    community.tidy().await;
}

#[actix_web::test]
async fn a_retry_shows_the_message_as_it_is_now_and_never_brings_it_back() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    let message = json!({"client_id": "a", "text": "Flour"});
    let first = room.send(&ben, &message).await.expect(201);
    room.react(&ana, &first, "👍").await.expect(200);
    room.edit(&ben, &first, "Rye flour").await.expect(200);
    let edited = room.send(&ben, &message).await.expect(201);
    assert_eq!((&edited["text"], &edited["duplicate"]), (&json!("Rye flour"), &json!(true)));
    assert_eq!(edited["reactions"], json!([{"emoji": "👍", "count": 1, "mine": false}]));
    room.delete(&ben, &first).await.expect(200);
    let deleted = room.send(&ben, &message).await.expect(201);
    assert_eq!((&deleted["id"], &deleted["text"]), (&first["id"], &Value::Null));
    assert_eq!((&deleted["deleted"], &deleted["duplicate"]), (&json!(true), &json!(true)));
    assert_eq!(room.log(&ana).await.len(), 4);
    // Also who was away in between sends it only once.
    room.remove(&ben, &ben).await.expect(204);
    room.send(&ben, &message).await.assert_problem(404, "conversation_not_found");
    room.add(&ana, &ben).await.expect(200);
    assert_eq!(room.send(&ben, &message).await.expect(201), deleted);
    community.tidy().await;
}

#[actix_web::test]
async fn a_refused_message_does_not_use_up_its_client_id() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let refused = json!({"client_id": "a", "text": "Yes", "reply_to": 7});
    room.send(&ana, &refused).await.assert_invalid(&["reply_to"]);
    ben.put(&format!("/users/{}/block", ana.id())).await.expect(204);
    let message = json!({"client_id": "a", "text": "Yes"});
    room.send(&ana, &message).await.assert_problem(403, "blocked");
    ben.delete(&format!("/users/{}/block", ana.id())).await.expect(204);
    let sent = room.send(&ana, &message).await.expect(201);
    assert_eq!((&sent["duplicate"], &sent["seq"]), (&json!(false), &json!(1)));
}
