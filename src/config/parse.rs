//! From the text of a setting to its value, whatever the text came from. An error says what would be right.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use super::{Registration, Secret, origin};
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

shown_as_displayed!(SocketAddr, bool, u64, usize, String);

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
