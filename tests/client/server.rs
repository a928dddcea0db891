//! The executable.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::{Answer, Connection, PATIENCE, Request};

/// `hearth` with `args`, run in `folder`, whatever settings the machine has otherwise.
pub fn hearth(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command.args(args).current_dir(folder);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEARTH_")) {
        command.env_remove(name);
    }
    command.env_remove("RUST_LOG");
    command
}

/// A server that listens. It is killed when this is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    output: PathBuf,
    log: PathBuf,
}

impl Server {
    /// Starts `hearth serve` on `FOLDER/data` and any free port, and waits until it listens.
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", folder, args)
    }

    /// As [`Server::start`], at an address. One that was free a moment ago may be lent to somebody else's connection by
    /// now: then it is tried again for a while.
    pub fn start_at(address: &str, folder: &Path, args: &[&str]) -> Self {
        // Load comes from one address here; who tests the limits turns them on again.
        let usual: &[&str] = if args.contains(&"--rate-limit") { &[] } else { &["--rate-limit", "off"] };
        let args = [&["serve", "--listen", address], usual, args].concat();
        let begun = Instant::now();
        loop {
            match Self::run(folder, hearth(folder, &args)) {
                Ok(server) => return server,
                Err((_, log)) if log.contains("another program is using it") && begun.elapsed() < PATIENCE => {
                    thread::sleep(Duration::from_millis(50));
                }
                Err((status, log)) => panic!("the server did not start ({status:?}): {log}"),
            }
        }
    }

    /// Starts what `command` says, and waits until it listens; or how it ended before, and what it logged.
    pub fn run(folder: &Path, mut command: Command) -> Result<Self, (ExitStatus, String)> {
        let [output, log] = ["output", "log"].map(|name| folder.join(name));
        let (out, err) = (File::create(&output).unwrap(), File::create(&log).unwrap());
        let mut child = command.stdout(out).stderr(err).spawn().unwrap();
        let started = Instant::now();
        loop {
            let ended = child.try_wait().unwrap();
            if let Some(address) = listening(&read(&output)) {
                return Ok(Self { child, address, output, log });
            }
            if let Some(status) = ended {
                return Err((status, read(&log)));
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("the server does not start: {}", read(&log));
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// The answer to one request on a connection of its own.
    pub fn ask(&self, request: &Request) -> Answer {
        Connection::open(self.address).and_then(|mut connection| connection.send(request)).unwrap()
    }

    /// What it printed so far.
    pub fn output(&self) -> String {
        read(&self.output)
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal: `TERM` or `INT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends it in the middle of whatever it does, with SIGKILL. Where it has ended already, nothing happens.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return status,
                None => assert!(started.elapsed() < PATIENCE, "the server does not end: {}", self.log()),
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The address in what the server printed, once it is there in full.
fn listening(output: &str) -> Option<SocketAddr> {
    let (line, _) = output.split_once("is listening on http")?.1.split_once('\n')?;
    line.trim().trim_start_matches('s').strip_prefix("://")?.parse().ok()
}
