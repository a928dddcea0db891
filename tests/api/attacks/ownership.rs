//! Every route there is, asked by who may not: one table, which a new route must come into.

use std::collections::BTreeSet;

use actix_web::http::Method;
use hearth::http::routes::ROUTES;
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};
use crate::conversations::room::Room;

/// Whom a route asks who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// Nobody: it does not look at tokens.
    Open,
    /// Who says it: everybody may, but a token that is no good is refused.
    Public,
    /// Everybody: only who is signed in may.
    Members,
}
use Door::{Members, Open, Public};

/// The routes that stand for one thing: what another member, its owner and the admin are answered. The thing is Ana's,
/// or Ben's and hers.
const OF_ONE: &[(&str, &str, Door, [u16; 3])] = &[
    ("GET", "/api/v1/posts/{id}", Public, [200, 200, 200]),
    ("PATCH", "/api/v1/posts/{id}", Members, [403, 200, 403]),
    ("DELETE", "/api/v1/posts/{id}", Members, [403, 204, 204]),
    ("GET", "/api/v1/posts/{id}/history", Public, [200, 200, 200]),
    ("PUT", "/api/v1/posts/{id}/like", Members, [200, 200, 200]),
    ("DELETE", "/api/v1/posts/{id}/like", Members, [200, 200, 200]),
    ("PUT", "/api/v1/posts/{id}/bookmark", Members, [200, 200, 200]),
    ("DELETE", "/api/v1/posts/{id}/bookmark", Members, [200, 200, 200]),
    ("PUT", "/api/v1/posts/{id}/archive", Members, [403, 200, 403]),
    ("DELETE", "/api/v1/posts/{id}/archive", Members, [403, 200, 403]),
    ("GET", "/api/v1/posts/{id}/comments", Public, [200, 200, 200]),
    ("POST", "/api/v1/posts/{id}/comments", Members, [201, 201, 201]),
    ("PATCH", "/api/v1/comments/{id}", Members, [403, 200, 403]),
    ("DELETE", "/api/v1/comments/{id}", Members, [403, 204, 204]),
    ("PUT", "/api/v1/comments/{id}/like", Members, [200, 200, 200]),
    ("DELETE", "/api/v1/comments/{id}/like", Members, [200, 200, 200]),
    ("GET", "/api/v1/media/{id}", Public, [404, 200, 404]),
    ("GET", "/api/v1/media/{id}/thumbnail", Public, [404, 200, 404]),
    ("GET", "/api/v1/media/{id}/avatar", Public, [404, 200, 404]),
    ("GET", "/api/v1/conversations/{id}", Members, [404, 200, 404]),
    ("PATCH", "/api/v1/conversations/{id}", Members, [404, 200, 404]),
    ("GET", "/api/v1/conversations/{id}/events", Members, [404, 200, 404]),
    ("POST", "/api/v1/conversations/{id}/messages", Members, [404, 201, 404]),
    ("PATCH", "/api/v1/conversations/{id}/messages/{message}", Members, [404, 200, 404]),
    ("DELETE", "/api/v1/conversations/{id}/messages/{message}", Members, [404, 200, 404]),
    ("PUT", "/api/v1/conversations/{id}/messages/{message}/reactions/{emoji}", Members, [404, 200, 404]),
    ("DELETE", "/api/v1/conversations/{id}/messages/{message}/reactions/{emoji}", Members, [404, 200, 404]),
    ("PUT", "/api/v1/conversations/{id}/members/{user}", Members, [404, 200, 404]),
    ("DELETE", "/api/v1/conversations/{id}/members/{user}", Members, [404, 204, 404]),
    ("PUT", "/api/v1/conversations/{id}/read", Members, [404, 200, 404]),
    ("DELETE", "/api/v1/auth/sessions/{id}", Members, [404, 204, 404]),
    ("GET", "/api/v1/users/{id}", Public, [200, 200, 200]),
    ("GET", "/api/v1/users/{id}/posts", Public, [200, 200, 200]),
    ("PUT", "/api/v1/users/{id}/block", Members, [204, 204, 204]),
    ("DELETE", "/api/v1/users/{id}/block", Members, [204, 204, 204]),
    ("PUT", "/api/v1/users/{id}/ban", Members, [403, 403, 204]),
    ("DELETE", "/api/v1/users/{id}/ban", Members, [403, 403, 204]),
    ("PUT", "/api/v1/users/{id}/role", Members, [403, 403, 200]),
    ("GET", "/api/v1/users/{id}/sessions", Members, [403, 403, 200]),
    ("DELETE", "/api/v1/users/{id}/sessions", Members, [403, 403, 204]),
    ("DELETE", "/api/v1/invites/{id}", Members, [403, 403, 204]),
    ("PUT", "/api/v1/categories/{slug}", Members, [403, 403, 200]),
    ("DELETE", "/api/v1/categories/{slug}", Members, [403, 403, 204]),
    ("GET", "/api/v1/backups/{name}", Members, [403, 403, 404]),
    ("GET", "/assets/{tag}/{file:.*}", Open, [200, 200, 200]),
    ("GET", "/docs/{file:.*}", Open, [200, 200, 200]),
    ("GET", "/icon/{name}", Open, [200, 200, 200]),
    ("GET", "/posts/{id}", Open, [200, 200, 200]),
    ("GET", "/posts/{id}/edit", Open, [200, 200, 200]),
    ("GET", "/u/{handle}", Open, [200, 200, 200]),
    ("GET", "/chat/{id}", Open, [200, 200, 200]),
    ("GET", "/admin/{section}", Open, [200, 200, 200]),
];

/// The routes that are about oneself or about everything.
const OF_ALL: &[(&str, &str, Door)] = &[
    ("GET", "/api/v1/posts", Public),
    ("POST", "/api/v1/posts", Members),
    ("GET", "/api/v1/ws", Open),
    ("GET", "/api/v1/events", Members),
    ("POST", "/api/v1/media", Members),
    ("GET", "/api/v1/conversations", Members),
    ("POST", "/api/v1/conversations", Members),
    ("GET", "/", Open),
    ("GET", "/new", Open),
    ("GET", "/mine", Open),
    ("GET", "/bookmarks", Open),
    ("GET", "/likes", Open),
    ("GET", "/people", Open),
    ("GET", "/chat", Open),
    ("GET", "/login", Open),
    ("GET", "/join", Open),
    ("GET", "/settings", Open),
    ("GET", "/admin", Open),
    ("GET", "/manifest.webmanifest", Open),
    ("GET", "/api/v1/bans", Members),
    ("GET", "/docs", Open),
    ("GET", "/docs/errors", Open),
    ("GET", "/healthz", Open),
    ("GET", "/readyz", Open),
    ("GET", "/metrics", Open),
    ("GET", "/api/v1/stats", Members),
    ("GET", "/api/v1/openapi.json", Open),
    ("POST", "/api/v1/auth/register", Open),
    ("POST", "/api/v1/auth/login", Open),
    ("POST", "/api/v1/auth/refresh", Open),
    ("POST", "/api/v1/auth/logout", Members),
    ("POST", "/api/v1/auth/logout-all", Members),
    ("GET", "/api/v1/auth/sessions", Members),
    ("GET", "/api/v1/me", Members),
    ("PATCH", "/api/v1/me", Members),
    ("DELETE", "/api/v1/me", Members),
    ("PUT", "/api/v1/me/password", Members),
    ("GET", "/api/v1/me/posts", Members),
    ("GET", "/api/v1/me/blocks", Members),
    ("GET", "/api/v1/me/likes", Members),
    ("GET", "/api/v1/me/bookmarks", Members),
    ("GET", "/api/v1/users", Public),
    ("GET", "/api/v1/categories", Public),
    ("GET", "/api/v1/backups", Members),
    ("POST", "/api/v1/backups", Members),
    ("GET", "/api/v1/invites", Members),
    ("POST", "/api/v1/invites", Members),
];

#[test]
fn every_route_is_in_the_table_once() {
    let of_one = OF_ONE.iter().map(|(method, path, ..)| (*method, *path));
    let listed: Vec<_> = of_one.chain(OF_ALL.iter().map(|(method, path, _)| (*method, *path))).collect();
    let known: BTreeSet<_> = ROUTES.iter().copied().collect();
    let unlisted: Vec<_> = known.iter().filter(|route| !listed.contains(route)).collect();
    assert!(unlisted.is_empty(), "say in this table who may ask for {unlisted:?}");
    assert_eq!(listed.len(), known.len(), "take out of this table what is no route any more");
    for (_, path, _) in OF_ALL {
        assert!(!path.contains('{'), "{path} stands for one thing: say what others are answered");
    }
}

/// What belongs to somebody, made anew for each attack.
struct Things {
    post: String,
    comment: String,
    room: Room,
    message: String,
    picture: String,
    session: String,
    invite: String,
}

struct Scene {
    community: Community,
    admin: Actor,
    ana: Actor,
    ben: Actor,
    eve: Actor,
    banned: Actor,
}

impl Scene {
    async fn start() -> Self {
        let community = Community::start().await;
        let (admin, ana, ben) = (community.admin().await, community.member("ana").await, community.member("ben").await);
        let (eve, banned) = (community.member("eve").await, community.member("mallory").await);
        admin.put("/users/mallory/ban").await.expect(204);
        community.member("cem").await;
        Self { community, admin, ana, ben, eve, banned }
    }

    async fn things(&self) -> Things {
        let post = self.ana.publish("Bread").await;
        let comment = self.ana.comment(&post, "Mine").await;
        let room = Room::group(&self.ana, &[&self.ben]).await;
        let message = text(&room.say(&self.ana, "Secret").await["id"]);
        let picture = self.ana.picture().await;
        room.send(&self.ana, &json!({"client_id": "picture", "image": picture})).await.expect(201);
        let session = text(&self.ana.get("/auth/sessions").await.items()[0]["id"]);
        let invite = text(&self.admin.post("/invites", &json!({})).await.expect(201)["id"]);
        Things { post, comment, room, message, picture, session, invite }
    }

    /// A session of Ana's that she does not use herself.
    async fn spare_session(&self) -> String {
        let credentials = json!({"email": "ana@example.org", "password": PASSWORD});
        self.community.anonymous().post("/auth/login", &credentials).await.expect(200);
        text(&self.ana.get("/auth/sessions").await.items()[0]["id"])
    }

    /// All that an attack may have changed, as those see it whose it is.
    async fn witness(&self, things: &Things) -> Vec<Value> {
        let Things { post, comment, room, .. } = things;
        let mut seen = Vec::new();
        for path in [
            format!("/posts/{post}"),
            format!("/posts/{post}/history"),
            format!("/posts/{post}/comments?x={comment}"),
            room.path.clone(),
            format!("{}/events", room.path),
            "/me/posts?limit=5".into(),
            "/auth/sessions".into(),
            "/me".into(),
            "/users/cem".into(),
            "/categories".into(),
        ] {
            seen.push(self.ana.get(&path).await.expect(200));
        }
        seen.push(self.ben.get(&room.path).await.expect(200));
        seen
    }
}

/// A request for the route, which would be taken from its owner.
async fn attempt(who: &Actor, method: &str, path: &str, things: &Things) -> Answer {
    let id = match path {
        _ if path.contains("/posts/{") => &things.post,
        _ if path.contains("/comments/{") => &things.comment,
        _ if path.contains("/conversations/{") => &things.room.id,
        _ if path.contains("/media/{") => &things.picture,
        _ if path.contains("/sessions/{") => &things.session,
        _ if path.contains("/invites/{") => &things.invite,
        _ => "cem",
    };
    let user = if method == "DELETE" { "ben" } else { "cem" };
    let filled = path.replace("{id}", id).replace("{message}", &things.message).replace("{emoji}", "%F0%9F%91%8D");
    let filled = filled.replace("{user}", user).replace("{slug}", "new");
    let filled = filled.replace("/assets/{tag}/{file:.*}", &hearth::web::address("main.js"));
    let filled = filled.replace("{name}", "icon.svg").replace("{file:.*}", "index.html");
    let filled = filled.replace("{handle}", "ana").replace("{section}", "backups");
    let request = who.at_root().request(Method::from_bytes(method.as_bytes()).unwrap(), &filled);
    let body = match (method, path.rsplit('/').next().unwrap()) {
        ("POST", "comments") => Some(json!({"text": "x"})),
        ("POST", "messages") => Some(json!({"client_id": "c", "text": "x"})),
        ("PUT", "read") => Some(json!({"seq": 1})),
        ("PUT", "role") => Some(json!({"role": "member"})),
        ("PUT", "{slug}") => Some(json!({"name": "x"})),
        ("PATCH", "{id}") if path.contains("conversations") => Some(json!({"name": "Stolen"})),
        ("PATCH", "{id}") if path.contains("posts") => Some(json!({"title": "Stolen"})),
        ("PATCH", _) => Some(json!({"text": "Stolen"})),
        ("POST" | "PUT", _) if !path.contains('{') => Some(json!({})),
        _ => None,
    };
    let response = match body {
        Some(body) => request.send_json(&body).await,
        None => request.send().await,
    };
    Answer::read(response.unwrap()).await
}

/// Asserts what everybody gets who is not signed in, or not any more.
async fn assert_door(scene: &Scene, door: Door, method: &str, path: &str, things: &Things) {
    let mut forger = scene.community.anonymous();
    forger.access_token = "forged".into();
    let nobody = attempt(&scene.community.anonymous(), method, path, things).await;
    match door {
        Members => drop(nobody.assert_problem(401, "authentication_required")),
        Open | Public => assert_ne!(nobody.status, 401, "{method} {path}: {}", nobody.text()),
    }
    for caller in [&scene.banned, &forger] {
        let answer = attempt(caller, method, path, things).await;
        if door == Open {
            assert_eq!(answer.status, nobody.status, "{method} {path}");
            continue;
        }
        answer.assert_problem(401, "invalid_token");
    }
}

#[actix_web::test]
async fn nobody_gets_at_what_is_somebody_elses_on_any_route() {
    let scene = Scene::start().await;
    for (method, path, door, [other, owner, admin]) in OF_ONE {
        let mut things = scene.things().await;
        if path.contains("/sessions/{") {
            things.session = scene.spare_session().await;
        }
        let before = scene.witness(&things).await;
        assert_door(&scene, *door, method, path, &things).await;
        let actors = [(&scene.eve, *other), (&scene.ana, *owner), (&scene.admin, *admin)];
        for (actor, status) in actors.iter().filter(|(_, status)| *status >= 400) {
            let answer = attempt(actor, method, path, &things).await;
            assert_eq!(answer.status, *status, "{method} {path}: {}", answer.text());
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
        }
        assert_eq!(scene.witness(&things).await, before, "{method} {path} was refused, and still did something");
        for (actor, status) in actors.iter().filter(|(_, status)| *status < 400) {
            // Nothing that the one before changed is to be in the way of the next.
            let mut fresh = scene.things().await;
            if path.contains("/sessions/{") {
                fresh.session = scene.spare_session().await;
            }
            let answer = attempt(actor, method, path, &fresh).await;
            assert_eq!(answer.status, *status, "{method} {path}: {}", answer.text());
        }
    }
    scene.community.tidy().await;
}

#[actix_web::test]
async fn who_is_not_signed_in_gets_through_no_door_that_is_for_members() {
    let scene = Scene::start().await;
    let things = scene.things().await;
    let before = scene.witness(&things).await;
    for (method, path, door) in OF_ALL {
        assert_door(&scene, *door, method, path, &things).await;
    }
    assert_eq!(scene.witness(&things).await, before);
    scene.community.tidy().await;
}

#[actix_web::test]
async fn the_message_of_another_conversation_is_not_reached_through_ones_own() {
    let scene = Scene::start().await;
    let things = scene.things().await;
    let own = Room::group(&scene.eve, &[&scene.ben]).await;
    let mine = scene.eve.publish("Cake").await;
    let before = scene.witness(&things).await;
    let message = format!("{}/messages/{}", own.path, things.message);
    let like = format!("{message}/reactions/%F0%9F%91%8D");
    for answer in [
        scene.eve.patch(&message, &json!({"text": "Stolen"})).await,
        scene.eve.delete(&message).await,
        scene.eve.delete(&format!("{message}?for=me")).await,
        scene.eve.put(&like).await,
        scene.eve.delete(&like).await,
    ] {
        answer.assert_problem(404, "message_not_found");
    }
    // A comment below another post is no parent here, and its thread is not to be had through this post.
    let reply = json!({"text": "x", "parent": things.comment});
    scene.eve.post(&format!("/posts/{mine}/comments"), &reply).await.assert_invalid(&["parent"]);
    let page = scene.eve.get(&format!("/posts/{mine}/comments?parent={}", things.comment)).await;
    page.assert_invalid(&["parent"]);
    assert_eq!(scene.witness(&things).await, before);
}
