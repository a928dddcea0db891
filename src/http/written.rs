//! Answers to requests that created something.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, HttpResponseBuilder};

use crate::idempotency::Given;

/// 201 with the stored answer; a repeated one says so in `Idempotency-Replayed`.
pub fn created(given: Given) -> HttpResponse {
    answer(HttpResponse::Created(), given)
}

/// 200 with what was there already.
pub fn found(given: Given) -> HttpResponse {
    answer(HttpResponse::Ok(), given)
}

fn answer(mut response: HttpResponseBuilder, given: Given) -> HttpResponse {
    if given.replayed {
        response.insert_header(("idempotency-replayed", "true"));
    }
    response.content_type(ContentType::json()).body(given.json)
}
