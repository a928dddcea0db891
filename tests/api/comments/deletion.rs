//! What is left of a deleted comment.

use hearth::comments::{Comment, CommentLike};
use hearth::store::{Range, Read};
use serde_json::{Value, json};

use crate::actor::{each, text};
use crate::community::Community;

#[actix_web::test]
async fn a_deleted_comment_with_replies_stays_without_text_and_author_and_keeps_them() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let comment = ben.comment(&post, "My secret recipe").await;
    let reply = ana.reply(&post, &comment, "Thanks").await;
    ben.patch(&format!("/comments/{comment}"), &json!({"text": "My secret"})).await.expect(200);
    let path = format!("/posts/{post}/comments");
    community.anonymous().get(&path).await.expect(200);
    ben.delete(&format!("/comments/{comment}")).await.expect(204);
    for reader in [&community.anonymous(), &ana, &ben, &community.admin().await] {
        let answer = reader.get(&path).await;
        let node = &answer.items()[0];
        assert_eq!(
            (&node["id"], &node["text"], &node["deleted"]),
            (&json!(comment), &json!("[deleted]"), &json!(true))
        );
        assert_eq!((&node["author"], &node["anonymous"]), (&Value::Null, &json!(false)));
        assert_eq!((&node["reply_count"], &node["replies"][0]["id"]), (&json!(1), &json!(reply)));
        assert_eq!(node["replies"][0]["text"], "Thanks");
        for gone in ["secret", "ben", &ben.id()] {
            assert!(!answer.text().contains(gone), "{gone} in {}", answer.text());
        }
        assert_eq!(reader.post_of(&post).await["comment_count"], 1);
        let replies = reader.get(&format!("{path}?parent={comment}")).await.items();
        assert_eq!(each(&replies, "id"), [reply.as_str()]);
    }
    community.tidy().await;
    for answer in [
        ben.patch(&format!("/comments/{comment}"), &json!({"text": "x"})).await,
        ben.delete(&format!("/comments/{comment}")).await,
        ana.put(&format!("/comments/{comment}/like")).await,
    ] {
        answer.assert_problem(404, "comment_not_found");
    }
}

#[actix_web::test]
async fn a_comment_without_replies_is_gone_and_with_it_deleted_ones_above() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}/comments");
    let kept = ana.comment(&post, "kept").await;
    let a = ana.reply(&post, &kept, "a").await;
    let b = ana.reply(&post, &a, "b").await;
    let c = ana.reply(&post, &b, "c").await;
    let beside = ana.reply(&post, &b, "beside").await;
    for id in [&a, &b, &c] {
        ana.delete(&format!("/comments/{id}")).await.expect(204);
    }
    // One that is deleted stays for what is below it.
    let thread = ana.get(&path).await.items();
    let below_b = &thread[0]["replies"][0]["replies"][0]["replies"];
    assert_eq!(each(below_b.as_array().unwrap(), "id"), [beside.as_str()]);
    assert_eq!(ana.post_of(&post).await["comment_count"], 2);
    ana.delete(&format!("/comments/{beside}")).await.expect(204);
    let thread = ana.get(&path).await.items();
    assert_eq!(each(&thread, "id"), [kept]);
    assert_eq!((&thread[0]["reply_count"], &thread[0]["replies"]), (&json!(0), &json!([])));
    assert_eq!(ana.post_of(&post).await["comment_count"], 1);
    ana.get(&format!("{path}?parent={a}")).await.assert_invalid(&["parent"]);
    community.tidy().await;
    assert_eq!(community.app().store.records::<Comment>(&Range::all()).unwrap().len(), 1);
}

#[actix_web::test]
async fn the_likes_of_comments_that_are_gone_are_cleared_away() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let above = ana.comment(&post, "above").await;
    let below = ana.reply(&post, &above, "below").await;
    for id in [&above, &below] {
        ana.put(&format!("/comments/{id}/like")).await.expect(200);
    }
    ana.delete(&format!("/comments/{above}")).await.expect(204);
    ana.delete(&format!("/comments/{below}")).await.expect(204);
    community.tidy().await;
    let store = &community.app().store;
    assert!(store.records::<Comment>(&Range::all()).unwrap().is_empty());
    assert!(store.records::<CommentLike>(&Range::all()).unwrap().is_empty());
}

#[actix_web::test]
async fn the_thread_of_a_deleted_post_goes_with_all_its_levels() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let mut above = ana.comment(&post, "0").await;
    for number in 1..230 {
        above = if number % 3 == 0 { ana.comment(&post, "top").await } else { ana.reply(&post, &above, "x").await };
    }
    ana.put(&format!("/comments/{above}/like")).await.expect(200);
    ana.delete(&format!("/posts/{post}")).await.expect(204);
    for answer in [
        ana.put(&format!("/comments/{above}/like")).await,
        ana.patch(&format!("/comments/{above}"), &json!({"text": "x"})).await,
        ana.delete(&format!("/comments/{above}")).await,
    ] {
        answer.assert_problem(404, "comment_not_found");
    }
    community.tidy().await;
    let store = &community.app().store;
    assert!(store.records::<Comment>(&Range::all()).unwrap().is_empty());
    assert!(store.records::<CommentLike>(&Range::all()).unwrap().is_empty());
    assert_eq!(text(&ana.get("/me").await.expect(200)["handle"]), "ana");
}
