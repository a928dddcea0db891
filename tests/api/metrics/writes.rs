//! The store, its caches, and hashing.

use hearth::monitor::scrape::Scrape;
use serde_json::json;

use super::{moved, scrape, value};
use crate::community::Community;

#[actix_web::test]
async fn a_write_is_a_group_in_the_journal_with_a_sync() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let before = scrape(&community).await;
    ana.publish("Bread").await;
    let after = scrape(&community).await;
    let both = (&before, &after);
    assert_eq!(moved(both, "hearth_commit_group_size_count", &[]), 1.0);
    assert_eq!(moved(both, "hearth_commit_group_size_sum", &[]), 1.0);
    assert_eq!(moved(both, "hearth_fsync_duration_seconds_count", &[]), 1.0);
    assert!(moved(both, "hearth_fsync_duration_seconds_sum", &[]) > 0.0);
    assert_eq!(value(&after, "hearth_commit_queue", &[]), 0.0);
    assert!(value(&after, "hearth_journal_bytes", &[]) > 0.0);
    assert!(value(&after, "hearth_store_bytes", &[]) > 0.0);
    community.anonymous().get("/posts").await.expect(200);
    ana.post("/posts", &json!({"title": "No such category", "categories": ["nowhere"]})).await.expect(422);
    let later = scrape(&community).await;
    assert_eq!(moved((&after, &later), "hearth_commit_group_size_count", &[]), 0.0, "nothing was written");
}

#[actix_web::test]
async fn a_record_is_missed_once_and_then_hit() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await.id();
    community.restart().await;
    let nobody = community.anonymous();
    let before = scrape(&community).await;
    nobody.get(&format!("/users/{ana}")).await.expect(200);
    let missed = scrape(&community).await;
    assert_eq!(looks((&before, &missed), "records"), (0.0, 1.0));
    assert_eq!(looks((&before, &missed), "pages"), (0.0, 1.0));
    // The page is there; another one of the same account finds the record.
    nobody.get(&format!("/users/{ana}")).await.expect(200);
    nobody.get(&format!("/users/{ana}?another")).await.expect(200);
    let hit = scrape(&community).await;
    assert_eq!(looks((&missed, &hit), "records"), (1.0, 0.0));
    assert_eq!(looks((&missed, &hit), "pages"), (1.0, 1.0));
}

/// How many looks into the cache found something, and how many nothing.
fn looks(between: (&Scrape, &Scrape), cache: &str) -> (f64, f64) {
    let looks = |name| moved(between, name, &[("cache", cache)]);
    (looks("hearth_cache_hits_total"), looks("hearth_cache_misses_total"))
}

#[actix_web::test]
async fn a_wrong_password_is_a_hash_like_a_right_one() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let before = scrape(&community).await;
    let wrong = json!({"email": ana.account["email"], "password": "wrong horse battery"});
    ana.post("/auth/login", &wrong).await.assert_problem(401, "invalid_credentials");
    let nobody = json!({"email": "nobody@example.org", "password": "wrong horse battery"});
    ana.post("/auth/login", &nobody).await.assert_problem(401, "invalid_credentials");
    let after = scrape(&community).await;
    assert_eq!(moved((&before, &after), "hearth_password_hash_duration_seconds_count", &[]), 2.0);
    assert_eq!(value(&after, "hearth_password_queue", &[]), 0.0);
    assert_eq!(value(&after, "hearth_password_refused_total", &[]), 0.0);
}

#[actix_web::test]
async fn the_process_is_described() {
    let community = Community::start().await;
    let scrape = scrape(&community).await;
    for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "hearth_cores"] {
        assert!(value(&scrape, name, &[]) > 0.0, "{name}");
    }
    assert!(value(&scrape, "process_max_fds", &[]) > value(&scrape, "process_open_fds", &[]));
    // Later than this was written, and not in milliseconds.
    let start = value(&scrape, "process_start_time_seconds", &[]);
    assert!(start > 1_700_000_000.0 && start < 1e11, "{start}");
    assert!(value(&scrape, "hearth_uptime_seconds", &[]) < 3600.0);
    assert_eq!(scrape.values_of("hearth_build_info", "version"), [env!("CARGO_PKG_VERSION")]);
}
