//! A device that does not read costs itself its place, and nobody else anything.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use actix_web::rt::time::{sleep, timeout};

use super::device::assert_gapless;
use super::wire::{CLOSE, FIN, Heard, PING, TEXT, Wire, frame};
use super::*;

/// The `seq`s of the events in what a wire is still given, and the code that it ends with.
fn drained(wire: &mut Wire) -> (Vec<u64>, Option<u16>) {
    let mut seqs = Vec::new();
    loop {
        match wire.listen() {
            Heard::Frame(TEXT, text) => {
                let frame: Value = serde_json::from_slice(&text).unwrap();
                seqs.extend(frame["event"]["seq"].as_u64());
            }
            Heard::Frame(CLOSE, payload) => return (seqs, Some(u16::from_be_bytes(payload[..2].try_into().unwrap()))),
            Heard::Frame(PING, _) => {}
            other => return (seqs, (other != Heard::End).then(|| panic!("{other:?}"))),
        }
    }
}

#[actix_web::test]
async fn who_does_not_read_is_cut_off_and_all_others_hear_everything() {
    let community = Community::with_limits(|limits| limits.queue = 64 * 1024).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    let mut slow = Wire::narrow(&ben);
    slow.hello(&ben, &json!({}));
    let mut others = [Device::of(&ben).await, Device::of(&ben).await, Device::of(&ana).await];
    let mut sent = 0;
    // What the system itself keeps for who does not read has to be filled first.
    while community.app().hub.sockets() == 4 {
        assert!(sent < 10_000, "it was never cut off");
        chatter(&community, &ana, &room, 4, &"🍞".repeat(2000)).await;
        sent += 4;
        for other in &mut others {
            other.until(&room, sent).await;
        }
    }
    until_connected(&community, 3).await;
    chatter(&community, &ana, &room, 8, "after").await;
    for other in &mut others {
        other.until(&room, sent + 8).await;
        assert_gapless(&other.log(&room), 1, sent + 8);
        assert!(other.is_open().await);
    }
    // What it had been given is whole, and then it is told why; with its cursor it gets the rest.
    let (seqs, code) = actix_web::web::block(move || drained(&mut slow)).await.unwrap();
    let last = seqs.last().copied().unwrap_or(0);
    assert_gapless(&seqs, 1, last);
    assert_eq!(code, Some(4008));
    assert!(last < sent, "it was given everything");
    let (mut back, greeting) = Device::resuming(&ben, &json!({room.clone(): last})).await;
    let from = greeting["limited"][0]["head"].as_u64().unwrap_or(last);
    say(&ana, &room, "last").await;
    back.until(&room, sent + 9).await;
    assert_gapless(&back.log(&room), from + 1, sent + 9);
}

#[actix_web::test]
async fn what_may_be_forgotten_never_cuts_anybody_off() {
    let community = Community::with_limits(|limits| limits.queue = 16 * 1024).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&ana, &[&ben]).await;
    let mut slow = Wire::narrow(&ben);
    slow.hello(&ben, &json!({}));
    let app = community.app();
    let (account, conversation) = (ana.id().parse().unwrap(), room.parse().unwrap());
    let mut of_ana = Device::of(&ana).await;
    // Enough for every buffer there is, several times over.
    for _ in 0..200_000 {
        app.hub.typing(account, conversation);
    }
    assert_eq!(app.hub.sockets(), 2);
    say(&ana, &room, "and then this").await;
    of_ana.until(&room, 1).await;
    let (typing, mut slow) = actix_web::web::block(move || {
        let mut typing = 0;
        while slow.text()["event"]["seq"] != 1 {
            typing += 1;
        }
        (typing, slow)
    })
    .await
    .unwrap();
    assert!(typing > 0 && typing < 200_000, "{typing}");
    assert_eq!(app.hub.sockets(), 2);
    slow.write(&frame(FIN | TEXT, br#"{"id":"1","op":"ping"}"#));
    assert_eq!(slow.text(), json!({"id": "1", "ok": true}));
}

#[actix_web::test]
async fn who_asks_without_reading_the_answers_is_waited_for_and_gets_every_one() {
    let community = Community::with_limits(|limits| limits.heartbeat = Duration::from_secs(3600)).await;
    let ana = community.member("ana").await;
    let mut wire = Wire::narrow(&ana);
    wire.hello(&ana, &json!({}));
    // The answers are as long as the questions, which take more than all buffers on their way.
    const QUESTIONS: usize = 300;
    let id = |number: usize| format!("{number} {}", "x".repeat(60_000));
    let (mut writer, written) = (wire.writer(), Arc::new(AtomicUsize::new(0)));
    let progress = written.clone();
    let writing = std::thread::spawn(move || {
        for number in 0..QUESTIONS {
            let ping = json!({"id": id(number), "op": "ping"}).to_string();
            writer.write_all(&frame(FIN | TEXT, ping.as_bytes())).unwrap();
            progress.fetch_add(1, Ordering::SeqCst);
        }
    });
    // Waits until the server takes no more, which is what this is about; if it did, this would only show less.
    let stalled = async {
        let mut before = usize::MAX;
        while before != written.load(Ordering::SeqCst) {
            before = written.load(Ordering::SeqCst);
            sleep(Duration::from_millis(300)).await;
        }
    };
    timeout(PATIENCE, stalled).await.unwrap();
    assert!(written.load(Ordering::SeqCst) < QUESTIONS, "the server takes whatever is sent");
    let reading = actix_web::web::block(move || {
        for number in 0..QUESTIONS {
            let answer = wire.text();
            assert!(answer["id"].as_str().unwrap().starts_with(&format!("{number} ")) && answer["ok"] == true);
        }
    });
    reading.await.unwrap();
    writing.join().unwrap();
}
