//! Writing, reading, changing and deleting a post.

use std::time::Duration;

use hearth::comments::Comment;
use hearth::posts::{Bookmark, Like, Revision};
use hearth::store::{Range, Read};
use serde_json::json;

use crate::actor::{each, text};
use crate::community::Community;

#[actix_web::test]
async fn a_new_post_has_every_field_and_reads_back_the_same() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let body = json!({"title": " Bread ", "body": "Flour,\r\nwater. ", "categories": ["food"], "tags": ["rye"]});
    let created = ana.post("/posts", &body).await.expect(201);
    let mut expected = json!({
        "id": created["id"], "title": "Bread", "body": "Flour,\nwater.",
        "author": {"id": ana.id(), "handle": "ana", "name": "ana", "avatar": null}, "anonymous": false,
        "categories": ["food"], "tags": ["rye"], "images": [], "like_count": 0, "comment_count": 0,
        "created_at": "2026-11-23T08:11:00.000Z", "edited_at": null, "archived": false,
        "viewer": {"liked": false, "bookmarked": false, "mine": true},
    });
    assert_eq!(created, expected);
    let id = text(&created["id"]);
    assert!(id.len() == 36 && id.as_bytes()[14] == b'7' && id == id.to_lowercase(), "{id} is no UUIDv7");
    assert_eq!(ana.post_of(&id).await, expected);
    expected["viewer"]["mine"] = json!(false);
    assert_eq!(community.admin().await.post_of(&id).await, expected);
    expected.as_object_mut().unwrap().remove("viewer");
    assert_eq!(community.anonymous().post_of(&id).await, expected);
    assert_eq!(community.anonymous().get("/posts").await.items(), [expected]);
}

#[actix_web::test]
async fn an_edit_changes_what_it_names_and_keeps_the_text_before() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": "Bread", "body": "First", "categories": ["food"], "tags": ["rye"]});
    let before = ana.post("/posts", &post).await.expect(201);
    let path = format!("/posts/{}", text(&before["id"]));
    community.later(Duration::from_secs(60));
    let edited = ana.patch(&path, &json!({"body": "Second"})).await.expect(200);
    let mut expected = before.clone();
    expected["body"] = json!("Second");
    expected["edited_at"] = json!("2026-11-23T08:12:00.000Z");
    assert_eq!(edited, expected);
    community.later(Duration::from_secs(60));
    ana.patch(&path, &json!({"title": "Rye bread", "categories": ["HELP", "food"], "tags": []})).await.expect(200);
    expected["title"] = json!("Rye bread");
    expected["edited_at"] = json!("2026-11-23T08:13:00.000Z");
    expected["categories"] = json!(["help", "food"]);
    expected["tags"] = json!([]);
    assert_eq!(ana.get(&path).await.expect(200), expected);
    let history = community.anonymous().get(&format!("{path}/history")).await;
    let texts = json!([
        {"revision": 1, "title": "Bread", "body": "Second", "written_at": "2026-11-23T08:12:00.000Z"},
        {"revision": 0, "title": "Bread", "body": "First", "written_at": "2026-11-23T08:11:00.000Z"},
    ]);
    assert_eq!(history.expect(200), json!({"items": texts, "next_cursor": null}));
}

#[actix_web::test]
async fn an_edit_that_leaves_the_text_as_it_is_makes_no_history() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}");
    for same in [json!({}), json!({"title": "Bread"}), json!({"title": " Bread ", "body": ""}), json!({"tags": ["x"]})]
    {
        assert_eq!(ana.patch(&path, &same).await.expect(200)["edited_at"], json!(null));
    }
    assert!(ana.get(&format!("{path}/history")).await.items().is_empty());
}

#[actix_web::test]
async fn a_long_history_is_read_page_by_page_the_latest_first() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("0").await;
    for number in 1..=25 {
        ana.patch(&format!("/posts/{post}"), &json!({"title": number.to_string()})).await.expect(200);
    }
    let texts = ana.walk(&format!("/posts/{post}/history?limit=4")).await;
    let titles: Vec<_> = texts.iter().map(|revision| text(&revision["title"])).collect();
    assert_eq!(titles, (0..25).rev().map(|number: i32| number.to_string()).collect::<Vec<_>>());
    let other = ana.publish("Other").await;
    let cursor = text(&ana.get(&format!("/posts/{post}/history?limit=4")).await.expect(200)["next_cursor"]);
    let answer = ana.get(&format!("/posts/{other}/history?cursor={cursor}")).await;
    answer.assert_problem(400, "invalid_cursor");
}

#[actix_web::test]
async fn what_one_wrote_nobody_else_changes_not_even_the_admin() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let admin = community.admin().await;
    let post = ana.publish("Bread").await;
    let path = format!("/posts/{post}");
    for other in [&ben, &admin] {
        other.patch(&path, &json!({"title": "Cake"})).await.assert_problem(403, "forbidden");
        other.put(&format!("{path}/archive")).await.assert_problem(403, "forbidden");
        other.delete(&format!("{path}/archive")).await.assert_problem(403, "forbidden");
    }
    ben.delete(&path).await.assert_problem(403, "forbidden");
    assert_eq!(ana.post_of(&post).await["title"], "Bread");
    // Whoever moderates may delete.
    admin.delete(&path).await.expect(204);
    ana.get(&path).await.assert_problem(404, "post_not_found");
}

#[actix_web::test]
async fn a_deleted_post_is_gone_from_every_route() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = json!({"title": "Bread", "categories": ["food"], "tags": ["rye"]});
    let (id, other) = (ana.publish_as(&post).await, ana.publish("Other").await);
    let path = format!("/posts/{id}");
    let comment = ana.comment(&id, "Flour").await;
    ana.patch(&path, &json!({"title": "Rye"})).await.expect(200);
    ana.get("/posts?sort=hot").await.expect(200);
    let answer = ana.delete(&path).await;
    answer.expect(204);
    assert!(answer.body.is_empty());
    for below in ["", "/history", "/comments"] {
        ana.get(&format!("{path}{below}")).await.assert_problem(404, "post_not_found");
    }
    for mark in ["like", "bookmark", "archive"] {
        ana.put(&format!("{path}/{mark}")).await.assert_problem(404, "post_not_found");
        ana.delete(&format!("{path}/{mark}")).await.assert_problem(404, "post_not_found");
    }
    ana.patch(&path, &json!({"title": "x"})).await.assert_problem(404, "post_not_found");
    ana.delete(&path).await.assert_problem(404, "post_not_found");
    ana.post(&format!("{path}/comments"), &json!({"text": "x"})).await.assert_problem(404, "post_not_found");
    for list in ["/posts", "/posts?sort=top", "/posts?sort=hot", "/posts?author=ana", "/users/ana/posts"] {
        for reader in [&ana, &community.anonymous()] {
            assert_eq!(each(&reader.get(list).await.items(), "id"), [other.as_str()], "{list}");
        }
    }
    assert_eq!(each(&ana.get("/me/posts").await.items(), "id"), [other.as_str()]);
    for list in ["/posts?category=food", "/posts?tag=rye"] {
        assert!(ana.get(list).await.items().is_empty(), "{list}");
    }
    // Also before anything was cleared away.
    ana.put(&format!("/comments/{comment}/like")).await.assert_problem(404, "comment_not_found");
}

#[actix_web::test]
async fn clearing_away_removes_all_that_a_deleted_post_left() {
    let mut community = Community::start().await;
    let ana = community.member("ana").await;
    let (post, kept) = (ana.publish("Bread").await, ana.publish("Kept").await);
    let path = format!("/posts/{post}");
    for post in [&post, &kept] {
        let comment = ana.comment(post, "Flour").await;
        let reply = ana.reply(post, &comment, "Water").await;
        ana.put(&format!("/comments/{reply}/like")).await.expect(200);
        ana.put(&format!("/posts/{post}/like")).await.expect(200);
        ana.put(&format!("/posts/{post}/bookmark")).await.expect(200);
        ana.patch(&format!("/posts/{post}"), &json!({"body": "More"})).await.expect(200);
    }
    ana.delete(&path).await.expect(204);
    // What is to be done is known also after a restart.
    community.restart().await;
    community.tidy().await;
    let store = &community.app().store;
    assert_eq!(store.records::<Comment>(&Range::all()).unwrap().len(), 2);
    assert_eq!(store.records::<Revision>(&Range::all()).unwrap().len(), 2);
    assert_eq!(store.records::<Like>(&Range::all()).unwrap().len(), 1);
    assert_eq!(store.records::<Bookmark>(&Range::all()).unwrap().len(), 1);
    assert_eq!(ana.post_of(&kept).await["comment_count"], 2);
}

#[actix_web::test]
async fn what_is_no_id_and_what_is_an_unknown_one_are_not_found() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for id in ["nonsense", "00000000-0000-7000-8000-000000000000", "1", "%00", &ana.id()] {
        ana.get(&format!("/posts/{id}")).await.assert_problem(404, "post_not_found");
        ana.get(&format!("/posts/{id}/comments")).await.assert_problem(404, "post_not_found");
        ana.put(&format!("/posts/{id}/like")).await.assert_problem(404, "post_not_found");
        ana.delete(&format!("/posts/{id}")).await.assert_problem(404, "post_not_found");
        ana.patch(&format!("/comments/{id}"), &json!({"text": "x"})).await.assert_problem(404, "comment_not_found");
    }
}
