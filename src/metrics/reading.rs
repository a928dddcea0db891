//! Everything that has been counted up to one moment, and what lies between two of them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Metrics;
use super::view::{CacheNow, LatencyNow, Now, RouteNow, SocketsNow};
use crate::clock::Timestamp;
use crate::store::Distribution;

/// Routes that are listed as the slowest.
const SLOWEST: usize = 10;

/// Everything that has been counted up to one moment.
pub struct Reading {
    at: Timestamp,
    /// Answers by method and route: how long they took, and how many were the server's own failures.
    routes: BTreeMap<(&'static str, &'static str), (Distribution, u64)>,
    messages: u64,
    deliveries: u64,
    delay: Distribution,
    groups: Distribution,
    fsync: Distribution,
    /// Hits and misses of each cache.
    caches: Vec<(&'static str, u64, u64)>,
    hashes: Distribution,
    cpu_seconds: f64,
    slow_readers: u64,
    passwords_refused: u64,
    levels: Levels,
}

/// What is a level, and not counted.
#[derive(Clone)]
struct Levels {
    in_flight: i64,
    sockets: SocketsNow,
    queue_bytes: u64,
    commit_queue: i64,
    journal_bytes: u64,
    store_bytes: u64,
    password_queue: i64,
    cores: u64,
    memory_bytes: u64,
    open_files: u64,
    max_open_files: u64,
    uptime: Duration,
}

impl Reading {
    /// What has been counted up to now.
    pub fn take(metrics: &Metrics, at: Timestamp) -> Self {
        let (hub, store, passwords) =
            (metrics.parts.hub.figures(), metrics.parts.store.figures(), &metrics.parts.passwords);
        let mut routes: BTreeMap<_, (Distribution, u64)> = BTreeMap::new();
        metrics.http.each(|route, method, status, took| {
            let took = took.now();
            let failed = if status >= 500 { took.count() } else { 0 };
            let all = routes.entry((method, route)).or_insert_with(|| (took.none(), 0));
            *all = (all.0.and(&took), all.1 + failed);
        });
        let caches = metrics.parts.caches.iter().map(|(name, cache)| (*name, cache.hits.get(), cache.misses.get()));
        Self {
            at,
            routes,
            messages: hub.messages.get(),
            deliveries: hub.deliveries.get(),
            delay: hub.delay.now(),
            groups: store.group_size.now(),
            fsync: store.fsync.now(),
            caches: caches.collect(),
            hashes: passwords.took.now(),
            cpu_seconds: metrics.machine.cpu_seconds.get(),
            slow_readers: hub.slow_readers.get(),
            passwords_refused: passwords.refused.get(),
            levels: Levels::read(metrics),
        }
    }

    /// When it was taken.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// What has happened since `earlier`, which is not at the same time.
    pub fn since(&self, earlier: &Self) -> Now {
        let interval = earlier.at.until(self.at);
        let per_second = |count: f64| rounded(count / interval.as_secs_f64());
        let counted = |now: u64, before: u64| per_second(now.saturating_sub(before) as f64);
        let routes = self.routes_since(earlier);
        let took = routes.iter().map(|(_, took, _)| took).fold(self.delay.none(), |all, took| all.and(took));
        let failed: u64 = routes.iter().map(|(.., failed)| failed).sum();
        let latency = |took: &Distribution| LatencyNow {
            p50_ms: ms(took.quantile(0.5)),
            p95_ms: ms(took.quantile(0.95)),
            p99_ms: ms(took.quantile(0.99)),
        };
        let mut slowest: Vec<_> = routes
            .iter()
            .map(|((method, route), took, _)| RouteNow {
                method,
                route,
                requests_per_second: per_second(took.count() as f64),
                p95_ms: ms(took.quantile(0.95)).unwrap_or(0.0),
            })
            .collect();
        slowest.sort_by(|one, other| other.p95_ms.total_cmp(&one.p95_ms));
        slowest.truncate(SLOWEST);
        let caches = self.caches.iter().zip(&earlier.caches).map(|((cache, hits, misses), before)| {
            let (hits, misses) = (hits - before.1, misses - before.2);
            let looks = (hits + misses) as f64;
            CacheNow {
                cache,
                looks_per_second: per_second(looks),
                hit_share: (looks > 0.0).then(|| rounded(hits as f64 / looks)),
            }
        });
        let Levels { in_flight, sockets, queue_bytes, commit_queue, journal_bytes, store_bytes, .. } =
            self.levels.clone();
        Now {
            at: self.at,
            interval_seconds: interval.as_secs_f64(),
            requests_per_second: per_second(took.count() as f64),
            requests_in_flight: in_flight,
            latency: latency(&took),
            slowest_routes: slowest,
            error_share: if took.count() == 0 { 0.0 } else { rounded(failed as f64 / took.count() as f64) },
            sockets,
            messages_per_second: counted(self.messages, earlier.messages),
            deliveries_per_second: counted(self.deliveries, earlier.deliveries),
            delivery_delay_p95_ms: ms(self.delay.since(&earlier.delay).quantile(0.95)),
            queue_bytes,
            slow_readers: self.slow_readers.saturating_sub(earlier.slow_readers),
            commits_per_second: per_second(self.groups.since(&earlier.groups).count() as f64),
            commit_group_mean: self.groups.since(&earlier.groups).mean().map(rounded),
            commit_queue,
            fsync_p95_ms: ms(self.fsync.since(&earlier.fsync).quantile(0.95)),
            journal_bytes,
            store_bytes,
            caches: caches.collect(),
            password_queue: self.levels.password_queue,
            password_hashes_per_second: per_second(self.hashes.since(&earlier.hashes).count() as f64),
            passwords_refused: self.passwords_refused.saturating_sub(earlier.passwords_refused),
            cpu_cores_used: per_second((self.cpu_seconds - earlier.cpu_seconds).max(0.0)),
            cores: self.levels.cores,
            memory_bytes: self.levels.memory_bytes,
            open_files: self.levels.open_files,
            max_open_files: self.levels.max_open_files,
            uptime_seconds: self.levels.uptime.as_secs(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// The routes at which there were answers since `earlier`.
    fn routes_since(&self, earlier: &Self) -> Vec<((&'static str, &'static str), Distribution, u64)> {
        let since = self.routes.iter().map(|(kind, (took, failed))| match earlier.routes.get(kind) {
            Some((before, failed_before)) => (*kind, took.since(before), failed - failed_before),
            None => (*kind, took.clone(), *failed),
        });
        since.filter(|(_, took, _)| took.count() > 0).collect()
    }
}

impl Levels {
    fn read(metrics: &Metrics) -> Self {
        let (hub, machine) = (&metrics.parts.hub, &metrics.machine);
        Self {
            in_flight: metrics.http.in_flight(),
            sockets: SocketsNow { websocket: hub.figures().websockets.get(), events: hub.figures().streams.get() },
            queue_bytes: hub.waiting_bytes() as u64,
            commit_queue: metrics.parts.store.figures().waiting.get(),
            journal_bytes: machine.journal_bytes.get(),
            store_bytes: machine.store_bytes.get(),
            password_queue: metrics.parts.passwords.waiting.get(),
            cores: machine.cores.get(),
            memory_bytes: machine.memory.get(),
            open_files: machine.open_files.get(),
            max_open_files: machine.max_open_files.get(),
            uptime: metrics.started.elapsed(),
        }
    }
}

/// Seconds as milliseconds.
fn ms(seconds: Option<f64>) -> Option<f64> {
    seconds.map(|seconds| rounded(seconds * 1000.0))
}

/// What is shown has three digits behind the point.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
