//! Banning: who may, what it ends, and what lets back in.

use std::sync::Arc;

use hearth::accounts::{self, Account, AccountId, Password, Role};
use hearth::error::{Code, Error};
use hearth::moderation;
use serde_json::json;

use crate::actor::Actor;
use crate::answer::Answer;
use crate::community::{Community, PASSWORD};

async fn log_in(actor: &Actor, password: &str) -> Answer {
    let credentials = json!({"email": actor.account["email"], "password": password});
    actor.post("/auth/login", &credentials).await
}

async fn refresh(actor: &Actor) -> Answer {
    actor.post("/auth/refresh", &json!({"refresh_token": actor.refresh_token})).await
}

fn account(community: &Community, actor: &Actor) -> Arc<Account> {
    accounts::look_up(&community.app().store, &actor.id()).unwrap()
}

/// Gives an account a role, which nothing over HTTP does yet.
async fn set_role(community: &Community, actor: &Actor, role: Role) {
    let account = Account { role, ..Account::clone(&account(community, actor)) };
    community.app().store.write(move |tx| Ok::<_, Error>(tx.put(&account)?)).await.unwrap();
}

#[actix_web::test]
async fn only_moderators_and_admins_ban_and_unban() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let (ben, eve) = (community.member("ben").await, community.anonymous());
    for path in ["/users/ben/ban", "/users/ada/ban", "/users/ana/ban", "/users/nobody/ban"] {
        ana.put(path).await.assert_problem(403, "forbidden");
        ana.delete(path).await.assert_problem(403, "forbidden");
        eve.put(path).await.assert_problem(401, "authentication_required");
        eve.delete(path).await.assert_problem(401, "authentication_required");
    }
    for actor in [&admin, &ana, &ben] {
        actor.get("/me").await.expect(200);
    }
}

#[actix_web::test]
async fn a_banned_account_is_signed_out_at_once_on_every_device() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let ben = community.member("ben").await;
    let post = ana.publish("Bread").await;
    let phone = ana.signed_in(&log_in(&ana, PASSWORD).await.expect(200));
    assert!(admin.put("/users/ana/ban").await.expect(204).is_null());
    for device in [&ana, &phone] {
        device.get("/me").await.assert_problem(401, "invalid_token");
        device.patch(&format!("/posts/{post}"), &json!({"title": "Dough"})).await.assert_problem(401, "invalid_token");
        refresh(device).await.assert_problem(401, "invalid_refresh_token");
    }
    // What they wrote stays, and nobody else is signed out.
    assert_eq!(ben.post_of(&post).await["author"]["handle"], "ana");
    refresh(&ben).await.expect(200);
}

#[actix_web::test]
async fn only_who_knows_the_password_is_told_of_the_ban() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    admin.put(&format!("/users/{}/ban", ana.id())).await.expect(204);
    log_in(&ana, PASSWORD).await.assert_problem(403, "banned");
    let wrong = log_in(&ana, "not the password").await;
    wrong.assert_problem(401, "invalid_credentials");
    let unknown = json!({"email": "nobody@example.org", "password": "not the password"});
    assert_eq!(community.anonymous().post("/auth/login", &unknown).await.body, wrong.body);
    assert_eq!(admin.get("/auth/sessions").await.items().len(), 1);
}

#[actix_web::test]
async fn a_ban_and_its_end_may_be_repeated_and_outlive_a_restart() {
    let mut community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    for _ in 0..2 {
        admin.put("/users/ANA/ban").await.expect(204);
    }
    community.restart().await;
    log_in(&ana, PASSWORD).await.assert_problem(403, "banned");
    ana.get("/me").await.assert_problem(401, "invalid_token");
    for _ in 0..2 {
        admin.delete("/users/ana/ban").await.expect(204);
    }
    // Taking back the ban brings back no session.
    ana.get("/me").await.assert_problem(401, "invalid_token");
    refresh(&ana).await.assert_problem(401, "invalid_refresh_token");
    community.restart().await;
    let ana = ana.signed_in(&log_in(&ana, PASSWORD).await.expect(200));
    ana.get("/me").await.expect(200);
    refresh(&ana).await.expect(200);
    community.tidy().await;
}

#[actix_web::test]
async fn who_does_not_exist_cannot_be_banned_and_nobody_bans_themselves() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    ana.delete_json("/me", &json!({"password": PASSWORD})).await.expect(204);
    let nobody = "00000000-0000-7000-8000-000000000000";
    for id in ["nobody", nobody, "ana", &ana.id(), "%5Bdeleted%5D"] {
        admin.put(&format!("/users/{id}/ban")).await.assert_problem(404, "user_not_found");
        admin.delete(&format!("/users/{id}/ban")).await.assert_problem(404, "user_not_found");
    }
    for id in ["ada", &admin.id()] {
        admin.put(&format!("/users/{id}/ban")).await.assert_invalid(&["id"]);
        admin.delete(&format!("/users/{id}/ban")).await.expect(204);
    }
    admin.get("/me").await.expect(200);
}

#[actix_web::test]
async fn a_moderator_bans_members_and_an_admin_everybody_else() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let (mod_a, mod_b) = (community.member("mod_a").await, community.member("mod_b").await);
    for moderator in [&mod_a, &mod_b] {
        set_role(&community, moderator, Role::Moderator).await;
    }
    mod_a.put("/users/ana/ban").await.expect(204);
    ana.get("/me").await.assert_problem(401, "invalid_token");
    mod_b.delete("/users/ana/ban").await.expect(204);
    let ana = ana.signed_in(&log_in(&ana, PASSWORD).await.expect(200));
    for path in ["/users/mod_b/ban", "/users/ada/ban"] {
        mod_a.put(path).await.assert_problem(403, "forbidden");
        mod_a.delete(path).await.assert_problem(403, "forbidden");
    }
    mod_a.put("/users/mod_a/ban").await.assert_invalid(&["id"]);

    admin.put("/users/mod_b/ban").await.expect(204);
    mod_b.put("/users/ana/ban").await.assert_problem(401, "invalid_token");
    mod_a.delete("/users/mod_b/ban").await.assert_problem(403, "forbidden");
    log_in(&mod_b, PASSWORD).await.assert_problem(403, "banned");
    set_role(&community, &ana, Role::Admin).await;
    ana.put("/users/ada/ban").await.expect(204);
    admin.get("/me").await.assert_problem(401, "invalid_token");
    ana.delete("/users/ada/ban").await.expect(204);
    log_in(&admin, PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn who_is_banned_or_loses_the_role_while_a_ban_waits_bans_nobody() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let (banned, demoted) = (community.member("banned").await, community.member("demoted").await);
    for moderator in [&banned, &demoted] {
        set_role(&community, moderator, Role::Moderator).await;
    }
    // Their accounts as a request finds them that comes in just before.
    let [banned_before, demoted_before] = [&banned, &demoted].map(|actor| account(&community, actor));
    admin.put("/users/banned/ban").await.expect(204);
    set_role(&community, &demoted, Role::Member).await;
    for (before, code) in [(&banned_before, Code::InvalidToken), (&demoted_before, Code::Forbidden)] {
        assert_eq!(moderation::ban(community.app(), before, "ana").await.unwrap_err().code, code);
        assert_eq!(moderation::unban(community.app(), before, "ana").await.unwrap_err().code, code);
    }
    let themselves = moderation::unban(community.app(), &banned_before, "banned").await;
    assert_eq!(themselves.unwrap_err().code, Code::InvalidToken);
    ana.get("/me").await.expect(200);
    log_in(&banned, PASSWORD).await.assert_problem(403, "banned");
}

#[actix_web::test]
async fn the_ban_of_an_account_that_is_deleted_is_cleared_away_and_lets_nobody_in() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let before = account(&community, &ana);
    let id: AccountId = before.id;
    admin.put("/users/ana/ban").await.expect(204);
    // A deletion that came in just before the ban, and waited for the password to be compared.
    accounts::delete(community.app(), &before, [0; 16].into(), Password::attempt(PASSWORD)).await.unwrap();
    assert!(moderation::is_banned(&community.app().store, id).unwrap());
    community.tidy().await;
    assert!(!moderation::is_banned(&community.app().store, id).unwrap());
    log_in(&ana, PASSWORD).await.assert_problem(401, "invalid_credentials");
    ana.get("/me").await.assert_problem(401, "invalid_token");
    refresh(&ana).await.assert_problem(401, "invalid_refresh_token");
}

#[actix_web::test]
async fn moderators_are_told_who_is_banned() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let (moderator, ben) = (community.member("mod_a").await, community.member("ben").await);
    set_role(&community, &moderator, Role::Moderator).await;
    for handle in ["ana", "ben"] {
        admin.put(&format!("/users/{handle}/ban")).await.expect(204);
    }
    let mut banned: Vec<_> = moderator.walk("/bans?").await;
    banned.sort_by_key(|ban| ban["user"]["handle"].to_string());
    let handles: Vec<_> = banned.iter().map(|ban| ban["user"]["handle"].clone()).collect();
    assert_eq!(handles, ["ana", "ben"]);
    assert!(banned[0]["since"].is_string() && banned[0]["user"].get("email").is_none(), "{banned:?}");
    admin.delete("/users/ben/ban").await.expect(204);
    assert_eq!(admin.get("/bans").await.items().len(), 1);
    drop((ana, ben));
    community.member("cem").await.get("/bans").await.assert_problem(403, "forbidden");
}

#[actix_web::test]
async fn an_admin_sees_where_somebody_is_signed_in_and_signs_them_out() {
    let community = Community::start().await;
    let (admin, ana, ben) = (community.admin().await, community.member("ana").await, community.member("ben").await);
    log_in(&ana, PASSWORD).await.expect(200);
    let sessions = admin.get("/users/ana/sessions").await.items();
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().all(|session| session["current"] == false), "{sessions:?}");
    assert!(!format!("{sessions:?}").contains("token"), "{sessions:?}");
    admin.delete("/users/ana/sessions").await.expect(204);
    ana.get("/me").await.assert_problem(401, "invalid_token");
    refresh(&ana).await.assert_problem(401, "invalid_refresh_token");
    ben.get("/me").await.expect(200);
    // She is not banned.
    log_in(&ana, PASSWORD).await.expect(200);
    ben.get("/users/ana/sessions").await.assert_problem(403, "forbidden");
    ben.delete("/users/ana/sessions").await.assert_problem(403, "forbidden");
    admin.get("/users/nobody/sessions").await.assert_problem(404, "user_not_found");
}
