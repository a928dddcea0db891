//! Pages of other origins: what they may read, and what a browser is told before it sends something.

use actix_web::http::Method;

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::Community;

const APP: &str = "https://app.example.org";

async fn community(origins: &[&str]) -> Community {
    let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Community::with(|config| config.allowed_origins = origins).await
}

fn page(community: &Community, origin: &str) -> Actor {
    community.anonymous().with("origin", origin)
}

async fn preflight(actor: &Actor, path: &str) -> Answer {
    let request = actor.request(Method::OPTIONS, path).insert_header(("access-control-request-method", "POST"));
    let request = request.insert_header(("access-control-request-headers", "authorization,content-type"));
    Answer::read(request.send().await.unwrap()).await
}

/// The headers of an answer that are about origins.
fn said(answer: &Answer) -> Vec<&str> {
    let names = ["allow-origin", "allow-methods", "allow-headers", "expose-headers", "allow-credentials", "max-age"];
    let names = names.into_iter();
    names.filter(|name| answer.header(&format!("access-control-{name}")).is_some()).collect()
}

#[actix_web::test]
async fn a_page_of_an_allowed_origin_may_read_answers_and_what_is_in_their_headers() {
    let community = community(&[APP, "http://localhost:3000"]).await;
    for path in ["/posts", "/posts/none", "/nowhere"] {
        let answer = page(&community, APP).get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP), "{path}");
        let exposed = answer.header("access-control-expose-headers").unwrap();
        for name in ["ETag", "Retry-After", "RateLimit"] {
            assert!(exposed.contains(name), "{exposed}");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    let answer = page(&community, "http://localhost:3000").get("/posts").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
}

#[actix_web::test]
async fn a_page_of_another_origin_is_told_nothing() {
    let community = community(&[APP]).await;
    for origin in ["https://evil.example", "https://app.example.org.evil.example", "http://app.example.org", "null", ""]
    {
        let page = page(&community, origin);
        assert!(said(&page.get("/posts").await).is_empty(), "{origin}");
        let answer = preflight(&page, "/posts").await;
        assert!(said(&answer).is_empty() && answer.status == 405, "{origin}");
    }
    assert!(said(&community.anonymous().get("/posts").await).is_empty());
}

#[actix_web::test]
async fn a_preflight_is_answered_for_every_path_without_touching_anything() {
    let community = community(&[APP]).await;
    for path in ["/posts", "/posts/none/like", "/auth/login", "/nowhere"] {
        let answer = preflight(&page(&community, APP), path).await;
        answer.expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        let methods = answer.header("access-control-allow-methods").unwrap();
        assert!(["GET", "POST", "PUT", "PATCH", "DELETE"].iter().all(|method| methods.contains(method)), "{methods}");
        let headers = answer.header("access-control-allow-headers").unwrap();
        for name in ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID"] {
            assert!(headers.contains(name), "{headers}");
        }
        assert_eq!(answer.header("access-control-max-age"), Some("7200"));
    }
    // What only looks like one is none.
    let request = page(&community, APP).request(Method::OPTIONS, "/posts");
    Answer::read(request.send().await.unwrap()).await.assert_problem(405, "method_not_allowed");
}

#[actix_web::test]
async fn ready_pages_are_the_same_for_all_and_caches_know_that_the_headers_are_not() {
    let community = community(&[APP]).await;
    community.admin().await.publish("Hello").await;
    let (own, other) = (community.anonymous().get("/posts").await, page(&community, APP).get("/posts").await);
    assert_eq!((own.header("etag"), &own.body), (other.header("etag"), &other.body));
    for answer in [&own, &other] {
        let vary = answer.headers("vary").join(", ");
        assert_eq!(vary, "Accept-Encoding, Authorization, Origin");
    }
    let tag = own.header("etag").unwrap().to_owned();
    let unchanged = page(&community, APP).with("if-none-match", tag).get("/posts").await;
    assert_eq!((unchanged.status, unchanged.header("access-control-allow-origin")), (304, Some(APP)));
}

#[actix_web::test]
async fn without_allowed_origins_nothing_is_said_at_all() {
    let community = Community::start().await;
    let answer = page(&community, APP).get("/posts").await;
    assert!(said(&answer).is_empty());
    assert_eq!(answer.header("vary"), Some("Accept-Encoding, Authorization"));
    assert_eq!(preflight(&page(&community, APP), "/posts").await.status, 405);
    assert!(page(&community, APP).socket().connect().await.is_err());
}
