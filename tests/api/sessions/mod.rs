//! Sessions: signing in, staying signed in, and signing out.

mod devices;
mod guessing;
mod rotation;
mod tokens;

use serde_json::{Value, json};

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::PASSWORD;

/// The same account on one more device.
async fn another_device(actor: &Actor, device: &'static str) -> Actor {
    let credentials = json!({"email": actor.account["email"], "password": PASSWORD});
    let answer = actor.with("user-agent", device).post("/auth/login", &credentials).await;
    actor.signed_in(&answer.expect(200))
}

async fn refresh(actor: &Actor) -> Answer {
    actor.post("/auth/refresh", &json!({"refresh_token": actor.refresh_token})).await
}

/// Asserts that neither token of `actor` is good for anything.
async fn assert_signed_out(actor: &Actor) {
    actor.get("/me").await.assert_problem(401, "invalid_token");
    refresh(actor).await.assert_problem(401, "invalid_refresh_token");
}

/// The names of one's devices, the latest first.
async fn devices(actor: &Actor) -> Vec<Value> {
    actor.get("/auth/sessions").await.items().iter().map(|session| session["device"].clone()).collect()
}
