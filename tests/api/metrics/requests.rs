//! Requests, by what bounded things can be said of them.

use std::collections::BTreeSet;

use actix_web::http::Method;
use hearth::http::routes::ROUTES;
use serde_json::json;

use super::{figures, moved, scrape, value};
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

const DURATIONS: &str = "hearth_http_request_duration_seconds_count";

#[actix_web::test]
async fn each_answer_counts_once_by_method_route_and_status() {
    let community = Community::start().await;
    let (nobody, ana) = (community.anonymous(), community.member("ana").await);
    let post = ana.publish("Bread").await;
    let before = scrape(&community).await;
    for _ in 0..3 {
        nobody.get("/posts?limit=2").await.expect(200);
    }
    let tag = nobody.get("/posts").await.header("etag").unwrap().to_owned();
    assert_eq!(nobody.with("if-none-match", tag).get("/posts").await.status, 304);
    nobody.get(&format!("/posts/{post}")).await.expect(200);
    assert_eq!(nobody.head(&format!("/posts/{post}")).await.status, 200);
    nobody.get("/posts/019ab000-0000-7000-8000-000000000000").await.assert_problem(404, "post_not_found");
    nobody.get("/posts/nonsense").await.expect(404);
    nobody.get("/me").await.assert_problem(401, "authentication_required");
    nobody.post("/users", &json!({})).await.expect(405);
    nobody.get("/nowhere").await.assert_problem(404, "route_not_found");
    nobody.at_root().get("/docs/errors").await;
    nobody.at_root().get("/docs/nothing-of-this-name").await.expect(404);
    nobody.at_root().get("/healthz").await.expect(200);
    let after = scrape(&community).await;
    let expected = [
        ("GET", "/api/v1/posts", "200", 4.0),
        ("GET", "/api/v1/posts", "304", 1.0),
        ("GET", "/api/v1/posts/{id}", "200", 1.0),
        ("HEAD", "/api/v1/posts/{id}", "200", 1.0),
        ("GET", "/api/v1/posts/{id}", "404", 2.0),
        ("GET", "/api/v1/me", "401", 1.0),
        ("POST", "/api/v1/users", "405", 1.0),
        ("GET", "none", "404", 1.0),
        ("GET", "/docs/errors", "200", 1.0),
        ("GET", "/docs/{file:.*}", "404", 1.0),
        ("GET", "/healthz", "200", 1.0),
        // The first of the two scrapes.
        ("GET", "/metrics", "200", 1.0),
    ];
    for (method, route, status, count) in expected {
        let labels = [("method", method), ("route", route), ("status", status)];
        assert_eq!(moved((&before, &after), DURATIONS, &labels), count, "{labels:?}");
    }
    let all: f64 = expected.iter().map(|(.., count)| count).sum();
    assert_eq!(moved((&before, &after), DURATIONS, &[]), all, "and nothing else was counted");
    let durations = after.histogram("hearth_http_request_duration_seconds", &[("route", "/api/v1/posts")]);
    assert!(durations.sum() > 0.0 && durations.quantile(0.5).is_some_and(|median| median > 0.0));
    assert_eq!(durations.count(), value(&after, DURATIONS, &[("route", "/api/v1/posts")]));
}

#[actix_web::test]
async fn every_route_is_counted_under_its_own_pattern() {
    let community = Community::start().await;
    let nobody = community.anonymous().at_root();
    for (method, path) in ROUTES {
        let path = path.replace("{file:.*}", "index.html").replace(['{', '}'], "");
        let request = nobody.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
        Answer::read(request.send().await.unwrap()).await;
    }
    let after = scrape(&community).await;
    for (method, path) in ROUTES.iter().filter(|(_, path)| *path != "/metrics") {
        let count = value(&after, DURATIONS, &[("method", method), ("route", path)]);
        assert_eq!(count, 1.0, "{method} {path}");
    }
    assert_eq!(after.value(DURATIONS, &[("route", "none")]), None);
}

#[actix_web::test]
async fn whatever_is_asked_for_makes_no_more_series_than_there_are_routes() {
    let community = Community::start().await;
    let nobody = community.anonymous();
    let round = async |round: u32| {
        for number in 0..30 {
            nobody.get(&format!("/posts/{round}x{number}")).await;
            nobody.get(&format!("/somewhere/{round}/{number}?q={number}")).await;
            let method = Method::from_bytes(format!("M{round}X{number}").as_bytes()).unwrap();
            Answer::read(nobody.request(method, "/posts").send().await.unwrap()).await;
        }
    };
    round(1).await;
    scrape(&community).await;
    let lines = figures(&community).await.lines().count();
    round(2).await;
    let text = figures(&community).await;
    assert_eq!(text.lines().count(), lines);
    let after = scrape(&community).await;
    let known: BTreeSet<_> = ROUTES.iter().map(|(_, path)| *path).chain(["none"]).collect();
    let routes = after.values_of(DURATIONS, "route");
    assert!(routes.iter().all(|route| known.contains(route.as_str())), "{routes:?}");
    assert_eq!(value(&after, DURATIONS, &[("method", "other"), ("route", "/api/v1/posts")]), 60.0);
    assert_eq!(value(&after, DURATIONS, &[("route", "none"), ("status", "404")]), 60.0);
}

#[actix_web::test]
async fn a_scrape_is_the_only_request_in_flight_when_all_others_are_answered() {
    let community = Community::start().await;
    community.anonymous().get("/posts").await.expect(200);
    assert_eq!(value(&scrape(&community).await, "hearth_http_requests_in_flight", &[]), 1.0);
    community.app().metrics.http.refused("full");
    let refused = value(&scrape(&community).await, "hearth_http_requests_refused_total", &[("reason", "full")]);
    assert_eq!(refused, 1.0);
}

#[actix_web::test]
async fn no_figure_says_who_did_something() {
    let community = Community::start().await;
    let (quill, vexley) = (community.member("quill").await, community.member("vexley").await);
    let post = quill.publish("Sourdough").await;
    quill.get("/users/vexley").await.expect(200);
    let conversation = quill.post("/conversations", &json!({"members": [vexley.id()]})).await.expect(201);
    let conversation = conversation["id"].as_str().unwrap();
    let wrong = json!({"email": "quill@example.org", "password": "wrong horse battery"});
    quill.post("/auth/login", &wrong).await.expect(401);
    let text = figures(&community).await;
    let traces =
        [&quill.id(), &vexley.id(), &post, conversation, "quill", "vexley", "example.org", "127.0.0.1", PASSWORD];
    for trace in traces {
        assert!(!text.contains(trace), "{trace}");
    }
}
