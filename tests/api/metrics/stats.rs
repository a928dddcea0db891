//! The admin's dashboard.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::web::block;
use serde_json::Value;

use crate::actor::{Actor, text};
use crate::community::Community;
use crate::socket::device::Device;
use crate::socket::{group, say};

const INTERVAL: Duration = Duration::from_secs(10);

/// Lets time pass, and takes the sample that the server takes in the background.
async fn sample_after(community: &Community, by: Duration) {
    community.later(by);
    let app = community.app().clone();
    block(move || app.metrics.sample(app.clock.now())).await.unwrap();
}

async fn stats(admin: &Actor) -> Value {
    admin.get("/stats").await.expect(200)
}

#[actix_web::test]
async fn only_an_admin_may_look() {
    let community = Community::start().await;
    community.anonymous().get("/stats").await.assert_problem(401, "authentication_required");
    community.member("ana").await.get("/stats").await.assert_problem(403, "forbidden");
    let answer = community.admin().await.get("/stats").await;
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    assert_eq!(answer.expect(200), serde_json::json!({"now": null, "history": []}), "no time has passed");
}

#[actix_web::test]
async fn a_sample_tells_of_the_time_since_the_one_before() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let room = group(&admin, &[&ana]).await;
    let mut device = Device::of(&ana).await;
    sample_after(&community, INTERVAL).await;
    for _ in 0..5 {
        community.anonymous().get("/posts").await.expect(200);
    }
    ana.publish("Bread").await;
    say(&admin, &room, "hello").await;
    device.until(&room, 1).await;
    sample_after(&community, INTERVAL).await;
    let stats = stats(&admin).await;
    let now = &stats["now"];
    assert_eq!((&now["at"], now["interval_seconds"].as_f64()), (&stats["history"][1]["at"], Some(10.0)));
    let expected = [
        ("requests_per_second", 0.7),
        ("requests_in_flight", 0.0),
        ("error_share", 0.0),
        ("messages_per_second", 0.1),
        ("deliveries_per_second", 0.1),
        ("queue_bytes", 0.0),
        ("slow_readers", 0.0),
        ("commits_per_second", 0.2),
        ("commit_group_mean", 1.0),
        ("password_queue", 0.0),
        ("password_hashes_per_second", 0.0),
    ];
    for (figure, expected) in expected {
        assert_eq!(now[figure].as_f64(), Some(expected), "{figure} in {now}");
    }
    let some = ["delivery_delay_p95_ms", "fsync_p95_ms", "journal_bytes", "store_bytes", "memory_bytes", "open_files"];
    for figure in some {
        assert!(now[figure].as_f64().is_some_and(|value| value > 0.0), "{figure} in {now}");
    }
    assert_eq!(now["sockets"], serde_json::json!({"websocket": 1, "events": 0}));
    let latency = ["p50_ms", "p95_ms", "p99_ms"].map(|share| now["latency"][share].as_f64().unwrap());
    assert!(latency[0] > 0.0 && latency.is_sorted(), "{latency:?}");
    let routes = now["slowest_routes"].as_array().unwrap();
    let rates: BTreeSet<_> =
        routes.iter().map(|route| (text(&route["route"]), route["requests_per_second"].to_string())).collect();
    let expected = [("/api/v1/conversations/{id}/messages", "0.1"), ("/api/v1/posts", "0.1"), ("/api/v1/posts", "0.5")];
    assert_eq!(rates, expected.map(|(route, rate)| (route.to_owned(), rate.to_owned())).into());
    let p95s: Vec<_> = routes.iter().map(|route| route["p95_ms"].as_f64().unwrap()).collect();
    assert!(p95s.is_sorted_by(|one, other| one >= other), "{p95s:?}");
    assert_eq!(now["caches"][0]["cache"], "records");
    assert!(now["caches"][0]["hit_share"].as_f64().is_some_and(|share| share > 0.0 && share <= 1.0), "{now}");
    // Nothing happened since but this look.
    sample_after(&community, INTERVAL).await;
    let quiet = admin.get("/stats").await.expect(200);
    assert_eq!(quiet["now"]["requests_per_second"], 0.1);
    assert_eq!((&quiet["now"]["fsync_p95_ms"], &quiet["now"]["commit_group_mean"]), (&Value::Null, &Value::Null));
}

#[actix_web::test]
async fn failures_of_the_servers_own_are_a_share_of_the_answers() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    sample_after(&community, INTERVAL).await;
    community.close_store().await;
    for _ in 0..3 {
        ana.get("/nowhere").await.expect(404);
    }
    ana.delete("/auth/sessions/019ab000-0000-7000-8000-000000000000").await.assert_problem(503, "store_stopped");
    sample_after(&community, INTERVAL).await;
    assert_eq!(stats(&admin).await["now"]["error_share"], 0.25);
}

#[actix_web::test]
async fn an_hour_is_kept_and_no_more() {
    let community = Community::start().await;
    let mut admin = community.admin().await;
    for _ in 0..375 {
        sample_after(&community, INTERVAL).await;
    }
    admin = admin.renewed().await;
    let hour = stats(&admin).await["history"].as_array().unwrap().clone();
    assert_eq!(hour.len(), 360);
    let times: Vec<_> = hour.iter().map(|point| text(&point["at"])).collect();
    assert!(times.is_sorted() && times.first() < times.last());
    assert_eq!(times.last().map(String::as_str), Some("2026-11-23T09:13:30.000Z"));
    assert_eq!(times.first().map(String::as_str), Some("2026-11-23T08:13:40.000Z"));
    // More often than usual makes no more points, and a sample at the same time none.
    sample_after(&community, Duration::from_secs(1)).await;
    sample_after(&community, Duration::ZERO).await;
    assert_eq!(stats(&admin).await["history"].as_array().unwrap().len(), 360);
    // What is an hour old is forgotten, however few came after it.
    sample_after(&community, Duration::from_secs(1800)).await;
    admin = admin.renewed().await;
    assert_eq!(stats(&admin).await["history"].as_array().unwrap().len(), 182);
    sample_after(&community, Duration::from_secs(7200)).await;
    admin = admin.renewed().await;
    assert_eq!(stats(&admin).await["history"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn the_schemas_have_the_members_that_go_out() {
    let community = Community::start().await;
    let admin = community.admin().await;
    sample_after(&community, INTERVAL).await;
    let (stats, document) = (stats(&admin).await, admin.get("/openapi.json").await.expect(200));
    let now = &stats["now"];
    let cases = [
        ("Stats", &stats),
        ("Now", now),
        ("LatencyNow", &now["latency"]),
        ("RouteNow", &now["slowest_routes"][0]),
        ("SocketsNow", &now["sockets"]),
        ("CacheNow", &now["caches"][0]),
        ("Point", &stats["history"][0]),
    ];
    for (name, example) in cases {
        let properties = document["components"]["schemas"][name]["properties"].as_object();
        let documented: BTreeSet<_> = properties.unwrap_or_else(|| panic!("{name} has no schema")).keys().collect();
        let members: BTreeSet<_> = example.as_object().unwrap().keys().collect();
        assert_eq!(documented, members, "{name}");
    }
}
