//! The web app as it is served: its files, and what its documents show before any script runs.

use serde_json::json;

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::Community;

async fn page(actor: &Actor, path: &str) -> Answer {
    let answer = actor.at_root().get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    answer
}

/// What the document brings along, and as the answer to what: of the posts, or of whatever `path` begins.
fn brought_of<'a>(document: &'a str, path: &str) -> Option<(&'a str, serde_json::Value)> {
    let start = format!(r#"data-path="{path}"#);
    let data = document.find(&start).and_then(|at| document.get(at + start.len() - path.len()..))?;
    let (path, data) = data.split_once("\">")?;
    let (json, _) = data.split_once("</script>")?;
    Some((path, serde_json::from_str(json).unwrap()))
}

fn brought(document: &str) -> Option<(&str, serde_json::Value)> {
    brought_of(document, "/posts")
}

#[actix_web::test]
async fn the_feed_is_in_the_document_as_text_and_as_the_servers_own_answer() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.publish("Bread & <b>butter</b>").await;
    let visitor = community.anonymous();
    let document = page(&visitor, "/").await;
    assert!(document.text().contains("Bread &amp; &lt;b&gt;butter&lt;/b&gt;"), "{}", document.text());
    let (path, data) = brought(document.text()).unwrap();
    assert_eq!((path, data), ("/posts", visitor.get("/posts").await.expect(200)));
    // What changed is in the next one.
    ana.publish("Cake").await;
    assert!(page(&visitor, "/").await.text().contains("Cake"));
}

#[actix_web::test]
async fn the_categories_are_in_every_document_by_their_names() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.publish_as(&json!({"title": "Bread", "body": "Warm", "categories": ["food"]})).await;
    let visitor = community.anonymous();
    let known = visitor.get("/categories").await.expect(200);
    for path in ["/", "/people", "/join"] {
        let document = page(&visitor, path).await;
        assert_eq!(brought_of(document.text(), "/cat"), Some(("/categories", known.clone())), "{path}");
        assert!(document.text().contains("<span>Food &amp; Cooking</span>"), "{path}: {}", document.text());
    }
    let feed = page(&visitor, "/").await;
    assert!(feed.text().contains(r#"href="/?category=food">Food &amp; Cooking</a>"#), "{}", feed.text());
}

#[actix_web::test]
async fn an_address_of_the_feed_is_the_one_of_the_list_that_it_shows() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.publish("Bread").await;
    for query in ["?sort=top", "?category=food&category=music", "?tag=x", "?category=food&sort=hot"] {
        let document = page(&ana, &format!("/{query}")).await;
        let (path, data) = brought(document.text()).unwrap();
        assert_eq!(path.replace("&amp;", "&"), format!("/posts{query}"));
        assert_eq!(data, community.anonymous().get(&format!("/posts{query}")).await.expect(200), "{query}");
    }
    // What is no feed is left to the script, which can say so.
    for query in ["?sort=none", "?limit=0", "?cursor=x"] {
        assert_eq!(brought(page(&ana, &format!("/{query}")).await.text()), None, "{query}");
    }
}

#[actix_web::test]
async fn an_address_that_is_none_is_said_to_be_so_to_people_and_to_programs() {
    let community = Community::start().await;
    let program = community.anonymous().at_root();
    let browser = program.with("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for path in ["/nowhere", "/posts/1/nothing"] {
        let document = browser.get(path).await;
        assert_eq!(
            (document.status, document.header("content-type")),
            (404, Some("text/html; charset=utf-8")),
            "{path}"
        );
        assert!(document.text().contains("main.js"), "{}", document.text());
        program.get(path).await.assert_problem(404, "route_not_found");
    }
    browser.get("/api/v1/nowhere").await.assert_problem(404, "route_not_found");
}

#[actix_web::test]
async fn a_post_has_a_document_that_says_what_it_is_about() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": "Rye, \"slowly\"", "body": "# Day one\n\nFeed the *starter*.", "categories": ["food"]});
    let id = ana.publish_as(&post).await;
    let document = page(&community.anonymous(), &format!("/posts/{id}")).await;
    for wanted in [
        "<title>Rye, &quot;slowly&quot; · Hearth</title>",
        r#"property="og:title" content="Rye, &quot;slowly&quot;""#,
        r#"name="description" content="Day one Feed the starter.""#,
    ] {
        assert!(document.text().contains(wanted), "{wanted} in {}", document.text());
    }
    assert_eq!(text(&brought(document.text()).unwrap().1["id"]), id);
    for none in ["none", "00000000-0000-7000-8000-000000000000"] {
        let document = ana.at_root().get(&format!("/posts/{none}")).await;
        assert_eq!((document.status, brought(document.text())), (404, None));
        assert!(document.text().contains("main.js"), "the app says so: {}", document.text());
    }
}

#[actix_web::test]
async fn a_document_is_the_same_for_everybody_and_names_nobody_who_is_anonymous() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": "Confession", "categories": ["food"], "anonymous": true});
    let id = ana.publish_as(&post).await;
    for path in ["/".to_owned(), format!("/posts/{id}")] {
        let public = page(&community.anonymous(), &path).await;
        assert_eq!(page(&ana, &path).await.text(), public.text());
        assert!(public.text().contains("Confession") && !public.text().contains(&ana.id()));
    }
}

#[actix_web::test]
async fn a_community_for_its_members_shows_nothing_in_its_documents() {
    let community = Community::with(|config| config.public_read = false).await;
    let ana = community.member("ana").await;
    let id = ana.publish("Bread").await;
    for path in ["/".to_owned(), "/?sort=top".to_owned(), format!("/posts/{id}")] {
        let document = page(&ana, &path).await;
        let shown = document.text();
        assert!(!shown.contains("Bread") && !shown.contains("Food") && shown.contains("data-members-only"), "{path}");
    }
}

#[actix_web::test]
async fn colours_that_were_chosen_are_in_the_document_and_nothing_else_of_a_cookie_is() {
    let community = Community::start().await;
    let themed = async |cookie: &str| page(&community.anonymous().with("cookie", cookie), "/").await;
    let chosen = themed("a=b; hearth_theme=dark; c=d").await;
    assert!(chosen.text().contains(r#"<html lang="en" data-theme="dark">"#), "{}", chosen.text());
    assert_eq!(chosen.header("vary"), Some("Accept-Encoding, Cookie"));
    assert_eq!(chosen.header("cache-control"), Some("private, no-cache"));
    for other in ["hearth_theme=\"><script>", "hearth_theme=", "hearth_theme=DARK", "xhearth_theme=dark", ";;=;"] {
        let document = themed(other).await;
        assert!(document.text().contains(r#"<html lang="en">"#), "{other}");
    }
}

#[actix_web::test]
async fn files_are_kept_for_ever_and_only_below_their_own_hash() {
    let community = Community::start().await;
    let visitor = community.anonymous().at_root();
    let script = hearth::web::address("main.js");
    let file = visitor.get(&script).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(file.header("content-type"), Some("text/javascript; charset=utf-8"));
    // It is for a page to use; by itself it may do nothing.
    assert_eq!(file.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    let styles = visitor.with("accept-encoding", "gzip").get(&hearth::web::address("rest.css")).await;
    assert_eq!(styles.header("content-encoding"), Some("gzip"));
    let tag = script.split('/').nth(2).unwrap();
    for none in [
        script.replace(tag, "other"),
        script.replace("main.js", "types.d.ts"),
        script.replace("main.js", "jsconfig.json"),
        script.replace("main.js", "../mod.rs"),
        format!("/assets/{tag}/"),
        "/icon/main.js".to_owned(),
    ] {
        visitor.get(&none).await.assert_problem(404, "route_not_found");
    }
    let icon = visitor.get("/icon/icon-192.png").await;
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/png")));
    let manifest = visitor.get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), Some("application/manifest+json"));
    for icon in manifest.json()["icons"].as_array().unwrap() {
        assert_eq!(visitor.get(&text(&icon["src"])).await.status, 200);
    }
}

#[actix_web::test]
async fn a_document_names_only_files_that_are_there() {
    let community = Community::start().await;
    let visitor = community.anonymous().at_root();
    let document = page(&visitor, "/").await;
    let named: Vec<_> = document.text().split('"').filter(|word| word.starts_with("/assets/")).collect();
    assert!(named.len() > 10, "{named:?}");
    for file in named {
        assert_eq!(visitor.get(file).await.status, 200, "{file}");
    }
}
