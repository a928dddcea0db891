//! A server that stops lets its devices go: each after what it is being answered.

use super::device::assert_gapless;
use super::feed::Feed;
use super::*;

#[actix_web::test]
async fn every_device_is_told_to_come_back_and_nobody_is_let_in_any_more() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let mut devices = [Device::of(&ana).await, Device::of(&ana).await, Device::of(&ben).await];
    let (mut feed, _) = Feed::of(&ben).await;
    let mut late = Device::connect(&ana).await;
    say(&ana, &room, "before").await;
    for device in &mut devices {
        device.until(&room, 1).await;
    }
    community.app().hub.stop();
    for device in &mut devices {
        assert_eq!(device.closed().await, 4001);
    }
    assert_eq!(feed.closed().await, 4001);
    late.begin(json!({"op": "hello", "token": ana.access_token})).await;
    assert_eq!(late.closed().await, 4001);
    assert!(late.answers().is_empty());
    let mut later = Device::connect(&ben).await;
    later.begin(json!({"op": "hello", "token": ben.access_token})).await;
    assert_eq!(later.closed().await, 4001);
    ana.get("/events").await.assert_problem(503, "overloaded");
    until_connected(&community, 0).await;
    // The same over HTTP works to the end.
    say(&ben, &room, "after").await;
    community.restart().await;
    let (mut back, _) = Device::resuming(&ana, &json!({room.clone(): 1})).await;
    assert_eq!(back.event().await["text"], "after");
}

#[actix_web::test]
async fn whatever_was_done_is_answered_before_the_end() {
    for messages in [1, 20, 200] {
        let community = Community::start().await;
        let (ana, ben) = (community.member("ana").await, community.member("ben").await);
        let room = direct(&ana, &ben).await;
        let mut device = Device::of(&ana).await;
        let mut ids = Vec::new();
        for number in 0..messages {
            let frame = json!({"op": "send", "conversation": room, "client_id": format!("{number}"), "text": "x"});
            ids.push(device.begin(frame).await);
        }
        community.app().hub.stop();
        assert_eq!(device.closed().await, 4001);
        let mut answered: Vec<_> = device.answers().iter().map(|answer| answer["seq"].as_u64().unwrap()).collect();
        answered.sort_unstable();
        let stored = log(&ben, &room).await.len() as u64;
        assert_gapless(&answered, 1, stored);
        // The first ones are those that were done: what was not can be sent again.
        for id in &ids[..answered.len()] {
            assert_eq!(device.answer(id).await["ok"], true);
        }
    }
}

#[actix_web::test]
async fn a_replay_under_way_does_not_hold_up_the_end() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    chatter(&community, &ana, &room, 500, &"🍞".repeat(4000)).await;
    let mut wire = super::wire::Wire::narrow(&ben);
    wire.hello(&ben, &json!({room.clone(): 0}));
    until_connected(&community, 1).await;
    community.app().hub.stop();
    let code = actix_web::web::block(move || {
        let mut last = 0;
        loop {
            match wire.listen() {
                super::wire::Heard::Frame(super::wire::TEXT, text) => {
                    let frame: Value = serde_json::from_slice(&text).unwrap();
                    assert_eq!(frame["event"]["seq"], last + 1);
                    last += 1;
                }
                super::wire::Heard::Frame(_, payload) => break u16::from_be_bytes(payload[..2].try_into().unwrap()),
                super::wire::Heard::End => panic!("the connection ended without a close frame"),
            }
        }
    });
    assert_eq!(code.await.unwrap(), 4001);
    until_connected(&community, 0).await;
}
