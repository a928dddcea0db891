//! Origins: scheme, host and port, in the one form in which they can be compared.

use std::net::Ipv6Addr;

/// An origin the way browsers name it: `scheme://host` or `scheme://host:port`, in lower case, without the port that is
/// its scheme's own. `None` for whatever has anything else in it, such as a user or a path.
pub fn origin(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://")?;
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (normal_host(host)?, number(port)?),
        _ => (normal_host(authority)?, usual),
    };
    Some(if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") })
}

/// A port; no sign before it, which parsing alone would take.
fn number(port: &str) -> Option<u16> {
    port.parse().ok().filter(|_| port.bytes().all(|digit| digit.is_ascii_digit()))
}

/// A host in lower case, each IPv6 address in its one form.
fn normal_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    // Browsers name a host of other letters by its ASCII form, xn--….
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    // The dot at the end of a full name is part of it.
    host.strip_suffix('.').unwrap_or(host).split('.').all(is_label).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_one_form() {
        for (text, expected) in [
            ("https://app.example.org", "https://app.example.org"),
            ("HTTPS://App.Example.ORG", "https://app.example.org"),
            ("https://app.example.org:443", "https://app.example.org"),
            ("http://app.example.org:080", "http://app.example.org"),
            ("http://app.example.org:443", "http://app.example.org:443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://my_box.example.org.:3000", "http://my_box.example.org.:3000"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[0:0::1]:80", "http://[::1]"),
            ("http://[FE80::1]:8080", "http://[fe80::1]:8080"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(expected), "{text}");
            assert_eq!(origin(expected).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_none() {
        for text in [
            "",
            "null",
            "*",
            "app.example.org",
            "//app.example.org",
            "https:app.example.org",
            "https:/app.example.org",
            "https://",
            "https://.",
            "https://:443",
            "https://app..example.org",
            "https://*.example.org",
            "https://app.example.org/",
            "https://app.example.org/path",
            "https://app.example.org?query",
            "https://app.example.org#fragment",
            "https://app.example.org\\path",
            "https://app.example.org:",
            "https://app.example.org:+443",
            "https://app.example.org:65536",
            "https://app.example.org:443:443",
            "https://user@app.example.org",
            "https://user:443@app.example.org",
            "https://app.example.org https://other.example.org",
            " https://app.example.org",
            "https://app.example.org%2eevil.example",
            "https://bücher.example",
            "https://[::1",
            "https://::1",
            "https://[::1]app.example.org",
            "https://[app.example.org]",
            "ftp://app.example.org",
            "ws://app.example.org",
            "file://",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
