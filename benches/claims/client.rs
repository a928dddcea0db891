//! Many connections that ask for the same thing again and again, without the cost of a full HTTP client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::paired::rate_of_many;

/// Stands in a request for a number that is another one each time.
pub const NUMBER: &str = "########";

/// One connection, and what it asks for.
struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    /// Where the number stands in the request, if anywhere.
    number: Option<usize>,
    buffer: Vec<u8>,
    /// The bytes of each answer, where these are the same each time.
    length: Option<usize>,
}

/// The last number that was put into a request.
static NUMBERED: AtomicU32 = AtomicU32::new(0);

impl Connection {
    fn new(address: SocketAddr, request: &str) -> Self {
        let stream = TcpStream::connect(address).expect("a server");
        stream.set_nodelay(true).expect("a socket");
        let number = request.find(NUMBER);
        let buffer = vec![0; 64 * 1024];
        let mut connection = Self { stream, request: request.into(), number, buffer, length: None };
        connection.ask();
        connection
    }

    fn ask(&mut self) {
        if let Some(at) = self.number {
            let number = NUMBERED.fetch_add(1, Ordering::Relaxed);
            self.request[at..at + NUMBER.len()].copy_from_slice(format!("{number:08}").as_bytes());
        }
        self.stream.write_all(&self.request).expect("a connection");
        if let Some(length) = self.length {
            // What is measured is the server, not how answers are understood.
            self.stream.read_exact(&mut self.buffer[..length]).expect("an answer");
            let status = &self.buffer[..b"HTTP/1.1 200".len()];
            assert!(status == b"HTTP/1.1 200" || status == b"HTTP/1.1 304", "a refusal");
        } else {
            let length = read_answer(&mut self.stream, &mut self.buffer);
            self.length = self.request.starts_with(b"GET").then_some(length);
        }
    }
}

/// Answers a second to `request`, asked on so many connections.
pub fn asked(address: SocketAddr, request: &str, connections: usize) -> f64 {
    rate_of_many(connections, || {
        let mut connection = Connection::new(address, request);
        move || connection.ask()
    })
}

/// How long answers took, all connections together.
pub struct Delays {
    sorted: Vec<Duration>,
    /// Answers a second.
    pub rate: f64,
}

impl Delays {
    /// What so many of a hundred did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        self.sorted[(self.sorted.len() - 1) * percent / 100]
    }
}

/// Asks for `request` on so many connections for as long as `time`.
pub fn timed(address: SocketAddr, request: &str, connections: usize, time: Duration) -> Delays {
    let all = Mutex::new(Vec::new());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let mut connection = Connection::new(address, request);
                let mut delays = Vec::new();
                while started.elapsed() < time {
                    let asked = Instant::now();
                    connection.ask();
                    delays.push(asked.elapsed());
                }
                all.lock().expect("delays").append(&mut delays);
            });
        }
    });
    let mut sorted = all.into_inner().expect("delays");
    sorted.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "answers are far fewer than 2^52")]
    let rate = sorted.len() as f64 / started.elapsed().as_secs_f64();
    Delays { sorted, rate }
}

/// Reads one answer, which must be a success with a `Content-Length`, and gives its bytes.
fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).expect("an answer");
        assert!(read > 0, "the server hung up");
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|end| end == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&buffer[..head]).expect("a head of text");
        assert!(text.starts_with("HTTP/1.1 20") || text.starts_with("HTTP/1.1 304"), "{text}");
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        let whole = head + 4 + length;
        while filled < whole {
            let read = stream.read(&mut buffer[filled..]).expect("the rest of an answer");
            assert!(read > 0, "the server hung up");
            filled += read;
        }
        return whole;
    }
}
