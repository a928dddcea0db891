//! Tokens that this server did not give out, or not for this.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::raw::{self, Raw};
use crate::actor::{Actor, text};
use crate::community::Community;
use crate::socket::device::Device;

/// The letters of base64url, by their value.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// Somebody with this token.
fn bearing(community: &Community, token: &str) -> Actor {
    let mut forger = community.anonymous();
    forger.access_token = token.to_owned();
    forger
}

/// Asserts that no door takes `token`: HTTP, the stream, the socket.
async fn assert_refused(community: &Community, token: &str) {
    let forger = bearing(community, token);
    for path in ["/me", "/posts", "/events", "/stats"] {
        let answer = forger.get(path).await;
        answer.assert_problem(401, "invalid_token");
        assert!(!answer.text().contains("JWT") && !answer.text().to_lowercase().contains("signature"));
    }
    let mut device = Device::connect(&community.anonymous()).await;
    let answer = device.ask(json!({"op": "hello", "token": token})).await;
    assert_eq!((&answer["ok"], &answer["error"]["code"]), (&json!(false), &json!("invalid_token")), "{token}");
    assert_eq!(device.closed().await, 4500);
}

#[actix_web::test]
async fn tokens_signed_with_what_everybody_knows_are_forged() {
    let community = Community::start().await;
    let (admin, ana) = (community.admin().await, community.member("ana").await);
    // What a thief would like: Ana's session, the admin's account.
    let mut wanted = claims(&ana.access_token);
    wanted["sub"] = json!(admin.id());
    let own_key = json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode("mine"), "alg": "HS256"});
    let (id, address) = (ana.id(), ana.address().to_string());
    let pieces: Vec<_> = ana.access_token.split('.').collect();
    for known in ["", "\0", "secret", "hearth", "access tokens", &id, &address, &ana.refresh_token, pieces[2], "mine"] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384] {
            for header in [
                Header::new(algorithm),
                Header { kid: Some("../../../../dev/null".into()), ..Header::new(algorithm) },
                Header { kid: Some("x' UNION SELECT 'mine".into()), ..Header::new(algorithm) },
                Header { jku: Some("https://evil.example/keys".into()), ..Header::new(algorithm) },
                Header { x5u: Some("https://evil.example/key".into()), ..Header::new(algorithm) },
                Header { jwk: serde_json::from_value(own_key.clone()).ok(), ..Header::new(algorithm) },
            ] {
                let key = EncodingKey::from_secret(known.as_bytes());
                let token = jsonwebtoken::encode(&header, &wanted, &key).unwrap();
                let forger = bearing(&community, &token);
                forger.get("/me").await.assert_problem(401, "invalid_token");
            }
        }
    }
    assert_eq!(ana.get("/me").await.expect(200)["role"], "member");
}

#[actix_web::test]
async fn a_token_is_good_in_one_spelling_alone() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let [good, other] = [&ana, &ben].map(|actor| actor.access_token.split('.').map(str::to_owned).collect::<Vec<_>>());
    let mut forged = vec![
        format!("{}.{}.{}", good[0], other[1], good[2]),
        format!("{}.{}.{}", good[0], good[1], other[2]),
        format!("{0}.{0}.{1}", good[1], good[2]),
        format!("{}.{}.{}.{}", good[0], good[1], good[2], good[2]),
        format!("{}.{}.{}.", good[0], good[1], good[2]),
        format!(".{}.{}.{}", good[0], good[1], good[2]),
        format!("{}.{}.{}=", good[0], good[1], good[2]),
        format!("{}.{}..{}", good[0], good[1], good[2]),
        format!("{}.{}.", good[0], good[1]),
        format!("{}..{}", good[0], good[2]),
        format!("{}%2E{}%2E{}", good[0], good[1], good[2]),
        format!("{},{}", ana.access_token, ben.access_token),
        format!("\"{}\"", ana.access_token),
        URL_SAFE_NO_PAD.encode(&ana.access_token),
        ana.access_token.to_uppercase(),
        ana.refresh_token.clone(),
        format!("{}.{}.{}", part(&json!({"alg": "nOnE"})), good[1], ""),
        format!("{}.{}.{}", part(&json!({"typ": "JWT"})), good[1], good[2]),
        format!("{}.{}.{}", part(&json!({"alg": ["HS256", "none"]})), good[1], good[2]),
        format!("{}.{}.{}", part(&json!({"alg": "HS256", "b64": false, "crit": ["b64"]})), good[1], good[2]),
        part(&json!({"protected": good[0], "payload": good[1], "signature": good[2]})),
    ];
    // The last letter of a signature has two bits that stand for nothing.
    let (front, last) = good[2].split_at(good[2].len() - 1);
    let value = LETTERS.iter().position(|letter| *letter == last.as_bytes()[0]).unwrap();
    for other in (value & !3..=value | 3).filter(|other| *other != value) {
        forged.push(format!("{}.{}.{front}{}", good[0], good[1], char::from(LETTERS[other])));
    }
    for token in &forged {
        assert_refused(&community, token).await;
    }
    ana.get("/me").await.expect(200);
}

#[actix_web::test]
async fn the_token_of_another_instance_is_no_token_here() {
    let (community, other) = (Community::start().await, Community::start().await);
    let (here, there) = (community.member("ana").await, other.member("ana").await);
    assert_refused(&community, &there.access_token).await;
    let foreign = json!({"refresh_token": there.refresh_token});
    here.post("/auth/refresh", &foreign).await.assert_problem(401, "invalid_refresh_token");
    // It was not used up by being shown here, and what is here goes on.
    there.renewed().await.get("/me").await.expect(200);
    here.renewed().await.get("/me").await.expect(200);
}

#[actix_web::test]
async fn a_token_is_taken_from_its_header_alone_and_from_one_only() {
    let community = Community::start().await;
    let (ana, ben) = (community.member("ana").await, community.member("ben").await);
    let (mine, other) = (&ana.access_token, &ben.access_token);
    for head in [
        format!("Cookie: access_token={mine}; Authorization=Bearer {mine}\r\n"),
        format!("X-Authorization: Bearer {mine}\r\n"),
        format!("Proxy-Authorization: Bearer {mine}\r\n"),
        format!("X-Access-Token: {mine}\r\n"),
    ] {
        let answer = raw::get(&ana, "/api/v1/me", &head);
        assert_eq!((answer.status, answer.code().as_str()), (401, "authentication_required"), "{head}");
    }
    let in_query = format!("/api/v1/me?access_token={mine}&token={mine}&authorization=Bearer%20{mine}");
    assert_eq!(raw::get(&ana, in_query, "").status, 401);
    // A proxy may have looked at the one, and we at the other: which of the two is asked for is anybody's guess.
    for [first, second] in [[mine, other], [mine, mine], [mine, &String::new()], [&"x".to_owned(), mine]] {
        let head = format!("Authorization: Bearer {first}\r\nAuthorization: Bearer {second}\r\n");
        let answer = raw::get(&ana, "/api/v1/me", &head);
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"), "{head}");
    }
}

#[actix_web::test]
async fn a_huge_token_costs_a_refusal() {
    let community = Community::start().await;
    let ana = community.member("ana").await;
    for length in [10_000, 100_000] {
        let mut wanted = claims(&ana.access_token);
        wanted["padding"] = json!("x".repeat(length));
        let key = EncodingKey::from_secret(b"secret");
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &wanted, &key).unwrap();
        let head = format!("Authorization: Bearer {token}\r\n");
        for path in ["/api/v1/me", "/api/v1/posts"] {
            let status = raw::get(&ana, path, &head).status;
            assert!([401, 431].contains(&status), "{length}: {status}");
        }
    }
    // Past what a head may have the connection is not read on, and the server goes on.
    let mut raw = Raw::open(&ana);
    let head = format!("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}", "x".repeat(1 << 20));
    let replies = raw.send(head).replies();
    assert!(replies.iter().all(|reply| reply.status >= 400), "{replies:?}");
    ana.get("/me").await.expect(200);
}

#[actix_web::test]
async fn a_session_cannot_be_chosen_by_who_does_not_own_it() {
    // Fixation: whatever a stranger sends along with a log-in, the session is a new one that only the answer names.
    let community = Community::start().await;
    let (ana, eve) = (community.member("ana").await, community.member("eve").await);
    let fixed = text(&eve.get("/auth/sessions").await.items()[0]["id"]);
    let credentials = json!({
        "email": "ana@example.org", "password": crate::community::PASSWORD,
        "session": fixed, "sid": fixed, "id": fixed, "refresh_token": eve.refresh_token,
    });
    let lured = eve.with("cookie", format!("session={fixed}")).with("x-session-id", fixed.as_str());
    let victim = ana.signed_in(&lured.post("/auth/login", &credentials).await.expect(200));
    let sessions = victim.get("/auth/sessions").await.items();
    assert!(sessions.len() == 2 && sessions.iter().all(|session| session["id"] != fixed.as_str()), "{sessions:?}");
    assert_eq!(eve.get("/me").await.expect(200)["handle"], "eve");
    assert_eq!(eve.renewed().await.get("/me").await.expect(200)["handle"], "eve");
    assert_eq!(eve.get("/auth/sessions").await.items().len(), 1);
}
