//! The second listener: it sends whoever comes by http to https, and does nothing else.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::KeepAlive;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// How long a request's head may take; it is all that is read.
const REQUEST_HEAD: Duration = Duration::from_secs(5);

/// Connections at once.
const MAX_CONNECTIONS: usize = 1024;

/// Answers every request on `listener` with 308 to the same path at `base`, which is scheme, host and perhaps port. What
/// the request takes for the host makes no difference: a redirect to wherever somebody says would be a trap for others.
///
/// # Errors
///
/// What the operating system says, where the socket cannot be used.
pub fn start(base: String, listener: TcpListener) -> io::Result<Server> {
    let server =
        HttpServer::new(move || App::new().app_data(web::Data::new(base.clone())).default_service(web::to(redirect)));
    let server = server
        .workers(1)
        .max_connections(MAX_CONNECTIONS)
        .keep_alive(KeepAlive::Disabled)
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(REQUEST_HEAD)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

async fn redirect(base: web::Data<String>, request: HttpRequest) -> HttpResponse {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    // `*` of OPTIONS is no path.
    let path = if path.starts_with('/') { path } else { "/" };
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, format!("{}{path}", base.as_str()))).finish()
}
