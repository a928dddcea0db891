//! Finding out who has an account.
//!
//! That an address is taken is told to who registers with it, as the contract has it (409 `email_taken`). Nothing else
//! tells, and signing in does not even by its time: what costs time is a hash, and one is made in either case.

use serde_json::{Value, json};

use crate::actor::text;
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

/// Hashes that were made so far.
fn hashes(community: &Community) -> u64 {
    community.app().passwords.figures().took.now().count()
}

/// All of an answer that somebody could compare.
fn shape(answer: &Answer) -> (u16, String, Vec<Option<String>>) {
    let names = ["content-type", "content-length", "www-authenticate", "cache-control", "retry-after", "vary"];
    let headers = names.map(|name| answer.header(name).map(str::to_owned)).to_vec();
    (answer.status, answer.text().to_owned(), headers)
}

#[actix_web::test]
async fn signing_in_costs_one_hash_and_says_the_same_whoever_it_is() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let gone = community.member("gone").await;
    community.member("banned").await;
    admin.put("/users/banned/ban").await.expect(204);
    gone.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    community.tidy().await;
    let long = format!("{}@example.org", "a".repeat(300));
    let mut shapes = Vec::new();
    for (email, password) in [
        ("ana@example.org", "wrong password"),
        ("ana@example.org", ""),
        ("nobody@example.org", "wrong password"),
        ("nobody@example.org", PASSWORD),
        ("banned@example.org", "wrong password"),
        ("gone@example.org", PASSWORD),
        ("[deleted]", PASSWORD),
        ("", PASSWORD),
        ("", ""),
        ("no address", PASSWORD),
        (&long, PASSWORD),
        ("ana@example.org\u{0}", PASSWORD),
        ("ana@example.org", &"x".repeat(100_000)),
    ] {
        let before = hashes(&community);
        let credentials = json!({"email": email, "password": password});
        let answer = community.anonymous().post("/auth/login", &credentials).await;
        answer.assert_problem(401, "invalid_credentials");
        assert_eq!(hashes(&community), before + 1, "{email:.40}");
        shapes.push(shape(&answer));
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    let before = hashes(&community);
    let right = json!({"email": "ana@example.org", "password": PASSWORD});
    ana.post("/auth/login", &right).await.expect(200);
    assert_eq!(hashes(&community), before + 1);
}

#[actix_web::test]
async fn registering_tells_of_an_address_what_it_must_and_nothing_of_whose_it_is() {
    let community = Community::start().await;
    community.member("ana").await;
    let nobody = community.anonymous();
    let try_with = async |email: &str, handle: &str| {
        let new = json!({"name": "Eve", "email": email, "password": PASSWORD, "handle": handle});
        nobody.post("/auth/register", &new).await
    };
    let taken = try_with("ana@example.org", "eve").await;
    taken.assert_problem(409, "email_taken");
    assert_eq!(shape(&try_with("ANA@Example.ORG", "eve2").await), shape(&taken));
    assert!(!taken.text().contains("ana"), "{}", taken.text());
    let problem = try_with("eve@example.org", "ana").await.assert_problem(409, "handle_taken");
    assert!(!problem.to_string().contains("@"), "{problem}");
    // The directory finds by handle and name, and by no part of an address.
    for query in ["ana@example.org", "ana@", "example.org", "@example"] {
        let encoded = query.replace('@', "%40");
        assert!(nobody.get(&format!("/users?q={encoded}")).await.items().is_empty(), "{query}");
        nobody.get(&format!("/users/{encoded}")).await.assert_problem(404, "user_not_found");
    }
}

#[actix_web::test]
async fn where_registration_is_closed_no_address_is_told_of() {
    let mut community = Community::start().await;
    community.member("ana").await;
    community.restart_with(|config| config.registration = hearth::config::Registration::Closed).await;
    let mut answers = Vec::new();
    for email in ["ana@example.org", "nobody@example.org"] {
        let before = hashes(&community);
        let new = json!({"name": "Eve", "email": email, "password": PASSWORD, "handle": "eve"});
        let answer = community.anonymous().post("/auth/register", &new).await;
        answer.assert_problem(403, "registration_closed");
        assert_eq!(hashes(&community), before);
        answers.push(shape(&answer));
    }
    assert_eq!(answers[0], answers[1]);
}

#[actix_web::test]
async fn what_is_gone_hidden_or_never_was_is_told_of_in_the_same_words() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let eve = community.member("eve").await;
    let gone = community.member("gone").await;
    gone.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    let never = "00000000-0000-7000-8000-000000000000";
    let same = async |paths: &[String]| {
        let mut shapes: Vec<_> = Vec::new();
        for path in paths {
            shapes.push(shape(&eve.get(path).await));
        }
        shapes.dedup();
        assert_eq!(shapes.len(), 1, "{shapes:?}");
        assert_eq!(shapes[0].0, 404);
    };
    same(&["gone".to_owned(), "nobody".into(), gone.id(), never.into()].map(|id| format!("/users/{id}"))).await;
    let post = ana.publish("Bread").await;
    ana.delete(&format!("/posts/{post}")).await.expect(204);
    same(&[format!("/posts/{post}"), format!("/posts/{never}")]).await;
    let room = crate::socket::direct(&ana, &admin).await;
    same(&[format!("/conversations/{room}"), format!("/conversations/{never}")]).await;
    // Nobody's profile shows an address, a role apart.
    for path in ["/users/ana", "/users?limit=100"] {
        for reader in [&eve, &admin, &community.anonymous()] {
            assert!(!reader.get(path).await.text().contains('@'), "{path}");
        }
    }
    let events: Value = eve.get("/users/ana").await.expect(200);
    assert_eq!(text(&events["handle"]), "ana");
}
