//! The server: sockets, time limits, and what every answer has in common.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, map_config};
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Extensions, Server, Service, ServiceRequest, ServiceResponse};
use actix_web::http::KeepAlive;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Condition, Logger};
use actix_web::rt::net::{TcpSocket, TcpStream};
use actix_web::{HttpServer, web};
use rustls::ServerConfig;
use socket2::SockRef;

use super::address::Secure;
use super::connections::Connections;
use super::cors::Sharing;
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

/// In every answer over TLS: browsers come back by TLS alone, for a year (RFC 6797). Not for the subdomains, which may be
/// others' business.
const TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

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

/// As [`start`], with TLS.
///
/// # Errors
///
/// As [`start`].
pub fn start_secure(
    app: web::Data<App>,
    listener: TcpListener,
    workers: usize,
    tls: &Arc<ServerConfig>,
) -> io::Result<Server> {
    let (address, connections, tls) = (listener.local_addr()?, app.connections.clone(), ServerConfig::clone(tls));
    let service = move || {
        let connections = connections.clone();
        let application = application(app.clone(), routes::configure, true);
        let application = application.into_factory().map_err(|error: actix_web::Error| error.error_response());
        HttpService::build()
            .secure()
            .local_addr(address)
            .tcp_nodelay(true)
            .keep_alive(KeepAlive::Timeout(IDLE))
            .client_request_timeout(REQUEST_HEAD)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(move |stream: &TlsStream<TcpStream>, data| {
                data.insert(Secure);
                connected(stream.get_ref().0, &connections, data);
            })
            // Of both, only this one leaves it to us which protocols are offered.
            .h1(map_config(application, |()| AppConfig::default()))
            .rustls_0_23(tls.clone())
    };
    let server = actix_server::Server::build()
        .workers(workers)
        .backlog(BACKLOG)
        .max_concurrent_connections(MAX_CONNECTIONS)
        .shutdown_timeout(FINISH_SECONDS)
        .disable_signals()
        .listen("https", listener, service)?;
    Ok(server.run())
}

fn start_with(
    app: web::Data<App>,
    listener: TcpListener,
    workers: usize,
    configure: impl Fn(&mut web::ServiceConfig) + Copy + Send + 'static,
) -> io::Result<Server> {
    let connections = app.connections.clone();
    let server = HttpServer::new(move || application(app.clone(), configure, false));
    let server = server
        .workers(workers)
        .backlog(BACKLOG)
        .max_connections(MAX_CONNECTIONS)
        .tcp_nodelay(true)
        .on_connect(move |connection, data| {
            if let Some(stream) = connection.downcast_ref::<TcpStream>() {
                connected(stream, &connections, data);
            }
        })
        .keep_alive(KeepAlive::Timeout(IDLE))
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(LINGER)
        .shutdown_timeout(FINISH_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// What answers on one thread.
fn application(
    app: web::Data<App>,
    configure: impl Fn(&mut web::ServiceConfig) + Copy,
    is_secure: bool,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let access_log = log::log_enabled!(target: ACCESS_LOG, log::Level::Info);
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
            let sharing = Sharing::of(&request, &app.policy.allowed_origins);
            let answer = gathered(service.call(request));
            async move { measured.end(answer.await).map(|answer| finished(answer, sharing, is_secure)) }
        })
        .wrap(Condition::new(access_log, Logger::new(r#""%r" %s %b %Dms"#).log_target(ACCESS_LOG)))
}

/// What is done with each new connection.
fn connected(stream: &TcpStream, connections: &Arc<Connections>, data: &mut Extensions) {
    give_up_on_the_dead(stream);
    connections.admit(stream, data);
}

/// Has the system end a connection whose other side takes nothing of what is sent, or is not there any more: TCP by
/// itself asks again for as long as the other side says that it has no room.
fn give_up_on_the_dead(stream: &TcpStream) {
    if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD)) {
        log::debug!("a connection has no time limit for what is not read: {error}");
    }
}

fn wrong_query(error: &actix_web::error::QueryPayloadError) -> Error {
    Error::field("query", error.to_string())
}

/// Gives an answer what every answer has.
fn finished<B>(mut answer: ServiceResponse<B>, sharing: Sharing, is_secure: bool) -> ServiceResponse<B> {
    let headers = answer.headers_mut();
    sharing.put(headers);
    if is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
    let more: &[(HeaderName, HeaderValue)] = if headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        &DOCUMENT_HEADERS
    } else {
        headers.insert(header::CONTENT_SECURITY_POLICY, DATA_POLICY);
        &[]
    };
    for (name, value) in HEADERS.iter().chain(more) {
        headers.insert(name.clone(), value.clone());
    }
    answer
}

#[cfg(test)]
mod tests;
