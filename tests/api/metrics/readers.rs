//! Who may read the figures.

use hearth::config::Secret;

use super::figures;
use crate::community::Community;

const TOKEN: &str = "a-token-of-some-length";

#[actix_web::test]
async fn this_machine_may_and_gets_open_metrics() {
    let community = Community::start().await;
    let root = community.anonymous().at_root();
    let answer = root.get("/metrics").await;
    assert_eq!(answer.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let text = figures(&community).await;
    assert!(text.ends_with("\n# EOF\n"), "{text}");
    // Each figure is described, and once.
    let described: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert!(described.len() > 25 && described.contains(&"hearth_commit_queue gauge"), "{described:?}");
    let mut names: Vec<_> = described.iter().map(|line| line.split_once(' ').unwrap().0).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), described.len());
    assert_eq!(root.head("/metrics").await.status, 200);
}

#[actix_web::test]
async fn what_a_proxy_hands_on_is_refused_where_there_is_no_token() {
    let community = Community::start().await;
    let admin = community.admin().await.at_root();
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let from_afar = community.anonymous().at_root().with(header, "203.0.113.7");
        from_afar.get("/metrics").await.assert_problem(403, "forbidden");
        // Not even the admin: this is for programs.
        admin.with(header, "203.0.113.7").get("/metrics").await.assert_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn with_a_token_others_may_who_know_it() {
    let community = Community::with(|config| config.metrics_token = Secret::new(TOKEN)).await;
    let from_afar = community.anonymous().at_root().with("x-forwarded-for", "203.0.113.7");
    from_afar.get("/metrics").await.assert_problem(401, "authentication_required");
    for wrong in ["a-token-of-some-lengtH", "a-token-of-some-length-and-more", "a", ""] {
        let answer = from_afar.with("authorization", format!("Bearer {wrong}")).get("/metrics").await;
        assert_eq!(answer.status, 401, "{wrong}");
    }
    let basic = from_afar.with("authorization", format!("Basic {TOKEN}")).get("/metrics").await;
    basic.assert_problem(401, "authentication_required");
    let right = from_afar.with("authorization", format!("bearer {TOKEN}")).get("/metrics").await;
    assert_eq!(right.status, 200);
    assert!(right.text().contains("hearth_uptime_seconds") && !right.text().contains(TOKEN));
    // It opens nothing else, and this machine needs none.
    let elsewhere = community.anonymous().with("authorization", format!("Bearer {TOKEN}"));
    elsewhere.get("/stats").await.assert_problem(401, "invalid_token");
    figures(&community).await;
}
