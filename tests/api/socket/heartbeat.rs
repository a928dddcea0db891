//! Heartbeats: who says nothing is asked whether they are there, and who does not answer is let go.

use actix_web::web::Bytes;
use awc::ws::Message;

use super::wire::{FIN, Heard, PING, PONG, Wire, frame};
use super::*;

const SOON: Duration = Duration::from_millis(40);

/// A community that asks often.
async fn impatient(patience: Duration) -> Community {
    Community::with_limits(|limits| (limits.heartbeat, limits.patience) = (SOON, patience)).await
}

#[actix_web::test]
async fn a_silent_device_is_asked_again_and_again_and_stays_while_it_answers() {
    let community = impatient(Duration::from_secs(60)).await;
    let ana = community.member("ana").await;
    let mut device = Device::of(&ana).await;
    while device.pings < 10 {
        assert!(device.listen().await);
    }
    assert!(device.is_open().await);
}

#[actix_web::test]
async fn a_device_that_does_not_answer_is_closed_and_is_offline() {
    let community = impatient(SOON).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    direct(&ana, &ben).await;
    let mut device = Device::of(&ana).await;
    let mut other = Device::of(&ben).await;
    device.is_awake = false;
    // The other one listens meanwhile, and answers.
    let gone = async {
        loop {
            let push = other.push().await;
            if push == json!({"push": "presence", "user": ana.id(), "online": false}) {
                return;
            }
        }
    };
    let (code, ()) = futures::join!(device.closed(), gone);
    assert_eq!(code, 4012);
    assert!(device.pings > 0);
    assert!(other.is_open().await);
}

#[actix_web::test]
async fn any_traffic_shows_that_somebody_is_there() {
    let limit = |limits: &mut hearth::chat::Limits| {
        (limits.heartbeat, limits.patience) = (Duration::from_secs(1), Duration::from_secs(10));
    };
    let community = Community::with_limits(limit).await;
    let ana = community.member("ana").await;
    let signs: [fn() -> Message; 3] = [
        || Message::Text(r#"{"id":"1","op":"nonsense"}"#.into()),
        || Message::Ping(Bytes::new()),
        || Message::Pong(Bytes::from_static(b"to nothing")),
    ];
    // Each is there for longer than anybody is waited for, and never answers what it is asked.
    let talks = signs.into_iter().map(|sign| {
        let ana = &ana;
        async move {
            let mut device = Device::of(ana).await;
            device.is_awake = false;
            for asked in 1..=12 {
                while device.pings < asked {
                    assert!(device.listen().await, "closed after {asked} pings: {:?}", sign());
                    device.forget_answers();
                }
                device.raw(sign()).await;
            }
            assert!(device.is_open().await, "{:?}", sign());
        }
    });
    futures::future::join_all(talks).await;
}

#[actix_web::test]
async fn a_ping_of_the_server_is_empty_and_its_answer_counts() {
    let community = impatient(Duration::from_secs(60)).await;
    let ana = community.member("ana").await;
    let mut wire = Wire::open(&ana);
    wire.hello(&ana, &json!({}));
    for _ in 0..3 {
        assert_eq!(wire.listen(), Heard::Frame(PING, Vec::new()));
        wire.write(&frame(FIN | PONG, b""));
    }
}
