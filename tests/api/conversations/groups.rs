//! What the owner of a group may do, and what nobody may between two.

use std::sync::Arc;

use hearth::accounts::{Account, AccountId};
use hearth::chat::{Conversation, Member};
use hearth::error::Error;
use hearth::store::{Range, Read};
use serde_json::{Value, json};

use super::room::{MORNING, Room, kinds};
use crate::actor::text;
use crate::community::Community;

#[actix_web::test]
async fn the_owner_alone_renames_adds_removes_and_hands_over() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (cem, dia) = (community.member("cem").await, community.member("dia").await);
    let admin = community.admin().await;
    let room = Room::group(&ana, &[&ben, &cem, &admin]).await;
    for other in [&ben, &admin] {
        room.rename(other, "Millers").await.assert_problem(403, "forbidden");
        room.hand_over(other, other).await.assert_problem(403, "forbidden");
        other.patch(&room.path, &json!({})).await.assert_problem(403, "forbidden");
        room.add(other, &dia).await.assert_problem(403, "forbidden");
        room.add(other, &cem).await.assert_problem(403, "forbidden");
        room.remove(other, &cem).await.assert_problem(403, "forbidden");
        room.remove(other, &ana).await.assert_problem(403, "forbidden");
    }
    assert_eq!(room.seen_by(&cem).await["last_seq"], 0);
    let renamed = room.rename(&ana, " Millers ").await.expect(200);
    assert_eq!((&renamed["name"], &renamed["last_event"]["kind"]), (&json!("Millers"), &json!("renamed")));
    let added = room.add(&ana, &dia).await.expect(200);
    assert_eq!(added["members"].as_array().unwrap().len(), 5);
    room.remove(&ana, &cem).await.expect(204);
    let handed = room.hand_over(&ana, &ben).await.expect(200);
    assert_eq!((&handed["owner"], &handed["last_event"]["kind"]), (&json!(ben.id()), &json!("owner_changed")));
    room.rename(&ana, "Bakers").await.assert_problem(403, "forbidden");
    room.rename(&ben, "Bakers").await.expect(200);
    room.remove(&ben, &ana).await.expect(204);
    assert_eq!(room.members(&ben).await, ["ada", "ben", "dia"]);
    let log = kinds(&room.log(&ben).await);
    assert_eq!(log, ["renamed", "member_joined", "member_left", "owner_changed", "renamed", "member_left"]);
    community.tidy().await;
}

#[actix_web::test]
async fn what_is_so_already_takes_no_seq() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    let before = room.seen_by(&ana).await;
    assert_eq!(room.rename(&ana, "Bakers").await.expect(200), before);
    assert_eq!(room.rename(&ana, "  Bakers ").await.expect(200), before);
    assert_eq!(room.hand_over(&ana, &ana).await.expect(200), before);
    assert_eq!(room.add(&ana, &ben).await.expect(200), before);
    assert_eq!(room.add(&ana, &ana).await.expect(200), before);
    for nothing in [json!({}), json!({"name": null, "owner": null})] {
        assert_eq!(ana.patch(&room.path, &nothing).await.expect(200), before);
    }
    assert_eq!(room.seen_by(&ana).await, before);
    assert!(room.log(&ana).await.is_empty());
}

#[actix_web::test]
async fn a_change_is_made_as_a_whole_or_not_at_all() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ana, &[&ben]).await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (change, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": " \n"}), "name"),
        (json!({"name": "a\u{0}b"}), "name"),
        (json!({"name": "🔥".repeat(81)}), "name"),
        (json!({"name": 5}), "name"),
        (json!({"owner": "ben"}), "owner"),
        (json!({"name": "Millers", "owner": nobody}), "owner"),
        (json!({"name": "Millers", "owner": cem.id()}), "owner"),
        (json!({"name": "", "owner": ben.id()}), "name"),
    ] {
        ana.patch(&room.path, &change).await.assert_invalid(&[field]);
    }
    let seen = room.seen_by(&ben).await;
    assert_eq!((&seen["name"], &seen["owner"], &seen["last_seq"]), (&json!("Bakers"), &json!(ana.id()), &json!(0)));
    let both = json!({"name": "🔥".repeat(80), "owner": ben.id()});
    let changed = ana.patch(&room.path, &both).await.expect(200);
    assert_eq!((&changed["name"], &changed["owner"]), (&both["name"], &both["owner"]));
    assert_eq!(kinds(&room.log(&ana).await), ["renamed", "owner_changed"]);
    community.tidy().await;
}

#[actix_web::test]
async fn members_are_named_by_id_or_handle_and_must_be_there() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ana, &[&ben]).await;
    let at = |user: &str| format!("{}/members/{user}", room.path);
    assert_eq!(ana.put(&at("CEM")).await.expect(200)["last_event"]["user"], cem.id());
    ana.delete(&at("cem")).await.expect(204);
    for nobody in ["nobody", "00000000-0000-7000-8000-000000000000", "%5Bdeleted%5D"] {
        ana.put(&at(nobody)).await.assert_problem(404, "user_not_found");
        ana.delete(&at(nobody)).await.assert_problem(404, "user_not_found");
    }
    // Who exists and does not take part cannot be removed.
    room.remove(&ana, &cem).await.assert_problem(404, "user_not_found");
    assert_eq!(room.members(&ben).await, ["ana", "ben"]);
    assert_eq!(room.seen_by(&ben).await["last_seq"], 2);
}

#[actix_web::test]
async fn a_conversation_between_two_cannot_be_renamed_left_joined_or_handed_over() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::direct(&ana, &ben).await;
    let before = room.seen_by(&ana).await;
    for (who, other) in [(&ana, &ben), (&ben, &ana)] {
        room.rename(who, "Bakers").await.assert_problem(403, "forbidden");
        room.hand_over(who, other).await.assert_problem(403, "forbidden");
        room.hand_over(who, who).await.assert_problem(403, "forbidden");
        room.add(who, &cem).await.assert_problem(403, "forbidden");
        room.remove(who, other).await.assert_problem(403, "forbidden");
        room.remove(who, who).await.assert_problem(403, "forbidden");
        assert_eq!(room.seen_by(who).await, before);
    }
    community.tidy().await;
}

/// Puts `count` accounts into the store, and gives their ids: registering that many would take long.
async fn crowd(community: &Community, count: u128) -> Vec<AccountId> {
    let ids: Vec<_> = (0..count).map(|number| AccountId::from((number + 1).to_be_bytes())).collect();
    let template = community.app().store.records::<Account>(&Range::all().limit(1)).unwrap().remove(0);
    let accounts: Vec<_> = (0_u32..)
        .zip(&ids)
        .map(|(number, id)| Account {
            id: *id,
            email: format!("crowd{number}@example.org"),
            handle: format!("crowd_{number}"),
            ..Account::clone(&template)
        })
        .collect();
    let accounts = Arc::new(accounts);
    let written = community.app().store.write(move |tx| {
        accounts.iter().try_for_each(|account| tx.put(account))?;
        Ok::<_, Error>(())
    });
    written.await.unwrap();
    ids
}

#[actix_web::test]
async fn a_group_has_up_to_500_members_and_not_one_more() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let crowd = crowd(&community, 499).await;
    let mut members: Vec<_> = crowd.iter().map(ToString::to_string).collect();
    let full = json!({"members": members, "name": "Crowd"});
    let group = ana.post("/conversations", &full).await.expect(201);
    assert_eq!(group["members"].as_array().unwrap().len(), 500);
    let room = Room::of(&text(&group["id"]));
    room.add(&ana, &ben).await.assert_problem(409, "conversation_full");
    // Who is there already is no more than there was.
    ana.put(&format!("{}/members/crowd_7", room.path)).await.expect(200);
    members.push(ana.id());
    ana.post("/conversations", &json!({"members": members, "name": "Crowd"})).await.expect(201);
    members.push(ben.id());
    ana.post("/conversations", &json!({"members": members, "name": "Crowd"})).await.assert_invalid(&["members"]);
    ana.delete(&format!("{}/members/crowd_7", room.path)).await.expect(204);
    assert_eq!(room.add(&ana, &ben).await.expect(200)["members"].as_array().unwrap().len(), 500);
    assert_eq!(room.seen_by(&ben).await["created_at"], MORNING);
    let store = &community.app().store;
    let counted = store.records::<Conversation>(&Range::all()).unwrap().iter().map(|group| group.members).sum::<u64>();
    assert_eq!((counted, store.records::<Member>(&Range::all()).unwrap().len()), (1000, 1000));
    assert_eq!(room.seen_by(&ana).await["name"], Value::from("Crowd"));
    community.tidy().await;
}
