//! `hearth serve --demo`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Ran, printed, register, stopped};
use crate::client::{Request, Server};

/// Signs in as the admin, with what the server printed.
fn log_in(server: &Server) -> Value {
    let line = printed(server, "demo admin");
    let (email, password) = line.split_once("  ").unwrap();
    let log_in = json!({"email": email, "password": password});
    server.ask(&Request::new("POST", "/api/v1/auth/login").json(log_in)).expect(200)
}

/// How much there is: people, and the posts of each category.
fn census(server: &Server) -> Vec<Value> {
    let users = server.ask(&Request::new("GET", "/api/v1/users?limit=100")).expect(200);
    let categories = server.ask(&Request::new("GET", "/api/v1/categories")).expect(200);
    [users["items"].as_array().unwrap().clone(), categories["items"].as_array().unwrap().clone()].concat()
}

#[test]
fn the_demo_fills_an_empty_store_once_and_prints_how_to_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    let there = census(&server);
    let posts: u64 = there.iter().filter_map(|one| one["post_count"].as_u64()).sum();
    assert!(posts >= 10, "{posts} posts");
    assert_eq!(log_in(&server)["user"]["role"], "admin");
    let output = stopped(server);
    assert!(!output.contains("set-up code"), "{output}");

    let server = Server::start(folder.path(), &["--demo"]);
    assert_eq!(census(&server), there);
    log_in(&server);
    let output = stopped(server);
    assert!(output.contains("the store is not empty, so nothing was added"), "{output}");
    let checked = Ran::new(folder.path(), &["check"]).succeeded();
    let pictures = checked.lines().last().unwrap().trim_start_matches("Read ").split(' ').next().unwrap();
    assert!(pictures.parse::<u32>().unwrap() > 30, "{checked}");
    // A picture that is not there any more is named, and nothing is said to mend it.
    let files = walk(&folder.path().join("data/media"));
    std::fs::remove_file(&files[0]).unwrap();
    let missing = Ran::new(folder.path(), &["check"]);
    missing.failed(1, &["1 difference"]);
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert!(missing.output.contains(name) && missing.output.contains("is missing"), "{missing:?}");
}

/// The files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn the_demo_adds_nothing_to_a_community_that_is_there_already() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    register(&server, "ana");
    let there = census(&server);
    stopped(server);
    let server = Server::start(folder.path(), &["--demo"]);
    assert_eq!(census(&server), there);
    let output = stopped(server);
    assert!(output.contains("nothing was added") && !output.contains("demo admin"), "{output}");
}
