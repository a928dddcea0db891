//! Answers to requests that created something.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;

use crate::idempotency::Given;

/// 201 with the stored answer; a repeated one says so in `Idempotency-Replayed`.
pub fn created(given: Given) -> HttpResponse {
    let mut response = HttpResponse::Created();
    if given.replayed {
        response.insert_header(("idempotency-replayed", "true"));
    }
    response.content_type(ContentType::json()).body(given.json)
}
