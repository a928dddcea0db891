//! Text that deceives the eye, and two spellings of what is one.

use serde_json::{Value, json};

use crate::actor::text;
use crate::community::{Community, PASSWORD};

fn newcomer(name: &str, email: &str, handle: Option<&str>) -> Value {
    let mut new = json!({"name": name, "email": email, "password": PASSWORD});
    if let Some(handle) = handle {
        new["handle"] = json!(handle);
    }
    new
}

#[actix_web::test]
async fn a_handle_is_never_one_that_only_looks_like_anothers() {
    let community = Community::start().await;
    community.member("paypal").await;
    let nobody = community.anonymous();
    for handle in [
        "pаypal",         // Cyrillic а
        "paypa1 ",        // a blank behind
        "ｐａｙｐａｌ",   // full width
        "paypal\u{200b}", // zero width space
        "paypal\u{200d}", // zero width joiner
        "\u{202e}lapyap", // right to left
        "pay\u{ad}pal",   // soft hyphen
        "PayPal",         // capitals
        "payp\u{0430}l",
        "pāypal",
        "paypal\0",
        "[deleted]",
        "pay/pal",
        "..",
        "me",
    ] {
        let answer = nobody.post("/auth/register", &newcomer("Eve", "eve@example.org", Some(handle))).await;
        answer.assert_invalid(&["handle"]);
    }
    let answer = nobody.post("/auth/register", &newcomer("Eve", "eve@example.org", Some("paypal"))).await;
    answer.assert_problem(409, "handle_taken");
    // One that is made from a name is plain, and another one.
    for (number, name) in ["PayPal", "ｐａｙｐａｌ", "Páypal"].into_iter().enumerate() {
        let new = newcomer(name, &format!("eve{number}@example.org"), None);
        let handle = text(&nobody.post("/auth/register", &new).await.expect(201)["user"]["handle"]);
        assert!(handle.starts_with("paypal_") || handle == "member", "{handle}");
        assert!(handle.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'));
    }
}

#[actix_web::test]
async fn no_text_turns_the_line_around_or_hides_what_is_in_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let room = crate::conversations::room::Room::group(&ana, &[&ben]).await;
    for hidden in [
        "\u{202e}",
        "\u{202a}",
        "\u{2066}",
        "\u{2069}",
        "\u{200b}",
        "\u{feff}",
        "\u{0}",
        "\u{1b}[31m",
        "\u{8}",
        "\u{9b}2J",
    ] {
        let words = format!("ab{hidden}cd");
        let message = json!({"client_id": "c", "text": words});
        let comment = json!({"text": words});
        for answer in [
            ana.patch("/me", &json!({"name": words})).await,
            ana.patch("/me", &json!({"bio": words})).await,
            ana.post("/posts", &json!({"title": words, "categories": ["food"]})).await,
            ana.post("/posts", &json!({"title": "x", "body": words, "categories": ["food"]})).await,
            ana.post("/posts", &json!({"title": "x", "categories": ["food"], "tags": [words]})).await,
            ana.post(&format!("/posts/{post}/comments"), &comment).await,
            ana.patch(&room.path, &json!({"name": words})).await,
            room.send(&ana, &message).await,
        ] {
            assert_eq!(answer.status, 422, "{hidden:?}: {}", answer.text());
        }
    }
    // What cannot be seen at all is no name and no message.
    for unseen in [
        "\u{2800}\u{2800}",
        "\u{3164}\u{3164}",
        "\u{ad}\u{ad}",
        "\u{2060}\u{2060}",
        "\u{e0001}\u{e0001}",
        "\u{115f}\u{115f}",
    ] {
        for answer in [
            ana.patch("/me", &json!({"name": unseen})).await,
            ana.post("/posts", &json!({"title": unseen, "categories": ["food"]})).await,
            ana.post(&format!("/posts/{post}/comments"), &json!({"text": unseen})).await,
            ana.patch(&room.path, &json!({"name": unseen})).await,
            room.send(&ana, &json!({"client_id": "c", "text": unseen})).await,
        ] {
            assert_eq!(answer.status, 422, "{unseen:?}: {}", answer.text());
        }
    }
}

#[actix_web::test]
async fn nobody_takes_the_name_of_who_has_left() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for name in ["[deleted]", " [deleted] ", "[DELETED]", "［deleted］"] {
        ana.patch("/me", &json!({"name": name})).await.assert_invalid(&["name"]);
        let new = newcomer(name, "eve@example.org", None);
        community.anonymous().post("/auth/register", &new).await.assert_invalid(&["name"]);
    }
}

#[actix_web::test]
async fn an_address_that_differs_in_its_spelling_alone_is_the_same_or_none() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let nobody = community.anonymous();
    for same in ["ANA@example.org", "ana@EXAMPLE.org", " ana@example.org ", "aN\u{41}@example.org"] {
        let answer = nobody.post("/auth/register", &newcomer("Eve", same, None)).await;
        answer.assert_problem(409, "email_taken");
        let credentials = json!({"email": same, "password": PASSWORD});
        assert_eq!(nobody.post("/auth/login", &credentials).await.expect(200)["user"]["id"], ana.account["id"]);
    }
    for deceptive in [
        "ａｎａ@example.org",
        "ana@ｅxample.org",
        "ana@example\u{3002}org",
        "ana\u{200b}@example.org",
        "ana@example.org\u{202e}",
        "ana@exam\u{ad}ple.org",
        "ﬁna@example.org",
        "ana@example.org\0",
        "ana@example.org\r\nBcc: all@example.org",
        "ana@example.org, eve@evil.example",
        "Ana <ana@example.org>",
        "\"ana@example.org\"@evil.example ",
        "ana@[127.0.0.1]",
        "ana@localhost",
    ] {
        let answer = nobody.post("/auth/register", &newcomer("Eve", deceptive, None)).await;
        if answer.status == 201 {
            panic!("{deceptive} is taken for another address than it looks like");
        }
        answer.assert_invalid(&["email"]);
        ana.patch("/me", &json!({"email": deceptive})).await.assert_invalid(&["email"]);
    }
    assert_eq!(ana.get("/me").await.expect(200)["email"], "ana@example.org");
}
