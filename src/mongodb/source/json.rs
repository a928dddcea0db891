//! What `mongoexport` writes: documents in MongoDB's Extended JSON, one a line, in one array, or spread over lines.
//!
//! Both versions of it are read, canonical and relaxed: <https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/>.

use std::io::BufRead;

use serde_json::Value as Json;

use super::{Broken, MAX_BYTES, Next};
use crate::mongodb::value::{Document, Value};

/// The next document of a file: whatever stands between braces, with commas, brackets and blanks between.
pub(super) fn next(file: &mut dyn BufRead) -> Next {
    let Some(bytes) = next_braces(file)? else { return Ok(None) };
    let json: Json = serde_json::from_slice(&bytes).map_err(|error| Broken::Document(error.to_string()))?;
    match value_of(json) {
        Value::Document(document) => Ok(Some(document)),
        _ => Err(Broken::Document("it is a value, and no document".into())),
    }
}

/// The bytes of the next document: nothing is parsed yet, so the file may be one array of any length.
fn next_braces(file: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Broken> {
    let mut found = Vec::new();
    let (mut depth, mut quoted, mut escaped) = (0_u64, false, false);
    loop {
        let bytes = file.fill_buf().map_err(|error| Broken::End(error.to_string()))?;
        if bytes.is_empty() {
            return if found.is_empty() { Ok(None) } else { Err(Broken::End("it is cut short".into())) };
        }
        let mut used = 0;
        for &byte in bytes {
            used += 1;
            match byte {
                b'{' if !quoted => depth += 1,
                // The byte order mark may stand at the front.
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | 0xef | 0xbb | 0xbf if depth == 0 => continue,
                other if depth == 0 => {
                    return Err(Broken::End(format!("the byte {other:#04x} cannot stand between two documents")));
                }
                b'}' if !quoted => depth -= 1,
                b'"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = quoted && byte == b'\\' && !escaped;
            found.push(byte);
            if depth == 0 {
                break;
            }
        }
        file.consume(used);
        if depth == 0 && !found.is_empty() {
            return Ok(Some(found));
        }
        if found.len() as u64 > MAX_BYTES {
            return Err(Broken::End(format!("a document is longer than {MAX_BYTES} bytes")));
        }
    }
}

/// `serde_json` nests no deeper than 128 levels, so neither does this.
fn value_of(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => number.as_i64().map_or_else(|| float(number.as_f64()), Value::Int),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(value_of).collect()),
        Json::Object(fields) => {
            if let Some((name, inner)) = fields.iter().next().filter(|(name, _)| name.starts_with('$'))
                && let Some(value) = extended(name, inner)
            {
                return value;
            }
            Value::Document(Document(fields.into_iter().map(|(name, value)| (name, value_of(value))).collect()))
        }
    }
}

fn float(number: Option<f64>) -> Value {
    number.map_or(Value::Other, Value::Float)
}

/// What an object stands for whose first name starts with `$`; `None` where it is but an object.
fn extended(name: &str, inner: &Json) -> Option<Value> {
    let number = || inner.as_str().and_then(|text| text.parse().ok()).or_else(|| inner.as_i64());
    match name {
        "$oid" => {
            let id = inner.as_str()?;
            let is_id = id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit());
            Some(if is_id { Value::Id(id.to_ascii_lowercase()) } else { Value::Text(id.to_owned()) })
        }
        "$date" => Some(date(inner)),
        "$numberInt" | "$numberLong" => Some(number().map_or(Value::Other, Value::Int)),
        "$numberDouble" => Some(float(inner.as_str().and_then(|text| text.parse().ok()).or_else(|| inner.as_f64()))),
        "$symbol" => inner.as_str().map(|text| Value::Text(text.to_owned())),
        "$undefined" => Some(Value::Null),
        "$uuid" => inner.as_str().map(|text| Value::Text(text.to_owned())),
        "$binary" | "$code" | "$regex" | "$regularExpression" | "$timestamp" | "$minKey" | "$maxKey"
        | "$numberDecimal" => Some(Value::Other),
        // `$ref` with `$id` refers to a document, and is looked into like one.
        _ => None,
    }
}

fn date(inner: &Json) -> Value {
    match inner {
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(millis) => millis.as_i64().map_or(Value::Other, Value::Time),
        Json::Object(fields) => {
            let millis = fields.get("$numberLong").and_then(Json::as_str).and_then(|text| text.parse().ok());
            millis.map_or(Value::Other, Value::Time)
        }
        _ => Value::Other,
    }
}
