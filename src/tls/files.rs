//! A certificate and its key from PEM files, read anew when they change.
//!
//! They are compared by what is in them, a few times a minute: that notices renamed files, links that point elsewhere and
//! copies with an old date alike. Where the new ones are no good (half written, of two different pairs, out of date), those
//! that were read before stay in use, and the log says what to do.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::TlsError;
use crate::clock::{Clock, Timestamp};

/// How often the files are looked at.
pub(super) const EVERY: Duration = Duration::from_secs(2);

/// A certificate that ends sooner than this is warned of at the start.
const SOON: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The two files.
pub(super) struct Files {
    cert: PathBuf,
    key: PathBuf,
    clock: Arc<dyn Clock>,
}

/// What the files hold, byte for byte.
type Contents = (Vec<u8>, Vec<u8>);

/// The certificate in use.
#[derive(Debug)]
pub(super) struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Files {
    /// The files `cert` and `key`.
    pub(super) fn new(cert: PathBuf, key: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { cert, key, clock }
    }

    /// Reads them now, and again each `every` for as long as what is returned is there.
    pub(super) fn watch(self, every: Duration) -> Result<Arc<Current>, TlsError> {
        let contents = self.read().map_err(TlsError::File)?;
        let (pair, expiry) = self.parse(&contents).map_err(TlsError::File)?;
        self.warn_of(expiry);
        let current = Arc::new(Current(RwLock::new(pair)));
        let watched = Arc::downgrade(&current);
        thread::Builder::new().name("certificate".into()).spawn(move || self.follow(&watched, contents, every))?;
        Ok(current)
    }

    fn follow(&self, current: &Weak<Current>, mut seen: Contents, every: Duration) {
        loop {
            thread::sleep(every);
            let Some(current) = current.upgrade() else { return };
            match self.read() {
                Ok(contents) if contents != seen => {
                    self.replace(&current, &contents);
                    seen = contents;
                }
                // A file that is just being replaced may be gone for a moment.
                Ok(_) | Err(_) => {}
            }
        }
    }

    fn replace(&self, current: &Current, contents: &Contents) {
        let parsed = self.parse(contents).and_then(|(pair, expiry)| {
            if expiry <= self.clock.now() {
                return Err(format!("{}: the certificate ended on {expiry}", self.cert.display()));
            }
            Ok(pair)
        });
        match parsed {
            Ok(pair) => {
                *current.0.write().unwrap_or_else(PoisonError::into_inner) = pair;
                log::info!("the certificate in {} is in use now", self.cert.display());
            }
            Err(why) => log::error!(
                "{why}: the certificate that was read before stays in use; put a matching pair there, and it is read within \
                 seconds"
            ),
        }
    }

    fn read(&self) -> Result<Contents, String> {
        let read = |path: &PathBuf| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        Ok((read(&self.cert)?, read(&self.key)?))
    }

    /// The pair, and when its certificate ends.
    fn parse(&self, (cert, key): &Contents) -> Result<(Arc<CertifiedKey>, Timestamp), String> {
        let (cert_path, key_path) = (self.cert.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_slice_iter(cert)
            .collect::<Result<_, _>>()
            .map_err(|error| format!("{cert_path}: this is no PEM file of certificates ({error})"))?;
        let leaf = chain.first().ok_or_else(|| format!("{cert_path}: there is no certificate in it"))?;
        let expiry = expiry(leaf).ok_or_else(|| format!("{cert_path}: its first certificate cannot be read"))?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| format!("{key_path}: this is no PEM file with a private key ({error})"))?;
        let pair = CertifiedKey::from_der(chain, key, &default_provider());
        let pair = pair.map_err(|error| format!("{key_path}: this is not the key of {cert_path} ({error})"))?;
        Ok((Arc::new(pair), expiry))
    }

    fn warn_of(&self, expiry: Timestamp) {
        let (path, now) = (self.cert.display(), self.clock.now());
        if expiry <= now {
            log::error!("{path}: the certificate ended on {expiry}, and nobody will connect: put a new one there");
        } else if expiry <= now.plus(SOON) {
            log::warn!("{path}: the certificate ends on {expiry}: put a new one there, which is read within seconds");
        }
    }
}

/// When a certificate ends.
fn expiry(certificate: &CertificateDer<'_>) -> Option<Timestamp> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(Timestamp::from_millis(parsed.validity().not_after.timestamp().saturating_mul(1000)))
}
