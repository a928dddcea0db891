//! What a device asks for, over a socket or over HTTP; asking again changes nothing.

use serde_json::{Value, json};

use crate::client::{Answer, Request};

/// The emoji in use, and how they are written in a URL.
pub const EMOJI: [(&str, &str); 3] = [("👍", "%F0%9F%91%8D"), ("🔥", "%F0%9F%94%A5"), ("🎉", "%F0%9F%8E%89")];

/// A conversation, by its place among those of the device.
pub type Room = usize;

/// What is wanted.
#[derive(Clone, Debug)]
pub enum What {
    /// A new message.
    Send,
    /// This one of the device's messages, which was acknowledged, once more.
    Again(usize),
    /// Another text of this one of the device's messages.
    Edit(usize, String),
    /// This one of the device's messages gone for everyone.
    Delete(usize),
    /// A message gone for oneself: its `seq`.
    Hide(u64),
    /// An emoji beside a message, or not.
    React(String, bool),
    /// Everything up to this event read.
    Read(u64),
}

/// Something that is asked for until there is an answer.
#[derive(Clone, Debug)]
pub struct Wish {
    pub what: What,
    pub room: Room,
    /// The message that it is about; or the new one's `client_id`.
    pub message: String,
    pub op: &'static str,
    pub fields: Value,
    /// The same over HTTP.
    pub request: Request,
    /// How often it was sent as a whole.
    pub sent: u32,
}

/// The answer: its fields, or the code of the refusal.
pub type Outcome = Result<Value, String>;

impl Wish {
    /// `id` is the conversation's, and `message` what the wish is about.
    pub fn new(what: What, room: Room, id: &str, message: &str, mut fields: Value) -> Self {
        let path = format!("/api/v1/conversations/{id}");
        let about = format!("{path}/messages/{message}");
        let (op, request) = match &what {
            What::Send | What::Again(_) => {
                ("send", Request::new("POST", format!("{path}/messages")).json(fields.clone()))
            }
            What::Edit(..) => ("edit", Request::new("PATCH", about).json(fields.clone())),
            What::Delete(_) => ("delete", Request::new("DELETE", about)),
            What::Hide(_) => ("delete", Request::new("DELETE", format!("{about}?for=me"))),
            What::React(emoji, on) => {
                let (_, in_url) = EMOJI.iter().find(|(known, _)| known == emoji).unwrap();
                ("react", Request::new(if *on { "PUT" } else { "DELETE" }, format!("{about}/reactions/{in_url}")))
            }
            What::Read(_) => ("read", Request::new("PUT", format!("{path}/read")).json(fields.clone())),
        };
        fields["conversation"] = json!(id);
        if !matches!(what, What::Send | What::Again(_) | What::Read(_)) {
            fields["message_id"] = json!(message);
        }
        Self { what, room, message: message.to_owned(), op, fields, request, sent: 0 }
    }

    /// What a frame says.
    pub fn answered(frame: &Value) -> Outcome {
        if frame["ok"] == true { Ok(frame.clone()) } else { Err(text(&frame["error"]["code"])) }
    }

    /// What an answer over HTTP says, in the words of a frame.
    pub fn answered_over_http(answer: &Answer) -> Outcome {
        let mut body = answer.json();
        if !(200..300).contains(&answer.status) {
            return Err(text(&body["code"]));
        }
        if body["id"].is_string() {
            body["message_id"] = body["id"].take();
        }
        Ok(body)
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
