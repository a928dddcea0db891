//! `hearth admin`: the same words and the same outcome, whether a server runs or not.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::{PASSWORD, create, log_in, me, token};
use crate::client::{Heard, Server, Socket, hearth};
use crate::{Ran, stopped};

/// What every command says on a folder with `ada` (admin), `ana` and `ben`.
fn chores(folder: &Path) -> Vec<String> {
    let admin = |args: &[&str]| Ran::new(folder, &[&["admin"], args].concat());
    let said = [
        admin(&["promote", "ana", "--role", "moderator"]).succeeded(),
        admin(&["promote", "@BEN"]).succeeded(),
        admin(&["list"]).succeeded(),
        admin(&["promote", "ben@example.org", "--role", "member"]).succeeded(),
        admin(&["ban", "Ben@Example.org"]).succeeded(),
        admin(&["ban", "ben", "--lift"]).succeeded(),
        admin(&["logout-all", "ben"]).succeeded(),
        admin(&["logout-all", "--everybody"]).succeeded(),
        admin(&["reset-password", "ana", "--password-file", "password"]).succeeded(),
    ];
    let refused = [
        admin(&["promote", "nobody"]),
        admin(&["promote", "ada", "--role", "member"]),
        admin(&["ban", "ada"]),
        admin(&["create", "--email", "ana@example.org", "--name", "Ana", "--password-file", "password"]),
        admin(&["create", "--email", "no address", "--name", "Ana", "--password-file", "password"]),
    ];
    for (ran, part) in refused.iter().zip(["\"nobody\"", "Nobody else", "Nobody else", "Sign in", "e-mail address"]) {
        ran.failed(1, &[part]);
    }
    said.into_iter().chain(refused.into_iter().map(|ran| ran.complaint)).collect()
}

#[test]
fn every_chore_says_the_same_with_a_server_and_without_one() {
    let [running, alone] = [(), ()].map(|()| tempfile::tempdir().unwrap());
    for folder in [&running, &alone] {
        for (handle, role) in [("ada", "admin"), ("ana", "member"), ("ben", "member")] {
            assert!(create(folder.path(), handle, role).contains(&format!("@{handle} ({handle}@example.org), {role}")));
        }
    }
    let server = Server::start(running.path(), &[]);
    let said = chores(running.path());
    assert_eq!(said, chores(alone.path()));
    assert_eq!(
        said[2],
        "@ada (ada@example.org), admin\n@ben (ben@example.org), admin\n@ana (ana@example.org), moderator\n"
    );
    assert!(stopped(server).contains("is listening on"));
    // What was done while no server ran is there for the next one.
    let server = Server::start(alone.path(), &[]);
    let ana = log_in(&server, "ana", PASSWORD).expect(200);
    assert_eq!(ana["user"]["role"], "moderator");
}

#[test]
fn the_first_account_can_be_made_before_the_first_start_and_needs_no_code_then() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    let server = Server::start(folder.path(), &["--registration", "closed"]);
    assert_eq!(log_in(&server, "ada", PASSWORD).expect(200)["user"]["role"], "admin");
    assert!(!server.output().contains("set-up code"), "{}", server.output());
}

/// A socket of somebody who is signed in.
fn socket(server: &Server, token: &str) -> Socket {
    let mut socket = Socket::open(server.address).unwrap();
    assert!(socket.ask("1", "hello", &json!({"token": token})));
    assert!(matches!(socket.hear(Duration::from_secs(60)), Heard::Frame(frame) if frame["ok"] == true));
    socket
}

/// The code that a socket is closed with.
fn end(socket: &mut Socket) -> Option<u16> {
    loop {
        match socket.hear(Duration::from_secs(60)) {
            Heard::Frame(_) => {}
            Heard::Nothing => panic!("the socket stays open"),
            Heard::End(code) => return code,
        }
    }
}

#[test]
fn who_is_banned_signed_out_or_given_a_password_is_out_at_once_with_their_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let handles = ["ban", "logout", "reset", "everybody"];
    create(folder.path(), "ada", "admin");
    handles.iter().for_each(|handle| drop(create(folder.path(), handle, "member")));
    let server = Server::start(folder.path(), &[]);
    let bystander = token(&server, "ada");
    let orders: [&[&str]; 4] = [
        &["admin", "ban", "ban"],
        &["admin", "logout-all", "logout"],
        &["admin", "reset-password", "reset", "--generate"],
        &["admin", "logout-all", "--everybody"],
    ];
    for (handle, order) in handles.into_iter().zip(orders) {
        let token = token(&server, handle);
        let mut socket = socket(&server, &token);
        me(&server, &token).expect(200);
        Ran::new(folder.path(), order).succeeded();
        assert_eq!(me(&server, &token).expect(401)["code"], "invalid_token", "{handle}");
        assert_eq!(end(&mut socket), Some(4503), "{handle}");
        let still = if handle == "everybody" { 401 } else { 200 };
        me(&server, &bystander).expect(still);
    }
    assert_eq!(log_in(&server, "ban", PASSWORD).expect(403)["code"], "banned");
    assert_eq!(log_in(&server, "reset", PASSWORD).expect(401)["code"], "invalid_credentials");
    log_in(&server, "logout", PASSWORD).expect(200);
    Ran::new(folder.path(), &["admin", "ban", "ban", "--lift"]).succeeded();
    log_in(&server, "ban", PASSWORD).expect(200);
}

#[test]
fn a_password_comes_from_standard_input_a_file_or_is_made_and_never_from_nothing() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path(), "ada", "admin");
    let reset = |more: &[&str], input: &[u8]| {
        let mut command = hearth(folder.path(), &[&["admin", "reset-password", "ada"], more].concat());
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // A command that ends without reading is told below by how it ended.
        let _ = child.stdin.take().unwrap().write_all(input);
        let ended = child.wait_with_output().unwrap();
        let [output, complaint] = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Ran { status: ended.status.code(), output, complaint }
    };
    reset(&[], b"typed by a program\r\nsecond line").succeeded();
    reset(&["--password-file", "-"], b"from standard input").succeeded();
    let made = reset(&["--generate"], b"").succeeded();
    let (_, made) = made.split_once("password: ").unwrap();
    let made = made.lines().next().unwrap();
    reset(&[], b"").failed(1, &["standard input", "--generate"]);
    reset(&[], b"short").failed(1, &["8 to 128 characters"]);
    reset(&["--password-file", "nowhere"], b"").failed(1, &["nowhere"]);
    reset(&["--password-file", "-", "--generate"], b"").assert_usage();
    reset(&["--password", "in the open"], b"").assert_usage();
    let server = Server::start(folder.path(), &[]);
    log_in(&server, "ada", made).expect(200);
    for passed in ["typed by a program", "from standard input", "short"] {
        log_in(&server, "ada", passed).expect(401);
    }
    assert!(fs::read_dir(folder.path().join("data")).unwrap().count() > 0);
}

impl Ran {
    /// Was not understood.
    fn assert_usage(&self) {
        assert_eq!(self.status, Some(2), "{self:?}");
    }
}

#[test]
fn chores_without_a_store_make_none() {
    let folder = tempfile::tempdir().unwrap();
    for order in [
        &["admin", "list"][..],
        &["admin", "ban", "ana"],
        &["invite", "create"],
        &["admin", "logout-all", "--everybody"],
    ] {
        Ran::new(folder.path(), order).failed(1, &["there is no store in ./data", "--data"]);
    }
    assert!(!folder.path().join("data").exists());
    Ran::new(folder.path(), &["admin", "logout-all"]).assert_usage();
    Ran::new(folder.path(), &["admin", "promote", "ana", "--role", "king"]).assert_usage();
}
