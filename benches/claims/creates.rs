//! Creating posts over HTTP, each on disk before it is answered, beside the disk alone.

use std::net::TcpListener;

use actix_web::{rt, web};
use hearth::http::server;

use super::client::asked;
use super::community::community;
use super::disk::Disk;
use super::paired::{head, paired, row};

pub fn run() {
    let community = community(1000);
    head("Creating posts over HTTP, durable");
    let body = r#"{"title":"Sourdough","body":"Twelve hours in the fridge.","categories":["food"],"tags":["bread"]}"#;
    let post = format!(
        "POST /api/v1/posts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        community.access_token,
        body.len()
    );
    rt::System::new().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let ours = listener.local_addr().expect("an address");
        rt::spawn(server::start(community.app.clone(), listener, 2).expect("a server"));
        let measured = web::block(move || {
            let mut disk = Disk::new();
            for connections in [1, 64] {
                let created = paired(|| asked(ours, &post, connections), || disk.synced_writes());
                row(&format!("POST /posts, {connections} connections"), "write + fdatasync, one by one", &created);
            }
        });
        measured.await.expect("a measurement");
    });
}
