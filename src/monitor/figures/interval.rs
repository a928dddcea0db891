//! The way from one reading to the next: what was added to counters, and what gauges show at the end.

use super::{Cache, Chat, Http, Passwords, Process, Route, Storage};
use crate::monitor::scrape::{Buckets, Scrape};

/// The histogram of requests.
const REQUESTS: &str = "hearth_http_request_duration_seconds";

/// Milliseconds of a second.
const MS: f64 = 1000.0;

/// Counters that never go down while a server runs.
const COUNTERS: [&str; 4] =
    ["hearth_messages_total", "hearth_deliveries_total", "hearth_slow_readers_total", "process_cpu_seconds_total"];

/// Whether the two are of different runs of the server.
pub(super) fn restarted(earlier: &Scrape, later: &Scrape) -> bool {
    let both = |name: &str| Some((earlier.value(name, &[])?, later.value(name, &[])?));
    let fell = |name: &str| both(name).is_some_and(|(before, after)| after < before);
    let counts = |scrape: &Scrape| scrape.histogram(REQUESTS, &[]).count();
    // Both, as the one moves when a clock is put right, and the other stands still while a machine sleeps.
    let waited = later.at.saturating_duration_since(earlier.at).as_secs_f64();
    let started_anew = both("process_start_time_seconds").is_some_and(|(before, after)| after - before > 1.0)
        && both("hearth_uptime_seconds").is_none_or(|(before, after)| after + 1.0 < before + waited);
    started_anew || fell("hearth_uptime_seconds") || COUNTERS.into_iter().any(fell) || counts(later) < counts(earlier)
}

/// The way from one reading to the next.
pub(super) struct Interval<'a> {
    earlier: &'a Scrape,
    later: &'a Scrape,
    /// Its length; never nought.
    pub(super) seconds: f64,
}

impl<'a> Interval<'a> {
    pub(super) fn new(earlier: &'a Scrape, later: &'a Scrape, restarted: bool) -> Self {
        let waited = later.at.saturating_duration_since(earlier.at).as_secs_f64();
        let running = later.value("hearth_uptime_seconds", &[]).filter(|_| restarted);
        let seconds = running.map_or(waited, |running| running.min(waited)).max(0.001);
        Self { earlier, later, seconds }
    }

    /// What a gauge shows at the end.
    fn gauge(&self, name: &str) -> Option<f64> {
        self.later.value(name, &[])
    }

    /// What was added to a counter. One that was not there yet began at nought.
    fn added(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        Some(self.later.value(name, labels)? - self.earlier.value(name, labels).unwrap_or(0.0))
    }

    fn rate(&self, name: &str) -> Option<f64> {
        self.added(name, &[]).map(|added| added / self.seconds)
    }

    fn histogram(&self, name: &str) -> Buckets {
        self.later.histogram(name, &[]).since(&self.earlier.histogram(name, &[]))
    }

    /// How many values a histogram got a second.
    fn pace(&self, buckets: &Buckets) -> Option<f64> {
        buckets.is_known().then(|| buckets.count() / self.seconds)
    }

    pub(super) fn http(&self) -> Http {
        let all = self.histogram(REQUESTS);
        let requests = all.is_known().then(|| all.count());
        let errors = requests.map(|_| self.errors());
        Http {
            requests,
            requests_per_second: self.pace(&all),
            in_flight: self.gauge("hearth_http_requests_in_flight"),
            errors,
            error_share: errors.zip(requests).and_then(|(errors, requests)| share(errors, requests)),
            refused: self.refused(),
            mean_ms: ms(all.mean()),
            p50_ms: ms(all.quantile(0.5)),
            p95_ms: ms(all.quantile(0.95)),
            p99_ms: ms(all.quantile(0.99)),
        }
    }

    fn errors(&self) -> f64 {
        let count = |scrape: &Scrape| {
            let by_status = scrape.histograms(REQUESTS, ["status"]);
            by_status.iter().filter(|([status], _)| status.starts_with('5')).map(|(_, of)| of.count()).sum::<f64>()
        };
        count(self.later) - count(self.earlier)
    }

    fn refused(&self) -> Option<Vec<(String, f64)>> {
        const REFUSED: &str = "hearth_http_requests_refused_total";
        self.later.value(REFUSED, &[])?;
        let reasons = self.later.values_of(REFUSED, "reason").into_iter();
        let added = reasons.filter_map(|reason| Some((self.added(REFUSED, &[("reason", &reason)])?, reason)));
        let mut refused: Vec<_> = added.filter(|(added, _)| *added > 0.0).map(|(added, of)| (of, added)).collect();
        refused.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        Some(refused)
    }

    pub(super) fn routes(&self) -> Vec<Route> {
        let before = self.earlier.histograms(REQUESTS, ["method", "route", "status"]);
        let nothing = Buckets::default();
        let mut routes: Vec<(Route, Buckets, f64)> = Vec::new();
        for (key, after) in self.later.histograms(REQUESTS, ["method", "route", "status"]) {
            let added = after.since(before.get(&key).unwrap_or(&nothing));
            let [method, route, status] = key;
            let errors = if status.starts_with('5') { added.count() } else { 0.0 };
            // They come in the order of their keys, so statuses of one route come one after the other.
            match routes.last_mut().filter(|(last, _, _)| last.method == method && last.route == route) {
                Some((_, all, failed)) => {
                    all.join(&added);
                    *failed += errors;
                }
                None => routes.push((Route { method, route, ..Route::default() }, added, errors)),
            }
        }
        let asked = routes.into_iter().filter(|(_, all, _)| all.count() > 0.0);
        let mut routes: Vec<_> = asked.map(|(route, all, errors)| self.route(route, &all, errors)).collect();
        routes.sort_by(|one, other| other.p95_ms.unwrap_or(0.0).total_cmp(&one.p95_ms.unwrap_or(0.0)));
        routes
    }

    fn route(&self, route: Route, all: &Buckets, errors: f64) -> Route {
        Route {
            requests: all.count(),
            requests_per_second: all.count() / self.seconds,
            p95_ms: ms(all.quantile(0.95)),
            error_share: errors / all.count(),
            ..route
        }
    }

    pub(super) fn chat(&self) -> Chat {
        let delay = self.histogram("hearth_delivery_delay_seconds");
        let sockets = |kind: &str| self.later.value("hearth_sockets", &[("kind", kind)]);
        Chat {
            sockets: self.gauge("hearth_sockets"),
            websockets: sockets("websocket"),
            event_streams: sockets("events"),
            messages_per_second: self.rate("hearth_messages_total"),
            deliveries_per_second: self.rate("hearth_deliveries_total"),
            delay_p50_ms: ms(delay.quantile(0.5)),
            delay_p95_ms: ms(delay.quantile(0.95)),
            queue_bytes: self.gauge("hearth_socket_queue_bytes"),
            slow_readers: self.added("hearth_slow_readers_total", &[]),
        }
    }

    pub(super) fn store(&self) -> Storage {
        let [groups, fsync] =
            ["hearth_commit_group_size", "hearth_fsync_duration_seconds"].map(|of| self.histogram(of));
        Storage {
            commits_per_second: self.pace(&groups),
            group_size: groups.mean(),
            commit_queue: self.gauge("hearth_commit_queue"),
            fsync_mean_ms: ms(fsync.mean()),
            fsync_p95_ms: ms(fsync.quantile(0.95)),
            journal_bytes: self.gauge("hearth_journal_bytes"),
            store_bytes: self.gauge("hearth_store_bytes"),
            backup_failing: self.gauge("hearth_backup_failing"),
        }
    }

    pub(super) fn caches(&self) -> Vec<Cache> {
        const HITS: &str = "hearth_cache_hits_total";
        const MISSES: &str = "hearth_cache_misses_total";
        let mut names = [HITS, MISSES].map(|of| self.later.values_of(of, "cache")).concat();
        names.sort_unstable();
        names.dedup();
        let cache = |cache: String| {
            let [hits, misses] = [HITS, MISSES].map(|of| self.added(of, &[("cache", &cache)]).unwrap_or(0.0));
            Cache { lookups: hits + misses, hit_share: share(hits, hits + misses), cache }
        };
        names.into_iter().map(cache).collect()
    }

    pub(super) fn passwords(&self) -> Passwords {
        let hashes = self.histogram("hearth_password_hash_duration_seconds");
        Passwords {
            queue: self.gauge("hearth_password_queue"),
            hashes_per_second: self.pace(&hashes),
            hash_mean_ms: ms(hashes.mean()),
            refused: self.added("hearth_password_refused_total", &[]),
        }
    }

    pub(super) fn process(&self) -> Process {
        Process {
            version: self.later.values_of("hearth_build_info", "version").pop(),
            uptime_seconds: self.gauge("hearth_uptime_seconds"),
            cpu_cores: self.rate("process_cpu_seconds_total"),
            cores: self.gauge("hearth_cores"),
            memory_bytes: self.gauge("process_resident_memory_bytes"),
            open_files: self.gauge("process_open_fds"),
            max_files: self.gauge("process_max_fds"),
        }
    }
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn ms(seconds: Option<f64>) -> Option<f64> {
    seconds.map(|seconds| seconds * MS)
}
