//! Who asks, where there are proxies between.

use hearth::config::Networks;

use crate::actor::Actor;
use crate::community::{Community, newcomer_named};

/// Networks for the setting `trusted_proxies`.
pub fn behind(networks: &[&str]) -> Networks {
    let parse = |network: &&str| network.parse::<std::net::IpAddr>().unwrap().into();
    Networks(networks.iter().map(parse).collect())
}

/// The address of one's latest session.
async fn address_of(actor: &Actor) -> String {
    crate::actor::text(&actor.get("/auth/sessions").await.items()[0]["address"])
}

async fn registered(community: &Community, handle: &str, header: (&'static str, &str)) -> Actor {
    let newcomer = community.anonymous().with(header.0, header.1);
    let answer = newcomer.post("/auth/register", &newcomer_named(handle, handle)).await;
    newcomer.signed_in(&answer.expect(201))
}

#[actix_web::test]
async fn a_session_shows_the_address_that_a_trusted_proxy_saw() {
    let community = Community::with(|config| config.trusted_proxies = behind(&["127.0.0.1", "10.0.0.1"])).await;
    community.admin().await;
    let ana = registered(&community, "ana", ("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.1")).await;
    assert_eq!(address_of(&ana).await, "203.0.113.7");
    let ben = registered(&community, "ben", ("forwarded", r#"for="[2001:db8::7]:4711";proto=https"#)).await;
    assert_eq!(address_of(&ben).await, "2001:db8::7");
}

#[actix_web::test]
async fn nobody_else_is_believed() {
    let community = Community::start().await;
    community.admin().await;
    let ana = registered(&community, "ana", ("x-forwarded-for", "203.0.113.7")).await;
    assert_eq!(address_of(&ana).await, "127.0.0.1");
}

#[actix_web::test]
async fn a_trusted_proxy_does_not_make_the_first_account_from_afar_an_admin() {
    let community = Community::with(|config| config.trusted_proxies = behind(&["127.0.0.1"])).await;
    for address in ["203.0.113.7", "127.0.0.1", "::1", ""] {
        let from_afar = community.anonymous().with("x-forwarded-for", address);
        let refused = from_afar.post("/auth/register", &newcomer_named("Ada", "ada")).await;
        refused.assert_problem(403, "setup_code_required");
    }
    assert_eq!(community.admin().await.account["role"], "admin");
}

#[actix_web::test]
async fn pages_may_connect_at_the_host_that_a_trusted_proxy_was_asked_for() {
    let community = Community::with(|config| config.trusted_proxies = behind(&["127.0.0.1"])).await;
    let asked = async |origin: &'static str, scheme: &'static str| {
        let page = community.anonymous().with("x-forwarded-host", "hearth.example.org").with("origin", origin);
        page.with("x-forwarded-proto", scheme).with("x-forwarded-for", "203.0.113.7").socket().connect().await.is_ok()
    };
    assert!(asked("https://hearth.example.org", "https").await);
    assert!(!asked("http://hearth.example.org", "https").await, "the proxy says that it was https");
    assert!(!asked("https://evil.example", "https").await);
}
