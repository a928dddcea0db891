//! Who wrote an anonymous post or comment is told to nobody, in no answer and in no line of the log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::{Community, PASSWORD, newcomer_named};

/// A community, and its member whom nobody is to recognise: of this name, with its first word for a handle.
async fn with_author(name: &str) -> (Community, Actor) {
    let community = Community::start().await;
    community.admin().await;
    let handle = name.split(' ').next().unwrap().to_lowercase();
    let answer = community.anonymous().post("/auth/register", &newcomer_named(name, &handle)).await.expect(201);
    let author = community.anonymous().signed_in(&answer);
    (community, author)
}

/// What would give the author away.
fn traces(author: &Actor) -> Vec<String> {
    let (id, name) = (author.id(), text(&author.account["name"]).to_lowercase());
    [id.replace('-', ""), id].into_iter().chain(name.split(' ').map(str::to_owned)).collect()
}

#[track_caller]
fn assert_untraceable(what: &str, author: &Actor) {
    let what = what.to_lowercase();
    for trace in traces(author) {
        assert!(!what.contains(&trace), "{trace} in {what}");
    }
}

#[track_caller]
fn assert_answer(answer: &Answer, status: u16, author: &Actor) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_untraceable(&format!("{answer:?} {}", answer.text()), author);
    answer.json()
}

const POST: &str =
    r#"{"title": "Confession", "body": "I burn it.", "categories": ["food"], "tags": ["x"], "anonymous": true}"#;

#[actix_web::test]
async fn no_route_tells_anybody_who_wrote_an_anonymous_post_or_comment() {
    let (community, author) = with_author("Quillon Vexley").await;
    let (admin, ben) = (community.admin().await, community.member("ben").await);
    let created = assert_answer(&author.with("idempotency-key", "k").post_raw("/posts", POST).await, 201, &author);
    let post = text(&created["id"]);
    assert_answer(&author.with("idempotency-key", "k").post_raw("/posts", POST).await, 201, &author);
    let secret = json!({"text": "Still me", "anonymous": true});
    let comment = author.post(&format!("/posts/{post}/comments"), &secret).await;
    let comment = text(&assert_answer(&comment, 201, &author)["id"]);
    let reply = json!({"text": "Me again", "anonymous": true, "parent": comment});
    assert_answer(&author.post(&format!("/posts/{post}/comments"), &reply).await, 201, &author);
    ben.reply(&post, &comment, "Who are you?").await;
    for (path, change) in [
        (format!("/posts/{post}"), json!({"body": "I burnt it."})),
        (format!("/comments/{comment}"), json!({"text": "Still me!"})),
    ] {
        assert_answer(&author.patch(&path, &change).await, 200, &author);
        assert_answer(&ben.patch(&path, &change).await, 403, &author);
        assert_answer(&admin.patch(&path, &change).await, 403, &author);
        assert_answer(&ben.delete(&path).await, 403, &author);
        for reader in [&author, &ben, &admin] {
            assert_answer(&reader.put(&format!("{path}/like")).await, 200, &author);
        }
    }
    for reader in [&community.anonymous(), &ben, &admin, &author] {
        for path in [
            "/posts".to_owned(),
            "/posts?sort=top".into(),
            "/posts?sort=hot&category=food&tag=x".into(),
            format!("/posts/{post}"),
            format!("/posts/{post}/history"),
            format!("/posts/{post}/comments"),
            format!("/posts/{post}/comments?parent={comment}"),
            "/categories".into(),
        ] {
            assert_answer(&reader.get(&path).await, 200, &author);
        }
        let seen = reader.post_of(&post).await;
        assert_eq!((&seen["author"], &seen["anonymous"]), (&Value::Null, &json!(true)));
        let thread = reader.get(&format!("/posts/{post}/comments")).await.items();
        assert_eq!((&thread[0]["author"], &thread[0]["replies"][0]["author"]), (&Value::Null, &Value::Null));
        // Where one is signed in one is told what is one's own, and nothing else.
        let mine = (!reader.access_token.is_empty()).then(|| json!(reader.id() == author.id()));
        for thing in [&seen, &thread[0], &thread[0]["replies"][0]] {
            assert_eq!(thing.get("viewer").map(|viewer| viewer["mine"].clone()), mine);
        }
        for list in
            [format!("/users/{}/posts", author.id()), "/users/quillon/posts".into(), "/posts?author=quillon".into()]
        {
            assert_eq!(reader.get(&list).await.expect(200), json!({"items": [], "next_cursor": null}), "{list}");
        }
    }
    for list in ["/me/posts", "/me/likes"] {
        let own = assert_answer(&author.get(list).await, 200, &author);
        assert_eq!((&own["items"][0]["id"], &own["items"][0]["author"]), (&json!(post), &Value::Null));
        assert_eq!(own["items"][0]["viewer"]["mine"], true);
    }
}

#[actix_web::test]
async fn an_anonymous_author_stays_unknown_after_leaving_and_after_a_restart() {
    let (mut community, author) = with_author("Quillon Vexley").await;
    let post = text(&author.post_raw("/posts", POST).await.expect(201)["id"]);
    let secret = json!({"text": "Still me", "anonymous": true});
    author.post(&format!("/posts/{post}/comments"), &secret).await.expect(201);
    community.restart().await;
    let admin = community.admin().await;
    assert_eq!(assert_answer(&admin.get(&format!("/posts/{post}")).await, 200, &author)["author"], Value::Null);
    author.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    community.tidy().await;
    for path in [format!("/posts/{post}"), format!("/posts/{post}/comments"), "/posts".into()] {
        let answer = admin.get(&path).await;
        assert_answer(&answer, 200, &author);
        assert!(!answer.text().contains("[deleted]"), "that the author has left is a trace: {}", answer.text());
    }
}

#[actix_web::test]
async fn a_deleted_anonymous_comment_does_not_even_say_that_it_was_anonymous() {
    let (community, author) = with_author("Quillon Vexley").await;
    let post = community.admin().await.publish("Bread").await;
    let path = format!("/posts/{post}/comments");
    let secret = author.post(&path, &json!({"text": "Still me", "anonymous": true})).await.expect(201);
    community.admin().await.reply(&post, &text(&secret["id"]), "Who?").await;
    author.delete(&format!("/comments/{}", text(&secret["id"]))).await.expect(204);
    for reader in [&author, &community.anonymous()] {
        let seen = assert_answer(&reader.get(&path).await, 200, &author);
        assert_eq!((&seen["items"][0]["author"], &seen["items"][0]["anonymous"]), (&Value::Null, &json!(false)));
    }
}

/// Every line that Hearth logged in this process.
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("hearth")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}", record.target(), record.args());
            LOGGED.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    fn flush(&self) {}
}

fn logged() -> String {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
}

#[actix_web::test]
async fn no_line_of_the_log_names_an_anonymous_author_or_holds_a_secret() {
    log::set_logger(&Listener).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let (mut community, author) = with_author("Zephyrine Oakhollow").await;
    let admin = community.admin().await;
    let post = text(&author.post_raw("/posts", POST).await.expect(201)["id"]);
    let path = format!("/posts/{post}");
    let secret = json!({"text": "Still me", "anonymous": true});
    let comment = text(&author.post(&format!("{path}/comments"), &secret).await.expect(201)["id"]);
    author.post(&format!("{path}/comments"), &json!({"text": ""})).await.expect(422);
    for route in [path.clone(), format!("{path}/history"), format!("{path}/comments"), "/me/posts".into()] {
        author.get(&route).await.expect(200);
        admin.get(&route).await.expect(200);
    }
    author.patch(&path, &json!({"title": "Second thoughts"})).await.expect(200);
    author.put(&format!("{path}/like")).await.expect(200);
    author.put(&format!("{path}/archive")).await.expect(200);
    admin.patch(&path, &json!({"title": "x"})).await.expect(403);
    author.patch(&format!("/comments/{comment}"), &json!({"text": "Still"})).await.expect(200);
    author.delete(&format!("/comments/{comment}")).await.expect(204);
    admin.delete(&path).await.expect(204);
    community.tidy().await;
    community.restart().await;
    let author = author.renewed().await;
    author.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    // A request is logged when its answer has been sent, which may be after it was read.
    let last = "\"DELETE /api/v1/me ";
    for _ in 0..500 {
        if logged().contains(last) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let logged = logged();
    assert!(logged.contains(last) && logged.contains("\"POST /api/v1/posts "), "nothing is logged: {logged}");
    assert_untraceable(&logged, &author);
    for secret in [PASSWORD, &author.access_token, &author.refresh_token, "zephyrine@", "$argon2"] {
        assert!(!logged.contains(secret), "{secret} in {logged}");
    }
}
