use actix_web::test::TestRequest;

use super::*;

fn networks(text: &[&str]) -> Vec<IpNet> {
    text.iter().map(|network| network.parse().unwrap()).collect()
}

/// Who a connection of `peer` with these headers is from.
fn asked(peer: &str, headers: &[(&str, &str)], trusted: &[&str]) -> Client {
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    let request =
        headers.iter().fold(TestRequest::get().peer_addr(peer), |request, header| request.append_header(*header));
    client(&request.to_http_request(), &networks(trusted))
}

fn address_of(peer: &str, headers: &[(&str, &str)], trusted: &[&str]) -> String {
    asked(peer, headers, trusted).caller.address.unwrap().to_string()
}

const PROXIES: &[&str] = &["127.0.0.0/8", "10.0.0.0/8", "fd00::/8"];

#[test]
fn nobody_is_believed_who_is_not_trusted() {
    for headers in [
        [("x-forwarded-for", "203.0.113.7")],
        [("forwarded", "for=203.0.113.7;proto=https;host=evil.example")],
        [("x-real-ip", "203.0.113.7")],
    ] {
        assert_eq!(address_of("198.51.100.1", &headers, PROXIES), "198.51.100.1");
        assert_eq!(address_of("127.0.0.1", &headers, &[]), "127.0.0.1");
        let client = asked("198.51.100.1", &headers, PROXIES);
        assert_eq!((client.scheme, client.host), (None, None));
    }
    let headers = [("x-forwarded-proto", "https"), ("x-forwarded-host", "evil.example")];
    let client = asked("198.51.100.1", &headers, PROXIES);
    assert_eq!((client.scheme, client.host), (None, None));
}

#[test]
fn the_client_is_the_right_most_address_that_is_no_trusted_proxys() {
    for (list, expected) in [
        ("203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("6.6.6.6,203.0.113.7,10.1.2.3,127.0.0.1", "203.0.113.7"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("203.0.113.7:52011", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:52011, fd00::1", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ] {
        assert_eq!(address_of("127.0.0.1", &[("x-forwarded-for", list)], PROXIES), expected, "{list}");
    }
    let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.7, 10.0.0.1")];
    assert_eq!(address_of("127.0.0.1", &lines, PROXIES), "203.0.113.7");
}

#[test]
fn garbage_ends_the_walk_at_the_last_address_that_is_known() {
    for (list, expected) in [
        ("", "127.0.0.1"),
        ("unknown", "127.0.0.1"),
        ("203.0.113.7, unknown", "127.0.0.1"),
        ("203.0.113.7, <script>, 10.0.0.1", "10.0.0.1"),
        ("203.0.113.7,, 10.0.0.1", "10.0.0.1"),
        ("203.0.113.7, 10.0.0.1:99999", "127.0.0.1"),
        ("203.0.113.7, [fd00::1", "127.0.0.1"),
    ] {
        assert_eq!(address_of("127.0.0.1", &[("x-forwarded-for", list)], PROXIES), expected, "{list}");
    }
}

#[test]
fn forwarded_is_read_as_rfc_7239_has_it() {
    for (list, expected) in [
        ("for=203.0.113.7", "203.0.113.7"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=203.0.113.7;proto=http;by=203.0.113.43", "203.0.113.7"),
        ("for=6.6.6.6, for=203.0.113.7;proto=https, for=10.0.0.1", "203.0.113.7"),
        ("for=203.0.113.7, for=_hidden", "127.0.0.1"),
        ("for=203.0.113.7, proto=https", "127.0.0.1"),
    ] {
        assert_eq!(address_of("127.0.0.1", &[("forwarded", list)], PROXIES), expected, "{list}");
    }
}

#[test]
fn where_both_headers_are_there_they_must_agree() {
    let both =
        |list, forwarded| address_of("127.0.0.1", &[("x-forwarded-for", list), ("forwarded", forwarded)], PROXIES);
    assert_eq!(both("203.0.113.7", "for=203.0.113.7"), "203.0.113.7");
    assert_eq!(both("203.0.113.7", "for=6.6.6.6"), "127.0.0.1");
    assert_eq!(both("6.6.6.6", "for=203.0.113.7"), "127.0.0.1");
}

#[test]
fn only_what_no_proxy_handed_on_is_from_here() {
    let is_here = |peer, headers: &[(&str, &str)], trusted: &[&str]| asked(peer, headers, trusted).caller.is_here;
    assert!(is_here("127.0.0.1", &[], &[]) && is_here("::1", &[], &[]) && is_here("127.0.0.1", &[], PROXIES));
    assert!(!is_here("198.51.100.1", &[], &[]));
    for header in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"] {
        for value in ["127.0.0.1", "for=127.0.0.1", ""] {
            assert!(!is_here("127.0.0.1", &[(header, value)], &[]), "{header}: {value}");
            assert!(!is_here("127.0.0.1", &[(header, value)], PROXIES), "{header}: {value}");
        }
    }
}

#[test]
fn a_trusted_proxy_says_scheme_and_host() {
    let plain = [("x-forwarded-proto", "HTTPS"), ("x-forwarded-host", "hearth.example.org")];
    let client = asked("10.0.0.1", &plain, PROXIES);
    assert_eq!((client.scheme, client.host.as_deref()), (Some("https"), Some("hearth.example.org")));
    let forwarded = [("forwarded", "for=203.0.113.7;proto=https;host=\"hearth.example.org:8443\"")];
    let client = asked("10.0.0.1", &forwarded, PROXIES);
    assert_eq!((client.scheme, client.host.as_deref()), (Some("https"), Some("hearth.example.org:8443")));
    let client = asked("10.0.0.1", &[("x-forwarded-proto", "javascript")], PROXIES);
    assert_eq!((client.scheme, client.host), (None, None));
    // The last one is the nearest proxy's own word.
    let client = asked("10.0.0.1", &[("x-forwarded-host", "evil.example, hearth.example.org")], PROXIES);
    assert_eq!(client.host.as_deref(), Some("hearth.example.org"));
}
