//! Everything that Hearth refuses, in one table: what a client may switch on, and its HTTP status.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use crate::store::StoreError;

macro_rules! codes {
    ($($(#[$doc:meta])+ $code:ident = $status:literal $word:literal $title:literal;)+) => {
        /// Why a request was refused: a stable word for clients, with its status and its title.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])+ $code,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The row of the table: status, word, title.
            const fn row(self) -> (u16, &'static str, &'static str) {
                match self {
                    $(Self::$code => ($status, $word, $title),)+
                }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = 400 "malformed_json" "The body is not valid JSON";
    /// The body is not the multipart form that this route takes.
    MalformedMultipart = 400 "malformed_multipart" "The body is not a valid form";
    /// The cursor was not made by this list.
    InvalidCursor = 400 "invalid_cursor" "The cursor is not valid";
    /// A header cannot be understood.
    InvalidHeader = 400 "invalid_header" "A header is not valid";
    /// A frame asks for something that there is not.
    UnknownOp = 400 "unknown_op" "No such operation";
    /// A frame came at a moment when it makes no sense.
    UnexpectedFrame = 400 "unexpected_frame" "The frame comes at the wrong time";
    /// None of the subprotocols that were offered is spoken here.
    UnsupportedSubprotocol = 400 "unsupported_subprotocol" "The subprotocol is not supported";
    /// No access token came with a request that needs one.
    AuthenticationRequired = 401 "authentication_required" "Signing in is required";
    /// The access token is forged, expired, or its session has ended.
    InvalidToken = 401 "invalid_token" "The access token is not valid";
    /// The e-mail address or the password is wrong.
    InvalidCredentials = 401 "invalid_credentials" "Wrong e-mail address or password";
    /// The refresh token is forged, expired, used before, or its session has ended.
    InvalidRefreshToken = 401 "invalid_refresh_token" "The refresh token is not valid";
    /// The account's present password was not given rightly.
    WrongPassword = 403 "wrong_password" "The password is wrong";
    /// The account's role or relation to the thing does not allow this.
    Forbidden = 403 "forbidden" "Not allowed";
    /// Somebody does not want messages from the account.
    Blocked = 403 "blocked" "Blocked";
    /// The account may not sign in.
    Banned = 403 "banned" "This account is banned";
    /// This server takes no new accounts.
    RegistrationClosed = 403 "registration_closed" "Registration is closed";
    /// This server takes new accounts by invite alone.
    InviteRequired = 403 "invite_required" "An invite is required";
    /// No account can be made with this invite, or not any more.
    InvalidInvite = 403 "invalid_invite" "The invite is not valid";
    /// This server takes no accounts with an address at this domain.
    EmailDomainNotAllowed = 403 "email_domain_not_allowed" "This e-mail domain is not allowed";
    /// The first account needs the code that the server printed at its start.
    SetupCodeRequired = 403 "setup_code_required" "The set-up code is required";
    /// A page of another origin wants to open a WebSocket.
    OriginNotAllowed = 403 "origin_not_allowed" "This origin is not allowed";
    /// There is nothing at this path.
    RouteNotFound = 404 "route_not_found" "There is nothing here";
    /// There is no such account.
    UserNotFound = 404 "user_not_found" "No such user";
    /// The account has no such session.
    SessionNotFound = 404 "session_not_found" "No such session";
    /// There is no such post.
    PostNotFound = 404 "post_not_found" "No such post";
    /// There is no such comment.
    CommentNotFound = 404 "comment_not_found" "No such comment";
    /// There is no such invite.
    InviteNotFound = 404 "invite_not_found" "No such invite";
    /// There is no such category.
    CategoryNotFound = 404 "category_not_found" "No such category";
    /// There is no such conversation, or the account does not take part in it.
    ConversationNotFound = 404 "conversation_not_found" "No such conversation";
    /// There is no such message.
    MessageNotFound = 404 "message_not_found" "No such message";
    /// There is no such picture, or it is not for the account.
    MediaNotFound = 404 "media_not_found" "No such picture";
    /// There is no backup of this name.
    BackupNotFound = 404 "backup_not_found" "No such backup";
    /// The path exists, the method does not.
    MethodNotAllowed = 405 "method_not_allowed" "This method is not allowed here";
    /// The request did not arrive in time.
    RequestTimeout = 408 "request_timeout" "The request took too long to arrive";
    /// Another account has this e-mail address.
    EmailTaken = 409 "email_taken" "This e-mail address is taken";
    /// Another account has this handle.
    HandleTaken = 409 "handle_taken" "This handle is taken";
    /// Without this account there would be no admin who can sign in.
    LastAdmin = 409 "last_admin" "The last admin";
    /// A backup is being made just now.
    BackupRunning = 409 "backup_running" "A backup is being made";
    /// The group has as many members as a group may have.
    ConversationFull = 409 "conversation_full" "The group is full";
    /// The body is larger than this route takes.
    BodyTooLarge = 413 "body_too_large" "The body is too large";
    /// The body is not of the type this route takes.
    UnsupportedMediaType = 415 "unsupported_media_type" "This content type is not supported";
    /// Fields have values that cannot be accepted; `errors` names them.
    ValidationFailed = 422 "validation_failed" "Some fields are not valid";
    /// The idempotency key was used for a request with another content.
    IdempotencyKeyReused = 422 "idempotency_key_reused" "The idempotency key was used before";
    /// The path is for WebSockets alone.
    UpgradeRequired = 426 "upgrade_required" "A WebSocket is required";
    /// The address or the account did this too often in a short time.
    RateLimited = 429 "rate_limited" "Too many requests";
    /// The account has as many sockets and streams as it may.
    TooManySockets = 429 "too_many_sockets" "Too many sockets";
    /// Too much is being asked at once.
    Overloaded = 503 "overloaded" "Too busy just now";
    /// The store stopped taking writes, after a failed write or sync.
    StoreStopped = 503 "store_stopped" "Writing is stopped";
    /// The server's disk has too little room for writing; reading goes on.
    DiskFull = 503 "disk_full" "The disk is full";
    /// A backup could not be made or read.
    BackupFailed = 500 "backup_failed" "The backup was not made";
    /// A fault of the server's own.
    Internal = 500 "internal_error" "Something went wrong here";
}

impl Code {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.row().0
    }

    /// The stable `snake_case` word.
    pub const fn word(self) -> &'static str {
        self.row().1
    }

    /// The title, the same for each occurrence.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    /// After how many seconds trying again may help.
    pub const fn retry_after(self) -> Option<u32> {
        match self {
            Self::Overloaded => Some(1),
            Self::TooManySockets => Some(30),
            Self::StoreStopped => Some(30),
            Self::DiskFull => Some(60),
            _ => None,
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field, by its path in the body or its name in the query.
    pub field: String,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

impl FieldError {
    /// `field` is wrong as `message` says.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A refusal: the code, this occurrence in words, and the fields it is about.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {detail}", code.word())]
pub struct Error {
    /// Which refusal it is.
    pub code: Code,
    /// This occurrence, and what to do next.
    pub detail: Cow<'static, str>,
    /// The fields it is about, for [`Code::ValidationFailed`].
    pub fields: Vec<FieldError>,
    /// After how many seconds trying again may help, where this occurrence knows better than its code.
    wait: Option<u32>,
}

impl Error {
    /// A refusal with `code`; `detail` says what to do next.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), fields: Vec::new(), wait: None }
    }

    /// Fields that cannot be accepted.
    pub fn validation(fields: Vec<FieldError>) -> Self {
        let named: Vec<_> = fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
        Self { code: Code::ValidationFailed, detail: named.join("; ").into(), fields, wait: None }
    }

    /// One field that cannot be accepted.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        FieldError::new(field, message).into()
    }

    /// The same, where trying again helps after `seconds`.
    #[must_use]
    pub fn retry_in(self, seconds: u32) -> Self {
        Self { wait: Some(seconds), ..self }
    }

    /// After how many seconds trying again may help.
    pub fn retry_after(&self) -> Option<u32> {
        self.wait.or(self.code.retry_after())
    }

    /// A fault of the server's own: `cause` goes to the log and nowhere else.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        log::error!("{cause}");
        Self::new(Code::Internal, "The server's log says what happened; trying again may help.")
    }
}

impl From<FieldError> for Error {
    fn from(field: FieldError) -> Self {
        Self::validation(vec![field])
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::new(Code::Overloaded, "Too many writes are waiting; try again in a second."),
            StoreError::Full => Self::new(
                Code::DiskFull,
                "Nothing was written, and reading goes on. Whoever runs this server must make room on its disk; writing \
                 goes on by itself then.",
            ),
            StoreError::Stopped(_) => Self::new(
                Code::StoreStopped,
                "The store takes no writes until the server is started again; /readyz and the log say why.",
            ),
            // Once a write of its own has failed, sled gives what it no longer holds in memory to nobody either.
            StoreError::Sled(cause) => {
                log::error!("the state cannot be read or written: {cause}");
                let detail = "The store cannot be read until the server is started again; the log says why.";
                Self::new(Code::StoreStopped, detail)
            }
            other => Self::internal(&other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_word_of_its_own() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }

    #[test]
    fn every_code_is_in_the_list() {
        // Both are made from the one table.
        assert_eq!(Code::ALL.last().map(|code| *code as usize), Some(Code::ALL.len() - 1));
    }
}
