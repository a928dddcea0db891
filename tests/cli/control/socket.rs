//! The socket itself: who may, what may come, and what is left of it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{PASSWORD, create, log_in};
use crate::client::Server;
use crate::{Ran, stopped, wait_for};

fn path(folder: &Path) -> PathBuf {
    folder.join("data/control.sock")
}

/// A connection, once there is somebody to connect to.
fn connection(folder: &Path) -> UnixStream {
    wait_for(|| UnixStream::connect(path(folder)).ok())
}

/// The lines that come in answer to `bytes`.
fn said(folder: &Path, bytes: &[u8]) -> Vec<Value> {
    let mut stream = connection(folder);
    // The server may have heard enough before it has heard all.
    let _ = stream.write_all(bytes);
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.map(|line| serde_json::from_str(&line).unwrap()).collect()
}

/// The code that `bytes` are refused with.
fn refusal(folder: &Path, bytes: &[u8]) -> String {
    let lines = said(folder, bytes);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0]["refused"]["code"].as_str().unwrap_or_else(|| panic!("{lines:?}")).to_owned()
}

#[test]
fn the_socket_is_for_its_owner_alone_and_goes_with_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    connection(folder.path());
    let metadata = fs::metadata(path(folder.path())).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    stopped(server);
    assert!(!path(folder.path()).exists());
}

#[test]
fn what_is_no_order_is_refused_and_the_next_one_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let nested = [vec![b'['; 50_000], vec![b'\n']].concat();
    let garbage: [&[u8]; 8] = [
        b"\n",
        b"garbage\n",
        b"\xff\xfe\x00\n",
        b"{\"order\":\"destroy\"}\n",
        b"{\"order\":\"set_banned\",\"user\":7,\"banned\":true}\n",
        b"{\"order\":\"set_banned\",\"user\":\"ana\",\"banned\":true,\"more\":1}\n",
        b"GET / HTTP/1.1\r\n\r\n",
        &nested,
    ];
    for bytes in garbage {
        assert_eq!(refusal(folder.path(), bytes), "unknown_op", "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(refusal(folder.path(), &vec![b' '; 70_000]), "body_too_large");
    let status = said(folder.path(), b"{\"order\":\"status\"}\n");
    let status = &status.last().unwrap()["done"];
    assert_eq!(status["process"], server.process());
    assert_eq!(status["address"], server.address.to_string());
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn who_says_nothing_or_hears_nothing_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    let server = Server::start(folder.path(), &[]);
    let mut silent: Vec<_> = (0..12).map(|_| connection(folder.path())).collect();
    let mut gone = connection(folder.path());
    gone.write_all(b"{\"order\":\"log_out\",\"user\":\"ada\"}\n").unwrap();
    drop(gone);
    Ran::new(folder.path(), &["admin", "list"]).succeeded();
    // They are told so, and let go.
    let mut answer = String::new();
    silent.remove(0).read_to_string(&mut answer).unwrap();
    assert!(answer.contains("request_timeout"), "{answer}");
    log_in(&server, "ada", PASSWORD).expect(200);
}

#[test]
fn the_socket_of_a_killed_server_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    let mut server = Server::start(folder.path(), &[]);
    connection(folder.path());
    server.kill();
    assert!(path(folder.path()).exists());
    Ran::new(folder.path(), &["admin", "list"]).succeeded();
    let server = Server::start(folder.path(), &[]);
    wait_for(|| said_process(folder.path()).filter(|process| *process == u64::from(server.process())));
}

/// The process that answers.
fn said_process(folder: &Path) -> Option<u64> {
    said(folder, b"{\"order\":\"status\"}\n").last()?["done"]["process"].as_u64()
}

#[test]
fn what_is_no_socket_is_left_alone_and_the_server_serves_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    fs::write(path(folder.path()), "a file of somebody").unwrap();
    let server = Server::start(folder.path(), &[]);
    log_in(&server, "ada", PASSWORD).expect(200);
    wait_for(|| server.log().contains("it is no socket").then_some(()));
    assert_eq!(fs::read_to_string(path(folder.path())).unwrap(), "a file of somebody");
    Ran::new(folder.path(), &["admin", "list"]).failed(1, &[&server.process().to_string(), "takes no orders"]);
}

#[test]
fn two_servers_have_a_socket_each_and_a_third_on_the_same_folder_takes_none_away() {
    let [one, two] = [(), ()].map(|()| tempfile::tempdir().unwrap());
    let servers = [&one, &two].map(|folder| Server::start(folder.path(), &[]));
    for (folder, server) in [&one, &two].into_iter().zip(&servers) {
        connection(folder.path());
        let third = Ran::new(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
        third.failed(1, &["another hearth"]);
        assert_eq!(said_process(folder.path()), Some(u64::from(server.process())));
    }
}

#[test]
fn a_folder_with_a_long_path_has_a_socket_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("d".repeat(120)).join("e".repeat(60));
    let data = data.to_str().unwrap();
    fs::write(folder.path().join("password"), PASSWORD).unwrap();
    let create = ["admin", "create", "--email", "ada@example.org", "--name", "Ada", "--password-file", "password"];
    Ran::new(folder.path(), &[&create[..], &["--data", data]].concat()).succeeded();
    let server = Server::start(folder.path(), &["--data", data]);
    let listed = Ran::new(folder.path(), &["admin", "list", "--data", data]).succeeded();
    assert_eq!(listed, "@ada (ada@example.org), admin\n");
    assert!(server.log().contains("done by order through the control socket: list_staff"), "{}", server.log());
    stopped(server);
    assert!(!Path::new(data).join("control.sock").exists());
}

#[test]
fn no_password_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    connection(folder.path());
    create(folder.path(), "ada", "admin");
    assert!(server.log().contains("create_account"), "{}", server.log());
    assert!(!server.log().contains(PASSWORD) && !server.output().contains(PASSWORD));
}
