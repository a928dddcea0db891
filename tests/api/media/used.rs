//! Pictures in posts, in messages, and as faces.

use serde_json::{Value, json};

use super::files;
use crate::actor::{Actor, each, text};
use crate::community::{Community, PASSWORD};
use crate::conversations::room::{Room, fresh};
use crate::socket::device::Device;

fn post(images: &[&String]) -> Value {
    json!({"title": "Bread", "categories": ["food"], "images": images})
}

async fn pictures<const N: usize>(who: &Actor) -> [String; N] {
    let mut ids = Vec::new();
    for _ in 0..N {
        ids.push(who.picture().await);
    }
    ids.try_into().unwrap()
}

fn images(post: &Value) -> Vec<String> {
    each(post["images"].as_array().unwrap(), "id")
}

async fn assert_gone(who: &Actor, picture: &str) {
    who.get(&format!("/media/{picture}")).await.assert_problem(404, "media_not_found");
}

#[actix_web::test]
async fn a_post_has_up_to_four_pictures_in_their_order_wherever_it_is_shown() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let [a, b, c, d, e] = pictures(&ana).await;
    let made = ana.post("/posts", &post(&[&c, &a, &d, &b])).await.expect(201);
    assert_eq!(images(&made), [&c, &a, &d, &b].map(String::clone));
    let id = text(&made["id"]);
    for seen in [
        ana.post_of(&id).await,
        community.anonymous().post_of(&id).await,
        community.anonymous().get("/posts").await.items()[0].clone(),
        ana.get("/me/posts").await.items()[0].clone(),
        ana.put(&format!("/posts/{id}/like")).await.expect(200),
        ana.get("/me/likes").await.items()[0].clone(),
        community.anonymous().get(&format!("/users/{}/posts", ana.id())).await.items()[0].clone(),
    ] {
        assert_eq!(seen["images"], made["images"]);
    }
    ana.post("/posts", &post(&[&e, &e])).await.expect(201);
    ana.post("/posts", &post(&[&a, &b, &c, &d, &e])).await.assert_invalid(&["images"]);
    community.tidy().await;
}

#[actix_web::test]
async fn a_picture_is_used_once_and_by_its_owner_alone() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let [used, unused] = pictures(&ana).await;
    let id = ana.publish_as(&post(&[&used])).await;
    let nobodys = "0198c2a4-7e1a-7c3e-9d0b-5a6f0c1d2e3f".to_owned();
    for (who, picture) in [(&ana, &used), (&ben, &unused), (&ben, &used), (&ana, &nobodys)] {
        who.post("/posts", &post(&[picture])).await.assert_invalid(&["images"]);
        who.patch("/me", &json!({"avatar": picture})).await.assert_invalid(&["avatar"]);
        let message = json!({"client_id": fresh(), "text": "Look", "image": picture});
        room.send(who, &message).await.assert_invalid(&["image"]);
    }
    let other = ana.publish("Cake").await;
    ana.patch(&format!("/posts/{other}"), &json!({"images": [used]})).await.assert_invalid(&["images"]);
    assert_eq!(images(&ana.post_of(&id).await), [used]);
    assert!(images(&ana.post_of(&other).await).is_empty());
    // What was refused used nothing up.
    ana.post("/posts", &post(&[&unused])).await.expect(201);
    community.tidy().await;
}

#[actix_web::test]
async fn an_edit_keeps_adds_and_removes_pictures() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let reader = community.anonymous();
    let [a, b, c] = pictures(&ana).await;
    let id = ana.publish_as(&post(&[&a, &b])).await;
    let path = format!("/posts/{id}");
    reader.get(&path).await.expect(200);
    let edited = ana.patch(&path, &json!({"images": [c, a]})).await.expect(200);
    assert_eq!(images(&edited), [c.clone(), a.clone()]);
    assert_eq!(images(&reader.post_of(&id).await), [c.clone(), a.clone()], "kept pages notice");
    assert_gone(&ana, &b).await;
    assert_eq!(images(&ana.patch(&path, &json!({"title": "Rye"})).await.expect(200)), [c.clone(), a.clone()]);
    ana.patch(&path, &json!({"images": [a, b]})).await.assert_invalid(&["images"]);
    assert_eq!(images(&ana.post_of(&id).await), [c.clone(), a.clone()]);
    assert!(images(&ana.patch(&path, &json!({"images": []})).await.expect(200)).is_empty());
    assert_gone(&ana, &a).await;
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn a_post_that_is_deleted_takes_its_pictures_along_and_one_that_is_archived_keeps_them() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let [a, b] = pictures(&ana).await;
    let id = ana.publish_as(&post(&[&a, &b])).await;
    ana.put(&format!("/posts/{id}/archive")).await.expect(200);
    assert_eq!(community.anonymous().get(&format!("/media/{a}")).await.status, 200);
    community.admin().await.delete(&format!("/posts/{id}")).await.expect(204);
    for picture in [&a, &b] {
        assert_gone(&community.anonymous(), picture).await;
        assert_gone(&ana, picture).await;
    }
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn a_message_has_a_text_or_a_picture_or_both() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let [a, b] = pictures(&ana).await;
    let client_id = fresh();
    let both = json!({"client_id": client_id, "text": "Look", "image": a});
    let sent = room.send(&ana, &both).await.expect(201);
    assert_eq!((&sent["text"], &sent["image"]["id"], &sent["duplicate"]), (&json!("Look"), &json!(a), &json!(false)));
    let again = room.send(&ana, &both).await.expect(201);
    assert_eq!((&again["seq"], &again["image"], &again["duplicate"]), (&sent["seq"], &sent["image"], &json!(true)));
    let only = room.send(&ana, &json!({"client_id": fresh(), "text": "", "image": b})).await.expect(201);
    assert_eq!((&only["text"], &only["image"]["id"], &only["deleted"]), (&json!(""), &json!(b), &json!(false)));
    room.send(&ana, &json!({"client_id": fresh()})).await.assert_invalid(&["text"]);
    room.send(&ana, &json!({"client_id": fresh(), "text": "x", "image": "x"})).await.assert_invalid(&["image"]);
    let events = ben.get(&format!("{}/events", room.path)).await.items();
    let shown: Vec<_> = events.iter().map(|event| event["image"]["id"].clone()).collect();
    assert_eq!(shown, [json!(a), json!(b)]);
    assert_eq!(room.seen_by(&ben).await["last_event"]["image"]["id"], json!(b));
    community.tidy().await;
}

#[actix_web::test]
async fn a_message_that_is_deleted_for_everyone_takes_its_picture_along() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let picture = ana.picture().await;
    let sent = room.send(&ana, &json!({"client_id": fresh(), "image": picture})).await.expect(201);
    room.hide(&ben, &sent).await.expect(200);
    let events = |who: &Actor| {
        let (who, path) = (who.clone(), format!("{}/events", room.path));
        async move { who.get(&path).await.items()[0].clone() }
    };
    assert_eq!(events(&ben).await["image"], Value::Null, "hidden for oneself");
    assert_eq!(events(&ana).await["image"]["id"], json!(picture));
    room.delete(&ana, &sent).await.expect(200);
    assert_eq!((&events(&ana).await["image"], &events(&ana).await["text"]), (&Value::Null, &Value::Null));
    assert_gone(&ana, &picture).await;
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn sockets_hear_of_pictures_and_send_them() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::direct(&ana, &ben).await;
    let [a, b] = pictures(&ana).await;
    let (mut at_ana, mut at_ben) = (Device::of(&ana).await, Device::of(&ben).await);
    let frame = json!({"op": "send", "conversation": room.id, "client_id": fresh(), "image": a});
    at_ana.ask(frame).await;
    let heard = at_ben.event().await;
    let view = ana.get(&format!("{}/events", room.path)).await.items()[0]["image"].clone();
    assert_eq!((&heard["image"], &heard["image"]["id"]), (&view, &json!(a)));
    room.send(&ana, &json!({"client_id": fresh(), "text": "And", "image": b})).await.expect(201);
    assert_eq!(at_ben.event().await["image"]["id"], json!(b));
    room.say(&ana, "none").await;
    assert_eq!(at_ben.event().await["image"], Value::Null);
}

#[actix_web::test]
async fn a_conversation_that_nobody_takes_part_in_any_more_takes_its_pictures_along() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let room = Room::group(&ana, &[&ben]).await;
    room.send(&ana, &json!({"client_id": fresh(), "image": ana.picture().await})).await.expect(201);
    for member in [&ana, &ben] {
        member.delete(&format!("{}/members/{}", room.path, member.id())).await.expect(204);
    }
    assert!(!files(&community).is_empty());
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn an_accounts_face_is_wherever_the_account_is_shown() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let reader = community.anonymous();
    let room = Room::direct(&ana, &ben).await;
    let id = ana.publish("Bread").await;
    ana.comment(&id, "Warm").await;
    let shown = async || {
        let mut shown = vec![ana.get("/me").await.expect(200)["avatar"].clone()];
        shown.push(reader.get(&format!("/users/{}", ana.id())).await.expect(200)["avatar"].clone());
        shown.push(reader.get("/users?q=ana").await.items()[0]["avatar"].clone());
        shown.push(reader.post_of(&id).await["author"]["avatar"].clone());
        shown.push(reader.get("/posts").await.items()[0]["author"]["avatar"].clone());
        shown.push(reader.get(&format!("/posts/{id}/comments")).await.items()[0]["author"]["avatar"].clone());
        let members = room.seen_by(&ben).await["members"].as_array().unwrap().clone();
        shown.push(members.iter().find(|member| member["id"] == json!(ana.id())).unwrap()["avatar"].clone());
        shown.dedup();
        assert_eq!(shown.len(), 1, "{shown:?}");
        shown.remove(0)
    };
    assert_eq!(shown().await, Value::Null);
    let [first, second] = pictures(&ana).await;
    for picture in [&first, &second] {
        let changed = ana.patch("/me", &json!({"avatar": picture})).await.expect(200);
        assert_eq!(changed["avatar"], json!(format!("/api/v1/media/{picture}/avatar")));
        assert_eq!(shown().await, changed["avatar"]);
        assert_eq!(reader.at_root().get(&text(&changed["avatar"])).await.status, 200);
    }
    assert_gone(&ana, &first).await;
    assert_eq!(ana.patch("/me", &json!({"bio": "x"})).await.expect(200)["avatar"], shown().await, "left as it is");
    ana.patch("/me", &json!({"avatar": second})).await.expect(200);
    assert_eq!(reader.get(&format!("/media/{second}")).await.status, 200, "the same again changes nothing");
    assert_eq!(ana.patch("/me", &json!({"avatar": null})).await.expect(200)["avatar"], Value::Null);
    assert_eq!(shown().await, Value::Null);
    assert_gone(&ana, &second).await;
    for wrong in [json!("x"), json!(""), json!(7)] {
        ana.patch("/me", &json!({"avatar": wrong})).await.assert_invalid(&["avatar"]);
    }
    community.tidy().await;
    assert!(files(&community).is_empty());
}

#[actix_web::test]
async fn an_account_that_is_deleted_leaves_its_posts_pictures_and_not_its_face() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let [of_post, of_face] = pictures(&ana).await;
    let id = ana.publish_as(&post(&[&of_post])).await;
    ana.patch("/me", &json!({"avatar": of_face})).await.expect(200);
    ana.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    let reader = community.anonymous();
    assert_gone(&reader, &of_face).await;
    let seen = reader.post_of(&id).await;
    assert_eq!((&seen["author"]["avatar"], images(&seen)), (&Value::Null, vec![of_post.clone()]));
    assert_eq!(reader.get(&format!("/media/{of_post}")).await.status, 200);
    community.tidy().await;
}
