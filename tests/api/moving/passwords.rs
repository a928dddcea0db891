//! Passwords that another system hashed with bcrypt.

use hearth::accounts::{Account, AccountId};
use hearth::error::Error;
use hearth::store::Read;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::community::{Community, PASSWORD};

/// The stored hash of an account.
fn stored(community: &Community, id: &str) -> String {
    let id: AccountId = id.parse().unwrap();
    community.app().store.get::<Account>(&id).unwrap().unwrap().password.clone()
}

/// Gives an account the hash that it came with.
async fn moved_in_with(community: &Community, account: &Actor, hash: &str) {
    let (id, hash): (AccountId, String) = (account.id().parse().unwrap(), hash.into());
    let put = community.app().store.write(move |tx| {
        let account = tx.get::<Account>(&id)?.unwrap();
        tx.put(&Account { password: hash.clone(), ..Account::clone(&account) })?;
        Ok::<_, Error>(())
    });
    put.await.unwrap();
}

fn bcrypt(password: &str) -> String {
    ::bcrypt::hash(password, 4).unwrap()
}

async fn log_in(community: &Community, password: &str) -> crate::answer::Answer {
    let log_in = json!({"email": "ana@example.org", "password": password});
    community.anonymous().post("/auth/login", &log_in).await
}

#[actix_web::test]
async fn the_first_log_in_replaces_a_bcrypt_hash() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for version in ["$2b$", "$2a$", "$2y$"] {
        let hash = bcrypt("as it was there").replace("$2b$", version);
        moved_in_with(&community, &ana, &hash).await;
        assert_eq!(hearth::accounts::dearest_bcrypt(&community.app().store).unwrap(), Some(4));
        assert_eq!(log_in(&community, "something else").await.expect(401)["code"], "invalid_credentials");
        assert_eq!(stored(&community, &ana.id()), hash, "a wrong password changes nothing");
        log_in(&community, "as it was there").await.expect(200);
        assert!(stored(&community, &ana.id()).starts_with("$argon2id$"));
        assert_eq!(hearth::accounts::dearest_bcrypt(&community.app().store).unwrap(), None);
        log_in(&community, "as it was there").await.expect(200);
        log_in(&community, PASSWORD).await.expect(401);
    }
    community.tidy().await;
}

#[actix_web::test]
async fn a_password_of_more_than_72_bytes_still_fits_and_counts_whole_from_then_on() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let (long, other) = ("ü".repeat(60), format!("{}{}", "ü".repeat(36), "x".repeat(24)));
    moved_in_with(&community, &ana, &bcrypt(&long)).await;
    log_in(&community, &long).await.expect(200);
    log_in(&community, &other).await.expect(401);
    log_in(&community, &long).await.expect(200);
}

#[actix_web::test]
async fn the_password_of_one_who_was_signed_in_can_be_changed_and_the_account_deleted() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    moved_in_with(&community, &ana, &bcrypt("as it was there")).await;
    let change = |current: &str| json!({"current": current, "new": "a better password"});
    assert_eq!(ana.put_json("/me/password", &change("wrong")).await.expect(403)["code"], "wrong_password");
    ana.put_json("/me/password", &change("as it was there")).await.expect(204);
    assert!(stored(&community, &ana.id()).starts_with("$argon2id$"));
    moved_in_with(&community, &ana, &bcrypt("as it was there")).await;
    ana.delete_json("/me", &json!({"password": "wrong"})).await.expect(403);
    ana.delete_json("/me", &json!({"password": "as it was there"})).await.expect(204);
    assert_eq!(stored(&community, &ana.id()), "");
}

#[actix_web::test]
async fn an_account_without_a_usable_password_is_refused_in_the_same_words() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    let unknown: Value = {
        let log_in = json!({"email": "nobody@example.org", "password": PASSWORD});
        community.anonymous().post("/auth/login", &log_in).await.expect(401)
    };
    for hash in ["", "plain text", &bcrypt("x").replace("$04$", "$20$")] {
        moved_in_with(&community, &ana, hash).await;
        for password in ["", hash, "x"] {
            assert_eq!(log_in(&community, password).await.expect(401), unknown, "{hash}");
        }
    }
}

#[actix_web::test]
async fn a_password_that_was_changed_during_a_log_in_is_not_overwritten() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    moved_in_with(&community, &ana, &::bcrypt::hash("as it was there", 8).unwrap()).await;
    let fresh = bcrypt("another one");
    let (answer, ()) = futures::join!(log_in(&community, "as it was there"), moved_in_with(&community, &ana, &fresh));
    // Whichever was first: what was set is there, or it was set after a log-in that was right at its time.
    assert!([200, 401].contains(&answer.status), "{}", answer.text());
    assert_eq!(stored(&community, &ana.id()), fresh);
}
