//! Refresh tokens that were stolen, or whose owner is no more.

use futures::future::join_all;
use serde_json::json;

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};
use crate::socket::device::Device;

async fn refresh(actor: &Actor) -> Answer {
    actor.post("/auth/refresh", &json!({"refresh_token": actor.refresh_token})).await
}

async fn log_in(actor: &Actor) -> Actor {
    let credentials = json!({"email": actor.account["email"], "password": PASSWORD});
    actor.signed_in(&actor.post("/auth/login", &credentials).await.expect(200))
}

#[actix_web::test]
async fn after_sign_out_ban_and_deletion_no_refresh_token_is_good_for_anything() {
    let community = Community::start().await;
    let admin = community.admin().await;
    let handles = ["anna", "bert", "cleo", "dora", "emil"];
    for (number, handle) in handles.into_iter().enumerate() {
        let actor = community.member(handle).await;
        let (phone, used) = (log_in(&actor).await, log_in(&actor).await);
        let renewed = used.signed_in(&refresh(&used).await.expect(200));
        match number {
            0 => drop(actor.post_nothing("/auth/logout-all").await.expect(204)),
            1 => drop(admin.put(&format!("/users/{handle}/ban")).await.expect(204)),
            2 => drop(actor.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204)),
            3 => {
                for device in [&phone, &renewed, &actor] {
                    device.post_nothing("/auth/logout").await.expect(204);
                }
            }
            _ => {
                // Changing the password ends all others; and this one ends by itself.
                let change = json!({"current": PASSWORD, "new": "another long sentence"});
                actor.put_json("/me/password", &change).await.expect(204);
                actor.post_nothing("/auth/logout").await.expect(204);
            }
        }
        for device in [&actor, &phone, &used, &renewed] {
            refresh(device).await.assert_problem(401, "invalid_refresh_token");
            device.get("/me").await.assert_problem(401, "invalid_token");
        }
        // Asking again and again brings nothing back.
        for answer in join_all((0..4).map(|_| refresh(&phone))).await {
            answer.assert_problem(401, "invalid_refresh_token");
        }
    }
    community.tidy().await;
}

#[actix_web::test]
async fn a_thief_and_the_owner_who_refresh_at_once_end_the_session_and_its_socket() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for _ in 0..5 {
        let phone = log_in(&ana).await;
        let mut device = Device::of(&phone).await;
        let answers = join_all((0..8).map(|_| refresh(&phone))).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert!(won.len() <= 1, "a refresh token was good {} times", won.len());
        for answer in won {
            let winner = phone.signed_in(&answer.json());
            winner.get("/me").await.assert_problem(401, "invalid_token");
            refresh(&winner).await.assert_problem(401, "invalid_refresh_token");
        }
        assert_eq!(device.closed().await, 4503);
    }
    ana.get("/me").await.expect(200);
    assert_eq!(ana.get("/auth/sessions").await.items().len(), 1);
}

#[actix_web::test]
async fn an_access_token_is_no_refresh_token_and_one_account_refreshes_not_for_another() {
    let community = Community::start().await;
    let (ana, eve) = (community.member("ana").await, community.member("eve").await);
    for token in [&ana.access_token, &String::new(), &"A".repeat(400_000)] {
        let answer = eve.post("/auth/refresh", &json!({"refresh_token": token})).await;
        answer.assert_problem(401, "invalid_refresh_token");
    }
    // Who holds the token holds the session: whoever is signed in besides does not count, and gets nothing mixed up.
    let renewed = eve.post("/auth/refresh", &json!({"refresh_token": ana.refresh_token})).await.expect(200);
    assert_eq!(community.anonymous().signed_in(&renewed).get("/me").await.expect(200)["handle"], "ana");
    assert_eq!(eve.get("/me").await.expect(200)["handle"], "eve");
}
