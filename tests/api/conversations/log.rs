//! The log, page by page, in both directions.

use serde_json::{Value, json};

use super::room::{Room, seqs};
use crate::actor::{Actor, text};
use crate::community::Community;

/// A group of two with a log of `count` events of several kinds.
async fn filled(community: &Community, count: u64) -> (Actor, Actor, Room) {
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    let mut said = room.say(&ana, "1").await;
    for number in 2..=count {
        match number % 5 {
            0 => drop(room.edit(&ana, &said, &number.to_string()).await.expect(200)),
            1 => drop(room.rename(&ana, &number.to_string()).await.expect(200)),
            2 => drop(room.react(&ben, &said, "👍").await.expect(200)),
            3 => drop(room.say(&ben, &number.to_string()).await),
            _ => said = room.say(&ana, &number.to_string()).await,
        }
    }
    (ana, ben, room)
}

/// The pages from `start` on, by cursor, with `between` after each but the last.
async fn pages(who: &Actor, room: &Room, start: &str, between: impl AsyncFn()) -> Vec<Vec<Value>> {
    let (mut pages, mut path) = (Vec::new(), format!("{}/events?{start}", room.path));
    loop {
        let page = who.get(&path).await.expect(200);
        pages.push(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { return pages };
        // The cursor itself says in which direction it goes on.
        let limit = start.split('&').find(|part| part.starts_with("limit")).unwrap();
        path = format!("{}/events?{limit}&cursor={next}", room.path);
        between().await;
    }
}

#[actix_web::test]
async fn pages_in_both_directions_are_the_whole_log() {
    let community = Community::start().await;
    let (ana, ben, room) = filled(&community, 43).await;
    for who in [&ana, &ben] {
        let whole = room.log(who).await;
        assert_eq!(whole.len(), 43);
        for limit in [1_usize, 2, 7, 42, 43, 44, 100] {
            let later = pages(who, &room, &format!("limit={limit}"), async || {}).await;
            let from_0 = pages(who, &room, &format!("after=0&limit={limit}"), async || {}).await;
            let mut earlier = pages(who, &room, &format!("before=44&limit={limit}"), async || {}).await;
            for pages in [&later, &earlier] {
                assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == limit), "only the last one is short");
                assert_eq!(pages.len(), 43_usize.div_ceil(limit), "and it is not empty");
            }
            earlier.reverse();
            assert_eq!(
                [later.concat(), from_0.concat(), earlier.concat()],
                [whole.clone(), whole.clone(), whole.clone()]
            );
        }
    }
    community.tidy().await;
}

#[actix_web::test]
async fn any_part_of_the_log_can_be_asked_for() {
    let community = Community::start().await;
    let (ana, _, room) = filled(&community, 30).await;
    let part = async |query: &str| {
        let page = ana.get(&format!("{}/events?{query}", room.path)).await.expect(200);
        (seqs(page["items"].as_array().unwrap()), page["next_cursor"].is_string())
    };
    let range = |from: u64, to: u64| (from..=to).collect::<Vec<_>>();
    for (query, expected, more) in [
        ("", range(1, 20), true),
        ("after=", range(1, 20), true),
        ("before=&after=&cursor=&limit=", range(1, 20), true),
        ("after=5&limit=3", range(6, 8), true),
        ("after=27&limit=3", range(28, 30), false),
        ("after=28&limit=3", range(29, 30), false),
        ("after=30", vec![], false),
        ("after=31", vec![], false),
        ("after=18446744073709551615", vec![], false),
        ("before=5&limit=3", range(2, 4), true),
        ("before=4&limit=3", range(1, 3), false),
        ("before=3&limit=3", range(1, 2), false),
        ("before=1", vec![], false),
        ("before=0", vec![], false),
        ("before=31", range(11, 30), true),
        ("before=1000000&limit=2", range(29, 30), true),
        ("before=18446744073709551615&limit=1", range(30, 30), true),
    ] {
        assert_eq!(part(query).await, (expected, more), "{query}");
    }
}

#[actix_web::test]
async fn who_reads_the_log_while_others_write_gets_every_event_once() {
    let community = Community::start().await;
    let (ana, ben, room) = filled(&community, 25).await;
    let write = async || {
        futures::join!(room.say(&ana, "More"), room.say(&ben, "And more"));
    };
    // Upwards it ends at whatever is the end then.
    let mut left = 9;
    let (mut found, mut path) = (Vec::new(), format!("{}/events?limit=4", room.path));
    loop {
        let page = ben.get(&path).await.expect(200);
        found.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("{}/events?limit=4&cursor={next}", room.path);
        if left > 0 {
            write().await;
            left -= 1;
        }
    }
    assert_eq!(found, room.log(&ben).await);
    assert_eq!(found.len(), 43);
    // Downwards nothing that comes later is in the way.
    let whole = room.log(&ben).await;
    let mut earlier = pages(&ben, &room, "before=44&limit=4", write).await;
    earlier.reverse();
    assert_eq!(earlier.concat(), whole);
    assert!(room.log(&ben).await.len() > 43);
    community.tidy().await;
}

#[actix_web::test]
async fn wrong_parameters_are_refused_by_name() {
    let community = Community::start().await;
    let (ana, _, room) = filled(&community, 3).await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=-1", "limit"),
        ("after=x", "after"),
        ("after=-1", "after"),
        ("after=1.5", "after"),
        ("after=18446744073709551616", "after"),
        ("before=x", "before"),
        ("before=-1", "before"),
        ("after=1&before=3", "before"),
        ("before=3&after=1", "before"),
        ("after=0&before=0", "before"),
    ] {
        ana.get(&format!("{}/events?{query}", room.path)).await.assert_invalid(&[field]);
    }
    assert_eq!(ana.get(&format!("{}/events?limit=100", room.path)).await.items().len(), 3);
}

#[actix_web::test]
async fn a_cursor_is_good_for_its_own_conversation_only() {
    let community = Community::start().await;
    let (ana, ben, room) = filled(&community, 9).await;
    let other = Room::direct(&ana, &ben).await;
    for number in 0..9 {
        other.say(&ben, &number.to_string()).await;
    }
    let first = async |path: &str| text(&ana.get(path).await.expect(200)["next_cursor"]);
    let later = first(&format!("{}/events?limit=2", room.path)).await;
    let earlier = first(&format!("{}/events?limit=2&before=9", room.path)).await;
    let listed = first("/conversations?limit=1").await;
    let ask = async |room: &Room, cursor: &str| ana.get(&format!("{}/events?limit=2&cursor={cursor}", room.path)).await;
    assert_eq!(seqs(&ask(&room, &later).await.items()), [3, 4]);
    assert_eq!(seqs(&ask(&room, &earlier).await.items()), [5, 6]);
    // Whoever of the members it was made for.
    let by_ben = ben.get(&format!("{}/events?limit=2&cursor={later}", room.path)).await;
    assert_eq!(seqs(&by_ben.items()), [3, 4]);
    for cursor in [&later, &earlier, &listed] {
        ask(&other, cursor).await.assert_problem(400, "invalid_cursor");
        let answer = ana.get(&format!("/conversations?cursor={cursor}")).await;
        if *cursor == listed {
            answer.expect(200);
        } else {
            answer.assert_problem(400, "invalid_cursor");
        }
    }
    let changed = format!("{}{}", if later.starts_with('A') { 'B' } else { 'A' }, &later[1..]);
    for bad in ["x", "%00", "AAAAAAAA", &listed, &later[1..], &changed, &format!("{later}A")] {
        ask(&room, bad).await.assert_problem(400, "invalid_cursor");
    }
    let empty = Room::group(&ana, &[&ben]).await;
    let nothing = ana.get(&format!("{}/events", empty.path)).await;
    assert_eq!(nothing.expect(200), json!({"items": [], "next_cursor": null}));
}
