//! Where the load goes.

use std::net::IpAddr;

use awc::http::Uri;

use super::StressError;

/// A server's URL, such as `http://127.0.0.1:8080`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Without a slash at its end.
    base: String,
    host: String,
    is_secure: bool,
}

impl Target {
    /// Takes a URL.
    ///
    /// # Errors
    ///
    /// [`StressError::Target`] where it is none of `http` or `https`.
    pub fn parse(url: &str) -> Result<Self, StressError> {
        let wrong = || StressError::Target(url.to_owned());
        let uri: Uri = url.trim_end_matches('/').parse().map_err(|_| wrong())?;
        let is_secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
        if uri.query().is_some() {
            return Err(wrong());
        }
        Ok(Self { base: url.trim_end_matches('/').to_owned(), host, is_secure })
    }

    /// The URL.
    pub fn url(&self) -> &str {
        &self.base
    }

    /// The URL of what is at `path`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The URL of its WebSocket.
    pub fn socket(&self) -> String {
        // `http` becomes `ws`, and `https` becomes `wss`.
        format!("{}/api/v1/ws", self.base.replacen("http", "ws", 1))
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    /// Whether it is spoken to with TLS.
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for url in ["http://127.0.0.1:8080", "http://localhost", "https://[::1]:8443/", "http://127.8.9.1:1"] {
            assert!(Target::parse(url).unwrap().is_loopback(), "{url}");
        }
        for url in ["http://127.0.0.1.example.org", "https://hearth.example.org", "http://10.0.0.7:80", "http://[::2]"]
        {
            assert!(!Target::parse(url).unwrap().is_loopback(), "{url}");
        }
    }

    #[test]
    fn urls_are_put_together() {
        let target = Target::parse("https://hearth.example.org/").unwrap();
        assert_eq!(target.at("/healthz"), "https://hearth.example.org/healthz");
        assert_eq!(target.socket(), "wss://hearth.example.org/api/v1/ws");
        assert_eq!(Target::parse("http://127.0.0.1:80").unwrap().socket(), "ws://127.0.0.1:80/api/v1/ws");
    }

    #[test]
    fn what_is_no_url_of_a_server_is_refused() {
        for url in ["", "hearth.example.org", "ftp://x", "http://", "ws://127.0.0.1", "http://x/?a=b"] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
    }
}
