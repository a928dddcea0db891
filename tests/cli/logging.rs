//! What strangers send reaches the log as one line of visible characters, or not at all; and a secret never does.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::client::hearth;

/// What would begin a line of its own, or colour the terminal, or turn the line around.
const EVIL: [&str; 5] = [
    "\n[2026-11-23T08:11:00Z ERROR hearth] forged",
    "\r\nforged",
    "\u{1b}[31mforged",
    "\u{9b}2Jforged",
    "\u{202e}forged",
];

fn send(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(address: SocketAddr, path: &str, head: &str, body: &Value) -> String {
    let (body, host) = (body.to_string(), "localhost");
    let length = body.len();
    send(
        address,
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{head}Content-Length: {length}\r\n\r\n{body}"
        )
        .as_bytes(),
    )
}

#[test]
fn nobody_writes_a_line_of_the_log_and_no_secret_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = hearth(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    // Everything that any part of the server and its libraries says.
    command.env("RUST_LOG", "trace").stdout(Stdio::piped()).stderr(fs::File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit('/').next().unwrap().parse().unwrap();

    let account = json!({"name": "Ana", "handle": "ana", "email": "ana@example.org", "password": "a secret sentence"});
    let answer = post(address, "/api/v1/auth/register", "", &account);
    let tokens: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap().to_owned());
    let bearer = format!("Authorization: Bearer {access}\r\n");
    let login = json!({"email": "ana@example.org", "password": "a secret guess"});
    post(address, "/api/v1/auth/login", "", &login);
    let rotated = post(address, "/api/v1/auth/refresh", "", &json!({"refresh_token": refresh}));
    assert!(rotated.starts_with("HTTP/1.1 200"), "{rotated}");
    for evil in EVIL {
        let encoded: String = evil.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let agent = format!("User-Agent: {}\r\nReferer: {evil}\r\n", evil.replace(['\r', '\n'], " "));
        post(address, "/api/v1/posts", &bearer, &json!({"title": evil, "categories": [evil]}));
        post(address, "/api/v1/auth/login", &agent, &json!({"email": evil, "password": evil}));
        for path in [evil, &encoded, &format!("/api/v1/users/{encoded}"), &format!("/docs/{encoded}?{encoded}")] {
            send(address, format!("GET {path} HTTP/1.1\r\nHost: {evil}\r\n{agent}\r\n").as_bytes());
            send(address, format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
            send(address, format!("{path} / HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let log = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
    assert!(log.lines().any(|line| line.contains("hearth::access") && line.contains("/api/v1/posts")), "{log}");
    for line in log.lines() {
        assert!(line.starts_with('['), "a line that no part of the server began: {line:?}");
        assert!(!line.contains("ERROR hearth] forged"), "{line:?}");
        let shown =
            line.chars().all(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
        assert!(shown, "{line:?}");
    }
    for secret in ["a secret sentence", "a secret guess", access.as_str(), refresh.as_str(), "argon2id$"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
