//! A client in Rust: it connects, says what it has seen, resumes, and repeats what was not answered.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::MESSAGES;
use crate::client::{Heard, Socket};

/// Messages that may be unanswered.
const WINDOW: usize = 5;

/// A guard against waiting forever; nothing is decided by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What somebody was told about their messages.
#[derive(Default)]
pub struct Told(Mutex<Vec<Value>>);

impl Told {
    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

pub struct Talker {
    address: SocketAddr,
    token: String,
    talk: String,
    seen: Vec<Value>,
    /// What is unanswered, the oldest first.
    unanswered: VecDeque<Value>,
    sent: usize,
}

impl Talker {
    pub fn new(address: SocketAddr, token: String, talk: String) -> Self {
        Self { address, token, talk, seen: Vec::new(), unanswered: VecDeque::new(), sent: 0 }
    }

    /// Sends all its messages and sees those of both; gives what it has seen.
    pub fn talk(mut self, name: &str, told: &Told) -> Vec<Value> {
        while self.seen.len() < 2 * MESSAGES || told.count() < MESSAGES {
            if self.connect_and_talk(name, told).is_none() {
                thread::sleep(Duration::from_millis(5));
            }
        }
        self.seen
    }

    /// Talks for as long as there is a connection.
    fn connect_and_talk(&mut self, name: &str, told: &Told) -> Option<()> {
        let mut socket = Socket::open(self.address)?;
        let hello = json!({"token": self.token, "cursors": {&self.talk: self.seen.len()}});
        sent(socket.ask("hello", "hello", &hello))?;
        let Heard::Frame(welcome) = socket.hear(PATIENCE) else { return None };
        assert!(welcome["ok"] == true && welcome["limited"] == json!([]), "{welcome}");
        for message in &self.unanswered {
            sent(self.send(&mut socket, message))?;
        }
        while self.seen.len() < 2 * MESSAGES || told.count() < MESSAGES {
            while self.unanswered.len() < WINDOW && self.sent < MESSAGES {
                self.sent += 1;
                let message = json!(format!("{name} {}", self.sent));
                self.unanswered.push_back(message.clone());
                if self.sent.is_multiple_of(40) {
                    socket.break_off(name, "send", &self.fields(&message), 50);
                    return None;
                }
                sent(self.send(&mut socket, &message))?;
            }
            match socket.hear(PATIENCE) {
                Heard::Frame(frame) => self.heard(frame, told),
                Heard::Nothing => panic!("{name} waits for {:?}", self.unanswered),
                Heard::End(None) => return None,
                Heard::End(code) => panic!("{name} is told to go: {code:?}"),
            }
        }
        Some(())
    }

    fn fields(&self, message: &Value) -> Value {
        json!({"conversation": self.talk, "client_id": message, "text": message})
    }

    fn send(&self, socket: &mut Socket, message: &Value) -> bool {
        socket.ask(message.as_str().unwrap(), "send", &self.fields(message))
    }

    fn heard(&mut self, mut frame: Value, told: &Told) {
        if frame["push"] == "event" {
            assert_eq!(frame["event"]["seq"], self.seen.len() + 1, "in order, without gaps");
            self.seen.push(frame["event"].take());
        } else if let Some(place) = self.unanswered.iter().position(|message| *message == frame["id"]) {
            assert_eq!(frame["ok"], true, "{frame}");
            frame["text"] = self.unanswered.remove(place).unwrap();
            told.0.lock().unwrap().push(frame);
        } else {
            assert!(frame["push"].is_string(), "{frame}");
        }
    }
}

fn sent(was_sent: bool) -> Option<()> {
    was_sent.then_some(())
}
