//! Settings: by flag, by variable and in `hearth.toml`.

use std::fs;

use super::{Ran, stopped};
use crate::client::Server;

/// One line, with what is wrong and where; status 2.
fn assert_refused(ran: &Ran, parts: &[&str]) {
    assert_eq!((ran.complaint.lines().count(), ran.output.as_str()), (1, ""), "{ran:?}");
    ran.failed(2, parts);
}

#[test]
fn a_wrong_value_is_one_line_that_names_the_key_wherever_it_is_set() {
    let folder = tempfile::tempdir().unwrap();
    for command in [&["serve"][..], &["config", "check"], &["config", "print"]] {
        let flagged = Ran::new(folder.path(), &[command, &["--workers", "many"]].concat());
        assert_refused(&flagged, &["workers cannot be \"many\"", "(from --workers)", "whole number"]);
        let variable = Ran::with(folder.path(), command, &[("HEARTH_CACHE_MB", "-1")]);
        assert_refused(&variable, &["cache_mb cannot be \"-1\"", "(from HEARTH_CACHE_MB)", "whole number"]);
    }
    fs::write(folder.path().join("hearth.toml"), "durability = \"sometimes\"\n").unwrap();
    for command in [&["serve"][..], &["check"], &["health"], &["config", "check"]] {
        let in_file = Ran::new(folder.path(), command);
        assert_refused(&in_file, &["durability cannot be \"sometimes\"", "hearth.toml", "synced or relaxed"]);
    }
    assert!(!folder.path().join("data").exists(), "nothing was started");
}

#[test]
fn a_key_that_is_none_is_told_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hearth.toml"), "lisen = \"127.0.0.1:0\"\n").unwrap();
    assert_refused(&Ran::new(folder.path(), &["serve"]), &["hearth.toml", "\"lisen\"", "did you mean listen?"]);
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("other.toml"), "workers = 1\nlisten = =\n").unwrap();
    assert_refused(&Ran::new(folder.path(), &["config", "check", "--config", "other.toml"]), &["other.toml line 2"]);
    assert_refused(&Ran::new(folder.path(), &["config", "check", "--config", "none.toml"]), &["none.toml", "--config"]);
}

#[test]
fn config_check_says_ok_where_everything_is_right() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Ran::new(folder.path(), &["config", "check"]).succeeded(), "ok\n");
    fs::write(folder.path().join("hearth.toml"), "workers = 3\npublic_read = false\n").unwrap();
    assert_eq!(Ran::new(folder.path(), &["config", "check"]).succeeded(), "ok\n");
}

#[test]
fn config_print_shows_each_value_and_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hearth.toml"), "workers = 3\ncache_mb = 7\nregistration = \"closed\"\n").unwrap();
    let args = ["config", "print", "--workers", "5"];
    let printed = Ran::with(folder.path(), &args, &[("HEARTH_WORKERS", "4"), ("HEARTH_CACHE_MB", "8")]).succeeded();
    let row = |key: &str| {
        let line = printed.lines().find(|line| line.split_whitespace().next() == Some(key));
        line.unwrap_or_else(|| panic!("{key} is missing: {printed}")).split_whitespace().skip(1).collect::<Vec<_>>()
    };
    assert_eq!(row("workers"), ["5", "--workers"]);
    assert_eq!(row("cache_mb"), ["8", "HEARTH_CACHE_MB"]);
    assert_eq!(row("registration"), ["closed", "hearth.toml"]);
    assert_eq!(row("durability"), ["synced", "default"]);
    assert_eq!(row("public_url"), ["-", "default"]);
}

#[test]
fn a_secret_is_not_printed_nor_told_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let secret = [("HEARTH_METRICS_TOKEN", "hunter2-hunter2-hunter2")];
    let printed = Ran::with(folder.path(), &["config", "print"], &secret).succeeded();
    let row = printed.lines().find(|line| line.starts_with("metrics_token")).unwrap();
    assert!(row.contains("…") && row.contains("HEARTH_METRICS_TOKEN") && !printed.contains("hunter2"), "{printed}");
    let wrong = Ran::new(folder.path(), &["config", "check", "--metrics-token", "hunter2"]);
    assert_refused(&wrong, &["metrics_token cannot be", "(from --metrics-token)", "16 to 200"]);
    assert!(!wrong.complaint.contains("hunter2"), "{wrong:?}");
}

#[test]
fn the_file_is_in_force_for_the_server_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hearth.toml"), "durability = \"relaxed\"\n").unwrap();
    let output = stopped(Server::start(folder.path(), &[]));
    assert!(output.contains("durability   relaxed:"), "{output}");
}
