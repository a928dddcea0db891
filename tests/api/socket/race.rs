//! Devices that come and go while messages pour in: each hears everything, in order, and nothing twice.

use std::cell::Cell;
use std::collections::BTreeMap;

use actix_web::rt::time::sleep;
use futures::join;
use hearth::chat::{Change, What};

use super::device::assert_gapless;
use super::feed::Feed;
use super::*;

/// What a device knows of each conversation: the last `seq` it has seen.
type Cursors = BTreeMap<String, u64>;

/// Goes through what `device` heard since it said hello with `cursors`, and moves them.
fn follow(device: &Device, greeting: &Value, cursors: &mut Cursors) {
    for (room, cursor) in cursors.iter_mut() {
        let limited = greeting["limited"].as_array().unwrap().iter().find(|limited| limited["conversation"] == **room);
        if let Some(limited) = limited {
            assert_eq!(limited["from"], *cursor, "{limited}");
            // It pages through these over HTTP, which another test does.
            *cursor = limited["head"].as_u64().unwrap();
        }
        let heard = device.log(room);
        if let Some(last) = heard.last().copied() {
            assert_gapless(&heard, *cursor + 1, last);
            *cursor = last;
        }
    }
}

/// A device that connects again and again with its cursors, until everybody has `finished` and it has everything up to `last`.
async fn come_and_go(actor: &Actor, rooms: &[String], last: u64, seed: u64, finished: &Cell<bool>) -> Cursors {
    let mut cursors: Cursors = rooms.iter().map(|room| (room.clone(), 0)).collect();
    let (mut chance, mut times) = (seed, 0);
    loop {
        let last_time = finished.get();
        let (mut device, greeting) = Device::resuming(actor, &json!(cursors)).await;
        assert_eq!(greeting["gone"], json!([]));
        times += 1;
        if last_time {
            while rooms.iter().any(|room| device.log(room).last().copied().unwrap_or(cursors[room]) < last) {
                device.push().await;
            }
            follow(&device, &greeting, &mut cursors);
            assert!(times > 5, "it came only {times} times");
            return cursors;
        }
        // xorshift: how much it hears before it goes is different each time, and the same in each run.
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        for _ in 0..chance % 120 {
            if finished.get() {
                break;
            }
            device.push().await;
        }
        follow(&device, &greeting, &mut cursors);
        if chance % 3 == 0 {
            device.leave().await;
        }
    }
}

/// Writes some 250 messages a second into all rooms, and changes some of them.
async fn pour(community: &Community, actor: &Actor, rooms: &[String], rounds: usize) {
    let (app, account) = (community.app(), actor.id().parse().unwrap());
    for round in 0..rounds {
        let room = rooms[round % rooms.len()].parse().unwrap();
        let sending = (0..10).map(|_| {
            let message = NewMessage { client_id: unique(), text: "x".repeat(100), image: None, reply_to: None };
            hearth::chat::send(app, account, room, message)
        });
        let mut sent = join_all(sending).await.into_iter().map(|sent| sent.unwrap_or_else(|error| panic!("{error}")));
        let (first, second) = (sent.next().unwrap().event, sent.next().unwrap().event);
        for (event, change) in [(first, Change::Edit("edited".into())), (second, Change::React("👍".into(), true))] {
            let What::Message(message) = &event.what else { panic!("{event:?}") };
            assert!(hearth::chat::change(app, account, room, message.id, change).await.is_ok());
        }
        sleep(Duration::from_millis(40)).await;
    }
}

/// Ten messages, an edit and a reaction, of each of four senders, in a third of 60 rounds, and the last one.
const LAST: u64 = 12 * 4 * 20 + 1;

#[actix_web::test]
async fn devices_that_come_again_and_again_hear_everything_in_order_and_once() {
    let community = Community::start().await;
    let owner = community.member("owner").await;
    let (mut senders, mut listeners) = (Vec::new(), Vec::new());
    for number in 0..4 {
        senders.push(community.member(&format!("sender{number}")).await);
    }
    for number in 0..3 {
        listeners.push(community.member(&format!("listener{number}")).await);
    }
    // The three listen to two rooms each, and now and then nobody listens to one.
    let mut rooms = Vec::new();
    for absent in 0..3 {
        let there = listeners.iter().enumerate().filter(|(place, _)| *place != absent).map(|(_, actor)| actor);
        rooms.push(group(&owner, &there.chain(&senders).collect::<Vec<_>>()).await);
    }
    let of = |place: usize| [rooms[(place + 1) % 3].clone(), rooms[(place + 2) % 3].clone()];
    let finished = Cell::new(false);
    let pouring = async {
        join_all(senders.iter().map(|sender| pour(&community, sender, &rooms, 60))).await;
        finished.set(true);
        // Whoever still waits for something hears this.
        for room in &rooms {
            say(&owner, room, "the last one").await;
        }
    };
    let devices = [(0, 3), (0, 5), (1, 7), (1, 11), (2, 13)];
    let coming = devices.map(|(place, seed)| {
        let (listener, rooms, finished) = (&listeners[place], of(place), &finished);
        async move { come_and_go(listener, &rooms, LAST, seed, finished).await }
    });
    let ((), views) = join!(pouring, join_all(coming));
    for view in views {
        for (room, cursor) in view {
            assert_eq!(cursor, LAST, "{room}");
        }
    }
    community.tidy().await;
}

#[actix_web::test]
async fn who_joins_and_leaves_while_messages_pour_in_hears_exactly_what_is_theirs() {
    let community = Community::start().await;
    let (owner, sender) = (community.member("owner").await, community.member("sender").await);
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = group(&owner, &[&sender, &ben]).await;
    let elsewhere = group(&owner, &[&ana]).await;
    let (mut present, mut witness) = (Device::of(&ana).await, Device::of(&ben).await);
    let (finished, rooms) = (Cell::new(false), [room.clone()]);
    let pouring = async {
        join!(pour(&community, &sender, &rooms, 50), pour(&community, &owner, &rooms, 50));
        finished.set(true);
        say(&owner, &room, "the last one").await;
    };
    // One device stays connected; another one comes with a cursor each time its account is let in.
    let coming = async {
        let mut times = 0;
        while !finished.get() {
            let before = owner.get(&format!("/conversations/{room}")).await.expect(200)["last_seq"].as_u64().unwrap();
            add(&owner, &room, &ana).await;
            let mut cursors = Cursors::from([(room.clone(), before.saturating_sub(20))]);
            let (mut device, greeting) = Device::resuming(&ana, &json!(cursors)).await;
            assert_eq!(greeting["gone"], json!([]), "they were let in before they said hello");
            while device.log(&room).len() < 40 && !finished.get() {
                device.push().await;
            }
            remove(&owner, &room, &ana).await;
            while !device.heard.iter().any(|push| push["event"]["kind"] == "member_left") {
                device.push().await;
            }
            follow(&device, &greeting, &mut cursors);
            times += 1;
        }
        times
    };
    let ((), times) = join!(pouring, coming);
    assert!(times > 5, "it came only {times} times");
    let seq = say(&owner, &elsewhere, "last").await["seq"].as_u64().unwrap();
    present.until(&elsewhere, seq).await;
    let everything = log(&owner, &room).await;
    let mut is_member = false;
    let theirs: Vec<_> = everything
        .iter()
        .filter(|event| {
            let was = is_member;
            is_member = match event["kind"].as_str().unwrap() {
                "member_joined" => true,
                "member_left" => false,
                _ => is_member,
            };
            was || is_member
        })
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(present.log(&room), theirs);
    witness.until(&room, everything.len() as u64).await;
    assert_gapless(&witness.log(&room), 1, everything.len() as u64);
    community.tidy().await;
}

/// A room that so many devices listen to that it takes a while until all have heard of 1,000 messages.
async fn crowd() -> (Community, Actor, String, Vec<Device>) {
    let limit = |limits: &mut hearth::chat::Limits| (limits.sockets, limits.queue) = (1000, 64 << 20);
    let community = Community::with_limits(limit).await;
    let owner = community.member("owner").await;
    let ben = community.member("ben").await;
    let room = group(&owner, &[&ben]).await;
    let devices = join_all((0..60).map(|_| Device::of(&ben))).await;
    (community, owner, room, devices)
}

#[actix_web::test]
async fn a_cursor_that_is_ahead_of_what_others_have_heard_is_heeded() {
    let (community, owner, room, _devices) = crowd().await;
    let ana = community.member("ana").await;
    add(&owner, &room, &ana).await;
    let mut head = 1;
    for _ in 0..5 {
        chatter(&community, &owner, &room, 1000, "x").await;
        head += 1000;
        // The answers are there, so all of it can be read over HTTP, and a device may have done so.
        let cursor = head;
        let (mut device, greeting) = Device::resuming(&ana, &json!({room.clone(): cursor})).await;
        assert_eq!(greeting["limited"], json!([]));
        say(&owner, &room, &unique()).await;
        head += 1;
        device.until(&room, cursor + 1).await;
        assert_gapless(&device.log(&room), cursor + 1, cursor + 1);
    }
}

#[actix_web::test]
async fn who_brings_no_cursor_hears_nothing_that_was_answered_before_they_came() {
    let (community, owner, room, _devices) = crowd().await;
    let ana = community.member("ana").await;
    add(&owner, &room, &ana).await;
    let mut head = 1;
    for _ in 0..3 {
        chatter(&community, &owner, &room, 1000, "x").await;
        let (mut device, (mut feed, _)) = (Device::of(&ana).await, Feed::of(&ana).await);
        say(&owner, &room, &unique()).await;
        head += 1001;
        device.until(&room, head).await;
        assert_gapless(&device.log(&room), head, head);
        assert_eq!(feed.until(&room, head).await, [(room.clone(), head)]);
    }
}

#[actix_web::test]
async fn a_stream_that_goes_on_while_others_are_behind_misses_nothing_and_repeats_nothing() {
    let (community, owner, room, _devices) = crowd().await;
    let ana = community.member("ana").await;
    add(&owner, &room, &ana).await;
    let (mut feed, _) = Feed::of(&ana).await;
    let mut heard = Vec::new();
    let mut head = 1;
    for _ in 0..10 {
        chatter(&community, &owner, &room, 300, "x").await;
        head += 300;
        // It hears some of it, and goes while the rest is still on its way.
        heard.extend(feed.until(&room, head - 150).await);
        let id = feed.last_id.clone().unwrap();
        let (again, hello) = Feed::after(&ana, &id).await;
        assert_eq!(hello.data["limited"], json!([]));
        feed = again;
    }
    heard.extend(feed.until(&room, head).await);
    let seqs: Vec<_> = heard.into_iter().map(|(_, seq)| seq).collect();
    assert_gapless(&seqs, 2, head);
}

#[actix_web::test]
async fn a_newcomer_who_is_quicker_than_the_news_of_them_misses_nothing() {
    let (community, owner, room, _devices) = crowd().await;
    let mut head = 0;
    for number in 0..5 {
        let newcomer = community.member(&format!("newcomer{number}")).await;
        chatter(&community, &owner, &room, 1000, "x").await;
        head += 1000;
        let (app, by, conversation) = (community.app(), owner.id().parse().unwrap(), room.parse().unwrap());
        assert!(hearth::chat::add_member(app, by, conversation, &newcomer.id()).await.is_ok());
        head += 1;
        // They have read most of what was before over HTTP.
        let cursor = head - 20;
        let (mut device, greeting) = Device::resuming(&newcomer, &json!({room.clone(): cursor})).await;
        assert_eq!((&greeting["limited"], &greeting["gone"]), (&json!([]), &json!([])));
        say(&owner, &room, &unique()).await;
        head += 1;
        device.until(&room, head).await;
        assert_gapless(&device.log(&room), cursor + 1, head);
    }
}
