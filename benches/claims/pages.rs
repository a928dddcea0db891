//! The public page of twenty posts: ready, unchanged, and made anew, beside handlers that do nothing else.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer, rt};
use hearth::app::Overrides;
use hearth::config::Switch;
use hearth::http::server;
use hearth::paging::{Page, Paged};
use hearth::posts::{Feed, PostView, page};

use super::client::{NUMBER, asked, timed};
use super::community::{Community, community_with};
use super::paired::{head, paired, row};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 16;

pub fn run() {
    let community = community_with(1000, Overrides::default(), Switch::On);
    rt::System::new().block_on(async {
        let page = build(&community);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let ours = listener.local_addr().expect("an address");
        rt::spawn(server::start(community.app.clone(), listener, 1).expect("a server"));
        let bare = start_bare(page);
        let measured = web::block(move || measure(ours, bare));
        measured.await.expect("a measurement");
        drop(community);
    });
}

/// A server with the two handlers that Hearth is compared with: the same bytes, and the same page serialised each time.
fn start_bare(page: Paged<PostView>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let bytes = Bytes::from(serde_json::to_vec(&page).expect("a page"));
    let app = move || {
        let (bytes, page) = (bytes.clone(), page.clone());
        let ready = move || {
            let answer = HttpResponse::Ok().content_type("application/json").body(bytes.clone());
            async { answer }
        };
        let serialised = move || {
            let answer = HttpResponse::Ok().json(&page);
            async { answer }
        };
        App::new().route("/api/v1/posts", web::get().to(ready)).route("/serialised", web::get().to(serialised))
    };
    let server = HttpServer::new(app).workers(1).tcp_nodelay(true).disable_signals().listen(listener);
    rt::spawn(server.expect("a server").run());
    address
}

fn get(path: &str, header: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n")
}

fn measure(ours: SocketAddr, bare: SocketAddr) {
    head(&format!("Pages of twenty posts over HTTP, {CONNECTIONS} connections, one worker each"));
    let ready = get("/api/v1/posts?limit=20", "");
    let warm = paired(|| asked(ours, &ready, CONNECTIONS), || asked(bare, &ready, CONNECTIONS));
    row("GET /posts?limit=20, warm", "bare actix handler, same bytes", &warm);

    let unchanged = get("/api/v1/posts?limit=20", &format!("If-None-Match: {}\r\n", tag(ours, &ready)));
    let unchanged = paired(|| asked(ours, &unchanged, CONNECTIONS), || asked(ours, &ready, CONNECTIONS));
    row("the same with its entity tag: 304", "200", &unchanged);

    // Nobody has asked for this very query before, so the page is made; its posts are as hot as they are.
    let (miss, serialised) = (get(&format!("/api/v1/posts?limit=20&n={NUMBER}"), ""), get("/serialised", ""));
    let miss = paired(|| asked(ours, &miss, CONNECTIONS), || asked(bare, &serialised, CONNECTIONS));
    row("GET /posts?limit=20, made anew each time", "bare actix handler that serialises it", &miss);

    println!(
        "\nGET /posts?limit=20 on 100 connections, one worker\n\n| answers | p50 | p95 | p99 |\n|---|---|---|---|"
    );
    let delays = timed(ours, &ready, 100, Duration::from_secs(5));
    let [p50, p95, p99] = [50, 95, 99].map(|percent| delays.percentile(percent));
    println!("| {:.0}/s | {p50:.2?} | {p95:.2?} | {p99:.2?} |", delays.rate);
}

/// The entity tag of the answer to `request`.
fn tag(address: SocketAddr, request: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).expect("a server");
    stream.write_all(request.as_bytes()).expect("a connection");
    let mut head = [0; 1024];
    stream.read_exact(&mut head).expect("an answer");
    let head = String::from_utf8_lossy(&head);
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
    tag.expect("an entity tag").to_owned()
}

/// The page as it is serialised from the records.
fn build(community: &Community) -> Paged<PostView> {
    let store = &community.app.store;
    let page = page(store, &Feed::default(), &Page::FIRST).expect("a page");
    page.map(|post| PostView::of(store, &post, None).expect("a view"))
}
