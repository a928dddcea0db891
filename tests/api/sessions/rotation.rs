//! Refresh tokens: each is good for once, and one that is used again ends its session.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::{another_device, assert_signed_out, devices, refresh};
use crate::answer::members;
use crate::community::Community;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[actix_web::test]
async fn refreshing_gives_new_tokens_again_and_again() {
    let mut community = Community::start().await;
    let mut ana = community.member("ana").await;
    let mut seen = BTreeSet::from([ana.refresh_token.clone()]);
    for round in 0..5 {
        community.later(Duration::from_secs(600));
        let answer = refresh(&ana).await.expect(200);
        let expected = BTreeSet::from(["access_token", "refresh_token", "token_type", "expires_in"]);
        assert_eq!(members(&answer), expected);
        let renewed = ana.signed_in(&answer);
        assert!(renewed.access_token != ana.access_token && seen.insert(renewed.refresh_token.clone()));
        ana = renewed;
        ana.get("/me").await.expect(200);
        if round == 2 {
            community.restart().await;
        }
    }
    assert_eq!(devices(&ana).await.len(), 1);
}

#[actix_web::test]
async fn a_refresh_token_that_is_used_again_ends_the_whole_session() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let phone = another_device(&ana, "Phone").await;
    let renewed = phone.signed_in(&refresh(&phone).await.expect(200));
    let renewed = phone.signed_in(&refresh(&renewed).await.expect(200));
    renewed.get("/me").await.expect(200);
    refresh(&phone).await.assert_problem(401, "invalid_refresh_token");
    assert_signed_out(&renewed).await;
    assert_signed_out(&phone).await;
    // The account's other session has nothing to do with it.
    ana.get("/me").await.expect(200);
    assert_eq!(devices(&ana).await.len(), 1);
    refresh(&ana).await.expect(200);
}

#[actix_web::test]
async fn an_answer_that_was_lost_is_had_again_with_the_same_key() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let keyed = ana.with("idempotency-key", "one");
    let first = refresh(&keyed).await.expect(200);
    community.restart().await;
    for answer in join_all([refresh(&keyed), refresh(&keyed)]).await {
        assert_eq!(answer.expect(200)["refresh_token"], first["refresh_token"]);
    }
    let renewed = ana.signed_in(&first);
    renewed.get("/me").await.expect(200);
    // Both at once, where neither came before the other.
    let rekeyed = renewed.with("idempotency-key", "two");
    let answers = join_all([refresh(&rekeyed), refresh(&rekeyed)]).await;
    let [next, again] = [0, 1].map(|at| answers[at].expect(200));
    assert_eq!(next["refresh_token"], again["refresh_token"]);
    assert_eq!(devices(&ana.signed_in(&next)).await.len(), 1);
    // What came of the first one is used by now.
    refresh(&keyed).await.assert_problem(401, "invalid_refresh_token");
    assert_signed_out(&ana.signed_in(&next)).await;
}

#[actix_web::test]
async fn a_used_refresh_token_with_another_key_or_none_ends_the_session() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for (first, then) in [(Some("one"), Some("two")), (Some("one"), None), (None, Some("one"))] {
        let phone = another_device(&ana, "Phone").await;
        let with =
            |key: Option<&'static str>| key.map_or_else(|| phone.clone(), |key| phone.with("idempotency-key", key));
        let renewed = phone.signed_in(&refresh(&with(first)).await.expect(200));
        refresh(&with(then)).await.assert_problem(401, "invalid_refresh_token");
        assert_signed_out(&renewed).await;
    }
    refresh(&ana.with("idempotency-key", "no key")).await.assert_problem(400, "invalid_header");
    refresh(&ana).await.expect(200);
}

#[actix_web::test]
async fn of_two_who_refresh_at_once_at_most_one_gets_tokens_and_the_session_ends() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for _ in 0..10 {
        let phone = another_device(&ana, "Phone").await;
        let answers = join_all([refresh(&phone), refresh(&phone)]).await;
        let renewed: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert!(renewed.len() <= 1, "{answers:?}");
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            refused.assert_problem(401, "invalid_refresh_token");
        }
        for answer in renewed {
            assert_signed_out(&phone.signed_in(&answer.json())).await;
        }
        assert_signed_out(&phone).await;
        assert_eq!(devices(&ana).await.len(), 1);
    }
}

#[actix_web::test]
async fn what_was_never_a_refresh_token_is_refused_and_ends_nothing() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let cut = &ana.refresh_token[..ana.refresh_token.len() - 2];
    let padded = format!("{}=", ana.refresh_token);
    let mut changed = ana.refresh_token.clone().into_bytes();
    changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for token in ["", "nonsense", cut, &padded, &changed, &ana.access_token] {
        let answer = community.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).await;
        answer.assert_problem(401, "invalid_refresh_token");
    }
    community.anonymous().post("/auth/refresh", &json!({})).await.assert_invalid(&["refresh_token"]);
    refresh(&ana).await.expect(200);
}

#[actix_web::test]
async fn a_session_ends_30_days_after_it_was_last_refreshed() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    community.later(29 * DAY);
    let ana = ana.signed_in(&refresh(&ana).await.expect(200));
    community.later(29 * DAY);
    let ana = ana.signed_in(&refresh(&ana).await.expect(200));
    community.later(30 * DAY);
    assert_signed_out(&ana).await;
    let again = another_device(&ana, "Again").await;
    community.tidy().await;
    assert_eq!(devices(&again).await, ["Again"]);
}
