//! A certificate from an ACME authority: a small one of the test's own, which asks the server for its proof like a real one.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{BasicConstraints, Certificate, CertificateParams, CertificateSigningRequestParams, IsCa, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, ServerConnection, SignatureScheme, StreamOwned,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::wait_for;
use crate::client::Server;

const DOMAIN: &str = "hearth.example.org";
const TOKEN: &str = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

/// An authority that runs on this machine.
struct Authority {
    certificate: Certificate,
    key: KeyPair,
    address: SocketAddr,
    /// Where it looks for the proof; it is not known before the server runs.
    proof: OnceLock<SocketAddr>,
    /// What the proof must hold: known with the account.
    expected: OnceLock<[u8; 32]>,
    is_proven: OnceLock<()>,
    issued: OnceLock<String>,
    orders: AtomicUsize,
}

impl Authority {
    fn start(folder: &Path) -> Arc<Self> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        fs::write(folder.join("ca.pem"), certificate.pem()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            certificate,
            key,
            proof: OnceLock::new(),
            expected: OnceLock::new(),
            is_proven: OnceLock::new(),
            issued: OnceLock::new(),
            orders: AtomicUsize::new(0),
        });
        let serving = authority.clone();
        thread::spawn(move || serving.serve(&listener));
        authority
    }

    fn serve(&self, listener: &TcpListener) {
        let own_key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
        let own = own.signed_by(&own_key, &self.certificate, &self.key).unwrap();
        let key = PrivatePkcs8KeyDer::from(own_key.serialize_der()).into();
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.der().clone()], key).unwrap();
        let config = Arc::new(config);
        for stream in listener.incoming() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            // Whoever hangs up has asked for nothing.
            let _ = self.answer(BufReader::new(StreamOwned::new(connection, stream.unwrap())));
        }
    }

    fn answer(&self, mut stream: BufReader<StreamOwned<ServerConnection, TcpStream>>) -> io::Result<()> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body)?;
        let path = head.split(' ').nth(1).unwrap();
        let (status, location, answer) = self.done(path, &serde_json::from_slice(&body).unwrap_or_default());
        let answer = if head.starts_with("HEAD") { String::new() } else { answer };
        let location = location.map(|path| format!("Location: {}\r\n", self.url(path))).unwrap_or_default();
        let head = format!("HTTP/1.1 {status} x\r\nReplay-Nonce: n\r\nConnection: close\r\n{location}");
        write!(stream.get_mut(), "{head}Content-Length: {}\r\n\r\n{answer}", answer.len())?;
        stream.get_mut().conn.send_close_notify();
        stream.get_mut().flush()
    }

    fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.address.port())
    }

    /// Status, location and body of what is at `path`, asked with the signed `request`.
    fn done(&self, path: &str, request: &Value) -> (u16, Option<&'static str>, String) {
        let part = |name: &str| -> Value {
            let bytes = URL_SAFE_NO_PAD.decode(request[name].as_str().unwrap_or_default()).unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        let order = || {
            let mut order = json!({"authorizations": [self.url("/authorization")], "finalize": self.url("/finalize")});
            order["status"] = if self.issued.get().is_some() {
                order["certificate"] = self.url("/certificate").into();
                "valid".into()
            } else if self.is_proven.get().is_some() {
                "ready".into()
            } else {
                "pending".into()
            };
            order.to_string()
        };
        match path {
            "/directory" => {
                let urls = ["/nonce", "/account", "/order"].map(|path| self.url(path));
                (200, None, json!({"newNonce": urls[0], "newAccount": urls[1], "newOrder": urls[2]}).to_string())
            }
            "/account" => {
                let jwk = part("protected")["jwk"].clone();
                let thumbprint = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
                let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(thumbprint));
                let _ = self.expected.set(Sha256::digest(format!("{TOKEN}.{thumbprint}")).into());
                (201, Some("/account/1"), "{}".into())
            }
            "/order" => {
                self.orders.fetch_add(1, Ordering::SeqCst);
                (201, Some("/order/1"), order())
            }
            "/order/1" => (200, None, order()),
            "/authorization" => {
                let challenge = json!({"type": "tls-alpn-01", "url": self.url("/challenge"), "token": TOKEN});
                let status = if self.is_proven.get().is_some() { "valid" } else { "pending" };
                let identifier = json!({"type": "dns", "value": DOMAIN});
                (200, None, json!({"status": status, "identifier": identifier, "challenges": [challenge]}).to_string())
            }
            "/challenge" => {
                self.look_for_proof();
                (200, None, "{}".into())
            }
            "/finalize" => {
                let csr = URL_SAFE_NO_PAD.decode(part("payload")["csr"].as_str().unwrap()).unwrap();
                let mut csr = CertificateSigningRequestParams::from_der(&csr.into()).unwrap();
                csr.params.not_before = rcgen::date_time_ymd(2020, 1, 1);
                csr.params.not_after = rcgen::date_time_ymd(2099, 1, 1);
                let leaf = csr.signed_by(&self.certificate, &self.key).unwrap();
                let _ = self.issued.set(format!("{}{}", leaf.pem(), self.certificate.pem()));
                (200, None, order())
            }
            "/certificate" => (200, None, self.issued.get().unwrap().clone()),
            _ => (200, None, String::new()),
        }
    }

    /// Connects to the domain as RFC 8737 has it, and looks whether the certificate there holds the proof.
    fn look_for_proof(&self) {
        let (Some(address), Some(expected)) = (self.proof.get(), self.expected.get()) else { return };
        let certificate = shown(*address, &[b"acme-tls/1"]).unwrap();
        if certificate.windows(32).any(|window| window == expected) {
            let _ = self.is_proven.set(());
        }
    }
}

/// Takes everything: a proof is a certificate that no client may take, by an extension that each must understand.
#[derive(Debug)]
struct Blind;

impl ServerCertVerifier for Blind {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

/// The certificate that a server shows for the domain.
fn shown(address: SocketAddr, protocols: &[&[u8]]) -> Option<Vec<u8>> {
    let config = ClientConfig::builder().dangerous().with_custom_certificate_verifier(Arc::new(Blind));
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let mut connection = ClientConnection::new(Arc::new(config), ServerName::try_from(DOMAIN).unwrap()).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).ok()?;
    }
    Some(connection.peer_certificates()?[0].to_vec())
}

fn serve(folder: &Path, authority: &Authority) -> Server {
    let (directory, ca) = (authority.url("/directory"), folder.join("ca.pem"));
    let ca = ca.to_str().unwrap();
    let settings =
        ["--acme-domain", DOMAIN, "--acme-directory", &directory, "--acme-ca", ca, "--acme-email", "ana@example.org"];
    Server::start(folder, &settings)
}

#[test]
fn a_certificate_is_fetched_proven_used_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::start(folder.path());
    let server = serve(folder.path(), &authority);
    assert_eq!(shown(server.address, &[b"http/1.1"]), None, "there is none yet");
    authority.proof.set(server.address).unwrap();
    let first = wait_for(|| shown(server.address, &[b"http/1.1"]));
    assert!(first.windows(DOMAIN.len()).any(|window| window == DOMAIN.as_bytes()));
    assert!(authority.is_proven.get().is_some());
    let kept = folder.path().join("data/secrets/acme");
    let files = || fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    wait_for(|| (files().len() == 2).then_some(()));
    for file in files() {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    drop(server);
    // Another start asks for nothing anew: it has what the first one kept.
    let server = serve(folder.path(), &authority);
    assert_eq!(wait_for(|| shown(server.address, &[b"http/1.1"])), first);
    assert_eq!(authority.orders.load(Ordering::SeqCst), 1, "{}", server.log());
}
