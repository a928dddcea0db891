//! What the process and the store say about themselves.

use serde_json::json;

use crate::community::Community;

#[actix_web::test]
async fn a_server_that_works_is_up_and_ready() {
    let community = Community::start().await;
    let nobody = community.anonymous().at_root();
    assert_eq!(nobody.get("/healthz").await.expect(200), json!({"status": "ok"}));
    assert_eq!(nobody.get("/readyz").await.expect(200), json!({"status": "ready"}));
    for path in ["/healthz", "/readyz"] {
        assert_eq!(nobody.get(path).await.header("cache-control"), Some("no-store"));
        assert_eq!(nobody.head(path).await.status, 200);
    }
}

#[actix_web::test]
async fn where_the_store_stopped_the_server_is_up_reads_and_says_that_it_is_not_ready() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    community.close_store().await;
    let root = community.anonymous().at_root();
    root.get("/healthz").await.expect(200);
    let new = json!({"title": "x", "categories": ["general"]});
    for answer in [
        root.get("/readyz").await,
        ana.post("/posts", &new).await,
        ana.put(&format!("/posts/{post}/like")).await,
        ana.delete(&format!("/posts/{post}")).await,
    ] {
        answer.assert_problem(503, "store_stopped");
        assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|s| s > 0)));
    }
    assert_eq!(community.anonymous().post_of(&post).await["like_count"], 0);
    assert_eq!(ana.get("/posts").await.items().len(), 1);
}
