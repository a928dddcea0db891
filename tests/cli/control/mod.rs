//! The control socket: chores for a server that runs, and for one that does not.

mod admin;
mod invites;
mod socket;

use std::path::Path;

use serde_json::{Value, json};

use super::Ran;
use crate::client::{Answer, Request, Server};

const PASSWORD: &str = "correct horse battery";

/// Makes an account with `hearth admin create`, and the password that everybody has here.
fn create(folder: &Path, handle: &str, role: &str) -> String {
    std::fs::write(folder.join("password"), format!("{PASSWORD}\nnot this line\n")).unwrap();
    let email = format!("{handle}@example.org");
    let words = ["admin", "create", "--email", &email, "--name", handle, "--handle", handle, "--role", role];
    Ran::new(folder, &[&words[..], &["--password-file", "password"]].concat()).succeeded()
}

fn log_in(server: &Server, handle: &str, password: &str) -> Answer {
    let credentials = json!({"email": format!("{handle}@example.org"), "password": password});
    server.ask(&Request::new("POST", "/api/v1/auth/login").json(credentials))
}

/// The access token of somebody who signs in.
fn token(server: &Server, handle: &str) -> String {
    log_in(server, handle, PASSWORD).expect(200)["access_token"].as_str().unwrap().to_owned()
}

fn me(server: &Server, token: &str) -> Answer {
    server.ask(&Request::new("GET", "/api/v1/me").by(token))
}

/// What somebody sends to register.
fn newcomer(handle: &str, more: &Value) -> Request {
    let mut account = json!({"name": handle, "email": format!("{handle}@example.org"), "password": PASSWORD});
    for (name, value) in more.as_object().unwrap() {
        account[name] = value.clone();
    }
    Request::new("POST", "/api/v1/auth/register").json(account)
}
