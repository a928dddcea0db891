//! Invites: who makes them, whom they let in, and how often.

use std::time::Duration;

use futures::future::join_all;
use hearth::config::Registration;
use hearth::invites::{Invite, InviteCode};
use hearth::store::{Range, Read};
use serde_json::{Value, json};

use crate::actor::{Actor, text};
use crate::answer::Answer;
use crate::community::{Community, newcomer_named};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn by_invite() -> Community {
    Community::with(|config| config.registration = Registration::Invite).await
}

async fn invite(admin: &Actor, body: &Value) -> Value {
    admin.post("/invites", body).await.expect(201)
}

async fn join(community: &Community, handle: &str, code: &str) -> Answer {
    let mut body = newcomer_named(handle, handle);
    body["invite"] = json!(code);
    community.anonymous().post("/auth/register", &body).await
}

#[actix_web::test]
async fn only_who_has_an_invite_gets_in_and_each_use_counts() {
    let community = by_invite().await;
    let admin = community.admin().await;
    let eve = community.anonymous();
    eve.post("/auth/register", &newcomer_named("eve", "eve")).await.assert_problem(403, "invite_required");
    join(&community, "eve", " ").await.assert_problem(403, "invite_required");
    for wrong in ["00000-00000-00000-00000", "x", &"0".repeat(5000), "\u{0}"] {
        join(&community, "eve", wrong).await.assert_problem(403, "invalid_invite");
    }
    let made = invite(&admin, &json!({"uses": 2, "note": "the choir"})).await;
    let code = text(&made["code"]);
    assert_eq!(text(&made["link"]), format!("/#invite={code}"));
    assert_eq!(join(&community, "ana", &code).await.expect(201)["user"]["role"], "member");
    // As somebody types it.
    join(&community, "ben", &code.to_uppercase().replace('-', " ")).await.expect(201);
    join(&community, "eve", &code).await.assert_problem(403, "invalid_invite");
    let listed = admin.get("/invites").await.items();
    assert_eq!(
        (&listed[0]["used"], &listed[0]["open"], &listed[0]["note"]),
        (&json!(2), &json!(false), &json!("the choir"))
    );
    assert_eq!(listed[0]["created_by"], admin.account["id"]);
    assert!(!listed[0].to_string().contains(&code), "a code is told once");
    community.tidy().await;
}

#[actix_web::test]
async fn of_many_at_once_with_one_last_use_exactly_one_gets_in() {
    let community = by_invite().await;
    let admin = community.admin().await;
    for round in 0..3 {
        let code = text(&invite(&admin, &json!({})).await["code"]);
        let handles: Vec<_> = (0..8).map(|number| format!("m_{round}_{number}")).collect();
        let answers = join_all(handles.iter().map(|handle| join(&community, handle, &code))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        for refused in answers.iter().filter(|answer| answer.status != 201) {
            refused.assert_problem(403, "invalid_invite");
        }
    }
    // Who was not let in left nothing behind.
    assert_eq!(admin.get("/users?limit=100").await.items().len(), 4);
}

#[actix_web::test]
async fn a_registration_that_fails_uses_nothing_up() {
    let community = by_invite().await;
    let admin = community.admin().await;
    let code = text(&invite(&admin, &json!({})).await["code"]);
    join(&community, "ada", &code).await.assert_problem(409, "email_taken");
    let mut body = newcomer_named("Ana", "ada");
    (body["email"], body["invite"]) = (json!("other@example.org"), json!(code));
    community.anonymous().post("/auth/register", &body).await.assert_problem(409, "handle_taken");
    join(&community, "ana", &code).await.expect(201);
}

#[actix_web::test]
async fn an_invite_ends_with_its_time_and_when_it_is_taken_back() {
    let community = by_invite().await;
    let admin = community.admin().await;
    let [short, long] =
        [invite(&admin, &json!({"expires_in_days": 1, "uses": 9})).await, invite(&admin, &json!({"uses": 9})).await];
    community.later(DAY - Duration::from_secs(1));
    join(&community, "ana", &text(&short["code"])).await.expect(201);
    community.later(Duration::from_secs(1));
    join(&community, "ben", &text(&short["code"])).await.assert_problem(403, "invalid_invite");
    join(&community, "ben", &text(&long["code"])).await.expect(201);
    let admin = admin.renewed().await;
    let path = format!("/invites/{}", text(&long["id"]));
    admin.delete(&path).await.expect(204);
    join(&community, "cyd", &text(&long["code"])).await.assert_problem(403, "invalid_invite");
    admin.delete(&path).await.assert_problem(404, "invite_not_found");
    admin.delete("/invites/none").await.assert_problem(404, "invite_not_found");
    // What has ended is listed for a month more, and then cleared away.
    community.tidy().await;
    assert_eq!(admin.get("/invites").await.items().len(), 1);
    community.later(30 * DAY);
    community.tidy().await;
    assert!(community.app().store.records::<Invite>(&Range::all()).unwrap().is_empty());
}

#[actix_web::test]
async fn where_registration_is_open_no_invite_is_needed_or_used_and_where_it_is_closed_none_helps() {
    let mut community = by_invite().await;
    let admin = community.admin().await;
    let code = text(&invite(&admin, &json!({})).await["code"]);
    community.restart_with(|config| config.registration = Registration::Open).await;
    join(&community, "ana", &code).await.expect(201);
    join(&community, "ben", "no invite at all").await.expect(201);
    community.restart_with(|config| config.registration = Registration::Closed).await;
    join(&community, "cyd", &code).await.assert_problem(403, "registration_closed");
    community.restart_with(|config| config.registration = Registration::Invite).await;
    join(&community, "cyd", &code).await.expect(201);
    join(&community, "dan", &code).await.assert_problem(403, "invalid_invite");
}

#[actix_web::test]
async fn an_invite_does_not_open_another_domain() {
    let community = Community::with(|config| {
        config.registration = Registration::Invite;
        config.allowed_email_domains = vec!["example.org".into()];
    })
    .await;
    let code = text(&invite(&community.admin().await, &json!({})).await["code"]);
    let mut body = newcomer_named("eve", "eve");
    (body["email"], body["invite"]) = (json!("eve@example.com"), json!(code));
    community.anonymous().post("/auth/register", &body).await.assert_problem(403, "email_domain_not_allowed");
    join(&community, "ana", &code).await.expect(201);
}

#[actix_web::test]
async fn only_an_admin_sees_makes_or_takes_back_invites() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    let made = invite(&admin, &json!({})).await;
    let path = format!("/invites/{}", text(&made["id"]));
    let moderator = community.member("mod").await;
    admin.put_json("/users/mod/role", &json!({"role": "moderator"})).await.expect(200);
    for other in [&ana, &moderator] {
        other.get("/invites").await.assert_problem(403, "forbidden");
        other.post("/invites", &json!({})).await.assert_problem(403, "forbidden");
        other.delete(&path).await.assert_problem(403, "forbidden");
    }
    community.anonymous().get("/invites").await.assert_problem(401, "authentication_required");
    admin.post("/invites", &json!({"uses": 0, "expires_in_days": 0, "note": "x".repeat(201)})).await.assert_invalid(&[
        "uses",
        "expires_in_days",
        "note",
    ]);
    for number in 0..4 {
        invite(&admin, &json!({"note": number.to_string()})).await;
    }
    let notes: Vec<_> = admin.walk("/invites?limit=2").await.iter().map(|invite| text(&invite["note"])).collect();
    assert_eq!(notes, ["3", "2", "1", "0", ""]);
}

#[actix_web::test]
async fn the_store_holds_a_hash_of_the_code_and_public_url_begins_the_link() {
    let community = Community::with(|config| config.public_url = Some("https://hearth.example.org".into())).await;
    let made = invite(&community.admin().await, &json!({})).await;
    let code = text(&made["code"]);
    assert_eq!(text(&made["link"]), format!("https://hearth.example.org/#invite={code}"));
    let stored = community.app().store.records::<Invite>(&Range::all()).unwrap();
    assert_eq!(stored[0].hash, InviteCode::typed(&code).hash());
    for (_, bytes) in community.app().store.entries("invites", &Range::all()).unwrap() {
        let plain = code.replace('-', "");
        assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()));
    }
}
