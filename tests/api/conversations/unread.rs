//! How much is unread, against counting it by hand.

use futures::future::join_all;
use hearth::accounts::AccountId;
use hearth::chat::{Change, ConversationId, NewMessage, Scope, change, send};
use hearth::store::{Range, Read};
use serde_json::json;

use super::room::{Room, seq};
use crate::actor::Actor;
use crate::community::Community;

#[actix_web::test]
async fn read_marks_only_grow_and_end_at_the_end_of_the_log() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let marked = async |seq: u64, read_seq: u64, unread: u64| {
        let answer = room.read(&ben, seq).await.expect(200);
        assert_eq!(answer, json!({"conversation": room.id, "read_seq": read_seq, "unread_count": unread}));
        let seen = room.seen_by(&ben).await;
        assert_eq!((&seen["read_seq"], &seen["unread_count"]), (&json!(read_seq), &json!(unread)));
        // Who shares a conversation sees how far the other one has read, and has a mark of their own.
        let other = room.seen_by(&ana).await;
        assert_eq!((&other["members"][1]["read_seq"], &other["read_seq"]), (&json!(read_seq), &json!(0)));
    };
    marked(0, 0, 0).await;
    marked(7, 0, 0).await;
    for words in ["One", "Two", "Three", "Four"] {
        room.say(&ana, words).await;
    }
    marked(0, 0, 4).await;
    marked(2, 2, 2).await;
    marked(1, 2, 2).await;
    marked(2, 2, 2).await;
    marked(u64::MAX, 4, 0).await;
    // Beyond the end is the end as it was then: what comes later is unread.
    room.say(&ana, "Five").await;
    marked(3, 4, 1).await;
    room.say(&ben, "Own").await;
    marked(4, 4, 1).await;
    marked(6, 6, 0).await;
    for bad in [json!({}), json!({"seq": -1}), json!({"seq": "1"}), json!({"seq": null}), json!({"seq": 1.5})] {
        ben.put_json(&format!("{}/read", room.path), &bad).await.assert_invalid(&["seq"]);
    }
    let marks = join_all((0..8).map(|seq| room.read(&ana, seq))).await;
    assert!(marks.iter().all(|mark| mark.status == 200));
    assert_eq!(room.seen_by(&ana).await["read_seq"], 6);
    assert_eq!(room.log(&ben).await.len(), 6, "reading is no event");
    community.tidy().await;
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    /// 0 to `sides - 1`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

/// A message as the plain model knows it.
struct Said {
    event: serde_json::Value,
    sender: usize,
    deleted: bool,
    hidden: [bool; 3],
}

/// A group as the plain model knows it: what each of three has read, or `None` while they are out.
struct Model {
    said: Vec<Said>,
    last: u64,
    read: [Option<u64>; 3],
}

impl Model {
    fn unread(&self, who: usize, read: u64) -> usize {
        let counts = |said: &&Said| seq(&said.event) > read && said.sender != who && !said.deleted && !said.hidden[who];
        self.said.iter().filter(counts).count()
    }

    /// Some message that is not deleted, and that `who` has not deleted for themselves.
    fn some(&mut self, dice: &mut Dice, who: usize) -> Option<&mut Said> {
        let mut open: Vec<_> = self.said.iter_mut().filter(|said| !said.deleted && !said.hidden[who]).collect();
        let place = dice.roll(open.len().max(1));
        (!open.is_empty()).then(|| open.swap_remove(place))
    }
}

async fn step(room: &Room, people: &[Actor; 3], model: &mut Model, dice: &mut Dice) {
    let present: Vec<_> = (0..3).filter(|who| model.read[*who].is_some()).collect();
    let who = present[dice.roll(present.len())];
    let actor = &people[who];
    match dice.roll(16) {
        0..=5 => {
            let event = room.say(actor, &dice.roll(1000).to_string()).await;
            model.last += 1;
            assert_eq!(seq(&event), model.last);
            model.said.push(Said { event, sender: who, deleted: false, hidden: [false; 3] });
        }
        6..=7 => {
            let to = dice.roll(usize::try_from(model.last).unwrap() + 3) as u64;
            room.read(actor, to).await.expect(200);
            model.read[who] = model.read[who].max(Some(to.min(model.last)));
        }
        8..=9 => {
            let last = &mut model.last.clone();
            let Some(said) = model.some(dice, who).filter(|said| who == 0 || said.sender == who) else { return };
            room.delete(actor, &said.event).await.expect(200);
            (said.deleted, *last) = (true, *last + 1);
            model.last = *last;
        }
        10..=12 => {
            let Some(said) = model.some(dice, who) else { return };
            room.hide(actor, &said.event).await.expect(200);
            said.hidden[who] = true;
            model.last += 1;
        }
        13 => {
            let Some(said) = model.some(dice, who) else { return };
            let event = room.react(actor, &said.event, "👍").await.expect(200);
            model.last += u64::from(event["kind"] == "reaction");
        }
        14 if model.read[2].is_some() => {
            room.remove(&people[0], &people[2]).await.expect(204);
            (model.read[2], model.last) = (None, model.last + 1);
        }
        _ => {
            if model.read[2].is_none() {
                room.add(&people[0], &people[2]).await.expect(200);
                model.last += 1;
                // Whether that they came counts as read by themselves is all the same.
                let read = room.seen_by(&people[2]).await["read_seq"].as_u64().unwrap();
                assert!(read == model.last || read + 1 == model.last, "{read} of {}", model.last);
                model.read[2] = Some(read);
            }
        }
    }
}

#[actix_web::test]
async fn unread_counts_are_right_after_every_step_of_a_long_walk() {
    let community = Community::start().await;
    let people = [community.member("ana").await, community.member("ben").await, community.member("cem").await];
    for seed in 0..3 {
        let room = Room::group(&people[0], &[&people[1], &people[2]]).await;
        let mut dice = Dice(seed);
        let mut model = Model { said: Vec::new(), last: 0, read: [Some(0); 3] };
        for number in 0..160 {
            step(&room, &people, &mut model, &mut dice).await;
            for (who, actor) in people.iter().enumerate() {
                let Some(read) = model.read[who] else { continue };
                let seen = room.seen_by(actor).await;
                let place = format!("seed {seed}, step {number}, member {who}: {seen}");
                assert_eq!((&seen["last_seq"], &seen["read_seq"]), (&json!(model.last), &json!(read)), "{place}");
                assert_eq!(seen["unread_count"], model.unread(who, read), "{place}");
            }
        }
        // The log itself says the same.
        for (who, actor) in people.iter().enumerate().filter(|(who, _)| model.read[*who].is_some()) {
            let seen = room.seen_by(actor).await;
            let counts = room.log(actor).await.into_iter().filter(|event| {
                event["kind"] == "message"
                    && event["actor"] != actor.id()
                    && event["deleted"] == json!(false)
                    && Some(seq(event)) > seen["read_seq"].as_u64()
            });
            assert_eq!(seen["unread_count"], counts.count(), "seed {seed}, member {who}");
        }
    }
    community.tidy().await;
}

#[actix_web::test]
async fn unread_counts_are_right_where_thousands_are_deleted() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let app = community.app();
    let (by_ana, by_ben): (AccountId, AccountId) = (ana.id().parse().unwrap(), ben.id().parse().unwrap());
    let conversation: ConversationId = room.id.parse().unwrap();
    let write = |number: u32| {
        let client_id = number.to_string();
        send(app, by_ana, conversation, NewMessage { client_id, text: "x".into(), image: None, reply_to: None })
    };
    let mut ids = Vec::new();
    for sent in join_all((0..2300).map(write)).await {
        ids.push(sent.unwrap().event.message().unwrap().id);
    }
    let deleted = ids[..1100].iter().map(|id| change(app, by_ana, conversation, *id, Change::Delete(Scope::Everyone)));
    assert!(join_all(deleted).await.iter().all(Result::is_ok));
    let hidden = ids[1000..2200].iter().map(|id| change(app, by_ben, conversation, *id, Change::Delete(Scope::Me)));
    assert_eq!(join_all(hidden).await.iter().filter(|hidden| hidden.is_ok()).count(), 1100);
    assert_eq!(room.seen_by(&ben).await["unread_count"], 100);
    let events = room.log(&ben).await;
    let there = |read: u64| {
        let counts = events.iter().filter(|event| event["deleted"] == json!(false) && seq(event) > read);
        counts.filter(|event| event["kind"] == "message").count()
    };
    for read in [1, 500, 1099, 1100, 1500, 2150, 2200, 2201, 2250, 2299, 2300, 4000] {
        assert_eq!(room.read(&ben, read).await.expect(200)["unread_count"], there(read), "after {read}");
    }
    assert_eq!(room.seen_by(&ana).await["unread_count"], 0);
    assert!(app.store.records::<hearth::chat::Hidden>(&Range::all()).unwrap().len() >= 1000);
    community.tidy().await;
}
