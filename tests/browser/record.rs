//! Everything that a browser saw: its console, and what went over the wire.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde_json::Value;
use thirtyfour::BrowserLogEntry;

/// What a browser says in its console where the server is not there, or the line to it is cut.
pub const NO_CONNECTION: &str = "net::ERR_";

/// What is said there where a WebSocket ends without a goodbye.
pub const SOCKET_LOST: &str = "WebSocket connection to";

/// What is said where a busy machine had the server refuse something for a moment: whoever asks tries again.
const BUSY: [&str; 3] = ["503 (Service Unavailable)", "failed, code 503", "Unexpected response code: 503"];

/// What a browser saw.
#[derive(Default)]
pub struct Record {
    console: Vec<BrowserLogEntry>,
    /// Events of the DevTools protocol's `Network`, in order.
    network: Vec<Value>,
    expected: Vec<&'static str>,
}

impl Record {
    pub fn hear(&mut self, entry: BrowserLogEntry) {
        self.console.push(entry);
    }

    /// Notes an entry of chromedriver's performance log.
    pub fn note(&mut self, message: &str) {
        let mut entry: Value = serde_json::from_str(message).unwrap();
        self.network.push(entry["message"].take());
    }

    /// From now on, and before, what the console says with this in it is no fault.
    pub fn expect(&mut self, trouble: &'static str) {
        self.expected.push(trouble);
    }

    /// The parameters of each event of a kind.
    pub fn events<'a>(&'a self, method: &str) -> impl Iterator<Item = &'a Value> {
        self.network.iter().filter(move |event| event["method"] == method).map(|event| &event["params"])
    }

    /// Where requests went, sockets included.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        let requests = self.events("Network.requestWillBeSent").map(|event| &event["request"]["url"]);
        let sockets = self.events("Network.webSocketCreated").map(|event| &event["url"]);
        requests.chain(sockets).filter_map(Value::as_str)
    }

    /// How many requests of the present document have not ended yet. Those of an earlier one ended with it, and not of each
    /// is that told.
    pub fn open_requests(&self) -> usize {
        let ended = &self.ids("Network.loadingFinished") | &self.ids("Network.loadingFailed");
        let sent = || self.events("Network.requestWillBeSent");
        // What asks for a document is called as that is.
        let document = sent().filter(|event| event["requestId"] == event["loaderId"]).last();
        let own = sent().filter(|event| document.is_some_and(|document| event["loaderId"] == document["loaderId"]));
        let own: BTreeSet<_> = own.filter_map(|event| event["requestId"].as_str()).collect();
        own.into_iter().filter(|id| !ended.contains(*id)).count()
    }

    /// The requests that have events of a kind.
    pub fn ids(&self, method: &str) -> BTreeSet<String> {
        self.events(method).filter_map(|event| event["requestId"].as_str()).map(str::to_owned).collect()
    }

    /// What came over the wire with the answers that ended, headers included.
    pub fn bytes(&self) -> f64 {
        let lengths = self.events("Network.loadingFinished").map(|event| &event["encodedDataLength"]);
        lengths.filter_map(Value::as_f64).sum()
    }

    /// The errors and warnings of the console that nobody expects, and the requests that left `home`.
    pub fn faults(&self, home: &str) -> Vec<String> {
        let is_loud = |entry: &&BrowserLogEntry| matches!(&*entry.level, "SEVERE" | "WARNING");
        let is_new = |entry: &&BrowserLogEntry| {
            !self.expected.iter().chain(&BUSY).any(|trouble| entry.message.contains(trouble))
        };
        let loud = self.console.iter().filter(is_loud).filter(is_new);
        let said = loud.map(|entry| format!("console: {}: {}", entry.level, entry.message));
        let left = self.urls().filter(|url| !stays(url, home)).map(|url| format!("request to another host: {url}"));
        said.chain(left).collect()
    }
}

/// All that went over the wire but for the bodies of answers: addresses, headers and what sockets carried.
impl Display for Record {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.network.iter().try_for_each(|event| writeln!(f, "{event}"))
    }
}

/// Whether a request for `url` goes to `home`, or nowhere at all.
fn stays(url: &str, home: &str) -> bool {
    let own = |scheme: &str| {
        url.strip_prefix(scheme).zip(home.strip_prefix("http")).is_some_and(|(url, home)| {
            url.strip_prefix(home).is_some_and(|path| path.is_empty() || path.starts_with('/'))
        })
    };
    url.starts_with("data:") || url.starts_with("blob:") || own("http") || own("ws")
}
