//! `/docs/`: the OpenAPI document as pages to browse and try, by Swagger UI, which is part of the executable.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::Config;

use super::problem::no_route;
use super::representation::{Audience, Representation};
use crate::error::{Code, Error};
use crate::web;

/// Where the pages find the document.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// Swagger UI sets styles in its elements and has small pictures in its style sheet; all else comes from this server.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Files that were asked for, ready to be sent: compressing the largest takes a while.
static READY: LazyLock<Mutex<HashMap<String, Arc<Representation>>>> = LazyLock::new(Mutex::default);

/// `GET /docs`: the way to the pages, whose links are relative.
pub async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, HeaderValue::from_static("/docs/"))).finish()
}

/// `GET /docs/{file:.*}`: the pages.
///
/// # Errors
///
/// `route_not_found` where there is no such file.
pub async fn page(request: HttpRequest, file: Path<String>) -> Result<HttpResponse, Error> {
    Ok(send(&*ready(&file)?, &request))
}

fn send(file: &Representation, request: &HttpRequest) -> HttpResponse {
    let mut response = file.respond(request, Audience::Public);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

/// `GET /docs/errors`: what each code stands for; a problem's `type` leads here.
///
/// # Errors
///
/// An internal error where the page cannot be made.
pub async fn errors(request: HttpRequest) -> Result<HttpResponse, Error> {
    static PAGE: LazyLock<Result<Representation, Error>> =
        LazyLock::new(|| Representation::new("text/html; charset=utf-8", errors_page()));
    PAGE.as_ref().map(|page| send(page, &request)).map_err(Clone::clone)
}

fn errors_page() -> String {
    let row = |code: &Code| {
        let (word, status, title) = (code.word(), code.status(), code.title());
        format!("<tr id=\"{word}\"><td>{status}<td><code>{word}</code><td>{title}\n")
    };
    let (first, rest) = (web::address("first.css"), web::address("rest.css"));
    let rows: String = Code::ALL.iter().map(row).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Refusals · Hearth</title>\n<link rel=\"stylesheet\" href=\"{first}\">\n\
         <link rel=\"stylesheet\" href=\"{rest}\">\n\
         <main class=\"prose panel\"><h1>Refusals</h1>\n<p>Every refusal is <code>application/problem+json</code>. Switch on \
         its <code>code</code>; its <code>detail</code> says what to do next.</p>\n\
         <table><thead><tr><th>status<th>code<th>title</thead>\n<tbody>{rows}</table></main></html>\n"
    )
}

fn ready(name: &str) -> Result<Arc<Representation>, Error> {
    if let Some(file) = READY.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Ok(file.clone());
    }
    let file = Arc::new(load(name)?);
    READY.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), file.clone());
    Ok(file)
}

fn load(name: &str) -> Result<Representation, Error> {
    // Without "none" the pages would have a server on the internet look at the document.
    let config = Config::new([DOCUMENT]).validator_url("none").use_base_layout().deep_linking(true).filter(true);
    let file = utoipa_swagger_ui::serve(name, Arc::new(config)).map_err(|error| Error::internal(&error))?;
    let file = file.ok_or_else(no_route)?;
    let charset = if file.content_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    Representation::new(&format!("{}{charset}", file.content_type), Bytes::from(file.bytes.into_owned()))
}
