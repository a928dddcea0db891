//! Which pages may open a WebSocket. Browsers let any page try, and say whose page it is: the server must look.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName};

use super::address::{self, Client};
use crate::app::Policy;
use crate::config;
use crate::error::{Code, Error};

/// Checks the handshake of a WebSocket: what names no origin is not a browser, and may; a page may where it comes from
/// this server, by the `Host` of the request or by `public_url`, or from one of `allowed_origins`.
///
/// # Errors
///
/// [`Code::OriginNotAllowed`], also for an `Origin` that is null, comes twice, or is none.
pub fn check(request: &HttpRequest, policy: &Policy) -> Result<(), Error> {
    let headers = request.headers();
    if !headers.contains_key(header::ORIGIN) {
        return Ok(());
    }
    let origin = only(headers, header::ORIGIN).and_then(config::origin);
    let client = address::client(request, &policy.trusted_proxies);
    if origin.is_some_and(|origin| is_own(&client, headers, &origin) || is_known(policy, &origin)) {
        return Ok(());
    }
    let detail = "Only this server's own pages may connect; the operator can add another origin to allowed_origins.";
    Err(Error::new(Code::OriginNotAllowed, detail))
}

/// Whether `origin` is where the request was sent to. Where nobody says what the scheme was, it is taken from the origin:
/// a proxy may have taken TLS away.
fn is_own(client: &Client, headers: &HeaderMap, origin: &str) -> bool {
    let host = client.host.as_deref().or_else(|| only(headers, header::HOST));
    let Some(((scheme, _), host)) = origin.split_once("://").zip(host) else { return false };
    let scheme = client.scheme.unwrap_or(scheme);
    config::origin(&format!("{scheme}://{host}")).is_some_and(|own| own == origin)
}

fn is_known(policy: &Policy, origin: &str) -> bool {
    let public = policy.public_url.as_deref().and_then(config::origin);
    public.is_some_and(|public| public == origin) || policy.allowed_origins.iter().any(|allowed| allowed == origin)
}

/// The text of a header that comes exactly once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::config::Registration;

    fn policy(public_url: Option<&str>, allowed_origins: &[&str]) -> Policy {
        Policy {
            public_url: public_url.map(str::to_owned),
            allowed_origins: allowed_origins.iter().map(|origin| (*origin).to_owned()).collect(),
            public_read: true,
            registration: Registration::Open,
            allowed_email_domains: Vec::new(),
            trusted_proxies: Vec::new(),
        }
    }

    /// Whether pages of `origin` may connect to a server that they reach as `host`.
    fn may(origin: &str, host: &str, policy: &Policy) -> bool {
        let request = TestRequest::get().insert_header(("host", host)).insert_header(("origin", origin));
        match check(&request.to_http_request(), policy) {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error.code, Code::OriginNotAllowed);
                assert!(error.detail.contains("allowed_origins"), "{}", error.detail);
                false
            }
        }
    }

    #[test]
    fn what_is_no_browser_names_no_origin_and_may() {
        let request = TestRequest::get().insert_header(("host", "localhost:8080")).to_http_request();
        assert!(check(&request, &policy(None, &[])).is_ok());
        assert!(check(&TestRequest::get().to_http_request(), &policy(None, &[])).is_ok());
    }

    #[test]
    fn the_servers_own_pages_may() {
        for (origin, host) in [
            ("http://localhost:8080", "localhost:8080"),
            ("HTTP://LocalHost:8080", "LOCALHOST:8080"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:8080", "[0:0:0:0:0:0:0:1]:8080"),
            ("http://hearth.example.org", "hearth.example.org"),
            ("http://hearth.example.org", "hearth.example.org:80"),
            ("http://hearth.example.org:80", "hearth.example.org"),
            ("https://hearth.example.org", "hearth.example.org"),
            ("https://hearth.example.org", "hearth.example.org:443"),
            ("https://hearth.example.org:443", "Hearth.Example.org"),
            ("https://hearth.example.org:8443", "hearth.example.org:8443"),
        ] {
            assert!(may(origin, host, &policy(None, &[])), "{origin} at {host}");
        }
    }

    #[test]
    fn pages_that_only_look_like_the_servers_own_may_not() {
        for origin in [
            "http://localhost.evil.example",
            "http://localhost.evil.example:8080",
            "http://evil.example:8080",
            "http://evil.example",
            "http://evil-localhost:8080",
            "http://evil.localhost:8080",
            "http://localhost:80800",
            "http://localhost:808",
            "http://localhost",
            "http://localhost:80",
            "https://localhost",
            "http://localhost.:8080",
            "http://127.0.0.1:8080",
            "http://localhost:8080@evil.example",
            "http://localhost:8080@localhost:8080",
            "http://evil.example@localhost:8080",
            "http://localhost:8080.evil.example",
            "http://localhost:8080/",
            "http://localhost:8080/http://evil.example",
            "http://localhost:8080#@evil.example",
            "http://evil.example#localhost:8080",
            "http://evil.example/localhost:8080",
            "http://evil.example\\localhost:8080",
            "http://localhost:8080\\.evil.example",
            "http://localhost:8080 http://evil.example",
            "http://evil.example http://localhost:8080",
            "http://evil.example, http://localhost:8080",
            "http://localhost:8080,http://evil.example",
            "http://localhost%3a8080",
            "http://http://localhost:8080",
            "http://localhost:",
            "ws://localhost:8080",
            "ftp://localhost:8080",
            "file://localhost:8080",
            "chrome-extension://localhost:8080",
            "javascript://localhost:8080",
            "//localhost:8080",
            "localhost:8080",
            "null",
            "NULL",
            "*",
            "",
        ] {
            assert!(!may(origin, "localhost:8080", &policy(None, &[])), "{origin}");
        }
    }

    #[test]
    fn another_port_is_another_origin_also_where_it_is_the_other_schemes_own() {
        for (origin, host) in [
            ("http://hearth.example.org", "hearth.example.org:443"),
            ("https://hearth.example.org", "hearth.example.org:80"),
            ("http://hearth.example.org:8080", "hearth.example.org"),
            ("https://hearth.example.org", "hearth.example.org:8443"),
        ] {
            assert!(!may(origin, host, &policy(None, &[])), "{origin} at {host}");
        }
    }

    #[test]
    fn pages_at_the_public_url_may_also_where_a_proxy_names_another_host() {
        for public_url in ["https://hearth.example.org", "https://Hearth.Example.org:443"] {
            let policy = policy(Some(public_url), &[]);
            for origin in ["https://hearth.example.org", "https://hearth.example.org:443", "https://HEARTH.example.org"]
            {
                assert!(may(origin, "127.0.0.1:8080", &policy), "{origin}");
            }
            for origin in [
                "http://hearth.example.org",
                "https://hearth.example.org:8443",
                "https://hearth.example.org.evil.example",
                "https://evil-hearth.example.org",
                "https://app.hearth.example.org",
                "https://example.org",
                "https://hearth.example.org@evil.example",
                "null",
            ] {
                assert!(!may(origin, "127.0.0.1:8080", &policy), "{origin}");
            }
        }
    }

    #[test]
    fn pages_of_allowed_origins_may_and_their_neighbours_may_not() {
        let policy = policy(None, &["https://app.example.org", "http://localhost:3000"]);
        for origin in ["https://app.example.org", "https://APP.example.org:443", "http://localhost:3000"] {
            assert!(may(origin, "hearth.example.org", &policy), "{origin}");
        }
        for origin in [
            "http://app.example.org",
            "https://app.example.org:8443",
            "https://app.example.org.evil.example",
            "https://myapp.example.org",
            "https://sub.app.example.org",
            "https://app.example.or",
            "https://app-example.org",
            "http://localhost:3001",
            "http://localhost",
        ] {
            assert!(!may(origin, "hearth.example.org", &policy), "{origin}");
        }
    }

    #[test]
    fn an_origin_or_host_that_comes_twice_or_is_no_text_proves_nothing() {
        let policy = policy(None, &["https://app.example.org"]);
        let own = || TestRequest::get().insert_header(("host", "localhost:8080"));
        let allowed = |request: TestRequest| check(&request.to_http_request(), &policy).is_ok();
        for [first, second] in [
            ["http://localhost:8080", "http://evil.example"],
            ["http://evil.example", "http://localhost:8080"],
            ["http://localhost:8080", "http://localhost:8080"],
            ["https://app.example.org", "null"],
        ] {
            let twice = own().append_header(("origin", first)).append_header(("origin", second));
            assert!(!allowed(twice), "{first}, {second}");
        }
        let no_text = HeaderValue::from_bytes(b"http://localhost:8080\xff").unwrap();
        assert!(!allowed(own().insert_header(("origin", no_text))));
        let two_hosts = own().append_header(("host", "evil.example"));
        assert!(!allowed(two_hosts.insert_header(("origin", "http://evil.example"))));
        assert!(!allowed(TestRequest::get().insert_header(("origin", "http://localhost:8080"))));
        assert!(allowed(TestRequest::get().insert_header(("origin", "https://app.example.org"))));
    }

    #[test]
    fn what_a_proxy_might_add_is_not_believed() {
        let request = TestRequest::get().insert_header(("host", "localhost:8080"));
        let request = request.insert_header(("x-forwarded-host", "evil.example"));
        let request = request.insert_header(("forwarded", "host=evil.example;proto=http"));
        let request = request.insert_header(("origin", "http://evil.example")).to_http_request();
        assert!(check(&request, &policy(None, &[])).is_err());
    }
}
