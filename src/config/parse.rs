//! From the text of a setting to its value, whatever the text came from. An error says what would be right.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;

use super::{Networks, Registration, Secret, Switch, origin};
use crate::backup::{Keep, Schedule};
use crate::store::Durability;

/// What can be shown the way it would be written.
pub(super) trait Shown {
    /// Whether the value itself must not be shown.
    const IS_SECRET: bool = false;

    /// The text that parses to this value, or dots where that is secret; empty where there is none.
    fn shown(&self) -> String;
}

macro_rules! shown_as_displayed {
    ($($type:ty),+) => {
        $(impl Shown for $type {
            fn shown(&self) -> String {
                self.to_string()
            }
        })+
    };
}

shown_as_displayed!(SocketAddr, bool, u64, usize, String, Schedule, Keep);

impl Shown for PathBuf {
    fn shown(&self) -> String {
        self.display().to_string()
    }
}

impl<T: Shown> Shown for Option<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn shown(&self) -> String {
        self.as_ref().map(Shown::shown).unwrap_or_default()
    }
}

impl Shown for Secret {
    const IS_SECRET: bool = true;

    fn shown(&self) -> String {
        Self::DOTS.to_owned()
    }
}

impl Shown for Vec<String> {
    fn shown(&self) -> String {
        self.join(",")
    }
}

impl Shown for Networks {
    fn shown(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

impl Shown for Switch {
    fn shown(&self) -> String {
        match self {
            Self::On => "on".into(),
            Self::Off => "off".into(),
        }
    }
}

impl Shown for Registration {
    fn shown(&self) -> String {
        match self {
            Self::Open => "open".into(),
            Self::Invite => "invite".into(),
            Self::Closed => "closed".into(),
        }
    }
}

impl Shown for Durability {
    fn shown(&self) -> String {
        match self {
            Self::Synced => "synced".into(),
            Self::Relaxed => "relaxed".into(),
        }
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080".into())
}

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("the path of a folder".into()) } else { Ok(text.into()) }
}

pub(super) fn folder(text: &str) -> Result<Option<PathBuf>, String> {
    Ok((!text.is_empty()).then(|| text.into()))
}

pub(super) fn backup_schedule(text: &str) -> Result<Schedule, String> {
    text.parse()
}

pub(super) fn backup_keep(text: &str) -> Result<Keep, String> {
    text.parse()
}

/// An origin: scheme, host and port. Hearth's own paths start at its root, so there is no path in it.
pub(super) fn url(text: &str) -> Result<Option<String>, String> {
    let origin = text.strip_suffix('/').unwrap_or(text);
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_host = |host: &str| host.chars().all(|c| c.is_alphanumeric() || "-.:[]".contains(c));
    match host {
        None if text.is_empty() => Ok(None),
        Some(host) if host.starts_with(|c: char| c.is_alphanumeric() || c == '[') && is_host(host) => {
            Ok(Some(origin.to_owned()))
        }
        _ => Err("a URL of scheme and host, such as https://hearth.example.org".into()),
    }
}

pub(super) fn origins(text: &str) -> Result<Vec<String>, String> {
    let right = "origins of scheme and host with commas between them, such as https://app.example.org";
    let parse = |text: &str| {
        let text = text.trim();
        origin(text.strip_suffix('/').unwrap_or(text)).ok_or_else(|| right.to_owned())
    };
    if text.trim().is_empty() { Ok(Vec::new()) } else { text.split(',').map(parse).collect() }
}

/// The addresses that only machines of the same site have: RFC 1918, RFC 6598 and RFC 4193.
const PRIVATE: [&str; 5] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];

pub(super) fn networks(text: &str) -> Result<Networks, String> {
    let right = "addresses or networks with commas between them, such as loopback,10.0.0.7,2001:db8::/32";
    let one = |text: &str| -> Option<IpNet> {
        let network = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
        network.ok().map(|network: IpNet| network.trunc())
    };
    let mut networks = Vec::new();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let named: &[&str] = match word {
            "loopback" => &LOOPBACK,
            "private" => &PRIVATE,
            _ => &[word],
        };
        for name in named {
            networks.push(one(name).ok_or(right)?);
        }
    }
    Ok(Networks(networks))
}

pub(super) fn switch(text: &str) -> Result<Switch, String> {
    match text {
        "on" => Ok(Switch::On),
        "off" => Ok(Switch::Off),
        _ => Err("on or off".into()),
    }
}

pub(super) fn file(text: &str) -> Result<Option<PathBuf>, String> {
    Ok((!text.is_empty()).then(|| text.into()))
}

pub(super) fn optional_address(text: &str) -> Result<Option<SocketAddr>, String> {
    if text.is_empty() { Ok(None) } else { address(text).map(Some) }
}

pub(super) fn email(text: &str) -> Result<Option<String>, String> {
    match text.split_once('@') {
        _ if text.is_empty() => Ok(None),
        Some((name, domain)) if !name.is_empty() && domain.contains('.') => Ok(Some(text.to_owned())),
        _ => Err("an e-mail address, such as ana@example.org".into()),
    }
}

pub(super) fn directory(text: &str) -> Result<Option<String>, String> {
    match text {
        "" => Ok(None),
        text if text.starts_with("https://") => Ok(Some(text.to_owned())),
        _ => Err("the URL of an ACME directory, which begins with https://".into()),
    }
}

pub(super) fn truth(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "true or false".into())
}

pub(super) fn registration(text: &str) -> Result<Registration, String> {
    match text {
        "open" => Ok(Registration::Open),
        "invite" => Ok(Registration::Invite),
        "closed" => Ok(Registration::Closed),
        _ => Err("open, invite or closed".into()),
    }
}

pub(super) fn domains(text: &str) -> Result<Vec<String>, String> {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let parse = |domain: &str| {
        let domain = domain.trim().to_lowercase();
        if domain.split('.').all(is_label) {
            Ok(domain)
        } else {
            Err("domains with commas between them, such as example.org,example.com".into())
        }
    };
    if text.trim().is_empty() { Ok(Vec::new()) } else { text.split(',').map(parse).collect() }
}

pub(super) fn durability(text: &str) -> Result<Durability, String> {
    match text {
        "synced" => Ok(Durability::Synced),
        "relaxed" => Ok(Durability::Relaxed),
        _ => Err("synced or relaxed".into()),
    }
}

pub(super) fn cache_mb(text: &str) -> Result<u64, String> {
    whole(text, 1..=1_048_576)
}

pub(super) fn min_free_mb(text: &str) -> Result<u64, String> {
    whole(text, 0..=1_048_576)
}

pub(super) fn checkpoint_ms(text: &str) -> Result<u64, String> {
    whole(text, 1..=3_600_000)
}

pub(super) fn snapshot_ms(text: &str) -> Result<u64, String> {
    whole(text, 0..=3_600_000)
}

pub(super) fn journal_file_kb(text: &str) -> Result<u64, String> {
    whole(text, 1..=1_048_576)
}

pub(super) fn hours(text: &str) -> Result<u64, String> {
    whole(text, 1..=24 * 366)
}

pub(super) fn workers(text: &str) -> Result<usize, String> {
    whole(text, 1..=MAX_WORKERS)
}

pub(super) fn secret(text: &str) -> Result<Option<Secret>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let secret =
        Secret::new(text).ok_or("16 to 200 letters, digits or marks, without blanks; `openssl rand -hex 16` makes one");
    Ok(Some(secret?))
}

/// More threads than this only wait for each other.
const MAX_WORKERS: usize = 256;

/// How many processor cores this process may use.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS)
}

fn whole<N: FromStr + PartialOrd + Display>(text: &str, range: RangeInclusive<N>) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("a whole number from {} to {}", range.start(), range.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_come_as_addresses_as_ranges_and_by_name() {
        let shown = |text: &str| networks(text).map(|networks| networks.shown());
        assert_eq!(shown("").unwrap(), "");
        assert_eq!(shown("loopback").unwrap(), "127.0.0.0/8,::1/128");
        assert_eq!(shown(" 10.0.0.7 , 2001:db8::7/32").unwrap(), "10.0.0.7/32,2001:db8::/32");
        assert!(shown("private").unwrap().contains("192.168.0.0/16"));
        for wrong in ["localhost", "10.0.0.0/33", "10.0.0", "10.0.0.0-10.0.0.9", "*"] {
            assert!(networks(wrong).unwrap_err().starts_with("addresses or networks"), "{wrong}");
        }
    }

    #[test]
    fn what_an_acme_authority_is_told_is_checked() {
        assert_eq!(email("ana@example.org"), Ok(Some("ana@example.org".into())));
        assert!(email("ana").is_err() && email("@example.org").is_err());
        assert!(directory("http://ca.example.org/directory").is_err());
    }
}
