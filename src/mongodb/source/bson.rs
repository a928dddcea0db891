//! What `mongodump` writes: documents in BSON, one after another.

use std::io::{self, Read};

use bson::raw::{RawBson, RawElement};
use bson::spec::ElementType;
use bson::{RawBsonRef, RawDocument};

use super::{Broken, MAX_BYTES, Next};
use crate::mongodb::value::{Document, MAX_DEPTH, Value};

/// The next document of a file.
pub(super) fn next(file: &mut dyn Read) -> Next {
    let mut length = [0; 4];
    match read_start(file, &mut length) {
        Ok(0) => return Ok(None),
        Ok(4) => {}
        Ok(_) => return Err(Broken::End("it is cut short".into())),
        Err(error) => return Err(Broken::End(error.to_string())),
    }
    let size = u64::from(u32::from_le_bytes(length));
    if !(5..=MAX_BYTES).contains(&size) {
        return Err(Broken::End(format!("a document of {size} bytes cannot be: this is no BSON, or it is damaged")));
    }
    let mut bytes = length.to_vec();
    match file.take(size - 4).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 == size => {}
        Ok(_) => return Err(Broken::End("it is cut short".into())),
        Err(error) => return Err(Broken::End(error.to_string())),
    }
    let document = RawDocument::from_bytes(&bytes).map_err(|error| Broken::Document(error.to_string()))?;
    document_of(document, 0).map(Some).map_err(Broken::Document)
}

/// As many bytes as there are, up to four.
fn read_start(file: &mut dyn Read, bytes: &mut [u8; 4]) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match file.read(&mut bytes[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

fn document_of(raw: &RawDocument, depth: usize) -> Result<Document, String> {
    if depth > MAX_DEPTH {
        return Err(format!("it is nested deeper than {MAX_DEPTH} levels"));
    }
    let mut fields = Vec::new();
    for element in raw.iter_elements() {
        let element = element.map_err(|error| error.to_string())?;
        fields.push((element.key().as_str().to_owned(), value_of(&element, depth)?));
    }
    Ok(Document(fields))
}

/// Only what Hearth has a use for is looked into.
fn value_of(element: &RawElement<'_>, depth: usize) -> Result<Value, String> {
    let wanted = match element.element_type() {
        ElementType::Null | ElementType::Undefined => return Ok(Value::Null),
        ElementType::String | ElementType::Symbol => {
            // Text that is no UTF-8 gets a replacement character where it is not.
            return match element.value_utf8_lossy() {
                Ok(RawBson::String(text) | RawBson::Symbol(text)) => Ok(Value::Text(text)),
                Ok(_) => Ok(Value::Other),
                Err(error) => Err(error.to_string()),
            };
        }
        ElementType::ObjectId
        | ElementType::Int32
        | ElementType::Int64
        | ElementType::Double
        | ElementType::Boolean
        | ElementType::DateTime
        | ElementType::EmbeddedDocument
        | ElementType::Array => element.value().map_err(|error| error.to_string())?,
        _ => return Ok(Value::Other),
    };
    Ok(match wanted {
        RawBsonRef::ObjectId(id) => Value::Id(id.to_hex()),
        RawBsonRef::Int32(number) => Value::Int(number.into()),
        RawBsonRef::Int64(number) => Value::Int(number),
        RawBsonRef::Double(number) => Value::Float(number),
        RawBsonRef::Boolean(truth) => Value::Bool(truth),
        RawBsonRef::DateTime(moment) => Value::Time(moment.timestamp_millis()),
        RawBsonRef::Document(document) => Value::Document(document_of(document, depth + 1)?),
        RawBsonRef::Array(list) => {
            // A list is written as a document whose names are numbers.
            let list = RawDocument::from_bytes(list.as_bytes()).map_err(|error| error.to_string())?;
            let items = document_of(list, depth + 1)?;
            Value::List(items.0.into_iter().map(|(_, item)| item).collect())
        }
        _ => Value::Other,
    })
}
