//! A community in which everything that can happen has happened.

use std::time::Duration;

use hearth::invites::{self, NewInvite};
use hearth::moderation;
use serde_json::json;

use crate::community::{Community, PASSWORD};
use crate::conversations::room::Room;

/// A long body that takes two records, cut between a letter and the accent on it or not: whatever falls there.
fn long_body() -> String {
    "🔥 e\u{301} ".chars().cycle().take(19_999).chain(['!']).collect()
}

/// Each record of an export is in it at least once.
pub async fn community() -> Community {
    let community = Community::start().await;
    let (admin, ana, ben) = (community.admin().await, community.member("ana").await, community.member("ben").await);
    let (cem, dee) = (community.member("cem").await, community.member("dee").await);
    // Posts and comments.
    let first = ana.publish("First").await;
    community.later(Duration::from_secs(60));
    for body in ["Once", "Twice \\ \"quoted\" \u{2603}", &long_body()] {
        ana.patch(&format!("/posts/{first}"), &json!({"body": body})).await.expect(200);
    }
    let secret = json!({"title": "Secret", "categories": ["food", "help"], "tags": ["Émoi"], "anonymous": true});
    let secret = ben.publish_as(&secret).await;
    let archived = ben.publish("Archived").await;
    ben.put(&format!("/posts/{archived}/archive")).await.expect(200);
    let gone = ben.publish("Deleted").await;
    ana.comment(&gone, "Left behind").await;
    ben.delete(&format!("/posts/{gone}")).await.expect(204);
    let mut above = ana.comment(&secret, "Top").await;
    let top = above.clone();
    for depth in 0..30 {
        above = ben.reply(&secret, &above, &format!("Depth {depth}")).await;
    }
    ana.delete(&format!("/comments/{top}")).await.expect(204);
    ben.patch(&format!("/comments/{above}"), &json!({"text": "Deepest\n\tedited"})).await.expect(200);
    for path in [format!("/posts/{first}/like"), format!("/posts/{secret}/bookmark"), format!("/comments/{above}/like")]
    {
        cem.put(&path).await.expect(200);
    }
    admin.delete("/categories/books").await.expect(204);
    // Pictures: of a post, of a message, a face, and one that is not used yet.
    let picture =
        json!({"title": "Pictured", "categories": ["food"], "images": [ana.picture().await, ana.picture().await]});
    ana.publish_as(&picture).await;
    cem.patch("/me", &json!({"avatar": cem.picture().await})).await.expect(200);
    cem.picture().await;
    // Chat.
    let direct = Room::direct(&ana, &ben).await;
    let said = direct.say(&ana, "Hello").await;
    direct.edit(&ana, &said, "Hello!").await.expect(200);
    direct.react(&ben, &said, "👍").await.expect(200);
    let look = json!({"client_id": "device 8", "image": ana.picture().await});
    direct.send(&ana, &look).await.expect(201);
    direct.hide(&ben, &said).await.expect(200);
    let group = Room::group(&cem, &[&ana, &ben]).await;
    let asked = group.say(&cem, "Who comes?").await;
    let answer = json!({"client_id": "device 7", "text": "I do", "reply_to": asked["seq"]});
    let answer = group.send(&ana, &answer).await.expect(201);
    group.delete(&ana, &answer).await.expect(200);
    group.react(&ben, &asked, "❤️").await.expect(200);
    group.rename(&cem, "Supper").await.expect(200);
    group.add(&cem, &dee).await.expect(200);
    group.remove(&ben, &ben).await.expect(204);
    group.hand_over(&cem, &ana).await.expect(200);
    group.read(&ana, 4).await.expect(200);
    // People.
    ana.put(&format!("/users/{}/block", cem.id())).await.expect(204);
    admin.put(&format!("/users/{}/ban", ben.id())).await.expect(204);
    ana.patch("/me", &json!({"bio": "Bakes.\nA lot."})).await.expect(200);
    moderation::set_banned(community.app(), "cem", true).await.unwrap();
    let invite = NewInvite::new(3, 7, "the choir").unwrap();
    invites::create(community.app(), None, invite, "http://localhost").await.unwrap();
    dee.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    community
}
