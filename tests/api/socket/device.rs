//! A device: the WebSocket of somebody, which keeps everything that it hears.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use actix_web::web::Bytes;
use awc::error::WsProtocolError;
use awc::ws::{Frame, Message, WebsocketsRequest};
use futures::{Sink, SinkExt, Stream, StreamExt};
use serde_json::{Value, json};

use crate::actor::{Actor, text};

/// A guard against waiting forever; nothing is decided by it.
pub const PATIENCE: Duration = Duration::from_secs(20);

type Outgoing = Pin<Box<dyn Sink<Message, Error = WsProtocolError>>>;
type Incoming = Pin<Box<dyn Stream<Item = Result<Frame, WsProtocolError>>>>;

/// A WebSocket, open or not any more.
pub struct Device {
    outgoing: Outgoing,
    incoming: Incoming,
    asked: u64,
    answers: HashMap<String, Value>,
    /// Every push, in the order in which they came.
    pub heard: Vec<Value>,
    /// How many of them were asked for.
    taken: usize,
    /// What the server answered its pings with.
    pub pongs: Vec<Bytes>,
    /// How often the server asked whether somebody is there.
    pub pings: usize,
    /// Whether that is answered.
    pub is_awake: bool,
    /// The code that it was closed with.
    closed: Option<u16>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
}

impl Device {
    /// Opens a socket that has said nothing yet.
    pub async fn connect(actor: &Actor) -> Self {
        Self::open(actor.socket().protocols(["hearth.v1"])).await
    }

    /// Opens a socket as it is asked for.
    pub async fn open(request: WebsocketsRequest) -> Self {
        let (answer, framed) = request.connect().await.unwrap();
        let protocol = answer.headers().get("sec-websocket-protocol").map(|name| name.to_str().unwrap().to_owned());
        let (outgoing, incoming) = framed.split();
        Self {
            outgoing: Box::pin(outgoing),
            incoming: Box::pin(incoming),
            asked: 0,
            answers: HashMap::new(),
            heard: Vec::new(),
            taken: 0,
            pongs: Vec::new(),
            pings: 0,
            is_awake: true,
            closed: None,
            protocol,
        }
    }

    /// A socket that has said hello, with no cursors.
    pub async fn of(actor: &Actor) -> Self {
        Self::resuming(actor, &json!({})).await.0
    }

    /// A socket that has said hello with these cursors, and what it was told.
    pub async fn resuming(actor: &Actor, cursors: &Value) -> (Self, Value) {
        let mut device = Self::connect(actor).await;
        let hello = json!({"op": "hello", "token": actor.access_token, "cursors": cursors});
        let greeting = device.done(hello).await;
        (device, greeting)
    }

    /// Sends a frame, which need not be one that the server takes. An end on the other side shows when one listens.
    pub async fn raw(&mut self, message: Message) {
        let sent = actix_web::rt::time::timeout(PATIENCE, self.outgoing.send(message)).await;
        let _ = sent.unwrap_or_else(|_| panic!("the server takes nothing"));
    }

    /// Sends a text.
    pub async fn write(&mut self, text: impl Into<String>) {
        self.raw(Message::Text(text.into().into())).await;
    }

    /// Asks for something without waiting for the answer, and gives the id that it will have.
    pub async fn begin(&mut self, mut frame: Value) -> String {
        self.asked += 1;
        let id = format!("question {}", self.asked);
        frame["id"] = json!(id);
        self.write(frame.to_string()).await;
        id
    }

    /// The answer with this id.
    pub async fn answer(&mut self, id: &str) -> Value {
        loop {
            if let Some(answer) = self.answers.remove(id) {
                return answer;
            }
            assert!(self.listen().await, "closed with {:?} before the answer to '{id}'", self.closed);
        }
    }

    /// Asks for something, and gives the whole answer.
    pub async fn ask(&mut self, frame: Value) -> Value {
        let id = self.begin(frame).await;
        self.answer(&id).await
    }

    /// Asks for something that must be done, and gives the answer's fields.
    pub async fn done(&mut self, frame: Value) -> Value {
        let said = frame.to_string();
        let mut answer = self.ask(frame).await;
        let fields = answer.as_object_mut().unwrap();
        assert_eq!(fields.remove("ok"), Some(json!(true)), "{answer} to {said}");
        answer.as_object_mut().unwrap().remove("id");
        answer
    }

    /// Asks for something that must be refused with `code`, and gives the error.
    pub async fn refused(&mut self, frame: Value, code: &str) -> Value {
        let said = frame.to_string();
        let answer = self.ask(frame).await;
        assert_error(&answer, code, &said)
    }

    /// Whether the socket is open and the server answers.
    pub async fn is_open(&mut self) -> bool {
        let id = self.begin(json!({"op": "ping"})).await;
        while !self.answers.contains_key(&id) {
            if !self.listen().await {
                return false;
            }
        }
        self.answers.remove(&id).is_some_and(|answer| answer == json!({"id": id, "ok": true}))
    }

    /// The next push.
    pub async fn push(&mut self) -> Value {
        while self.taken == self.heard.len() {
            assert!(self.listen().await, "closed with {:?} where a push was due", self.closed);
        }
        self.taken += 1;
        self.heard[self.taken - 1].clone()
    }

    /// The event in the next push, which must be one, but for who comes and goes meanwhile.
    pub async fn event(&mut self) -> Value {
        let mut push = self.push().await;
        while push["push"] == "presence" {
            push = self.push().await;
        }
        assert_eq!((&push["push"], push.as_object().unwrap().len()), (&json!("event"), 2), "{push}");
        push["event"].clone()
    }

    /// What is pushed up to and with the event `seq` of a conversation.
    pub async fn until(&mut self, conversation: &str, seq: u64) -> Vec<Value> {
        let mut pushes = Vec::new();
        loop {
            let push = self.push().await;
            let is_last = push["event"]["conversation"] == conversation && push["event"]["seq"].as_u64() >= Some(seq);
            pushes.push(push);
            if is_last {
                return pushes;
            }
        }
    }

    /// The `seq` of every event of a conversation that was ever heard here.
    pub fn log(&self, conversation: &str) -> Vec<u64> {
        let events = self.heard.iter().map(|push| &push["event"]);
        events
            .filter(|event| event["conversation"] == conversation)
            .map(|event| event["seq"].as_u64().unwrap())
            .collect()
    }

    /// Listens until the server closes, and gives the code.
    pub async fn closed(&mut self) -> u16 {
        while self.listen().await {}
        self.closed.unwrap_or_else(|| panic!("the connection ended without a close frame"))
    }

    /// The answers that nobody asked for yet.
    pub fn answers(&self) -> Vec<&Value> {
        self.answers.values().collect()
    }

    /// Lets go of the answers that nobody asked for, so that their ids can be used again.
    pub fn forget_answers(&mut self) {
        self.answers.clear();
    }

    /// Closes, and waits until the server has closed too.
    pub async fn leave(mut self) {
        self.raw(Message::Close(None)).await;
        assert_eq!(self.closed().await, 1000);
    }

    /// Takes in whatever comes next; `false` where nothing comes any more.
    pub async fn listen(&mut self) -> bool {
        if self.closed.is_some() {
            return false;
        }
        let next = actix_web::rt::time::timeout(PATIENCE, self.incoming.next()).await;
        match next.unwrap_or_else(|_| panic!("nothing is heard")) {
            Some(Ok(Frame::Text(text))) => self.take_in(&text),
            Some(Ok(Frame::Ping(bytes))) => {
                self.pings += 1;
                if self.is_awake {
                    self.raw(Message::Pong(bytes)).await;
                }
            }
            Some(Ok(Frame::Pong(bytes))) => self.pongs.push(bytes),
            Some(Ok(Frame::Close(reason))) => {
                let reason = reason.unwrap_or_else(|| panic!("closed without a code"));
                assert!(reason.description.is_some_and(|words| (3..=123).contains(&words.len())));
                self.closed = Some(reason.code.into());
                return false;
            }
            Some(Ok(other)) => panic!("{other:?}"),
            Some(Err(_)) | None => return false,
        }
        true
    }

    fn take_in(&mut self, text_frame: &[u8]) {
        let frame: Value = serde_json::from_slice(text_frame).unwrap();
        if frame.get("push").is_some() {
            assert!(frame.get("id").is_none(), "{frame}");
            self.heard.push(frame);
        } else {
            let before = self.answers.insert(text(&frame["id"]), frame);
            assert!(before.is_none(), "answered twice: {before:?}");
        }
    }
}

/// Asserts that `answer` is a refusal with `code` and nothing but what belongs into one; gives the error.
#[track_caller]
pub fn assert_error(answer: &Value, code: &str, said: &str) -> Value {
    assert_eq!(answer["error"]["code"], code, "{answer} to {said}");
    assert_eq!(answer["ok"], false, "{answer}");
    assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");
    let error = answer["error"].clone();
    assert!(error["message"].as_str().is_some_and(|words| !words.is_empty()), "{answer}");
    let known = ["code", "message", "retry_after", "errors"];
    assert!(error.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{answer}");
    assert_eq!(error.get("errors").is_some(), code == "validation_failed", "{answer}");
    error
}

/// Asserts that `seqs` are all from `first` to `last`, in order and each once.
#[track_caller]
pub fn assert_gapless(seqs: &[u64], first: u64, last: u64) {
    let wrong = seqs.iter().zip(first..).find(|(found, expected)| **found != *expected);
    assert_eq!(wrong, None, "(found, expected) of {first}..={last}");
    assert_eq!(seqs.len() as u64, (last + 1).saturating_sub(first), "{first}..={last}");
}
