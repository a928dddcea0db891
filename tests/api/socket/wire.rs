//! A WebSocket by hand, for what no library would send, and for who does not read.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use actix_http::ws::hash_key;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use super::device::PATIENCE;
use crate::actor::Actor;
use crate::answer::Answer;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// The bits of a frame's first byte.
pub const FIN: u8 = 0x80;
pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// An open WebSocket.
pub struct Wire {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// A frame: its first byte without FIN, and its payload.
    Frame(u8, Vec<u8>),
    /// The connection ended, with or without a reset.
    End,
}

impl Wire {
    /// Shakes hands with the server where `actor` is.
    pub fn open(actor: &Actor) -> Self {
        Self::over(TcpStream::connect(actor.address()).unwrap(), actor.address())
    }

    /// The answer to a handshake with more headers, which must be refused.
    pub fn refused(actor: &Actor, headers: &[(&str, &str)]) -> Answer {
        let mut wire = Self::connected(TcpStream::connect(actor.address()).unwrap());
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = wire.ask(actor.address(), &more);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let length: usize = headers.get("content-length").unwrap().to_str().unwrap().parse().unwrap();
        while wire.received.len() < length {
            assert!(wire.receive(), "the answer breaks off");
        }
        Answer::new(status, headers, wire.received[..length].to_vec().into())
    }

    /// The same with little room for what is not read.
    pub fn narrow(actor: &Actor) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        assert_eq!(actor.address().ip(), Ipv4Addr::LOCALHOST);
        socket.connect(&actor.address().into()).unwrap();
        Self::over(socket.into(), actor.address())
    }

    fn over(stream: TcpStream, address: SocketAddr) -> Self {
        let mut wire = Self::connected(stream);
        let head = wire.ask(address, "sec-websocket-protocol: hearth.v1\r\n");
        let accept = String::from_utf8(hash_key(KEY.as_bytes()).to_vec()).unwrap();
        assert!(head.starts_with("HTTP/1.1 101 ") && head.contains(&accept), "{head}");
        wire
    }

    fn connected(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, received: Vec::new() }
    }

    /// Sends a handshake with more headers, and gives the head of the answer.
    fn ask(&mut self, address: SocketAddr, more: &str) -> String {
        let handshake = format!(
            "GET /api/v1/ws HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\n{more}\r\n"
        );
        self.write(handshake.as_bytes());
        let end = loop {
            if let Some(end) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.receive(), "no answer to the handshake");
        };
        String::from_utf8(self.received.drain(..end).collect()).unwrap()
    }

    /// Says hello as `actor`, and gives what it was told.
    pub fn hello(&mut self, actor: &Actor, cursors: &Value) -> Value {
        let hello = json!({"id": "hello", "op": "hello", "token": actor.access_token, "cursors": cursors});
        self.write(&frame(FIN | TEXT, hello.to_string().as_bytes()));
        let greeting = self.text();
        assert_eq!((&greeting["id"], &greeting["ok"]), (&json!("hello"), &json!(true)), "{greeting}");
        greeting
    }

    /// Sends bytes; `false` where the other side has gone.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        match self.stream.write_all(bytes) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("the server takes nothing"),
            Err(_) => false,
        }
    }

    /// The same connection, to be written to elsewhere.
    pub fn writer(&self) -> TcpStream {
        self.stream.try_clone().unwrap()
    }

    /// Takes in more bytes; `false` where there are none any more.
    fn receive(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(0) => false,
            Ok(read) => {
                self.received.extend_from_slice(&bytes[..read]);
                true
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("nothing is heard"),
            Err(_) => false,
        }
    }

    /// The next frame.
    pub fn listen(&mut self) -> Heard {
        loop {
            if let Some((opcode, payload, length)) = self.whole_frame() {
                self.received.drain(..length);
                return Heard::Frame(opcode, payload);
            }
            if !self.receive() {
                return Heard::End;
            }
        }
    }

    /// The next frame, if all of it is there, and how long it is with its head.
    fn whole_frame(&self) -> Option<(u8, Vec<u8>, usize)> {
        let (&first, &second) = (self.received.first()?, self.received.get(1)?);
        assert_eq!((first & 0x70, second & 0x80), (0, 0), "a server sets no reserved bits and masks nothing");
        assert_eq!(first & FIN, FIN, "this server sends whole frames");
        let (start, length) = match second {
            126 => (4, u64::from(u16::from_be_bytes(self.received.get(2..4)?.try_into().unwrap()))),
            127 => (10, u64::from_be_bytes(self.received.get(2..10)?.try_into().unwrap())),
            short => (2, u64::from(short)),
        };
        let end = start + usize::try_from(length).unwrap();
        Some((first & 0x0f, self.received.get(start..end)?.to_vec(), end))
    }

    /// The next frame, which must be text, as JSON.
    pub fn text(&mut self) -> Value {
        match self.listen() {
            Heard::Frame(TEXT, text) => serde_json::from_slice(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Listens until the server closes, and gives the code.
    pub fn closed(&mut self) -> u16 {
        loop {
            match self.listen() {
                Heard::Frame(CLOSE, payload) => return u16::from_be_bytes(payload[..2].try_into().unwrap()),
                Heard::Frame(..) => {}
                Heard::End => panic!("the connection ended without a close frame"),
            }
        }
    }
}

/// A frame as clients send it: masked.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(first, payload.len() as u64);
    let mask: [u8; 4] = bytes[bytes.len() - 4..].try_into().unwrap();
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// The head of a frame that claims to be so long.
pub fn head(first: u8, length: u64) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => bytes.push(0x80 | short),
        (_, Ok(longer)) => {
            bytes.push(0x80 | 126);
            bytes.extend(longer.to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes
}
