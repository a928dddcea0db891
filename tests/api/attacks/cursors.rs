//! Cursors and keys that belong elsewhere, and numbers that are none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::community::Community;
use crate::conversations::room::Room;

/// The cursors of every list that has a second page for Ana.
async fn cursors(ana: &Actor, ben: &Actor) -> Vec<(String, String)> {
    let (room, second) = (Room::group(ana, &[ben]).await, Room::group(ana, &[ben]).await);
    let mut posts = Vec::new();
    for number in 0..3 {
        let post = json!({"title": format!("Post {number}"), "categories": ["food"], "tags": ["x"]});
        let post = ana.publish_as(&post).await;
        ana.put(&format!("/posts/{post}/like")).await.expect(200);
        ana.put(&format!("/posts/{post}/bookmark")).await.expect(200);
        ana.comment(&post, "One").await;
        ana.comment(&post, "Two").await;
        ana.patch(&format!("/posts/{post}"), &json!({"body": "a"})).await.expect(200);
        ana.patch(&format!("/posts/{post}"), &json!({"body": "b"})).await.expect(200);
        room.say(ana, "Hello").await;
        posts.push(post);
    }
    second.say(ana, "Hello").await;
    let lists = [
        "/posts?x".to_owned(),
        "/posts?sort=top".into(),
        "/posts?sort=hot".into(),
        "/posts?tag=x".into(),
        "/posts?author=ana".into(),
        format!("/posts/{}/comments?x", posts[0]),
        format!("/posts/{}/comments?x", posts[1]),
        format!("/posts/{}/history?x", posts[0]),
        format!("/users/{}/posts?x", ana.id()),
        "/users?q=a".into(),
        "/users?x".into(),
        "/me/posts?x".into(),
        "/me/likes?x".into(),
        "/me/bookmarks?x".into(),
        "/conversations?x".into(),
        format!("{}/events?x", room.path),
    ];
    let mut found = Vec::new();
    for list in lists {
        let page = ana.get(&format!("{list}&limit=1")).await.expect(200);
        if let Value::String(cursor) = &page["next_cursor"] {
            found.push((list, cursor.clone()));
        }
    }
    found
}

#[actix_web::test]
async fn a_cursor_of_another_list_or_that_was_touched_is_refused() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("anton").await);
    let cursors = cursors(&ana, &ben).await;
    assert!(cursors.len() >= 14, "{cursors:?}");
    for (list, cursor) in &cursors {
        ana.get(&format!("{list}&cursor={cursor}")).await.expect(200);
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
        for place in 0..bytes.len() {
            let mut touched = bytes.clone();
            touched[place] ^= 1;
            let touched = URL_SAFE_NO_PAD.encode(touched);
            ana.get(&format!("{list}&cursor={touched}")).await.assert_problem(400, "invalid_cursor");
        }
        for made_up in ["AAAA", "null", "0", "-1", "..", "%00", "%22", "'%20OR%201=1", &"A".repeat(5000)] {
            ana.get(&format!("{list}&cursor={made_up}")).await.assert_problem(400, "invalid_cursor");
        }
    }
    // A list by another order, of another thing, or of another kind is another list.
    let mut refused = 0;
    for (list, _) in &cursors {
        for (other, cursor) in cursors.iter().filter(|(other, _)| other != list) {
            let answer = ana.get(&format!("{list}&cursor={cursor}")).await;
            if answer.status == 200 {
                // Two names of one order may share their cursors: then they hold the same things.
                let kinds = [list, other].map(|list| list.split('?').next().unwrap().rsplit('/').next().unwrap());
                assert_eq!(kinds[0], kinds[1], "{list} takes a cursor of {other}");
                continue;
            }
            answer.assert_problem(400, "invalid_cursor");
            refused += 1;
        }
    }
    assert!(refused > cursors.len() * 8, "{refused}");
}

#[actix_web::test]
async fn somebody_elses_cursor_shows_nothing_but_ones_own() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let eve = community.member("eve").await;
    let own = eve.publish("Eve's").await;
    eve.put(&format!("/posts/{own}/bookmark")).await.expect(200);
    for (list, cursor) in cursors(&ana, &ben).await {
        let answer = eve.get(&format!("{list}&cursor={cursor}")).await;
        if list.starts_with("/me/") || list.starts_with("/conversations") {
            let items = if answer.status == 200 { answer.items() } else { Vec::new() };
            assert!(items.iter().all(|item| item["id"] == own.as_str()), "{list}: {items:?}");
        }
    }
}

#[actix_web::test]
async fn the_idempotency_key_of_another_account_is_another_key() {
    let community = Community::start().await;
    let (ana, eve) = (community.member("ana").await, community.member("eve").await);
    let post = json!({"title": "Bread", "categories": ["food"], "body": "Mine alone"});
    let hers = ana.with("idempotency-key", "guessable").post("/posts", &post).await.expect(201);
    let his = eve.with("idempotency-key", "guessable").post("/posts", &post).await;
    assert_eq!(his.header("idempotency-replayed"), None);
    let his = his.expect(201);
    assert!(his["id"] != hers["id"] && his["author"]["handle"] == "eve");
    // Of one account a key stands for one request, on one route; what it stands for is told to nobody else.
    let other = json!({"title": "Cake", "categories": ["food"]});
    eve.with("idempotency-key", "guessable").post("/posts", &other).await.assert_problem(422, "idempotency_key_reused");
    let comment = format!("/posts/{}/comments", text(&hers["id"]));
    let elsewhere = eve.with("idempotency-key", "guessable").post(&comment, &json!({"text": "x"})).await;
    elsewhere.assert_problem(422, "idempotency_key_reused");
    for key in ["", " ", "a b", &"k".repeat(256)] {
        let answer = eve.with("idempotency-key", key).post("/posts", &post).await;
        answer.assert_problem(400, "invalid_header");
    }
    assert_eq!(eve.get("/me/posts").await.items().len(), 1);
    community.tidy().await;
}

#[actix_web::test]
async fn numbers_out_of_range_are_refused_and_the_largest_ones_do_no_harm() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    room.say(&ana, "Hello").await;
    let events = format!("{}/events", room.path);
    let wrong =
        ["-1", "0", "101", "1e9", "0x10", "1.5", "NaN", "18446744073709551616", "-9223372036854775809", "%D9%A3"];
    for list in ["/posts", "/users", "/conversations", &events, "/me/posts"] {
        for limit in wrong {
            ana.get(&format!("{list}?limit={limit}")).await.assert_invalid(&["limit"]);
        }
    }
    for name in ["after", "before"] {
        for number in ["-1", "18446744073709551616", "1e3", "x", "0.5"] {
            ana.get(&format!("{events}?{name}={number}")).await.assert_invalid(&[name]);
        }
        for number in ["0", "1", "9223372036854775807", "9223372036854775808", "18446744073709551615"] {
            ana.get(&format!("{events}?{name}={number}")).await.expect(200);
        }
    }
    for seq in [json!(-1), json!(1.5), json!("1"), json!(null), json!(1e30)] {
        let answer = ana.put_json(&format!("{}/read", room.path), &json!({"seq": seq})).await;
        assert_eq!(answer.status, 422, "{seq}");
    }
    // Nobody has read what is not there.
    ana.put_json(&format!("{}/read", room.path), &json!({"seq": u64::MAX})).await;
    assert!(ana.get(&room.path).await.expect(200)["read_seq"].as_u64().unwrap() <= 1);
    for reply_to in [json!(0), json!(u64::MAX), json!(-1), json!(99)] {
        let answer = room.send(&ana, &json!({"client_id": "c", "text": "x", "reply_to": reply_to})).await;
        assert_eq!(answer.status, 422, "{reply_to}: {}", answer.text());
    }
    assert_eq!(room.log(&ana).await.len(), 1);
    community.tidy().await;
}
