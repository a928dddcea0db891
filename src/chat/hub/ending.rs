//! Why a device is told to go, in numbers that say whether it should come back.

/// Why the server ends a socket. Those that start with 40 ask to come back, with some random delay; those with 45 not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The device said that it goes.
    Closed,
    /// The server is shutting down.
    ShuttingDown,
    /// The access token has expired.
    TokenExpired,
    /// More was waiting to be sent than the queue holds.
    TooSlow,
    /// Nothing was heard for too long.
    NoPong,
    /// More frames came than anybody needs to send.
    TooManyFrames,
    /// The token is no good.
    BadToken,
    /// A frame could not be understood.
    BadFrame(&'static str),
    /// The session has ended: signed out, or banned.
    SignedOut,
    /// The account has as many sockets as it may.
    TooManySockets,
}

impl Ending {
    /// The WebSocket close code.
    pub const fn code(self) -> u16 {
        match self {
            Self::Closed => 1000,
            Self::ShuttingDown => 4001,
            Self::TokenExpired => 4005,
            Self::TooSlow => 4008,
            Self::NoPong => 4012,
            Self::TooManyFrames => 4013,
            Self::BadToken => 4500,
            Self::BadFrame(_) => 4501,
            Self::SignedOut => 4503,
            Self::TooManySockets => 4504,
        }
    }

    /// The same in words, in no more than the 123 bytes that RFC 6455 section 5.5 leaves for them.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Closed => "goodbye",
            Self::ShuttingDown => "the server is shutting down: connect again soon",
            Self::TokenExpired => "the access token has expired: refresh it and connect again",
            Self::TooSlow => "too slow: connect again, with your cursors",
            Self::NoPong => "nothing was heard from you for too long: connect again",
            Self::TooManyFrames => "too many frames: connect again, more slowly",
            Self::BadToken => "the token is not valid: sign in",
            Self::BadFrame(why) => why,
            Self::SignedOut => "this session has ended: sign in",
            Self::TooManySockets => "this account has too many sockets: close one first",
        }
    }
}
