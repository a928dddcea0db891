//! TLS: certificates from files or from an ACME authority, and what clients of the command line trust.
//!
//! TLS 1.2 and 1.3 by rustls with ring. Only HTTP/1.1 is offered: WebSockets need it, and HTTP/2 would bring streams and
//! header lists whose bounds actix does not let one set; a proxy in front may speak it.

mod acme;
pub mod client;
mod files;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::ResolvesServerCert;
use thiserror::Error;

pub use acme::Renewal;

use crate::clock::Clock;
use crate::config::Config;
use files::Files;

/// Why there is no TLS. Each message says what to change.
#[derive(Debug, Error)]
pub enum TlsError {
    /// The settings contradict each other.
    #[error("{0}")]
    Settings(&'static str),
    /// A file has not what it should have.
    #[error("{0}")]
    File(String),
    /// The folder of secrets, or a thread.
    #[error("{0}: the data folder must belong to the user that runs hearth")]
    System(#[from] io::Error),
}

/// What a server needs to speak TLS.
pub struct Tls {
    /// How it shakes hands.
    pub config: Arc<ServerConfig>,
    /// What fetches and renews its certificate, where that is not in files. It must be awaited for as long as it serves.
    pub renewal: Option<Renewal>,
}

impl Tls {
    /// The TLS that the settings ask for; `None` where they ask for none. Reads files, and so blocks.
    ///
    /// # Errors
    ///
    /// [`TlsError`].
    pub fn of(config: &Config, clock: Arc<dyn Clock>) -> Result<Option<Self>, TlsError> {
        match (&config.tls_cert, &config.tls_key, config.acme_domain.is_empty()) {
            (None, None, true) => Ok(None),
            (Some(cert), Some(key), true) => Self::from_files(cert.clone(), key.clone(), clock).map(Some),
            (None, None, false) => {
                let (resolver, renewal) = acme::begin(config)?;
                Ok(Some(Self { config: server(resolver, &[acme::PROTOCOL]), renewal: Some(renewal) }))
            }
            (Some(_), Some(_), false) => Err(TlsError::Settings(
                "tls_cert and acme_domain are both set: a certificate comes from one of the two",
            )),
            _ => Err(TlsError::Settings("tls_cert and tls_key belong together: set both, or neither")),
        }
    }

    fn from_files(cert: PathBuf, key: PathBuf, clock: Arc<dyn Clock>) -> Result<Self, TlsError> {
        let current = Files::new(cert, key, clock).watch(files::EVERY)?;
        Ok(Self { config: server(current, &[]), renewal: None })
    }
}

/// Whether these settings make a server speak TLS.
pub fn is_on(config: &Config) -> bool {
    config.tls_cert.is_some() || !config.acme_domain.is_empty()
}

fn server(resolver: Arc<dyn ResolvesServerCert>, more: &[&[u8]]) -> Arc<ServerConfig> {
    let mut config = ServerConfig::builder().with_no_client_auth().with_cert_resolver(resolver);
    config.alpn_protocols = [b"http/1.1"].iter().map(|protocol| protocol.to_vec()).collect();
    config.alpn_protocols.extend(more.iter().map(|protocol| protocol.to_vec()));
    Arc::new(config)
}
