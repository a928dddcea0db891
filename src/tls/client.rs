//! What the commands that ask a server trust, where that server speaks TLS.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Which certificates are good.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Those of the authorities that browsers trust.
    pub fn public() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::own(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
    }

    /// Those that one of the authorities in the PEM file `path` signed, or that are in it themselves.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, and what to do.
    pub fn authority(path: &Path) -> Result<Self, String> {
        let no_file = |error: &dyn std::fmt::Display| {
            format!("{}: {error}: name a PEM file with the certificate of the authority", path.display())
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| no_file(&error))? {
            roots.add(certificate.map_err(|error| no_file(&error))?).map_err(|error| no_file(&error))?;
        }
        if roots.is_empty() {
            return Err(no_file(&"there is no certificate in it"));
        }
        Ok(Self::own(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
    }

    /// Any at all: for this very machine, and where somebody says so.
    pub fn anyone() -> Self {
        let verifier = Arc::new(Anyone(ring::default_provider()));
        let config = ClientConfig::builder().dangerous().with_custom_certificate_verifier(verifier);
        Self::own(config.with_no_client_auth())
    }

    /// None: for connections without TLS, which need no list of authorities each.
    pub fn nobody() -> Self {
        let roots = RootCertStore::empty();
        Self::own(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
    }

    fn own(mut config: ClientConfig) -> Self {
        // A WebSocket needs HTTP/1.1.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self(Arc::new(config))
    }

    /// The same for a connector.
    pub fn config(&self) -> Arc<ClientConfig> {
        self.0.clone()
    }
}

/// Takes every certificate, and holds the other side to its own signature all the same.
#[derive(Debug)]
struct Anyone(CryptoProvider);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
