//! Where a request comes from: the one place that reads the connection's address and, from proxies that the setting
//! `trusted_proxies` names, what they say of the client before them.
//!
//! The client is the right-most address that is no trusted proxy's: everything further left was written by somebody
//! whom nobody vouches for. What cannot be read ends the walk at the last address that is known.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::http::uri::Authority;
use ipnet::IpNet;

use crate::config;
use crate::limits::Caller;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Headers that a proxy adds: a request with one of them does not come from where its connection does.
static FORWARDING: [HeaderName; 5] = [header::FORWARDED, X_FORWARDED_FOR, X_FORWARDED_HOST, X_REAL_IP, header::VIA];

/// A connection that is spoken to with TLS: it carries this among its data.
#[derive(Clone, Copy, Debug)]
pub struct Secure;

/// Who asks, and for what they take this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Where they are.
    pub caller: Caller,
    /// `http` or `https`, as they see it; `None` where a proxy that nobody trusts may have taken TLS away.
    pub scheme: Option<&'static str>,
    /// The host and port that they asked for, where a trusted proxy says so.
    pub host: Option<String>,
}

/// Who asks with `request`, where the proxies in `trusted` are believed.
pub fn client(request: &HttpRequest, trusted: &[IpNet]) -> Client {
    let is_secure = request.conn_data::<Secure>().is_some();
    read(request.peer_addr(), is_secure, request.headers(), trusted)
}

/// Where `request` comes from: the part of [`client`] that every request needs.
pub fn caller(request: &HttpRequest, trusted: &[IpNet]) -> Caller {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    caller_of(peer, request.headers(), trusted)
}

/// Whether `address` is in one of `networks`.
pub fn is_in(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

fn read(peer: Option<SocketAddr>, is_secure: bool, headers: &HeaderMap, trusted: &[IpNet]) -> Client {
    let peer = peer.map(|peer| peer.ip().to_canonical());
    let caller = caller_of(peer, headers, trusted);
    let own = is_secure.then_some("https");
    if !peer.is_some_and(|peer| is_in(peer, trusted)) {
        return Client { caller, scheme: own, host: None };
    }
    let said = Said::of(headers);
    Client { caller, scheme: said.scheme().or(own), host: said.host() }
}

fn caller_of(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Caller {
    let Some(peer) = peer else { return Caller { address: None, is_here: false } };
    if !trusted.is_empty() && is_in(peer, trusted) {
        let address = walk(peer, headers, trusted);
        return Caller { address: Some(address), is_here: address == peer && is_here(peer, headers) };
    }
    let is_here = is_here(peer, headers);
    if peer.is_loopback() && !is_here {
        warn_of_a_proxy();
    }
    Caller { address: Some(peer), is_here }
}

/// Whether a connection of `peer` is from the server's own machine, not handed on by a proxy there, and not had from a
/// browser there by another site's page.
fn is_here(peer: IpAddr, headers: &HeaderMap) -> bool {
    peer.is_loopback() && !FORWARDING.iter().any(|name| headers.contains_key(name)) && names_this_machine(headers)
}

/// Whether a request was sent to this machine by a name that can only be its own, and by no page of another site.
///
/// A browser on this machine can be had to ask: by a page that simply tries, which it says in `Origin`, or by one whose
/// name was made to lead to 127.0.0.1 (DNS rebinding), which then stands in `Host`. What is no browser need name nothing.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let texts = |name| headers.get_all(name).map(|value| value.to_str().unwrap_or_default());
    let is_own_page = |page: &str| {
        let here = texts(header::HOST).next().zip(page.split_once("://"));
        let here = here.and_then(|(host, (scheme, _))| config::origin(&format!("{scheme}://{host}")));
        here.is_some() && config::origin(page) == here
    };
    texts(header::HOST).all(is_loopback) && texts(header::ORIGIN).all(is_own_page)
}

/// Whether `host`, with or without a port, is a loopback address, `localhost` or below it (RFC 6761 section 6.3).
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let by_address = name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    by_address || name == "localhost" || name.ends_with(".localhost")
}

/// Once: a proxy whose clients all count as one is a trap that is noticed only on a busy day.
fn warn_of_a_proxy() {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        log::warn!(
            "a proxy on this machine hands requests on, and trusted_proxies does not name it: all its clients count as \
             one address. Set trusted_proxies = loopback"
        );
    });
}

/// From the connection's own address towards the client, as long as those who say so are trusted.
fn walk(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let by_list = || step_through(peer, listed(headers), trusted);
    let by_forwarded = || step_through(peer, forwarded(headers, "for"), trusted);
    match (headers.contains_key(X_FORWARDED_FOR), headers.contains_key(header::FORWARDED)) {
        (false, false) => peer,
        (true, false) => by_list(),
        (false, true) => by_forwarded(),
        // A proxy writes one of the two and hands the other on as it came: where they differ, either may be a lie.
        (true, true) => Some(by_list()).filter(|address| *address == by_forwarded()).unwrap_or(peer),
    }
}

fn step_through<'a>(peer: IpAddr, hops: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer;
    for hop in hops {
        let Some(address) = address(hop) else { break };
        client = address;
        if !is_in(client, trusted) {
            break;
        }
    }
    client
}

/// The addresses of `X-Forwarded-For`, the nearest first; header lines are one list (RFC 9110 section 5.3).
fn listed(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    lines(headers, X_FORWARDED_FOR).flat_map(|line| line.rsplit(','))
}

/// The values of the parameter `name` in `Forwarded`, the nearest first; an element without it has an empty one.
fn forwarded<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let elements = lines(headers, header::FORWARDED).flat_map(|line| line.rsplit(','));
    elements.map(move |element| {
        let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
        values.next().unwrap_or_default()
    })
}

/// The lines of a header, the last one first. One that is no text is an empty one, which ends the walk.
fn lines(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines: Vec<_> = headers.get_all(name).map(|line| line.to_str().unwrap_or_default()).collect();
    lines.into_iter().rev()
}

/// An address as proxies write it: with or without a port, IPv6 with or without brackets, perhaps in quotes.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(bracketed).or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

/// What the nearest proxy says about how it was asked.
struct Said<'a>(&'a HeaderMap);

impl<'a> Said<'a> {
    const fn of(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    fn last(&self, name: HeaderName, parameter: &'static str) -> Option<&'a str> {
        let listed = lines(self.0, name).next().and_then(|line| line.rsplit(',').next());
        let value = listed.or_else(|| forwarded(self.0, parameter).next());
        value.map(|value| value.trim().trim_matches('"')).filter(|value| !value.is_empty())
    }

    fn scheme(&self) -> Option<&'static str> {
        let scheme = self.last(X_FORWARDED_PROTO, "proto")?;
        ["http", "https"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))
    }

    fn host(&self) -> Option<String> {
        self.last(X_FORWARDED_HOST, "host").map(str::to_owned)
    }
}

#[cfg(test)]
mod tests;
