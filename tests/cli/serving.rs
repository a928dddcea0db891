//! `hearth serve` and `hearth health`: starting, being there, and what a data folder gets.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::{Ran, printed, register, stopped};
use crate::client::{Connection, Request, Server, hearth};

#[test]
fn a_port_that_is_used_is_refused_and_listen_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let ran = Ran::new(folder.path(), &["serve", "--listen", &address]);
    ran.failed(1, &[&address, "another program is using it", "--listen"]);
}

#[test]
fn a_server_that_logs_nothing_serves_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = hearth(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.env("RUST_LOG", "off").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit('/').next().unwrap().parse().unwrap();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(50));
        let ready =
            Connection::open(address).and_then(|mut connection| connection.send(&Request::new("GET", "/readyz")));
        ready.unwrap().expect(200);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_second_server_on_a_data_folder_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let second = Ran::new(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    second.failed(1, &[&format!("another hearth (process {})", server.process()), "--data"]);
    server.ask(&Request::new("GET", "/readyz")).expect(200);
}

#[test]
fn health_ends_with_0_where_a_server_is_ready_and_with_1_where_none_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let address = server.address.to_string();
    assert_eq!(Ran::new(folder.path(), &["health", "--listen", &address]).succeeded(), "ready\n");
    let variable = [("HEARTH_LISTEN", address.as_str())];
    assert_eq!(Ran::with(folder.path(), &["health"], &variable).succeeded(), "ready\n");
    stopped(server);
    let gone = Ran::new(folder.path(), &["health", "--listen", &address]);
    gone.failed(1, &[&address, "is `hearth serve` running there?"]);
    Ran::new(folder.path(), &["health", "--listen", "127.0.0.1:0"]).failed(2, &["port 0", "--listen"]);
}

#[test]
fn health_ends_with_1_where_something_else_answers() {
    let folder = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    Ran::new(folder.path(), &["health", "--listen", &address]).failed(1, &[&address, "gave no answer"]);
}

#[test]
fn the_banner_says_where_the_data_are_and_when_writes_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let output = stopped(Server::start(folder.path(), &["--public-url", "https://hearth.example.org"]));
    let data = folder.path().canonicalize().unwrap().join("data");
    for part in [&data.display().to_string(), "durability   synced:", "https://hearth.example.org", "/docs/"] {
        assert!(output.contains(part), "{part}: {output}");
    }
}

#[test]
fn the_set_up_code_is_printed_while_there_is_no_account_and_never_after() {
    let folder = tempfile::tempdir().unwrap();
    stopped(Server::start(folder.path(), &[]));
    let server = Server::start(folder.path(), &[]);
    let account = |code: &str| {
        let email = "ana@example.org";
        let account = json!({"name": "Ana", "email": email, "password": "correct horse battery", "setup_code": code});
        Request::new("POST", "/api/v1/auth/register").header("x-forwarded-for", "203.0.113.7").json(account)
    };
    assert_eq!(server.ask(&account("wrong")).expect(403)["code"], "setup_code_required");
    let code = printed(&server, "set-up code ");
    assert_eq!(server.ask(&account(&code)).expect(201)["user"]["role"], "admin");
    stopped(server);
    let output = stopped(Server::start(folder.path(), &[]));
    assert!(!output.contains("set-up code"), "{output}");
}

#[test]
fn data_and_secrets_are_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    stopped(Server::start(folder.path(), &["--demo"]));
    let secrets = folder.path().join("data/secrets");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder.path().join("data")), mode(&secrets)), (0o700, 0o700));
    let files: Vec<_> = fs::read_dir(&secrets).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn tokens_are_good_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    stopped(server);
    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.ask(&Request::new("GET", "/api/v1/me").by(&token)).expect(200)["handle"], "ana");
}
