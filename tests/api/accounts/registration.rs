//! Registering: what is taken, what is refused, and what happens at the same time.

use std::collections::BTreeSet;

use futures::future::join_all;
use hearth::config::Registration;
use serde_json::{Value, json};

use crate::actor::text;
use crate::answer::members;
use crate::community::{Community, PASSWORD, newcomer_named};

#[actix_web::test]
async fn a_new_account_comes_with_its_tokens() {
    let community = Community::start().await;
    community.admin().await;
    let body = json!({"name": " Ana  Lindqvist ", "email": "Ana@Example.org", "password": PASSWORD, "handle": "ana"});
    let answer = community.anonymous().post("/auth/register", &body).await.expect(201);
    let expected = BTreeSet::from(["user", "access_token", "refresh_token", "token_type", "expires_in"]);
    assert_eq!(members(&answer), expected);
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(900)));
    let user = json!({
        "id": answer["user"]["id"], "handle": "ana", "name": "Ana  Lindqvist", "bio": "", "email": "ana@example.org",
        "email_verified": false, "role": "member", "avatar": null, "created_at": "2026-11-23T08:11:00.000Z",
    });
    assert_eq!(answer["user"], user);
    let id = text(&user["id"]);
    assert!(id.len() == 36 && id.as_bytes()[14] == b'7' && id == id.to_lowercase(), "{id} is no UUIDv7");
    let ana = community.anonymous().signed_in(&answer);
    assert_eq!(ana.get("/me").await.expect(200), user);
}

#[actix_web::test]
async fn each_field_that_does_not_fit_is_refused_by_its_name() {
    let community = Community::start().await;
    community.admin().await;
    let names = ["", "A", " A ", "A\u{0}na", "A\nna", "A\u{202e}na", "A\u{2066}na", "A\u{200b}na", &"é".repeat(81)];
    let emails = [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "a b@example.org",
        "ana@exa mple.org",
        "Ana <ana@example.org>",
        "ana@[127.0.0.1]",
        &format!("{}@example.org", "a".repeat(65)),
    ];
    let handles = ["", "an", "Ana", "an a", "an-a", "änä", "an.a", &"a".repeat(31)];
    let cases = [
        ("name", names.as_slice()),
        ("email", &emails),
        ("handle", &handles),
        ("password", &["", "1234567", &"p".repeat(129)]),
    ];
    for (field, values) in cases {
        for value in values {
            let mut body = newcomer_named("Ana", "ana");
            body[field] = json!(value);
            let answer = community.anonymous().post("/auth/register", &body).await;
            assert_eq!(answer.status, 422, "{field} {value:?}: {}", answer.text());
            answer.assert_invalid(&[field]);
            assert!(!answer.text().contains(PASSWORD));
        }
    }
    let nothing_right = json!({"name": "A", "email": "ana", "password": "short", "handle": "A"});
    let answer = community.anonymous().post("/auth/register", &nothing_right).await;
    answer.assert_invalid(&["name", "email", "password", "handle"]);
    let answer = community.anonymous().post("/auth/register", &json!({"name": "Ana"})).await;
    answer.assert_invalid(&["email"]);
    assert_eq!(community.admin().await.get("/users").await.items().len(), 1);
}

#[actix_web::test]
async fn what_is_just_within_the_bounds_is_taken_and_lengths_count_characters() {
    let community = Community::start().await;
    community.admin().await;
    let cases = [
        ("名前".to_owned(), "12345678".to_owned(), "abc"),
        ("é".repeat(80), "🔑".repeat(8), "under_score_9"),
        ("👩‍🌾 Ana".to_owned(), "p".repeat(128), "a23456789012345678901234567890"),
        ("O'Brien-Smith, Jr.".to_owned(), "🔑".repeat(128), "___"),
    ];
    for (number, (name, password, handle)) in cases.iter().enumerate() {
        let email = format!("person{number}+tag@mail.example.org");
        let body = json!({"name": name, "email": email, "password": password, "handle": handle});
        let answer = community.anonymous().post("/auth/register", &body).await.expect(201);
        assert_eq!((&answer["user"]["name"], &answer["user"]["handle"]), (&json!(name), &json!(handle)));
        let credentials = json!({"email": email, "password": password});
        community.anonymous().post("/auth/login", &credentials).await.expect(200);
    }
}

#[actix_web::test]
async fn an_address_is_taken_in_any_case_and_so_is_a_handle() {
    let community = Community::start().await;
    community.member("ana").await;
    let again = json!({"name": "Ana", "email": "ANA@EXAMPLE.ORG", "password": PASSWORD});
    community.anonymous().post("/auth/register", &again).await.assert_problem(409, "email_taken");
    let handle = json!({"name": "Ana", "email": "other@example.org", "password": PASSWORD, "handle": "ana"});
    community.anonymous().post("/auth/register", &handle).await.assert_problem(409, "handle_taken");
    let credentials = json!({"email": " aNa@eXample.org ", "password": PASSWORD});
    community.anonymous().post("/auth/login", &credentials).await.expect(200);
}

#[actix_web::test]
async fn a_handle_is_made_from_the_name_where_none_is_chosen() {
    let community = Community::start().await;
    community.admin().await;
    let register = async |name: &str, number: usize| {
        let body = json!({"name": name, "email": format!("n{number}@example.org"), "password": PASSWORD});
        text(&community.anonymous().post("/auth/register", &body).await.expect(201)["user"]["handle"])
    };
    assert_eq!(register("Zoë O'Hara", 0).await, "zoe_o_hara");
    assert_eq!(register("zoe o hara", 1).await, "zoe_o_hara_2");
    let mut taken = BTreeSet::new();
    for (number, name) in ["北京", "Лев", "مريم", "Al", "--", "Li Li", "北京"].iter().enumerate() {
        let handle = register(name, 10 + number).await;
        assert!((3..=30).contains(&handle.len()), "{handle}");
        assert!(handle.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{handle}");
        assert!(taken.insert(handle), "a handle was given twice");
    }
    let long = "Wolfeschlegelsteinhausenbergerdorff the Elder of Somewhere";
    for number in 20..75 {
        let handle = register(long, number).await;
        assert!((3..=30).contains(&handle.len()) && taken.insert(handle.clone()), "{handle}");
    }
}

/// How many of twelve that register at once got in, and what the others were told.
async fn race(community: &Community, body: impl Fn(usize) -> Value) -> (usize, Vec<String>) {
    let somebody = community.anonymous();
    let bodies: Vec<_> = (0..12).map(body).collect();
    let answers = join_all(bodies.iter().map(|body| somebody.post("/auth/register", body))).await;
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    let lost = answers.iter().filter(|answer| answer.status != 201);
    (won, lost.map(|answer| format!("{} {}", answer.status, text(&answer.json()["code"]))).collect())
}

#[actix_web::test]
async fn of_twelve_who_register_one_address_at_once_one_gets_it() {
    let community = Community::start().await;
    community.admin().await;
    let same_email = |number| {
        let mut body = newcomer_named("Ana", &format!("ana_{number}"));
        body["email"] = json!("ana@example.org");
        body
    };
    assert_eq!(race(&community, same_email).await, (1, vec!["409 email_taken".to_owned(); 11]));
    assert_eq!(community.anonymous().get("/users?q=ana").await.items().len(), 1);
    community.tidy().await;
}

#[actix_web::test]
async fn of_twelve_who_register_one_handle_at_once_one_gets_it() {
    let community = Community::start().await;
    community.admin().await;
    let same_handle = |number| {
        let mut body = newcomer_named("Ana", "ana");
        body["email"] = json!(format!("ana{number}@example.org"));
        body
    };
    assert_eq!(race(&community, same_handle).await, (1, vec!["409 handle_taken".to_owned(); 11]));
    community.tidy().await;
}

#[actix_web::test]
async fn twelve_of_one_name_at_once_get_a_handle_each() {
    let community = Community::start().await;
    community.admin().await;
    let same_name = |number| json!({"name": "Ana", "email": format!("ana{number}@example.org"), "password": PASSWORD});
    assert_eq!(race(&community, same_name).await, (12, vec![]));
    let users = community.anonymous().get("/users?q=ana").await.items();
    let handles: BTreeSet<_> = users.iter().map(|user| text(&user["handle"])).collect();
    assert_eq!(handles.len(), 12);
}

#[actix_web::test]
async fn of_twelve_first_accounts_one_is_the_admin_also_where_nobody_else_may_register() {
    let community = Community::with(|config| config.registration = Registration::Closed).await;
    let numbered = |number| newcomer_named("Ada", &format!("ada{number}"));
    assert_eq!(race(&community, numbered).await, (1, vec!["403 registration_closed".to_owned(); 11]));
    let users = community.anonymous().get("/users").await.items();
    assert_eq!((users.len(), &users[0]["role"]), (1, &json!("admin")));
}

#[actix_web::test]
async fn closed_registration_takes_nobody_after_the_first() {
    let community = Community::with(|config| config.registration = Registration::Closed).await;
    let admin = community.admin().await;
    assert_eq!(admin.account["role"], "admin");
    let refused = community.anonymous().post("/auth/register", &newcomer_named("Ana", "ana")).await;
    refused.assert_problem(403, "registration_closed");
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    community.anonymous().post("/auth/login", &credentials).await.expect(200);
}

#[actix_web::test]
async fn only_the_allowed_domains_may_register_in_any_case_and_no_subdomain_of_them() {
    let domains = vec!["Example.org".to_owned(), "example.com".to_owned()];
    let community = Community::with(|config| config.allowed_email_domains = domains).await;
    community.admin().await;
    for (number, email) in
        ["ana@example.net", "ana@sub.example.org", "ana@notexample.org", "ana@example.org.evil.net"].iter().enumerate()
    {
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD, "handle": format!("ana{number}")});
        let refused = community.anonymous().post("/auth/register", &body).await;
        refused.assert_problem(403, "email_domain_not_allowed");
    }
    for email in ["ana@EXAMPLE.ORG", "ana@example.com"] {
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
        community.anonymous().post("/auth/register", &body).await.expect(201);
    }
}
