//! Chat as it happens: WebSockets, and the same as server-sent events.

pub mod device;
pub mod feed;
mod frames;
mod fuzz;
mod handshake;
mod heartbeat;
mod members;
mod messages;
mod presence;
mod race;
mod refusals;
mod replay;
mod sessions;
mod shutdown;
mod slow;
mod stream;
pub mod wire;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::join_all;
use hearth::chat::NewMessage;
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::community::{Community, PASSWORD};
use device::{Device, PATIENCE};

/// The conversation of two.
pub async fn direct(one: &Actor, other: &Actor) -> String {
    let answer = one.post("/conversations", &json!({"members": [other.id()]})).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    text(&answer.json()["id"])
}

/// A new group of `owner` and others.
pub async fn group(owner: &Actor, others: &[&Actor]) -> String {
    let members: Vec<_> = others.iter().map(|other| other.id()).collect();
    let answer = owner.post("/conversations", &json!({"name": "Bakers", "members": members})).await;
    text(&answer.expect(201)["id"])
}

/// Writes a message over HTTP, and gives its event.
pub async fn say(actor: &Actor, room: &str, words: &str) -> Value {
    let message = json!({"client_id": words, "text": words});
    actor.post(&format!("/conversations/{room}/messages"), &message).await.expect(201)
}

/// Has the owner of a group add somebody.
async fn add(owner: &Actor, room: &str, other: &Actor) {
    owner.put(&format!("/conversations/{room}/members/{}", other.id())).await.expect(200);
}

/// Takes somebody out of a group.
async fn remove(by: &Actor, room: &str, other: &Actor) {
    by.delete(&format!("/conversations/{room}/members/{}", other.id())).await.expect(204);
}

/// The whole log of a conversation as `actor` sees it.
async fn log(actor: &Actor, room: &str) -> Vec<Value> {
    actor.walk(&format!("/conversations/{room}/events?limit=100")).await
}

/// The same account on one more device.
async fn signed_in_again(actor: &Actor) -> Actor {
    let credentials = json!({"email": actor.account["email"], "password": PASSWORD});
    actor.signed_in(&actor.post("/auth/login", &credentials).await.expect(200))
}

/// Writes so many messages within the server itself, all at once.
pub async fn chatter(community: &Community, actor: &Actor, room: &str, messages: usize, words: &str) {
    let (account, conversation) = (actor.id().parse().unwrap(), room.parse().unwrap());
    let sending = (0..messages).map(|_| {
        let message = NewMessage { client_id: unique(), text: words.to_owned(), image: None, reply_to: None };
        hearth::chat::send(community.app(), account, conversation, message)
    });
    for sent in join_all(sending).await {
        assert!(sent.is_ok_and(|sent| !sent.duplicate));
    }
}

/// A text that is the only one of its kind.
fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("the {}. one", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Waits until so many devices are connected.
pub async fn until_connected(community: &Community, sockets: usize) {
    let waiting = async {
        while community.app().hub.sockets() != sockets {
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let connected = || community.app().hub.sockets();
    actix_web::rt::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{} are connected", connected()));
}

/// What `device` hears before a message that `actor` writes now: it was sent before, so it must be there by then.
async fn heard_before_a_message(device: &mut Device, actor: &Actor, room: &str) -> Vec<Value> {
    let seq = say(actor, room, &unique()).await["seq"].as_u64().unwrap();
    let mut heard = device.until(room, seq).await;
    heard.pop();
    heard
}
