//! The server: sockets, time limits, and what every answer has in common.

use std::future::ready;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{Extensions, HttpService, KeepAlive};
use actix_server::{GracefulShutdownSignal, Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::TlsError;
use actix_tls::accept::rustls_0_23::{Acceptor, TlsStream};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Condition, Logger};
use actix_web::rt::net::{TcpSocket, TcpStream};
use actix_web::web;
use rustls::ServerConfig;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};

use super::address::Secure;
use super::connections::{Admitted, Connections};
use super::cors::Sharing;
use super::measured::Measured;
use super::overload::{self, Entrance};
use super::patient::Patient;
use super::{problem, routes};
use crate::app::App;
use crate::error::Error;
use crate::wakeups::{self, gathered};
use crate::web::routes as documents;

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
    let tls = ServerConfig::clone(tls);
    let (builder, stopping) = builder(workers);
    let service = move || {
        let door = Door::new(&app);
        let protocol = protocol(app.clone(), routes::configure, stopping.clone());
        Acceptor::new(tls.clone())
            .map_init_err(|_| log::error!("TLS could not be started"))
            .map_err(TlsError::into_service_error)
            .and_then(move |stream: TlsStream<TcpStream>| {
                let admitted = door.admit(stream.get_ref().0);
                ready(
                    admitted.map(|(admitted, peer)| (door.patient(stream, admitted), peer)).map_err(TlsError::Service),
                )
            })
            .and_then(protocol.map_err(TlsError::Service))
    };
    Ok(builder.listen("https", listener, service)?.run())
}

fn start_with(
    app: web::Data<App>,
    listener: TcpListener,
    workers: usize,
    configure: impl Fn(&mut web::ServiceConfig) + Copy + Send + 'static,
) -> io::Result<Server> {
    let (builder, stopping) = builder(workers);
    let service = move || {
        let door = Door::new(&app);
        fn_service(move |stream: TcpStream| {
            let admitted = door.admit(&stream);
            ready(admitted.map(|(admitted, peer)| (door.patient(stream, admitted), peer)))
        })
        .and_then(protocol(app.clone(), configure, stopping.clone()))
    };
    Ok(builder.listen("http", listener, service)?.run())
}

/// What both servers have in common, and what tells their connections that the server stops.
fn builder(workers: usize) -> (ServerBuilder, GracefulShutdownSignal) {
    let builder = ServerBuilder::default()
        .workers(workers)
        .backlog(BACKLOG)
        .max_concurrent_connections(MAX_CONNECTIONS)
        .shutdown_timeout(FINISH_SECONDS)
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    (builder, stopping)
}

/// Lets connections in.
#[derive(Clone)]
struct Door {
    connections: Arc<Connections>,
    silence: Duration,
}

impl Door {
    fn new(app: &App) -> Self {
        Self { connections: app.connections.clone(), silence: app.bounds.silence }
    }

    fn admit(&self, stream: &TcpStream) -> Result<(Admitted, Option<SocketAddr>), DispatchError> {
        give_up_on_the_dead(stream);
        // An answer is written whole, so waiting for more to send would only delay it.
        let _ = stream.set_nodelay(true);
        let admitted = self.connections.admit(stream);
        let refused = || DispatchError::Io(io::ErrorKind::ConnectionRefused.into());
        Ok((admitted.ok_or_else(refused)?, stream.peer_addr().ok()))
    }

    fn patient<T>(&self, stream: T, admitted: Admitted) -> Patient<T> {
        Patient::new(stream, self.silence, admitted)
    }
}

/// A connection that may be one of TLS.
trait Transport: AsyncRead + AsyncWrite + Unpin + 'static {
    /// Whether nobody in between can read it.
    const IS_SECURE: bool;
}

impl Transport for TcpStream {
    const IS_SECURE: bool = false;
}

impl Transport for TlsStream<TcpStream> {
    const IS_SECURE: bool = true;
}

/// HTTP/1.1 over connections that were let in.
fn protocol<T: Transport>(
    app: web::Data<App>,
    configure: impl Fn(&mut web::ServiceConfig) + Copy + 'static,
    stopping: GracefulShutdownSignal,
) -> impl ServiceFactory<(Patient<T>, Option<SocketAddr>), Config = (), Response = (), Error = DispatchError, InitError = ()>
{
    let application = application(app, configure, T::IS_SECURE).into_factory();
    let application = application.map_err(|error: actix_web::Error| error.error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(KeepAlive::Timeout(IDLE))
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(LINGER)
        .on_connect_ext(|_: &Patient<T>, data: &mut Extensions| {
            if T::IS_SECURE {
                data.insert(Secure);
            }
        })
        .h1(map_config(application, |()| AppConfig::default()))
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
        .default_service(web::to(documents::nowhere))
        .wrap_fn(move |request, service| overload::bounded(&entrance, request, service))
        .wrap_fn(move |request, service| {
            let measured = Measured::begin(&figures, &request);
            let sharing = Sharing::of(&request, &app.policy.allowed_origins);
            let answer = gathered(service.call(request));
            async move { measured.end(answer.await).map(|answer| finished(answer, sharing, is_secure)) }
        })
        .wrap(Condition::new(access_log, Logger::new(r#""%r" %s %b %Dms"#).log_target(ACCESS_LOG)))
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
