//! The public page of twenty posts and the creation of posts, over real sockets.

use std::net::{SocketAddr, TcpListener};

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer, rt};
use hearth::http::server;
use hearth::paging::{Page, Paged};
use hearth::posts::{Feed, PostView, page};

use super::client::asked;
use super::community::{Community, community};
use super::disk::Disk;
use super::paired::{head, paired, rate, row};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 16;

pub fn run() {
    let community = community(1000);
    rt::System::new().block_on(async {
        let cold = serde_json::to_vec(&build(&community)).expect("a page");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let ours = listener.local_addr().expect("an address");
        rt::spawn(server::start(community.app.clone(), listener, 1).expect("a server"));
        let bare = start_bare(Bytes::from(cold));
        let measured = web::block(move || measure(&community, ours, bare));
        measured.await.expect("a measurement");
    });
}

/// A server with the one handler that Hearth is compared with: the same bytes, and nothing else.
fn start_bare(page: Bytes) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = move || {
        let page = page.clone();
        let handler = move || {
            let answer = HttpResponse::Ok().content_type("application/json").body(page.clone());
            async { answer }
        };
        App::new().route("/api/v1/posts", web::get().to(handler))
    };
    let server = HttpServer::new(app).workers(1).tcp_nodelay(true).disable_signals().listen(listener);
    rt::spawn(server.expect("a server").run());
    address
}

fn measure(community: &Community, ours: SocketAddr, bare: SocketAddr) {
    let get = "GET /api/v1/posts?limit=20 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let connections = format!("{CONNECTIONS} connections, one worker each");
    head(&format!("Pages of twenty posts over HTTP, {connections}"));
    let warm = paired(|| asked(ours, get, CONNECTIONS), || asked(bare, get, CONNECTIONS));
    row("GET /posts?limit=20, warm", "bare actix handler, same bytes", &warm);
    let page = build(community);
    let cold =
        paired(|| rate(|| drop(serde_json::to_vec(&build(community)))), || rate(|| drop(serde_json::to_vec(&page))));
    row("page of 20 made anew (one thread)", "serialising it alone", &cold);

    head("Creating posts over HTTP, durable");
    let body = r#"{"title":"Sourdough","body":"Twelve hours in the fridge.","categories":["food"],"tags":["bread"]}"#;
    let post = format!(
        "POST /api/v1/posts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        community.access_token,
        body.len()
    );
    let mut disk = Disk::new();
    for connections in [1, 64] {
        let created = paired(|| asked(ours, &post, connections), || disk.synced_writes());
        row(&format!("POST /posts, {connections} connections"), "write + fdatasync, one by one", &created);
    }
}

/// The page as a miss makes it, from the records.
fn build(community: &Community) -> Paged<PostView> {
    let store = &community.app.store;
    let page = page(store, &Feed::default(), &Page::FIRST).expect("a page");
    page.map(|post| PostView::of(store, &post, None).expect("a view"))
}
