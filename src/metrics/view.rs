//! What an admin's dashboard is told.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;

/// How the server is, and how it was during the last hour.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stats {
    /// What the last sample said; null until there is one.
    pub now: Option<Now>,
    /// A point for each sample of the last hour, the oldest first.
    pub history: Vec<Point>,
}

/// What one sample says: of the time since the one before, or of its moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Now {
    /// When it was taken.
    pub at: Timestamp,
    /// How long it is since the one before.
    pub interval_seconds: f64,
    /// Requests that were answered.
    pub requests_per_second: f64,
    /// Requests that were being answered.
    pub requests_in_flight: i64,
    /// How long answering took.
    pub latency: LatencyNow,
    /// The ten slowest routes, the slowest first.
    pub slowest_routes: Vec<RouteNow>,
    /// The share of answers that were failures of the server's own (500 and above), 0 to 1.
    pub error_share: f64,
    /// Open sockets.
    pub sockets: SocketsNow,
    /// Chat messages that were stored.
    pub messages_per_second: f64,
    /// Events that connections took to write them.
    pub deliveries_per_second: f64,
    /// From when an event could be read to when a connection took it; null where there was none.
    pub delivery_delay_p95_ms: Option<f64>,
    /// Bytes that wait to be sent to sockets.
    pub queue_bytes: u64,
    /// Devices that were cut off because they did not read.
    pub slow_readers: u64,
    /// Groups of writes that were put into the journal.
    pub commits_per_second: f64,
    /// Writes in a group; null where there was none.
    pub commit_group_mean: Option<f64>,
    /// Writes that wait for the committer.
    pub commit_queue: i64,
    /// How long a sync of the journal took; null where there was none.
    pub fsync_p95_ms: Option<f64>,
    /// The journal on the disk.
    pub journal_bytes: u64,
    /// The state on the disk.
    pub store_bytes: u64,
    /// Each cache.
    pub caches: Vec<CacheNow>,
    /// Requests that wait for a password's hash.
    pub password_queue: i64,
    /// Passwords that were hashed.
    pub password_hashes_per_second: f64,
    /// Requests that were refused because too many waited for a hash.
    pub passwords_refused: u64,
    /// Processor cores that were busy.
    pub cpu_cores_used: f64,
    /// Processor cores that may be used.
    pub cores: u64,
    /// Memory in use.
    pub memory_bytes: u64,
    /// Open files and sockets.
    pub open_files: u64,
    /// Files and sockets that may be open.
    pub max_open_files: u64,
    /// How long the server has been running.
    pub uptime_seconds: u64,
    /// The server's version.
    pub version: &'static str,
}

/// How long answers took; null where there were none.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LatencyNow {
    /// Half of them took no longer.
    pub p50_ms: Option<f64>,
    /// 95 of 100 took no longer.
    pub p95_ms: Option<f64>,
    /// 99 of 100 took no longer.
    pub p99_ms: Option<f64>,
}

/// One route.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouteNow {
    /// Its method.
    #[schema(example = "GET")]
    pub method: &'static str,
    /// Its pattern; `none` for paths that are none.
    #[schema(example = "/api/v1/posts/{id}")]
    pub route: &'static str,
    /// Requests that were answered.
    pub requests_per_second: f64,
    /// 95 of 100 took no longer.
    pub p95_ms: f64,
}

/// Open sockets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SocketsNow {
    /// WebSockets.
    pub websocket: i64,
    /// Streams of server-sent events.
    pub events: i64,
}

/// One cache.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CacheNow {
    /// Its name.
    #[schema(example = "records")]
    pub cache: &'static str,
    /// How often something was looked for.
    pub looks_per_second: f64,
    /// The share that was there, 0 to 1; null where nothing was looked for.
    pub hit_share: Option<f64>,
}

/// The main figures of one sample.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Point {
    /// When it was taken.
    pub at: Timestamp,
    /// Requests that were answered.
    pub requests_per_second: f64,
    /// 95 of 100 answers took no longer; null where there were none.
    pub p95_ms: Option<f64>,
    /// The share of answers that were failures of the server's own, 0 to 1.
    pub error_share: f64,
    /// Open sockets of both kinds.
    pub sockets: i64,
    /// Chat messages that were stored.
    pub messages_per_second: f64,
    /// Events that connections took to write them.
    pub deliveries_per_second: f64,
    /// From when an event could be read to when a connection took it; null where there was none.
    pub delivery_delay_p95_ms: Option<f64>,
    /// Groups of writes that were put into the journal.
    pub commits_per_second: f64,
    /// How long a sync of the journal took; null where there was none.
    pub fsync_p95_ms: Option<f64>,
    /// Processor cores that were busy.
    pub cpu_cores_used: f64,
    /// Memory in use.
    pub memory_bytes: u64,
}

impl Point {
    /// The main figures of `now`.
    pub fn of(now: &Now) -> Self {
        Self {
            at: now.at,
            requests_per_second: now.requests_per_second,
            p95_ms: now.latency.p95_ms,
            error_share: now.error_share,
            sockets: now.sockets.websocket + now.sockets.events,
            messages_per_second: now.messages_per_second,
            deliveries_per_second: now.deliveries_per_second,
            delivery_delay_p95_ms: now.delivery_delay_p95_ms,
            commits_per_second: now.commits_per_second,
            fsync_p95_ms: now.fsync_p95_ms,
            cpu_cores_used: now.cpu_cores_used,
            memory_bytes: now.memory_bytes,
        }
    }
}
