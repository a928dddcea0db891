//! chromedriver, and the sessions that it gives: each a headless Chromium with a profile of its own.
//!
//! Chromium's own sandbox is used where there is one: it refuses it to root, and some containers refuse it to everybody.
//! `HEARTH_CHROMIUM_SANDBOX=off` does without it from the beginning.

use std::cell::Cell;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{Capabilities, WebDriver};

/// What Chromium is called, by distribution.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// What Chromium must not do by itself. A test machine may have no way out, and a page is to be seen as it is.
const QUIETLY: [&str; 10] = [
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=en-US",
    // Whatever it wants all the same: there is nobody else in the world. The name is for a house without a lock at its door:
    // to a browser only loopback addresses are as good as an encrypted connection.
    "--host-resolver-rules=MAP hearth.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/// A running chromedriver. It ends when this is dropped.
pub struct Driver {
    process: Child,
    url: String,
    chromium: PathBuf,
    has_sandbox: Cell<bool>,
}

impl Driver {
    /// Starts chromedriver on any free port.
    pub fn start() -> Self {
        let chromium = CHROMIUM.iter().find_map(|name| installed(name)).unwrap_or_else(|| missing("Chromium"));
        let program = installed("chromedriver").unwrap_or_else(|| missing("chromedriver"));
        let mut command = Command::new(program);
        command.args(["--port=0", "--log-level=SEVERE"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.unwrap_or_else(|| panic!("chromedriver did not start: {:?}", process.wait()));
        let has_sandbox = !is_root() && env::var("HEARTH_CHROMIUM_SANDBOX").as_deref() != Ok("off");
        Self { process, url: format!("http://127.0.0.1:{port}"), chromium, has_sandbox: Cell::new(has_sandbox) }
    }

    /// Opens a browser that nobody has used before.
    pub async fn session(&self) -> WebDriver {
        let opened = match self.open().await {
            Err(error) if self.has_sandbox.replace(false) => {
                println!("Chromium is tried without its sandbox, because it did not start with it: {error}");
                self.open().await
            }
            opened => opened,
        };
        opened.unwrap_or_else(|error| panic!("no browser: {error}"))
    }

    async fn open(&self) -> WebDriverResult<WebDriver> {
        let mut arguments = QUIETLY.to_vec();
        if !self.has_sandbox.get() {
            arguments.push("--no-sandbox");
        }
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "chrome").unwrap();
        let options = json!({
            "binary": self.chromium,
            "args": arguments,
            "perfLoggingPrefs": {"enableNetwork": true, "enablePage": false},
        });
        capabilities.set("goog:chromeOptions", options).unwrap();
        capabilities.set("goog:loggingPrefs", json!({"browser": "ALL", "performance": "ALL"})).unwrap();
        // A dialog is seen by the test, and fails it, rather than closed unseen.
        capabilities.set("unhandledPromptBehavior", "ignore").unwrap();
        // axe takes its time with a long page on a busy machine.
        capabilities.set("timeouts", json!({"script": 120_000})).unwrap();
        WebDriver::new(&self.url, capabilities).await
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn installed(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn missing(what: &str) -> ! {
    panic!("{what} is not installed: run ./test, which installs it, or install chromium and chromium-driver yourself")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
