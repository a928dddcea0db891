//! Rate limits: when 429 comes, what it says, and whom it does not meet.

use std::time::Duration;

use hearth::limits::{Action, Rate, Rates};
use serde_json::json;

use super::proxies::behind;
use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::{Community, newcomer_named};

const TWO_A_MINUTE: Option<Rate> = Some(Rate { most: 2, seconds: 60 });

/// A community whose members come by a trusted proxy on this machine, and whose limits are other ones.
async fn limited(rates: Rates) -> Community {
    Community::with_rates(rates, |config| config.trusted_proxies = behind(&["127.0.0.1"])).await
}

fn from(actor: &Actor, address: &str) -> Actor {
    actor.with("x-forwarded-for", address)
}

async fn publish(actor: &Actor) -> Answer {
    actor.post("/posts", &json!({"title": "Once more", "categories": ["general"]})).await
}

#[actix_web::test]
async fn an_account_may_only_do_so_much_and_is_told_how_much_is_left() {
    let community = limited(Rates::PRODUCTION.with(Action::Post, TWO_A_MINUTE, None)).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let [at_home, on_the_way] = ["203.0.113.7", "2001:db8::7"].map(|address| from(&ana, address));
    let answer = publish(&at_home).await;
    answer.expect(201);
    assert_eq!(answer.header("ratelimit"), Some(r#""post";r=1;t=30"#));
    assert_eq!(answer.header("ratelimit-policy"), Some(r#""post";q=2;w=60"#));
    // The same account elsewhere has the same budget.
    publish(&on_the_way).await.expect(201);
    let answer = publish(&at_home).await;
    answer.assert_problem(429, "rate_limited");
    assert_eq!((answer.header("retry-after"), answer.header("ratelimit")), (Some("30"), Some(r#""post";r=0;t=30"#)));
    // Who waits as long as they are told may go on; others may all the time, and this one may do something else.
    publish(&from(&ben, "203.0.113.7")).await.expect(201);
    at_home.get("/posts").await.expect(200);
    at_home.post("/posts/0/comments", &json!({"text": "x"})).await.assert_problem(404, "post_not_found");
    community.later(Duration::from_secs(29));
    publish(&at_home).await.assert_problem(429, "rate_limited");
    community.later(Duration::from_secs(1));
    publish(&at_home).await.expect(201);
}

#[actix_web::test]
async fn an_address_may_only_do_so_much_whoever_it_says_it_is() {
    let community = limited(Rates::PRODUCTION.with(Action::Register, None, TWO_A_MINUTE)).await;
    community.admin().await;
    let register = |number: u32, address: String| {
        let handle = format!("someone{number}");
        let newcomer = community.anonymous().with("x-forwarded-for", address);
        async move { newcomer.post("/auth/register", &newcomer_named("Someone", &handle)).await }
    };
    register(1, "6.6.6.1, 203.0.113.7".into()).await.expect(201);
    let answer = register(2, "6.6.6.2, 203.0.113.7".into()).await;
    answer.expect(201);
    assert_eq!(answer.header("ratelimit"), Some(r#""register-address";r=0;t=60"#));
    register(3, "6.6.6.3, 203.0.113.7".into()).await.assert_problem(429, "rate_limited");
    // The neighbours in a /64 of IPv6 are one client.
    for (number, expected) in [(4, 201), (5, 201), (6, 429)] {
        register(number, format!("2001:db8::{number}")).await.expect(expected);
    }
    register(7, "203.0.113.8".into()).await.expect(201);
}

#[actix_web::test]
async fn a_refusal_comes_before_the_body_is_looked_at() {
    let community = limited(Rates::PRODUCTION.with(Action::LogIn, None, TWO_A_MINUTE)).await;
    let somebody = from(&community.anonymous(), "203.0.113.7");
    for _ in 0..2 {
        somebody.post_raw("/auth/login", "{").await.assert_problem(400, "malformed_json");
    }
    somebody.post_raw("/auth/login", "{").await.assert_problem(429, "rate_limited");
}

#[actix_web::test]
async fn reading_has_a_limit_by_address_and_health_has_none() {
    let community = limited(Rates::PRODUCTION.with(Action::Read, None, TWO_A_MINUTE)).await;
    let somebody = from(&community.anonymous(), "203.0.113.7");
    for _ in 0..2 {
        somebody.get("/posts").await.expect(200);
    }
    somebody.get("/posts").await.assert_problem(429, "rate_limited");
    for _ in 0..5 {
        somebody.at_root().get("/healthz").await.expect(200);
        community.anonymous().get("/posts").await.expect(200);
    }
}

#[actix_web::test]
async fn a_socket_has_the_same_budget_as_http_and_stays_open() {
    let community = limited(Rates::PRODUCTION.with(Action::Message, TWO_A_MINUTE, None)).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let ana = from(&ana, "203.0.113.7");
    let room = crate::actor::text(&ana.post("/conversations", &json!({"members": [ben.id()]})).await.expect(201)["id"]);
    let message = |number: u32| json!({"client_id": format!("m{number}"), "text": "hello"});
    ana.post(&format!("/conversations/{room}/messages"), &message(1)).await.expect(201);
    let mut device = crate::socket::device::Device::of(&ana).await;
    let mut send = async |number: u32| {
        let mut frame = message(number);
        frame["conversation"] = json!(room);
        frame["op"] = json!("send");
        device.ask(frame).await
    };
    assert_eq!(send(2).await["ok"], true);
    let refused = send(3).await;
    assert_eq!((&refused["error"]["code"], &refused["error"]["retry_after"]), (&json!("rate_limited"), &json!(30)));
    community.later(Duration::from_secs(30));
    assert_eq!(send(3).await["ok"], true);
    ana.post(&format!("/conversations/{room}/messages"), &message(4)).await.assert_problem(429, "rate_limited");
}

#[actix_web::test]
async fn the_servers_own_machine_has_no_limit_by_address_and_a_large_one_by_account() {
    let community = limited(Rates::PRODUCTION.with(Action::Post, TWO_A_MINUTE, TWO_A_MINUTE)).await;
    let ana = community.member("ana").await;
    for _ in 0..5 {
        let answer = publish(&ana).await;
        answer.expect(201);
        assert_eq!(answer.header("ratelimit-policy"), Some(r#""post";q=200;w=60"#));
    }
}

#[actix_web::test]
async fn without_limits_there_are_no_headers() {
    let community = Community::start().await;
    let answer = publish(&community.member("ana").await).await;
    answer.expect(201);
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), (None, None));
}
