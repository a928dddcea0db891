//! Certificates from an ACME authority (RFC 8555), by default Let's Encrypt, proven with TLS-ALPN-01 (RFC 8737): the
//! authority connects to port 443 of the domain, which must lead to this server, and nothing else is needed.
//!
//! The account's key and the certificates are kept in `secrets/acme`, for their owner alone, so that a restart asks for
//! nothing anew.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt;
use rustls::server::ResolvesServerCert;
use rustls_acme::{AccountCache, AcmeConfig, AcmeState, CertCache, EventError, EventOk};
use sha2::{Digest, Sha256};

use super::TlsError;
use super::client::Trust;
use crate::config::Config;
use crate::durable;
use crate::id::hex;

/// The protocol by which the authority looks for its proof.
pub(super) const PROTOCOL: &[u8] = b"acme-tls/1";

const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// What fetches and renews a certificate.
pub struct Renewal {
    state: AcmeState<io::Error, io::Error>,
    domains: String,
}

impl Renewal {
    /// Does so for as long as it is awaited. What goes wrong is in the log, and is tried again later and later.
    pub async fn run(mut self) {
        let domains = self.domains;
        while let Some(event) = self.state.next().await {
            match event {
                Ok(EventOk::DeployedNewCert) => log::info!("there is a new certificate for {domains}"),
                Ok(EventOk::DeployedCachedCert) => log::info!("the certificate for {domains} is in use"),
                Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
                Err(EventError::Order(error)) => log::error!(
                    "there is no new certificate for {domains} yet ({error}): port 443 of each of these domains must lead \
                     to this server; it is tried again"
                ),
                Err(error) => log::error!("{error}: secrets/acme must belong to the user that runs hearth"),
            }
        }
    }
}

/// What shows the certificate for the domains of `config`, and what fetches it.
pub(super) fn begin(config: &Config) -> Result<(Arc<dyn ResolvesServerCert>, Renewal), TlsError> {
    let kept = Kept::open(config.data.join("secrets").join("acme"))?;
    let directory = config.acme_directory.as_deref().unwrap_or(LETS_ENCRYPT);
    let contact = config.acme_email.as_ref().map(|email| format!("mailto:{email}"));
    let trust = config.acme_ca.as_deref().map_or_else(|| Ok(Trust::public()), Trust::authority);
    let trust = trust.map_err(TlsError::File)?.config();
    let acme = AcmeConfig::new_with_client_config(&config.acme_domain, trust)
        .contact(contact)
        .directory(directory)
        .cache(kept);
    let state = acme.state();
    Ok((state.resolver(), Renewal { state, domains: config.acme_domain.join(", ") }))
}

/// The folder of the account and the certificates.
#[derive(Clone)]
struct Kept(PathBuf);

impl Kept {
    fn open(folder: PathBuf) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    /// One file for each authority and list of names: another one asks anew.
    fn path(&self, kind: &str, names: &[String], directory: &str) -> PathBuf {
        let digest = Sha256::digest(format!("{directory}\n{}", names.join("\n")));
        self.0.join(format!("{kind}-{}", hex(&digest[..8])))
    }

    async fn load(&self, path: PathBuf) -> io::Result<Option<Vec<u8>>> {
        let read = move || match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        tokio::task::spawn_blocking(read).await?
    }

    /// There is never half a key.
    async fn store(&self, path: PathBuf, bytes: &[u8]) -> io::Result<()> {
        let bytes = bytes.to_vec();
        tokio::task::spawn_blocking(move || durable::write(&path, &bytes, durable::PRIVATE)).await?
    }
}

#[async_trait::async_trait]
impl CertCache for Kept {
    type EC = io::Error;

    async fn load_cert(&self, domains: &[String], directory: &str) -> io::Result<Option<Vec<u8>>> {
        self.load(self.path("certificate", domains, directory)).await
    }

    async fn store_cert(&self, domains: &[String], directory: &str, cert: &[u8]) -> io::Result<()> {
        self.store(self.path("certificate", domains, directory), cert).await
    }
}

#[async_trait::async_trait]
impl AccountCache for Kept {
    type EA = io::Error;

    async fn load_account(&self, contact: &[String], directory: &str) -> io::Result<Option<Vec<u8>>> {
        self.load(self.path("account", contact, directory)).await
    }

    async fn store_account(&self, contact: &[String], directory: &str, account: &[u8]) -> io::Result<()> {
        self.store(self.path("account", contact, directory), account).await
    }
}
