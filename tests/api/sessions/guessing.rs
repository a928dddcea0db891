//! Guessing passwords: growing waits, the same for who exists and who does not, and nobody else is kept out.

use std::time::Duration;

use hearth::limits::Rates;
use serde_json::json;

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

async fn guarded() -> Community {
    let networks = crate::http::proxies::behind(&["127.0.0.1"]);
    Community::with_rates(Rates::PRODUCTION, |config| config.trusted_proxies = networks).await
}

async fn log_in(community: &Community, address: &str, email: &str, password: &str) -> Answer {
    let somebody = community.anonymous().with("x-forwarded-for", address);
    somebody.post("/auth/login", &json!({"email": email, "password": password})).await
}

#[actix_web::test]
async fn after_five_wrong_passwords_the_right_one_has_to_wait_too() {
    let community = guarded().await;
    community.member("ana").await;
    let attempt = async |password| log_in(&community, "203.0.113.7", "ana@example.org", password).await;
    for _ in 0..5 {
        attempt("wrong").await.assert_problem(401, "invalid_credentials");
    }
    let (wrong, right) = (attempt("wrong").await, attempt(PASSWORD).await);
    wrong.assert_problem(429, "rate_limited");
    assert_eq!((&wrong.body, wrong.header("retry-after")), (&right.body, Some("15")));
    community.later(Duration::from_secs(15));
    attempt("wrong").await.assert_problem(401, "invalid_credentials");
    assert_eq!(attempt(PASSWORD).await.header("retry-after"), Some("30"));
    community.later(Duration::from_secs(30));
    attempt(PASSWORD).await.expect(200);
    // All is forgiven.
    attempt("wrong").await.assert_problem(401, "invalid_credentials");
    attempt(PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn an_address_that_nobody_has_is_answered_alike() {
    let community = guarded().await;
    community.member("ana").await;
    let answers = async |email| {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let answer = log_in(&community, "203.0.113.7", email, "wrong").await;
            let wait = answer.header("retry-after").map(str::to_owned);
            answers.push((answer.status, answer.json(), wait));
        }
        answers
    };
    let known = answers("ana@example.org").await;
    assert_eq!(known[6].0, 429);
    assert_eq!(known, answers("nobody@example.org").await);
    assert_eq!(known, answers("no address").await);
}

#[actix_web::test]
async fn strangers_who_guess_do_not_keep_out_who_is_signed_in_from_where_they_are() {
    let community = guarded().await;
    community.member("ana").await;
    log_in(&community, "203.0.113.7", "ana@example.org", PASSWORD).await.expect(200);
    for stranger in 0..20 {
        let answer = log_in(&community, &format!("198.51.100.{stranger}"), "ana@example.org", "wrong").await;
        answer.assert_problem(401, "invalid_credentials");
    }
    let elsewhere = log_in(&community, "192.0.2.1", "ana@example.org", PASSWORD).await;
    elsewhere.assert_problem(429, "rate_limited");
    log_in(&community, "203.0.113.7", "ana@example.org", PASSWORD).await.expect(200);
    // Nobody is kept out for good.
    community.later(Duration::from_secs(60));
    log_in(&community, "192.0.2.1", "ana@example.org", PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn the_servers_own_machine_may_not_guess_either() {
    let community = guarded().await;
    community.member("ana").await;
    let guess = json!({"email": "ana@example.org", "password": "wrong"});
    for _ in 0..5 {
        community.anonymous().post("/auth/login", &guess).await.assert_problem(401, "invalid_credentials");
    }
    community.anonymous().post("/auth/login", &guess).await.assert_problem(429, "rate_limited");
}

#[actix_web::test]
async fn a_stolen_session_cannot_try_passwords_and_the_owner_is_not_held_up_by_it() {
    let community = guarded().await;
    let thief = community.member("ana").await;
    let owner = log_in(&community, "203.0.113.7", "ana@example.org", PASSWORD).await.expect(200);
    let owner = community.anonymous().signed_in(&owner);
    let change = |actor: Actor, current: &'static str| async move {
        actor.put_json("/me/password", &json!({"current": current, "new": PASSWORD})).await
    };
    for _ in 0..4 {
        change(thief.clone(), "wrong").await.assert_problem(403, "wrong_password");
    }
    thief.delete_json("/me", &json!({"password": "wrong"})).await.assert_problem(403, "wrong_password");
    let refused = change(thief.clone(), PASSWORD).await;
    refused.assert_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("15"));
    thief.delete_json("/me", &json!({"password": PASSWORD})).await.assert_problem(429, "rate_limited");
    change(owner, PASSWORD).await.expect(204);
}
