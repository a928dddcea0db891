//! A person's WebSocket: what they say on it is answered, and what others say arrives on it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use awc::ws::{Frame, Message};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::client::{Http, PATIENCE};
use super::deliveries::{Arrival, Cursors, Heard, Stamp};

/// The longest frame that is taken, in bytes.
const MAX_FRAME: usize = 1024 * 1024;

/// How long somebody whose socket ended waits before they open another.
const PAUSE: Duration = Duration::from_millis(500);

/// What came of something that was said, and its message's id where it has one.
pub type Answer = Result<Option<u128>, String>;

/// What the socket is to do.
enum Command {
    /// Send this, which has this `id`, and pass its answer on.
    Ask(String, String, oneshot::Sender<Answer>),
    /// End.
    Close,
}

/// An open socket. It is opened again by itself where it ends, from where it had heard everything.
pub struct Socket {
    commands: mpsc::UnboundedSender<Command>,
}

/// Who listens on a socket.
#[derive(Clone)]
pub struct Listener {
    /// Their number.
    pub member: usize,
    /// Their account's id.
    pub account: Rc<str>,
    /// The way to the server.
    pub http: Http,
    /// Their access token, which is exchanged from time to time.
    pub token: Rc<RefCell<String>>,
    /// What they have seen of each conversation.
    pub cursors: Rc<RefCell<Cursors>>,
    /// Where what they hear is kept.
    pub heard: Rc<RefCell<Heard>>,
    /// What times in messages count from.
    pub stamp: Stamp,
}

/// A frame of the server, as far as it matters here.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    ok: Option<bool>,
    #[serde(borrow)]
    message_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error: Option<Problem<'a>>,
    #[serde(borrow)]
    event: Option<Event<'a>>,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    conversation: Cow<'a, str>,
    seq: u64,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    actor: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

impl Socket {
    /// Opens one and says hello.
    ///
    /// # Errors
    ///
    /// What was answered or what the connection said. It is tried again in the background all the same.
    pub async fn open(listener: Listener) -> (Self, Result<(), String>) {
        let (commands, orders) = mpsc::unbounded_channel();
        let (greeted, greeting) = oneshot::channel();
        tokio::task::spawn_local(keep_open(listener, orders, greeted));
        let opened = greeting.await.unwrap_or_else(|_| Err("the socket's task has ended".into()));
        (Self { commands }, opened)
    }

    /// Sends a frame with this `id`, and waits for its answer.
    ///
    /// # Errors
    ///
    /// The error's code, or what became of the socket.
    pub async fn ask(&self, id: String, frame: String) -> Answer {
        let (answer, waiting) = oneshot::channel();
        let ended = || "the socket's task has ended".to_owned();
        self.commands.send(Command::Ask(id, frame, answer)).map_err(|_| ended())?;
        let waited = timeout(PATIENCE, waiting).await;
        let waited = waited.map_err(|_| format!("no answer on the socket within {} s", PATIENCE.as_secs()))?;
        waited.unwrap_or_else(|_| Err(ended()))
    }

    /// Ends it.
    pub fn close(&self) {
        let _ = self.commands.send(Command::Close);
    }
}

/// Opens a socket again and again, until it is to be closed.
async fn keep_open(
    listener: Listener,
    mut orders: mpsc::UnboundedReceiver<Command>,
    greeted: oneshot::Sender<Result<(), String>>,
) {
    let mut greeted = Some(greeted);
    loop {
        let why = match session(&listener, &mut orders, &mut greeted).await {
            Ok(()) => return,
            Err(why) => why,
        };
        if let Some(greeted) = greeted.take() {
            let _ = greeted.send(Err(why.clone()));
        }
        log::debug!("the socket of person {} ended: {why}", listener.member);
        // Meanwhile, who wants to say something hears why not.
        let refuse = async {
            while let Some(Command::Ask(_, _, answer)) = orders.recv().await {
                let _ = answer.send(Err(why.clone()));
            }
        };
        tokio::select! {
            () = refuse => return,
            () = sleep(PAUSE) => {}
        }
    }
}

/// One socket from its hello to its end.
///
/// # Errors
///
/// Why it ended, where nobody closed it.
async fn session(
    listener: &Listener,
    orders: &mut mpsc::UnboundedReceiver<Command>,
    greeted: &mut Option<oneshot::Sender<Result<(), String>>>,
) -> Result<(), String> {
    let request = listener.http.client.ws(listener.http.target().socket()).protocols(["hearth.v1"]);
    let opening = timeout(PATIENCE, request.max_frame_size(MAX_FRAME).connect()).await;
    let opened = opening.map_err(|_| "the socket did not open in time".to_owned())?;
    let (_, mut socket) = opened.map_err(|error| format!("the socket did not open: {error}"))?;
    let hello = json!({
        "id": "hello", "op": "hello", "token": &*listener.token.borrow(), "cursors": listener.cursors.borrow().all(),
    });
    socket.send(Message::Text(hello.to_string().into())).await.map_err(|error| format!("socket: {error}"))?;
    talk(listener, orders, greeted, &mut socket).await
}

async fn talk<S, E, F>(
    listener: &Listener,
    orders: &mut mpsc::UnboundedReceiver<Command>,
    greeted: &mut Option<oneshot::Sender<Result<(), String>>>,
    socket: &mut S,
) -> Result<(), String>
where
    S: Stream<Item = Result<Frame, E>> + Sink<Message, Error = F> + Unpin,
    E: std::fmt::Display,
    F: std::fmt::Display,
{
    let mut waiting: HashMap<String, oneshot::Sender<Answer>> = HashMap::new();
    let why = loop {
        tokio::select! {
            frame = socket.next() => match frame {
                Some(Ok(Frame::Text(text))) => match listener.hear(&text) {
                    Some((id, answer)) if id == "hello" => match answer {
                        Ok(_) => if let Some(greeted) = greeted.take() {
                            let _ = greeted.send(Ok(()));
                        },
                        Err(why) => break why,
                    },
                    Some((id, answer)) => if let Some(asked) = waiting.remove(&id) {
                        let _ = asked.send(answer);
                    },
                    None => {}
                },
                Some(Ok(Frame::Ping(bytes))) => if let Err(error) = socket.send(Message::Pong(bytes)).await {
                    break format!("socket: {error}");
                },
                Some(Ok(Frame::Close(reason))) => break reason.map_or_else(
                    || "the socket was closed".to_owned(),
                    |reason| format!("socket closed: {} {}",
                        u16::from(reason.code), reason.description.unwrap_or_default()),
                ),
                Some(Ok(_)) => {}
                Some(Err(error)) => break format!("socket: {error}"),
                None => break "the socket broke off".to_owned(),
            },
            order = orders.recv() => match order {
                Some(Command::Ask(id, frame, answer)) => {
                    waiting.insert(id, answer);
                    if let Err(error) = socket.send(Message::Text(frame.into())).await {
                        break format!("socket: {error}");
                    }
                }
                Some(Command::Close) | None => {
                    let _ = socket.send(Message::Close(None)).await;
                    return Ok(());
                }
            },
        }
    };
    for (_, asked) in waiting {
        let _ = asked.send(Err(why.clone()));
    }
    Err(why)
}

/// A message's id as a number.
pub fn number(id: &str) -> Option<u128> {
    Uuid::try_parse(id).ok().map(|id| id.as_u128())
}

impl Listener {
    /// Keeps what an event says; an answer comes back with what it answers.
    fn hear(&self, text: &[u8]) -> Option<(String, Answer)> {
        let Ok(said) = serde_json::from_slice::<Said<'_>>(text) else {
            log::warn!("a frame cannot be read: {}", String::from_utf8_lossy(text));
            return None;
        };
        if let Some(event) = said.event {
            self.keep(&event);
        }
        let answer = match said.error {
            Some(error) => Err(format!("socket {}", error.code)),
            None if said.ok == Some(true) => Ok(said.message_id.as_deref().and_then(number)),
            None => Err("an answer on the socket that says nothing".into()),
        };
        said.id.map(|id| (id.into_owned(), answer))
    }

    fn keep(&self, event: &Event<'_>) {
        let is_next = self.cursors.borrow_mut().hear(&event.conversation, event.seq);
        let mut heard = self.heard.borrow_mut();
        heard.out_of_order += u64::from(!is_next);
        let is_from_another = event.actor.as_deref() != Some(&*self.account);
        let id = event.id.as_deref().and_then(number);
        if let (true, "message", Some(message)) = (is_from_another, &*event.kind, id) {
            heard.arrivals.push(Arrival { message, member: self.member });
            if let Some(delay) = event.text.as_deref().and_then(|text| self.stamp.delay(text)) {
                heard.delays.saturating_record(super::recorder::in_microseconds(delay));
            }
        }
    }
}
