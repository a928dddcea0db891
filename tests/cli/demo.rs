//! `hearth serve --demo`.

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
    Ran::new(folder.path(), &["check"]).succeeded();
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
