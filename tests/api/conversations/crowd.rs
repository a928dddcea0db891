//! Many at once in one conversation: each event has a seq of its own, and none is missing.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::{Value, json};

use super::room::{Room, seq};
use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::Community;

/// What one member does, one after the other, while all others do the same: the events that were answered.
async fn busy(room: &Room, who: &Actor, on: &Value, number: usize) -> Vec<Value> {
    let mut done = Vec::new();
    for round in 0..6 {
        let (words, better) = (format!("{number}.{round}"), format!("{number}.{round}!"));
        let said = room.say(who, &words).await;
        let (edited, reacted, hidden) = futures::join!(
            room.edit(who, &said, &better),
            room.react(who, on, if round % 2 == 0 { "👍" } else { "❤️" }),
            room.hide(who, &said),
        );
        done.push(said);
        // The edit may come after the message is hidden, and is refused then.
        assert!(matches!(edited.status, 200 | 404), "{}", edited.text());
        let answers = [edited, reacted, hidden];
        let changed = answers.iter().filter(|answer| answer.status == 200).map(Answer::json);
        done.extend(changed.filter(|event| event["kind"] != "message"));
    }
    done
}

#[actix_web::test]
async fn what_several_members_do_at_once_is_all_there_without_a_gap() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut members = vec![ana.clone()];
    for handle in ["ben", "cem", "dia", "eli"] {
        members.push(community.member(handle).await);
    }
    let newcomer = community.member("newcomer").await;
    let room = Room::group(&ana, &members[1..].iter().collect::<Vec<_>>()).await;
    let on = room.say(&ana, "Go").await;
    let mix = join_all(members.iter().enumerate().map(|(number, who)| busy(&room, who, &on, number)));
    let membership = async {
        for _ in 0..4 {
            room.add(&ana, &newcomer).await.expect(200);
            room.rename(&ana, "Millers").await.expect(200);
            room.say(&newcomer, "Here").await;
            room.remove(&newcomer, &newcomer).await.expect(204);
            room.rename(&ana, "Bakers").await.expect(200);
        }
    };
    let (done, ()) = futures::join!(mix, membership);
    let log = room.log(&ana).await;
    let mut answered = BTreeMap::new();
    for event in done.concat() {
        assert!(answered.insert(seq(&event), event).is_none(), "a seq was given twice");
    }
    for (seq, event) in &answered {
        let stored = &log[usize::try_from(*seq).unwrap() - 1];
        assert_eq!((&stored["kind"], &stored["at"]), (&event["kind"], &event["at"]));
        assert_eq!(stored["id"], event["id"], "{stored} was answered as {event}");
        if event["for"] != "me" {
            assert_eq!(stored["actor"], event["actor"]);
        }
    }
    // Beside those: the first message, and what was done around the newcomer.
    assert_eq!(log.len(), answered.len() + 1 + 4 * 5);
    let reactions = &log[0]["reactions"];
    assert_eq!((&reactions[0]["count"], &reactions[1]["count"]), (&json!(5), &json!(5)));
    // Everybody reads the same log, but for what they wrote and deleted for themselves.
    let told = |event: &Value| {
        json!(["seq", "kind", "id", "at", "user", "name", "emoji", "message_id"].map(|field| match field {
            "message_id" if event["for"] == "me" => &Value::Null,
            field => &event[field],
        }))
    };
    for who in &members {
        let seen = room.log(who).await;
        assert_eq!(seen.iter().map(told).collect::<Vec<_>>(), log.iter().map(told).collect::<Vec<_>>());
        for message in seen.iter().skip(1).filter(|event| event["kind"] == "message") {
            assert_eq!(message["text"].is_null(), message["actor"] == who.id(), "{message}");
        }
    }
    community.tidy().await;
}

#[actix_web::test]
async fn of_several_who_edit_and_delete_one_message_at_once_the_log_says_the_order() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    for round in 0..5 {
        let said = room.say(&ben, "Word").await;
        let (first, second, by_owner, by_sender) = futures::join!(
            room.edit(&ben, &said, "Words"),
            room.react(&ana, &said, "👍"),
            room.delete(&ana, &said),
            room.delete(&ben, &said),
        );
        let mut deletions = [by_owner.status, by_sender.status];
        deletions.sort_unstable();
        assert_eq!(deletions, [200, 404], "it is deleted once");
        let changed = [&first, &second].iter().filter(|answer| answer.status == 200).count();
        let log = room.log(&ana).await;
        let of_this: Vec<_> = log.iter().filter(|event| event["message_id"] == said["id"]).collect();
        assert_eq!(of_this.len(), changed + 1, "round {round}");
        assert_eq!(text(&of_this[changed]["kind"]), "deleted", "nothing comes after the deletion");
        let message = room.event(&ana, seq(&said)).await;
        assert_eq!((&message["text"], &message["reactions"]), (&Value::Null, &json!([])));
    }
    community.tidy().await;
}
