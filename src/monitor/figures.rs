//! What a server did between two readings of its `/metrics`.
//!
//! What it does not tell is `None`, and is shown as unknown: a nought was measured.

use serde::Serialize;

use super::scrape::Scrape;
use interval::{Interval, restarted};

mod interval;
#[cfg(test)]
mod tests;

/// Everything of one interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// How long the interval was, in seconds.
    pub seconds: f64,
    /// Whether the server was restarted in it: then it is counted from the start on.
    pub restarted: bool,
    /// Requests and their answers.
    pub http: Http,
    /// Each route that was asked for, the slowest first.
    pub routes: Vec<Route>,
    /// Sockets and messages.
    pub chat: Chat,
    /// The journal and the state.
    pub store: Storage,
    /// Each cache.
    pub caches: Vec<Cache>,
    /// Hashing of passwords.
    pub passwords: Passwords,
    /// The server's process.
    pub process: Process,
}

/// Requests and their answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Http {
    /// Answers.
    pub requests: Option<f64>,
    /// Answers a second.
    pub requests_per_second: Option<f64>,
    /// Requests being answered at its end.
    pub in_flight: Option<f64>,
    /// Answers with a 5xx status.
    pub errors: Option<f64>,
    /// Their share (0..=1) of all answers.
    pub error_share: Option<f64>,
    /// Requests refused because there were too many, each reason with how many, most first.
    pub refused: Option<Vec<(String, f64)>>,
    /// Mean time to the answer, in milliseconds; and quantiles.
    pub mean_ms: Option<f64>,
    /// The median.
    pub p50_ms: Option<f64>,
    /// The 95th percentile.
    pub p95_ms: Option<f64>,
    /// The 99th percentile.
    pub p99_ms: Option<f64>,
}

/// One method of one route.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Route {
    /// Such as `GET`.
    pub method: String,
    /// Such as `/api/v1/posts/{id}`.
    pub route: String,
    /// Answers.
    pub requests: f64,
    /// Answers a second.
    pub requests_per_second: f64,
    /// 95th percentile of the time to the answer, in milliseconds.
    pub p95_ms: Option<f64>,
    /// Share (0..=1) of answers with a 5xx status.
    pub error_share: f64,
}

/// Sockets and messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Chat {
    /// Open WebSockets and event streams.
    pub sockets: Option<f64>,
    /// Those of them that are WebSockets.
    pub websockets: Option<f64>,
    /// Those of them that are event streams.
    pub event_streams: Option<f64>,
    /// Messages said a second.
    pub messages_per_second: Option<f64>,
    /// Events put into outboxes a second.
    pub deliveries_per_second: Option<f64>,
    /// Median time from a message's being stored to its being written to a socket, in milliseconds.
    pub delay_p50_ms: Option<f64>,
    /// Its 95th percentile.
    pub delay_p95_ms: Option<f64>,
    /// Bytes that wait for devices to read them.
    pub queue_bytes: Option<f64>,
    /// Devices cut off because they did not read.
    pub slow_readers: Option<f64>,
}

/// The journal and the state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Storage {
    /// Groups of writes that were committed together, a second.
    pub commits_per_second: Option<f64>,
    /// Writes in a group, the mean.
    pub group_size: Option<f64>,
    /// Writes that wait for their group.
    pub commit_queue: Option<f64>,
    /// Mean time of an fsync, in milliseconds.
    pub fsync_mean_ms: Option<f64>,
    /// Its 95th percentile.
    pub fsync_p95_ms: Option<f64>,
    /// The journal's size, in bytes.
    pub journal_bytes: Option<f64>,
    /// The state's size, in bytes.
    pub store_bytes: Option<f64>,
    /// Over 0 while the last backup that was tried was not made.
    pub backup_failing: Option<f64>,
}

/// One cache.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cache {
    /// What it holds.
    pub cache: String,
    /// Times it was looked into.
    pub lookups: f64,
    /// The share (0..=1) of them that found something.
    pub hit_share: Option<f64>,
}

/// Hashing of passwords.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Passwords {
    /// Passwords that wait to be hashed.
    pub queue: Option<f64>,
    /// Hashes a second.
    pub hashes_per_second: Option<f64>,
    /// Mean time of a hash, in milliseconds.
    pub hash_mean_ms: Option<f64>,
    /// Log-ins refused because too many waited.
    pub refused: Option<f64>,
}

/// The server's process.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Process {
    /// Hearth's version.
    pub version: Option<String>,
    /// How long it has been running, in seconds.
    pub uptime_seconds: Option<f64>,
    /// Cores in use: 1.5 is one and a half.
    pub cpu_cores: Option<f64>,
    /// Cores there are.
    pub cores: Option<f64>,
    /// Resident memory, in bytes.
    pub memory_bytes: Option<f64>,
    /// Open files and sockets.
    pub open_files: Option<f64>,
    /// As many as may be open.
    pub max_files: Option<f64>,
}

impl Figures {
    /// What happened between two readings of the same server.
    #[must_use]
    pub fn between(earlier: &Scrape, later: &Scrape) -> Self {
        let restarted = restarted(earlier, later);
        let nothing = Scrape::nothing(earlier.at);
        let interval = Interval::new(if restarted { &nothing } else { earlier }, later, restarted);
        Self {
            seconds: interval.seconds,
            restarted,
            http: interval.http(),
            routes: interval.routes(),
            chat: interval.chat(),
            store: interval.store(),
            caches: interval.caches(),
            passwords: interval.passwords(),
            process: interval.process(),
        }
    }

    /// The share (0..=1) of all cores in use.
    #[must_use]
    pub fn cpu_share(&self) -> Option<f64> {
        Some(self.process.cpu_cores? / self.process.cores.filter(|cores| *cores > 0.0)?)
    }

    /// All that was refused for there being too much of it.
    #[must_use]
    pub fn refused(&self) -> Option<f64> {
        // The sum of no floats is −0, which would be seen.
        self.http.refused.as_ref().map(|reasons| reasons.iter().fold(0.0, |sum, (_, number)| sum + number))
    }
}
