//! `hearth doctor`: what it sees of this machine, and what it makes of a folder that something is wrong with.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use super::{Ran, register, stopped};
use crate::client::Server;

/// The report, whatever the machine is like.
fn report(folder: &Path, more: &[&str]) -> Value {
    let ran = Ran::new(folder, &[&["doctor", "--json"], more].concat());
    let report: Value = serde_json::from_str(&ran.output).unwrap_or_else(|error| panic!("{error} in {ran:?}"));
    assert_eq!(ran.status, Some(i32::from(report["verdict"] == "bad")), "{ran:?}");
    report
}

fn findings<'a>(report: &'a Value, check: &str) -> Vec<&'a Value> {
    let all = report["findings"].as_array().unwrap();
    all.iter().filter(|finding| finding["check"] == check).collect()
}

#[test]
fn every_check_has_a_line_and_what_is_not_well_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    register(&server, "ada");
    let report = report(folder.path(), &[]);
    let checks = ["server", "file system", "fsync", "disk space", "inodes", "store", "open files", "memory", "cores"];
    for check in [&checks[..], &["clock", "permissions", "way in"]].concat() {
        let found = findings(&report, check);
        assert_eq!(found.len(), 1, "{check}: {report:#}");
        assert_eq!(found[0]["advice"].is_string(), found[0]["verdict"] != "ok", "{}", found[0]);
    }
    let running = findings(&report, "server")[0]["found"].as_str().unwrap();
    assert!(
        running.contains(&server.process().to_string()) && running.contains(&server.address.to_string()),
        "{running}"
    );
    assert_eq!(findings(&report, "permissions")[0]["verdict"], "ok", "{report:#}");
    stopped(server);
    assert!(fs::read_dir(folder.path().join("data")).unwrap().count() < 4, "nothing of the doctor's is left behind");
}

#[test]
fn secrets_that_others_can_read_are_bad_and_the_status_says_so() {
    let folder = tempfile::tempdir().unwrap();
    stopped(Server::start(folder.path(), &[]));
    let key = folder.path().join("data/secrets/signing.key");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let ran = Ran::new(folder.path(), &["doctor"]);
    ran.failed(1, &["bad", "what to do"]);
    let line = ran.output.lines().find(|line| line.contains("signing.key")).unwrap();
    assert!(line.starts_with("bad   permissions") && line.contains("; chmod 600 "), "{line}");
    assert!(!ran.output.contains('\x1b'), "no colours but at a terminal");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let report = report(folder.path(), &[]);
    assert_eq!(findings(&report, "permissions")[0]["verdict"], "ok", "{report:#}");
}

#[test]
fn settings_with_a_secret_that_others_can_read_are_bad() {
    let folder = tempfile::tempdir().unwrap();
    stopped(Server::start(folder.path(), &[]));
    let file = folder.path().join("hearth.toml");
    let bad = |text: &str| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        findings(&report(folder.path(), &[]), "permissions")[0]["verdict"] == "bad"
    };
    assert!(!bad("cache_mb = 32"));
    assert!(bad("metrics_token = \"9f86d081884c7d659a2feaa0c55ad015\""));
}

#[test]
fn a_port_that_is_open_to_others_without_encryption_is_bad() {
    let folder = tempfile::tempdir().unwrap();
    let open = report(folder.path(), &["--listen", "0.0.0.0:8080"]);
    assert_eq!(findings(&open, "way in")[0]["verdict"], "bad", "{open:#}");
    assert!(!folder.path().join("data").exists(), "looking makes nothing");
}
