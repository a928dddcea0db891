//! `hearth backup` and `hearth restore`, with the server and without it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Ran, folder_with_posts, new_post, register, stopped, wait_for};
use crate::client::{Connection, Request, Server, hearth};

impl Ran {
    /// Succeeded; what it logs of its work is no complaint.
    fn done(self) -> String {
        let is_fine = !self.complaint.contains("WARN") && !self.complaint.contains("ERROR");
        assert!(self.status == Some(0) && is_fine, "{self:?}");
        self.output
    }
}

/// A backup of `FOLDER/data`, made by the command, which says where it is.
fn backup(folder: &Path, more: &[&str]) -> PathBuf {
    let said = Ran::new(folder, &[&["backup", "create"], more].concat()).done();
    let path = folder.join(said.lines().next().unwrap());
    assert!(path.is_file(), "{said}");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The titles of all posts, each once.
fn titles(server: &Server) -> BTreeSet<String> {
    let (mut titles, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.ask(&Request::new("GET", format!("/api/v1/posts?limit=100{cursor}"))).expect(200);
        for post in page["items"].as_array().unwrap() {
            let title = post["title"].as_str().unwrap().to_owned();
            assert_eq!(post["body"], body_of(&title), "half a post");
            titles.push(title);
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let all: BTreeSet<_> = titles.iter().cloned().collect();
    assert_eq!(all.len(), titles.len(), "a post is there twice");
    all
}

fn body_of(title: &str) -> String {
    if title.starts_with("Load") { title.repeat(200) } else { String::new() }
}

fn assert_checked(folder: &Path) {
    let said = Ran::new(folder, &["check"]);
    assert!(said.status == Some(0) && said.output.contains(": everything agrees."), "{said:?}");
}

fn entries(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[test]
fn a_backup_under_full_write_load_has_everything_that_was_acknowledged_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    let (acknowledged, done) = (Mutex::new(BTreeSet::new()), AtomicBool::new(false));
    let written = AtomicUsize::new(0);
    let (before, path) = thread::scope(|scope| {
        for writer in 0..6 {
            let (token, acknowledged, done, written) = (&token, &acknowledged, &done, &written);
            let address = server.address;
            scope.spawn(move || {
                let mut connection = Connection::open(address).unwrap();
                while !done.load(Ordering::SeqCst) {
                    let title = format!("Load {writer} {}", written.fetch_add(1, Ordering::SeqCst));
                    let post = serde_json::json!({"title": title, "body": body_of(&title), "categories": ["food"]});
                    connection.send(&Request::new("POST", "/api/v1/posts").by(token).json(post)).unwrap().expect(201);
                    acknowledged.lock().unwrap().insert(title);
                }
            });
        }
        wait_for(|| (written.load(Ordering::SeqCst) > 300).then_some(()));
        let before = acknowledged.lock().unwrap().clone();
        let path = backup(folder.path(), &[]);
        done.store(true, Ordering::SeqCst);
        (before, path)
    });
    stopped(server);
    let after = acknowledged.into_inner().unwrap();
    assert!(before.len() > 250 && after.len() > before.len(), "{} of {}", before.len(), after.len());
    let verified = Ran::new(folder.path(), &["backup", "verify", text(&path)]).done();
    assert!(verified.contains("This backup is good."), "{verified}");

    let elsewhere = tempfile::tempdir().unwrap();
    Ran::new(elsewhere.path(), &["restore", text(&path)]).done();
    assert_checked(elsewhere.path());
    let server = Server::start(elsewhere.path(), &[]);
    let restored = titles(&server);
    assert!(before.is_subset(&restored), "{:?}", before.difference(&restored).next());
    assert!(restored.is_subset(&after));
    // The keys are restored: a token from before is good.
    server.ask(&new_post(&token, "Afterwards")).expect(201);
    stopped(server);
    assert_checked(elsewhere.path());
}

#[test]
fn backups_are_made_verified_and_listed_without_a_server_too() {
    let folder = folder_with_posts(3);
    let listed = Ran::new(folder.path(), &["backup", "list"]).done();
    assert!(listed.starts_with("there is no backup in ./data/backups"), "{listed}");
    let path = backup(folder.path(), &[]);
    assert_eq!(path.parent().unwrap(), folder.path().join("./data/backups"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    let named = folder.path().join("friday.tar");
    assert_eq!(backup(folder.path(), &["--to", "friday.tar"]), named);
    Ran::new(folder.path(), &["backup", "create", "--to", "friday.tar"]).failed(1, &["friday.tar is there already"]);
    let quick = Ran::new(folder.path(), &["backup", "verify", "--quick", "friday.tar"]).done();
    assert!(quick.contains("Every checksum is right."), "{quick}");
    let list: Value = serde_json::from_str(&Ran::new(folder.path(), &["backup", "list", "--json"]).done()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["name"], path.file_name().unwrap().to_str().unwrap());
    assert_eq!(list[0]["about"]["version"], env!("CARGO_PKG_VERSION"));
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 512);
    fs::write(&path, bytes).unwrap();
    let listed = Ran::new(folder.path(), &["backup", "list"]).done();
    assert!(listed.contains("damaged") && listed.contains("bytes and should have"), "{listed}");
    let verified = Ran::new(folder.path(), &["backup", "verify", text(&path)]);
    verified.failed(1, &["is damaged", "Use another backup"]);
    assert_eq!(entries(folder.path()), ["data", "friday.tar", "log", "output"].map(String::from).into());
    let empty = tempfile::tempdir().unwrap();
    Ran::new(empty.path(), &["backup", "create"]).failed(1, &["there is no store in ./data"]);
    assert_eq!(entries(empty.path()).len(), 0);
}

#[test]
fn a_restore_takes_nothing_away_and_needs_the_word() {
    let folder = folder_with_posts(2);
    let path = backup(folder.path(), &[]);
    let server = Server::start(folder.path(), &[]);
    let refused = Ran::new(folder.path(), &["restore", text(&path), "--force"]);
    refused.failed(1, &[&format!("a hearth (process {}) is using", server.process()), "stop it first"]);
    let token = server.ask(
        &Request::new("POST", "/api/v1/auth/login")
            .json(serde_json::json!({"email": "ana@example.org", "password": "correct horse battery"})),
    );
    let token = token.expect(200)["access_token"].as_str().unwrap().to_owned();
    server.ask(&new_post(&token, "Later")).expect(201);
    stopped(server);
    Ran::new(folder.path(), &["restore", text(&path)]).failed(1, &["has a store already", "--force"]);
    let said = Ran::new(folder.path(), &["restore", text(&path), "--force"]).done();
    let aside = said.split_once("What was there before is in ").unwrap().1.split_once(':').unwrap().0.to_owned();
    assert!(said.contains("Next: `hearth serve"), "{said}");
    assert_eq!(
        entries(&folder.path().join(&aside)),
        ["media", "secrets", "store"][1..].iter().map(|x| (*x).into()).collect()
    );
    let key = fs::metadata(folder.path().join("data/secrets/signing.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert_checked(folder.path());
    let server = Server::start(folder.path(), &[]);
    assert_eq!(titles(&server), ["Post 0", "Post 1"].map(String::from).into());
    stopped(server);
    // What was there is a whole store, which can be put back.
    let data = folder.path().join("data");
    fs::rename(data.join("store"), data.join("unwanted")).unwrap();
    fs::rename(folder.path().join(aside).join("store"), data.join("store")).unwrap();
    let server = Server::start(folder.path(), &[]);
    assert_eq!(titles(&server).len(), 3);
}

#[test]
fn without_the_keys_everybody_signs_in_again_where_there_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = register(&server, "ana");
    let path = backup(folder.path(), &["--without-secrets"]);
    stopped(server);
    let elsewhere = tempfile::tempdir().unwrap();
    let said = Ran::new(elsewhere.path(), &["restore", text(&path)]).done();
    assert!(said.contains("everybody has to sign in again"), "{said}");
    let server = Server::start(elsewhere.path(), &[]);
    server.ask(&new_post(&token, "Bread")).expect(401);
    stopped(server);
    let said = Ran::new(folder.path(), &["restore", text(&path), "--force"]).done();
    assert!(said.contains("those that were here stay"), "{said}");
    let server = Server::start(folder.path(), &[]);
    server.ask(&new_post(&token, "Bread")).expect(201);
}

#[test]
fn what_is_damaged_is_refused_and_nothing_is_touched() {
    let folder = folder_with_posts(3);
    let path = backup(folder.path(), &["--to", "good.tar"]);
    let good = fs::read(&path).unwrap();
    let before = entries(&folder.path().join("data"));
    let records = 512 + 16 * 1024 + 512;
    let places = [700, records - 500, records + 40, records + 400, good.len() - 2000, good.len() - 1020];
    for place in places {
        let mut bytes = good.clone();
        bytes[place] ^= 4;
        fs::write(&path, &bytes).unwrap();
        let refused = Ran::new(folder.path(), &["restore", text(&path), "--force"]);
        assert_eq!(refused.status, Some(1), "byte {place}: {refused:?}");
        assert_eq!(Ran::new(folder.path(), &["backup", "verify", text(&path)]).status, Some(1), "byte {place}");
        assert_eq!(entries(&folder.path().join("data")), before, "byte {place}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    Ran::new(elsewhere.path(), &["restore", text(&path)]).failed(1, &["is damaged"]);
    assert_eq!(entries(elsewhere.path()).len(), 0, "no folder is left");
    fs::write(&path, &good).unwrap();
    Ran::new(elsewhere.path(), &["restore", text(&path)]).done();
    let server = Server::start(folder.path(), &[]);
    assert_eq!(titles(&server).len(), 3);
}

/// Runs a command and kills it after so many milliseconds; whether it had ended by itself before.
fn killed_after(folder: &Path, args: &[&str], pause: Duration) -> bool {
    let mut child = hearth(folder, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(pause);
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    ended
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_or_the_new() {
    let folder = folder_with_posts(4);
    let path = backup(folder.path(), &["--to", "four.tar"]);
    let server = Server::start(folder.path(), &[]);
    let token = server.ask(
        &Request::new("POST", "/api/v1/auth/login")
            .json(serde_json::json!({"email": "ana@example.org", "password": "correct horse battery"})),
    );
    server.ask(&new_post(token.expect(200)["access_token"].as_str().unwrap(), "Fifth")).expect(201);
    stopped(server);
    let mut seen = BTreeSet::new();
    let mut pause = Duration::from_millis(5);
    loop {
        let ended = killed_after(folder.path(), &["restore", text(&path), "--force"], pause);
        assert_checked(folder.path());
        let server = Server::start(folder.path(), &[]);
        let posts = titles(&server).len();
        assert!(posts == 4 || posts == 5, "{posts} posts");
        assert!(!entries(&folder.path().join("data")).contains("restoring"));
        seen.insert(posts);
        stopped(server);
        if ended {
            break;
        }
        pause = pause * 5 / 4;
    }
    assert!(seen.contains(&5) && seen.contains(&4), "{seen:?}");
}

#[test]
fn a_restore_into_nothing_that_is_killed_is_said_and_done_again() {
    let folder = folder_with_posts(4);
    let path = backup(folder.path(), &["--to", "four.tar"]);
    let mut pause = Duration::from_millis(5);
    let mut explained = 0;
    loop {
        let elsewhere = tempfile::tempdir().unwrap();
        let ended = killed_after(elsewhere.path(), &["restore", text(&path)], pause);
        let data = elsewhere.path().join("data");
        if data.join("restoring").exists() && !data.join("restoring/ready").exists() && !data.join("store").exists() {
            let refused = Ran::new(elsewhere.path(), &["serve", "--listen", "127.0.0.1:0"]);
            refused.failed(1, &["was interrupted before it was done", "hearth restore FILE` again"]);
            Ran::new(elsewhere.path(), &["restore", text(&path)]).done();
            explained += 1;
        }
        if data.join("restoring").exists() || data.join("store").exists() {
            let server = Server::start(elsewhere.path(), &[]);
            assert_eq!(titles(&server).len(), 4);
        }
        if ended {
            break;
        }
        pause = pause * 5 / 4;
    }
    assert!(explained > 0, "no kill came while it was built");
}

#[test]
fn a_backup_that_is_killed_leaves_no_half_file_under_its_name() {
    let folder = folder_with_posts(4);
    let backups = folder.path().join("data/backups");
    let mut pause = Duration::from_millis(5);
    while !killed_after(folder.path(), &["backup", "create"], pause) {
        pause = pause * 5 / 4;
    }
    for name in entries(&backups).iter().filter(|name| !name.starts_with('.')) {
        Ran::new(folder.path(), &["backup", "verify", "--quick", text(&backups.join(name))]).done();
    }
    // The next one takes away what is left of the others.
    fs::write(backups.join(".hearth-20200101-000000Z.tar.partial"), "half").unwrap();
    Ran::new(folder.path(), &["backup", "create"]);
    assert!(entries(&backups).iter().all(|name| !name.starts_with('.')), "{:?}", entries(&backups));
}

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let folder = folder_with_posts(1);
    let refused = Ran::new(folder.path(), &["backup", "create", "--to", "missing/x.tar"]);
    refused.failed(1, &["The backup was not made", "missing/", "look whether the path is right"]);
    assert_checked(folder.path());
}
