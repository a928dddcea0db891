//! Fields that nobody may set, and requests that pretend to be others.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::raw;
use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};
use crate::conversations::room::{Room, fresh};

/// What somebody would like to be true of what they make.
fn greedy(mut body: Value, other: &Actor) -> Value {
    let wishes = json!({
        "id": "00000000-0000-7000-8000-000000000001", "role": "admin", "is_admin": true, "email_verified": true,
        "author": other.id(), "account": other.id(), "owner": other.id(), "actor": other.id(), "user": other.id(),
        "created_at": "2001-01-01T00:00:00.000Z", "edited_at": "2001-01-01T00:00:00.000Z", "deleted": true,
        "like_count": 1000, "comment_count": 1000, "reply_count": 1000, "depth": 7, "archived": true, "seq": 99,
        "password_hash": "$argon2id$x", "banned": false, "__proto__": {"role": "admin"}, "constructor": {},
        "viewer": {"mine": true}, "kind": "group", "at": "2001-01-01T00:00:00.000Z",
    });
    for (name, value) in wishes.as_object().unwrap() {
        if body.get(name).is_none() {
            body[name] = value.clone();
        }
    }
    body
}

#[actix_web::test]
async fn what_the_server_says_of_a_thing_is_not_taken_from_who_makes_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let newcomer = json!({"name": "Eve", "email": "eve@example.org", "password": PASSWORD, "handle": "eve"});
    let answer = community.anonymous().post("/auth/register", &greedy(newcomer, &ana)).await.expect(201);
    let eve = community.anonymous().signed_in(&answer);
    let me = eve.patch("/me", &greedy(json!({"bio": "x"}), &ana)).await.expect(200);
    assert_eq!((&me["role"], &me["email_verified"], &me["handle"]), (&json!("member"), &json!(false), &json!("eve")));
    assert_eq!((&me["id"], &me["created_at"]), (&eve.account["id"], &eve.account["created_at"]));
    let morning = &eve.account["created_at"];

    let new = json!({"title": "x", "categories": ["food"]});
    let post = eve.post("/posts", &greedy(new, &ana)).await.expect(201);
    assert_eq!((&post["author"]["handle"], &post["created_at"]), (&json!("eve"), morning));
    let counted = (&post["like_count"], &post["comment_count"], &post["archived"], &post["edited_at"]);
    assert_eq!(counted, (&json!(0), &json!(0), &json!(false), &Value::Null));
    let path = format!("/posts/{}", text(&post["id"]));
    let edited = eve.patch(&path, &greedy(json!({"body": "y"}), &ana)).await.expect(200);
    assert_eq!(
        (&edited["author"], &edited["like_count"], &edited["archived"]),
        (&post["author"], &json!(0), &json!(false))
    );

    let comment = eve.post(&format!("{path}/comments"), &greedy(json!({"text": "x"}), &ana)).await.expect(201);
    assert_eq!((&comment["author"]["handle"], &comment["depth"]), (&json!("eve"), &json!(0)));
    assert_eq!(
        (&comment["like_count"], &comment["deleted"], &comment["created_at"]),
        (&json!(0), &json!(false), morning)
    );

    let group = json!({"name": "Mine", "members": [ben.id()]});
    let opened = eve.post("/conversations", &greedy(group, &ana)).await.expect(201);
    assert_eq!(opened["owner"], eve.id());
    assert_eq!(opened["members"].as_array().unwrap().len(), 2, "nobody else is in it");
    let room = Room::of(&text(&opened["id"]));
    let event = room.send(&eve, &greedy(json!({"client_id": fresh(), "text": "x"}), &ana)).await.expect(201);
    assert_eq!((&event["actor"], &event["at"]), (&json!(eve.id()), morning));
    assert_ne!(event["seq"], 99);
    assert_eq!(event["kind"], "message");
    assert_eq!(community.admin().await.get("/me").await.expect(200)["role"], "admin");
    community.tidy().await;
}

#[actix_web::test]
async fn a_method_is_what_the_request_line_says() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}");
    for name in ["x-http-method-override", "x-method-override", "x-http-method"] {
        for method in ["DELETE", "PATCH", "PUT"] {
            let sly = ana.with(name, method);
            assert_eq!(sly.get(&path).await.expect(200)["title"], "Bread");
            sly.post(&path, &json!({"title": "Stolen"})).await.assert_problem(405, "method_not_allowed");
            sly.get(&format!("{path}?_method={method}")).await.expect(200);
        }
    }
    for method in ["TRACE", "TRACK", "CONNECT", "DEBUG", "delete", "PROPFIND"] {
        let request = ana.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
        let Ok(answer) = request.send().await else { continue };
        let answer = Answer::read(answer).await;
        assert!([400, 404, 405].contains(&answer.status), "{method}: {}", answer.status);
        assert!(!answer.text().contains(&ana.access_token), "{method} gives back what was sent");
    }
    assert_eq!(ana.post_of(&post).await["title"], "Bread");
}

#[actix_web::test]
async fn a_form_of_another_site_does_nothing() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let before = ana.get("/me").await.expect(200);
    // What a page can send without asking first, were there cookies to send along.
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        for (method, path, body) in [
            ("POST", "/api/v1/posts", r#"{"title":"x","categories":["food"],"y":"="}"#),
            ("POST", "/api/v1/auth/login", r#"{"email":"ana@example.org","password":"correct horse battery"}"#),
        ] {
            let head =
                if content_type.is_empty() { String::new() } else { format!("Content-Type: {content_type}\r\n") };
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: {}\r\nOrigin: https://evil.example\r\nAuthorization: Bearer {}\r\n\
                 {head}Content-Length: {}\r\n\r\n{body}",
                ana.address(),
                ana.access_token,
                body.len()
            );
            let reply = raw::ask(&ana, request);
            assert_eq!((reply.status, reply.code().as_str()), (415, "unsupported_media_type"), "{path} {content_type}");
        }
    }
    assert_eq!(ana.get("/me").await.expect(200), before);
    assert!(ana.get("/me/posts").await.items().is_empty());
    assert_eq!(ana.get("/auth/sessions").await.items().len(), 1);
}
