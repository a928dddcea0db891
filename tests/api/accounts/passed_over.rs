//! Accounts that are deleted while they stand in somebody's list.

use serde_json::json;

use crate::actor::text;
use crate::community::{Community, PASSWORD};

#[actix_web::test]
async fn a_list_goes_on_behind_whoever_was_deleted() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let mut others = Vec::new();
    for handle in ["cem", "dee", "eve", "fay", "gus"] {
        others.push(community.member(handle).await);
        ana.put(&format!("/users/{handle}/block")).await.expect(204);
    }
    for gone in &others[1..4] {
        gone.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
        for limit in [1, 2, 3] {
            let listed = ana.walk(&format!("/me/blocks?limit={limit}")).await;
            let mut listed: Vec<_> = listed.iter().map(|user| text(&user["handle"])).collect();
            listed.sort();
            assert_eq!(listed.first().zip(listed.last()), Some((&"cem".into(), &"gus".into())), "{limit}: {listed:?}");
        }
    }
}
