//! Roles over HTTP: who gives them, and that somebody is always left who can.

use futures::future::join;
use hearth::accounts::{self, By, Role};
use hearth::error::Code;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

async fn give(actor: &Actor, user: &str, role: &str) -> Answer {
    actor.put_json(&format!("/users/{user}/role"), &json!({"role": role})).await
}

async fn role(actor: &Actor) -> Value {
    actor.get("/me").await.expect(200)["role"].clone()
}

#[actix_web::test]
async fn an_admin_makes_moderators_and_admins_who_can_do_so_at_once() {
    let community = Community::start().await;
    let (admin, ana, ben) = (community.admin().await, community.member("ana").await, community.member("ben").await);
    ana.put("/users/ben/ban").await.assert_problem(403, "forbidden");
    let view = give(&admin, "ana", "moderator").await.expect(200);
    assert_eq!((&view["role"], view.get("email")), (&json!("moderator"), None));
    assert_eq!(community.anonymous().get("/users/ana").await.expect(200)["role"], "moderator");
    ana.put("/users/ben/ban").await.expect(204);
    give(&ana, "ben", "member").await.assert_problem(403, "forbidden");
    give(&admin, &ana.id(), "admin").await.expect(200);
    give(&ana, "ada", "member").await.expect(200);
    assert_eq!((role(&ana).await, role(&admin).await), (json!("admin"), json!("member")));
    give(&admin, "ana", "member").await.assert_problem(403, "forbidden");
    // Giving it again changes nothing.
    give(&ana, "ana", "admin").await.expect(200);
    drop(ben);
    community.tidy().await;
}

#[actix_web::test]
async fn nobody_else_gives_roles_and_there_are_only_three() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    give(&ana, "ana", "admin").await.assert_problem(403, "forbidden");
    give(&community.anonymous(), "ana", "admin").await.assert_problem(401, "authentication_required");
    give(&admin, "nobody", "admin").await.assert_problem(404, "user_not_found");
    // An address is not for asking whether somebody has an account.
    give(&admin, "ana@example.org", "admin").await.assert_problem(404, "user_not_found");
    for wrong in [json!({"role": "king"}), json!({"role": 7}), json!({})] {
        assert_eq!(admin.put_json("/users/ana/role", &wrong).await.status, 422, "{wrong}");
    }
    assert_eq!(role(&ana).await, "member");
}

#[actix_web::test]
async fn the_last_admin_who_can_sign_in_stays_one() {
    let community = Community::start().await;
    let password = json!({"password": PASSWORD});
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    give(&admin, "ada", "member").await.assert_problem(409, "last_admin");
    admin.delete_json("/me", &password).await.assert_problem(409, "last_admin");
    // One who is banned is none who can.
    give(&admin, "ana", "admin").await.expect(200);
    admin.put("/users/ana/ban").await.expect(204);
    give(&admin, "ada", "moderator").await.assert_problem(409, "last_admin");
    admin.delete_json("/me", &password).await.assert_problem(409, "last_admin");
    assert_eq!(role(&admin).await, "admin");
    admin.delete("/users/ana/ban").await.expect(204);
    admin.delete_json("/me", &password).await.expect(204);
    let ana = ana.signed_in(
        &ana.post("/auth/login", &json!({"email": "ana@example.org", "password": PASSWORD})).await.expect(200),
    );
    assert_eq!(role(&ana).await, "admin");
    // Alone, one may go.
    ana.delete_json("/me", &password).await.expect(204);
    community.tidy().await;
}

#[actix_web::test]
async fn of_two_admins_who_take_each_others_role_at_once_one_stays() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    for _ in 0..5 {
        accounts::set_role(community.app(), By::Operator, "ada@example.org", Role::Admin).await.unwrap();
        accounts::set_role(community.app(), By::Operator, "ana", Role::Admin).await.unwrap();
        let (one, other) = join(give(&admin, "ana", "member"), give(&ana, "ada", "member")).await;
        let statuses = [one.status, other.status];
        assert!(statuses.contains(&200) && statuses.contains(&403), "{statuses:?}");
    }
}

#[actix_web::test]
async fn whose_own_role_was_taken_while_it_waited_gives_none() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    give(&admin, "ana", "admin").await.expect(200);
    let by = By::Admin(ana.id().parse().unwrap());
    give(&admin, "ana", "member").await.expect(200);
    let refused = accounts::set_role(community.app(), by, "ana", Role::Admin).await;
    assert_eq!(refused.map(|account| account.role).unwrap_err().code, Code::Forbidden);
    admin.put("/users/ana/ban").await.expect(204);
    let refused = accounts::set_role(community.app(), by, "ada", Role::Member).await;
    assert_eq!(refused.map(|account| account.role).unwrap_err().code, Code::InvalidToken);
}
