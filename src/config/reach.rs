//! Where people reach this server, as far as the server can know.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use super::Config;

impl Config {
    /// Whether the server speaks TLS.
    pub fn has_tls(&self) -> bool {
        self.tls_cert.is_some() || !self.acme_domain.is_empty()
    }

    /// What the server speaks: `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.has_tls() { "https" } else { "http" }
    }

    /// What a link to this server begins with: `public_url`, or where that is not set, an address of this machine that
    /// answers for `listening`, which is where the server listens.
    pub fn base_url(&self, listening: SocketAddr) -> String {
        let address = || format!("{}://{}", self.scheme(), named(listening, outward));
        self.public_url.clone().unwrap_or_else(address)
    }
}

/// An address for a listener on every address; any other one as it is.
fn named(mut listening: SocketAddr, outward: impl Fn(SocketAddr) -> Option<IpAddr>) -> SocketAddr {
    // TEST-NET-1 of RFC 5737 and the documentation prefix of RFC 3849: nobody has them, and they are far away.
    let (far, here): (SocketAddr, IpAddr) = match listening.ip() {
        IpAddr::V4(_) => ((Ipv4Addr::new(192, 0, 2, 1), 9).into(), Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(_) => ((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into(), Ipv6Addr::LOCALHOST.into()),
    };
    if listening.ip().is_unspecified() {
        listening.set_ip(outward(far).unwrap_or(here));
    }
    listening
}

/// The address of this machine from which packets to `far` would leave. None is sent: for UDP, connecting only asks
/// the system for the way.
fn outward(far: SocketAddr) -> Option<IpAddr> {
    let any: SocketAddr =
        if far.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(far).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_named_by_one_that_others_can_use() {
        let shown = |listen: &str, ip: Option<&str>| {
            named(listen.parse().unwrap(), |_| ip.map(|ip| ip.parse().unwrap())).to_string()
        };
        assert_eq!(shown("0.0.0.0:80", Some("10.0.0.7")), "10.0.0.7:80");
        assert_eq!(shown("[::]:80", Some("2001:db8::7")), "[2001:db8::7]:80");
        assert_eq!(shown("0.0.0.0:80", None), "127.0.0.1:80");
        assert_eq!(shown("[::]:80", None), "[::1]:80");
        assert_eq!(shown("10.0.0.9:80", Some("10.0.0.7")), "10.0.0.9:80");
    }

    #[test]
    fn the_public_url_is_what_links_begin_with() {
        let config = Config { public_url: Some("https://hearth.example.org".into()), ..Config::default() };
        assert_eq!(config.base_url("0.0.0.0:80".parse().unwrap()), "https://hearth.example.org");
        let with_tls = Config { tls_cert: Some("cert.pem".into()), ..Config::default() };
        assert_eq!(with_tls.base_url("10.0.0.9:443".parse().unwrap()), "https://10.0.0.9:443");
    }
}
