//! Requests as bytes, for what no client library would send.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::actor::Actor;

/// A guard against waiting forever; nothing is decided by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, as far as it came.
#[derive(Clone, Debug)]
pub struct Reply {
    /// 0 where there was none.
    pub status: u16,
    /// Name in lower case, and value.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn code(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A connection to the server where `actor` is.
pub struct Raw(BufReader<TcpStream>);

impl Raw {
    pub fn open(actor: &Actor) -> Self {
        let stream = TcpStream::connect(actor.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends bytes. Where the server has closed already, what it said is still to be read.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.0.get_mut().write_all(bytes.as_ref());
        self
    }

    /// The next answer to a request that is no `HEAD`; `None` where the connection ends.
    pub fn reply(&mut self) -> Option<Reply> {
        let mut reply = Reply { status: 0, headers: Vec::new(), body: Vec::new() };
        reply.status = self.line()?.split(' ').nth(1)?.parse().ok()?;
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            reply.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = reply.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        self.0.by_ref().take(length).read_to_end(&mut reply.body).ok()?;
        Some(reply)
    }

    /// Every answer until the server closes. After the first one it is told that nothing more is sent.
    pub fn replies(&mut self) -> Vec<Reply> {
        let first = self.reply();
        let _ = self.0.get_mut().shutdown(Shutdown::Write);
        first.into_iter().chain(std::iter::from_fn(|| self.reply())).collect()
    }

    /// Waits until the server closes, whatever it says before.
    pub fn closed(&mut self) {
        let _ = self.0.read_to_end(&mut Vec::new());
    }

    fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

/// The only answer to one request, after which nothing is sent any more.
pub fn ask(actor: &Actor, request: impl AsRef<[u8]>) -> Reply {
    let mut raw = Raw::open(actor);
    raw.send(request);
    let replies = raw.replies();
    assert_eq!(replies.len(), 1, "{replies:?}");
    replies[0].clone()
}

/// A `GET` of a path as it stands, with more lines in its head.
pub fn get(actor: &Actor, path: impl AsRef<[u8]>, head: &str) -> Reply {
    let rest = format!(" HTTP/1.1\r\nHost: {}\r\n{head}\r\n", actor.address());
    ask(actor, [b"GET ", path.as_ref(), rest.as_bytes()].concat())
}
