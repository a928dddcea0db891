//! What an idle socket costs: the memory of the executable before and after so many have said hello.

use std::time::Duration;

use super::crowd::Crowd;
use super::executable::Server;
use super::hall::{Hall, hello};

/// Sockets of one account; more are refused.
const AN_ACCOUNT: usize = 50;

pub fn run() {
    println!("\nMemory of an idle socket, after hello\n\n| sockets | before | after | a socket |\n|---|---|---|---|");
    for sockets in [1000, 10_000] {
        let Hall { app, members, dir, .. } = Hall::new(sockets / AN_ACCOUNT);
        // The executable opens the same folder.
        app.close();
        drop(app);
        let hello = |number: usize| hello(&members[number % members.len()].1);
        let server = Server::start(dir.path());
        // What everybody needs is there before it is counted.
        drop(Crowd::join(server.address, 10, hello, None));
        std::thread::sleep(Duration::from_secs(1));
        let before = server.resident();
        let crowd = Crowd::join(server.address, sockets, hello, None);
        std::thread::sleep(Duration::from_secs(2));
        let after = server.resident();
        #[expect(clippy::cast_precision_loss, reason = "memory and sockets are far fewer than 2^52")]
        let each = (after - before) as f64 / sockets as f64;
        println!("| {sockets} | {} MiB | {} MiB | {each:.1} KiB |", before / 1024, after / 1024);
        drop(crowd);
    }
}
