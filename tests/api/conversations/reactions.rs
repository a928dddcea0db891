//! Emoji beside messages.

use std::sync::Arc;

use futures::future::join_all;
use hearth::accounts::AccountId;
use hearth::chat::Reaction;
use hearth::error::Error;
use hearth::store::{Range, Read};
use serde_json::{Value, json};

use super::room::{Room, kinds};
use crate::actor::text;
use crate::community::Community;

/// Different emoji, each of one character.
fn emoji(number: u32) -> String {
    char::from_u32(0x1f600 + number).unwrap().to_string()
}

#[actix_web::test]
async fn reactions_are_counted_and_each_knows_their_own() {
    let community = Community::start().await;
    let (ana, ben, cem) = (community.member("ana").await, community.member("ben").await, community.member("cem").await);
    let room = Room::group(&ana, &[&ben, &cem]).await;
    let said = room.say(&ana, "Bread!").await;
    for (who, emoji) in [(&ben, "👍"), (&cem, "👍"), (&ben, "❤️"), (&ana, "👩‍👩‍👧‍👦"), (&cem, "#️⃣"), (&ben, "🇳🇴")]
    {
        let event = room.react(who, &said, emoji).await.expect(200);
        assert_eq!(
            (&event["kind"], &event["emoji"], &event["added"]),
            (&json!("reaction"), &json!(emoji), &json!(true))
        );
    }
    // In the order of their code points.
    let beside = |mine: [bool; 5]| {
        let counts = [("#️⃣", 1), ("❤️", 1), ("🇳🇴", 1), ("👍", 2), ("👩‍👩‍👧‍👦", 1)];
        let each = counts.iter().zip(mine);
        json!(
            each.map(|((emoji, count), mine)| json!({"emoji": emoji, "count": count, "mine": mine}))
                .collect::<Vec<_>>()
        )
    };
    assert_eq!(room.event(&ana, 1).await["reactions"], beside([false, false, false, false, true]));
    assert_eq!(room.event(&ben, 1).await["reactions"], beside([false, true, true, true, false]));
    assert_eq!(room.event(&cem, 1).await["reactions"], beside([true, false, false, true, false]));
    room.unreact(&ben, &said, "👍").await.expect(200);
    room.unreact(&ben, &said, "❤️").await.expect(200);
    let left = room.event(&ben, 1).await["reactions"].clone();
    assert_eq!(left.as_array().unwrap().len(), 4);
    assert_eq!(left[2], json!({"emoji": "👍", "count": 1, "mine": false}));
    // They stay when their author leaves the group.
    room.remove(&cem, &cem).await.expect(204);
    assert_eq!(room.event(&ben, 1).await["reactions"], left);
    community.tidy().await;
}

#[actix_web::test]
async fn reacting_again_and_taking_back_again_takes_no_seq_and_is_answered_with_the_message() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Bread!").await;
    assert_eq!(room.unreact(&ben, &said, "👍").await.expect(200), room.event(&ben, 1).await);
    room.react(&ben, &said, "👍").await.expect(200);
    let again = room.react(&ben, &said, "👍").await.expect(200);
    assert_eq!(again, room.event(&ben, 1).await);
    assert_eq!(again["reactions"], json!([{"emoji": "👍", "count": 1, "mine": true}]));
    room.unreact(&ana, &said, "👍").await.expect(200);
    room.unreact(&ben, &said, "👍").await.expect(200);
    room.unreact(&ben, &said, "👍").await.expect(200);
    let answers = join_all((0..8).map(|_| room.react(&ana, &said, "👍"))).await;
    let events: Vec<_> = answers.iter().map(|answer| text(&answer.expect(200)["kind"])).collect();
    assert_eq!(events.iter().filter(|kind| *kind == "reaction").count(), 1, "{events:?}");
    assert_eq!(kinds(&room.log(&ben).await), ["message", "reaction", "reaction", "reaction"]);
    community.tidy().await;
}

#[actix_web::test]
async fn what_is_no_emoji_is_refused() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Bread!").await;
    for bad in
        ["ok", ":+1:", "1", "+1", "é", "👍 👍", "👍a", "<b>", " ", "\u{0}", "\u{202e}", "a/b", "%", &"👍".repeat(17)]
    {
        for answer in [room.react(&ben, &said, bad).await, room.unreact(&ben, &said, bad).await] {
            answer.assert_invalid(&["emoji"]);
        }
    }
    assert_eq!(room.log(&ben).await.len(), 1);
    room.react(&ben, &said, &"👍".repeat(16)).await.expect(200);
}

#[actix_web::test]
async fn what_nobody_can_see_is_no_emoji() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Bread!").await;
    // Joiners and selectors belong between and behind emoji, and are none by themselves.
    for bad in ["\u{200d}", "\u{fe0f}", "\u{200d}\u{fe0f}", "\u{2060}", "\u{ad}", "\u{e0067}\u{e007f}"] {
        room.react(&ben, &said, bad).await.assert_invalid(&["emoji"]);
    }
}

#[actix_web::test]
async fn a_message_has_20_different_emoji_by_any_number_of_people() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Bread!").await;
    for number in 0..20 {
        room.react(if number % 2 == 0 { &ana } else { &ben }, &said, &emoji(number)).await.expect(200);
    }
    room.react(&ana, &said, &emoji(20)).await.assert_invalid(&["emoji"]);
    room.react(&ben, &said, &emoji(20)).await.assert_invalid(&["emoji"]);
    room.react(&ben, &said, &emoji(0)).await.expect(200);
    // One goes only with the last who put it there.
    room.unreact(&ana, &said, &emoji(0)).await.expect(200);
    room.react(&ben, &said, &emoji(20)).await.assert_invalid(&["emoji"]);
    room.unreact(&ben, &said, &emoji(0)).await.expect(200);
    room.react(&ben, &said, &emoji(20)).await.expect(200);
    let counts = room.event(&ana, 1).await["reactions"].clone();
    assert_eq!(counts.as_array().unwrap().len(), 20);
    community.tidy().await;
}

/// Lets 3,000 others, who need not exist for this, put the first two emoji beside the message that has reactions.
async fn crowd(community: &Community) {
    let one = community.app().store.records::<Reaction>(&Range::all().limit(1)).unwrap().remove(0);
    let reaction = |number: u128| Reaction {
        emoji: emoji(u32::from(number.is_multiple_of(2))),
        account: AccountId::from((number + 1).to_be_bytes()),
        ..Reaction::clone(&one)
    };
    let crowd: Arc<Vec<_>> = Arc::new((0..3000).map(reaction).collect());
    let written = community.app().store.write(move |tx| {
        crowd.iter().try_for_each(|reaction| tx.put(reaction))?;
        Ok::<_, Error>(())
    });
    written.await.unwrap();
}

#[actix_web::test]
async fn a_message_to_which_very_many_react_shows_and_loses_them_all() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Bread!").await;
    for number in 0..3 {
        room.react(&ben, &said, &emoji(number)).await.expect(200);
    }
    crowd(&community).await;
    let counted = |number, count, mine| json!({"emoji": emoji(number), "count": count, "mine": mine});
    for (who, mine) in [(&ben, true), (&ana, false)] {
        let expected = [counted(0, 1501, mine), counted(1, 1501, mine), counted(2, 1, mine)];
        assert_eq!(room.event(who, 1).await["reactions"], json!(expected));
    }
    community.tidy().await;
    room.delete(&ana, &said).await.expect(200);
    assert!(community.app().store.records::<Reaction>(&Range::all()).unwrap().is_empty());
    community.tidy().await;
}

#[actix_web::test]
async fn there_are_20_different_ones_also_where_very_many_have_reacted() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let said = room.say(&ana, "Bread!").await;
    for number in 0..20 {
        room.react(&ben, &said, &emoji(number)).await.expect(200);
    }
    crowd(&community).await;
    room.react(&ana, &said, &emoji(19)).await.expect(200);
    room.react(&ana, &said, &emoji(20)).await.assert_invalid(&["emoji"]);
    assert_eq!(room.event(&ana, 1).await["reactions"].as_array().unwrap().len(), 20);
}

#[actix_web::test]
async fn the_reactions_of_a_deleted_message_are_gone_and_those_of_others_stay() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    let (gone, kept) = (room.say(&ana, "Gone").await, room.say(&ana, "Kept").await);
    for said in [&gone, &kept] {
        room.react(&ana, said, "👍").await.expect(200);
        room.react(&ben, said, "👍").await.expect(200);
        room.react(&ben, said, "❤️").await.expect(200);
    }
    room.delete(&ana, &gone).await.expect(200);
    for who in [&ana, &ben] {
        let log = room.log(who).await;
        assert_eq!((&log[0]["reactions"], &log[0]["text"]), (&json!([]), &Value::Null));
        assert_eq!(log[1]["reactions"].as_array().unwrap().len(), 2);
        assert_eq!(log[1]["reactions"][1]["count"], 2);
    }
    assert_eq!(community.app().store.records::<Reaction>(&Range::all()).unwrap().len(), 3);
    // An edit leaves them where they are.
    room.edit(&ana, &kept, "Kept!").await.expect(200);
    assert_eq!(room.event(&ana, 2).await["reactions"].as_array().unwrap().len(), 2);
    community.tidy().await;
}
