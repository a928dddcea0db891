//! Many WebSockets on one thread: they read frames and count them, with as little as possible of their own.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::rt;
use actix_web::rt::net::TcpStream;

/// How an event begins that everybody in a room gets.
pub const EVENT: &[u8] = br#"{"push":"event""#;

/// The head of the handshake; no server looks at what the key holds.
pub const HANDSHAKE: &str = "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// What the sockets have in common.
#[derive(Default)]
struct Seen {
    events: AtomicU64,
    /// Delays from the sending of an event to its arrival, where events say when they were sent, in microseconds.
    delays: Mutex<Vec<u64>>,
    end: AtomicBool,
}

/// Sockets that listen.
pub struct Crowd {
    seen: Arc<Seen>,
    thread: Option<JoinHandle<()>>,
}

impl Crowd {
    /// So many sockets, each of which says the first frame that `hello` gives it, if any. Returns when all are let in.
    /// With a `clock`, events tell the delay.
    pub fn join(address: SocketAddr, sockets: usize, hello: impl Fn(usize) -> String, clock: Option<Instant>) -> Self {
        let hellos: Vec<_> = (0..sockets).map(hello).collect();
        let seen = Arc::new(Seen::default());
        let (ready, all) = channel();
        let inside = seen.clone();
        let thread = std::thread::spawn(move || {
            rt::System::new().block_on(async move {
                let (seen, ready) = (Rc::new(inside), ready);
                for (number, hello) in hellos.into_iter().enumerate() {
                    let (seen, ready) = (seen.clone(), ready.clone());
                    rt::spawn(async move { listen(address, &hello, &seen, &ready, clock).await });
                    if number % 200 == 199 {
                        rt::time::sleep(Duration::from_millis(20)).await;
                    }
                }
                drop(ready);
                while !seen.end.load(Ordering::Relaxed) {
                    rt::time::sleep(Duration::from_millis(10)).await;
                }
            });
        });
        for _ in 0..sockets {
            all.recv().expect("every socket is let in");
        }
        Self { seen, thread: Some(thread) }
    }

    /// Events that have arrived, at all sockets together.
    pub fn events(&self) -> u64 {
        self.seen.events.load(Ordering::Relaxed)
    }

    /// The delays so far, which are forgotten then.
    pub fn delays(&self) -> Vec<u64> {
        std::mem::take(&mut *self.seen.delays.lock().expect("delays"))
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.seen.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the crowd");
        }
    }
}

async fn listen(address: SocketAddr, hello: &str, seen: &Seen, ready: &Sender<()>, clock: Option<Instant>) {
    let mut socket = Socket::open(address).await.expect("a socket");
    if !hello.is_empty() {
        socket.write(&masked(hello)).await.expect("a connection");
        socket.read(|_| ()).await.expect("an answer to hello");
    }
    ready.send(()).expect("somebody who waits");
    let mut delays = Vec::new();
    while socket
        .read(|frame| {
            if frame.starts_with(EVENT) {
                seen.events.fetch_add(1, Ordering::Relaxed);
                delays.extend(clock.and_then(|clock| delay(frame, clock)));
            }
        })
        .await
        .is_ok()
    {
        if !delays.is_empty() {
            seen.delays.lock().expect("delays").append(&mut delays);
        }
    }
}

/// How long an event took whose text begins with the microseconds at which it was sent.
fn delay(frame: &[u8], clock: Instant) -> Option<u64> {
    let text = b"\"text\":\"";
    let start = frame.windows(text.len()).position(|window| window == text)? + text.len();
    let digits = frame[start..].iter().take_while(|byte| byte.is_ascii_digit());
    let sent = digits.fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
    Some(u64::try_from(clock.elapsed().as_micros()).ok()?.saturating_sub(sent))
}

/// A WebSocket, no more than it takes to read and write texts.
pub struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Socket {
    /// Connects, and waits for the answer to the handshake.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut socket = Self { stream, buffer: vec![0; 2048], filled: 0 };
        socket.write(HANDSHAKE.as_bytes()).await?;
        loop {
            socket.fill().await?;
            let head = socket.buffer[..socket.filled].windows(4).position(|end| end == b"\r\n\r\n");
            if let Some(head) = head {
                assert!(socket.buffer.starts_with(b"HTTP/1.1 101"), "a refusal");
                socket.take(head + 4);
                return Ok(socket);
            }
        }
    }

    /// Writes all of `bytes`.
    pub async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads until there is at least one whole frame, and gives every whole one that is there.
    pub async fn read(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        loop {
            let mut start = 0;
            while let Some((head, length)) = frame(&self.buffer[start..self.filled]) {
                each(&self.buffer[start + head..start + head + length]);
                start += head + length;
            }
            if start > 0 {
                self.take(start);
                return Ok(());
            }
            self.fill().await?;
        }
    }

    fn take(&mut self, bytes: usize) {
        self.buffer.copy_within(bytes..self.filled, 0);
        self.filled -= bytes;
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    self.filled += read;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The bytes of the head and of the payload of the frame at the front, where it is there whole.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (head, length) = match bytes.get(1)? & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        length => (2, usize::from(length)),
    };
    (bytes.len() >= head + length).then_some((head, length))
}

/// A text as a client sends it: masked, as RFC 6455 section 5.3 asks for, with a key that changes nothing.
pub fn masked(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(length) if length < 126 => frame.push(0x80 | length),
        _ => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&u16::try_from(text.len()).expect("a text of at most 65,535 bytes").to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    frame
}
