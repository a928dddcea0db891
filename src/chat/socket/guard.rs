//! A bound on frames before they have come: actix-http compares a frame's length with the limit only when all of it is
//! there, and keeps what comes until then. Here its head is enough.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_http::BoxedPayloadStream;
use actix_http::error::PayloadError;
use actix_web::dev;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};
use actix_ws::ProtocolError;
use futures_util::Stream;

use crate::error::Error;

/// The longest head of a frame: two bytes, eight of length, four of mask (RFC 6455 section 5.2).
const MAX_HEAD: usize = 14;

/// The same body, which ends with an error where a frame's head claims more than `limit` bytes.
///
/// # Errors
///
/// None: the body is only put into another one.
pub async fn bounded(request: &HttpRequest, body: Payload, limit: usize) -> Result<Payload, Error> {
    let inner = body.into_inner();
    let frames = Frames::new(limit as u64);
    let bounded: BoxedPayloadStream = Box::pin(Bounded { inner, frames });
    let mut bounded = dev::Payload::Stream { payload: bounded };
    Payload::from_request(request, &mut bounded).await.map_err(|error| Error::internal(&error))
}

/// Whether a frame was refused for its length.
pub fn is_too_long(error: &ProtocolError) -> bool {
    match error {
        ProtocolError::Overflow => true,
        ProtocolError::Io(error) => {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<PayloadError>());
            matches!(cause, Some(PayloadError::Overflow))
        }
        _ => false,
    }
}

struct Bounded {
    inner: dev::Payload,
    frames: Frames,
}

impl Stream for Bounded {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.inner).poll_next(context);
        next.map(|next| {
            next.map(|bytes| {
                let bytes = bytes?;
                if self.frames.fit(&bytes) { Ok(bytes) } else { Err(PayloadError::Overflow) }
            })
        })
    }
}

/// Follows the heads of frames through whatever pieces they come in.
pub(super) struct Frames {
    limit: u64,
    head: [u8; MAX_HEAD],
    /// Bytes of a head that have come.
    filled: usize,
    /// Bytes of a payload that are still to come.
    left: u64,
}

impl Frames {
    /// For a connection of which nothing has come yet.
    pub(super) const fn new(limit: u64) -> Self {
        Self { limit, head: [0; MAX_HEAD], filled: 0, left: 0 }
    }

    /// Whether every frame that begins in `bytes` is within the limit.
    pub(super) fn fit(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            if self.left > 0 {
                let skipped = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                self.left -= skipped as u64;
                bytes = &bytes[skipped..];
                continue;
            }
            self.head[self.filled] = bytes[0];
            self.filled += 1;
            bytes = &bytes[1..];
            if let Some(length) = length(&self.head[..self.filled]) {
                if length > self.limit {
                    return false;
                }
                (self.filled, self.left) = (0, length);
            }
        }
        true
    }
}

/// The bytes of a frame's payload, once its head is there whole.
fn length(head: &[u8]) -> Option<u64> {
    let [_, second, rest @ ..] = head else { return None };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (length, size) = match second & 0x7f {
        126 => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), 2),
        127 => (u64::from_be_bytes(*rest.first_chunk()?), 8),
        length => (u64::from(length), 0),
    };
    (rest.len() >= size + mask).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A frame as a client sends it.
    fn frame(length: usize) -> Vec<u8> {
        let mut frame = vec![0x81];
        match length {
            0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
            126..65_536 => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&[7; 4]);
        frame.resize(frame.len() + length, 0xff);
        frame
    }

    fn fits(frames: &[u8], piece: usize) -> bool {
        let mut guard = Frames::new(70_000);
        frames.chunks(piece).all(|piece| guard.fit(piece))
    }

    proptest! {
        #[test]
        fn frames_within_the_limit_pass_in_whatever_pieces(
            lengths in prop::collection::vec(prop_oneof![0..200_usize, 65_500..70_001_usize], 0..5),
            piece in 1..5000_usize,
        ) {
            let frames: Vec<u8> = lengths.iter().flat_map(|length| frame(*length)).collect();
            prop_assert!(fits(&frames, piece));
            let too_long = [frames, frame(70_001)[..14].to_vec()].concat();
            prop_assert!(!fits(&too_long, piece));
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, piece in 1..10_usize) {
            let _ = fits(&bytes, piece);
        }
    }
}
