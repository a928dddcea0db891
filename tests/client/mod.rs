//! Hearth as others meet it: the executable in a process of its own, HTTP over a plain connection, and WebSockets.

mod server;
mod socket;

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

pub use server::{Server, hearth};
pub use socket::{Heard, Socket};

/// A guard against waiting forever; nothing is decided by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is asked of the server.
#[derive(Clone, Debug)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    /// What it carries, and of what kind that is.
    body: Option<(&'static str, Vec<u8>)>,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: None }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Signed in with an access token.
    pub fn by(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub fn json(self, body: impl Into<Value>) -> Self {
        self.carrying("application/json", body.into().to_string())
    }

    /// With a body of any kind.
    pub fn carrying(mut self, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some((kind, body.into()));
        self
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        let mut body: &[u8] = &[];
        if let Some((kind, bytes)) = &self.body {
            text += &format!("content-type: {kind}\r\ncontent-length: {}\r\n", bytes.len());
            body = bytes;
        }
        [text.as_bytes(), b"\r\n", body].concat()
    }
}

/// What the server said, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads the next answer. One that breaks off, or that is not framed by its length, is an error.
    pub fn read(input: &mut impl BufRead) -> io::Result<Self> {
        let status_line = line(input)?;
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, status_line.clone()))?;
        let mut headers = Vec::new();
        loop {
            let line = line(input)?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Self { status, headers, body: Vec::new() };
        if answer.header("transfer-encoding").is_some() {
            return Err(io::Error::new(ErrorKind::Unsupported, "this client reads no chunked answers"));
        }
        let length: u64 = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        input.take(length).read_to_end(&mut answer.body)?;
        if answer.body.len() as u64 == length { Ok(answer) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Fails where this has not `status`.
    pub fn expect_status(&self, status: u16) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
    }

    /// The body of an answer that must have `status`.
    pub fn expect(self, status: u16) -> Value {
        self.expect_status(status);
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}

fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if input.take(16 * 1024).read_line(&mut line)? == 0 || !line.ends_with('\n') {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

/// A connection that is kept for many requests.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends, and waits for all of the answer. After an error nobody knows whether the request was done.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        self.write(&request.bytes())?;
        self.read()
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    pub fn read(&mut self) -> io::Result<Answer> {
        Answer::read(&mut self.0)
    }
}
