//! A community that only its members may read.

use hearth::http::routes::ROUTES;

use crate::answer::Answer;
use crate::community::Community;

/// The `GET` routes of what the community wrote, with these in the place of their parameters.
fn readable(post: &str, user: &str) -> Vec<String> {
    let reading = ["/api/v1/posts", "/api/v1/users", "/api/v1/categories"];
    // Where somebody is signed in is for admins.
    let is_read = |path: &str| reading.iter().any(|start| path.starts_with(start)) && !path.ends_with("/sessions");
    let routes = ROUTES.iter().filter(|(method, path)| *method == "GET" && is_read(path));
    let id = |path: &str| if path.contains("/users/") { user.to_owned() } else { post.to_owned() };
    routes.map(|(_, path)| path.replace("{id}", &id(path)).replace("/api/v1", "")).collect()
}

#[actix_web::test]
async fn where_reading_is_for_members_everybody_else_gets_401_everywhere() {
    let community = Community::with(|config| config.public_read = false).await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let paths = readable(&post, "ana");
    assert!(paths.len() >= 8, "{paths:?}");
    let nobody = community.anonymous();
    for path in paths {
        let whole = ana.get(&path).await;
        whole.expect(200);
        let refused = nobody.get(&path).await;
        refused.assert_problem(401, "authentication_required");
        assert_eq!(nobody.head(&path).await.status, 401, "{path}");
        // Who knows the tag is told nothing either.
        let tag = whole.header("etag").unwrap();
        assert_eq!(nobody.with("if-none-match", tag).get(&path).await.status, 401, "{path}");
        assert_eq!(nobody.with("if-none-match", "*").get(&path).await.status, 401, "{path}");
        for bad in ["?limit=0", "?cursor=x"] {
            nobody.get(&format!("{path}{bad}")).await.assert_problem(401, "authentication_required");
        }
    }
    // Not even whether something is there.
    for path in ["/posts/00000000-0000-7000-8000-000000000000", "/users/nobody", "/posts?author=nobody"] {
        nobody.get(path).await.assert_problem(401, "authentication_required");
    }
    for path in ["/healthz", "/readyz", "/api/v1/openapi.json", "/docs/", "/"] {
        assert_eq!(nobody.at_root().get(path).await.status, 200, "{path}");
    }
}

#[actix_web::test]
async fn a_page_that_was_public_is_not_served_to_strangers_once_it_is_not() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let statuses = async |community: &Community| {
        let mut statuses = Vec::new();
        for path in readable(&post, "ana") {
            let Answer { status, .. } = community.anonymous().get(&path).await;
            statuses.push(status);
        }
        statuses.dedup();
        statuses
    };
    assert_eq!(statuses(&community).await, [200]);
    community.restart_with(|config| config.public_read = false).await;
    assert_eq!(statuses(&community).await, [401]);
    community.restart_with(|config| config.public_read = true).await;
    assert_eq!(statuses(&community).await, [200]);
}
