//! Changing and liking a comment.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use crate::community::Community;

#[actix_web::test]
async fn an_edit_changes_the_text_and_says_when() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let post = ana.publish("Bread").await;
    let comment = ana.comment(&post, "Flour").await;
    let path = format!("/comments/{comment}");
    community.later(Duration::from_secs(60));
    assert_eq!(ana.patch(&path, &json!({"text": "Flour"})).await.expect(200)["edited_at"], json!(null));
    let edited = ana.patch(&path, &json!({"text": "Rye flour"})).await.expect(200);
    assert_eq!((&edited["text"], &edited["edited_at"]), (&json!("Rye flour"), &json!("2026-11-23T08:12:00.000Z")));
    assert_eq!(ana.get(&format!("/posts/{post}/comments")).await.items(), [edited]);
}

#[actix_web::test]
async fn only_its_author_changes_a_comment_and_only_author_and_admin_delete_it() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let admin = community.admin().await;
    // Not even the post's author.
    let post = ben.publish("Bread").await;
    let comment = ana.comment(&post, "Flour").await;
    let path = format!("/comments/{comment}");
    for other in [&ben, &admin] {
        other.patch(&path, &json!({"text": "Sand"})).await.assert_problem(403, "forbidden");
    }
    ben.delete(&path).await.assert_problem(403, "forbidden");
    assert_eq!(ana.get(&format!("/posts/{post}/comments")).await.items()[0]["text"], "Flour");
    admin.delete(&path).await.expect(204);
    for answer in
        [ana.patch(&path, &json!({"text": "x"})).await, ana.delete(&path).await, ana.put(&format!("{path}/like")).await]
    {
        answer.assert_problem(404, "comment_not_found");
    }
}

#[actix_web::test]
async fn liking_again_and_taking_back_again_changes_nothing() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let post = ana.publish("Bread").await;
    let comment = ana.comment(&post, "Flour").await;
    let path = format!("/comments/{comment}/like");
    for answer in [ben.put(&path).await, ben.put(&path).await] {
        let liked = answer.expect(200);
        assert_eq!((&liked["like_count"], &liked["viewer"]), (&json!(1), &json!({"liked": true, "mine": false})));
    }
    let seen = ana.get(&format!("/posts/{post}/comments")).await.items();
    assert_eq!((&seen[0]["like_count"], &seen[0]["viewer"]), (&json!(1), &json!({"liked": false, "mine": true})));
    for answer in [ben.delete(&path).await, ben.delete(&path).await] {
        let unliked = answer.expect(200);
        assert_eq!((&unliked["like_count"], &unliked["viewer"]["liked"]), (&json!(0), &json!(false)));
    }
    let everybody = join_all(["cem", "dia", "eli", "fay"].map(|handle| community.member(handle))).await;
    join_all(everybody.iter().flat_map(|reader| [reader.put(&path), reader.put(&path)])).await;
    join_all(everybody[..2].iter().map(|reader| reader.delete(&path))).await;
    assert_eq!(ana.get(&format!("/posts/{post}/comments")).await.items()[0]["like_count"], 2);
    community.tidy().await;
}
