//! Refusals as RFC 9457 `application/problem+json`.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Code, Error, FieldError};

/// The content type of a refusal.
pub const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A refusal, as clients get it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of refusal; a reference relative to the server.
    #[serde(rename = "type")]
    #[schema(example = "/docs/errors#post_not_found")]
    pub kind: String,
    /// The kind of refusal in words, the same for each occurrence.
    #[schema(example = "No such post")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// This occurrence, and what to do next.
    pub detail: Cow<'static, str>,
    /// The stable word that clients switch on.
    #[schema(example = "post_not_found")]
    pub code: &'static str,
    /// The fields that cannot be accepted, with status 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        Self {
            kind: format!("/docs/errors#{}", error.code.word()),
            title: error.code.title(),
            status: error.code.status(),
            detail: error.detail.clone(),
            code: error.code.word(),
            errors: error.fields.clone(),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
        if self.status_code() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, challenge(self.code)));
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        // The type must be there before the body: the JSON body would bring its own.
        response.insert_header((header::CONTENT_TYPE, CONTENT_TYPE)).json(Problem::from(self))
    }
}

/// RFC 6750 section 3: `error` only where a token came and was not good.
fn challenge(code: Code) -> HeaderValue {
    match code {
        Code::InvalidToken => HeaderValue::from_static(r#"Bearer realm="hearth", error="invalid_token""#),
        _ => HeaderValue::from_static(r#"Bearer realm="hearth""#),
    }
}

/// The refusal of a path that is none.
pub fn no_route() -> Error {
    Error::new(Code::RouteNotFound, "There is nothing at this path; /docs/ lists what there is.")
}

/// The handler for every method that a path does not take; it takes `allowed`, with spaces between them.
pub async fn method_not_allowed(allowed: &'static str) -> HttpResponse {
    let error = Error::new(Code::MethodNotAllowed, "The Allow header lists the methods that this path takes.");
    let mut response = error.error_response();
    // What answers GET answers HEAD.
    let methods = allowed.split_whitespace().map(|method| if method == "GET" { "GET, HEAD" } else { method });
    if let Ok(allow) = HeaderValue::from_str(&methods.collect::<Vec<_>>().join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    async fn answer(error: &Error) -> (HttpResponse<()>, serde_json::Value) {
        let (head, body) = error.error_response().into_parts();
        (head, serde_json::from_slice(&to_bytes(body).await.unwrap()).unwrap())
    }

    fn header<'a>(response: &'a HttpResponse<()>, name: &str) -> Option<&'a str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[actix_web::test]
    async fn a_refusal_is_a_problem_with_the_members_of_the_contract() {
        let (response, body) = answer(&Error::field("title", "is required")).await;
        assert_eq!(
            (response.status().as_u16(), header(&response, "content-type")),
            (422, Some("application/problem+json"))
        );
        let expected = serde_json::json!({
            "type": "/docs/errors#validation_failed",
            "title": "Some fields are not valid",
            "status": 422,
            "detail": "title: is required",
            "code": "validation_failed",
            "errors": [{"field": "title", "message": "is required"}],
        });
        assert_eq!(body, expected);
    }

    #[actix_web::test]
    async fn only_what_can_be_retried_says_when_and_only_401_challenges() {
        let (response, body) = answer(&Error::new(Code::Overloaded, "busy")).await;
        assert_eq!((header(&response, "retry-after"), header(&response, "www-authenticate")), (Some("1"), None));
        assert_eq!(body.get("errors"), None);
        let (response, _) = answer(&Error::new(Code::AuthenticationRequired, "sign in")).await;
        assert_eq!(header(&response, "www-authenticate"), Some(r#"Bearer realm="hearth""#));
        let (response, _) = answer(&Error::new(Code::InvalidToken, "sign in")).await;
        assert_eq!(header(&response, "www-authenticate"), Some(r#"Bearer realm="hearth", error="invalid_token""#));
        assert_eq!(header(&response, "retry-after"), None);
    }
}
