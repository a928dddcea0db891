//! A conversation that tests talk in.

use std::sync::atomic::{AtomicU64, Ordering};

use hearth::chat::{Conversation, Event, Hidden, Member, Reaction, ReadMark};
use hearth::store::{Range, Read, Store};
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;

/// The moment at which a community starts.
pub const MORNING: &str = "2026-11-23T08:11:00.000Z";

/// A conversation, asked for by whoever is named first.
pub struct Room {
    pub id: String,
    pub path: String,
}

impl Room {
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), path: format!("/conversations/{id}") }
    }

    /// A conversation between two.
    pub async fn direct(one: &Actor, other: &Actor) -> Self {
        Self::opened(one, &json!({"members": [other.id()]})).await
    }

    /// A group that `owner` owns.
    pub async fn group(owner: &Actor, others: &[&Actor]) -> Self {
        Self::opened(owner, &json!({"members": ids(others), "name": "Bakers"})).await
    }

    async fn opened(by: &Actor, new: &Value) -> Self {
        Self::of(&text(&by.post("/conversations", new).await.expect(201)["id"]))
    }

    /// Writes a message under a fresh `client_id`, and gives its event.
    pub async fn say(&self, who: &Actor, words: &str) -> Value {
        self.send(who, &json!({"client_id": fresh(), "text": words})).await.expect(201)
    }

    pub async fn send(&self, who: &Actor, message: &Value) -> Answer {
        who.post(&format!("{}/messages", self.path), message).await
    }

    /// Where a message is, by its event.
    pub fn message(&self, event: &Value) -> String {
        format!("{}/messages/{}", self.path, text(&event["id"]))
    }

    pub async fn edit(&self, who: &Actor, message: &Value, words: &str) -> Answer {
        who.patch(&self.message(message), &json!({"text": words})).await
    }

    /// Deletes a message for everyone.
    pub async fn delete(&self, who: &Actor, message: &Value) -> Answer {
        who.delete(&self.message(message)).await
    }

    /// Deletes a message for oneself.
    pub async fn hide(&self, who: &Actor, message: &Value) -> Answer {
        who.delete(&format!("{}?for=me", self.message(message))).await
    }

    pub async fn react(&self, who: &Actor, message: &Value, emoji: &str) -> Answer {
        who.put(&self.reaction(message, emoji)).await
    }

    pub async fn unreact(&self, who: &Actor, message: &Value, emoji: &str) -> Answer {
        who.delete(&self.reaction(message, emoji)).await
    }

    pub fn reaction(&self, message: &Value, emoji: &str) -> String {
        let bytes: Vec<_> = emoji.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{}/reactions/{}", self.message(message), bytes.concat())
    }

    pub async fn read(&self, who: &Actor, seq: u64) -> Answer {
        who.put_json(&format!("{}/read", self.path), &json!({"seq": seq})).await
    }

    pub async fn rename(&self, who: &Actor, name: &str) -> Answer {
        who.patch(&self.path, &json!({"name": name})).await
    }

    pub async fn hand_over(&self, who: &Actor, heir: &Actor) -> Answer {
        who.patch(&self.path, &json!({"owner": heir.id()})).await
    }

    pub async fn add(&self, who: &Actor, whom: &Actor) -> Answer {
        who.put(&format!("{}/members/{}", self.path, whom.id())).await
    }

    /// Takes `whom` out, or leaves where that is oneself.
    pub async fn remove(&self, who: &Actor, whom: &Actor) -> Answer {
        who.delete(&format!("{}/members/{}", self.path, whom.id())).await
    }

    /// The conversation as they see it.
    pub async fn seen_by(&self, who: &Actor) -> Value {
        who.get(&self.path).await.expect(200)
    }

    /// The whole log as they see it, which has no gap.
    pub async fn log(&self, who: &Actor) -> Vec<Value> {
        let log = who.walk(&format!("{}/events?limit=100", self.path)).await;
        assert_eq!(seqs(&log), (1..=log.len() as u64).collect::<Vec<_>>());
        assert_eq!(self.seen_by(who).await["last_seq"], log.len());
        log
    }

    /// One event of the log as they see it.
    pub async fn event(&self, who: &Actor, seq: u64) -> Value {
        let items = who.get(&format!("{}/events?after={}&limit=1", self.path, seq - 1)).await.items();
        items.first().unwrap_or_else(|| panic!("there is no event {seq}")).clone()
    }

    /// Who takes part, in the order of their ids.
    pub async fn members(&self, who: &Actor) -> Vec<String> {
        let seen = self.seen_by(who).await;
        seen["members"].as_array().unwrap().iter().map(|member| text(&member["handle"])).collect()
    }
}

/// A `client_id` that was not used before.
pub fn fresh() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("message {}", LAST.fetch_add(1, Ordering::Relaxed))
}

pub fn ids(actors: &[&Actor]) -> Vec<String> {
    actors.iter().map(|actor| actor.id()).collect()
}

pub fn seqs(events: &[Value]) -> Vec<u64> {
    events.iter().map(seq).collect()
}

#[track_caller]
pub fn seq(event: &Value) -> u64 {
    event["seq"].as_u64().unwrap_or_else(|| panic!("{event} has no seq"))
}

/// What kind of event each is.
pub fn kinds(events: &[Value]) -> Vec<String> {
    events.iter().map(|event| text(&event["kind"])).collect()
}

/// How many records of conversations there are: of all kinds, in the order of their names.
pub fn stored(store: &Store) -> [usize; 6] {
    let all = Range::all();
    [
        store.records::<Conversation>(&all).unwrap().len(),
        store.records::<Event>(&all).unwrap().len(),
        store.records::<Hidden>(&all).unwrap().len(),
        store.records::<Member>(&all).unwrap().len(),
        store.records::<Reaction>(&all).unwrap().len(),
        store.records::<ReadMark>(&all).unwrap().len(),
    ]
}
