//! A clock that is set back or forward while nobody looks: what `ManualClock` shows is what the machine's would after a
//! start, for a running server's own clock never goes back.

use std::time::Duration;

use serde_json::json;

use crate::actor::Actor;
use crate::community::Community;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn publish(actor: &Actor, title: &str) -> String {
    let post = actor.post("/posts", &json!({"title": title, "categories": ["general"]})).await.expect(201);
    post["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn ids_grow_and_the_feed_keeps_its_order_when_the_clock_jumps_between_two_starts() {
    let mut community = Community::start().await;
    let mut ana = community.member("ana").await;
    let mut ids = Vec::new();
    for jump in 0..6 {
        ids.push(publish(&ana, "One").await);
        ids.push(publish(&ana, "Another").await);
        match jump % 3 {
            0 => community.earlier(HOUR),
            1 => community.later(DAY),
            _ => community.earlier(DAY),
        }
        community.restart().await;
        ana = ana.renewed().await;
        community.tidy().await;
    }
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
    let feed = community.anonymous().get("/posts?limit=100").await.expect(200);
    let shown = feed["items"].as_array().unwrap().iter().rev().map(|post| post["id"].as_str().unwrap());
    assert!(shown.eq(ids.iter().map(String::as_str)), "{feed}");
}

#[actix_web::test]
async fn a_message_after_a_jump_back_comes_last_and_its_conversation_first() {
    let mut community = Community::start().await;
    let (ana, bob) = (community.member("ana").await, community.member("bob").await);
    let open = async |members: serde_json::Value| {
        let opened = ana.post("/conversations", &json!({"members": members, "name": "Room"})).await.expect(201);
        opened["id"].as_str().unwrap().to_owned()
    };
    let (older, newer) = (open(json!([bob.id()])).await, open(json!([bob.id()])).await);
    let say = async |actor: &Actor, room: &str, text: &str| {
        let message = json!({"client_id": text, "text": text});
        actor.post(&format!("/conversations/{room}/messages"), &message).await.expect(201)
    };
    let first = say(&ana, &older, "before").await;
    say(&ana, &newer, "before").await;
    community.earlier(HOUR);
    community.restart().await;
    let ana = ana.renewed().await;
    let second = say(&ana, &older, "after").await;
    assert!(second["id"].as_str() > first["id"].as_str() && second["seq"].as_u64() > first["seq"].as_u64());
    let list = ana.get("/conversations").await.expect(200);
    assert_eq!(list["items"][0]["id"], *older);
}

#[actix_web::test]
async fn a_token_from_the_future_is_not_good_and_refreshing_helps() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    community.earlier(Duration::from_secs(60));
    ana.get("/me").await.expect(200);
    community.earlier(HOUR);
    assert_eq!(ana.get("/me").await.expect(401)["code"], "invalid_token");
    let renewed = ana.renewed().await;
    renewed.get("/me").await.expect(200);
    let sessions = renewed.get("/auth/sessions").await.expect(200);
    assert!(!sessions["items"].as_array().unwrap().is_empty());
}

#[actix_web::test]
async fn a_jump_of_a_day_takes_nothing_away_that_is_needed_when_the_clock_is_right_again() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let body = json!({"title": "Bread", "categories": ["general"]});
    let first = ana.with("idempotency-key", "a").post("/posts", &body).await.expect(201);
    community.later(DAY);
    community.tidy().await;
    community.earlier(DAY);
    let again = ana.with("idempotency-key", "a").post("/posts", &body).await;
    assert_eq!(again.expect(201)["id"], first["id"]);
    // Sessions too: one that would have ended a moment later is still there.
    community.later(29 * DAY + 23 * HOUR);
    let renewed = ana.renewed().await;
    community.later(30 * DAY + 2 * HOUR);
    community.tidy().await;
    community.earlier(DAY);
    renewed.renewed().await.get("/me").await.expect(200);
}
