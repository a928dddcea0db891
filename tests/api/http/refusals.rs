//! Paths and methods that are none, and the headers of every answer.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use hearth::http::routes::ROUTES;
use serde_json::json;

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::Community;

/// A route's path with something in the place of its parameters.
fn filled_in(path: &str) -> String {
    let path = path.replace("{id}", "00000000-0000-7000-8000-000000000000").replace("{slug}", "food");
    let path = path.replace("/assets/{tag}/{file:.*}", &hearth::web::address("main.js"));
    path.replace("{name}", "icon.svg").replace("{file:.*}", "index.html")
}

async fn ask(actor: &Actor, method: &str, path: &str) -> Answer {
    let request = actor.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
    Answer::read(request.send().await.unwrap()).await
}

#[actix_web::test]
async fn every_path_answers_other_methods_with_405_and_the_ones_it_takes() {
    let community = Community::start().await;
    let nobody = community.anonymous().at_root();
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (method, path) in ROUTES {
        let methods = paths.entry(path).or_default();
        methods.insert(method);
        if *method == "GET" {
            methods.insert("HEAD");
        }
    }
    assert!(paths.len() > 25);
    for (path, methods) in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let answer = ask(&nobody, method, &filled_in(path)).await;
            if methods.contains(method) {
                let unknown = answer.status == 404 && answer.text().contains("route_not_found");
                assert!(answer.status != 405 && !unknown, "{method} {path}");
                continue;
            }
            answer.assert_problem(405, "method_not_allowed");
            let allowed: BTreeSet<_> = answer.header("allow").unwrap().split(", ").collect();
            assert_eq!(allowed, methods, "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn a_path_that_is_none_is_a_problem_whatever_it_looks_like() {
    let community = Community::start().await;
    let ana = community.member("ana").await.at_root();
    for path in [
        "/nowhere",
        "/api",
        "/api/v1",
        "/api/v2/posts",
        "/api/v1/posts/",
        "/api/v1//posts",
        "/API/v1/posts",
        "/api/v1/posts/x/nowhere",
        "/assets/none/main.js",
        "/assets/..%2fCargo.toml",
        "/docs/nothing",
        "/docs/..%2f..%2fetc%2fpasswd",
        "/%00",
        "/%ff",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = ask(&ana, method, path).await;
            if method == "GET" || answer.status != 405 {
                answer.assert_problem(404, "route_not_found");
            }
        }
    }
}

#[actix_web::test]
async fn every_answer_forbids_sniffing_framing_and_referring() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let tag = ana.get("/posts").await.header("etag").unwrap().to_owned();
    let root = ana.at_root();
    let answers = [
        (200, ana.get("/posts").await),
        (200, community.anonymous().get("/posts").await),
        (304, ana.with("if-none-match", tag).get("/posts").await),
        (201, ana.post("/posts", &json!({"title": "x", "categories": ["food"]})).await),
        (200, ana.put(&format!("/posts/{post}/like")).await),
        (204, ana.delete(&format!("/posts/{post}")).await),
        (400, ana.post_raw("/posts", "{").await),
        (401, community.anonymous().get("/me").await),
        (403, ana.delete("/categories/food").await),
        (404, ana.get("/nowhere").await),
        (405, ana.delete("/posts").await),
        (422, ana.get("/posts?limit=0").await),
        (200, root.get("/").await),
        (200, root.get("/docs/").await),
        (308, root.get("/docs").await),
        (200, root.get("/healthz").await),
    ];
    for (status, answer) in answers {
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{status}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{status}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{status}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src '") && policy.contains("frame-ancestors 'none'"), "{status}: {policy}");
        for telling in ["server", "x-powered-by"] {
            assert_eq!(answer.header(telling), None, "{status}");
        }
    }
}

#[actix_web::test]
async fn a_query_that_cannot_be_read_is_refused_and_unknown_parameters_are_passed_over() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.publish("Bread").await;
    assert_eq!(ana.get("/posts?unknown=1&limit=5&&=&a").await.items().len(), 1);
    for query in ["limit=%ff", "cursor=%zz", "limit=1&limit=0"] {
        let answer = ana.get(&format!("/posts?{query}")).await;
        assert!(matches!(answer.status, 400 | 422), "{query}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let many: String = (0..21).map(|number| format!("category=c{number}&")).collect();
    ana.get(&format!("/posts?{many}")).await.assert_invalid(&["category"]);
}
