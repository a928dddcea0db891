//! Access tokens: how long they are good, and what is taken for none.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::refresh;
use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::Community;

async fn ask_with(actor: &Actor, header: &str) -> Answer {
    actor.with("authorization", header).get("/me").await
}

/// The claims of a token, whoever signed it.
fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[actix_web::test]
async fn an_access_token_is_good_for_a_quarter_of_an_hour() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    community.later(Duration::from_secs(899));
    ana.get("/me").await.expect(200);
    community.later(Duration::from_secs(1));
    ana.get("/me").await.assert_problem(401, "invalid_token");
    // Also where nobody need be signed in: a client learns that it has to refresh.
    ana.get("/posts").await.assert_problem(401, "invalid_token");
    let ana = ana.signed_in(&refresh(&ana).await.expect(200));
    ana.get("/me").await.expect(200);
}

#[actix_web::test]
async fn a_token_that_this_server_did_not_sign_is_refused() {
    let (community, other) = (Community::start().await, Community::start().await);
    let (ana, stranger) = (community.member("ana").await, other.member("ana").await);
    let claims = claims(&ana.access_token);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let pieces: Vec<_> = ana.access_token.split('.').collect();
    let signed_with = |algorithm, key: &[u8]| {
        jsonwebtoken::encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(key)).unwrap()
    };
    let mut later = claims.clone();
    later["exp"] = json!(claims["exp"].as_i64().unwrap() + 3600);
    let forged = [
        stranger.access_token.clone(),
        signed_with(Algorithm::HS256, b"secret"),
        signed_with(Algorithm::HS256, b""),
        signed_with(Algorithm::HS512, b"secret"),
        format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), pieces[1]),
        format!("{}.{}.{}", part(&json!({"alg": "None", "typ": "JWT"})), pieces[1], pieces[2]),
        format!("{}.{}.{}", part(&json!({"alg": "RS256", "typ": "JWT"})), pieces[1], pieces[2]),
        format!("{}.{}.{}", pieces[0], part(&later), pieces[2]),
        format!("{}.{}", pieces[0], pieces[1]),
        format!("{}.{}.{}", pieces[0], pieces[1], &pieces[2][1..]),
        ana.refresh_token.clone(),
    ];
    let nobody = community.anonymous();
    for token in &forged {
        let answer = ask_with(&nobody, &format!("Bearer {token}")).await;
        answer.assert_problem(401, "invalid_token");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    ask_with(&nobody, &format!("Bearer {}", ana.access_token)).await.expect(200);
}

#[actix_web::test]
async fn a_header_that_holds_no_token_is_refused() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let nobody = community.anonymous();
    let garbage = [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer a.b.c",
        "Bearer ...",
        "Basic YW5hOnBhc3N3b3Jk",
        &format!("Token {}", ana.access_token),
        &ana.access_token,
        &format!("Bearer {0} {0}", ana.access_token),
        &format!("Bearer {}", "a".repeat(8000)),
    ];
    for header in garbage {
        ask_with(&nobody, header).await.assert_problem(401, "invalid_token");
        // What anybody may read is not read with a wrong token either.
        nobody.with("authorization", header).get("/posts").await.assert_problem(401, "invalid_token");
    }
    ask_with(&nobody, &format!("bearer  {} ", ana.access_token)).await.expect(200);
}

#[actix_web::test]
async fn whatever_needs_an_account_says_so_to_who_has_none() {
    let community = Community::start().await;
    let post = community.member("ana").await.publish("Bread").await;
    let nobody = community.anonymous();
    for path in ["/me", "/me/posts", "/me/likes", "/me/bookmarks", "/auth/sessions"] {
        nobody.get(path).await.assert_problem(401, "authentication_required");
    }
    for path in ["/auth/logout", "/auth/logout-all"] {
        nobody.post_nothing(path).await.assert_problem(401, "authentication_required");
    }
    for mark in ["like", "bookmark", "archive"] {
        let path = format!("/posts/{post}/{mark}");
        nobody.put(&path).await.assert_problem(401, "authentication_required");
        nobody.delete(&path).await.assert_problem(401, "authentication_required");
    }
    let post_body = json!({"title": "x", "categories": ["general"]});
    nobody.post("/posts", &post_body).await.assert_problem(401, "authentication_required");
    nobody.patch(&format!("/posts/{post}"), &post_body).await.assert_problem(401, "authentication_required");
    nobody.delete(&format!("/posts/{post}")).await.assert_problem(401, "authentication_required");
    let comment = nobody.post(&format!("/posts/{post}/comments"), &json!({"text": "x"})).await;
    comment.assert_problem(401, "authentication_required");
    nobody.put_json("/categories/new", &json!({"name": "x"})).await.assert_problem(401, "authentication_required");
    nobody.delete("/categories/food").await.assert_problem(401, "authentication_required");
    nobody.patch("/me", &json!({})).await.assert_problem(401, "authentication_required");
    nobody.delete_json("/me", &json!({"password": "x"})).await.assert_problem(401, "authentication_required");
}

#[actix_web::test]
async fn access_tokens_are_good_after_a_restart() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    community.restart().await;
    ana.get("/me").await.expect(200);
}
