//! The directory: everybody, by handle or by the start of a name.

use std::collections::BTreeSet;

use serde_json::json;

use crate::actor::{each, text};
use crate::answer::members;
use crate::community::{Community, PASSWORD};

async fn filled(names: &[(&str, &str)]) -> Community {
    let community = Community::start().await;
    community.admin().await;
    for (name, handle) in names {
        let email = format!("mail-of-{handle}@example.org");
        let body = json!({"name": name, "email": email, "password": PASSWORD, "handle": handle});
        community.anonymous().post("/auth/register", &body).await.expect(201);
    }
    community
}

#[actix_web::test]
async fn somebody_is_found_by_the_start_of_a_handle_of_a_name_and_of_a_later_word() {
    let community = filled(&[
        ("Ana Lindqvist", "baker"),
        ("Ben Ångström", "ben_the_first"),
        ("Lin Ana", "linana"),
        ("Лев Толстой", "lev"),
    ])
    .await;
    let cases: [(&str, &[&str]); 15] = [
        ("baker", &["baker"]),
        ("BAK", &["baker"]),
        ("ana", &["baker", "linana"]),
        ("Ana%20L", &["baker"]),
        ("lin", &["baker", "linana"]),
        ("lind", &["baker"]),
        ("%C3%A5ng", &["ben_the_first"]),
        ("%C3%85NG", &["ben_the_first"]),
        ("ben", &["ben_the_first"]),
        ("%D1%82%D0%BE%D0%BB", &["lev"]),
        ("aker", &[]),
        ("qvist", &[]),
        ("mail", &[]),
        ("ana%00", &[]),
        ("", &["ada", "baker", "ben_the_first", "lev", "linana"]),
    ];
    for (q, expected) in cases {
        let answer = community.anonymous().get(&format!("/users?q={q}")).await;
        let mut handles = each(&answer.items(), "handle");
        handles.sort();
        assert_eq!(handles, expected, "{q}");
        assert_eq!(answer.json()["next_cursor"], json!(null));
    }
}

#[actix_web::test]
async fn an_entry_of_the_directory_is_a_user() {
    let community = filled(&[("Ana", "ana")]).await;
    let items = community.anonymous().get("/users?q=ana").await.items();
    let expected = BTreeSet::from(["id", "handle", "name", "bio", "role", "avatar", "created_at"]);
    assert_eq!(members(&items[0]), expected);
}

#[actix_web::test]
async fn page_by_page_everybody_comes_once_also_with_several_words_that_fit() {
    let community = Community::start().await;
    community.admin().await;
    for number in 0..37 {
        let name = format!("Sam Sample Samson {number}");
        let email = format!("sam{number}@example.org");
        let body = json!({"name": name, "email": email, "password": PASSWORD, "handle": format!("sam_{number:02}")});
        community.anonymous().post("/auth/register", &body).await.expect(201);
    }
    for (q, expected) in [("sam", 37), ("samp", 37), ("sam_1", 10), ("", 38)] {
        for limit in [1, 5, 36, 37, 100] {
            let users = community.anonymous().walk(&format!("/users?q={q}&limit={limit}")).await;
            let ids: BTreeSet<_> = users.iter().map(|user| text(&user["id"])).collect();
            assert_eq!((users.len(), ids.len()), (expected, expected), "q={q} limit={limit}");
        }
    }
    let page = community.anonymous().get("/users?limit=7").await;
    assert_eq!(page.items().len(), 7);
}

#[actix_web::test]
async fn a_new_name_is_found_at_once_and_the_old_one_no_longer() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.patch("/me", &json!({"name": "Beatrix Kiddo", "handle": "bea"})).await.expect(200);
    for (q, expected) in [("kid", 1), ("bea", 1), ("ana", 0)] {
        assert_eq!(community.anonymous().get(&format!("/users?q={q}")).await.items().len(), expected, "{q}");
    }
}

#[actix_web::test]
async fn a_limit_or_cursor_that_is_none_is_refused() {
    let community = Community::start().await;
    community.admin().await;
    for limit in ["0", "101", "x", "-1", "1.5"] {
        community.anonymous().get(&format!("/users?limit={limit}")).await.assert_invalid(&["limit"]);
    }
    community.anonymous().get("/users?cursor=x").await.assert_problem(400, "invalid_cursor");
}
