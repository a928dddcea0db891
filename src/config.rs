//! Settings: a flag over an environment variable over `hearth.toml` over the default.
//!
//! A setting is one row of the table below: field, type, default, parser, placeholder, example, and its help as the
//! doc comment. The flag, the variable, the key of the file, the help and `hearth config print` all follow from it.

mod file;
mod load;
mod origin;
mod parse;
mod reach;
mod secret;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use load::{ConfigError, Given};
pub use origin::origin;
pub use secret::Secret;

use crate::store::{self, Durability};

/// One setting, without its value.
pub struct Setting {
    /// Its key in `hearth.toml`.
    pub key: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    /// What stands for its value in the help.
    pub placeholder: &'static str,
    /// A value that somebody may want.
    pub example: &'static str,
    /// Whether its value is shown to nobody.
    pub is_secret: bool,
    set: fn(&mut Config, &str) -> Result<(), String>,
    show: fn(&Config) -> String,
}

impl Setting {
    /// The flag's long name, without the hyphens before it.
    pub fn flag(&self) -> String {
        self.key.replace('_', "-")
    }

    /// The environment variable.
    pub fn variable(&self) -> String {
        format!("HEARTH_{}", self.key.to_ascii_uppercase())
    }

    /// This setting's value in `config`, as one would write it; empty where there is none, and dots where it is secret.
    pub fn value(&self, config: &Config) -> String {
        (self.show)(config)
    }
}

/// Where a value came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    #[default]
    Default,
    /// This file.
    File(PathBuf),
    /// This environment variable.
    Variable(String),
    /// This flag, with its hyphens.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has an invite.
    Invite,
    /// Nobody; the first account can still be made.
    Closed,
}

macro_rules! settings {
    ($($(#[doc = $help:literal])+ $key:ident: $type:ty = $default:expr, $parse:path, $placeholder:literal, $example:literal;)+) => {
        /// The settings in force, and where each came from.
        #[derive(Clone, Debug)]
        pub struct Config {
            $($(#[doc = $help])+ pub $key: $type,)+
            sources: BTreeMap<&'static str, Source>,
        }

        /// Every setting there is.
        pub static SETTINGS: &[Setting] = &[$(Setting {
            key: stringify!($key),
            help: concat!($($help),+).trim_ascii(),
            placeholder: $placeholder,
            example: $example,
            is_secret: <$type as parse::Shown>::IS_SECRET,
            set: |config, text| $parse(text).map(|value| config.$key = value),
            show: |config| parse::Shown::shown(&config.$key),
        }),+];

        impl Default for Config {
            fn default() -> Self {
                Self { $($key: $default,)+ sources: BTreeMap::new() }
            }
        }
    };
}

settings! {
    /// Address and port to serve on; port 0 takes a free one
    listen: SocketAddr = (Ipv4Addr::LOCALHOST, 8080).into(), parse::address, "ADDRESS:PORT", "0.0.0.0:8080";
    /// Folder that holds everything there is to keep; made where it is missing
    data: PathBuf = "./data".into(), parse::path, "DIR", "/var/lib/hearth";
    /// Where people reach this server, where that is not the address it listens on
    public_url: Option<String> = None, parse::url, "URL", "https://hearth.example.org";
    /// Origins besides this server's own whose pages may open a WebSocket here
    allowed_origins: Vec<String> = Vec::new(), parse::origins, "ORIGIN,…", "https://app.example.org";
    /// Whether reading needs no account
    public_read: bool = true, parse::truth, "true|false", "false";
    /// Who may make an account
    registration: Registration = Registration::Open, parse::registration, "open|invite|closed", "invite";
    /// The only domains whose e-mail addresses may have an account; none named means any
    allowed_email_domains: Vec<String> = Vec::new(), parse::domains, "DOMAIN,…", "example.org,example.com";
    /// When a write is answered: once it survives a power cut, or once it survives the end of this process
    durability: Durability = Durability::Synced, parse::durability, "synced|relaxed", "relaxed";
    /// Memory for what is read often, in MiB
    cache_mb: u64 = 64, parse::cache_mb, "MIB", "512";
    /// Threads that answer requests; as many as there are processor cores where this is not set
    workers: usize = parse::cores(), parse::workers, "COUNT", "4";
    /// Who sends this as a bearer token may read /metrics from anywhere; unset, only this machine may
    metrics_token: Option<Secret> = None, parse::secret, "TOKEN", "9f86d081884c7d659a2feaa0c55ad015";
}

impl Config {
    /// The defaults, with everything kept in the folder `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    /// Where the value of the setting `key` came from.
    pub fn source(&self, key: &str) -> Source {
        self.sources.get(key).cloned().unwrap_or_default()
    }

    /// How the store of these settings is opened.
    pub fn store_options(&self) -> store::Options {
        store::Options {
            durability: self.durability,
            cache_bytes: self.cache_mb.saturating_mul(1024 * 1024),
            ..store::Options::new(self.data.join("store"))
        }
    }
}
