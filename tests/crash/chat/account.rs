//! An account that a device is signed in to.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;

use super::wish::text;
use crate::client::{Connection, Request, Server};

const PASSWORD: &str = "correct horse battery staple";

/// Tokens are renewed when they are this old: well before the quarter of an hour that they are good for.
const RENEWED: Duration = Duration::from_secs(300);

pub struct Account {
    pub id: String,
    pub email: String,
    pub token: String,
    signed_in: Instant,
}

impl Account {
    pub fn register(server: &Server, person: usize) -> Self {
        let (name, email) = (format!("Person {person}"), format!("person{person}@example.org"));
        let account = json!({"name": name, "email": email, "password": PASSWORD});
        let answer = server.ask(&Request::new("POST", "/api/v1/auth/register").json(account)).expect(201);
        let (id, token) = (text(&answer["user"]["id"]), text(&answer["access_token"]));
        Self { id, email, token, signed_in: Instant::now() }
    }

    /// Takes another token when it is time; `None` where the server is gone.
    pub fn renew(&mut self, address: SocketAddr) -> Option<()> {
        if self.signed_in.elapsed() > RENEWED {
            let log_in = json!({"email": self.email, "password": PASSWORD});
            let request = Request::new("POST", "/api/v1/auth/login").json(log_in);
            let answer = Connection::open(address).ok()?.send(&request).ok()?.expect(200);
            (self.token, self.signed_in) = (text(&answer["access_token"]), Instant::now());
        }
        Some(())
    }
}
