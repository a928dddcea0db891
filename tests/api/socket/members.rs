//! Who takes part: a device hears of a conversation from the moment its account belongs to it, and no longer.

use super::device::assert_gapless;
use super::*;

#[actix_web::test]
async fn a_new_conversation_is_announced_to_those_members_who_are_connected() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let mut devices = [Device::of(&ana).await, Device::of(&ana).await, Device::of(&ben).await];
    let mut stranger = Device::of(&cyd).await;
    for number in 0..3 {
        let room = if number == 1 { direct(&ben, &ana).await } else { group(&ana, &[&ben]).await };
        say(&ben, &room, "first").await;
        for device in &mut devices {
            assert_eq!(device.push().await, json!({"push": "conversation", "conversation": room}));
            let event = device.event().await;
            assert_eq!((&event["conversation"], &event["seq"]), (&json!(room), &json!(1)));
        }
        // Asking for one that is there announces nothing.
        if number == 1 {
            assert_eq!(direct(&ana, &ben).await, room);
            say(&ana, &room, "again").await;
            for device in &mut devices {
                assert_eq!(device.event().await["seq"], 2);
            }
        }
    }
    let own = group(&cyd, &[&community.admin().await]).await;
    let heard = heard_before_a_message(&mut stranger, &cyd, &own).await;
    assert_eq!(heard, [json!({"push": "conversation", "conversation": own})]);
}

#[actix_web::test]
async fn who_is_added_hears_from_that_very_event_on_on_every_device() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let room = group(&ana, &[&ben]).await;
    let mut of_ben = Device::of(&ben).await;
    let mut newcomers = [Device::of(&cyd).await, Device::of(&cyd).await];
    for words in ["one", "two", "three"] {
        say(&ana, &room, words).await;
    }
    add(&ana, &room, &cyd).await;
    say(&ben, &room, "welcome").await;
    let joined = json!({
        "conversation": room, "seq": 4, "kind": "member_joined", "actor": ana.id(),
        "at": "2026-11-23T08:11:00.000Z", "user": cyd.id(),
    });
    for device in &mut newcomers {
        assert_eq!(device.event().await, joined);
        assert_eq!(device.event().await["seq"], 5);
        // They take part in every way.
        device.done(json!({"op": "typing", "conversation": room})).await;
    }
    // One that connects now listens like the others, and may ask for what was before.
    let (mut late, _) = Device::resuming(&cyd, &json!({room.clone(): 0})).await;
    late.until(&room, 5).await;
    say(&cyd, &room, "thanks").await;
    for device in newcomers.iter_mut().chain([&mut late, &mut of_ben]) {
        device.until(&room, 6).await;
    }
    assert_gapless(&late.log(&room), 1, 6);
    assert_gapless(&of_ben.log(&room), 1, 6);
    assert_gapless(&newcomers[0].log(&room), 4, 6);
    // Adding again changes nothing.
    add(&ana, &room, &cyd).await;
    assert_eq!(log(&ana, &room).await.len(), 6);
}

#[actix_web::test]
async fn who_is_removed_hears_exactly_up_to_that_very_event() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let room = group(&ana, &[&ben, &cyd]).await;
    let elsewhere = direct(&ana, &cyd).await;
    let (mut of_ana, mut of_cyd) = (Device::of(&ana).await, Device::of(&cyd).await);
    let mut other = Device::of(&signed_in_again(&cyd).await).await;
    let id = text(&say(&cyd, &room, "mine").await["id"]);
    remove(&ana, &room, &cyd).await;
    let left = json!({
        "conversation": room, "seq": 2, "kind": "member_left", "actor": ana.id(),
        "at": "2026-11-23T08:11:00.000Z", "user": cyd.id(), "owner": null,
    });
    for words in ["after", "that"] {
        say(&ben, &room, words).await;
    }
    of_ana.done(json!({"op": "typing", "conversation": room})).await;
    of_ana.done(json!({"op": "read", "conversation": room, "seq": 4})).await;
    ana.patch(&format!("/conversations/{room}"), &json!({"name": "Without Cyd"})).await.expect(200);
    for device in [&mut of_cyd, &mut other] {
        let heard = heard_before_a_message(device, &ana, &elsewhere).await;
        let about: Vec<_> = heard.iter().filter(|push| push.to_string().contains(&room)).collect();
        assert_eq!(about.last().unwrap()["event"], left);
        assert_gapless(&device.log(&room), 1, 2);
        assert_eq!(about.len(), 2, "{about:?}");
    }
    for frame in [
        json!({"op": "send", "conversation": room, "client_id": "c", "text": "x"}),
        json!({"op": "send", "conversation": room, "client_id": "mine", "text": "mine"}),
        json!({"op": "edit", "conversation": room, "message_id": id, "text": "x"}),
        json!({"op": "delete", "conversation": room, "message_id": id}),
        json!({"op": "react", "conversation": room, "message_id": id, "emoji": "👍"}),
        json!({"op": "read", "conversation": room, "seq": 5}),
        json!({"op": "typing", "conversation": room}),
    ] {
        of_cyd.refused(frame, "conversation_not_found").await;
    }
    // A cursor does not let them back in.
    let (mut back, greeting) = Device::resuming(&cyd, &json!({room.clone(): 1, elsewhere.clone(): 0})).await;
    assert_eq!((&greeting["gone"], &greeting["limited"]), (&json!([room]), &json!([])));
    back.until(&elsewhere, 2).await;
    assert_eq!(back.log(&room), Vec::<u64>::new());
    assert_eq!(log(&ana, &room).await.len(), 5);
}

#[actix_web::test]
async fn who_leaves_and_comes_back_hears_of_neither_twice() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    let (mut of_ana, mut of_ben) = (Device::of(&ana).await, Device::of(&ben).await);
    let mut expected = Vec::new();
    for round in 0..5 {
        let first = round * 4;
        say(&ana, &room, &format!("here {round}")).await;
        remove(&ben, &room, &ben).await;
        say(&ana, &room, &format!("gone {round}")).await;
        add(&ana, &room, &ben).await;
        expected.extend([first + 1, first + 2, first + 4]);
    }
    of_ben.until(&room, 20).await;
    of_ana.until(&room, 20).await;
    assert_eq!(of_ben.log(&room), expected);
    assert_gapless(&of_ana.log(&room), 1, 20);
    // With a cursor from before, everything in between is there.
    let (mut back, _) = Device::resuming(&ben, &json!({room.clone(): 2})).await;
    back.until(&room, 20).await;
    assert_gapless(&back.log(&room), 3, 20);
}

#[actix_web::test]
async fn an_owner_who_leaves_passes_the_group_on_and_the_last_one_ends_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    let (mut of_ana, mut of_ben) = (Device::of(&ana).await, Device::of(&ben).await);
    remove(&ana, &room, &ana).await;
    for device in [&mut of_ana, &mut of_ben] {
        let left = device.until(&room, 1).await.pop().unwrap();
        assert_eq!((&left["event"]["user"], &left["event"]["owner"]), (&json!(ana.id()), &json!(ben.id())));
    }
    remove(&ben, &room, &ben).await;
    of_ben.refused(json!({"op": "typing", "conversation": room}), "conversation_not_found").await;
    community.tidy().await;
    assert!(of_ana.is_open().await && of_ben.is_open().await);
}

#[actix_web::test]
async fn who_deletes_their_account_leaves_the_groups_and_the_others_hear_of_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (room, pair) = (group(&ana, &[&ben]).await, direct(&ana, &ben).await);
    let mut of_ana = Device::of(&ana).await;
    ben.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    community.tidy().await;
    let left = of_ana.event().await;
    assert_eq!((&left["kind"], &left["user"]), (&json!("member_left"), &json!(ben.id())));
    assert_eq!(left["conversation"], room);
    let send = json!({"op": "send", "conversation": pair, "client_id": "c", "text": "x"});
    of_ana.refused(send, "user_not_found").await;
}
