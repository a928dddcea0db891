//! The executable in a process of its own, so that what it has in memory is its alone.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The executable, on a folder that is filled already.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub fn start(data: &Path) -> Self {
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
    pub fn resident(&self) -> u64 {
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
