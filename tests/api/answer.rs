//! What comes back, and what is asserted of it.

use std::collections::BTreeSet;

use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use awc::ClientResponse;
use futures::Stream;
use serde_json::Value;

/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 << 20;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read<S: Stream<Item = Result<Bytes, PayloadError>>>(mut response: ClientResponse<S>) -> Self {
        let body = response.body().limit(MAX_ANSWER).await.unwrap();
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// An answer that came by another way.
    pub fn new(status: u16, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }

    /// The header `name`, if there is exactly one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name);
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} comes twice");
        Some(value.to_str().unwrap())
    }

    /// The values of every header `name`.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).map(|value| value.to_str().unwrap()).collect()
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON; null where there is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The JSON of an answer that has this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The items of a page.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.expect(200)["items"].as_array().unwrap().clone()
    }

    /// Asserts that this is a problem with all its members, and gives it.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/docs/errors#{code}"));
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|words| !words.is_empty()), "{member} of {problem}");
        }
        let members: BTreeSet<_> = problem.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = BTreeSet::from(["type", "title", "status", "detail", "code"]);
        if code == "validation_failed" {
            expected.insert("errors");
        }
        assert_eq!(members, expected);
        assert_eq!(self.header("www-authenticate").is_some(), status == 401, "{problem}");
        problem
    }

    /// Asserts that exactly these fields are refused.
    #[track_caller]
    pub fn assert_invalid(&self, fields: &[&str]) {
        let problem = self.assert_problem(422, "validation_failed");
        let errors = problem["errors"].as_array().unwrap();
        assert!(errors.iter().all(|error| error["message"].as_str().is_some_and(|message| !message.is_empty())));
        let found: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
        assert_eq!(found, fields, "{problem}");
    }
}

/// The names of an object's members.
#[track_caller]
pub fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).keys().map(String::as_str).collect()
}
