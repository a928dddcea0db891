//! Many connections that ask for the same thing again and again, without the cost of a full HTTP client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::paired::rate_of_many;

/// Answers a second to `request`, asked on so many connections.
pub fn asked(address: SocketAddr, request: &str, connections: usize) -> f64 {
    rate_of_many(connections, || {
        let mut stream = TcpStream::connect(address).expect("a server");
        stream.set_nodelay(true).expect("a socket");
        let mut buffer = vec![0; 64 * 1024];
        stream.write_all(request.as_bytes()).expect("a connection");
        let length = read_answer(&mut stream, &mut buffer);
        move || {
            stream.write_all(request.as_bytes()).expect("a connection");
            if request.starts_with("GET") {
                // The same each time: what is measured is the server, not how answers are understood.
                stream.read_exact(&mut buffer[..length]).expect("an answer");
                assert!(buffer.starts_with(b"HTTP/1.1 200"), "a refusal");
            } else {
                read_answer(&mut stream, &mut buffer);
            }
        }
    })
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
