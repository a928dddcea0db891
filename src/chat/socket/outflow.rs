//! The body of an answer that does not end: what waits in an outbox, written for the one or the other transport.
//!
//! The connection asks for more when it can write more, so nothing is taken out of the outbox before that, and a device
//! that does not read costs the server its outbox and one such chunk.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::ws::{CloseCode, CloseReason, Codec, Message};
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::{BufMut, Bytes, BytesMut};
use prometheus_client::metrics::gauge::Gauge;
use tokio_util::codec::Encoder;

use crate::chat::hub::{Ending, Figures, Frame, Next, Outbox, Taking};
use crate::wakeups::gathered_in;

/// Bytes after which a chunk is given to the connection.
const CHUNK: usize = 16 * 1024;

/// How frames are written.
pub enum Framing {
    /// WebSocket; the body that came with the handshake tells the other half when this one is dropped.
    WebSocket(Codec, #[expect(dead_code, reason = "it is there to be dropped")] BoxBody),
    /// Server-sent events, of the history with this name.
    EventStream(String),
}

/// What flows out to a device.
pub struct Outflow {
    outbox: Arc<Outbox>,
    framing: Framing,
    figures: Arc<Figures>,
    ended: bool,
}

impl Outflow {
    /// What waits in `outbox`, from now on. Until it is dropped it is one of the open sockets.
    pub fn new(outbox: Arc<Outbox>, framing: Framing, figures: Arc<Figures>) -> Self {
        framing.open(&figures).inc();
        Self { outbox, framing, figures, ended: false }
    }
}

impl Framing {
    /// How many of this kind are open.
    const fn open<'a>(&self, figures: &'a Figures) -> &'a Gauge {
        match self {
            Self::WebSocket(..) => &figures.websockets,
            Self::EventStream(_) => &figures.streams,
        }
    }

    fn frame(&mut self, frame: Frame, out: &mut BytesMut) -> std::io::Result<()> {
        match self {
            Self::WebSocket(codec, _) => {
                let message = match frame {
                    Frame::Text(text, _) | Frame::Event(text, ..) => Message::Text(text),
                    Frame::Ping => Message::Ping(Bytes::new()),
                    Frame::Pong(bytes) => Message::Pong(bytes),
                };
                codec.encode(message, out).map_err(std::io::Error::other)
            }
            Self::EventStream(epoch) => match frame {
                Frame::Text(text, None) | Frame::Event(text, None, _) => write!(out.writer(), "data: {text}\n\n"),
                Frame::Text(text, Some(position)) | Frame::Event(text, Some(position), _) => {
                    write!(out.writer(), "id: {epoch}.{position}\ndata: {text}\n\n")
                }
                Frame::Ping | Frame::Pong(_) => write!(out.writer(), ":\n\n"),
            },
        }
    }

    fn end(&mut self, ending: Ending, out: &mut BytesMut) -> std::io::Result<()> {
        match self {
            Self::WebSocket(codec, _) => {
                let reason =
                    CloseReason { code: CloseCode::Other(ending.code()), description: Some(ending.reason().into()) };
                codec.encode(Message::Close(Some(reason)), out).map_err(std::io::Error::other)
            }
            Self::EventStream(_) => {
                let (code, reason) = (ending.code(), ending.reason());
                write!(out.writer(), "event: close\ndata: {{\"code\":{code},\"reason\":\"{reason}\"}}\n\n")
            }
        }
    }
}

impl MessageBody for Outflow {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        gathered_in(context, |context| self.get_mut().poll_chunk(context))
    }
}

impl Outflow {
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, std::io::Error>>> {
        let (mut out, mut taking) = (BytesMut::new(), Taking::default());
        while !self.ended && out.len() < CHUNK {
            let written = match self.outbox.poll_next(context) {
                Poll::Ready(Next::Frame(frame)) => {
                    taking.took(&frame, &self.figures);
                    self.framing.frame(frame, &mut out)
                }
                Poll::Ready(Next::End(ending)) => {
                    self.ended = true;
                    self.framing.end(ending, &mut out)
                }
                Poll::Pending if out.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            };
            if let Err(error) = written {
                return Poll::Ready(Some(Err(error)));
            }
        }
        taking.end(&self.figures);
        Poll::Ready((!out.is_empty()).then(|| Ok(out.freeze())))
    }
}

impl Drop for Outflow {
    fn drop(&mut self) {
        self.outbox.hang_up();
        self.framing.open(&self.figures).dec();
    }
}
