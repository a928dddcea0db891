//! One's own account, and what others see of it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::actor::text;
use crate::answer::members;
use crate::community::{Community, PASSWORD};

#[actix_web::test]
async fn changing_a_field_leaves_the_others_as_they_were() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut expected = ana.account.clone();
    for (field, value) in [("name", "Ana Lindqvist"), ("bio", "Bakes.\nA lot."), ("handle", "ana_l"), ("bio", "")] {
        expected[field] = json!(value);
        let mut change = json!({});
        change[field] = json!(value);
        assert_eq!(ana.patch("/me", &change).await.expect(200), expected);
        assert_eq!(ana.get("/me").await.expect(200), expected);
    }
    assert_eq!(ana.patch("/me", &json!({})).await.expect(200), expected);
    community.anonymous().get("/users/ana").await.assert_problem(404, "user_not_found");
    assert_eq!(community.anonymous().get("/users/ana_l").await.expect(200)["id"], ana.account["id"]);
}

#[actix_web::test]
async fn a_new_address_signs_in_and_the_old_one_does_not() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let changed = ana.patch("/me", &json!({"email": "New@Example.com"})).await.expect(200);
    assert_eq!((&changed["email"], &changed["email_verified"]), (&json!("new@example.com"), &json!(false)));
    let log_in = async |email: &str| {
        community.anonymous().post("/auth/login", &json!({"email": email, "password": PASSWORD})).await
    };
    log_in("ana@example.org").await.assert_problem(401, "invalid_credentials");
    log_in("new@example.com").await.expect(200);
}

#[actix_web::test]
async fn what_does_not_fit_or_belongs_to_another_changes_nothing() {
    let community = Community::start().await;
    let (ana, _ben) = (community.member("ana").await, community.member("ben").await);
    let cases = [
        ("name", "A".to_owned()),
        ("name", "A\u{202e}na".to_owned()),
        ("bio", "b".repeat(1001)),
        ("bio", "a\u{0}b".to_owned()),
        ("handle", "A B".to_owned()),
        ("email", "nobody".to_owned()),
    ];
    for (field, value) in cases {
        let mut change = json!({});
        change[field] = json!(value);
        ana.patch("/me", &change).await.assert_invalid(&[field]);
    }
    ana.patch("/me", &json!({"email": "BEN@example.org", "bio": "x"})).await.assert_problem(409, "email_taken");
    ana.patch("/me", &json!({"handle": "ben", "bio": "x"})).await.assert_problem(409, "handle_taken");
    assert_eq!(ana.get("/me").await.expect(200), ana.account);
    assert_eq!(ana.patch("/me", &json!({"role": "admin"})).await.expect(200)["role"], "member");
    let bio = "🔥".repeat(1000);
    assert_eq!(ana.patch("/me", &json!({"bio": bio})).await.expect(200)["bio"], bio);
}

#[actix_web::test]
async fn a_public_profile_is_found_by_id_and_by_handle_in_any_case() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let expected = BTreeSet::from(["id", "handle", "name", "bio", "role", "avatar", "created_at"]);
    for name in [ana.id(), "ana".to_owned(), "ANA".to_owned()] {
        let user = community.anonymous().get(&format!("/users/{name}")).await.expect(200);
        assert_eq!(members(&user), expected);
        assert_eq!(user["id"], ana.account["id"]);
    }
    for name in ["nobody", "00000000-0000-7000-8000-000000000000", "%00", "an%20a"] {
        let answer = community.anonymous().get(&format!("/users/{name}")).await;
        answer.assert_problem(404, "user_not_found");
    }
}

#[actix_web::test]
async fn nobody_but_oneself_is_shown_an_address() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let ben = community.member("ben").await;
    let post = ana.publish("Bread").await;
    let comment = ana.comment(&post, "Flour matters").await;
    ben.reply(&post, &comment, "So does water").await;
    for viewer in [&community.anonymous(), &ben, &admin] {
        for path in [
            "/users".to_owned(),
            "/users?q=ana".to_owned(),
            "/users/ana".to_owned(),
            format!("/users/{}", ana.id()),
            "/users/ana/posts".to_owned(),
            "/posts".to_owned(),
            "/posts?author=ana".to_owned(),
            format!("/posts/{post}"),
            format!("/posts/{post}/history"),
            format!("/posts/{post}/comments"),
        ] {
            let answer = viewer.get(&path).await;
            answer.expect(200);
            assert!(!answer.text().contains("ana@") && !answer.text().contains("email"), "{path}: {}", answer.text());
        }
    }
    assert!(ben.get("/users?q=ana@example").await.items().is_empty());
}

#[actix_web::test]
async fn a_new_password_ends_the_other_sessions_and_not_ones_own() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let log_in = async |password: &str| {
        community.anonymous().post("/auth/login", &json!({"email": "ana@example.org", "password": password})).await
    };
    let other = ana.signed_in(&log_in(PASSWORD).await.expect(200));
    let change = json!({"current": PASSWORD, "new": "another long sentence"});
    ana.put_json("/me/password", &change).await.expect(204);
    ana.get("/me").await.expect(200);
    other.get("/me").await.assert_problem(401, "invalid_token");
    let refresh = json!({"refresh_token": other.refresh_token});
    community.anonymous().post("/auth/refresh", &refresh).await.assert_problem(401, "invalid_refresh_token");
    log_in(PASSWORD).await.assert_problem(401, "invalid_credentials");
    log_in("another long sentence").await.expect(200);
}

#[actix_web::test]
async fn a_password_is_changed_only_by_who_knows_it_and_only_to_a_good_one() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let wrong = json!({"current": "not the password", "new": "another long sentence"});
    ana.put_json("/me/password", &wrong).await.assert_problem(403, "wrong_password");
    for new in ["1234567".to_owned(), "p".repeat(129)] {
        let change = json!({"current": PASSWORD, "new": new});
        ana.put_json("/me/password", &change).await.assert_invalid(&["new"]);
    }
    community.anonymous().put_json("/me/password", &wrong).await.assert_problem(401, "authentication_required");
    let credentials = json!({"email": "ana@example.org", "password": PASSWORD});
    community.anonymous().post("/auth/login", &credentials).await.expect(200);
}

#[actix_web::test]
async fn blocking_may_be_repeated_and_taken_back_and_is_not_for_oneself() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    for name in [ben.id(), "ben".to_owned()] {
        let path = format!("/users/{name}/block");
        for answer in [ana.put(&path).await, ana.put(&path).await, ana.delete(&path).await, ana.delete(&path).await] {
            answer.expect(204);
            assert!(answer.body.is_empty());
        }
    }
    ana.put("/users/ana/block").await.assert_problem(422, "validation_failed");
    ana.put("/users/nobody/block").await.assert_problem(404, "user_not_found");
    ana.delete("/users/nobody/block").await.assert_problem(404, "user_not_found");
    community.anonymous().put("/users/ana/block").await.assert_problem(401, "authentication_required");
    assert_eq!(text(&ben.get("/me").await.expect(200)["handle"]), "ben");
    community.tidy().await;
}

#[actix_web::test]
async fn whom_one_has_blocked_one_is_told_and_nobody_else() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let handles = ["cem", "dee", "eve"];
    for handle in handles {
        community.member(handle).await;
        ana.put(&format!("/users/{handle}/block")).await.expect(204);
    }
    let mut listed: Vec<_> = ana.walk("/me/blocks?limit=2").await.iter().map(|user| text(&user["handle"])).collect();
    listed.sort();
    assert_eq!(listed, handles);
    ana.delete("/users/dee/block").await.expect(204);
    assert_eq!(ana.get("/me/blocks").await.items().len(), 2);
    assert_eq!(ben.get("/me/blocks").await.items().len(), 0);
}
