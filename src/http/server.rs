//! The server: sockets, time limits, and what every answer has in common.

use std::any::Any;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::{Server, Service, ServiceResponse};
use actix_web::http::KeepAlive;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Condition, Logger};
use actix_web::rt::net::{TcpSocket, TcpStream};
use actix_web::{HttpServer, web};
use socket2::SockRef;

use super::measured::Measured;
use super::overload::{self, Entrance};
use super::{problem, routes};
use crate::app::App;
use crate::error::Error;
use crate::wakeups::{self, gathered};

/// Connections that wait to be accepted, while all threads are busy.
const BACKLOG: u32 = 1024;

/// Connections of one thread; more wait to be accepted. Each idle one takes some 20 KiB.
const MAX_CONNECTIONS: usize = 10_000;

/// How long a connection without a request is kept. Longer than the minute that proxies keep theirs, so that it is
/// the proxy that ends it, and no request meets a closing socket.
const IDLE: Duration = Duration::from_secs(75);

/// How long the head of a request may take.
const REQUEST_HEAD: Duration = Duration::from_secs(10);

/// How long a connection that ends may go on sending: who is refused in the middle of a large body should still get
/// to read why, and would not where the socket is closed on what it sends. A WebSocket is closed after this time too
/// (actix-http takes its payload for unread), and clients wait for that before they come back.
const LINGER: Duration = Duration::from_secs(2);

/// How long what was sent may wait to be taken by the other side.
const UNREAD: Duration = Duration::from_secs(30);

/// How long running requests may take when the server stops, in seconds.
const FINISH_SECONDS: u64 = 10;

/// The log target of one line for each request. It says nothing about who asked, not even the address: beside the time
/// of an anonymous post, that would tell who wrote it.
const ACCESS_LOG: &str = "hearth::access";

/// In every answer. What only means something for documents, the documents have: see [`DOCUMENT_HEADERS`].
static HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// The policy of every answer that has none of its own: it is for data, which has no business running anything.
const DATA_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Of every answer that does not say who may keep it.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Also in every answer that brings a policy of its own, which are the pages and what they are made of.
static DOCUMENT_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    (header::PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), geolocation=(), microphone=()")),
];

/// A socket that listens on `address`; port 0 takes a free one. Must be called within a runtime.
///
/// # Errors
///
/// What the operating system says, where the address is taken or not to be had.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Otherwise a restart would wait for the old connections to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Serves `app` on `listener` with `workers` threads. The server runs while its future is awaited, and leaves signals
/// to whoever does that.
///
/// # Errors
///
/// What the operating system says, where the socket cannot be used.
pub fn start(app: web::Data<App>, listener: TcpListener, workers: usize) -> io::Result<Server> {
    start_with(app, listener, workers, routes::configure)
}

fn start_with(
    app: web::Data<App>,
    listener: TcpListener,
    workers: usize,
    configure: impl Fn(&mut web::ServiceConfig) + Copy + Send + 'static,
) -> io::Result<Server> {
    let access_log = log::log_enabled!(target: ACCESS_LOG, log::Level::Info);
    let server = HttpServer::new(move || {
        // This is called once in each worker.
        actix_web::rt::spawn(wakeups::receive());
        let figures = Rc::new(app.metrics.http.clone());
        let entrance = Rc::new(Entrance::new(app.clone()));
        actix_web::rt::spawn(entrance.clone().look());
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(web::PathConfig::default().error_handler(|_, _| problem::no_route().into()))
            .app_data(web::QueryConfig::default().error_handler(|error, _| wrong_query(&error).into()))
            .configure(configure)
            .default_service(web::to(problem::route_not_found))
            .wrap_fn(move |request, service| overload::bounded(&entrance, request, service))
            .wrap_fn(move |request, service| {
                let measured = Measured::begin(&figures, &request);
                let answer = gathered(service.call(request));
                async { measured.end(answer.await).map(finished) }
            })
            .wrap(Condition::new(access_log, Logger::new(r#""%r" %s %b %Dms"#).log_target(ACCESS_LOG)))
    });
    let server = server
        .workers(workers)
        .backlog(BACKLOG)
        .max_connections(MAX_CONNECTIONS)
        .tcp_nodelay(true)
        .on_connect(|connection, _| give_up_on_the_dead(connection))
        .keep_alive(KeepAlive::Timeout(IDLE))
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(LINGER)
        .shutdown_timeout(FINISH_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Has the system end a connection whose other side takes nothing of what is sent, or is not there any more: TCP by
/// itself asks again for as long as the other side says that it has no room.
fn give_up_on_the_dead(connection: &dyn Any) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD))
    {
        log::debug!("a connection has no time limit for what is not read: {error}");
    }
}

fn wrong_query(error: &actix_web::error::QueryPayloadError) -> Error {
    Error::field("query", error.to_string())
}

/// Gives an answer what every answer has.
fn finished<B>(mut answer: ServiceResponse<B>) -> ServiceResponse<B> {
    let headers = answer.headers_mut();
    let more: &[(HeaderName, HeaderValue)] = if headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        &DOCUMENT_HEADERS
    } else {
        headers.insert(header::CONTENT_SECURITY_POLICY, DATA_POLICY);
        &[]
    };
    // Caches may keep much of what does not say that they must not, also refusals. And tokens are in answers, too.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
    for (name, value) in HEADERS.iter().chain(more) {
        headers.insert(name.clone(), value.clone());
    }
    answer
}

#[cfg(test)]
mod tests;
