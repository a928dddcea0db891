//! The JSON bodies of requests: every type that a route takes.

use std::path::Path;

use super::input::Input;
use crate::accounts::routes::{ChangePassword, DeleteMe, PutRole, Register, UpdateMe};
use crate::categories::routes::PutCategory;
use crate::chat::routes::{CreateConversation, EditMessage, MarkRead, SendMessage, UpdateConversation};
use crate::comments::routes::{CreateComment, UpdateComment};
use crate::error::{Code, Error};
use crate::http::json::parse;
use crate::invites::routes::CreateInvite;
use crate::posts::routes::{CreatePost, UpdatePost};
use crate::sessions::routes::{LogIn, Refresh};

macro_rules! bodies {
    ($($body:ident)+) => {
        /// Each type of body: its name, as the OpenAPI document has it, and how it is read.
        const BODIES: &[(&str, fn(&[u8]) -> Result<(), Error>)] =
            &[$((stringify!($body), |text| parse::<$body>(text).map(drop))),+];
    };
}

bodies! {
    Register UpdateMe ChangePassword DeleteMe LogIn Refresh
    CreatePost UpdatePost CreateComment UpdateComment PutCategory
    CreateConversation UpdateConversation SendMessage EditMessage MarkRead
    PutRole CreateInvite
}

/// The names of the types that are read.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    BODIES.iter().map(|(name, _)| *name)
}

/// The first byte says which type. A body is taken, or refused as the fault of who sent it, in words without the
/// language's own.
pub(super) fn body(input: &[u8], _: &Path) {
    let mut rest = Input(input);
    let (name, read) = BODIES[usize::from(rest.byte()) % BODIES.len()];
    let Err(error) = read(rest.0) else { return };
    let fault = matches!(error.code, Code::MalformedJson | Code::ValidationFailed);
    assert!(fault, "{name}: {}: {}", error.code.word(), error.detail);
    assert_eq!(error.code == Code::ValidationFailed, !error.fields.is_empty(), "{name}: {}", error.detail);
}

pub(super) fn bodies() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"name":"Ana","email":"Ana@Example.org","password":"correct horse","handle":"ana","setup_code":"x"}"#,
        r#"{"name":"Ana","bio":"b\r\n","handle":null,"email":"a@b.c","avatar":null}"#,
        r#"{"current":"correct horse","new":"battery staple"}"#,
        r#"{"password":"correct horse"}"#,
        r#"{"email":"ana@example.org","password":"correct horse"}"#,
        r#"{"refresh_token":"AAAA"}"#,
        r#"{"title":"Bread","body":"e\u0301","categories":["food","Home"],"tags":["a","B"],"anonymous":true,"images":[]}"#,
        r#"{"title":"Bread","categories":["food"],"tags":[]}"#,
        r#"{"text":"x","parent":"00000000-0000-7000-8000-000000000000","anonymous":false}"#,
        r#"{"text":"y"}"#,
        r#"{"name":"Food"}"#,
        r#"{"members":["00000000-0000-7000-8000-000000000000"],"name":"Room"}"#,
        r#"{"name":"Room"}"#,
        r#"{"client_id":"c","text":"x","image":null,"reply_to":3}"#,
        r#"{"text":"z"}"#,
        r#"{"seq":18446744073709551615}"#,
        r#"{"role":"moderator"}"#,
        r#"{"uses":3,"expires_in_days":7,"note":"x"}"#,
    ];
    let of = |kind: usize, text: &str| [&[u8::try_from(kind).unwrap_or(0)], text.as_bytes()].concat();
    texts.iter().enumerate().map(|(kind, text)| of(kind, text)).collect()
}
