//! JSON bodies that come in: read within bounds, understood field by field, and parsed into what the rules take.

use std::pin::Pin;
use std::time::Duration;

use actix_web::body::{BodyStream, to_bytes_limited};
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::overload::Bounds;
use crate::app::App;
use crate::error::{Code, Error, FieldError};

/// The largest body of a JSON route, in bytes: several times the largest that is valid, as escapes take up to six bytes.
pub const MAX_BODY: usize = 512 * 1024;

/// What the wire has, and how it becomes what the rules take.
pub trait Parse: DeserializeOwned {
    /// What the rules take: it cannot be made from fields that are not valid.
    type Parsed;

    /// Parses every field.
    ///
    /// # Errors
    ///
    /// One for each field that is not valid.
    fn parse(self) -> Result<Self::Parsed, Vec<FieldError>>;
}

/// The JSON body of a request, parsed.
///
/// Refused with `unsupported_media_type`, `body_too_large`, `malformed_json` (it is no JSON) or `validation_failed`
/// (it is, with fields that are missing, of another type, or not valid); `request_timeout` where it comes too slowly.
pub struct Valid<T: Parse>(pub T::Parsed);

impl<T: Parse> FromRequest for Valid<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let acceptable = check_headers(request.headers());
        let payload = payload.take();
        let patience = request.app_data::<Data<App>>().map_or(Bounds::PRODUCTION, |app| app.bounds).body;
        Box::pin(async move {
            acceptable?;
            let body = timeout(patience, read(payload)).await.map_err(|_| too_slow(patience))?;
            parse::<T>(&body?).map(Valid)
        })
    }
}

/// Refuses, before anything of the body is read, what the headers already show to be wrong.
fn check_headers(headers: &HeaderMap) -> Result<(), Error> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    // actix has read the length already, so it is a number; one too large for u64 is too large for us.
    let length = length.map(|length| length.parse::<u64>().unwrap_or(u64::MAX));
    if length.unwrap_or(0) == 0 && !headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(empty());
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(is_json) {
        return Err(Error::new(Code::UnsupportedMediaType, "Send the body with Content-Type: application/json."));
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Error::new(Code::UnsupportedMediaType, "Send the body without a Content-Encoding."));
    }
    if length > Some(MAX_BODY as u64) { Err(too_large()) } else { Ok(()) }
}

/// Whether a content type is JSON in UTF-8.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    let charset_fits = |parameter: String| match parameter.split_once('=') {
        Some((name, charset)) => name.trim() != "charset" || charset.trim().trim_matches('"') == "utf-8",
        None => true,
    };
    (essence == "application/json" || essence.ends_with("+json")) && parts.all(charset_fits)
}

async fn read(payload: Payload) -> Result<Bytes, Error> {
    let body = to_bytes_limited(BodyStream::new(payload), MAX_BODY).await.map_err(|_| too_large())?;
    body.map_err(|_| Error::new(Code::MalformedJson, "The body broke off before its end."))
}

fn too_large() -> Error {
    Error::new(Code::BodyTooLarge, format!("The body may have at most {} KiB.", MAX_BODY / 1024))
}

fn too_slow(patience: Duration) -> Error {
    Error::new(Code::RequestTimeout, format!("The body did not arrive within {} s.", patience.as_secs()))
}

fn empty() -> Error {
    Error::new(Code::MalformedJson, "The body is empty: send a JSON object.")
}

/// The fields in `text`, parsed: for JSON that came by another way than a request's body.
///
/// # Errors
///
/// [`Code::MalformedJson`], or [`Code::ValidationFailed`] with each field that is not valid.
pub fn parse<T: Parse>(text: &[u8]) -> Result<T::Parsed, Error> {
    decode::<T>(text)?.parse().map_err(Error::validation)
}

/// The fields in a body.
fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let (line, column) = position(body, error.valid_up_to());
        Error::new(Code::MalformedJson, format!("Line {line}, column {column}: this is not UTF-8."))
    })?;
    let start = text.trim_ascii_start();
    if start.is_empty() {
        return Err(empty());
    }
    // A list would be taken for the fields in their order, which nobody documented.
    if start.starts_with('{')
        && let Ok(fields) = serde_json::from_str(text)
    {
        return Ok(fields);
    }
    Err(refusal::<T>(text))
}

/// Why `text` does not hold the fields of `T`: first whether it is JSON at all, then whether it has the right fields.
fn refusal<T: DeserializeOwned>(text: &str) -> Error {
    match serde_json::from_str(text) {
        Err(error) => malformed(&error),
        Ok(Value::Object(_)) => wrong_field::<T>(text),
        Ok(_) => Error::field("body", "must be a JSON object"),
    }
}

fn malformed(error: &serde_json::Error) -> Error {
    let said = without_place(error.to_string()).replace("EOF while parsing", "it ends inside");
    let said = said.replace("recursion limit exceeded", "this is nested too deeply");
    Error::new(Code::MalformedJson, format!("Line {}, column {}: {said}.", error.line(), error.column()))
}

fn wrong_field<T: DeserializeOwned>(text: &str) -> Error {
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text)) else {
        return Error::internal(&"a body was refused first and taken then");
    };
    let path = error.path().to_string();
    let (name, message) = in_words(&without_place(error.into_inner().to_string()));
    let path = if path == "." { String::new() } else { path };
    let field = match name {
        // Depending on the type, the path ends at the object or at the field in it.
        Some(name) if path.is_empty() || path == name || path.ends_with(&format!(".{name}")) => {
            if path.is_empty() {
                name
            } else {
                path
            }
        }
        Some(name) => format!("{path}.{name}"),
        None if path.is_empty() => "body".to_owned(),
        None => path,
    };
    Error::field(field, message)
}

/// `serde_json` ends its messages with the place.
fn without_place(mut message: String) -> String {
    if let Some(place) = message.rfind(" at line ") {
        message.truncate(place);
    }
    message
}

/// What serde says of a field, as one would say it to somebody who never saw the types; and the field, where it is
/// named in there.
fn in_words(said: &str) -> (Option<String>, String) {
    let named = |prefix: &str| said.strip_prefix(prefix)?.split('`').nth(1).map(str::to_owned);
    if let Some(field) = named("missing field") {
        (Some(field), "is required".into())
    } else if let Some(field) = named("unknown field") {
        (Some(field), "is not a field of this".into())
    } else if let Some(field) = named("duplicate field") {
        (Some(field), "is there twice".into())
    } else if let Some((_, known)) = said.strip_prefix("unknown variant").and_then(|rest| rest.split_once("expected "))
    {
        let known = known.strip_prefix("one of ").unwrap_or(known);
        (None, format!("must be {}", known.replace('`', "")))
    } else if let Some((found, expected)) = said.split_once(", expected ") {
        let found = found.split_once(": ").map_or("", |(_, found)| found);
        (None, format!("must be {}{}", expected_in_words(expected), found_in_words(found)))
    } else {
        (None, said.to_owned())
    }
}

fn expected_in_words(expected: &str) -> &str {
    match expected {
        "a borrowed string" | "string" => "a string",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "f32" | "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        other if other.starts_with("struct ") => "an object",
        other if other.starts_with("enum ") || other.starts_with("variant ") => "one of the known words",
        other => other,
    }
}

fn found_in_words(found: &str) -> &'static str {
    match found.split(' ').next() {
        Some("null") => ", not null",
        Some("boolean") => ", not true or false",
        Some("string") => ", not a string",
        Some("sequence") => ", not a list",
        Some("map") => ", not an object",
        // A number may be of the right type and out of range.
        _ => "",
    }
}

/// Line and column, both from 1, of the byte at `offset`.
fn position(body: &[u8], offset: usize) -> (usize, usize) {
    let before = body.get(..offset).unwrap_or_default();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    (before.iter().filter(|byte| **byte == b'\n').count() + 1, offset - line_start + 1)
}

#[cfg(test)]
mod tests;
