//! `Idempotency-Key`: what is sent again is done once.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::Community;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn publish(actor: &Actor, key: &str, title: &str) -> Answer {
    let post = json!({"title": title, "categories": ["general"]});
    actor.with("idempotency-key", key).post("/posts", &post).await
}

/// Asserts that `answer` is `first` once more.
#[track_caller]
fn assert_replayed(answer: &Answer, first: &Answer) {
    assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!(answer.body, first.body);
    assert_eq!(answer.header("content-type"), first.header("content-type"));
}

/// How many posts somebody has written.
async fn written(actor: &Actor) -> usize {
    actor.get("/me/posts?limit=100").await.items().len()
}

#[actix_web::test]
async fn the_same_key_and_body_get_the_first_answer_and_make_one_post() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let first = publish(&ana, "a", "Bread").await;
    first.expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    for _ in 0..3 {
        assert_replayed(&publish(&ana, "a", "Bread").await, &first);
    }
    assert_eq!(written(&ana).await, 1);
    // What means the same is the same, however it is written.
    let spaced = ana.with("idempotency-key", "a");
    let answer = spaced.post_raw("/posts", r#" {"categories": ["GENERAL"], "title": " Bread ", "body": ""}"#).await;
    assert_replayed(&answer, &first);
    publish(&ana, "b", "Bread").await.expect(201);
    assert_eq!(written(&ana).await, 2);
    ana.publish("Bread").await;
    ana.publish("Bread").await;
    assert_eq!(written(&ana).await, 4);
}

#[actix_web::test]
async fn eight_at_once_make_one_post_and_get_the_same_answer() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for key in ["a", "b", "c"] {
        let answers = join_all((0..8).map(|_| publish(&ana, key, "Bread"))).await;
        let first: Vec<_> = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).collect();
        assert_eq!(first.len(), 1, "{answers:?}");
        first[0].expect(201);
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (201, &first[0].body));
        }
    }
    assert_eq!(written(&ana).await, 3);
    community.tidy().await;
}

#[actix_web::test]
async fn another_request_under_the_same_key_is_refused_and_does_nothing() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let first = publish(&ana, "a", "Bread").await;
    publish(&ana, "a", "Cake").await.assert_problem(422, "idempotency_key_reused");
    let post = text(&first.expect(201)["id"]);
    let with_key = ana.with("idempotency-key", "c");
    let comment = json!({"text": "Flour"});
    let path = format!("/posts/{post}/comments");
    let first_comment = with_key.post(&path, &comment).await;
    first_comment.expect(201);
    assert_replayed(&with_key.post(&path, &comment).await, &first_comment);
    with_key.post(&path, &json!({"text": "Salt"})).await.assert_problem(422, "idempotency_key_reused");
    let other = ana.publish("Other").await;
    let elsewhere = with_key.post(&format!("/posts/{other}/comments"), &comment).await;
    elsewhere.assert_problem(422, "idempotency_key_reused");
    assert_eq!(ana.post_of(&post).await["comment_count"], 1);
    assert_eq!(ana.post_of(&other).await["comment_count"], 0);
    assert_replayed(&publish(&ana, "a", "Bread").await, &first);
}

#[actix_web::test]
async fn the_key_of_somebody_else_is_another_key() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (first, second) = (publish(&ana, "a", "Bread").await, publish(&ben, "a", "Cake").await);
    assert_eq!(second.expect(201)["author"]["handle"], "ben");
    assert_eq!(second.header("idempotency-replayed"), None);
    assert_replayed(&publish(&ana, "a", "Bread").await, &first);
    assert_replayed(&publish(&ben, "a", "Cake").await, &second);
}

#[actix_web::test]
async fn the_first_answer_is_given_after_a_restart_and_after_the_post_changed_or_went() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let body = "🔥".repeat(20_000);
    let long = json!({"title": "Long", "body": body, "categories": ["general"]});
    let with_key = ana.with("idempotency-key", "long");
    let (first, first_long) = (publish(&ana, "a", "Bread").await, with_key.post("/posts", &long).await);
    community.restart().await;
    assert_replayed(&publish(&ana, "a", "Bread").await, &first);
    assert_replayed(&with_key.post("/posts", &long).await, &first_long);
    assert_eq!(first_long.json()["body"], body);
    let path = format!("/posts/{}", text(&first.json()["id"]));
    ana.patch(&path, &json!({"title": "Cake"})).await.expect(200);
    assert_replayed(&publish(&ana, "a", "Bread").await, &first);
    ana.delete(&path).await.expect(204);
    community.tidy().await;
    assert_replayed(&publish(&ana, "a", "Bread").await, &first);
    assert_eq!(written(&ana).await, 1);
}

#[actix_web::test]
async fn after_a_day_the_key_is_a_new_one_whether_or_not_the_old_answer_was_cleared_away() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let long = json!({"title": "Long", "body": "🔥".repeat(20_000), "categories": ["general"]});
    let first = publish(&ana, "a", "Bread").await;
    let first_long = ana.with("idempotency-key", "long").post("/posts", &long).await;
    community.later(DAY - Duration::from_millis(1));
    let ana = ana.renewed().await;
    community.tidy().await;
    assert_replayed(&publish(&ana, "a", "Bread").await, &first);
    assert_replayed(&ana.with("idempotency-key", "long").post("/posts", &long).await, &first_long);
    community.later(Duration::from_millis(1));
    let second = publish(&ana, "a", "Cake").await;
    assert_ne!(second.expect(201)["id"], first.json()["id"]);
    assert_eq!(second.header("idempotency-replayed"), None);
    assert_replayed(&publish(&ana, "a", "Cake").await, &second);
    // A shorter answer takes the place of a longer one.
    let short = publish(&ana, "long", "Short").await;
    short.expect(201);
    assert_replayed(&publish(&ana, "long", "Short").await, &short);
    community.later(DAY);
    let ana = ana.renewed().await;
    community.tidy().await;
    assert_eq!(publish(&ana, "a", "Pie").await.expect(201)["title"], "Pie");
}

#[actix_web::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let with_key = ana.with("idempotency-key", "a");
    let post = json!({"title": "Roses", "categories": ["garden"]});
    for _ in 0..2 {
        with_key.post("/posts", &post).await.assert_invalid(&["categories"]);
    }
    admin.put_json("/categories/garden", &json!({"name": "Garden"})).await.expect(200);
    let first = with_key.post("/posts", &post).await;
    first.expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_replayed(&with_key.post("/posts", &post).await, &first);
}

#[actix_web::test]
async fn what_cannot_be_a_key_is_refused() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for key in ["", "two words", "\u{e9}", "tab\there", &"k".repeat(256)] {
        publish(&ana, key, "Bread").await.assert_problem(400, "invalid_header");
    }
    assert_eq!(written(&ana).await, 0);
    for key in ["k".repeat(255), "!\"#~".into(), "7f3e2c9a-0000-4000-8000-000000000000".into()] {
        publish(&ana, &key, "Bread").await.expect(201);
    }
    let nobody = community.anonymous().with("idempotency-key", "a");
    let answer = nobody.post("/posts", &json!({"title": "x", "categories": ["general"]})).await;
    answer.assert_problem(401, "authentication_required");
    assert_eq!(ana.get("/me/posts").await.expect(200)["next_cursor"], Value::Null);
}
