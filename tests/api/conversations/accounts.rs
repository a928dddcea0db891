//! What becomes of conversations when accounts are deleted.

use serde_json::{Value, json};

use super::room::{Room, fresh, kinds, stored};
use crate::actor::Actor;
use crate::community::{Community, PASSWORD};

async fn delete_account(who: &Actor) {
    who.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
}

#[actix_web::test]
async fn a_deleted_account_leaves_its_groups_and_what_it_wrote_stays() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let (owned, other) = (Room::group(&ana, &[&ben, &cem]).await, Room::group(&ben, &[&ana]).await);
    let alone = Room::group(&ana, &[&cem]).await;
    alone.say(&cem, "Bye").await;
    alone.remove(&cem, &cem).await.expect(204);
    let said = owned.say(&ana, "Flour matters").await;
    owned.react(&ana, &said, "👍").await.expect(200);
    owned.say(&ben, "Yes").await;
    delete_account(&ana).await;
    community.tidy().await;
    for (room, heir) in [(&owned, json!(ben.id())), (&other, Value::Null)] {
        let seen = room.seen_by(&ben).await;
        let event = &seen["last_event"];
        assert_eq!((&event["kind"], &event["user"]), (&json!("member_left"), &json!(ana.id())));
        assert_eq!((&event["actor"], &event["owner"]), (&json!(ana.id()), &heir));
        assert_eq!(seen["owner"], ben.id());
    }
    assert_eq!(owned.members(&ben).await, ["ben", "cem"]);
    assert_eq!(other.members(&ben).await, ["ben"]);
    let log = owned.log(&cem).await;
    assert_eq!((&log[0]["text"], &log[0]["actor"]), (&json!("Flour matters"), &json!(ana.id())));
    assert_eq!(log[0]["reactions"][0]["count"], 1);
    assert_eq!(owned.seen_by(&cem).await["unread_count"], 2);
    // The new owner is one, and nobody can bring the old one back.
    owned.rename(&ben, "Millers").await.expect(200);
    owned.add(&ben, &ana).await.assert_problem(404, "user_not_found");
    owned.hand_over(&ben, &ana).await.assert_invalid(&["owner"]);
    ben.post("/conversations", &json!({"members": [ana.id(), cem.id()]})).await.assert_invalid(&["members"]);
    // The group that had nobody else is gone.
    assert_eq!(stored(&community.app().store)[0], 2);
    assert_eq!(cem.get("/conversations").await.items().len(), 1);
}

#[actix_web::test]
async fn a_conversation_between_two_stays_for_the_one_who_stays() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let (theirs, own) = (room.say(&ana, "Flour matters").await, room.say(&ben, "Yes").await);
    let sent = json!({"client_id": "a", "text": "Before"});
    room.send(&ben, &sent).await.expect(201);
    let log = room.log(&ben).await;
    delete_account(&ana).await;
    for round in 0..3 {
        let seen = room.seen_by(&ben).await;
        let nobody = json!({"id": ana.id(), "handle": "[deleted]", "name": "[deleted]", "avatar": null, "read_seq": 0});
        assert_eq!((&seen["members"][0], &seen["members"][1]["handle"]), (&nobody, &json!("ben")), "round {round}");
        assert_eq!((&seen["unread_count"], &seen["last_seq"]), (&json!(1), &json!(3)));
        assert_eq!(room.log(&ben).await, log);
        for answer in [
            room.send(&ben, &json!({"client_id": fresh(), "text": "Hello?"})).await,
            room.edit(&ben, &own, "Hello?").await,
            room.react(&ben, &theirs, "👍").await,
        ] {
            answer.assert_problem(404, "user_not_found");
        }
        // What was sent before is confirmed, as a retry always is.
        assert_eq!(room.send(&ben, &sent).await.expect(201)["duplicate"], true);
        match round {
            0 => drop(community.tidy().await),
            _ => community.restart().await,
        }
    }
    assert_eq!(ben.get("/conversations").await.items().len(), 1);
    assert_eq!(ben.post("/conversations", &json!({"members": [ana.id()]})).await.expect(200)["id"], room.id);
    assert_eq!(room.read(&ben, 3).await.expect(200)["unread_count"], 0);
    room.hide(&ben, &theirs).await.expect(200);
    room.delete(&ben, &own).await.expect(200);
    assert_eq!(kinds(&room.log(&ben).await)[3..], ["deleted", "deleted"]);
    // With both gone it is gone as well.
    delete_account(&ben).await;
    community.tidy().await;
    assert_eq!(stored(&community.app().store), [0; 6]);
}

#[actix_web::test]
async fn two_who_leave_before_anything_is_cleared_away_leave_nothing() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let direct = Room::direct(&ana, &ben).await;
    let group = Room::group(&ben, &[&ana]).await;
    for room in [&direct, &group] {
        let said = room.say(&ana, "Words").await;
        room.react(&ben, &said, "👍").await.expect(200);
        room.hide(&ben, &said).await.expect(200);
        room.read(&ana, 3).await.expect(200);
    }
    let (one, two) = futures::join!(delete_account(&ana), delete_account(&ben));
    assert_eq!((one, two), ((), ()));
    community.tidy().await;
    assert_eq!(stored(&community.app().store), [0; 6]);
}

#[actix_web::test]
async fn a_new_account_with_the_same_handle_gets_nothing_of_the_old_one() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    room.say(&ben, "Secret").await;
    delete_account(&ana).await;
    let second = community.member("ana").await;
    assert!(second.get("/conversations").await.items().is_empty());
    second.get(&room.path).await.assert_problem(404, "conversation_not_found");
    ana.get(&room.path).await.assert_problem(401, "invalid_token");
    let new = Room::direct(&second, &ben).await;
    assert_ne!(new.id, room.id);
    new.say(&ben, "Hello").await;
    community.tidy().await;
    assert_eq!(ben.get("/conversations").await.items().len(), 2);
}

#[actix_web::test]
async fn who_is_in_very_many_groups_leaves_them_all() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let begin = async |by: &Actor, other: &Actor| Room::group(by, &[other]).await;
    let rooms = futures::future::join_all((0..230).map(|number| match number % 2 {
        0 => begin(&ana, &ben),
        _ => begin(&ben, &ana),
    }));
    let rooms = rooms.await;
    let direct = Room::direct(&ana, &ben).await;
    delete_account(&ana).await;
    community.tidy().await;
    for room in &rooms {
        let seen = room.seen_by(&ben).await;
        assert_eq!((&seen["owner"], seen["members"].as_array().unwrap().len()), (&json!(ben.id()), 1));
    }
    assert_eq!(direct.seen_by(&ben).await["members"].as_array().unwrap().len(), 2);
    delete_account(&ben).await;
    community.tidy().await;
    assert_eq!(stored(&community.app().store), [0; 6]);
}
