//! Whether the settings fit the way that requests take: straight, encrypted, or through a proxy.

use super::{Finding, Patient};
use crate::config::{Config, SETTINGS};

const CHECK: &str = "way in";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    vec![judged(patient.config, |key| value(patient.config, key))]
}

/// The value of the setting `key` as it is written; `None` where this version has no such setting.
fn value(config: &Config, key: &str) -> Option<String> {
    SETTINGS.iter().find(|setting| setting.key == key).map(|setting| setting.value(config))
}

fn judged(config: &Config, value: impl Fn(&str) -> Option<String>) -> Finding {
    let is_set = |key: &str| value(key).is_some_and(|value| !value.is_empty());
    let encrypts = is_set("tls_cert") || is_set("acme_domain");
    let behind = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) && !encrypts;
    let here = config.listen.ip().is_loopback();
    let listens = format!("http://{}", config.listen);
    if behind && value("trusted_proxies").is_some_and(|proxies| proxies.is_empty()) {
        return Finding::look(
            CHECK,
            "public_url is https and this server does not encrypt, so a proxy does; but trusted_proxies is not set, so \
             everybody has the proxy's address: limits by address hit them all, and sessions show it",
            "set trusted_proxies to the proxy's address, such as 127.0.0.1, and have it send X-Forwarded-For",
        );
    }
    if behind && !here {
        return Finding::look(
            CHECK,
            format!(
                "a proxy is in front ({}), but {listens} can be reached around it",
                config.public_url.as_deref().unwrap_or_default()
            ),
            "listen on 127.0.0.1 where the proxy is on this machine, or keep others out with a firewall",
        );
    }
    if !here && !encrypts {
        return Finding::bad(
            CHECK,
            format!("{listens} is open to others without encryption: passwords and tokens can be read on the way"),
            "let it encrypt itself, or put a proxy that does in front, and set public_url",
        );
    }
    if config.public_url.is_none() && !here {
        return Finding::look(CHECK, "public_url is not set: links carry an address", "set it to what people type");
    }
    Finding::ok(CHECK, if behind { "through a proxy".into() } else { listens })
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    fn verdict(listen: &str, public_url: &str, more: &[(&str, &str)]) -> Verdict {
        let mut config = Config::default();
        config.listen = listen.parse().unwrap();
        config.public_url = Some(public_url.to_owned()).filter(|url| !url.is_empty());
        judged(&config, |key| more.iter().find(|(known, _)| *known == key).map(|(_, value)| (*value).to_owned()))
            .verdict
    }

    #[test]
    fn a_proxy_must_be_trusted_and_an_open_port_must_encrypt() {
        let url = "https://hearth.example.org";
        assert_eq!(verdict("127.0.0.1:8080", "", &[]), Verdict::Ok);
        assert_eq!(verdict("127.0.0.1:8080", url, &[("trusted_proxies", "127.0.0.1")]), Verdict::Ok);
        assert_eq!(verdict("127.0.0.1:8080", url, &[("trusted_proxies", "")]), Verdict::Look);
        assert_eq!(verdict("0.0.0.0:8080", url, &[("trusted_proxies", "10.0.0.1")]), Verdict::Look);
        assert_eq!(verdict("0.0.0.0:8080", "", &[]), Verdict::Bad);
        assert_eq!(verdict("0.0.0.0:443", url, &[("tls_cert", "/etc/cert.pem"), ("trusted_proxies", "")]), Verdict::Ok);
        assert_eq!(verdict("0.0.0.0:443", "", &[("acme_domain", "hearth.example.org")]), Verdict::Look);
    }
}
