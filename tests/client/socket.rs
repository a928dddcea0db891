//! A WebSocket that speaks `hearth.v1`, as a device has it.

use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::client::{ClientRequestBuilder, client};
use tungstenite::error::ProtocolError;
use tungstenite::{Error, HandshakeError, Message, WebSocket};

use super::PATIENCE;

/// What came of listening.
#[derive(Debug)]
pub enum Heard {
    /// A frame.
    Frame(Value),
    /// Nothing yet.
    Nothing,
    /// The end, with the code where the server said one.
    End(Option<u16>),
}

/// An open socket. Dropped, it is gone without a goodbye.
pub struct Socket(WebSocket<TcpStream>);

impl Socket {
    /// Opens one; `None` where nobody is there, or not for long enough.
    pub fn open(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_write_timeout(Some(PATIENCE)).ok()?;
        stream.set_nodelay(true).ok()?;
        let url = format!("ws://{address}/api/v1/ws").parse().unwrap();
        match client(ClientRequestBuilder::new(url).with_sub_protocol("hearth.v1"), stream) {
            Ok((socket, _)) => Some(Self(socket)),
            Err(HandshakeError::Failure(error)) if is_gone(&error) => None,
            Err(error) => panic!("the handshake failed: {error}"),
        }
    }

    /// Asks for `op`; whether the server was still there to be asked.
    pub fn ask(&mut self, id: &str, op: &str, fields: &Value) -> bool {
        match self.0.send(Message::text(frame(id, op, fields))) {
            Ok(()) => true,
            Err(error) if is_gone(&error) => false,
            Err(error) => panic!("nothing could be sent: {error}"),
        }
    }

    /// What comes next, or nothing, if that takes longer than `patience`.
    pub fn hear(&mut self, patience: Duration) -> Heard {
        self.0.get_ref().set_read_timeout(Some(patience)).unwrap();
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => {
                    let frame = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
                    return Heard::Frame(frame);
                }
                Ok(Message::Ping(_)) => {}
                Ok(Message::Close(reason)) => return Heard::End(reason.map(|reason| reason.code.into())),
                Ok(other) => panic!("the server sends none of these: {other:?}"),
                Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Heard::Nothing;
                }
                Err(error) if is_gone(&error) => return Heard::End(None),
                Err(error) => panic!("this is no WebSocket: {error}"),
            }
        }
    }

    /// Loses the connection when `percent` of a frame are sent.
    pub fn break_off(mut self, id: &str, op: &str, fields: &Value, percent: usize) {
        let text = frame(id, op, fields);
        let length = match u8::try_from(text.len()) {
            Ok(length) if length < 126 => vec![0x80 | length],
            _ => [&[0x80 | 126], &u16::try_from(text.len()).unwrap().to_be_bytes()[..]].concat(),
        };
        // A text frame that is the last of its message, masked with nothing.
        let bytes = [&[0x81], &length[..], &[0; 4], text.as_bytes()].concat();
        // Where the server is gone already, it loses nothing.
        let _ = self.0.get_mut().write_all(&bytes[..bytes.len() * percent.min(99) / 100]);
    }
}

fn frame(id: &str, op: &str, fields: &Value) -> String {
    let mut frame = fields.clone();
    (frame["id"], frame["op"]) = (json!(id), json!(op));
    frame.to_string()
}

/// Whether this is what becomes of a connection whose other end is killed.
fn is_gone(error: &Error) -> bool {
    use ProtocolError::{HandshakeIncomplete, ResetWithoutClosingHandshake};
    matches!(
        error,
        Error::Io(_)
            | Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Protocol(HandshakeIncomplete | ResetWithoutClosingHandshake)
    )
}
