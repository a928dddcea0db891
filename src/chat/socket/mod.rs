//! Chat as it happens: WebSocket, and the same as server-sent events.

mod connection;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod guard;
mod operations;
mod outflow;
mod stream;

use actix_http::ws::Codec;
use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

pub use stream::{__path_stream_events, stream_events};

use crate::app::App;
use crate::error::{Code, Error};
use crate::http::address;
use crate::http::origin;
use crate::http::problem::Problem;
use crate::wakeups::gathered;
use connection::Connection;
use outflow::{Framing, Outflow};

/// The subprotocol.
const PROTOCOL: &str = "hearth.v1";

/// Opens a WebSocket with the subprotocol `hearth.v1`: JSON in text frames, the first of which is `hello`. The README
/// says what they hold.
#[utoipa::path(get, path = "/api/v1/ws", tag = "chat", responses(
    (status = 101, description = "The socket is open"),
    (status = 400, description = "`unsupported_subprotocol`", body = Problem),
    (status = 403, description = "`origin_not_allowed`", body = Problem),
    (status = 429, description = "`rate_limited`", body = Problem),
    (status = 426, description = "`upgrade_required`: this is no WebSocket handshake", body = Problem),
))]
pub async fn open_socket(app: Data<App>, request: HttpRequest, body: Payload) -> Result<HttpResponse, Error> {
    origin::check(&request, &app.policy)?;
    check_protocol(&request)?;
    let frame = app.hub.limits().frame;
    let body = guard::bounded(&request, body, frame).await?;
    let (response, _, messages) =
        actix_ws::handle_with_protocols(&request, body, &[PROTOCOL]).map_err(|_| no_handshake())?;
    let (outbox, figures) = (app.hub.outbox(), app.hub.figures().clone());
    let messages = messages.max_frame_size(frame).aggregate_continuations().max_continuation_size(frame);
    let caller = address::caller(&request, &app.policy.trusted_proxies);
    actix_web::rt::spawn(gathered(Connection::new(app, caller, outbox.clone()).serve(messages)));
    let framing = |body| Framing::WebSocket(Codec::new(), body);
    Ok(response.map_body(|_, body| BoxBody::new(Outflow::new(outbox, framing(body), figures))))
}

fn check_protocol(request: &HttpRequest) -> Result<(), Error> {
    let offers = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let mut offered = offers.filter_map(|offer| offer.to_str().ok()).flat_map(|offer| offer.split(',')).peekable();
    if offered.peek().is_none() || offered.any(|protocol| protocol.trim() == PROTOCOL) {
        return Ok(());
    }
    Err(Error::new(Code::UnsupportedSubprotocol, format!("Offer the subprotocol {PROTOCOL}.")))
}

fn no_handshake() -> Error {
    Error::new(Code::UpgradeRequired, "Connect with a WebSocket client: new WebSocket(url, 'hearth.v1').")
}
