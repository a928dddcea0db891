//! SIGTERM and SIGINT: what runs is finished, what was written is there.

use std::time::Duration;

use serde_json::json;

use super::{new_post, register, wait_for};
use crate::client::{Connection, Heard, Request, Server, Socket};

/// A guard against waiting forever; nothing is decided by it.
const PATIENCE: Duration = Duration::from_secs(30);

fn titles(server: &Server) -> Vec<String> {
    let posts = server.ask(&Request::new("GET", "/api/v1/posts")).expect(200);
    posts["items"].as_array().unwrap().iter().map(|post| post["title"].as_str().unwrap().to_owned()).collect()
}

/// Sends half of a request, then the signal, and the other half only when the server is stopping.
fn assert_finishes_what_runs(signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    server.ask(&new_post(&token, "Before")).expect(201);

    let request = new_post(&token, "In between").header("expect", "100-continue").bytes();
    let (first, second) = request.split_at(request.len() - 10);
    let mut connection = Connection::open(server.address).unwrap();
    connection.write(first).unwrap();
    // The server has seen the request.
    assert_eq!(connection.read().unwrap().status, 100);
    server.signal(signal);
    wait_for(|| server.log().contains(&format!("stopping on SIG{signal}")).then_some(()));
    connection.write(second).unwrap();
    let answer = connection.read().unwrap();
    assert_eq!(answer.expect(201)["title"], "In between");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());

    let server = Server::start(folder.path(), &[]);
    assert_eq!(titles(&server), ["In between", "Before"]);
}

#[test]
fn sigterm_ends_the_server_when_running_requests_are_finished() {
    assert_finishes_what_runs("TERM");
}

#[test]
fn sigint_ends_the_server_when_running_requests_are_finished() {
    assert_finishes_what_runs("INT");
}

#[test]
fn an_idle_connection_does_not_keep_the_server_from_ending() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    let mut connection = Connection::open(server.address).unwrap();
    connection.send(&Request::new("GET", "/healthz")).unwrap().expect(200);
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    assert!(connection.read().is_err(), "the connection is closed");
}

#[test]
fn sockets_get_the_answers_to_what_they_sent_and_are_told_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    register(&server, "ben");
    let ben = server.ask(&Request::new("GET", "/api/v1/users/ben")).expect(200);
    let begin = Request::new("POST", "/api/v1/conversations").by(&token).json(json!({"members": [ben["id"]]}));
    let conversation = server.ask(&begin).expect(201)["id"].clone();
    let mut socket = Socket::open(server.address).unwrap();
    assert!(socket.ask("hello", "hello", &json!({"token": token})));
    assert!(matches!(socket.hear(PATIENCE), Heard::Frame(_)));
    for number in 0..20 {
        let message = json!({"conversation": conversation, "client_id": format!("{number}"), "text": "x"});
        assert!(socket.ask(&format!("{number}"), "send", &message));
    }
    server.signal("TERM");
    let mut answered = 0;
    let code = loop {
        match socket.hear(PATIENCE) {
            Heard::Frame(frame) => answered += u64::from(frame["ok"] == true),
            Heard::Nothing => {}
            Heard::End(code) => break code,
        }
    };
    drop(socket);
    assert_eq!((code, server.wait().code()), (Some(4001), Some(0)), "{}", server.log());

    let server = Server::start(folder.path(), &[]);
    let again = server.ask(&Request::new("POST", "/api/v1/auth/login").json(json!({
        "email": "ana@example.org", "password": "correct horse battery"
    })));
    let token = again.expect(200)["access_token"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/conversations/{}", conversation.as_str().unwrap());
    let seen = server.ask(&Request::new("GET", path).by(&token)).expect(200);
    assert_eq!(seen["last_seq"], answered, "what was done was answered, and the other way round");
}

#[test]
fn a_second_signal_ends_the_server_at_once_and_what_was_written_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    server.ask(&new_post(&token, "Before")).expect(201);
    let request = new_post(&token, "Never finished").header("expect", "100-continue").bytes();
    let mut connection = Connection::open(server.address).unwrap();
    connection.write(&request[..request.len() - 10]).unwrap();
    assert_eq!(connection.read().unwrap().status, 100);
    server.signal("TERM");
    wait_for(|| server.log().contains("stopping on SIGTERM").then_some(()));
    server.signal("INT");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    assert!(server.log().contains("stopping at once on SIGINT"), "{}", server.log());
    assert_eq!(titles(&Server::start(folder.path(), &[])), ["Before"]);
}
