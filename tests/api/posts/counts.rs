//! Categories, and how many posts are counted in each.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::community::Community;

/// The categories that have posts, with how many.
async fn counts(reader: &Actor) -> BTreeMap<String, u64> {
    let items = reader.get("/categories").await.items();
    let counts = items.iter().map(|category| (text(&category["slug"]), category["post_count"].as_u64().unwrap()));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn expected(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(slug, count)| ((*slug).to_owned(), *count)).collect()
}

#[actix_web::test]
async fn a_first_run_has_ten_categories() {
    let community = Community::start().await;
    let answer = community.anonymous().get("/categories").await;
    let items = answer.items();
    assert_eq!(items.len(), 10);
    assert!(items.contains(&json!({"slug": "general", "name": "General", "post_count": 0})));
    assert!(items.is_sorted_by_key(|category| text(&category["slug"])));
}

#[actix_web::test]
async fn posts_are_counted_where_they_are_whatever_happens_to_them() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let nobody = community.anonymous();
    let first = ana.publish_as(&json!({"title": "1", "categories": ["food", "books", "FOOD"]})).await;
    let second = ana.publish_as(&json!({"title": "2", "categories": ["food"], "anonymous": true})).await;
    assert_eq!(counts(&nobody).await, expected(&[("food", 2), ("books", 1)]));
    let archive = format!("/posts/{first}/archive");
    for _ in 0..2 {
        ana.put(&archive).await.expect(200);
        assert_eq!(counts(&nobody).await, expected(&[("food", 1)]));
    }
    // What is archived is counted nowhere, also where it is moved.
    ana.patch(&format!("/posts/{first}"), &json!({"categories": ["help", "food"]})).await.expect(200);
    assert_eq!(counts(&nobody).await, expected(&[("food", 1)]));
    for _ in 0..2 {
        ana.delete(&archive).await.expect(200);
        assert_eq!(counts(&nobody).await, expected(&[("food", 2), ("help", 1)]));
    }
    ana.patch(&format!("/posts/{first}"), &json!({"categories": ["books"]})).await.expect(200);
    assert_eq!(counts(&nobody).await, expected(&[("food", 1), ("books", 1)]));
    ana.patch(&format!("/posts/{first}"), &json!({"title": "3", "tags": ["x"]})).await.expect(200);
    let refused = json!({"categories": ["food", "nowhere"]});
    ana.patch(&format!("/posts/{first}"), &refused).await.assert_invalid(&["categories"]);
    assert_eq!(counts(&nobody).await, expected(&[("food", 1), ("books", 1)]));
    admin.delete(&format!("/posts/{second}")).await.expect(204);
    assert_eq!(counts(&nobody).await, expected(&[("books", 1)]));
    ana.put(&archive).await.expect(200);
    ana.delete(&format!("/posts/{first}")).await.expect(204);
    assert_eq!(counts(&nobody).await, expected(&[]));
    community.tidy().await;
}

#[actix_web::test]
async fn posts_that_are_written_and_deleted_at_once_are_counted_exactly() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    join_all((0..30).map(async |number: usize| {
        let post = ana.publish_as(&json!({"title": "x", "categories": ["food", "help"]})).await;
        match number % 3 {
            0 => ana.delete(&format!("/posts/{post}")).await.expect(204),
            1 => ana.put(&format!("/posts/{post}/archive")).await.expect(200),
            _ => Value::Null,
        }
    }))
    .await;
    assert_eq!(counts(&ana).await, expected(&[("food", 10), ("help", 10)]));
    community.tidy().await;
}

#[actix_web::test]
async fn the_admin_makes_renames_and_removes_categories() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let made = admin.put_json("/categories/Garden", &json!({"name": "Garden"})).await.expect(200);
    assert_eq!(made, json!({"slug": "garden", "name": "Garden", "post_count": 0}));
    let post = ana.publish_as(&json!({"title": "Roses", "categories": ["garden"]})).await;
    let renamed = admin.put_json("/categories/garden", &json!({"name": "Garden & Yard"})).await.expect(200);
    assert_eq!(renamed, json!({"slug": "garden", "name": "Garden & Yard", "post_count": 1}));
    assert_eq!(community.anonymous().get("/categories").await.items().len(), 11);
    admin.delete("/categories/garden").await.expect(204);
    admin.delete("/categories/garden").await.assert_problem(404, "category_not_found");
    assert_eq!(community.anonymous().get("/categories").await.items().len(), 10);
    assert_eq!(community.anonymous().post_of(&post).await["title"], "Roses");
    // It comes back with its posts.
    assert_eq!(admin.put_json("/categories/garden", &json!({"name": "Garden"})).await.expect(200)["post_count"], 1);
    for name in ["".to_owned(), "n".repeat(61), "a\nb".into()] {
        admin.put_json("/categories/garden", &json!({"name": name})).await.assert_invalid(&["name"]);
    }
    for slug in ["a_b", "%20", &"s".repeat(41)] {
        admin.put_json(&format!("/categories/{slug}"), &json!({"name": "x"})).await.assert_invalid(&["slug"]);
    }
    community.tidy().await;
}

#[actix_web::test]
async fn nobody_but_the_admin_changes_categories() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    ana.put_json("/categories/garden", &json!({"name": "Garden"})).await.assert_problem(403, "forbidden");
    ana.put_json("/categories/food", &json!({"name": "Mine"})).await.assert_problem(403, "forbidden");
    ana.delete("/categories/food").await.assert_problem(403, "forbidden");
    assert_eq!(ana.get("/categories").await.items().len(), 10);
}

#[actix_web::test]
async fn categories_that_were_removed_stay_removed_after_a_restart() {
    let mut community = Community::start().await;
    let admin = community.admin().await;
    admin.delete("/categories/food").await.expect(204);
    admin.put_json("/categories/help", &json!({"name": "Questions"})).await.expect(200);
    community.restart().await;
    let items = admin.get("/categories").await.items();
    assert_eq!(items.len(), 9);
    assert!(items.iter().any(|category| category["name"] == "Questions"));
}
