//! `hearth stress`: real people against a real server, a few of them.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Ran, wait_for};
use crate::client::{Request, Server, hearth};

/// Targets that any machine reaches, however busy: what is tested is not how fast this one is.
const EASY: [&str; 6] = ["--target-rps", "0.001", "--max-p95-ms", "1000000", "--max-average-ms", "1000000"];

/// `hearth stress` with its report in `FOLDER/report`, and its temporary files in `FOLDER/tmp`.
fn stress(folder: &Path, args: &[&str]) -> Command {
    let temporary = folder.join("tmp");
    fs::create_dir_all(&temporary).unwrap();
    let mut command = hearth(folder, &[&["stress", "--report", "report"], args].concat());
    command.env("TMPDIR", temporary).stdin(Stdio::null());
    command
}

fn ran(folder: &Path, args: &[&str]) -> Ran {
    let ran = stress(folder, args).output().unwrap();
    let [output, complaint] = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    Ran { status: ran.status.code(), output, complaint }
}

fn report(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("report/scalability-report.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Everything succeeded, arrived everywhere once and in order, and was there afterwards.
fn assert_whole(level: &Value) {
    let (all, chat, stored) = (&level["all"], &level["chat"], &level["stored"]);
    assert!(all["calls"].as_u64().unwrap() > 0 && all["failed"] == 0, "{all}");
    assert!(chat["expected"].as_u64() >= chat["acknowledged"].as_u64(), "{chat}");
    assert_eq!(chat["delivered"], chat["expected"]);
    assert_eq!([&chat["lost"], &chat["duplicated"], &chat["out_of_order"]], [0, 0, 0]);
    assert_eq!(stored["found"], stored["looked_for"]);
}

#[test]
fn levels_against_a_server_of_its_own_lose_nothing_and_leave_nothing_but_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let ran = ran(folder.path(), &[&["--users", "4,6", "--calls", "10,40"], &EASY[..]].concat());
    // Few people miss the usual target of a hundred.
    ran.failed(1, &["a target was missed", "6 people", "at least 100"]);
    let report = report(folder.path());
    let levels = report["levels"].as_array().unwrap();
    let planned: Vec<_> =
        levels.iter().map(|level| (level["users"].as_u64(), level["all"]["calls"].as_u64())).collect();
    assert_eq!(planned, [(Some(4), Some(40)), (Some(6), Some(240))]);
    for level in levels {
        assert_whole(level);
        assert_eq!(level["by_call"]["log_in"]["calls"], level["users"]);
        assert_eq!(level["cut_short"], false);
        let seconds = level["timeline"].as_array().unwrap();
        assert_eq!(seconds.iter().map(|second| second["calls"].as_u64().unwrap()).sum::<u64>(), level["all"]["calls"]);
    }
    let chat = &levels[1]["chat"];
    assert!(chat["acknowledged"].as_u64().unwrap() > 0, "240 calls with 12 % messages have none: {chat}");
    assert_eq!((&report["target"], &report["cut_short"]), (&Value::Null, &Value::Bool(false)));
    assert!(["md", "html"].iter().all(|end| folder.path().join(format!("report/scalability-report.{end}")).exists()));
    assert!(ran.output.contains("4 users") && ran.output.contains("scalability-report.html"), "{}", ran.output);
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0, "the server's folder is gone");
}

#[test]
fn at_a_rate_as_many_come_as_were_to_come_and_not_before_their_time() {
    let folder = tempfile::tempdir().unwrap();
    // Where nobody may read who is not signed in, everybody still can.
    let server = Server::start(folder.path(), &["--public-read", "false"]);
    let target = format!("http://{}", server.address);
    let asked = ["--target", &target, "--users", "4", "--calls", "20", "--rate", "100", "--target-users", "4"];
    let ran = ran(folder.path(), &[&asked, &EASY[..]].concat());
    assert_eq!(ran.status, Some(0), "every target was reached: {ran:?}");
    let report = report(folder.path());
    assert_eq!((&report["mode"]["kind"], report["mode"]["rate"].as_f64()), (&Value::from("open"), Some(100.0)));
    let level = &report["levels"][0];
    assert_whole(level);
    assert_eq!(level["all"]["calls"], 80);
    // The last of 80 is due 790 ms after the first.
    assert!(level["seconds"].as_f64().unwrap() >= 0.79, "{}", level["seconds"]);
}

#[test]
fn ctrl_c_in_a_level_still_reads_back_and_reports() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let target = format!("http://{}", server.address);
    let mut command = stress(folder.path(), &["--target", &target, "--users", "4", "--calls", "100000"]);
    let output = folder.path().join("stress");
    let mut child = command.stdout(File::create(&output).unwrap()).stderr(Stdio::null()).spawn().unwrap();
    // Forty posts are there from the beginning, and warming up makes a few.
    wait_for(|| {
        let page = server.ask(&Request::new("GET", "/api/v1/posts?limit=100")).expect(200);
        (page["items"].as_array().unwrap().len() == 100).then_some(())
    });
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    // Four people miss the target of a hundred.
    assert_eq!(child.wait().unwrap().code(), Some(1), "{}", fs::read_to_string(&output).unwrap());
    let report = report(folder.path());
    assert_eq!((&report["cut_short"], &report["target"]), (&Value::Bool(true), &Value::from(target)));
    let level = &report["levels"][0];
    assert_eq!(level["cut_short"], true);
    assert!(level["stored"]["looked_for"].as_u64() > Some(60), "{}", level["stored"]);
    assert_whole(level);
}

#[test]
fn another_machine_is_not_even_connected_to_without_yes() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    // This leads here, and is not what counts as this machine.
    let target = format!("http://[::ffff:127.0.0.1]:{}", listener.local_addr().unwrap().port());
    ran(folder.path(), &["--target", &target]).failed(2, &[&target, "another machine", "--yes"]);
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert!(!folder.path().join("report/scalability-report.json").exists());
}

#[test]
fn where_no_hearth_answers_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    ran(folder.path(), &["--target", &target]).failed(1, &[&target, "hearth serve"]);
}

#[test]
fn a_server_that_takes_no_accounts_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--registration", "closed"]);
    let target = format!("http://{}", server.address);
    let ran = ran(folder.path(), &["--target", &target, "--users", "2"]);
    ran.failed(1, &[&target, "takes no new accounts", "registration = open", "--target"]);
}

#[test]
fn the_capacity_is_what_the_last_step_that_held_had() {
    let folder = tempfile::tempdir().unwrap();
    // No server answers within a millionth of a second, so every step breaks, and fewer people are tried.
    let ran = ran(folder.path(), &["--find-capacity", "--step-seconds", "0.4", "--max-p95-ms", "0.001"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let capacity = &report(folder.path())["capacity"];
    let steps = capacity["steps"].as_array().unwrap();
    let users: Vec<_> = steps.iter().map(|step| step["users"].as_u64().unwrap()).collect();
    assert_eq!((users, &capacity["users"]), (vec![50, 20, 10], &Value::from(0)));
    assert!(capacity["evidence"].as_str().unwrap().starts_with("With 10 people, p95 was"), "{}", capacity["evidence"]);
    steps.iter().for_each(assert_whole);
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    ran(folder.path(), &["--users", "1"]).failed(2, &["--users", "at least 2"]);
    ran(folder.path(), &["--target", "ftp://example.org"]).failed(2, &["ftp://example.org", "http://"]);
    ran(folder.path(), &["--find-capacity", "--rate", "5"]).failed(2, &["--find-capacity", "--rate"]);
    ran(folder.path(), &["--target", "http://127.0.0.1:1", "--users", "100000"]).failed(1, &["100000 people"]);
    ran(folder.path(), &["--compare", "nothing.json"]).failed(2, &["nothing.json"]);
}
