//! Signing in on several devices, and out of some of them.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{another_device, assert_signed_out, devices, refresh};
use crate::actor::text;
use crate::answer::members;
use crate::community::{Community, PASSWORD};

#[actix_web::test]
async fn signing_in_gives_the_account_and_tokens_that_work() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let credentials = json!({"email": "ANA@example.org", "password": PASSWORD});
    let answer = community.anonymous().post("/auth/login", &credentials).await.expect(200);
    let expected = BTreeSet::from(["user", "access_token", "refresh_token", "token_type", "expires_in"]);
    assert_eq!(members(&answer), expected);
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(answer["user"], ana.account);
    assert_eq!(community.anonymous().signed_in(&answer).get("/me").await.expect(200), ana.account);
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let community = Community::start().await;
    community.member("ana").await;
    let log_in = async |email: &str, password: &str| {
        let answer = community.anonymous().post("/auth/login", &json!({"email": email, "password": password})).await;
        answer.assert_problem(401, "invalid_credentials");
        answer.body
    };
    let wrong = log_in("ana@example.org", "not the password").await;
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
        ("ana@example.org", ""),
        ("ana@example.org", &"p".repeat(4000)),
        ("ana@example.org", &format!("{PASSWORD}\u{0}")),
        ("ana@example.org", &PASSWORD.to_uppercase()),
    ] {
        assert_eq!(log_in(email, password).await, wrong, "{email} {password}");
    }
}

#[actix_web::test]
async fn ones_sessions_are_listed_with_device_and_address_and_the_present_one_marked() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    community.later(Duration::from_secs(60));
    let phone = another_device(&ana, "Phone/1.0").await;
    let list = phone.get("/auth/sessions").await.expect(200);
    assert_eq!(list["next_cursor"], Value::Null);
    let items = list["items"].as_array().unwrap();
    let expected = json!({
        "id": items[0]["id"], "device": "Phone/1.0", "address": "127.0.0.1", "current": true,
        "created_at": "2026-11-23T08:12:00.000Z", "last_used_at": "2026-11-23T08:12:00.000Z",
        "expires_at": "2026-12-23T08:12:00.000Z",
    });
    assert_eq!(items[0], expected);
    assert_eq!((items.len(), &items[1]["current"]), (2, &json!(false)));
    community.later(Duration::from_secs(60));
    let phone = phone.signed_in(&refresh(&phone).await.expect(200));
    assert_eq!(phone.get("/auth/sessions").await.items()[0]["last_used_at"], "2026-11-23T08:13:00.000Z");
    assert!(!phone.get("/auth/sessions").await.text().contains(&phone.refresh_token));
}

#[actix_web::test]
async fn ending_one_session_leaves_the_others() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let (phone, tablet) = (another_device(&ana, "Phone").await, another_device(&ana, "Tablet").await);
    let id = text(&ana.get("/auth/sessions").await.items()[1]["id"]);
    let path = format!("/auth/sessions/{id}");
    ana.delete(&path).await.expect(204);
    assert_signed_out(&phone).await;
    tablet.get("/me").await.expect(200);
    ana.delete(&path).await.assert_problem(404, "session_not_found");
    assert_eq!(devices(&ana).await[0], "Tablet");
    assert_eq!(devices(&ana).await.len(), 2);
}

#[actix_web::test]
async fn the_session_of_somebody_else_is_not_found() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let id = text(&ana.get("/auth/sessions").await.items()[0]["id"]);
    for path in [format!("/auth/sessions/{id}"), "/auth/sessions/nonsense".into()] {
        admin.delete(&path).await.assert_problem(404, "session_not_found");
        community.anonymous().delete(&path).await.assert_problem(401, "authentication_required");
    }
    ana.get("/me").await.expect(200);
    refresh(&ana).await.expect(200);
}

#[actix_web::test]
async fn signing_out_ends_this_session_at_once_and_no_other() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let phone = another_device(&ana, "Phone").await;
    let answer = phone.post_nothing("/auth/logout").await;
    answer.expect(204);
    assert_signed_out(&phone).await;
    phone.post_nothing("/auth/logout").await.assert_problem(401, "invalid_token");
    ana.get("/me").await.expect(200);
    refresh(&ana).await.expect(200);
}

#[actix_web::test]
async fn signing_out_everywhere_ends_every_session_of_the_account_also_after_a_restart() {
    let mut community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let phone = another_device(&ana, "Phone").await;
    phone.post_nothing("/auth/logout-all").await.expect(204);
    assert_signed_out(&ana).await;
    assert_signed_out(&phone).await;
    ben.get("/me").await.expect(200);
    community.restart().await;
    assert_signed_out(&phone).await;
    ben.get("/me").await.expect(200);
}

#[actix_web::test]
async fn an_account_has_at_most_50_sessions_and_one_more_ends_the_oldest() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let second = another_device(&ana, "Second").await;
    for _ in 2..50 {
        another_device(&ana, "Next").await;
    }
    assert_eq!(devices(&ana).await.len(), 50);
    another_device(&second, "Last").await;
    assert_signed_out(&ana).await;
    let names = devices(&second).await;
    assert_eq!((names.len(), &names[0], &names[49]), (50, &json!("Last"), &json!("Second")));
}

#[actix_web::test]
async fn the_name_of_a_device_is_kept_short() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let long = ana.with("user-agent", "x".repeat(5000));
    let credentials = json!({"email": "ana@example.org", "password": PASSWORD});
    long.post("/auth/login", &credentials).await.expect(200);
    assert_eq!(devices(&ana).await[0], "x".repeat(200));
}
