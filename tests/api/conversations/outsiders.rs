//! To all who do not take part, there is no such conversation.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::room::{Room, fresh};
use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::Community;

/// Every route of one conversation, with a body that would be taken.
fn routes(path: &str, message: &str, user: &str) -> Vec<(Method, String, Option<Value>)> {
    let message = format!("{path}/messages/{message}");
    let reaction = format!("{message}/reactions/%F0%9F%91%8D");
    vec![
        (Method::GET, path.to_owned(), None),
        (Method::PATCH, path.to_owned(), Some(json!({"name": "Mine"}))),
        (Method::PATCH, path.to_owned(), Some(json!({"owner": user}))),
        (Method::GET, format!("{path}/events"), None),
        (Method::GET, format!("{path}/events?after=0&limit=1"), None),
        (Method::GET, format!("{path}/events?before=9"), None),
        (Method::POST, format!("{path}/messages"), Some(json!({"client_id": fresh(), "text": "Hello"}))),
        (Method::PATCH, message.clone(), Some(json!({"text": "Hello"}))),
        (Method::DELETE, message.clone(), None),
        (Method::DELETE, format!("{message}?for=me"), None),
        (Method::DELETE, format!("{message}?for=everyone"), None),
        (Method::PUT, reaction.clone(), None),
        (Method::DELETE, reaction, None),
        (Method::PUT, format!("{path}/members/{user}"), None),
        (Method::DELETE, format!("{path}/members/{user}"), None),
        (Method::PUT, format!("{path}/read"), Some(json!({"seq": 1}))),
    ]
}

async fn ask(who: &Actor, method: &Method, path: &str, body: Option<&Value>) -> Answer {
    let request = who.request(method.clone(), path);
    let response = match body {
        Some(body) => request.send_json(body).await,
        None => request.send().await,
    };
    Answer::read(response.unwrap()).await
}

#[actix_web::test]
async fn outsiders_are_told_of_no_conversation_on_any_route() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (cem, dia) = (community.member("cem").await, community.member("dia").await);
    let group = Room::group(&ana, &[&ben, &cem]).await;
    let direct = Room::direct(&ana, &ben).await;
    let gone = Room::group(&dia, &[&cem]).await;
    let mut messages = Vec::new();
    for room in [&group, &direct] {
        messages.push(text(&room.say(&ana, "Secret").await["id"]));
    }
    let of_cem = text(&group.say(&cem, "Secret").await["id"]);
    group.remove(&ana, &cem).await.expect(204);
    gone.remove(&dia, &cem).await.expect(204);
    gone.remove(&dia, &dia).await.expect(204);
    let before = [group.log(&ana).await, direct.log(&ana).await];
    let nowhere = "/conversations/00000000-0000-7000-8000-000000000000";
    let targets = [
        (&group, messages[0].as_str()),
        (&group, of_cem.as_str()),
        (&group, "00000000-0000-7000-8000-000000000000"),
        (&direct, &messages[1]),
        (&gone, &messages[0]),
    ];
    // Who never was in it, who is no more, and who runs the community.
    for outsider in [&dia, &cem, &community.admin().await] {
        for (room, message) in targets {
            for user in [ben.id(), outsider.id(), "ben".into()] {
                let there = routes(&room.path, message, &user);
                for ((method, path, body), (_, unknown, _)) in there.iter().zip(routes(nowhere, message, &user)) {
                    if body.as_ref().is_some_and(|body| body["owner"] == "ben") {
                        continue;
                    }
                    let answer = ask(outsider, method, path, body.as_ref()).await;
                    answer.assert_problem(404, "conversation_not_found");
                    // Word by word what is said of one that never was.
                    let other = ask(outsider, method, &unknown, body.as_ref()).await;
                    assert_eq!(answer.body, other.body, "{method} {path}");
                    assert_eq!(answer.header("etag"), None);
                }
            }
        }
    }
    assert_eq!([group.log(&ana).await, direct.log(&ana).await], before);
    assert_eq!(group.members(&ana).await, ["ana", "ben"]);
    community.tidy().await;
}

#[actix_web::test]
async fn what_is_no_id_is_no_conversation_either() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let ben = community.member("ben").await;
    let room = Room::direct(&ana, &ben).await;
    let message = text(&room.say(&ana, "Hello").await["id"]);
    for id in ["x", "1", "%00", &room.id[1..], &format!("{}0", room.id), &ana.id(), &message] {
        for (method, path, body) in routes(&format!("/conversations/{id}"), &message, &ben.id()) {
            ask(&ana, &method, &path, body.as_ref()).await.assert_problem(404, "conversation_not_found");
        }
    }
    assert_eq!(room.log(&ben).await.len(), 1);
}

#[actix_web::test]
async fn who_is_not_signed_in_gets_nothing_on_any_route() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let message = text(&room.say(&ana, "Hello").await["id"]);
    let mut all = routes(&room.path, &message, &ben.id());
    all.extend(routes("/conversations/x", "x", "x"));
    all.push((Method::GET, "/conversations".into(), None));
    all.push((Method::POST, "/conversations".into(), Some(json!({"members": [ben.id()]}))));
    let (nobody, mut forger) = (community.anonymous(), community.anonymous());
    forger.access_token = "forged".into();
    for (method, path, body) in &all {
        ask(&nobody, method, path, body.as_ref()).await.assert_problem(401, "authentication_required");
        ask(&forger, method, path, body.as_ref()).await.assert_problem(401, "invalid_token");
    }
    assert_eq!(room.log(&ben).await.len(), 1);
}

#[actix_web::test]
async fn a_member_who_was_removed_knows_nothing_of_what_came_after() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    for _ in 0..3 {
        room.say(&ana, "Before").await;
    }
    let page = ben.get(&format!("{}/events?limit=1", room.path)).await;
    let cursor = text(&page.expect(200)["next_cursor"]);
    let cached = ben.with("if-none-match", ben.get(&room.path).await.header("etag").unwrap().to_owned());
    room.remove(&ana, &ben).await.expect(204);
    for path in [format!("{}/events?cursor={cursor}", room.path), format!("{}/events", room.path), room.path.clone()] {
        ben.get(&path).await.assert_problem(404, "conversation_not_found");
    }
    cached.get(&room.path).await.assert_problem(404, "conversation_not_found");
    // To come in again is not in their own hands.
    room.add(&ben, &ben).await.assert_problem(404, "conversation_not_found");
    room.remove(&ben, &ben).await.assert_problem(404, "conversation_not_found");
    assert!(ben.get("/conversations").await.items().is_empty());
}
