//! What somebody who is blocked cannot do.

use serde_json::json;

use super::room::{Room, fresh, ids, seq};
use crate::actor::Actor;
use crate::community::Community;

async fn block(blocker: &Actor, blocked: &Actor) {
    blocker.put(&format!("/users/{}/block", blocked.id())).await.expect(204);
}

async fn unblock(blocker: &Actor, blocked: &Actor) {
    blocker.delete(&format!("/users/{}/block", blocked.id())).await.expect(204);
}

#[actix_web::test]
async fn who_is_blocked_cannot_begin_a_conversation_and_who_blocks_can() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    block(&ana, &ben).await;
    for new in [
        json!({"members": [ana.id()]}),
        json!({"members": [ana.id()], "name": "Bakers"}),
        json!({"members": ids(&[&cem, &ana])}),
    ] {
        ben.post("/conversations", &new).await.assert_problem(403, "blocked");
        ben.with("idempotency-key", "a").post("/conversations", &new).await.assert_problem(403, "blocked");
    }
    assert!(ana.get("/conversations").await.items().is_empty());
    // Others may bring the two together.
    Room::group(&cem, &[&ana, &ben]).await;
    let room = Room::direct(&ana, &ben).await;
    // Asking for what is there begins nothing.
    assert_eq!(ben.post("/conversations", &json!({"members": [ana.id()]})).await.expect(200)["id"], room.id);
    room.send(&ben, &json!({"client_id": "a", "text": "Hello"})).await.assert_problem(403, "blocked");
    unblock(&ana, &ben).await;
    room.send(&ben, &json!({"client_id": "a", "text": "Hello"})).await.expect(201);
    ben.with("idempotency-key", "a").post("/conversations", &json!({"members": ids(&[&ana, &cem])})).await.expect(201);
    community.tidy().await;
}

#[actix_web::test]
async fn who_is_blocked_cannot_write_edit_or_react_between_two_and_reads_on() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let (mine, own) = (room.say(&ana, "Hello").await, room.say(&ben, "Hello").await);
    room.react(&ben, &mine, "👍").await.expect(200);
    block(&ana, &ben).await;
    let message = json!({"client_id": fresh(), "text": "Why?"});
    for answer in [
        room.send(&ben, &message).await,
        room.send(&ben, &json!({"client_id": fresh(), "text": "Why?", "reply_to": 1})).await,
        room.edit(&ben, &own, "Why?").await,
        room.react(&ben, &mine, "❤️").await,
        room.unreact(&ben, &mine, "👍").await,
    ] {
        answer.assert_problem(403, "blocked");
    }
    assert_eq!(room.log(&ana).await.len(), 3);
    // The one who blocks writes and changes as before, and the other one may read it.
    let said = room.say(&ana, "It is better so").await;
    room.edit(&ana, &said, "It is better so.").await.expect(200);
    room.react(&ana, &own, "👍").await.expect(200);
    assert_eq!(room.seen_by(&ben).await["unread_count"], 2);
    assert_eq!(room.read(&ben, 4).await.expect(200)["unread_count"], 0);
    assert_eq!(room.log(&ben).await[3]["text"], "It is better so.");
    // Nothing of that is a message: what one wrote oneself can still go.
    room.hide(&ben, &mine).await.expect(200);
    room.delete(&ben, &own).await.expect(200);
    unblock(&ana, &ben).await;
    let sent = room.send(&ben, &message).await.expect(201);
    assert_eq!(sent["duplicate"], false);
    room.edit(&ben, &sent, "Why not?").await.expect(200);
    room.react(&ben, &said, "❤️").await.expect(200);
    community.tidy().await;
}

#[actix_web::test]
async fn a_message_that_arrived_before_the_block_is_confirmed_to_who_sends_it_again() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let message = json!({"client_id": "a", "text": "Hello"});
    let sent = room.send(&ben, &message).await.expect(201);
    block(&ana, &ben).await;
    let again = room.send(&ben, &message).await.expect(201);
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    assert_eq!(room.log(&ana).await.len(), 1);
}

#[actix_web::test]
async fn two_who_block_each_other_are_both_silent() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    block(&ana, &ben).await;
    block(&ben, &ana).await;
    for who in [&ana, &ben] {
        room.send(who, &json!({"client_id": "a", "text": "x"})).await.assert_problem(403, "blocked");
    }
    unblock(&ana, &ben).await;
    room.say(&ben, "Peace").await;
    room.send(&ana, &json!({"client_id": "a", "text": "x"})).await.assert_problem(403, "blocked");
    community.tidy().await;
}

#[actix_web::test]
async fn in_a_group_blocks_hinder_only_who_would_bring_the_blocker_in() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ben, &[&cem]).await;
    block(&ana, &ben).await;
    room.add(&ben, &ana).await.assert_problem(403, "blocked");
    assert_eq!(room.members(&cem).await, ["ben", "cem"]);
    // It is about who adds, not about who is there.
    room.hand_over(&ben, &cem).await.expect(200);
    room.add(&cem, &ana).await.expect(200);
    let said = room.say(&ben, "Hello").await;
    room.react(&ben, &said, "👍").await.expect(200);
    room.edit(&ben, &said, "Hello all").await.expect(200);
    let seen = room.event(&ana, seq(&said)).await;
    assert_eq!((&seen["text"], &seen["actor"]), (&json!("Hello all"), &json!(ben.id())));
    // Who is there already is added by nobody, so nobody is refused.
    room.hand_over(&cem, &ben).await.expect(200);
    room.add(&ben, &ana).await.expect(200);
    room.remove(&ana, &ana).await.expect(204);
    room.add(&ben, &ana).await.assert_problem(403, "blocked");
    unblock(&ana, &ben).await;
    room.add(&ben, &ana).await.expect(200);
    // The other way round, the owner may add whom they have blocked.
    room.remove(&ben, &ana).await.expect(204);
    block(&ben, &ana).await;
    room.add(&ben, &ana).await.expect(200);
    community.tidy().await;
}
