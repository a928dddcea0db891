//! TLS: certificates from files, what happens when they change, and every command that asks a server.

use std::fs;
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use serde_json::json;
use tungstenite::Message;
use tungstenite::client::{ClientRequestBuilder, client};

use super::{Ran, stopped, wait_for};
use crate::client::{Answer, Request, Server};

type Tls = StreamOwned<ClientConnection, TcpStream>;

/// The two files of a server.
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

impl Files {
    fn in_folder(folder: &Path) -> Self {
        Self { cert: folder.join("cert.pem"), key: folder.join("key.pem") }
    }

    /// Writes a pair for localhost that is good up to a year, and gives the certificate.
    fn write(&self, until: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        fs::write(&self.key, key.serialize_pem()).unwrap();
        fs::write(&self.cert, cert.pem()).unwrap();
        cert.der().to_vec()
    }

    fn flags(&self) -> Vec<&str> {
        vec!["--tls-cert", self.cert.to_str().unwrap(), "--tls-key", self.key.to_str().unwrap()]
    }

    fn serve(&self, folder: &Path) -> Server {
        Server::start(folder, &self.flags())
    }
}

/// A connection that takes any certificate and says which one it was, offering these protocols.
fn connect(address: SocketAddr, protocols: &[&[u8]]) -> Tls {
    let mut config = (*hearth::tls::client::Trust::anyone().config()).clone();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).unwrap();
    }
    StreamOwned::new(connection, stream)
}

fn shown(server: &Server) -> Vec<u8> {
    connect(server.address, &[]).conn.peer_certificates().unwrap()[0].to_vec()
}

fn ask(server: &Server, request: &Request) -> Answer {
    let mut stream = connect(server.address, &[b"http/1.1"]);
    stream.write_all(&request.bytes()).unwrap();
    Answer::read(&mut BufReader::new(stream)).unwrap()
}

#[test]
fn everything_works_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    let certificate = files.write(2099);
    let server = files.serve(folder.path());
    assert_eq!(shown(&server), certificate);
    let answer = ask(&server, &Request::new("GET", "/"));
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, Some("max-age=31536000")));
    let account = json!({"name": "Ana", "email": "ana@example.org", "password": "correct horse battery"});
    let registered = ask(&server, &Request::new("POST", "/api/v1/auth/register").json(account)).expect(201);
    assert_eq!(registered["user"]["role"], "admin", "loopback over TLS is loopback");

    // A WebSocket, of which the server takes no other than of its own pages.
    let url = format!("wss://{}/api/v1/ws", server.address).parse().unwrap();
    let request = ClientRequestBuilder::new(url).with_sub_protocol("hearth.v1");
    let request = request.with_header("origin", format!("https://{}", server.address));
    let (mut socket, _) = client(request, connect(server.address, &[b"http/1.1"])).unwrap();
    let hello = json!({"id": "1", "op": "hello", "token": registered["access_token"]});
    socket.send(Message::text(hello.to_string())).unwrap();
    assert!(socket.read().unwrap().into_text().unwrap().contains(r#""ok":true"#));

    let output = stopped(server);
    assert!(output.contains("is listening on https://127.0.0.1:"), "{output}");
}

#[test]
fn a_client_that_prefers_http_2_gets_http_1_1() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    files.write(2099);
    let server = files.serve(folder.path());
    let stream = connect(server.address, &[b"h2", b"http/1.1"]);
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
}

#[test]
fn what_is_not_tls_is_not_answered_and_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    files.write(2099);
    let server = files.serve(folder.path());
    let mut plain = TcpStream::connect(server.address).unwrap();
    plain.write_all(&Request::new("GET", "/healthz").bytes()).unwrap();
    Answer::read(&mut BufReader::new(plain)).unwrap_err();
    ask(&server, &Request::new("GET", "/healthz")).expect(200);
}

#[test]
fn the_commands_that_ask_a_server_ask_it_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    files.write(2099);
    let server = files.serve(folder.path());
    let (address, url) = (server.address.to_string(), format!("https://{}", server.address));
    let settings = [&["--listen", &address][..], &files.flags()].concat();
    assert_eq!(Ran::new(folder.path(), &[&["health"][..], &settings].concat()).succeeded(), "ready\n");
    let cert = files.cert.to_str().unwrap();
    for trusting in [&["--ca", cert][..], &["--insecure"]] {
        let monitor = [&["monitor", "--once", "--interval", "0.1", "--target", &url][..], trusting].concat();
        assert!(Ran::new(folder.path(), &monitor).succeeded().contains(&url));
    }
    let monitor = Ran::new(folder.path(), &["monitor", "--once", "--interval", "0.1", "--target", &url]);
    monitor.failed(1, &[&url]);
    let stress = ["stress", "--target", &url, "--ca", cert, "--users", "4", "--calls", "5", "--min-success", "1"];
    let easy = ["--target-users", "1", "--target-rps", "0.1", "--max-p95-ms", "60000", "--max-average-ms", "60000"];
    let ran = Ran::new(folder.path(), &[&stress[..], &easy].concat());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    Ran::new(folder.path(), &["monitor", "--once", "--target", &url, "--ca", "nowhere.pem"])
        .failed(2, &["nowhere.pem"]);
}

#[test]
fn files_that_change_are_in_use_without_a_restart_and_bad_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    let first = files.write(2099);
    let server = files.serve(folder.path());
    assert_eq!(shown(&server), first);

    let second = files.write(2099);
    wait_for(|| (shown(&server) == second).then_some(()));

    // A key of another pair.
    fs::write(&files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    wait_for(|| server.log().contains("this is not the key of").then_some(()));
    // A file that is only half there, one that is none, and one out of date.
    fs::write(&files.cert, "-----BEGIN CERTIFICATE-----\nMIIB").unwrap();
    wait_for(|| server.log().contains("cert.pem: ").then_some(()));
    fs::remove_file(&files.cert).unwrap();
    files.write(2020);
    wait_for(|| server.log().contains("the certificate ended on 2020-01-01").then_some(()));
    assert_eq!(shown(&server), second);

    let third = files.write(2099);
    wait_for(|| (shown(&server) == third).then_some(()));
}

#[test]
fn settings_that_cannot_be_meant_are_refused_before_anything_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    files.write(2099);
    let serve = |args: &[&str]| Ran::new(folder.path(), &[&["serve", "--listen", "127.0.0.1:0"][..], args].concat());
    let [cert, key] = [&files.cert, &files.key].map(|path| path.to_str().unwrap());
    serve(&["--tls-cert", cert]).failed(2, &["tls_cert and tls_key belong together"]);
    serve(&["--tls-key", key]).failed(2, &["tls_cert and tls_key belong together"]);
    serve(&["--tls-cert", "nowhere.pem", "--tls-key", key]).failed(2, &["nowhere.pem"]);
    serve(&["--tls-cert", key, "--tls-key", key]).failed(2, &["key.pem", "no certificate"]);
    serve(&["--tls-cert", cert, "--tls-key", cert]).failed(2, &["cert.pem", "private key"]);
    fs::write(&files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    serve(&files.flags()).failed(2, &["this is not the key of"]);
    let acme = [&files.flags()[..], &["--acme-domain", "hearth.example.org"]].concat();
    serve(&acme).failed(2, &["tls_cert and acme_domain are both set"]);
    serve(&["--http-redirect", "127.0.0.1:0"]).failed(2, &["http_redirect needs a public_url"]);
    let plain = ["--http-redirect", "127.0.0.1:0", "--public-url", "http://hearth.example.org"];
    serve(&plain).failed(2, &["http_redirect needs a public_url"]);
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_certificate_that_has_ended_is_served_with_a_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    let certificate = files.write(2020);
    let server = files.serve(folder.path());
    assert_eq!(shown(&server), certificate);
    assert!(server.log().contains("the certificate ended on 2020-01-01"), "{}", server.log());
}

#[test]
fn the_second_listener_leads_to_https_and_never_where_a_request_says() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::in_folder(folder.path());
    files.write(2099);
    let more = ["--http-redirect", "127.0.0.1:0", "--public-url", "https://hearth.example.org"];
    let server = Server::start(folder.path(), &[&files.flags()[..], &more].concat());
    let address: SocketAddr = wait_for(|| {
        let log = server.log();
        log.split_once("http://")?.1.split_once(" leads to https://hearth.example.org")?.0.parse().ok()
    });
    for (path, expected) in
        [("/", "/"), ("/posts?tag=a%20b", "/posts?tag=a%20b"), ("//evil.example/x", "//evil.example/x")]
    {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let answer = Answer::read(&mut BufReader::new(stream)).unwrap();
        let location = format!("https://hearth.example.org{expected}");
        assert_eq!((answer.status, answer.header("location")), (308, Some(location.as_str())));
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET http://evil.example/x HTTP/1.1\r\nHost: evil.example\r\n\r\n").unwrap();
    let answer = Answer::read(&mut BufReader::new(stream)).unwrap();
    assert_eq!(answer.header("location"), Some("https://hearth.example.org/x"));
}
