//! The server's own figures: what each part measures, put together for `/metrics` and for the admin's dashboard.
//!
//! Every part has figures of its own and counts in them; this reads them all. No figure names a person, a path that
//! somebody asked for, or anything else of which there is no end.

mod history;
mod http;
mod labelled;
mod machine;
mod reading;
pub mod routes;
mod view;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::encoding::text;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

pub use http::{HttpFigures, InFlight, NO_ROUTE, TOO_LATE, TOO_MANY};
pub use view::{CacheNow, LatencyNow, Now, Point, RouteNow, SocketsNow, Stats};

use crate::accounts::PasswordFigures;
use crate::app::App;
use crate::backup;
use crate::chat::Hub;
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::error::{Code, Error};
use crate::media;
use crate::store::{CacheFigures, Store};
use history::History;
use labelled::Labelled;
use machine::Machine;
use reading::Reading;

/// How often a sample is taken for the admin's dashboard.
pub const SAMPLE_EVERY: Duration = Duration::from_secs(10);

/// The parts whose figures are read.
pub struct Parts {
    /// The store.
    pub store: Store,
    /// What is measured of backups.
    pub backups: backup::Figures,
    /// Who is connected.
    pub hub: Arc<Hub>,
    /// The threads that hash.
    pub passwords: PasswordFigures,
    /// The threads that make pictures.
    pub pictures: media::Figures,
    /// Every cache, by its name.
    pub caches: Vec<(&'static str, CacheFigures)>,
    /// The patterns of all routes.
    pub routes: &'static [&'static str],
}

/// Everything that is measured.
pub struct Metrics {
    /// What is measured of requests.
    pub http: HttpFigures,
    parts: Parts,
    registry: Registry,
    machine: Machine,
    queue_bytes: Gauge,
    uptime: Gauge,
    started: Instant,
    history: Mutex<History>,
    token: Option<Secret>,
}

impl Metrics {
    /// Reads `parts` from now on. Others than this machine may read it with `token`, where there is one.
    pub fn new(parts: Parts, token: Option<Secret>, now: Timestamp) -> Self {
        let mut metrics = Self {
            http: HttpFigures::new(parts.routes),
            registry: Registry::default(),
            machine: Machine::new(),
            queue_bytes: Gauge::default(),
            uptime: Gauge::default(),
            started: Instant::now(),
            history: Mutex::default(),
            parts,
            token,
        };
        metrics.register();
        metrics.sample(now);
        metrics
    }

    /// Names everything. The names are what others read: they stay.
    fn register(&mut self) {
        let Self { registry, http, machine, parts, .. } = self;
        http.register(registry);
        machine.register(registry);
        let hub = parts.hub.figures();
        let sockets = [("websocket", hub.websockets.clone()), ("events", hub.streams.clone())];
        registry.register("hearth_sockets", "Open WebSockets and streams", Labelled::new("kind", sockets));
        registry.register("hearth_messages", "Chat messages that were stored", hub.messages.clone());
        registry.register("hearth_deliveries", "Events that connections took to write", hub.deliveries.clone());
        let help = "From when an event could be read to when a connection took it to write it";
        registry.register("hearth_delivery_delay_seconds", help, hub.delay.clone());
        registry.register("hearth_socket_queue_bytes", "Bytes that wait to be sent", self.queue_bytes.clone());
        registry.register("hearth_slow_readers", "Devices cut off for not reading", hub.slow_readers.clone());

        let store = parts.store.figures();
        let help = "Writes in each group that was put into the journal";
        registry.register("hearth_commit_group_size", help, store.group_size.clone());
        registry.register("hearth_commit_queue", "Writes that wait for the committer", store.waiting.clone());
        registry.register("hearth_fsync_duration_seconds", "Each fdatasync of the journal", store.fsync.clone());
        let caches = || parts.caches.iter();
        let hits = Labelled::new("cache", caches().map(|(name, cache)| (*name, cache.hits.clone())));
        registry.register("hearth_cache_hits", "Looks that found what they were for", hits);
        let misses = Labelled::new("cache", caches().map(|(name, cache)| (*name, cache.misses.clone())));
        registry.register("hearth_cache_misses", "Looks that did not", misses);

        let passwords = &parts.passwords;
        registry.register("hearth_password_queue", "Requests that wait for a hash", passwords.waiting.clone());
        let help = "How long hashing took, waiting left out";
        registry.register("hearth_password_hash_duration_seconds", help, passwords.took.clone());
        registry.register("hearth_password_refused", "Refused as too many waited", passwords.refused.clone());

        let pictures = &parts.pictures;
        registry.register("hearth_picture_queue", "Uploads that wait to be decoded", pictures.waiting.clone());
        let help = "How long making a picture took, waiting left out";
        registry.register("hearth_picture_duration_seconds", help, pictures.took.clone());
        registry.register("hearth_picture_refused", "Refused as too many waited", pictures.refused.clone());

        let backups = &parts.backups;
        let help = "When the newest whole backup was begun; 0 where there is none";
        registry.register("hearth_backup_last_success_timestamp_seconds", help, backups.last_success.clone());
        registry.register("hearth_backup_last_size_bytes", "The size of that one", backups.last_bytes.clone());
        registry.register("hearth_backup_failures", "Backups that were not made", backups.failures.clone());
        let help = "1 while the backup that was tried last was not made";
        registry.register("hearth_backup_failing", help, backups.failing.clone());

        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("hearth_build", "What runs here", version);
        registry.register("hearth_uptime_seconds", "How long it has been running", self.uptime.clone());
    }

    /// Everything as OpenMetrics text. Blocks for as long as the system takes to tell about files and folders.
    ///
    /// # Errors
    ///
    /// None that a text in memory has.
    pub fn text(&self) -> Result<String, Error> {
        self.machine.refresh(&self.parts.store);
        self.queue_bytes.set(i64::try_from(self.parts.hub.waiting_bytes()).unwrap_or(i64::MAX));
        self.uptime.set(i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX));
        let mut figures = String::new();
        text::encode(&mut figures, &self.registry).map_err(|error| Error::internal(&error))?;
        Ok(figures)
    }

    /// Whether the figures may be read by somebody on this machine (`is_here`), or with the token that they sent.
    ///
    /// # Errors
    ///
    /// [`Code::AuthenticationRequired`], [`Code::InvalidToken`], or [`Code::Forbidden`] where there is no token.
    pub fn check_reader(&self, is_here: bool, sent: Option<&str>) -> Result<(), Error> {
        let refused = |code, detail: &'static str| Err(Error::new(code, detail));
        match (&self.token, sent) {
            _ if is_here => Ok(()),
            (None, _) => refused(
                Code::Forbidden,
                "The figures are for the server's own machine; the operator can set metrics_token for others.",
            ),
            (Some(token), Some(sent)) if token.is(sent) => Ok(()),
            (Some(_), Some(_)) => refused(Code::InvalidToken, "Send 'Authorization: Bearer <metrics_token>'."),
            (Some(_), None) => refused(Code::AuthenticationRequired, "Send 'Authorization: Bearer <metrics_token>'."),
        }
    }

    /// Takes a sample for [`Metrics::stats`]. What it says is of the time since the sample before. Blocks for as long as
    /// the system takes to tell about files and folders.
    pub fn sample(&self, now: Timestamp) {
        self.machine.refresh(&self.parts.store);
        let reading = Reading::take(self, now);
        self.history().add(reading);
    }

    /// The last sample, and the main figures of the last hour.
    pub fn stats(&self) -> Stats {
        self.history().stats()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes samples for as long as it is awaited, the first one now.
pub async fn run(app: Arc<App>) {
    loop {
        let app = app.clone();
        let sampled = tokio::task::spawn_blocking(move || app.metrics.sample(app.clock.now())).await;
        if let Err(error) = sampled {
            log::warn!("a sample of the server's figures was not taken: {error}");
        }
        tokio::time::sleep(SAMPLE_EVERY).await;
    }
}
