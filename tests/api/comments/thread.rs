//! How a thread is written and read.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::actor::{each, text};
use crate::community::Community;

#[actix_web::test]
async fn a_new_comment_has_every_field_and_reads_back_the_same() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}/comments");
    let created = ben.post(&path, &json!({"text": "Flour,\r\nwater. "})).await.expect(201);
    let mut expected = json!({
        "id": created["id"], "post": post, "parent": null, "depth": 0,
        "author": {"id": ben.id(), "handle": "ben", "name": "ben", "avatar": null}, "anonymous": false,
        "text": "Flour,\nwater.", "like_count": 0, "reply_count": 0, "created_at": "2026-11-23T08:11:00.000Z",
        "edited_at": null, "deleted": false, "replies": [], "viewer": {"liked": false, "mine": true},
    });
    assert_eq!(created, expected);
    assert_eq!(ben.get(&path).await.expect(200), json!({"items": [expected], "next_cursor": null}));
    let reply = json!({"text": "Salt", "parent": created["id"]});
    let reply = ana.post(&path, &reply).await.expect(201);
    assert_eq!((&reply["parent"], &reply["depth"]), (&created["id"], &json!(1)));
    let seen = community.anonymous().get(&path).await.items();
    expected.as_object_mut().unwrap().remove("viewer");
    expected["reply_count"] = json!(1);
    let mut reply = reply;
    reply.as_object_mut().unwrap().remove("viewer");
    expected["replies"] = json!([reply]);
    assert_eq!(seen, [expected]);
}

/// The texts below a comment, as nested lists.
fn texts(comment: &Value) -> Value {
    let replies = comment["replies"].as_array().unwrap();
    if replies.is_empty() {
        comment["text"].clone()
    } else {
        json!([comment["text"], replies.iter().map(texts).collect::<Vec<_>>()])
    }
}

#[actix_web::test]
async fn each_comment_carries_its_first_three_replies_three_levels_down_and_counts_all() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let top = ana.comment(&post, "top").await;
    let mut above = top.clone();
    for level in 1..=5 {
        let first = ana.reply(&post, &above, &format!("{level}a")).await;
        for letter in ["b", "c", "d"] {
            ana.reply(&post, &above, &format!("{level}{letter}")).await;
        }
        above = first;
    }
    let thread = community.anonymous().get(&format!("/posts/{post}/comments")).await.items();
    let expected = json!(["top", [["1a", [["2a", ["3a", "3b", "3c"]], "2b", "2c"]], "1b", "1c"]]);
    assert_eq!(texts(&thread[0]), expected);
    let (mut node, mut depth) = (&thread[0], 0);
    loop {
        assert_eq!((&node["reply_count"], &node["depth"]), (&json!(4), &json!(depth)));
        let Some(first) = node["replies"].get(0) else { break };
        assert_eq!(first["parent"], node["id"]);
        (node, depth) = (first, depth + 1);
    }
    assert_eq!(depth, 3);
    // What is further down is asked for by its parent, the same way.
    let below = ana.get(&format!("/posts/{post}/comments?parent={}", text(&node["id"]))).await.items();
    assert_eq!(
        json!(below.iter().map(texts).collect::<Vec<_>>()),
        json!([["4a", ["5a", "5b", "5c"]], "4b", "4c", "4d"])
    );
}

#[actix_web::test]
async fn comments_and_replies_are_paged_the_oldest_first() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let (mut top, mut replies) = (Vec::new(), Vec::new());
    for number in 0..23 {
        top.push(ana.comment(&post, &number.to_string()).await);
    }
    for number in 0..11 {
        replies.push(ben.reply(&post, &top[3], &number.to_string()).await);
    }
    let path = format!("/posts/{post}/comments");
    for limit in [1, 7, 23, 100] {
        assert_eq!(each(&ana.walk(&format!("{path}?limit={limit}")).await, "id"), top);
        let walked = community.anonymous().walk(&format!("{path}?limit={limit}&parent={}", top[3])).await;
        assert_eq!(each(&walked, "id"), replies);
    }
    assert_eq!(ana.get(&path).await.items().len(), 20);
    // A cursor of one list is none of another.
    let cursor = text(&ana.get(&format!("{path}?limit=2")).await.expect(200)["next_cursor"]);
    let other = ana.get(&format!("{path}?parent={}&cursor={cursor}", top[3])).await;
    other.assert_problem(400, "invalid_cursor");
    ana.get(&format!("{path}?cursor=x")).await.assert_problem(400, "invalid_cursor");
    ana.get(&format!("{path}?limit=0")).await.assert_invalid(&["limit"]);
    assert!(ana.get(&format!("{path}?parent={}", replies[0])).await.items().is_empty());
}

#[actix_web::test]
async fn a_thread_of_300_levels_is_written_and_read_to_its_end() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Deep").await;
    let mut chain = vec![ana.comment(&post, "0").await];
    for level in 1..300 {
        chain.push(ana.reply(&post, &chain[level - 1], &level.to_string()).await);
    }
    let (mut found, mut path, mut pages) = (Vec::new(), format!("/posts/{post}/comments"), 0);
    loop {
        let page = community.anonymous().get(&path).await.items();
        pages += 1;
        let Some(mut node) = page.first() else { break };
        assert_eq!(page.len(), 1);
        loop {
            assert_eq!(node["depth"], found.len());
            found.push(text(&node["id"]));
            let Some(next) = node["replies"].get(0) else { break };
            node = next;
        }
        path = format!("/posts/{post}/comments?parent={}", found[found.len() - 1]);
    }
    assert_eq!((found, pages), (chain.clone(), 76));
    assert_eq!(community.anonymous().post_of(&post).await["comment_count"], 300);
    // From the leaf upwards, all of it can be deleted.
    for id in chain.iter().take(299) {
        ana.delete(&format!("/comments/{id}")).await.expect(204);
    }
    assert_eq!(ana.post_of(&post).await["comment_count"], 1);
    ana.delete(&format!("/comments/{}", chain[299])).await.expect(204);
    assert!(ana.get(&format!("/posts/{post}/comments")).await.items().is_empty());
    community.tidy().await;
}

#[actix_web::test]
async fn a_parent_must_be_a_comment_of_the_same_post() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let (post, other) = (ana.publish("Bread").await, ana.publish("Cake").await);
    let elsewhere = ana.comment(&other, "Sugar").await;
    let path = format!("/posts/{post}/comments");
    for parent in [elsewhere.as_str(), "00000000-0000-7000-8000-000000000000", &post] {
        ana.post(&path, &json!({"text": "x", "parent": parent})).await.assert_invalid(&["parent"]);
        ana.get(&format!("{path}?parent={parent}")).await.assert_invalid(&["parent"]);
    }
    ana.post(&path, &json!({"text": "x", "parent": "nonsense"})).await.assert_invalid(&["parent"]);
    ana.get(&format!("{path}?parent=nonsense")).await.assert_invalid(&["parent"]);
    assert_eq!(ana.post_of(&post).await["comment_count"], 0);
    ana.post(&path, &json!({"text": "x", "parent": null})).await.expect(201);
}

#[actix_web::test]
async fn a_text_has_1_to_10000_characters() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}/comments");
    let long = "🔥".repeat(10_000);
    let created = ana.post(&path, &json!({"text": long})).await.expect(201);
    assert_eq!(created["text"], long);
    assert_eq!(ana.get(&path).await.items()[0]["text"], long);
    for words in ["".to_owned(), " \n ".into(), "🔥".repeat(10_001), "a\u{0}b".into(), "a\u{202e}b".into()] {
        ana.post(&path, &json!({"text": words})).await.assert_invalid(&["text"]);
        let comment = format!("/comments/{}", text(&created["id"]));
        ana.patch(&comment, &json!({"text": words})).await.assert_invalid(&["text"]);
    }
    ana.post(&path, &json!({})).await.assert_invalid(&["text"]);
    assert_eq!(ana.post_of(&post).await["comment_count"], 1);
}

#[actix_web::test]
async fn comments_that_are_written_at_once_are_all_there_and_counted_exactly() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let top = ana.comment(&post, "top").await;
    let written = join_all((0..40).map(async |number: usize| {
        let words = number.to_string();
        let id = if number.is_multiple_of(2) {
            ana.reply(&post, &top, &words).await
        } else {
            ben.comment(&post, &words).await
        };
        if number % 4 == 3 {
            ben.delete(&format!("/comments/{id}")).await.expect(204);
        }
        id
    }));
    let written: BTreeSet<_> = written.await.into_iter().collect();
    let seen = ana.post_of(&post).await;
    assert_eq!((written.len(), &seen["comment_count"]), (40, &json!(31)));
    let path = format!("/posts/{post}/comments?limit=3");
    assert_eq!(ana.walk(&path).await.len(), 11);
    assert_eq!(ana.walk(&path).await[0]["reply_count"], 20);
    assert_eq!(ana.walk(&format!("{path}&parent={top}")).await.len(), 20);
    community.tidy().await;
}
