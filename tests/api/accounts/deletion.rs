//! Leaving: what stays, what goes, and what is free again.

use serde_json::json;

use crate::community::{Community, PASSWORD, newcomer_named};

#[actix_web::test]
async fn what_a_deleted_account_wrote_stays_by_nobody() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let comment = ana.comment(&post, "Flour matters").await;
    ben.put(&format!("/posts/{post}/like")).await.expect(200);
    ana.put(&format!("/posts/{post}/like")).await.expect(200);
    ana.put(&format!("/posts/{post}/bookmark")).await.expect(200);
    // Read once before, so that a page that was kept would be found out.
    community.anonymous().get("/posts").await.expect(200);
    ana.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    let nobody = json!({"id": ana.id(), "handle": "[deleted]", "name": "[deleted]", "avatar": null});
    for viewer in [&community.anonymous(), &ben] {
        let found = viewer.post_of(&post).await;
        assert_eq!((&found["title"], &found["author"], &found["like_count"]), (&json!("Bread"), &nobody, &json!(2)));
        assert_eq!(viewer.get("/posts").await.items()[0]["author"], nobody);
        let thread = viewer.get(&format!("/posts/{post}/comments")).await.items();
        assert_eq!((&thread[0]["id"], &thread[0]["author"]), (&json!(comment), &nobody));
        assert_eq!(thread[0]["text"], "Flour matters");
    }
    community.tidy().await;
    assert_eq!(ben.post_of(&post).await["author"], nobody);
}

#[actix_web::test]
async fn a_deleted_account_is_signed_out_at_once_and_found_nowhere() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let credentials = json!({"email": "ana@example.org", "password": PASSWORD});
    let other = ana.signed_in(&ana.post("/auth/login", &credentials).await.expect(200));
    ana.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    for device in [&ana, &other] {
        device.get("/me").await.assert_problem(401, "invalid_token");
        device.post("/posts", &json!({"title": "x", "categories": ["general"]})).await.expect(401);
        let refresh = json!({"refresh_token": device.refresh_token});
        community.anonymous().post("/auth/refresh", &refresh).await.assert_problem(401, "invalid_refresh_token");
    }
    let somebody = community.anonymous();
    somebody.post("/auth/login", &credentials).await.assert_problem(401, "invalid_credentials");
    for path in [format!("/users/{}", ana.id()), "/users/ana".into(), "/users/ana/posts".into()] {
        somebody.get(&path).await.assert_problem(404, "user_not_found");
    }
    somebody.get("/users/%5Bdeleted%5D").await.assert_problem(404, "user_not_found");
    somebody.get("/posts?author=ana").await.assert_problem(404, "user_not_found");
    assert!(somebody.get("/users?q=ana").await.items().is_empty());
    assert!(somebody.get("/users?q=%5Bdel").await.items().is_empty());
}

#[actix_web::test]
async fn the_address_and_handle_of_a_deleted_account_are_free_again_and_its_posts_are_not() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    ana.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    let answer = community.anonymous().post("/auth/register", &newcomer_named("Ana", "ana")).await.expect(201);
    let second = community.anonymous().signed_in(&answer);
    assert_ne!(second.id(), ana.id());
    let edit = second.patch(&format!("/posts/{post}"), &json!({"title": "Mine now"})).await;
    edit.assert_problem(403, "forbidden");
    assert!(second.get("/me/posts").await.items().is_empty());
    assert!(second.get("/posts?author=ana").await.items().is_empty());
    community.tidy().await;
}

#[actix_web::test]
async fn only_who_knows_the_password_can_delete_the_account() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.delete_json("/me", &json!({"password": "not the password"})).await.assert_problem(403, "wrong_password");
    ana.delete_json("/me", &json!({})).await.assert_invalid(&["password"]);
    ana.get("/me").await.expect(200);
}

#[actix_web::test]
async fn several_accounts_can_be_deleted_and_registered_again_after_a_restart() {
    let mut community = Community::start().await;
    for handle in ["ana", "ben"] {
        let member = community.member(handle).await;
        member.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    }
    community.restart().await;
    for handle in ["ana", "ben"] {
        community.member(handle).await;
    }
    assert_eq!(community.anonymous().get("/users").await.items().len(), 3);
    community.tidy().await;
}
