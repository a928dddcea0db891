//! Somebody who only listens: a stream of server-sent events, read by hand.

use std::collections::VecDeque;
use std::pin::Pin;

use actix_web::http::Method;
use actix_web::rt::time::timeout;
use actix_web::web::Bytes;
use futures::{Stream, StreamExt};
use serde_json::Value;

use super::device::PATIENCE;
use crate::actor::{Actor, text};

/// An event on a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its own id.
    pub id: Option<String>,
    /// Its type; `message` where it names none.
    pub kind: String,
    pub data: Value,
}

/// A stream of events.
pub struct Feed {
    bytes: Pin<Box<dyn Stream<Item = Bytes>>>,
    received: String,
    said: VecDeque<Said>,
    /// What the server sent so that the stream does not look dead.
    pub comments: usize,
    /// The id that a browser would come back with.
    pub last_id: Option<String>,
}

impl Feed {
    /// A new stream, and the hello that it begins with.
    pub async fn of(actor: &Actor) -> (Self, Said) {
        let answer = actor.request(Method::GET, "/events").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers().get("content-type").unwrap(), "text/event-stream");
        assert_eq!(answer.headers().get("cache-control").unwrap(), "no-store");
        let bytes = answer.take_while(|bytes| std::future::ready(bytes.is_ok())).map(Result::unwrap);
        let (bytes, received, said) = (Box::pin(bytes), String::new(), VecDeque::new());
        let mut feed = Self { bytes, received, said, comments: 0, last_id: None };
        let hello = feed.next().await.unwrap();
        assert_eq!((hello.kind.as_str(), &hello.data["push"]), ("message", &Value::from("hello")));
        (feed, hello)
    }

    /// One that goes on after the event with this id.
    pub async fn after(actor: &Actor, id: &str) -> (Self, Said) {
        let (mut feed, hello) = Self::of(&actor.with("last-event-id", id)).await;
        feed.last_id.get_or_insert(id.to_owned());
        (feed, hello)
    }

    /// The next event; `None` at the end.
    pub async fn next(&mut self) -> Option<Said> {
        while self.said.is_empty() {
            let next = timeout(PATIENCE, self.bytes.next()).await;
            let bytes = next.unwrap_or_else(|_| panic!("nothing is heard"))?;
            // Chunks are made of whole events, or else this fails, which is more than is promised but simple to read.
            self.received.push_str(std::str::from_utf8(&bytes).unwrap());
            while let Some((event, rest)) = self.received.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.take_in(&event);
                self.received = rest;
            }
        }
        let said = self.said.pop_front()?;
        self.last_id = said.id.clone().or(self.last_id.take());
        Some(said)
    }

    fn take_in(&mut self, event: &str) {
        let mut said = Said { id: None, kind: "message".into(), data: Value::Null };
        for line in event.lines() {
            match line.split_once(':').unwrap() {
                ("", _) => self.comments += 1,
                ("id", id) => said.id = Some(id.trim().to_owned()),
                ("event", kind) => said.kind = kind.trim().to_owned(),
                ("data", data) => said.data = serde_json::from_str(data).unwrap(),
                other => panic!("{other:?}"),
            }
        }
        if said.data != Value::Null {
            self.said.push_back(said);
        }
    }

    /// The events of conversations up to and with `seq` of one of them, each as conversation and `seq`.
    pub async fn until(&mut self, room: &str, seq: u64) -> Vec<(String, u64)> {
        let mut seqs = Vec::new();
        while seqs.last().is_none_or(|(last, found)| last != room || *found < seq) {
            let said = self.next().await.unwrap();
            if said.data["push"] == "event" {
                let event = &said.data["event"];
                seqs.push((text(&event["conversation"]), event["seq"].as_u64().unwrap()));
            }
        }
        seqs
    }

    /// Why the stream ends: the code, once nothing more can come.
    pub async fn closed(&mut self) -> u64 {
        loop {
            let said = self.next().await.unwrap();
            if said.kind == "close" {
                assert!(said.data["reason"].as_str().is_some_and(|words| !words.is_empty()), "{said:?}");
                assert_eq!((self.next().await, said.id), (None, None));
                return said.data["code"].as_u64().unwrap();
            }
        }
    }
}
