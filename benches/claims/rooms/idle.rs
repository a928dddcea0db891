//! What an idle socket costs: the memory of the executable before and after so many have said hello.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::crowd::Crowd;
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

/// The executable, on a folder that is filled already.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(data: &Path) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
        command.arg("serve").arg("--data").arg(data).args(["--listen", &address.to_string()]);
        let child = command.stdout(Stdio::null()).env("RUST_LOG", "warn").spawn().expect("the executable");
        let server = Self { child, address };
        let listens = |_| {
            std::thread::sleep(Duration::from_millis(50));
            std::net::TcpStream::connect(address).is_ok()
        };
        assert!((0..600).any(listens), "the server does not listen");
        server
    }

    /// What it has in memory, in KiB.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim_end_matches("kB").trim().parse().expect("a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("its end");
    }
}
