//! Sockets, and what goes through them.

use std::time::Duration;

use serde_json::json;

use super::{moved, scrape, value};
use crate::community::Community;
use crate::socket::device::{Device, PATIENCE};
use crate::socket::feed::Feed;
use crate::socket::wire::Wire;
use crate::socket::{chatter, group, say, until_connected};

const SOCKETS: &str = "hearth_sockets";
const WEBSOCKETS: [(&str, &str); 1] = [("kind", "websocket")];
const STREAMS: [(&str, &str); 1] = [("kind", "events")];

/// Waits until a figure is what it should be: what hangs up is noticed a moment later.
async fn until(community: &Community, name: &str, labels: &[(&str, &str)], expected: f64) {
    let waiting = async {
        while value(&scrape(community).await, name, labels) != expected {
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let ended = actix_web::rt::time::timeout(PATIENCE, waiting).await;
    assert!(ended.is_ok(), "{name} with {labels:?} is never {expected}");
}

#[actix_web::test]
async fn a_message_is_one_message_with_a_delivery_and_a_delay_for_each_device() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    let mut devices = [Device::of(&ana).await, Device::of(&ben).await, Device::of(&ben).await];
    let before = scrape(&community).await;
    say(&ana, &room, "hello").await;
    for device in &mut devices {
        device.until(&room, 1).await;
    }
    let after = scrape(&community).await;
    let both = (&before, &after);
    assert_eq!(moved(both, "hearth_messages_total", &[]), 1.0);
    assert_eq!(moved(both, "hearth_deliveries_total", &[]), 3.0);
    assert_eq!(moved(both, "hearth_delivery_delay_seconds_count", &[]), 3.0);
    assert!(moved(both, "hearth_delivery_delay_seconds_sum", &[]) > 0.0);
    // What is no message moves only what it should, and answers are no deliveries.
    let message = say(&ana, &room, "again").await;
    devices[1].done(json!({"op": "ping"})).await;
    devices[1].until(&room, 2).await;
    let path = format!("/conversations/{room}/messages/{}", message["id"].as_str().unwrap());
    ana.patch(&path, &json!({"text": "once more"})).await.expect(200);
    for device in &mut devices {
        device.until(&room, 3).await;
    }
    let last = scrape(&community).await;
    assert_eq!(moved((&after, &last), "hearth_messages_total", &[]), 1.0);
    assert_eq!(moved((&after, &last), "hearth_deliveries_total", &[]), 6.0);
}

#[actix_web::test]
async fn what_is_replayed_is_delivered_and_has_no_delay() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    for words in ["one", "two", "three"] {
        say(&ana, &room, words).await;
    }
    let before = scrape(&community).await;
    let (mut device, _) = Device::resuming(&ben, &json!({room.clone(): 0})).await;
    device.until(&room, 3).await;
    let after = scrape(&community).await;
    assert_eq!(moved((&before, &after), "hearth_deliveries_total", &[]), 3.0);
    assert_eq!(moved((&before, &after), "hearth_delivery_delay_seconds_count", &[]), 0.0);
}

#[actix_web::test]
async fn sockets_are_counted_while_they_are_open_and_are_no_requests_then() {
    // That nobody is there any more shows when a stream is written to.
    let community = Community::with_limits(|limits| limits.heartbeat = Duration::from_millis(50)).await;
    let ana = community.member("ana").await;
    let none = scrape(&community).await;
    assert_eq!((value(&none, SOCKETS, &WEBSOCKETS), value(&none, SOCKETS, &STREAMS)), (0.0, 0.0));
    let (one, other) = (Device::of(&ana).await, Device::of(&ana).await);
    let silent = Wire::open(&ana);
    let (feed, _) = Feed::of(&ana).await;
    let open = scrape(&community).await;
    assert_eq!((value(&open, SOCKETS, &WEBSOCKETS), value(&open, SOCKETS, &STREAMS)), (3.0, 1.0));
    assert_eq!(value(&open, "hearth_http_requests_in_flight", &[]), 1.0, "but for the scrape");
    let durations = "hearth_http_request_duration_seconds_count";
    assert_eq!(moved((&none, &open), durations, &[("route", "/api/v1/ws"), ("status", "101")]), 3.0);
    assert_eq!(moved((&none, &open), durations, &[("route", "/api/v1/events"), ("status", "200")]), 1.0);
    one.leave().await;
    drop((other, silent, feed));
    until(&community, SOCKETS, &WEBSOCKETS, 0.0).await;
    until(&community, SOCKETS, &STREAMS, 0.0).await;
}

#[actix_web::test]
async fn what_waits_for_who_does_not_read_is_counted_until_they_go() {
    let community = Community::with_limits(|limits| limits.queue = 64 * 1024).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    let mut slow = Wire::narrow(&ben);
    slow.hello(&ben, &json!({}));
    let mut of_ana = Device::of(&ana).await;
    let (mut sent, mut most) = (0, 0.0);
    // What the system itself keeps for who does not read has to be filled first.
    while community.app().hub.sockets() == 2 {
        assert!(sent < 10_000, "it was never cut off");
        chatter(&community, &ana, &room, 4, &"🍞".repeat(2000)).await;
        sent += 4;
        of_ana.until(&room, sent).await;
        most = value(&scrape(&community).await, "hearth_socket_queue_bytes", &[]).max(most);
    }
    assert!(most > 8_000.0 && most <= 2.0 * 64.0 * 1024.0, "{most}");
    until_connected(&community, 1).await;
    let after = scrape(&community).await;
    assert_eq!(value(&after, "hearth_slow_readers_total", &[]), 1.0);
    assert_eq!(value(&after, "hearth_socket_queue_bytes", &[]), 0.0);
}
