//! More requests than there is room for: some are refused at once, none is half done, and then all is as before.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use actix_web::web::block;
use futures::future::join_all;
use serde_json::json;

use crate::actor::{Actor, each};
use crate::community::Community;

/// A request that is under way for as long as the rest of its body does not come.
struct Unfinished(TcpStream);

const BODY: &[u8] = br#"{"title":"Slow","categories":["general"]}"#;

impl Unfinished {
    fn begin(actor: &Actor) -> Self {
        let mut stream = TcpStream::connect(actor.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = format!(
            "POST /api/v1/posts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            actor.access_token,
            BODY.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        Self(stream)
    }

    async fn end(mut self) -> String {
        let read = move || {
            self.0.write_all(BODY).unwrap();
            self.answer()
        };
        block(read).await.unwrap()
    }

    fn answer(&mut self) -> String {
        let mut answer = String::new();
        self.0.read_to_string(&mut answer).unwrap();
        answer
    }
}

/// Waits until so many requests are under way.
async fn under_way(community: &Community, many: usize) {
    while community.app().gate.under_way() != many {
        actix_web::rt::time::sleep(Duration::from_millis(1)).await;
    }
}

#[actix_web::test]
async fn past_the_bound_there_is_a_503_at_once_and_health_stays_green() {
    let community = Community::with_bounds(|bounds| bounds.in_flight = 2).await;
    let ana = community.member("ana").await;
    let slow = [Unfinished::begin(&ana), Unfinished::begin(&ana)];
    under_way(&community, 2).await;
    for actor in [&ana, &community.anonymous()] {
        let refused = actor.get("/posts").await;
        refused.assert_problem(503, "overloaded");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(refused.header("x-content-type-options"), Some("nosniff"));
    }
    ana.post("/posts", &json!({"title": "No", "categories": ["general"]})).await.assert_problem(503, "overloaded");
    for path in ["/healthz", "/readyz"] {
        community.anonymous().at_root().get(path).await.expect(200);
    }
    let figures = community.anonymous().at_root().get("/metrics").await;
    assert!(
        figures.text().contains("hearth_http_requests_refused_total{reason=\"in_flight\"} 3"),
        "{}",
        figures.text()
    );
    for slow in slow {
        assert!(slow.end().await.starts_with("HTTP/1.1 201"));
    }
    under_way(&community, 0).await;
    assert_eq!(each(&ana.get("/posts").await.items(), "title"), ["Slow", "Slow"]);
}

#[actix_web::test]
async fn a_flood_is_answered_whole_or_refused_and_leaves_nothing_behind() {
    let community = Community::with_bounds(|bounds| bounds.in_flight = 8).await;
    let ana = community.member("ana").await;
    let mut published = Vec::new();
    let mut refused = 0;
    while refused == 0 {
        let posts: Vec<_> = (0..64).map(|n| json!({"title": format!("Post {n}"), "categories": ["general"]})).collect();
        for answer in join_all(posts.iter().map(|post| ana.post("/posts", post))).await {
            match answer.status {
                201 => published.push(crate::actor::text(&answer.json()["id"])),
                _ => {
                    answer.assert_problem(503, "overloaded");
                    refused += 1;
                }
            }
        }
    }
    under_way(&community, 0).await;
    let mut there = each(&ana.walk("/posts?limit=100").await, "id");
    there.sort();
    published.sort();
    assert_eq!(there, published);
    ana.publish("Afterwards").await;
    community.tidy().await;
}

#[actix_web::test]
async fn who_goes_away_makes_room() {
    let community = Community::with_bounds(|bounds| bounds.in_flight = 1).await;
    let ana = community.member("ana").await;
    for _ in 0..3 {
        let gone = Unfinished::begin(&ana);
        under_way(&community, 1).await;
        drop(gone);
        under_way(&community, 0).await;
    }
    assert!(ana.get("/posts").await.items().is_empty());
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_waited_for_in_bounds() {
    let community = Community::with_bounds(|bounds| bounds.body = Duration::from_millis(50)).await;
    let ana = community.member("ana").await;
    let mut slow = Unfinished::begin(&ana);
    let answer = block(move || slow.answer()).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer}");
    under_way(&community, 0).await;
}

#[actix_web::test]
async fn a_thread_that_is_too_late_refuses_and_health_stays_green() {
    // A clock never says that no time at all has passed, so this is always too late, once it has been looked.
    let community = Community::with_bounds(|bounds| bounds.lag = Duration::ZERO).await;
    let nobody = community.anonymous();
    let refused = loop {
        let answer = nobody.get("/posts").await;
        if answer.status != 200 {
            break answer;
        }
    };
    refused.assert_problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), Some("1"));
    nobody.at_root().get("/healthz").await.expect(200);
    let figures = nobody.at_root().get("/metrics").await;
    assert!(!figures.text().contains("hearth_http_requests_refused_total{reason=\"lag\"} 0"), "{}", figures.text());
}
