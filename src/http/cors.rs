//! Cross-origin requests (the Fetch standard, section 3.3): pages of the origins in `allowed_origins` may use the API.
//!
//! Hearth knows people by bearer tokens, which a page sends by itself, so nothing is allowed with credentials. A page of
//! any other origin gets no CORS header at all, and its browser keeps the answer from it. There is no `*`: whom the API is
//! for is a decision that a list makes plain.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::config;

/// What pages may see besides what they may always see.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("ETag, Location, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate");

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");

const HEADERS: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID");

/// How long a browser need not ask again, in seconds: the longest that any of them takes (Chromium's two hours).
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// What the answer to one request has to say about origins.
#[derive(Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Nothing: no other origin may use this server.
    Off,
    /// It would be another for another origin, and this one may not.
    Refused,
    /// This origin may.
    Granted(HeaderValue),
}

impl Sharing {
    /// What `request` is to be told, where the pages of `allowed` may use this server.
    pub fn of(request: &ServiceRequest, allowed: &[String]) -> Self {
        if allowed.is_empty() {
            return Self::Off;
        }
        let mut origins = request.headers().get_all(header::ORIGIN);
        let (Some(origin), None) = (origins.next(), origins.next()) else { return Self::Refused };
        let normal = origin.to_str().ok().and_then(config::origin);
        if normal.is_some_and(|normal| allowed.contains(&normal)) {
            return Self::Granted(origin.clone());
        }
        Self::Refused
    }

    /// The answer to a preflight of an origin that may, and none to anything else.
    pub fn preflight(&self, request: &ServiceRequest) -> Option<HttpResponse> {
        let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
            && request.headers().contains_key(header::ORIGIN);
        if *request.method() != Method::OPTIONS || !asks || !matches!(self, Self::Granted(_)) {
            return None;
        }
        let mut answer = HttpResponse::NoContent();
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS));
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS));
        answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE));
        Some(answer.finish())
    }

    /// Puts it into the headers of an answer.
    pub fn put(self, headers: &mut HeaderMap) {
        if self == Self::Off {
            return;
        }
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Self::Granted(origin) = self {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}
