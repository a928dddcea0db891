//! Likes and bookmarks.

use futures::future::join_all;
use serde_json::json;

use crate::actor::Actor;
use crate::community::Community;

#[actix_web::test]
async fn marking_again_and_taking_back_again_changes_nothing() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    for (mark, field, counts) in [("like", "liked", 1), ("bookmark", "bookmarked", 0)] {
        let path = format!("/posts/{post}/{mark}");
        for answer in [ben.put(&path).await, ben.put(&path).await] {
            let marked = answer.expect(200);
            assert_eq!((&marked["viewer"][field], &marked["like_count"]), (&json!(true), &json!(counts)));
            assert_eq!(marked, ben.post_of(&post).await);
        }
        assert_eq!(ana.post_of(&post).await["viewer"][field], false);
        for answer in [ben.delete(&path).await, ben.delete(&path).await] {
            let unmarked = answer.expect(200);
            assert_eq!((&unmarked["viewer"][field], &unmarked["like_count"]), (&json!(false), &json!(0)));
            assert_eq!(unmarked, ben.post_of(&post).await);
        }
    }
}

#[actix_web::test]
async fn only_who_is_signed_in_is_told_what_a_post_is_to_them() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    ben.put(&format!("/posts/{post}/like")).await.expect(200);
    ben.put(&format!("/posts/{post}/bookmark")).await.expect(200);
    let views = [
        (&ana, json!({"liked": false, "bookmarked": false, "mine": true})),
        (&ben, json!({"liked": true, "bookmarked": true, "mine": false})),
    ];
    for (reader, viewer) in views {
        assert_eq!(reader.post_of(&post).await["viewer"], viewer);
        for list in ["/posts", "/posts?author=ana", "/users/ana/posts"] {
            assert_eq!(reader.get(list).await.items()[0]["viewer"], viewer, "{list}");
        }
    }
    let nobody = community.anonymous();
    assert_eq!(nobody.post_of(&post).await.get("viewer"), None);
    assert_eq!(nobody.get("/posts").await.items()[0].get("viewer"), None);
}

/// Twenty members of `community`.
async fn twenty(community: &Community) -> Vec<Actor> {
    community.admin().await;
    let handles: Vec<_> = (0..20).map(|number| format!("reader_{number}")).collect();
    join_all(handles.iter().map(|handle| community.member(handle))).await
}

#[actix_web::test]
async fn likes_are_counted_exactly_however_many_like_and_take_back_at_once() {
    let mut community = Community::start().await;
    let readers = twenty(&community).await;
    let post = readers[0].publish("Bread").await;
    let path = format!("/posts/{post}/like");
    // Each changes their mind several times; every second one ends up liking it.
    let change_minds = readers.iter().enumerate().map(async |(number, reader)| {
        for turn in 0..7 - number % 2 {
            let answer = if turn % 2 == 0 { reader.put(&path).await } else { reader.delete(&path).await };
            let count = answer.expect(200)["like_count"].as_u64().unwrap();
            assert!(count <= 20, "{count}");
        }
    });
    join_all(change_minds).await;
    for (number, reader) in readers.iter().enumerate() {
        let seen = reader.post_of(&post).await;
        assert_eq!((&seen["like_count"], &seen["viewer"]["liked"]), (&json!(10), &json!(number % 2 == 0)));
    }
    // One account that likes it many times at once counts once.
    join_all((0..12).map(|_| readers[1].put(&path))).await;
    assert_eq!(community.anonymous().post_of(&post).await["like_count"], 11);
    join_all((0..12).map(|_| readers[0].delete(&path))).await;
    assert_eq!(community.anonymous().post_of(&post).await["like_count"], 10);
    community.tidy().await;
    community.restart().await;
    assert_eq!(community.anonymous().post_of(&post).await["like_count"], 10);
}
