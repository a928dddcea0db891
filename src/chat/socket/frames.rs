//! Frames as they come in, and answers as they go out.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::chat::record::{ConversationId, MessageId};
use crate::error::{Code, Error, FieldError};
use crate::http::json::{self, Parse};

/// What every frame has: what its answer is known by, and what is wanted.
#[derive(Deserialize)]
pub struct Envelope {
    /// Any text; the answer has the same.
    pub id: String,
    /// What is wanted.
    pub op: String,
}

/// The answer to something that was done.
#[derive(Serialize)]
struct Answer<'a, T> {
    id: &'a str,
    ok: bool,
    #[serde(flatten)]
    fields: &'a T,
}

/// The answer to something that was not.
#[derive(Serialize)]
struct Refusal<'a> {
    id: &'a str,
    ok: bool,
    error: Refused<'a>,
}

#[derive(Serialize)]
struct Refused<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

/// An answer that has nothing to say but that it was done.
#[derive(Serialize)]
pub struct Empty {}

impl Envelope {
    /// The envelope of a frame; `None` where it has none.
    pub fn read(text: &str) -> Option<Self> {
        // A list would be taken for the fields in their order.
        text.trim_ascii_start().starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
    }

    /// The answer with `fields`.
    pub fn answer(&self, fields: &impl Serialize) -> String {
        let answer = serde_json::to_string(&Answer { id: &self.id, ok: true, fields });
        answer.unwrap_or_else(|error| self.refusal(&Error::internal(&error)))
    }

    /// The answer that says why not.
    pub fn refusal(&self, error: &Error) -> String {
        let (code, retry_after) = (error.code.word(), error.retry_after());
        let refused = Refused { code, message: &error.detail, retry_after, errors: &error.fields };
        // Nothing in it can fail to be JSON.
        serde_json::to_string(&Refusal { id: &self.id, ok: false, error: refused }).unwrap_or_default()
    }
}

/// The fields of a frame, parsed.
///
/// # Errors
///
/// [`Code::ValidationFailed`] with the fields that are not valid.
pub fn read<T: Parse>(text: &str) -> Result<T::Parsed, Error> {
    json::parse::<T>(text.as_bytes())
}

/// Who the device is, and what it has seen.
#[derive(Deserialize)]
pub struct Hello {
    pub token: String,
    #[serde(default)]
    cursors: HashMap<ConversationId, u64>,
    /// The history that the cursors belong to, where the device says so.
    epoch: Option<String>,
}

impl Hello {
    /// The cursors, if they belong to the history `epoch`.
    pub fn cursors_of(self, epoch: &str) -> HashMap<ConversationId, u64> {
        if self.epoch.is_none_or(|own| own == epoch) { self.cursors } else { HashMap::new() }
    }
}

/// A fresh token.
#[derive(Deserialize)]
pub struct Auth {
    pub token: String,
}

/// In which conversation something is wanted.
#[derive(Deserialize)]
pub struct In {
    pub conversation: ConversationId,
}

/// About which message something is wanted.
#[derive(Deserialize)]
pub struct About {
    pub conversation: ConversationId,
    pub message_id: MessageId,
}

/// Declares frames that need no parsing beyond their types.
macro_rules! as_they_come {
    ($($frame:ident),+) => {$(
        impl Parse for $frame {
            type Parsed = Self;

            fn parse(self) -> Result<Self, Vec<FieldError>> {
                Ok(self)
            }
        }
    )+};
}
as_they_come!(Hello, Auth, In, About);

/// What no operation is called.
pub fn unknown(op: &str) -> Error {
    let known = "hello, auth, send, edit, delete, react, read, typing, ping";
    let op: String = op.chars().take(40).collect();
    Error::new(Code::UnknownOp, format!("There is no op '{op}': there are {known}."))
}
