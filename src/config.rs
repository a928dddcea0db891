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
use std::time::Duration;

pub use load::{ConfigError, Given};
pub use origin::origin;
pub use secret::Secret;

use ipnet::IpNet;

use crate::backup::{Keep, Schedule};
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

    /// Whether it is left out of the help.
    pub fn is_hidden(&self) -> bool {
        HIDDEN.contains(&self.key)
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

/// Whether something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// Networks of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(pub Vec<IpNet>);

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
    /// Origins besides this server's own whose pages may use the API and open a WebSocket here
    allowed_origins: Vec<String> = Vec::new(), parse::origins, "ORIGIN,…", "https://app.example.org";
    /// Addresses and networks of proxies that are believed about where a request comes from; loopback and private name those
    trusted_proxies: Networks = Networks::default(), parse::networks, "NETWORK,…", "10.0.0.7/32,2001:db8::/32";
    /// Whether anybody may only do so much in a short time, and guessing passwords is slowed down; turn it off for load tests
    rate_limit: Switch = Switch::On, parse::switch, "on|off", "off";
    /// PEM file with this server's certificate and those between it and a known authority; makes it https
    tls_cert: Option<PathBuf> = None, parse::file, "FILE", "/etc/hearth/cert.pem";
    /// PEM file with the certificate's private key; both files are read anew when they change
    tls_key: Option<PathBuf> = None, parse::file, "FILE", "/etc/hearth/key.pem";
    /// Domains for which a certificate is fetched and renewed by ACME, as Let's Encrypt gives them; makes it https on port 443
    acme_domain: Vec<String> = Vec::new(), parse::domains, "DOMAIN,…", "hearth.example.org";
    /// Where the authority of acme_domain writes when something is wrong with a certificate
    acme_email: Option<String> = None, parse::email, "ADDRESS", "ana@example.org";
    /// The directory of another ACME authority than Let's Encrypt
    acme_directory: Option<String> = None, parse::directory, "URL", "https://ca.example.org/acme/directory";
    /// PEM file with the authority that signed the certificate of acme_directory itself, where browsers do not know it
    acme_ca: Option<PathBuf> = None, parse::file, "FILE", "/etc/hearth/ca.pem";
    /// Address and port of a second listener that sends browsers from http to https
    http_redirect: Option<SocketAddr> = None, parse::optional_address, "ADDRESS:PORT", "0.0.0.0:80";
    /// Whether reading needs no account
    public_read: bool = true, parse::truth, "true|false", "false";
    /// Who may make an account
    registration: Registration = Registration::Open, parse::registration, "open|invite|closed", "invite";
    /// The only domains whose e-mail addresses may have an account; none named means any
    allowed_email_domains: Vec<String> = Vec::new(), parse::domains, "DOMAIN,…", "example.org,example.com";
    /// When a write is answered: once it survives a power cut, or once it survives the end of this process
    durability: Durability = Durability::Synced, parse::durability, "synced|relaxed", "relaxed";
    /// Hours after which the store makes a snapshot of what has changed, from which it can rebuild itself
    snapshot_hours: u64 = 24, parse::hours, "HOURS", "6";
    /// Memory for what is read often, in MiB
    cache_mb: u64 = 64, parse::cache_mb, "MIB", "512";
    /// Threads that answer requests; as many as there are processor cores where this is not set
    workers: usize = parse::cores(), parse::workers, "COUNT", "4";
    /// When a backup is made by itself, in UTC
    backup_schedule: Schedule = Schedule::USUAL, parse::backup_schedule, "off|hourly|daily TIME|weekly DAY TIME", "weekly sun 03:30";
    /// How many of the backups made by themselves are kept: the newest so many, or one of each of so many days, weeks or months
    backup_keep: Keep = Keep::usual(), parse::backup_keep, "COUNT|COUNT daily, …", "7 daily, 4 weekly, 6 monthly";
    /// Folder for backups, best on another disk; where this is not set, the folder backups among the data
    backup_dir: Option<PathBuf> = None, parse::folder, "DIR", "/mnt/backups/hearth";
    /// Who sends this as a bearer token may read /metrics from anywhere; unset, only this machine may
    metrics_token: Option<Secret> = None, parse::secret, "TOKEN", "9f86d081884c7d659a2feaa0c55ad015";
    /// Room on the disk below which nothing is written any more, in MiB, so that reading goes on
    min_free_mb: u64 = 256, parse::min_free_mb, "MIB", "1024";
    /// At most so long after a change the state is made durable and the next start is that much shorter, in milliseconds
    checkpoint_ms: u64 = 30_000, parse::checkpoint_ms, "MS", "1000";
    /// What `snapshot_hours` says, in milliseconds; 0 leaves it to that
    snapshot_ms: u64 = 0, parse::snapshot_ms, "MS", "1000";
    /// A file of the journal gets no more than this, in KiB
    journal_file_kb: u64 = 32 * 1024, parse::journal_file_kb, "KIB", "1024";
}

/// Settings that nobody needs but tests, which want to meet in seconds what else takes hours: not in the help.
const HIDDEN: [&str; 3] = ["checkpoint_ms", "snapshot_ms", "journal_file_kb"];

impl Config {
    /// The defaults, with everything kept in the folder `data`.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    /// Where the value of the setting `key` came from.
    pub fn source(&self, key: &str) -> Source {
        self.sources.get(key).cloned().unwrap_or_default()
    }

    /// The folder of backups.
    pub fn backup_folder(&self) -> PathBuf {
        self.backup_dir.clone().unwrap_or_else(|| self.data.join("backups"))
    }

    /// How the store of these settings is opened.
    pub fn store_options(&self) -> store::Options {
        store::Options {
            durability: self.durability,
            cache_bytes: self.cache_mb.saturating_mul(1024 * 1024),
            checkpoint_every: Duration::from_millis(self.checkpoint_ms),
            journal_segment_bytes: self.journal_file_kb.saturating_mul(1024),
            reserve_bytes: self.min_free_mb.saturating_mul(1024 * 1024),
            snapshot_every: match self.snapshot_ms {
                0 => Duration::from_hours(self.snapshot_hours),
                milliseconds => Duration::from_millis(milliseconds),
            },
            ..store::Options::new(self.data.join("store"))
        }
    }
}
