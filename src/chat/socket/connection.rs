//! One WebSocket from its hello to its end: a task that reads what comes, one frame after the other.
//!
//! What a device asks of the log is begun in the order in which it was sent, so its messages are there in that order, and
//! is answered in that order. Some of it may be on its way to the disk at the same time; a device that sends faster than
//! the disk writes is slowed down by TCP.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use tokio::time::{Instant, sleep_until};

use super::frames::{self, Envelope};
use super::guard;
use super::operations;
use crate::app::App;
use crate::chat::greeting::Greeting;
use crate::chat::hub::{Ending, Frame, Outbox, Refused, Socket};
use crate::chat::replay::{self, Plan};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::limits::Caller;
use crate::sessions::{self, Authenticated, Session, SessionId};
use crate::store::Read;

/// How long frames are counted before counting starts anew.
const WINDOW: Duration = Duration::from_secs(10);

/// How long a device may take to answer a close frame.
const GOODBYE: Duration = Duration::from_secs(2);

/// Writes of one socket that may be on their way to the disk.
const ON_THE_WAY: usize = 32;

/// Answers on their way, in the order in which they were asked for.
type Answers = FuturesOrdered<Pin<Box<dyn Future<Output = String>>>>;

/// Said to devices that do not begin as they should.
const HELLO_FIRST: Ending = Ending::BadFrame("the first frame is hello, within some seconds");

/// A WebSocket.
pub struct Connection {
    app: Data<App>,
    caller: Caller,
    outbox: Arc<Outbox>,
    greeted: Option<Greeted>,
    /// When it was opened.
    opened: Instant,
    /// When it is asked next whether somebody is there.
    next_ping: Instant,
    /// When it was last asked, unless something was heard since.
    pinged: Option<Instant>,
    /// Since when frames are counted, and how many there were.
    window: Instant,
    frames: u32,
    answers: Answers,
}

/// What is known once a device has said who it is.
struct Greeted {
    present: Present,
    session: SessionId,
    expires_at: Timestamp,
    typed: Option<Instant>,
}

/// A device that is in the hub for as long as this is there.
struct Present {
    app: Data<App>,
    socket: Socket,
}

impl Drop for Present {
    fn drop(&mut self) {
        self.app.hub.detach(&self.socket);
    }
}

/// What comes of a frame.
enum Outcome {
    /// This answer.
    Answer(String),
    /// An answer that waits for the disk.
    Later(Pin<Box<dyn Future<Output = String>>>),
    /// Nothing more to say.
    Done,
    /// The end, after this answer where there is one.
    End(Option<String>, Ending),
}

impl Connection {
    /// A socket that has just been opened.
    pub fn new(app: Data<App>, caller: Caller, outbox: Arc<Outbox>) -> Self {
        let now = Instant::now();
        let next_ping = now + app.hub.limits().heartbeat;
        Self {
            app,
            caller,
            outbox,
            greeted: None,
            opened: now,
            next_ping,
            pinged: None,
            window: now,
            frames: 0,
            answers: Answers::new(),
        }
    }

    /// Serves it until it ends.
    pub async fn serve(mut self, mut messages: AggregatedMessageStream) {
        match self.talk(&mut messages).await {
            Some(Ending::Closed) => return self.outbox.end(Ending::Closed),
            Some(ending) => self.outbox.end(ending),
            None => self.outbox.hang_up(),
        }
        drop(self);
        let _ = tokio::time::timeout(GOODBYE, said_goodbye(&mut messages)).await;
    }

    /// Reads and answers until there is a reason to end; `None` where there is nobody to tell.
    async fn talk(&mut self, messages: &mut AggregatedMessageStream) -> Option<Ending> {
        loop {
            let deadline = self.deadline();
            let message = tokio::select! {
                biased;
                ending = self.outbox.interrupted() => {
                    self.finish().await;
                    return ending;
                }
                Some(answer) = self.answers.next() => {
                    self.say(answer);
                    continue;
                }
                message = next(&self.outbox, messages), if self.answers.len() < ON_THE_WAY => message,
                () = sleep_until(deadline) => {
                    if let Some(ending) = self.tick() {
                        self.finish().await;
                        return Some(ending);
                    }
                    continue;
                }
            };
            self.pinged = None;
            match self.outcome(message?).await {
                Outcome::Answer(text) => self.say(text),
                Outcome::Later(answer) => self.answers.push_back(answer),
                Outcome::Done => {}
                Outcome::End(text, ending) => {
                    self.finish().await;
                    text.into_iter().for_each(|text| self.say(text));
                    return Some(ending);
                }
            }
        }
    }

    /// Waits for what is on its way to the disk, and gives the answers.
    async fn finish(&mut self) {
        while let Some(answer) = self.answers.next().await {
            self.say(answer);
        }
    }

    fn say(&self, text: String) {
        self.outbox.put(Frame::Text(text.into(), None));
    }

    /// When something is to be done without anything being heard.
    fn deadline(&self) -> Instant {
        let limits = self.app.hub.limits();
        let Some(greeted) = &self.greeted else { return self.opened + limits.hello };
        let expiry = Instant::now() + self.app.clock.now().until(greeted.expires_at);
        let patience = self.pinged.map_or(expiry, |pinged| pinged + limits.patience);
        self.next_ping.min(patience).min(expiry)
    }

    /// Does what is to be done at this time.
    fn tick(&mut self) -> Option<Ending> {
        let limits = *self.app.hub.limits();
        let now = Instant::now();
        let Some(greeted) = &self.greeted else { return (now >= self.opened + limits.hello).then_some(HELLO_FIRST) };
        if greeted.expires_at <= self.app.clock.now() {
            return Some(Ending::TokenExpired);
        }
        if self.pinged.is_some_and(|pinged| now >= pinged + limits.patience) {
            return Some(Ending::NoPong);
        }
        if now >= self.next_ping {
            self.next_ping = now + limits.heartbeat;
            self.pinged.get_or_insert(now);
            self.outbox.put(Frame::Ping);
        }
        None
    }

    async fn outcome(&mut self, message: Result<AggregatedMessage, ProtocolError>) -> Outcome {
        if self.is_too_fast() {
            return Outcome::End(None, Ending::TooManyFrames);
        }
        match message {
            Ok(AggregatedMessage::Text(text)) => self.frame(&text).await,
            Ok(AggregatedMessage::Ping(bytes)) => {
                self.outbox.put(Frame::Pong(bytes));
                Outcome::Done
            }
            Ok(AggregatedMessage::Pong(_)) => Outcome::Done,
            Ok(AggregatedMessage::Close(_)) => Outcome::End(None, Ending::Closed),
            Ok(AggregatedMessage::Binary(_)) => Outcome::End(None, Ending::BadFrame("frames are text, not binary")),
            Err(error) if guard::is_too_long(&error) => {
                Outcome::End(None, Ending::BadFrame("a frame is longer than max_frame"))
            }
            Err(_) => Outcome::End(None, Ending::BadFrame("this is not WebSocket with UTF-8 text")),
        }
    }

    fn is_too_fast(&mut self) -> bool {
        if self.window.elapsed() >= WINDOW {
            (self.window, self.frames) = (Instant::now(), 0);
        }
        self.frames += 1;
        self.frames > self.app.hub.limits().frames
    }

    async fn frame(&mut self, text: &str) -> Outcome {
        let Some(envelope) = Envelope::read(text) else {
            return Outcome::End(None, Ending::BadFrame("a frame is a JSON object with an id and an op, both texts"));
        };
        match &mut self.greeted {
            None if envelope.op == "hello" => Box::pin(self.hello(&envelope, text)).await,
            None => Outcome::End(Some(envelope.refusal(&unexpected("The first frame is hello."))), HELLO_FIRST),
            Some(greeted) if greeted.expires_at <= self.app.clock.now() => Outcome::End(None, Ending::TokenExpired),
            // The hub closes it too, but may be a moment behind.
            Some(greeted) if !is_signed_in(&self.app, greeted.session) => Outcome::End(None, Ending::SignedOut),
            Some(_) if envelope.op == "hello" => {
                Outcome::Answer(envelope.refusal(&unexpected("This socket has said hello already.")))
            }
            Some(greeted) if envelope.op == "auth" => greeted.renew(&envelope, text),
            Some(greeted) if envelope.op == "typing" => Outcome::Answer(operations::typing(
                &greeted.present.socket,
                &mut greeted.typed,
                &self.app,
                &envelope,
                text,
            )),
            Some(greeted) => {
                let (app, account, text) = (self.app.clone(), greeted.present.socket.account, text.to_owned());
                if let Err(error) = operations::count(&app, &self.caller, account, &envelope.op) {
                    // In its turn, as every answer about the log.
                    return Outcome::Later(Box::pin(async move { envelope.refusal(&error) }));
                }
                Outcome::Later(Box::pin(async move { operations::perform(&app, account, &envelope, &text).await }))
            }
        }
    }

    /// Lets a device in, tells it who it is, and gives it what it missed.
    async fn hello(&mut self, envelope: &Envelope, text: &str) -> Outcome {
        let hello = match frames::read::<frames::Hello>(text) {
            Ok(hello) => hello,
            Err(error) => return Outcome::End(Some(envelope.refusal(&error)), HELLO_FIRST),
        };
        let authenticated = match sessions::authenticate(&self.app, &hello.token) {
            Ok(authenticated) => authenticated,
            Err(error) => {
                let ending = bad_token(&self.app, &hello.token, &error);
                return Outcome::End(Some(envelope.refusal(&error)), ending);
            }
        };
        let Authenticated { account, session, expires_at } = authenticated;
        let cursors = hello.cursors_of(self.app.hub.epoch());
        let attached = match self.app.hub.attach(&self.app.store, account.id, session, &self.outbox) {
            Ok(attached) => attached,
            Err(Refused::Ending(ending)) => return Outcome::End(None, ending),
            Err(Refused::Store(error)) => return Outcome::End(Some(envelope.refusal(&error.into())), Ending::TooSlow),
        };
        let present = Present { app: self.app.clone(), socket: attached.socket.clone() };
        self.greeted = Some(Greeted { present, session, expires_at, typed: None });
        let plan = Plan::by_cursors(&attached, &cursors);
        self.say(envelope.answer(&Greeting::new(&self.app, &account, session, &attached, &plan)));
        match replay::replay(&self.app.store, &attached, &plan).await {
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::End(Some(envelope.refusal(&error)), Ending::TooSlow),
        }
    }
}

impl Greeted {
    /// Takes a fresh token of the same account.
    fn renew(&mut self, envelope: &Envelope, text: &str) -> Outcome {
        let app = &self.present.app;
        let auth = match frames::read::<frames::Auth>(text) {
            Ok(auth) => auth,
            Err(error) => return Outcome::Answer(envelope.refusal(&error)),
        };
        match sessions::authenticate(app, &auth.token) {
            Ok(authenticated) if authenticated.account.id == self.present.socket.account => {
                app.hub.rebind(&self.present.socket, authenticated.session);
                (self.session, self.expires_at) = (authenticated.session, authenticated.expires_at);
                if is_signed_in(app, authenticated.session) {
                    Outcome::Answer(envelope.answer(&frames::Empty {}))
                } else {
                    Outcome::End(None, Ending::SignedOut)
                }
            }
            Ok(_) => {
                let error = Error::new(Code::Forbidden, "This socket belongs to another account: open another one.");
                Outcome::Answer(envelope.refusal(&error))
            }
            Err(error) => Outcome::Answer(envelope.refusal(&error)),
        }
    }
}

/// What comes next, once there is room for its answer.
async fn next(
    outbox: &Outbox,
    messages: &mut AggregatedMessageStream,
) -> Option<Result<AggregatedMessage, ProtocolError>> {
    if outbox.room().await { messages.recv().await } else { std::future::pending().await }
}

/// Takes what a device still sends until it says goodbye too: closing on unread bytes would be a reset, which destroys the
/// close frame on its way.
async fn said_goodbye(messages: &mut AggregatedMessageStream) {
    while let Some(Ok(message)) = messages.recv().await {
        if matches!(message, AggregatedMessage::Close(_)) {
            return;
        }
    }
}

fn unexpected(detail: &'static str) -> Error {
    Error::new(Code::UnexpectedFrame, detail)
}

/// Whether the session is still there: it may have ended just before the hub could hear of it.
fn is_signed_in(app: &App, session: SessionId) -> bool {
    app.store.get::<Session>(&session).is_ok_and(|session| session.is_some())
}

/// Why a device with this token is not let in.
fn bad_token(app: &App, token: &str, error: &Error) -> Ending {
    match error.code {
        Code::InvalidToken if sessions::has_expired(app, token) => Ending::TokenExpired,
        Code::InvalidToken => Ending::BadToken,
        _ => Ending::TooSlow,
    }
}
