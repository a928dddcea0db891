//! The web app's files, which are part of the executable.

use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::no_route;
use super::representation::{Audience, Representation};
use crate::error::Error;

/// The web app loads from this server alone, and runs nothing that stands in a page.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");

/// A file, ready to be sent; made when it is first asked for.
type File = LazyLock<Result<Representation, Error>>;

static PAGE: File = LazyLock::new(|| ready("text/html; charset=utf-8", include_bytes!("../web/index.html")));
static SCRIPT: File = LazyLock::new(|| ready("text/javascript; charset=utf-8", include_bytes!("../web/app.js")));
static JOIN: File = LazyLock::new(|| ready("text/javascript; charset=utf-8", include_bytes!("../web/join.js")));
static STYLE: File = LazyLock::new(|| ready("text/css; charset=utf-8", include_bytes!("../web/style.css")));
static ICON: File = LazyLock::new(|| ready("image/svg+xml", include_bytes!("../web/icon.svg")));

fn ready(content_type: &'static str, bytes: &'static [u8]) -> Result<Representation, Error> {
    Representation::new(HeaderValue::from_static(content_type), bytes)
}

fn serve(file: &File, request: &HttpRequest) -> Result<HttpResponse, Error> {
    let mut response = file.as_ref().map_err(Clone::clone)?.respond(request, Audience::Public);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

/// `GET /`: the web app.
///
/// # Errors
///
/// An internal error where the file cannot be made ready.
pub async fn index(request: HttpRequest) -> Result<HttpResponse, Error> {
    serve(&PAGE, &request)
}

/// `GET /assets/{name}`: what the web app is made of.
///
/// # Errors
///
/// `route_not_found` where it has no such file.
pub async fn file(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Error> {
    let file = match name.as_str() {
        "app.js" => &SCRIPT,
        "join.js" => &JOIN,
        "style.css" => &STYLE,
        "icon.svg" => &ICON,
        _ => return Err(no_route()),
    };
    serve(file, &request)
}
