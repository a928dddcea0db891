//! The same as server-sent events: what the WebSocket would push, for whoever only listens.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytestring::ByteString;
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use super::outflow::{Framing, Outflow};
use crate::app::App;
use crate::chat::greeting::Greeting;
use crate::chat::hub::{Attached, Ending, Frame, Outbox, Refused};
use crate::chat::replay::{self, Plan};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::http::auth::CurrentUser;
use crate::http::problem::Problem;
use crate::wakeups::gathered;

/// The header with which a client says what it has heard.
const LAST_EVENT_ID: &str = "last-event-id";

/// The first thing on a stream.
#[derive(Serialize)]
struct Hello<'a> {
    push: &'static str,
    #[serde(flatten)]
    greeting: &'a Greeting,
}

/// What the WebSocket would push, as server-sent events whose `data` are the same JSON. The first one, `hello`, says what
/// the answer to a WebSocket's `hello` does. `Last-Event-ID` goes on after the event with that id: up to 500 events
/// a conversation are replayed, and past that it is in `limited`. Before the stream ends, an event of the type `close`
/// says why, with the code that a WebSocket would be closed with.
#[utoipa::path(get, path = "/api/v1/events", tag = "chat", security(("token" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was received")),
    responses(
        (status = 200, description = "A stream that goes on until the token expires", content_type = "text/event-stream"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 429, description = "`too_many_sockets`", body = Problem),
))]
pub async fn stream_events(app: Data<App>, user: CurrentUser, request: HttpRequest) -> Result<HttpResponse, Error> {
    if request.method() == Method::HEAD {
        return Ok(head().finish());
    }
    let heard = last_position(&request, app.hub.epoch());
    let outbox = app.hub.outbox();
    let attached = app.hub.attach(&app.store, user.id(), user.session, &outbox).map_err(refusal)?;
    let position = heard.unwrap_or(attached.socket.position);
    let plan = Plan::by_position(&app.store, &attached, position).inspect_err(|_| app.hub.detach(&attached.socket))?;
    let greeting = Greeting::new(&app, &user.account, user.session, &attached, &plan);
    let hello = serde_json::to_string(&Hello { push: "hello", greeting: &greeting }).unwrap_or_default();
    // Who has heard nothing yet goes on from here; who is to get a replay has not heard of it yet.
    outbox.put(Frame::Text(ByteString::from(hello), heard.is_none().then_some(position)));
    let framing = Framing::EventStream(app.hub.epoch().to_owned());
    let body = Outflow::new(outbox.clone(), framing, app.hub.figures().clone());
    actix_web::rt::spawn(gathered(serve(app, outbox, attached, plan, user.expires_at)));
    Ok(head().body(BoxBody::new(body)))
}

fn head() -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.insert_header((header::CONTENT_TYPE, "text/event-stream"));
    head.insert_header((header::CACHE_CONTROL, "no-store"));
    // Proxies of the nginx kind would otherwise collect what should arrive at once.
    head.insert_header(("x-accel-buffering", "no"));
    head
}

/// How far the client has heard, in the history that this server has.
fn last_position(request: &HttpRequest, epoch: &str) -> Option<u64> {
    let (named, position) = request.headers().get(LAST_EVENT_ID)?.to_str().ok()?.split_once('.')?;
    position.parse().ok().filter(|_| named == epoch)
}

fn refusal(refused: Refused) -> Error {
    match refused {
        Refused::Store(error) => error.into(),
        Refused::Ending(Ending::TooManySockets) => {
            Error::new(Code::TooManySockets, "Close a socket or a stream of this account first.")
        }
        Refused::Ending(Ending::SignedOut) => Error::new(Code::InvalidToken, "This session has ended: sign in again."),
        Refused::Ending(_) => Error::new(Code::Overloaded, "The server is shutting down: connect again soon."),
    }
}

/// Gives what was missed, and then keeps the stream alive until it ends.
async fn serve(app: Data<App>, outbox: Arc<Outbox>, attached: Attached, plan: Plan, expires_at: Timestamp) {
    let ending = match replay::replay_in_order(&app.store, &attached, &plan).await {
        Ok(true) => live(&app, &outbox, expires_at).await,
        Ok(false) => outbox.interrupted().await,
        Err(_) => Some(Ending::TooSlow),
    };
    app.hub.detach(&attached.socket);
    if let Some(ending) = ending {
        outbox.end(ending);
    }
}

/// Waits for the reason to end; `None` where it has ended already.
async fn live(app: &App, outbox: &Outbox, expires_at: Timestamp) -> Option<Ending> {
    loop {
        let expiry = app.clock.now().until(expires_at);
        if expiry.is_zero() {
            return Some(Ending::TokenExpired);
        }
        tokio::select! {
            ending = outbox.interrupted() => return ending,
            () = sleep_until(Instant::now() + expiry.min(app.hub.limits().heartbeat)) => outbox.put(Frame::Ping),
        }
    }
}
