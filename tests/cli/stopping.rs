//! SIGTERM and SIGINT: what runs is finished, what was written is there.

use super::{new_post, register, wait_for};
use crate::client::{Connection, Request, Server};

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
