//! One browser: what it is asked over the DevTools protocol, and everything that it saw.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::error::WebDriverResult;
use thirtyfour::{WebDriver, WebElement};

use crate::record::Record;

/// A window's size on a desk and in a hand, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    Desktop,
    Phone,
}

/// A browser with a profile of its own.
pub struct Browser {
    /// Whose it is.
    pub owner: String,
    /// The page's origin, without a slash at its end.
    pub home: String,
    pub driver: WebDriver,
    record: RefCell<Record>,
}

impl Browser {
    pub async fn new(owner: &str, home: &str, driver: WebDriver) -> Self {
        let browser = Self { owner: owner.into(), home: home.into(), driver, record: RefCell::default() };
        browser.is_seen_on(Size::Desktop).await;
        browser
    }

    /// Sends a command of the DevTools protocol.
    pub async fn command(&self, method: &str, parameters: Value) -> WebDriverResult<Value> {
        self.driver.cdp().send_raw(method, parameters).await
    }

    /// As [`Browser::command`], for what cannot fail.
    pub async fn set(&self, method: &str, parameters: Value) {
        self.command(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"));
    }

    /// Runs the body of a function in the page; what it returns.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let answer = self.driver.execute(script, arguments).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// The element that `object`, a remote object of the DevTools protocol, is.
    pub async fn element(&self, object: &str) -> WebDriverResult<WebElement> {
        self.call(object, "function () { window.found = this; }").await?;
        self.driver.execute("const { found } = window; delete window.found; return found;", vec![]).await?.element()
    }

    /// Calls a function with `object` as `this`; what it returns.
    pub async fn call(&self, object: &str, function: &str) -> WebDriverResult<Value> {
        let call = json!({"objectId": object, "functionDeclaration": function, "returnByValue": true});
        Ok(self.command("Runtime.callFunctionOn", call).await?["result"]["value"].clone())
    }

    /// The window's size from now on.
    pub async fn is_seen_on(&self, size: Size) {
        let (width, height) = match size {
            Size::Desktop => (1280, 800),
            Size::Phone => (390, 844),
        };
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.set("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What the system prefers from now on: `light` or `dark`, and for tests of looks nothing that moves.
    pub async fn prefers(&self, scheme: &str) {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.set("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Cuts the line to the network, or restores it. The page is told, as a laptop's is.
    pub async fn has_network(&self, connected: bool) {
        self.has_line(connected, 0).await;
    }

    /// Makes each answer take so many milliseconds from now on, in the present tab.
    pub async fn is_far_away(&self, latency: u32) {
        self.has_line(true, latency).await;
    }

    async fn has_line(&self, connected: bool, latency: u32) {
        let conditions =
            json!({"offline": !connected, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1});
        self.set("Network.emulateNetworkConditions", conditions).await;
    }

    /// What it saw up to now.
    pub async fn record(&self) -> std::cell::Ref<'_, Record> {
        self.listen().await.unwrap_or_else(|error| panic!("the browser's log: {error}"));
        self.record.borrow()
    }

    /// The bodies of all answers since the page was opened, as far as they are text.
    pub async fn bodies(&self) -> Vec<String> {
        let answered = self.record().await.ids("Network.loadingFinished");
        let mut bodies = Vec::new();
        for id in answered {
            // Of answers without a body, and of those to an earlier page, there is none to be had.
            let Ok(body) = self.command("Network.getResponseBody", json!({"requestId": id})).await else { continue };
            if body["base64Encoded"] == false {
                bodies.push(text_of(&body["body"]));
            }
        }
        bodies
    }

    /// What came in by WebSocket.
    pub async fn frames(&self) -> Vec<String> {
        let record = self.record().await;
        let frames = record.events("Network.webSocketFrameReceived");
        frames.map(|event| text_of(&event["response"]["payloadData"])).collect()
    }

    /// What is no fault in this test.
    pub fn expects(&self, trouble: &'static str) {
        self.record.borrow_mut().expect(trouble);
    }

    /// Takes out of chromedriver's logs what is new in them.
    async fn listen(&self) -> WebDriverResult<()> {
        let console = self.driver.get_log("browser").await?;
        let network = self.driver.get_log("performance").await?;
        let mut record = self.record.borrow_mut();
        console.into_iter().for_each(|entry| record.hear(entry));
        network.iter().for_each(|entry| record.note(&entry.message));
        Ok(())
    }

    /// What went wrong in it that no test expects.
    pub async fn faults(&self) -> Vec<String> {
        match self.listen().await {
            Ok(()) => self.record.borrow().faults(&self.home),
            Err(error) => vec![format!("the browser's log cannot be read: {error}")],
        }
    }

    /// Writes down what it shows: `FOLDER/TEST-OWNER.png` and `.html`. Gives the path without its ending.
    pub async fn keep(&self, folder: &Path, test: &str) -> String {
        let path = folder.join(format!("{test}-{}", self.owner.to_lowercase()));
        fs::create_dir_all(folder).unwrap();
        // Where a dialog is open there is neither; the failure itself says so.
        if let Ok(picture) = self.driver.screenshot_as_png().await {
            fs::write(path.with_extension("png"), picture).unwrap();
        }
        if let Ok(page) = self.driver.source().await {
            fs::write(path.with_extension("html"), page).unwrap();
        }
        path.display().to_string()
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
