//! What a load test measured: plain figures, as they stand in `scalability-report.json`.
//!
//! Everything that is said about them (score, verdict, advice, charts) follows from these figures alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the form of the file; another one is not compared with.
pub const FORMAT: u32 = 1;

/// One whole load test.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of Hearth that made it.
    pub hearth: String,
    /// When it began, RFC 3339.
    pub began_at: String,
    /// The server's URL; `None` where it was one of its own, on a temporary folder.
    pub target: Option<String>,
    /// Where the load came from, which is also the server's machine where there is no target elsewhere.
    pub machine: Machine,
    /// What had to be reached.
    pub targets: Targets,
    /// How the load was made.
    pub mode: Mode,
    /// The share of each kind of call in what people do, by name.
    pub mix: BTreeMap<Call, f64>,
    /// The levels, in the order in which they were run.
    pub levels: Vec<Level>,
    /// What `--find-capacity` found.
    pub capacity: Option<Capacity>,
    /// Whether somebody ended it before its time.
    pub cut_short: bool,
}

/// A machine, as far as it matters for its speed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// Name and version of the operating system.
    pub system: String,
    /// What the processor calls itself.
    pub processor: String,
    /// Logical cores that may be used.
    pub cores: usize,
    /// Bytes.
    pub memory: u64,
}

/// What has to be reached.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Targets {
    /// At least this many people at once, in some level that reaches all other targets.
    pub users: usize,
    /// At least this many answers a second, in that level.
    pub requests_per_second: f64,
    /// At least this share (0..=1) of all requests, in each level.
    pub success: f64,
    /// At most this mean, in milliseconds, in each level.
    pub average_ms: f64,
    /// At most this 95th percentile, in milliseconds, in each level.
    pub p95_ms: f64,
}

impl Default for Targets {
    /// Those that the system which Hearth replaces had set itself.
    fn default() -> Self {
        Self { users: 100, requests_per_second: 200.0, success: 0.95, average_ms: 200.0, p95_ms: 300.0 }
    }
}

/// Who decides when the next request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Mode {
    /// Each person sends the next one when the last one is answered.
    Closed,
    /// They come at this rate a second, whatever the answers do.
    Open {
        /// Requests a second, all people together.
        rate: f64,
    },
}

/// What a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `POST /auth/login`.
    LogIn,
    /// `GET /healthz`.
    Health,
    /// `GET /posts`.
    Posts,
    /// `GET /posts?category=` with one category.
    OneCategory,
    /// `GET /posts?category=` with several.
    SeveralCategories,
    /// `GET /users`.
    Users,
    /// `POST /posts`.
    CreatePost,
    /// `POST /posts/{id}/comments`.
    CreateComment,
    /// `PUT /posts/{id}/like`.
    Like,
    /// `send` on the socket.
    SendMessage,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::LogIn,
        Self::Health,
        Self::Posts,
        Self::OneCategory,
        Self::SeveralCategories,
        Self::Users,
        Self::CreatePost,
        Self::CreateComment,
        Self::Like,
        Self::SendMessage,
    ];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log in",
            Self::Health => "health",
            Self::Posts => "posts page",
            Self::OneCategory => "one category",
            Self::SeveralCategories => "several categories",
            Self::Users => "people",
            Self::CreatePost => "new post",
            Self::CreateComment => "new comment",
            Self::Like => "like",
            Self::SendMessage => "chat message",
        }
    }

    /// Whether it is answered only when it is on disk.
    pub const fn is_write(self) -> bool {
        matches!(self, Self::CreatePost | Self::CreateComment | Self::Like | Self::SendMessage)
    }
}

/// So many people at once, and what came of it. Warm-up is left out of calls and latencies, but for the log-ins in
/// [`Level::by_call`]; messages and what is read back count from its beginning.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Level {
    /// Such as `baseline`.
    pub name: String,
    /// People at once.
    pub users: usize,
    /// Calls that each was to make; in open loop, about as many.
    pub calls: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// All calls together, logging in left out. Latencies are corrected for coordinated omission.
    pub all: Figures,
    /// As [`Level::all`], as the people themselves saw it: without the correction.
    pub uncorrected: Latency,
    /// Each kind of call, logging in included, without the correction.
    pub by_call: BTreeMap<Call, Figures>,
    /// What became of chat messages.
    pub chat: Chat,
    /// Whether what was acknowledged could be read afterwards.
    pub stored: Stored,
    /// Each second of it.
    pub timeline: Vec<Second>,
    /// What the server used; `None` where it does not show its figures to us.
    pub resources: Option<Resources>,
    /// Whether it was ended before its time.
    pub cut_short: bool,
}

/// A number of calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// How many were made.
    pub calls: u64,
    /// How many of them did not succeed.
    pub failed: u64,
    /// Why: a status with its code (`503 overloaded`), or what the connection said.
    pub errors: BTreeMap<String, u64>,
    /// Of those that succeeded.
    pub latency: Latency,
}

impl Figures {
    /// The share that succeeded, 0..=1; 1 where there were none.
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are far below 2^52")]
    pub fn success(&self) -> f64 {
        if self.calls == 0 { 1.0 } else { 1.0 - self.failed as f64 / self.calls as f64 }
    }
}

/// How long something took, in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Latency {
    /// The mean.
    pub mean: f64,
    /// Half of all took at most this.
    pub p50: f64,
    /// 90 of 100.
    pub p90: f64,
    /// 95 of 100.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
    /// 999 of 1,000.
    pub p999: f64,
    /// The longest.
    pub max: f64,
    /// For a curve: the share of all (0..1) that took at most so many milliseconds, ascending, some 60 points, denser
    /// towards 1.
    pub curve: Vec<(f64, f64)>,
}

/// What became of chat messages: each acknowledged one must reach each other member's socket once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Chat {
    /// Messages that were acknowledged.
    pub acknowledged: u64,
    /// How often they had to arrive: once at each socket of their conversations.
    pub expected: u64,
    /// How often they arrived, each counted once a socket.
    pub delivered: u64,
    /// How often one that was acknowledged did not arrive within the patience at the level's end.
    pub lost: u64,
    /// How often one arrived again.
    pub duplicated: u64,
    /// How often an event's `seq` was not the one after the last.
    pub out_of_order: u64,
    /// From sending to arriving at another's socket.
    pub delay: Latency,
}

/// Reading back what was acknowledged.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stored {
    /// Acknowledged posts, comments and messages that were looked for.
    pub looked_for: u64,
    /// How many of them were there.
    pub found: u64,
}

/// One second of a level.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Second {
    /// Seconds since the level began.
    pub at: f64,
    /// Calls that ended in it.
    pub calls: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p95: f64,
    /// Cores that the server's process used in it, where that is known.
    pub server_cores: Option<f64>,
    /// Cores that the load itself used in it.
    pub load_cores: f64,
    /// Memory of the server's process, in bytes, where that is known.
    pub server_memory: Option<u64>,
}

/// What the server used during a level, as its own figures say.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Resources {
    /// Cores used, the mean.
    pub cores: f64,
    /// The most cores used in a second.
    pub peak_cores: f64,
    /// Resident memory at its most, in bytes.
    pub peak_memory: u64,
    /// Open file descriptors at their most.
    pub peak_files: u64,
    /// How many it may open.
    pub max_files: u64,
    /// Groups of writes that were made durable.
    pub commits: u64,
    /// Writes in a group, the mean.
    pub group_size: f64,
    /// The mean of the journal's syncs, in milliseconds.
    pub sync_mean_ms: f64,
    /// The 95th percentile of the journal's syncs, in milliseconds.
    pub sync_p95_ms: f64,
    /// The share of the time, 0..=1, in which a sync was under way.
    pub sync_share: f64,
    /// Passwords hashed or checked.
    pub hashes: u64,
    /// The most passwords that waited to be hashed.
    pub peak_hash_queue: u64,
    /// Requests that were turned away because too much was under way.
    pub refused: u64,
    /// Sockets that were cut off because they did not read.
    pub slow_readers: u64,
    /// The most sockets at once.
    pub peak_sockets: u64,
    /// The share of look-ups that each cache could answer, 0..=1, by the cache's name.
    pub cache_hits: BTreeMap<String, f64>,
}

/// What `--find-capacity` found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Capacity {
    /// The most people at once with whom every target was kept.
    pub users: usize,
    /// Answers a second with them.
    pub requests_per_second: f64,
    /// What ran out first.
    pub limit: Limit,
    /// The figures that say so, in a sentence.
    pub evidence: String,
    /// The steps, in the order in which they were tried; the targets broke in the last that has more people.
    pub steps: Vec<Level>,
}

/// What can run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The processor.
    Processor,
    /// Hashing of passwords.
    Hashing,
    /// The disk's syncs.
    Disk,
    /// Sockets or file descriptors.
    Sockets,
    /// Memory.
    Memory,
    /// The load itself used what the server would have needed.
    Load,
    /// Nothing: the load could not be raised further.
    Nothing,
    /// None of what is measured was used up.
    Unclear,
    /// The server's figures cannot be seen from here.
    Unknown,
}
