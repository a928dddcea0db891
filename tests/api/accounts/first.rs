//! The first account, which becomes the admin: from this machine, or with the code that the server printed.

use serde_json::json;

use crate::community::{Community, PASSWORD, newcomer_named};

#[actix_web::test]
async fn the_first_account_is_the_admin_and_the_second_is_not() {
    let community = Community::start().await;
    assert!(community.app().setup_code().unwrap().is_some());
    assert_eq!(community.admin().await.account["role"], "admin");
    assert_eq!(community.member("ana").await.account["role"], "member");
    assert_eq!(community.app().setup_code().unwrap(), None);
}

#[actix_web::test]
async fn what_a_proxy_hands_on_needs_the_set_up_code_for_the_first_account() {
    let community = Community::start().await;
    let forwarded = [
        ("x-forwarded-for", "203.0.113.7"),
        ("forwarded", "for=203.0.113.7"),
        ("x-forwarded-host", "hearth.example.org"),
        ("x-real-ip", "203.0.113.7"),
        ("via", "1.1 proxy"),
    ];
    let mut body = newcomer_named("Ada", "ada");
    for (name, value) in forwarded {
        let from_afar = community.anonymous().with(name, value);
        from_afar.post("/auth/register", &body).await.assert_problem(403, "setup_code_required");
        for wrong in ["", "0000000000000000", "null"] {
            body["setup_code"] = json!(wrong);
            let refused = from_afar.post("/auth/register", &body).await;
            refused.assert_problem(403, "setup_code_required");
        }
        body["setup_code"] = json!(null);
    }
    let code = community.app().setup_code().unwrap().unwrap().to_owned();
    body["setup_code"] = json!(code);
    let from_afar = community.anonymous().with("x-forwarded-for", "203.0.113.7");
    let answer = from_afar.post("/auth/register", &body).await.expect(201);
    assert_eq!(answer["user"]["role"], "admin");
    // The code was good for once.
    let mut second = newcomer_named("Eve", "eve");
    second["setup_code"] = json!(code);
    let answer = from_afar.post("/auth/register", &second).await.expect(201);
    assert_eq!(answer["user"]["role"], "member");
}

#[actix_web::test]
async fn a_proxy_changes_nothing_once_there_is_an_admin_and_a_restart_makes_no_second_one() {
    let mut community = Community::start().await;
    community.admin().await;
    community.restart().await;
    let from_afar = community.anonymous().with("x-forwarded-for", "203.0.113.7");
    let answer = from_afar.post("/auth/register", &newcomer_named("Ana", "ana")).await.expect(201);
    assert_eq!(answer["user"]["role"], "member");
    assert_eq!(community.member("ben").await.account["role"], "member");
}

#[actix_web::test]
async fn where_the_only_account_was_deleted_the_next_one_is_no_admin() {
    let community = Community::start().await;
    let admin = community.admin().await;
    let password = json!({"password": PASSWORD});
    admin.delete_json("/me", &password).await.expect(204);
    let answer = community.anonymous().post("/auth/register", &newcomer_named("Ana", "ana")).await.expect(201);
    assert_eq!(answer["user"]["role"], "member");
}
