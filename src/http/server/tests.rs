use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use actix_web::dev::ServerHandle;
use serde::Deserialize;

use super::*;
use crate::config::Config;
use crate::error::FieldError;
use crate::http::json::{Parse, Valid};

#[derive(Deserialize)]
struct Echo {
    text: String,
}

impl Parse for Echo {
    type Parsed = String;

    fn parse(self) -> Result<String, Vec<FieldError>> {
        Ok(self.text)
    }
}

async fn echo(Valid(text): Valid<Echo>) -> String {
    text
}

/// A running server, with one more route.
struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    _dir: tempfile::TempDir,
}

impl Running {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = Config::new(dir.path());
        // Opening blocks, which a runtime's own threads must not.
        let app = web::Data::new(web::block(move || App::open(&config).unwrap()).await.unwrap());
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let configure = |routes: &mut web::ServiceConfig| {
            routes
                .service(
                    web::resource("/echo")
                        .post(echo)
                        .default_service(web::to(|| problem::method_not_allowed("GET POST"))),
                )
                .configure(routes::configure);
        };
        let server = start_with(app, listener, 1, configure).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle, _dir: dir }
    }

    /// Sends what `send` writes, whatever comes back meanwhile, and then reads the answer to its end.
    async fn exchange(&self, send: impl FnOnce(&mut TcpStream) -> io::Result<()> + Send + 'static) -> String {
        let address = self.address;
        let exchange = move || {
            let mut socket = TcpStream::connect(address).unwrap();
            send(&mut socket).unwrap();
            socket.shutdown(Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer).unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        };
        web::block(exchange).await.unwrap()
    }

    async fn get(&self, path: &str, method: &str) -> String {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        self.exchange(move |socket| socket.write_all(request.as_bytes())).await
    }
}

fn body(answer: &str) -> serde_json::Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[actix_web::test]
async fn a_client_that_keeps_writing_a_body_of_40_mb_gets_to_read_413() {
    let running = Running::start().await;
    let head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    let chunk = "a".repeat(1 << 20);
    let (by_length, piece) = (format!("{head}Content-Length: 41943040\r\n\r\n"), chunk.clone());
    let answer = running.exchange(move |socket| {
        socket.write_all(by_length.as_bytes())?;
        (0..40).try_for_each(|_| socket.write_all(piece.as_bytes()))
    });
    let answer = answer.await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(body(&answer)["code"], "body_too_large");

    let chunked = format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    let answer = running.exchange(move |socket| {
        socket.write_all(chunked.as_bytes())?;
        (0..40).try_for_each(|_| write!(socket, "100000\r\n{chunk}\r\n"))?;
        socket.write_all(b"0\r\n\r\n")
    });
    let answer = answer.await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    running.handle.stop(true).await;
}

#[actix_web::test]
async fn what_the_router_refuses_is_a_problem_with_the_headers_of_any_answer() {
    let running = Running::start().await;
    let answer = running.get("/echo", "DELETE").await;
    assert!(answer.starts_with("HTTP/1.1 405 ") && answer.contains("\r\nallow: GET, HEAD, POST\r\n"), "{answer}");
    assert_eq!(body(&answer)["code"], "method_not_allowed");
    let answer = running.get("/nowhere", "GET").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.contains("\r\ncontent-type: application/problem+json\r\n"), "{answer}");
    assert_eq!(body(&answer)["code"], "route_not_found");
    for (name, value) in &HEADERS {
        let line = format!("\r\n{name}: {}\r\n", value.to_str().unwrap());
        assert!(answer.contains(&line), "{line}");
    }
    running.handle.stop(true).await;
}

#[actix_web::test]
async fn the_pages_come_with_their_own_policies_and_health_is_fresh() {
    let running = Running::start().await;
    let script = crate::web::address("main.js");
    let expected = [
        ("/", "text/html; charset=utf-8", "script-src 'self';"),
        (script.as_str(), "text/javascript; charset=utf-8", "default-src 'none';"),
        ("/docs/", "text/html; charset=utf-8", "script-src 'self';"),
        ("/docs/swagger-ui.css", "text/css; charset=utf-8", "script-src 'self';"),
    ];
    for (path, content_type, policy) in expected {
        let answer = running.get(path, "GET").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains(&format!("\r\ncontent-type: {content_type}\r\n")), "{path}");
        let policies: Vec<_> = answer.lines().filter(|line| line.starts_with("content-security-policy: ")).collect();
        assert!(policies.len() == 1 && policies[0].contains(policy), "{path}: {policies:?}");
    }
    for path in ["/healthz", "/readyz"] {
        let answer = running.get(path, "GET").await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\r\ncache-control: no-store\r\n"), "{answer}");
    }
    running.handle.stop(true).await;
}
