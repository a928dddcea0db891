//! The first account becomes the admin where it is registered on the server's own machine. A page of another site can
//! have a browser on that machine ask, too: its name then leads to 127.0.0.1 (DNS rebinding), or it just tries.

use serde_json::json;

use super::raw::{self, Raw, Reply};
use crate::actor::Actor;
use crate::community::{Community, newcomer_named};

fn register(actor: &Actor, head: &str) -> Reply {
    let body = newcomer_named("Eve Evil", "eve").to_string();
    let length = body.len();
    let request = format!("POST /api/v1/auth/register HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}");
    raw::ask(actor, request)
}

const JSON: &str = "Content-Type: application/json\r\n";

#[actix_web::test]
async fn a_page_of_another_site_does_not_become_the_admin() {
    let community = Community::start().await;
    let nobody = community.anonymous();
    // The server begins when this thread first waits for something, which bytes by hand never do.
    nobody.at_root().get("/healthz").await.expect(200);
    for host in
        ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.7", ""]
    {
        let answer = register(&nobody, &format!("Host: {host}\r\n{JSON}"));
        assert_eq!((answer.status, answer.code().as_str()), (403, "setup_code_required"), "{host}");
    }
    // A browser says whose page asks, where it is not the server's own.
    let address = nobody.address();
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        let answer = register(&nobody, &format!("Host: {address}\r\nOrigin: {origin}\r\n{JSON}"));
        assert_eq!((answer.status, answer.code().as_str()), (403, "setup_code_required"), "{origin}");
    }
    // Forms send these types without asking the server first.
    for simple in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let answer = register(&nobody, &format!("Host: {address}\r\nContent-Type: {simple}\r\n"));
        assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported_media_type"), "{simple}");
    }
    let own = format!("Host: {address}\r\nOrigin: http://{address}\r\n{JSON}");
    assert_eq!(register(&nobody, &own).status, 201);
}

#[actix_web::test]
async fn a_page_of_another_site_does_not_read_the_figures() {
    let community = Community::start().await;
    let nobody = community.anonymous();
    // The server begins when this thread first waits for something, which bytes by hand never do.
    nobody.at_root().get("/healthz").await.expect(200);
    let ask = |host: &str| raw::ask(&nobody, format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\n\r\n")).status;
    for host in ["evil.example", "localhost.evil.example:80"] {
        assert_eq!(ask(host), 403, "{host}");
    }
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:9", "[::1]:80", "127.8.8.8", "hearth.localhost"] {
        assert_eq!(ask(host), 200, "{host}");
    }
    // What is no browser may name nothing at all.
    let replies = Raw::open(&nobody).send("GET /metrics HTTP/1.0\r\n\r\n").replies();
    assert_eq!(replies[0].status, 200);
}

#[actix_web::test]
async fn pages_of_other_sites_get_no_leave_to_read_and_none_to_ask() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for origin in ["https://evil.example", "null"] {
        let from = ana.with("origin", origin);
        let preflight = from.with("access-control-request-method", "POST");
        let asked = preflight.with("access-control-request-headers", "content-type,authorization");
        let preflight = asked.request(actix_web::http::Method::OPTIONS, "/posts").send().await.unwrap();
        for headers in
            [preflight.headers(), from.request(actix_web::http::Method::GET, "/posts").send().await.unwrap().headers()]
        {
            for name in
                ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-headers"]
            {
                assert!(!headers.contains_key(name), "{origin}: {name}");
            }
        }
    }
    // Nothing is known of a browser that it does not say: there is no cookie that it would send along.
    let answer =
        ana.post("/auth/login", &json!({"email": "ana@example.org", "password": crate::community::PASSWORD})).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (200, None));
}
