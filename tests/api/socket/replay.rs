//! Resuming: a device that comes back with its cursors gets what it missed, in order, and then what happens.

use super::device::assert_gapless;
use super::*;

#[actix_web::test]
async fn a_cursor_brings_exactly_what_came_after_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    for _ in 1..=8 {
        say(&ana, &room, &unique()).await;
    }
    for cursor in 0..=8 {
        let everything = log(&ben, &room).await;
        let (mut device, greeting) = Device::resuming(&ben, &json!({room.clone(): cursor})).await;
        assert_eq!((&greeting["limited"], &greeting["gone"]), (&json!([]), &json!([])));
        for expected in &everything[cursor..] {
            assert_eq!(device.event().await, *expected);
        }
        assert_eq!(heard_before_a_message(&mut device, &ana, &room).await, Vec::<Value>::new());
    }
}

#[actix_web::test]
async fn without_a_cursor_nothing_is_replayed() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (room, other) = (group(&ana, &[&ben]).await, direct(&ana, &ben).await);
    say(&ana, &room, "missed").await;
    say(&ana, &other, "missed as well").await;
    let quiet = direct(&ben, &community.admin().await).await;
    for cursors in [json!({}), json!({other.clone(): 1})] {
        let (mut device, greeting) = Device::resuming(&ben, &cursors).await;
        // The device is told where there is something that it may page through, which is not so where nothing happened.
        let named = cursors.as_object().unwrap().len();
        let others = greeting["others"].as_array().unwrap();
        let head = log(&ben, &room).await.len();
        assert!(others.contains(&json!({"conversation": room, "from": 0, "head": head})), "{greeting}");
        assert_eq!(others.contains(&json!({"conversation": other, "from": 0, "head": 1})), named == 0, "{greeting}");
        assert!(others.len() == 2 - named && !greeting.to_string().contains(&quiet), "{greeting}");
        assert_eq!(heard_before_a_message(&mut device, &ana, &room).await, Vec::<Value>::new());
    }
    // Not to name any cursors is the same.
    let mut device = Device::connect(&ben).await;
    device.done(json!({"op": "hello", "token": ben.access_token})).await;
    assert_eq!(heard_before_a_message(&mut device, &ana, &room).await, Vec::<Value>::new());
}

#[actix_web::test]
async fn a_replay_shows_each_what_they_would_see_over_http() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let room = group(&ana, &[&ben, &cyd]).await;
    let path = format!("/conversations/{room}");
    let mut messages = Vec::new();
    for actor in [&ana, &ben, &cyd, &ana, &ben, &cyd] {
        let event = say(actor, &room, &unique()).await;
        messages.push(format!("{path}/messages/{}", text(&event["id"])));
    }
    ana.patch(&messages[0], &json!({"text": "edited once"})).await.expect(200);
    ana.patch(&messages[0], &json!({"text": "edited twice"})).await.expect(200);
    for actor in [&ben, &cyd] {
        actor.put(&format!("{}/reactions/%F0%9F%91%8D", messages[0])).await.expect(200);
    }
    ben.delete(&format!("{}?for=me", messages[0])).await.expect(200);
    ben.delete(&messages[1]).await.expect(200);
    cyd.delete(&format!("{}?for=me", messages[3])).await.expect(200);
    cyd.patch(&messages[5], &json!({"text": "edited and deleted"})).await.expect(200);
    cyd.delete(&messages[5]).await.expect(200);
    ana.patch(&path, &json!({"name": "Renamed"})).await.expect(200);
    remove(&ana, &room, &cyd).await;
    add(&ana, &room, &cyd).await;
    for viewer in [&ana, &ben, &cyd] {
        let everything = log(viewer, &room).await;
        assert_eq!(everything.len(), 18);
        for cursor in [0, 3, 11] {
            let (mut device, _) = Device::resuming(viewer, &json!({room.clone(): cursor})).await;
            for expected in &everything[cursor..] {
                assert_eq!(device.event().await, *expected);
            }
        }
    }
    assert_ne!(log(&ana, &room).await, log(&ben, &room).await);
    let (mut device, _) = Device::resuming(&ben, &json!({room.clone(): 0})).await;
    let replayed = json!(device.until(&room, 18).await).to_string();
    assert!(!replayed.contains("edited and deleted"), "{replayed}");
    assert!(!replayed.contains("edited twice") && !replayed.contains("edited once"), "{replayed}");
}

#[actix_web::test]
async fn up_to_500_events_are_replayed_and_what_is_more_is_paged_over_http() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (long, short) = (group(&ana, &[&ben]).await, direct(&ana, &ben).await);
    chatter(&community, &ana, &long, 501, "x").await;
    chatter(&community, &ana, &short, 3, "y").await;
    let (mut device, greeting) = Device::resuming(&ben, &json!({long.clone(): 1, short.clone(): 0})).await;
    assert_eq!(greeting["limited"], json!([]));
    // In which order the two come is not said.
    for (room, last) in [(&long, 501), (&short, 3)] {
        while device.log(room).last() != Some(&last) {
            device.event().await;
        }
    }
    assert_gapless(&device.log(&long), 2, 501);
    assert_gapless(&device.log(&short), 1, 3);
    // One more, and nothing of it is replayed; the other one is.
    let (mut device, greeting) = Device::resuming(&ben, &json!({long.clone(): 0, short.clone(): 1})).await;
    assert_eq!(greeting["limited"], json!([{"conversation": long, "from": 0, "head": 501}]));
    device.until(&short, 3).await;
    assert_gapless(&device.log(&short), 2, 3);
    assert_eq!(heard_before_a_message(&mut device, &ana, &long).await, Vec::<Value>::new());
    assert_eq!(device.log(&long), [502]);
    // Between `from` and `head` is exactly what is missing.
    let paged = ben.walk(&format!("/conversations/{long}/events?limit=100&after=0")).await;
    let seqs: Vec<_> = paged.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_gapless(&seqs, 1, 502);
}

#[actix_web::test]
async fn cursors_of_what_one_does_not_take_part_in_are_named_and_nothing_of_it_is_told() {
    let community = Community::start().await;
    let (ana, ben, cyd) = (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
    let (foreign, own) = (direct(&ana, &ben).await, direct(&cyd, &ben).await);
    say(&ana, &foreign, "private").await;
    say(&ben, &own, "for cyd").await;
    let nowhere = "01890000-0000-7000-8000-000000000000";
    let cursors = json!({foreign.clone(): 0, own.clone(): 0, nowhere: 7});
    let (mut device, greeting) = Device::resuming(&cyd, &cursors).await;
    let mut gone: Vec<_> = greeting["gone"].as_array().unwrap().iter().map(text).collect();
    let mut expected = [foreign.clone(), nowhere.to_owned()];
    gone.sort();
    expected.sort();
    assert_eq!(gone, expected);
    say(&ana, &foreign, "private again").await;
    assert_eq!(device.event().await["text"], "for cyd");
    assert_eq!(heard_before_a_message(&mut device, &ben, &own).await, Vec::<Value>::new());
}

#[actix_web::test]
async fn a_cursor_beyond_the_end_brings_nothing_old() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    say(&ana, &room, "one").await;
    for cursor in [1, 2, 1000, u64::MAX] {
        let (mut device, greeting) = Device::resuming(&ben, &json!({room.clone(): cursor})).await;
        assert_eq!((&greeting["limited"], &greeting["gone"]), (&json!([]), &json!([])));
        assert_eq!(heard_before_a_message(&mut device, &ana, &room).await, Vec::<Value>::new());
    }
}

#[actix_web::test]
async fn conversations_that_were_written_in_turn_are_each_replayed_in_order() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let mut rooms = vec![direct(&ana, &ben).await];
    for _ in 0..19 {
        rooms.push(group(&ana, &[&ben]).await);
    }
    for number in 0..300 {
        chatter(&community, if number % 3 == 0 { &ana } else { &ben }, &rooms[number * 7 % 20], 1, "x").await;
    }
    let cursors = rooms.iter().enumerate().map(|(place, room)| (room.clone(), json!(place % 16)));
    let cursors = Value::Object(cursors.collect());
    let (mut device, greeting) = Device::resuming(&ben, &cursors).await;
    assert_eq!((&greeting["limited"], &greeting["gone"]), (&json!([]), &json!([])));
    for room in &rooms {
        // Live, behind everything that was missed.
        say(&ana, room, &unique()).await;
    }
    for (place, room) in rooms.iter().enumerate() {
        while device.log(room).last() != Some(&16) {
            device.event().await;
        }
        assert_gapless(&device.log(room), place as u64 % 16 + 1, 16);
    }
}

#[actix_web::test]
async fn a_cursor_is_good_after_a_restart() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let (mut device, before) = Device::resuming(&ben, &json!({room.clone(): 0})).await;
    say(&ana, &room, "one").await;
    device.until(&room, 1).await;
    say(&ana, &room, "two").await;
    community.restart().await;
    say(&ana, &room, "three").await;
    let (mut device, after) = Device::resuming(&ben, &json!({room.clone(): 1})).await;
    assert_eq!(before["epoch"], after["epoch"]);
    device.until(&room, 3).await;
    say(&ana, &room, "four").await;
    device.until(&room, 4).await;
    assert_gapless(&device.log(&room), 2, 4);
}

#[actix_web::test]
async fn a_replay_may_be_far_longer_than_the_queue() {
    let community = Community::with_limits(|limits| limits.queue = 64 * 1024).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    chatter(&community, &ana, &room, 500, &"🍞".repeat(4000)).await;
    for _ in 0..2 {
        let (mut device, _) = Device::resuming(&ben, &json!({room.clone(): 0})).await;
        device.until(&room, 500).await;
        assert_gapless(&device.log(&room), 1, 500);
        assert!(device.is_open().await);
    }
}
