//! The command line from outside: what each command prints, and the status that it ends with.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod acme;
mod backups;
mod chat;
mod checking;
#[path = "../client/mod.rs"]
mod client;
mod control;
mod demo;
mod doctor;
mod help;
mod logging;
mod monitor;
mod moving;
mod packaging;
mod serving;
mod settings;
mod stopping;
mod stress;
mod tls;

use std::path::Path;
use std::thread;
use std::time::Duration;

use client::{Request, Server, hearth};
use serde_json::json;

/// A command that has ended.
#[derive(Debug)]
struct Ran {
    status: Option<i32>,
    output: String,
    complaint: String,
}

impl Ran {
    /// `hearth` with `args`, in `folder`.
    fn new(folder: &Path, args: &[&str]) -> Self {
        Self::with(folder, args, &[])
    }

    /// As [`Ran::new`], with more variables.
    fn with(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let ran = hearth(folder, args).envs(variables.iter().copied()).output().unwrap();
        let [output, complaint] = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Self { status: ran.status.code(), output, complaint }
    }

    /// Succeeded, complaining of nothing.
    fn succeeded(self) -> String {
        assert_eq!((self.status, self.complaint.as_str()), (Some(0), ""), "{self:?}");
        self.output
    }

    /// Failed with `status`, and the last line of what it said, which says all of `parts`.
    fn failed(&self, status: i32, parts: &[&str]) {
        let said = self.complaint.lines().last().unwrap_or_default();
        let says_all = said.starts_with("hearth: ") && parts.iter().all(|part| said.contains(part));
        assert!(self.status == Some(status) && says_all, "expected {status} and {parts:?}: {self:?}");
    }
}

/// Registers somebody; the first one is the admin. Gives the access token.
fn register(server: &Server, handle: &str) -> String {
    let email = format!("{handle}@example.org");
    let account = json!({"name": "Ana", "handle": handle, "email": email, "password": "correct horse battery"});
    let answer = server.ask(&Request::new("POST", "/api/v1/auth/register").json(account)).expect(201);
    answer["access_token"].as_str().unwrap().to_owned()
}

/// A request that makes a post.
fn new_post(token: &str, title: &str) -> Request {
    Request::new("POST", "/api/v1/posts").by(token).json(json!({"title": title, "categories": ["food"]}))
}

/// Ends a server with SIGTERM; all that it printed.
fn stopped(mut server: Server) -> String {
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    server.output()
}

/// Looks again and again until there is what is looked for.
fn wait_for<T>(look: impl Fn() -> Option<T>) -> T {
    // A guard against waiting forever; nothing is decided by it.
    for _ in 0..30_000 {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(Duration::from_millis(2));
    }
    panic!("it did not come within a minute");
}

/// The rest of the line behind `part`, once the server has printed all of it.
fn printed(server: &Server, part: &str) -> String {
    wait_for(|| Some(server.output().split_once(part)?.1.split_once('\n')?.0.trim().to_owned()))
}

/// A folder whose server has stopped, with one account and `posts` posts.
fn folder_with_posts(posts: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    for number in 0..posts {
        server.ask(&new_post(&token, &format!("Post {number}"))).expect(201);
    }
    stopped(server);
    folder
}
