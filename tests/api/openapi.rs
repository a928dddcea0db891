//! The OpenAPI document against the routes, and the pages that show it.

use std::collections::BTreeSet;

use hearth::http::routes::ROUTES;
use serde_json::Value;

use crate::community::Community;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

async fn document() -> Value {
    Community::start().await.anonymous().get("/openapi.json").await.expect(200)
}

/// Every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| METHODS.contains(&key.as_str())) {
            operations.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    operations
}

#[actix_web::test]
async fn the_document_describes_every_route_and_no_other() {
    let document = document().await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let described: BTreeSet<_> = operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let routes =
        ROUTES.iter().filter(|(_, path)| path.starts_with("/api/v1/") || path.ends_with("z") || *path == "/metrics");
    let routes: BTreeSet<_> = routes.map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert!(routes.len() > 40);
    assert_eq!(described, routes);
}

#[actix_web::test]
async fn every_operation_says_what_it_takes_and_gives() {
    let document = document().await;
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name} has no summary");
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{name}'s operationId is not unique"
        );
        let responses = operation["responses"].as_object().unwrap();
        let succeeds = |status: &String| status.starts_with('2') || status == "101";
        assert!(responses.keys().any(succeeds), "{name} has no success");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let in_path: BTreeSet<_> =
            in_path.map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap())).collect();
        let expected: BTreeSet<_> = path.split('/').filter(|part| part.starts_with('{')).map(str::to_owned).collect();
        assert_eq!(in_path, expected, "{name}");
        let needs_none = ["logout", "/v1/backups"].iter().any(|part| path.contains(part));
        let takes_body = method == "PATCH" || method == "POST" && !needs_none;
        assert!(!takes_body || operation["requestBody"].is_object(), "{name} has no body");
        // Whatever changes something needs an account, but for getting one; a socket says in its first frame whose it is.
        let own =
            ["/me/", "sessions", "conversations", "/v1/events", "/v1/stats", "/v1/invites", "/v1/backups", "/v1/bans"];
        let public = method == "GET" && !own.iter().any(|part| format!("{path}/").contains(part))
            || ["register", "login", "refresh"].iter().any(|end| path.ends_with(end));
        assert_eq!(operation["security"].is_array(), !public, "{name}");
    }
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
}

/// Every `$ref` in `value`.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[actix_web::test]
async fn every_reference_leads_to_something() {
    let document = document().await;
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} is elsewhere"));
        assert!(document.pointer(pointer).is_some_and(Value::is_object), "{reference} leads nowhere");
    }
}

#[actix_web::test]
async fn the_schemas_of_what_goes_out_have_the_members_that_go_out() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    ana.comment(&post, "Flour").await;
    let document = ana.get("/openapi.json").await.expect(200);
    let cases = [
        ("Post", ana.post_of(&post).await),
        ("Comment", ana.get(&format!("/posts/{post}/comments")).await.items()[0].clone()),
        ("Account", ana.get("/me").await.expect(200)),
        ("User", ana.get("/users/ana").await.expect(200)),
        ("Session", ana.get("/auth/sessions").await.items()[0].clone()),
        ("Category", ana.get("/categories").await.items()[0].clone()),
        ("Problem", ana.get("/posts?limit=0").await.json()),
    ];
    for (name, example) in cases {
        let properties = document["components"]["schemas"][name]["properties"].as_object();
        let documented: BTreeSet<_> = properties.unwrap_or_else(|| panic!("{name} has no schema")).keys().collect();
        let members: BTreeSet<_> = example.as_object().unwrap().keys().collect();
        assert_eq!(documented, members, "{name}");
    }
}

/// The values of the attributes `src` and `href` in a page.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in [" src=", " href="] {
        for (start, _) in page.match_indices(attribute) {
            let rest = &page[start + attribute.len()..];
            let quote = rest.chars().next().unwrap();
            assert!(matches!(quote, '"' | '\''), "{rest}");
            links.push(rest[1..].split(quote).next().unwrap().to_owned());
        }
    }
    links
}

#[actix_web::test]
async fn the_browsable_pages_load_everything_from_this_server() {
    let community = Community::start().await;
    let root = community.anonymous().at_root();
    let redirect = root.get("/docs").await;
    assert_eq!((redirect.status, redirect.header("location")), (308, Some("/docs/")));
    for page in ["/docs/", "/docs/errors", "/"] {
        let html = root.get(page).await;
        assert_eq!(html.status, 200, "{page}");
        assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"), "{page}");
        let links = links(html.text());
        assert!(!links.is_empty(), "{page}");
        for link in links.iter().filter(|link| !link.starts_with('#')) {
            assert!(!link.contains("://") && !link.starts_with("//"), "{page} loads {link}");
            let path =
                if link.starts_with('/') { link.clone() } else { format!("{page}{}", link.trim_start_matches("./")) };
            let answer = root.get(&path).await;
            assert!(answer.status == 200 || answer.status == 308, "{page} links to {path}: {}", answer.status);
            if path.ends_with(".css") {
                assert!(!answer.text().contains("url(http") && !answer.text().contains("@import"), "{path}");
            }
        }
    }
    let start = root.get("/docs/swagger-initializer.js").await;
    assert!(start.text().contains("/api/v1/openapi.json"), "{}", start.text());
    assert!(!start.text().contains("http://") && !start.text().contains("https://"), "{}", start.text());
}

#[actix_web::test]
async fn every_kind_of_refusal_is_explained_where_its_type_says() {
    let community = Community::start().await;
    let root = community.anonymous().at_root();
    let page = root.get("/docs/errors").await;
    for (path, code) in [("/nowhere", "route_not_found"), ("/api/v1/me", "authentication_required")] {
        let kind = root.get(path).await.json()["type"].as_str().unwrap().to_owned();
        let (at, name) = kind.split_once('#').unwrap();
        assert_eq!((at, name), ("/docs/errors", code));
        assert!(page.text().contains(&format!("id=\"{name}\"")), "{name} is not explained");
    }
}
