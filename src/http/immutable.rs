//! Answers whose bytes never change, so that whoever has them need not ask again.

use std::fs::File;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use super::negotiation::has;
use super::representation::Audience;
use super::streaming::pieces;

/// What is sent.
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// So many bytes of a file, read as they are sent.
    Streamed(File, u64),
}

/// 304, where who asks has what is named by `tag` already.
pub fn unchanged(request: &HttpRequest, tag: &str, audience: Audience) -> Option<HttpResponse> {
    has(request.headers(), quoted(tag).as_bytes())
        .then(|| with_headers(HttpResponse::NotModified(), tag, audience).finish())
}

/// 200 with `body`, which is of the type `content_type`, and which nothing else of the same URL ever is.
pub fn answer(tag: &str, content_type: &str, audience: Audience, body: Body) -> HttpResponse {
    let mut response = with_headers(HttpResponse::Ok(), tag, audience);
    response.content_type(content_type);
    match body {
        Body::Whole(bytes) => response.body(bytes),
        Body::Streamed(file, bytes) => response.body(SizedStream::new(bytes, pieces(file, bytes))),
    }
}

fn with_headers(mut response: HttpResponseBuilder, tag: &str, audience: Audience) -> HttpResponseBuilder {
    // What is not for everybody is kept by who asked for it, and by no cache between.
    let caching = match audience {
        Audience::Everybody => Audience::Everybody.cache_control(),
        Audience::Public | Audience::Private => HeaderValue::from_static("private, max-age=31536000, immutable"),
    };
    response.insert_header((header::CACHE_CONTROL, caching));
    response.insert_header((header::ETAG, quoted(tag)));
    response
}

fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}
