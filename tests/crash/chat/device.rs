//! One client: it talks and listens, loses its connection, comes back, and goes on where it was.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::account::Account;
use super::stage::{PATIENCE, Stage};
use super::view::View;
use super::wish::{Outcome, What, Wish, text};
use crate::chance::Chance;
use crate::client::{Answer, Connection, Heard, Request, Socket};

/// How long a device listens before it looks whether something else is to be done.
const WHILE: Duration = Duration::from_millis(20);

/// A conversation that the device takes part in.
pub struct Room {
    pub id: String,
    pub view: View,
    /// The last event that it has marked as read.
    pub read: u64,
    /// Its last message that was sent over the present socket and is no repetition.
    newest: u64,
}

/// A message of the device's own that was acknowledged.
pub struct Own {
    pub room: usize,
    pub seq: u64,
    pub id: String,
    pub at: String,
    pub client_id: String,
    /// What it says now; nothing once it is deleted.
    pub text: Option<String>,
}

/// What happened to a device.
#[derive(Default)]
pub struct Count {
    pub connections: usize,
    pub broken_off: usize,
    pub limited: usize,
    /// Messages that were there already when they were first acknowledged.
    pub found: usize,
    /// Acknowledged messages that were sent once more.
    pub repeated: usize,
    pub over_http: usize,
    pub forgotten: usize,
}

pub struct Device<'a> {
    pub account: Account,
    pub rooms: Vec<Room>,
    pub own: Vec<Own>,
    /// What it has hidden from itself: room and `seq`.
    pub hidden: BTreeSet<(usize, u64)>,
    /// Its reactions, by message and emoji, and whether they are there.
    pub reactions: BTreeMap<(String, String), bool>,
    /// Where the log should have an event about a message: room, `seq` and message.
    pub changes: Vec<(usize, u64, String)>,
    pub count: Count,
    pub(super) chance: Chance,
    /// What is unanswered, in the order in which it was wished for.
    pub(super) wishes: BTreeMap<u64, Wish>,
    pub(super) last_wish: u64,
    stage: &'a Stage,
    socket: Option<Socket>,
    /// How much may be unanswered.
    window: usize,
    epoch: Option<Value>,
    ponged: bool,
}

impl<'a> Device<'a> {
    pub fn new(account: Account, rooms: &[String], mut chance: Chance, stage: &'a Stage) -> Self {
        let room = |id: &String| Room { id: id.clone(), view: View::default(), read: 0, newest: 0 };
        Self {
            account,
            rooms: rooms.iter().map(room).collect(),
            own: Vec::new(),
            hidden: BTreeSet::new(),
            reactions: BTreeMap::new(),
            changes: Vec::new(),
            count: Count::default(),
            window: 1 + chance.below(4),
            chance,
            wishes: BTreeMap::new(),
            last_wish: 0,
            stage,
            socket: None,
            epoch: None,
            ponged: false,
        }
    }

    /// Talks and listens until the end; then everything is answered, and everything is seen.
    pub fn live(mut self) -> Self {
        let _alarm = self.stage.alarm();
        while !self.stage.is_closing() {
            if self.socket.is_some() {
                self.talk();
            }
            self.listen_or_come_back();
        }
        self.go_on_until(|device| device.wishes.is_empty());
        self.stage.calmed();
        self.go_on_until(|device| device.stage.all_are_calm());
        let heads: Vec<_> = self.rooms.iter().map(|room| self.last_seq(&room.id)).collect();
        self.go_on_until(|device| device.rooms.iter().zip(&heads).all(|(room, head)| room.view.cursor() >= *head));
        // Were anything sent twice or too much, it would come before the answer to this.
        self.ponged = !self.socket.as_mut().is_some_and(|socket| socket.ask("ping", "ping", &json!({})));
        self.go_on_until(|device| device.ponged);
        self
    }

    fn go_on_until(&mut self, is_done: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_done(self) && !self.stage.has_failed() {
            let name = &self.account.email;
            assert!(begun.elapsed() < PATIENCE, "{name} waits in vain, also for answers to {:?}", self.wishes);
            self.listen_or_come_back();
        }
    }

    fn last_seq(&self, room: &str) -> u64 {
        let answer = self.over_http(&Request::new("GET", format!("/api/v1/conversations/{room}")));
        answer.map_or(0, |answer| answer.expect(200)["last_seq"].as_u64().unwrap())
    }

    fn listen_or_come_back(&mut self) {
        if self.socket.is_some() {
            self.listen();
        } else if self.connect().is_none() {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks for so much that the window is full, and loses the connection now and then.
    fn talk(&mut self) {
        while self.wishes.len() < self.window && self.socket.is_some() {
            let wish = self.wish();
            self.last_wish += 1;
            let id = self.last_wish;
            match self.chance.below(200) {
                0..2 => {
                    let percent = self.chance.below(100);
                    let socket = self.socket.take().unwrap();
                    socket.break_off(&id.to_string(), wish.op, &wish.fields, percent);
                    self.count.broken_off += 1;
                    self.wishes.insert(id, wish);
                }
                2..4 => {
                    self.wishes.insert(id, wish);
                    self.ask(id);
                    self.socket = None;
                }
                4..16 => {
                    self.wishes.insert(id, wish);
                    if self.ask_over_http(id).is_none() {
                        self.socket = None;
                    }
                }
                _ => {
                    self.wishes.insert(id, wish);
                    self.ask(id);
                }
            }
        }
    }

    fn ask(&mut self, id: u64) {
        let (Some(socket), Some(wish)) = (&mut self.socket, self.wishes.get_mut(&id)) else { return };
        wish.sent += 1;
        if !socket.ask(&id.to_string(), wish.op, &wish.fields) {
            self.socket = None;
        }
    }

    /// Asks over HTTP; `None` where the server is gone.
    fn ask_over_http(&mut self, id: u64) -> Option<()> {
        let wish = self.wishes.get_mut(&id)?;
        wish.sent += 1;
        self.count.over_http += 1;
        let request = wish.request.clone();
        let answer = self.over_http(&request)?;
        self.answered(id, &Wish::answered_over_http(&answer), false);
        Some(())
    }

    fn over_http(&self, request: &Request) -> Option<Answer> {
        let mut connection = Connection::open(self.stage.address()?).ok()?;
        connection.send(&request.clone().by(&self.account.token)).ok()
    }

    /// Comes back: says what it has seen, catches up, and asks again for what is unanswered.
    fn connect(&mut self) -> Option<()> {
        let address = self.stage.address()?;
        self.account.renew(address)?;
        if self.chance.percent(4) {
            self.rooms.iter_mut().for_each(|room| room.view.forget());
            self.count.forgotten += 1;
        }
        if self.chance.percent(30) {
            for id in self.wishes.keys().copied().collect::<Vec<_>>() {
                self.ask_over_http(id)?;
            }
        }
        let mut socket = Socket::open(address)?;
        let cursors: Map<_, _> = self.rooms.iter().map(|room| (room.id.clone(), json!(room.view.cursor()))).collect();
        if !socket.ask("hello", "hello", &json!({"token": self.account.token, "cursors": cursors})) {
            return None;
        }
        match socket.hear(PATIENCE) {
            Heard::Frame(answer) => self.welcomed(&answer)?,
            Heard::End(code) => return self.ended(code),
            Heard::Nothing => panic!("no answer to hello"),
        }
        self.count.connections += 1;
        self.rooms.iter_mut().for_each(|room| room.newest = 0);
        self.socket = Some(socket);
        for id in self.wishes.keys().copied().collect::<Vec<_>>() {
            self.ask(id);
        }
        Some(())
    }

    /// The end must be one after which to come back.
    fn ended(&mut self, code: Option<u16>) -> Option<()> {
        assert!(code.is_none_or(|code| (4000..4100).contains(&code)), "the server ended with {code:?}");
        self.socket = None;
        None
    }

    /// Takes the answer to hello, and pages where it missed too much.
    fn welcomed(&mut self, answer: &Value) -> Option<()> {
        assert!(answer["id"] == "hello" && answer["ok"] == true, "{answer}");
        assert_eq!(*self.epoch.get_or_insert_with(|| answer["epoch"].clone()), answer["epoch"]);
        assert!(answer["gone"] == json!([]) && answer["others"] == json!([]), "it names all of its cursors: {answer}");
        assert_eq!(answer["user"]["id"], *self.account.id);
        for limited in answer["limited"].as_array().unwrap() {
            let place = self.rooms.iter().position(|room| limited["conversation"] == *room.id).unwrap();
            let (id, cursor) = (self.rooms[place].id.clone(), self.rooms[place].view.cursor());
            let head = limited["head"].as_u64().unwrap();
            assert!(limited["from"] == cursor && head - cursor > 500, "{limited} after {cursor}");
            self.count.limited += 1;
            while self.rooms[place].view.cursor() < head {
                let after = self.rooms[place].view.cursor();
                let path = format!("/api/v1/conversations/{id}/events?limit=100&after={after}");
                let page = self.over_http(&Request::new("GET", path))?.expect(200);
                // What is after the head comes by itself.
                let events = page["items"].as_array().unwrap().iter();
                let events = events.take_while(|event| event["seq"].as_u64().unwrap() <= head);
                events.for_each(|event| self.rooms[place].view.take(event));
                assert!(self.rooms[place].view.cursor() > after, "there is nothing after {after} in {page}");
            }
        }
        Some(())
    }

    /// Listens until there is nothing more, or something else to be done.
    fn listen(&mut self) {
        while let Some(socket) = &mut self.socket {
            match socket.hear(WHILE) {
                Heard::Frame(frame) => self.heard(&frame),
                Heard::Nothing => return,
                Heard::End(code) => {
                    self.ended(code);
                }
            }
            if self.wishes.len() < self.window {
                return;
            }
        }
    }

    fn heard(&mut self, frame: &Value) {
        match (frame["push"].as_str(), frame["id"].as_str()) {
            (Some("event"), None) => {
                let event = &frame["event"];
                let room = self.rooms.iter_mut().find(|room| event["conversation"] == *room.id);
                room.unwrap_or_else(|| panic!("this is none of its conversations: {event}")).view.take(event);
            }
            (Some("typing" | "presence" | "read"), None) => {}
            (None, Some("ping")) => self.ponged = true,
            (None, Some(id)) => self.answered(id.parse().unwrap(), &Wish::answered(frame), true),
            _ => panic!("nobody knows what this is: {frame}"),
        }
    }

    /// Takes note of an answer, which must be the right one.
    fn answered(&mut self, id: u64, outcome: &Outcome, over_socket: bool) {
        let wish = self.wishes.remove(&id).unwrap_or_else(|| panic!("an answer to nothing: {id}, {outcome:?}"));
        self.stage.answered();
        let (room, again) = (wish.room, wish.sent > 1);
        let place = |answer: &Value| (answer["seq"].as_u64().unwrap(), text(&answer["message_id"]));
        match (wish.what, outcome) {
            (What::Send, Ok(answer)) => {
                let (seq, id) = place(answer);
                let duplicate = answer["duplicate"].as_bool().unwrap();
                assert!(again || !duplicate, "{} was sent once, and was there already: {answer}", wish.message);
                self.count.found += usize::from(duplicate);
                if over_socket && !duplicate {
                    let before = std::mem::replace(&mut self.rooms[room].newest, seq);
                    assert!(seq > before, "{seq} was sent after {before}");
                }
                let (at, says) = (text(&answer["at"]), text(&wish.fields["text"]));
                self.own.push(Own { room, seq, id, at, client_id: wish.message, text: Some(says) });
            }
            (What::Again(own), Ok(answer)) => {
                let own = &self.own[own];
                assert_eq!((own.seq, own.id.clone()), place(answer), "an acknowledgement has changed: {answer}");
                assert!(answer["duplicate"] == true && answer["at"] == *own.at, "{answer}");
                self.count.repeated += 1;
            }
            (What::Edit(own, text), Ok(answer)) => {
                self.own[own].text = Some(text);
                self.changes.push((room, place(answer).0, wish.message));
            }
            (What::Delete(own), Ok(answer)) => {
                self.own[own].text = None;
                self.changes.push((room, place(answer).0, wish.message));
            }
            (What::Delete(own), Err(code)) if again && code == "message_not_found" => self.own[own].text = None,
            (What::Hide(seq), Ok(answer)) => {
                self.hidden.insert((room, seq));
                self.changes.push((room, place(answer).0, wish.message));
            }
            // Its sender may have deleted it.
            (What::Hide(seq), Err(code)) if code == "message_not_found" => {
                self.hidden.insert((room, seq));
            }
            (What::React(..), Err(code)) if code == "message_not_found" => {}
            (What::React(emoji, on), Ok(answer)) => {
                self.reactions.insert((wish.message.clone(), emoji), on);
                self.changes.push((room, place(answer).0, wish.message));
            }
            (What::Read(seq), Ok(answer)) => {
                let read = self.rooms[room].read.max(seq);
                assert_eq!(answer["read_seq"], read, "what was read does not stay so: {answer}");
                self.rooms[room].read = read;
            }
            (what, Err(code)) => panic!("{what:?} was refused: {code}"),
        }
    }
}
