//! Who sees a picture: as who sees what it belongs to.

use serde_json::json;

use crate::actor::{Actor, text};
use crate::community::Community;
use crate::conversations::room::{Room, fresh};

const FORMS: [&str; 3] = ["", "/thumbnail", "/avatar"];

async fn assert_seen(who: &Actor, picture: &str, caching: &str) {
    for form in FORMS {
        let answer = who.get(&format!("/media/{picture}{form}")).await;
        assert_eq!(answer.status, 200, "{form}: {:?}", answer.body);
        assert_eq!(answer.header("cache-control"), Some(format!("{caching}, max-age=31536000, immutable").as_str()));
    }
}

async fn assert_hidden(who: &Actor, picture: &str) {
    for form in FORMS {
        who.get(&format!("/media/{picture}{form}")).await.assert_problem(404, "media_not_found");
        // Nor by what they may have heard of it.
        let asked = who.with("if-none-match", "*").get(&format!("/media/{picture}{form}")).await;
        asked.assert_problem(404, "media_not_found");
    }
}

#[actix_web::test]
async fn what_is_not_used_yet_is_seen_by_its_owner_alone() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let picture = ana.picture().await;
    assert_seen(&ana, &picture, "private").await;
    for other in [&ben, &community.admin().await, &community.anonymous()] {
        assert_hidden(other, &picture).await;
    }
    ana.get("/media/no-id").await.assert_problem(404, "media_not_found");
}

#[actix_web::test]
async fn a_picture_of_a_conversation_is_seen_while_one_takes_part() {
    let community = Community::start().await;
    let [ana, ben, eve] = [community.member("ana").await, community.member("ben").await, community.member("eve").await];
    let room = Room::group(&ana, &[&ben]).await;
    let picture = ana.picture().await;
    room.send(&ana, &json!({"client_id": fresh(), "image": picture})).await.expect(201);
    for member in [&ana, &ben] {
        assert_seen(member, &picture, "private").await;
    }
    for other in [&eve, &community.admin().await, &community.anonymous()] {
        assert_hidden(other, &picture).await;
    }
    ana.put(&format!("{}/members/{}", room.path, eve.id())).await.expect(200);
    assert_seen(&eve, &picture, "private").await;
    eve.delete(&format!("{}/members/{}", room.path, eve.id())).await.expect(204);
    assert_hidden(&eve, &picture).await;
    // Also its owner, who has left.
    ana.delete(&format!("{}/members/{}", room.path, ana.id())).await.expect(204);
    assert_hidden(&ana, &picture).await;
    assert_seen(&ben, &picture, "private").await;
}

#[actix_web::test]
async fn where_only_members_read_only_members_see_pictures() {
    let community = Community::with(|config| config.public_read = false).await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let [of_post, of_face] = [ana.picture().await, ana.picture().await];
    ana.publish_as(&json!({"title": "Bread", "categories": ["food"], "images": [of_post]})).await;
    ana.patch("/me", &json!({"avatar": of_face})).await.expect(200);
    for picture in [&of_post, &of_face] {
        assert_seen(&ben, picture, "private").await;
        let nobody = community.anonymous().get(&format!("/media/{picture}")).await;
        nobody.assert_problem(401, "authentication_required");
    }
}

#[actix_web::test]
async fn the_pictures_of_an_anonymous_post_do_not_say_whose_they_are() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let picture = ana.picture().await;
    let post = json!({"title": "Bread", "categories": ["food"], "images": [picture], "anonymous": true});
    let id = ana.publish_as(&post).await;
    for who in [&ben, &community.admin().await, &community.anonymous()] {
        let seen = who.get(&format!("/posts/{id}")).await;
        assert_eq!(seen.json()["images"][0]["id"], json!(picture));
        assert!(!seen.text().contains(&ana.id()) && !seen.text().contains("\"ana\""), "{}", seen.text());
        let answer = who.get(&format!("/media/{picture}")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    // Nor do they become somebody's who asks for them.
    let stolen = json!({"title": "Mine", "categories": ["food"], "images": [picture]});
    ben.post("/posts", &stolen).await.assert_invalid(&["images"]);
    ben.patch("/me", &json!({"avatar": picture})).await.assert_invalid(&["avatar"]);
    assert_eq!(text(&ana.post_of(&id).await["images"][0]["id"]), picture);
}
