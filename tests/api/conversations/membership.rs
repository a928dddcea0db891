//! Coming, leaving and coming back.

use std::time::Duration;

use hearth::chat::ReadMark;
use hearth::store::{Range, Read};
use serde_json::{Value, json};

use super::room::{Room, kinds, stored};
use crate::actor::Actor;
use crate::community::Community;

#[actix_web::test]
async fn an_owner_who_leaves_passes_the_group_on_to_whoever_is_there_longest() {
    let community = Community::start().await;
    let (eve, dan) = (community.member("eve").await, community.member("dan").await);
    let (cem, ben, ana) = (community.member("cem").await, community.member("ben").await, community.member("ana").await);
    let room = Room::group(&ana, &[&ben]).await;
    room.say(&ana, "Welcome").await;
    // They come in the order of time, which is not that of their ids.
    for newcomer in [&cem, &dan, &eve] {
        community.later(Duration::from_secs(1));
        room.add(&ana, newcomer).await.expect(200);
    }
    let left = async |owner, heir: &Actor| {
        room.remove(owner, owner).await.expect(204);
        let seen = room.seen_by(heir).await;
        assert_eq!(seen["owner"], heir.id());
        let event = &seen["last_event"];
        assert_eq!((&event["kind"], &event["actor"]), (&json!("member_left"), &json!(owner.id())));
        assert_eq!((&event["user"], &event["owner"]), (&json!(owner.id()), &json!(heir.id())));
        room.rename(heir, &heir.id()).await.expect(200);
    };
    left(&ana, &ben).await;
    // Who comes back begins anew.
    room.add(&ben, &ana).await.expect(200);
    left(&ben, &cem).await;
    // One who is no owner leaves, and nothing is passed on.
    room.remove(&dan, &dan).await.expect(204);
    assert_eq!(room.seen_by(&cem).await["last_event"]["owner"], Value::Null);
    left(&cem, &eve).await;
    left(&eve, &ana).await;
    assert_eq!(room.members(&ana).await, ["ana"]);
    community.tidy().await;
}

#[actix_web::test]
async fn who_was_there_from_the_beginning_is_there_longer_than_who_came_first() {
    let community = Community::start().await;
    let (newcomer, founder) = (community.member("newcomer").await, community.member("founder").await);
    let ana = community.member("ana").await;
    // All within one millisecond, or with a clock that was set back: the log knows the order.
    let room = Room::group(&ana, &[&founder]).await;
    room.add(&ana, &newcomer).await.expect(200);
    room.remove(&ana, &ana).await.expect(204);
    assert_eq!(room.seen_by(&founder).await["owner"], founder.id());
}

#[actix_web::test]
async fn of_two_who_came_within_a_millisecond_the_first_one_inherits() {
    let community = Community::start().await;
    let (late, early) = (community.member("late").await, community.member("early").await);
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    room.rename(&ana, "Millers").await.expect(200);
    room.add(&ana, &early).await.expect(200);
    room.add(&ana, &late).await.expect(200);
    room.remove(&ben, &ben).await.expect(204);
    room.remove(&ana, &ana).await.expect(204);
    assert_eq!(room.seen_by(&late).await["owner"], early.id());
    community.tidy().await;
}

#[actix_web::test]
async fn a_group_that_the_last_one_leaves_is_gone_with_all_that_was_in_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let kept = Room::group(&ana, &[&ben]).await;
    let kept_message = kept.say(&ben, "Kept").await;
    kept.react(&ana, &kept_message, "👍").await.expect(200);
    kept.hide(&ana, &kept_message).await.expect(200);
    kept.read(&ana, 1).await.expect(200);
    let with_kept = stored(&community.app().store);
    assert_eq!(with_kept, [1, 3, 1, 2, 1, 1]);
    let room = Room::group(&ana, &[&ben]).await;
    for number in 0..150 {
        let said = room.say(&ben, "Words").await;
        room.react(&ana, &said, "👍").await.expect(200);
        if number % 3 == 0 {
            room.hide(&ana, &said).await.expect(200);
        }
    }
    room.read(&ben, 7).await.expect(200);
    room.remove(&ana, &ana).await.expect(204);
    room.remove(&ben, &ben).await.expect(204);
    for who in [&ana, &ben] {
        who.get(&room.path).await.assert_problem(404, "conversation_not_found");
        room.send(who, &json!({"client_id": "x", "text": "x"})).await.assert_problem(404, "conversation_not_found");
        assert_eq!(who.get("/conversations").await.items().len(), 1);
    }
    community.tidy().await;
    assert_eq!(stored(&community.app().store), with_kept);
    assert_eq!(kinds(&kept.log(&ben).await), ["message", "reaction", "deleted"]);
}

#[actix_web::test]
async fn a_group_that_was_left_by_all_is_cleared_away_also_after_a_restart() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    room.say(&ana, "Words").await;
    room.remove(&ana, &ben).await.expect(204);
    room.remove(&ana, &ana).await.expect(204);
    community.restart().await;
    ana.get(&room.path).await.assert_problem(404, "conversation_not_found");
    community.tidy().await;
    assert_eq!(stored(&community.app().store), [0; 6]);
}

#[actix_web::test]
async fn who_is_added_again_sees_the_log_and_has_unread_what_came_since() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    room.say(&ben, "Before").await;
    let hidden = room.say(&ana, "Hidden").await;
    room.hide(&ben, &hidden).await.expect(200);
    room.read(&ben, 1).await.expect(200);
    assert_eq!(community.app().store.records::<ReadMark>(&Range::all()).unwrap().len(), 1);
    room.remove(&ana, &ben).await.expect(204);
    assert!(community.app().store.records::<ReadMark>(&Range::all()).unwrap().is_empty());
    room.say(&ana, "Meanwhile").await;
    ben.get(&room.path).await.assert_problem(404, "conversation_not_found");
    room.add(&ana, &ben).await.expect(200);
    let seen = room.seen_by(&ben).await;
    assert_eq!((&seen["unread_count"], &seen["last_seq"]), (&json!(0), &json!(6)));
    let read_seq = seen["read_seq"].as_u64().unwrap();
    assert!(read_seq == 5 || read_seq == 6, "they have read what was there when they came: {seen}");
    let log = room.log(&ben).await;
    let texts: Vec<_> = log.iter().filter(|event| event["kind"] == "message").map(|event| &event["text"]).collect();
    // What they deleted for themselves stays so.
    assert_eq!(texts, [&json!("Before"), &Value::Null, &json!("Meanwhile")]);
    room.say(&ana, "After").await;
    room.say(&ben, "Own").await;
    assert_eq!(room.seen_by(&ben).await["unread_count"], 1);
    // A mark of the time before does not come back, and none is set to before they came.
    let marked = room.read(&ben, 2).await.expect(200);
    assert_eq!((&marked["read_seq"], &marked["unread_count"]), (&json!(read_seq), &json!(1)));
    // What they wrote before is theirs again: they change it as before.
    room.edit(&ben, &log[0], "Before all").await.expect(200);
    room.read(&ben, 99).await.expect(200);
    assert_eq!(room.seen_by(&ben).await["unread_count"], 0);
    community.tidy().await;
}

#[actix_web::test]
async fn a_newcomer_sees_the_log_from_its_beginning_and_has_nothing_unread() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ana, &[&ben]).await;
    for words in ["One", "Two", "Three"] {
        room.say(&ben, words).await;
    }
    let added = room.add(&ana, &cem).await.expect(200);
    assert_eq!((&added["last_event"]["kind"], &added["unread_count"]), (&json!("member_joined"), &json!(3)));
    assert_eq!(room.log(&cem).await, room.log(&ana).await);
    let seen = room.seen_by(&cem).await;
    assert_eq!((&seen["unread_count"], seen["members"].as_array().unwrap().len()), (&json!(0), 3));
    room.say(&ben, "Four").await;
    assert_eq!(room.seen_by(&cem).await["unread_count"], 1);
    community.tidy().await;
}

#[actix_web::test]
async fn several_who_leave_at_once_leave_one_owner_or_nobody() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ana, &[&ben, &cem]).await;
    let (one, two) = futures::join!(room.remove(&ana, &ana), room.remove(&ben, &ben));
    assert_eq!((one.status, two.status), (204, 204));
    let seen = room.seen_by(&cem).await;
    assert_eq!((&seen["owner"], &seen["last_seq"]), (&json!(cem.id()), &json!(2)));
    let last = Room::group(&ana, &[&ben]).await;
    let (one, two) = futures::join!(last.remove(&ana, &ana), last.remove(&ben, &ben));
    assert_eq!((one.status, two.status), (204, 204));
    // Removing and leaving at the same time are one event, and a refusal of the later one.
    let both = Room::group(&ana, &[&ben, &cem]).await;
    let (removed, left) = futures::join!(both.remove(&ana, &ben), both.remove(&ben, &ben));
    assert!(matches!((removed.status, left.status), (204, 404) | (404, 204)), "{removed:?} {left:?}");
    assert_eq!(kinds(&both.log(&ana).await), ["member_left"]);
    community.tidy().await;
    assert_eq!(stored(&community.app().store)[..4], [2, 3, 0, 3]);
}
