//! What uploads share: nobody takes all of it, and nobody who looks is told of damage where something just went.

use hearth::accounts::AccountId;
use serde_json::json;

use super::any_photo;
use crate::actor::Actor;
use crate::community::Community;

fn id(actor: &Actor) -> AccountId {
    actor.id().parse().unwrap()
}

#[actix_web::test]
async fn an_account_has_four_uploads_under_way_and_leaves_the_rest_to_others() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let library = &community.app().media;
    let mut under_way: Vec<_> = (0..4).map(|_| library.upload(id(&ana)).unwrap()).collect();
    assert!(library.upload(id(&ana)).is_err());
    let refused = ana.upload(&any_photo()).await;
    refused.assert_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("5"));
    ben.upload(&any_photo()).await.expect(201);
    under_way.pop();
    for _ in 0..6 {
        ana.upload(&any_photo()).await.expect(201);
        ana.upload(b"no picture").await.assert_problem(415, "unsupported_media_type");
    }
    drop(under_way);
    let all = futures::future::join_all((0..4).map(|_| async { ana.upload(&any_photo()).await.expect(201) })).await;
    assert_eq!(all.len(), 4);
}

#[actix_web::test]
async fn who_looks_at_a_picture_while_it_goes_sees_it_or_that_it_is_gone() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for _ in 0..20 {
        let picture = ana.picture().await;
        ana.patch("/me", &json!({"avatar": picture})).await.expect(200);
        let path = format!("/media/{picture}");
        let look = async || {
            for _ in 0..10 {
                let seen = ana.get(&path).await.status;
                assert!(seen == 200 || seen == 404, "{seen}");
            }
        };
        let go = async || {
            ana.patch("/me", &json!({"avatar": null})).await.expect(200);
            community.tidy().await;
        };
        futures::join!(look(), look(), go());
        ana.get(&path).await.assert_problem(404, "media_not_found");
    }
}
