//! A server of the load test's own, on a temporary folder.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, Signal, System};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::StressError;

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);

/// How long it may take to end, when it is asked to.
const END: Duration = Duration::from_secs(20);

/// Lines of its log that are shown where it does not start.
const SHOWN: usize = 5;

/// A process that runs `hearth serve`. It is ended, and its folder removed, when this is dropped.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub url: String,
    folder: PathBuf,
    is_kept: bool,
}

impl Server {
    /// Starts one on any free port of this machine, with the settings of the environment and of `config` where that is
    /// given. With `is_kept`, its folder stays when it has ended.
    ///
    /// # Errors
    ///
    /// [`StressError::Server`] with what it said last.
    pub async fn start(config: Option<&str>, is_kept: bool) -> Result<Self, StressError> {
        let failed = |error: io::Error| StressError::Server(error.to_string());
        let folder = env::temp_dir().join(format!("hearth-stress-{}-{:x}", std::process::id(), random()));
        fs::create_dir(&folder).map_err(failed)?;
        let log = folder.join("server.log");
        let spawned = File::create(&log).and_then(|log| spawn(&folder, config, log));
        let child = spawned.map_err(|error| {
            let _ = fs::remove_dir_all(&folder);
            failed(error)
        })?;
        // From here on, dropping it cleans up.
        let mut server = Self { child, url: String::new(), folder, is_kept };
        let out = server.child.stdout.take().ok_or_else(|| StressError::Server("it has no output".into()))?;
        let (listening, heard) = oneshot::channel();
        thread::Builder::new().name("server-output".into()).spawn(move || read(out, listening)).map_err(failed)?;
        match timeout(START, heard).await {
            Ok(Ok(url)) => server.url = url,
            _ => {
                let said = fs::read_to_string(&log).unwrap_or_default();
                let last: Vec<_> = said.lines().rev().take(SHOWN).collect();
                let last: Vec<_> = last.into_iter().rev().collect();
                return Err(StressError::Server(format!("it said: {}", last.join(" / "))));
            }
        }
        Ok(server)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends it in order, and waits for that.
    pub async fn stop(mut self) {
        terminate(self.child.id());
        let began = Instant::now();
        while began.elapsed() < END && matches!(self.child.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            log::warn!("{} could not be removed: {error}", self.folder.display());
        }
    }
}

fn spawn(folder: &Path, config: Option<&str>, log: File) -> io::Result<Child> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["serve", "--listen", "127.0.0.1:0", "--registration", "open", "--backup-schedule", "off"]);
    // Neither limits nor TLS, whatever the settings say: it is the server that is measured, over loopback.
    command.args([
        "--rate-limit",
        "off",
        "--tls-cert",
        "",
        "--tls-key",
        "",
        "--acme-domain",
        "",
        "--http-redirect",
        "",
    ]);
    command.arg("--data").arg(folder.join("data"));
    if let Some(config) = config {
        command.args(["--config", config]);
    }
    // Ctrl-C goes to all of the terminal's foreground group: the server must outlive it, to be read back from.
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()
}

/// Finds the URL in what the server prints, and takes the rest.
fn read(out: impl io::Read, listening: oneshot::Sender<String>) {
    let mut listening = Some(listening);
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        if let Some(url) = url_in(&line)
            && let Some(listening) = listening.take()
        {
            let _ = listening.send(url.to_owned());
        }
    }
}

fn url_in(line: &str) -> Option<&str> {
    line.split_once("is listening on ").map(|(_, url)| url.trim()).filter(|url| url.starts_with("http"))
}

fn terminate(process: u32) {
    let pid = Pid::from_u32(process);
    let mut system = System::new();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, ProcessRefreshKind::nothing());
    if let Some(process) = system.process(pid) {
        process.kill_with(Signal::Term);
    }
}

fn random() -> u32 {
    getrandom::u32().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_in_the_first_line() {
        assert_eq!(url_in("Hearth 0.1.0 is listening on http://127.0.0.1:4711"), Some("http://127.0.0.1:4711"));
        assert_eq!(url_in("  docs         http://127.0.0.1:4711/docs/"), None);
    }
}
