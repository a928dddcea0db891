//! What a device may ask for, what it is answered, and what all members hear of it.

use super::device::assert_gapless;
use super::*;

const NOW: &str = "2026-11-23T08:11:00.000Z";

/// A group of three; the first has two devices, the others one.
struct Scene {
    community: Community,
    ana: Actor,
    ben: Actor,
    cy: Actor,
    room: String,
    /// Ana's, her other one, Ben's, and Cy's.
    devices: [Device; 4],
}

impl Scene {
    async fn start() -> Self {
        let community = Community::start().await;
        let (ana, ben, cy) =
            (community.member("ana").await, community.member("ben").await, community.member("cyd").await);
        let room = group(&ana, &[&ben, &cy]).await;
        let mut devices =
            [Device::of(&ana).await, Device::of(&ana).await, Device::of(&ben).await, Device::of(&cy).await];
        // Those who came later were announced before this.
        for words in ["one", "two", "three", "four"] {
            say(&cy, &room, words).await;
        }
        for device in &mut devices {
            device.until(&room, 4).await;
        }
        Self { community, ana, ben, cy, room, devices }
    }

    /// Asserts that the next thing every device hears is this event.
    async fn assert_all_hear(&mut self, expected: &Value) {
        for device in &mut self.devices {
            assert_eq!(device.event().await, *expected);
        }
    }

    /// Has Ana's first device send a message, and gives its id and `seq`, once everybody has heard of it.
    async fn send(&mut self, words: &str) -> (String, u64) {
        // What a device calls it stays when it is deleted, so it does not say what it says.
        let client_id: String = words.chars().rev().collect();
        let frame = json!({"op": "send", "conversation": self.room, "client_id": client_id, "text": words});
        let answer = self.devices[0].done(frame).await;
        let seq = answer["seq"].as_u64().unwrap();
        for device in &mut self.devices {
            assert_eq!(device.event().await["seq"], seq);
        }
        (text(&answer["message_id"]), seq)
    }
}

#[actix_web::test]
async fn a_message_is_answered_with_its_place_and_heard_by_every_device_of_every_member() {
    let mut scene = Scene::start().await;
    scene.community.later(Duration::from_millis(7));
    let frame = json!({
        "op": "send", "conversation": scene.room, "client_id": "c 1", "text": "Is the oven free?\n👩‍🍳",
        "reply_to": 2, "image": null,
    });
    let answer = scene.devices[0].done(frame).await;
    let id = text(&answer["message_id"]);
    let at = "2026-11-23T08:11:00.007Z";
    assert_eq!(answer, json!({"seq": 5, "message_id": id, "at": at, "duplicate": false}));
    let event = json!({
        "conversation": scene.room, "seq": 5, "kind": "message", "actor": scene.ana.id(), "at": at,
        "id": id, "text": "Is the oven free?\n👩‍🍳", "image": null, "reply_to": 2, "client_id": "c 1",
        "edited_at": null, "deleted": false, "reactions": [],
    });
    scene.assert_all_hear(&event).await;
    // What was answered is stored, and what was heard is what is stored.
    assert_eq!(log(&scene.ben, &scene.room).await.last(), Some(&event));
}

#[actix_web::test]
async fn the_same_client_id_is_one_message_however_and_by_whichever_device_it_is_sent_again() {
    let mut scene = Scene::start().await;
    let frame = json!({"op": "send", "conversation": scene.room, "client_id": "same", "text": "once"});
    let first = scene.devices[0].done(frame.clone()).await;
    assert_eq!(first["duplicate"], false);
    let mut again = first.clone();
    again["duplicate"] = json!(true);
    scene.community.later(Duration::from_secs(60));
    assert_eq!(scene.devices[0].done(frame.clone()).await, again);
    assert_eq!(scene.devices[1].done(frame.clone()).await, again);
    let message = json!({"client_id": "same", "text": "another text", "reply_to": 1});
    let path = format!("/conversations/{}/messages", scene.room);
    let over_http = scene.ana.post(&path, &message).await.expect(201);
    assert_eq!((&over_http["seq"], &over_http["text"]), (&first["seq"], &json!("once")));
    assert_eq!(over_http["duplicate"], true);
    let mut reconnected = Device::of(&scene.ana).await;
    assert_eq!(reconnected.done(frame.clone()).await, again);
    // Others may call theirs the same, and so may the same one elsewhere.
    assert_eq!(scene.devices[2].done(frame.clone()).await["duplicate"], false);
    let elsewhere = direct(&scene.ana, &scene.ben).await;
    let mut frame = frame;
    frame["conversation"] = json!(elsewhere);
    assert_eq!(scene.devices[0].done(frame).await["duplicate"], false);
    assert_eq!(log(&scene.ana, &scene.room).await.len(), 6);
    // Nobody heard of it twice.
    say(&scene.cy, &scene.room, "last").await;
    for device in &mut scene.devices {
        device.until(&scene.room, 7).await;
        assert_gapless(&device.log(&scene.room)[device.log(&scene.room).len() - 3..], 5, 7);
    }
}

#[actix_web::test]
async fn a_message_sent_over_http_is_a_duplicate_over_the_socket_also_after_a_restart() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = direct(&ana, &ben).await;
    let event = say(&ana, &room, "hello").await;
    community.restart().await;
    let frame = json!({"op": "send", "conversation": room, "client_id": "hello", "text": "hello"});
    let answer = Device::of(&ana).await.done(frame).await;
    let expected = json!({"seq": event["seq"], "message_id": event["id"], "at": event["at"], "duplicate": true});
    assert_eq!(answer, expected);
    assert_eq!(log(&ben, &room).await.len(), 1);
}

#[actix_web::test]
async fn an_edit_is_answered_and_heard_with_the_new_text() {
    let mut scene = Scene::start().await;
    let (id, seq) = scene.send("first").await;
    scene.community.later(Duration::from_secs(1));
    let at = "2026-11-23T08:11:01.000Z";
    let edit = json!({"op": "edit", "conversation": scene.room, "message_id": id, "text": "second"});
    let answer = scene.devices[1].done(edit.clone()).await;
    assert_eq!(answer, json!({"seq": seq + 1, "message_id": id, "at": at}));
    let event = json!({
        "conversation": scene.room, "seq": seq + 1, "kind": "edited", "actor": scene.ana.id(), "at": at,
        "message_id": id, "message_seq": seq, "text": "second",
    });
    scene.assert_all_hear(&event).await;
    // The same text again changes nothing: the answer is the message's own place, and nobody hears of it.
    assert_eq!(scene.devices[1].done(edit).await, json!({"seq": seq, "message_id": id, "at": NOW}));
    assert_eq!(scene.send("next").await.1, seq + 2);
}

#[actix_web::test]
async fn deleting_for_everyone_is_heard_by_everyone_and_the_text_is_gone() {
    let mut scene = Scene::start().await;
    let (id, seq) = scene.send("a secret").await;
    let react = json!({"op": "react", "conversation": scene.room, "message_id": id, "emoji": "👍"});
    scene.devices[2].done(react).await;
    for device in &mut scene.devices {
        device.event().await;
    }
    let delete = json!({"op": "delete", "conversation": scene.room, "message_id": id});
    let answer = scene.devices[0].done(delete.clone()).await;
    assert_eq!(answer, json!({"seq": seq + 2, "message_id": id, "at": NOW}));
    let event = json!({
        "conversation": scene.room, "seq": seq + 2, "kind": "deleted", "actor": scene.ana.id(), "at": NOW,
        "message_id": id, "message_seq": seq, "for": "everyone",
    });
    scene.assert_all_hear(&event).await;
    scene.devices[0].refused(delete, "message_not_found").await;
    // It does not come back with what a device missed either.
    let cursors = json!({scene.room.clone(): 0});
    let (mut device, _) = Device::resuming(&scene.ben, &cursors).await;
    let replayed = device.until(&scene.room, seq + 2).await;
    assert!(!json!(replayed).to_string().contains("a secret"));
    let message = &replayed[usize::try_from(seq).unwrap() - 1]["event"];
    assert_eq!((&message["text"], &message["deleted"]), (&Value::Null, &json!(true)));
    assert_eq!((&message["reactions"], &message["id"]), (&json!([]), &json!(id)));
}

#[actix_web::test]
async fn deleting_for_oneself_is_told_to_oneself_and_a_blank_to_all_others() {
    let mut scene = Scene::start().await;
    let (id, seq) = scene.send("kept by others").await;
    let delete = json!({"op": "delete", "conversation": scene.room, "message_id": id, "for": "me"});
    let answer = scene.devices[2].done(delete.clone()).await;
    assert_eq!(answer, json!({"seq": seq + 1, "message_id": id, "at": NOW}));
    let mut own = json!({
        "conversation": scene.room, "seq": seq + 1, "kind": "deleted", "actor": scene.ben.id(), "at": NOW,
        "message_id": id, "message_seq": seq, "for": "me",
    });
    let of_ben = scene.devices[2].event().await;
    assert_eq!(of_ben, own);
    for field in ["actor", "message_id", "message_seq"] {
        own[field] = Value::Null;
    }
    for other in [0, 1, 3] {
        assert_eq!(scene.devices[other].event().await, own);
    }
    scene.devices[2].refused(delete, "message_not_found").await;
    // A replay says the same to each.
    let cursors = json!({scene.room.clone(): seq - 1});
    let (mut device, _) = Device::resuming(&scene.ben, &cursors).await;
    let message = device.event().await;
    assert_eq!((&message["text"], &message["deleted"]), (&Value::Null, &json!(true)));
    assert_eq!(device.event().await, of_ben);
    let (mut device, _) = Device::resuming(&scene.cy, &cursors).await;
    let message = device.event().await;
    assert_eq!((&message["text"], &message["deleted"]), (&json!("kept by others"), &json!(false)));
    assert_eq!(device.event().await, own);
}

#[actix_web::test]
async fn a_reaction_is_put_and_taken_away_again() {
    let mut scene = Scene::start().await;
    let (id, seq) = scene.send("cake").await;
    let mut react = json!({"op": "react", "conversation": scene.room, "message_id": id, "emoji": "🎂"});
    let mut event = json!({
        "conversation": scene.room, "seq": seq + 1, "kind": "reaction", "actor": scene.cy.id(), "at": NOW,
        "message_id": id, "message_seq": seq, "emoji": "🎂", "added": true,
    });
    assert_eq!(scene.devices[3].done(react.clone()).await, json!({"seq": seq + 1, "message_id": id, "at": NOW}));
    scene.assert_all_hear(&event).await;
    // Twice is once.
    assert_eq!(scene.devices[3].done(react.clone()).await["seq"], seq);
    let (mut device, _) = Device::resuming(&scene.cy, &json!({scene.room.clone(): seq - 1})).await;
    assert_eq!(device.event().await["reactions"], json!([{"emoji": "🎂", "count": 1, "mine": true}]));
    react["remove"] = json!(true);
    assert_eq!(scene.devices[3].done(react.clone()).await["seq"], seq + 2);
    (event["seq"], event["added"]) = (json!(seq + 2), json!(false));
    // Cy's new device, which came in between, is announced to nobody: Cy was there.
    scene.assert_all_hear(&event).await;
    assert_eq!(scene.devices[3].done(react).await["seq"], seq);
}

#[actix_web::test]
async fn a_read_mark_is_told_to_all_members_and_only_moves_on() {
    let mut scene = Scene::start().await;
    let (_, seq) = scene.send("news").await;
    let mut read = json!({"op": "read", "conversation": scene.room, "seq": seq - 1});
    // The four before were Cy's, of whom this is the fourth; Ana's is not read yet.
    let answer = scene.devices[2].done(read.clone()).await;
    assert_eq!(answer, json!({"conversation": scene.room, "read_seq": seq - 1, "unread_count": 1}));
    for device in &mut scene.devices {
        let expected = json!({"push": "read", "conversation": scene.room, "user": scene.ben.id(), "seq": seq - 1});
        assert_eq!(device.push().await, expected);
    }
    for (less, unread) in [(seq - 1, 1), (1, 1), (0, 1)] {
        read["seq"] = json!(less);
        let answer = scene.devices[2].done(read.clone()).await;
        assert_eq!((&answer["read_seq"], &answer["unread_count"]), (&json!(seq - 1), &json!(unread)));
    }
    read["seq"] = json!(u64::MAX);
    let answer = scene.devices[2].done(read).await;
    assert_eq!((&answer["read_seq"], &answer["unread_count"]), (&json!(seq), &json!(0)));
    // What did not move was not told, and neither was anything stored in the log.
    for device in &mut scene.devices {
        assert_eq!(device.push().await["seq"], seq);
    }
    assert_eq!(scene.send("more").await.1, seq + 1);
}

#[actix_web::test]
async fn what_is_done_over_http_is_heard_on_sockets() {
    let mut scene = Scene::start().await;
    let event = say(&scene.ben, &scene.room, "over HTTP").await;
    let path = format!("/conversations/{}", scene.room);
    let message = format!("{path}/messages/{}", text(&event["id"]));
    let edited = scene.ben.patch(&message, &json!({"text": "edited"})).await.expect(200);
    let reaction = scene.cy.put(&format!("{message}/reactions/%F0%9F%91%8D")).await.expect(200);
    let removed = scene.cy.delete(&format!("{message}/reactions/%F0%9F%91%8D")).await.expect(200);
    let deleted = scene.ben.delete(&message).await.expect(200);
    scene.ana.patch(&path, &json!({"name": "Sourdough"})).await.expect(200);
    scene.ana.patch(&path, &json!({"owner": scene.ben.id()})).await.expect(200);
    for device in &mut scene.devices {
        assert_eq!(device.event().await["client_id"], "over HTTP");
        for expected in [&edited, &reaction, &removed, &deleted] {
            assert_eq!(device.event().await, *expected);
        }
        let renamed = device.event().await;
        assert_eq!((&renamed["kind"], &renamed["name"]), (&json!("renamed"), &json!("Sourdough")));
        let handed_over = device.event().await;
        assert_eq!((&handed_over["kind"], &handed_over["owner"]), (&json!("owner_changed"), &json!(scene.ben.id())));
    }
    scene.ana.put_json(&format!("{path}/read"), &json!({"seq": 6})).await.expect(200);
    for device in &mut scene.devices {
        let expected = json!({"push": "read", "conversation": scene.room, "user": scene.ana.id(), "seq": 6});
        assert_eq!(device.push().await, expected);
    }
}
