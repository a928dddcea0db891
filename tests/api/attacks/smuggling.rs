//! Requests that a proxy and this server could read differently, so that one hides in another.

use serde_json::json;

use super::raw::Raw;
use crate::actor::Actor;
use crate::community::Community;

/// A request that must never be answered: it hides behind another.
fn hidden(actor: &Actor) -> String {
    let body = json!({"title": "Smuggled", "categories": ["food"]}).to_string();
    format!(
        "POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        actor.access_token,
        body.len()
    )
}

#[actix_web::test]
async fn framing_that_means_two_things_is_refused_and_nothing_behind_it_is_read() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let chunked = "1\r\nx\r\n0\r\n\r\n";
    for framing in [
        "Content-Length: 4\r\nContent-Length: 0",
        "Content-Length: 4, 4",
        "Content-Length: +4",
        "Content-Length: -1",
        "Content-Length: 4 4",
        "Content-Length: 0x4",
        "Content-Length: 99999999999999999999999",
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked, x",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding : chunked",
        "Content-Length : 4",
        " Content-Length: 4",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding\r\n : chunked",
    ] {
        let head = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
        );
        let replies = Raw::open(&ana).send(format!("{head}{chunked}{}", hidden(&ana))).replies();
        assert!(replies.len() <= 1, "{framing:?}: {replies:?}");
        assert!(replies.iter().all(|reply| reply.status == 400), "{framing:?}: {replies:?}");
    }
    assert!(ana.get("/me/posts").await.items().is_empty(), "a hidden request was done");
}

#[actix_web::test]
async fn broken_chunks_end_the_connection() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for chunks in [
        "g\r\nx\r\n0\r\n\r\n",
        "-1\r\nx\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\nx\r\n0\r\n\r\n",
        "0x1\r\nx\r\n0\r\n\r\n",
        "1 \r\r\nx\r\n0\r\n\r\n",
        "1\nx\n0\n\n",
        "1\r\nxx\r\n0\r\n\r\n",
        "\r\n1\r\nx\r\n0\r\n\r\n",
    ] {
        let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";
        let replies = Raw::open(&ana).send(format!("{head}{chunks}{}", hidden(&ana))).replies();
        assert!(replies.len() <= 1 && replies.iter().all(|reply| reply.status >= 400), "{chunks:?}: {replies:?}");
    }
    assert!(ana.get("/me/posts").await.items().is_empty(), "a hidden request was done");
}

#[actix_web::test]
async fn a_body_that_nobody_reads_is_not_the_next_request() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let hidden = hidden(&ana);
    // Routes that look at no body, or refuse before they do: what comes with them stays a body.
    for line in [
        "GET /api/v1/posts",
        "GET /",
        "GET /api/v1/nowhere",
        "DELETE /api/v1/posts",
        "POST /api/v1/posts",
        "PUT /api/v1/posts/x/like",
        "GET /docs",
        "HEAD /healthz",
    ] {
        let length = hidden.len();
        let request = format!(
            "{line} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{hidden}"
        );
        let replies = Raw::open(&ana).send(request).replies();
        assert!(replies.len() <= 1, "{line}: {replies:?}");
    }
    assert!(ana.get("/me/posts").await.items().is_empty(), "a hidden request was done");
    // Two honest requests on one connection are two.
    let two = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2);
    assert_eq!(Raw::open(&ana).send(two).replies().len(), 2);
}

#[actix_web::test]
async fn a_request_line_or_a_head_that_is_none_is_refused() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for head in [
        "GET /api/v1/me\r\n\r\n",
        "GET  /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /api/v1/me HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET /api/v1/me HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /api/v1/me http/1.1\r\nHost: x\r\n\r\n",
        "GET\t/api/v1/me\tHTTP/1.1\r\nHost: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03\r\n\r\n",
        "GET /api/v1/me HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /api/v1/me HTTP/1.1\r\n: no name\r\n\r\n",
        "GET /api/v1/me HTTP/1.1\r\nHo st: x\r\n\r\n",
        "GET /api/v1/me HTTP/1.1\r\nX: a\0b\r\n\r\n",
    ] {
        let replies = Raw::open(&ana).send(head).replies();
        assert!(replies.len() <= 1 && replies.iter().all(|reply| reply.status >= 400), "{head:?}: {replies:?}");
    }
    let many: String = (0..5000).map(|number| format!("X-{number}: y\r\n")).collect();
    let long = format!("X: {}\r\n", "y".repeat(300_000));
    for lines in [many, long] {
        let replies = Raw::open(&ana).send(format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{lines}\r\n")).replies();
        assert!(replies.iter().all(|reply| reply.status >= 400), "{replies:?}");
    }
    ana.get("/me").await.expect(200);
}
