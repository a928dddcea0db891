//! What the server and the load used meanwhile.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::outcome::{Resources, Second};
use crate::monitor::scrape::{Scrape, fetch};

/// Times when figures were read, and the figures.
#[derive(Debug)]
pub struct Sample {
    /// When.
    pub at: Instant,
    /// Processor time of the load so far, in seconds.
    pub load_cpu: f64,
    /// The server's figures, where it shows them.
    pub server: Option<Scrape>,
}

/// Reads figures once a second, for as long as it is there.
pub struct Sampler {
    samples: Rc<RefCell<Vec<Sample>>>,
    client: awc::Client,
    url: String,
    token: Option<String>,
    task: JoinHandle<()>,
}

impl Sampler {
    /// Begins to read the figures of the server at `url`, showing `token` where there is one, and those of this process.
    pub fn start(url: &str, token: Option<&str>) -> Self {
        let samples = Rc::new(RefCell::new(Vec::new()));
        let client = awc::Client::builder().disable_redirects().finish();
        let (kept, asked, at, shown) = (samples.clone(), client.clone(), url.to_owned(), token.map(ToOwned::to_owned));
        let task = tokio::task::spawn_local(async move {
            let mut seconds = interval(Duration::from_secs(1));
            seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                seconds.tick().await;
                let sample = sample(&asked, &at, shown.as_deref()).await;
                kept.borrow_mut().push(sample);
            }
        });
        Self { samples, client, url: url.to_owned(), token: token.map(ToOwned::to_owned), task }
    }

    /// Reads once more, and gives all that was read.
    pub async fn finish(self) -> Vec<Sample> {
        self.task.abort();
        let last = sample(&self.client, &self.url, self.token.as_deref()).await;
        let mut samples = self.samples.take();
        samples.push(last);
        samples
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn sample(client: &awc::Client, url: &str, token: Option<&str>) -> Sample {
    let server = fetch(client, url, token).await;
    let server = server.inspect_err(|error| log::debug!("no figures of the server: {error}")).ok();
    Sample { at: Instant::now(), load_cpu: own_cpu().unwrap_or(0.0), server }
}

/// Processor time of this process so far, in seconds.
#[expect(clippy::cast_precision_loss, reason = "milliseconds far below 2^52")]
fn own_cpu() -> Option<f64> {
    let own = Pid::from_u32(std::process::id());
    let mut system = System::new();
    let what = ProcessRefreshKind::nothing().with_cpu().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[own]), false, what);
    Some(system.process(own)?.accumulated_cpu_time() as f64 / 1000.0)
}

/// Values of something that only grows, at their times.
struct Growing(Vec<(Instant, f64)>);

impl Growing {
    fn of(samples: &[Sample], value: impl Fn(&Sample) -> Option<f64>) -> Self {
        Self(samples.iter().filter_map(|sample| Some((sample.at, value(sample)?))).collect())
    }

    /// How much it had grown at a time, on a straight line between what was read; before and after, it stands still.
    fn at(&self, time: Instant) -> Option<f64> {
        let after = self.0.iter().position(|(at, _)| *at >= time);
        match after {
            None => self.0.last().map(|(_, value)| *value),
            Some(0) => self.0.first().map(|(_, value)| *value),
            Some(after) => {
                let ((start, low), (end, high)) = (self.0[after - 1], self.0[after]);
                let length = end.duration_since(start).as_secs_f64();
                let share = if length > 0.0 { time.duration_since(start).as_secs_f64() / length } else { 1.0 };
                Some(low + (high - low) * share)
            }
        }
    }

    /// How much it grew a second, from one time to another, as far as it was looked at.
    fn rate(&self, from: Instant, to: Instant) -> Option<f64> {
        let (first, last) = (self.0.first()?.0, self.0.last()?.0);
        let (from, to) = (from.max(first), to.min(last));
        let length = to.saturating_duration_since(from).as_secs_f64();
        (length > 0.0).then(|| Some((self.at(to)? - self.at(from)?) / length)).flatten()
    }
}

const CPU: &str = "process_cpu_seconds_total";
const MEMORY: &str = "process_resident_memory_bytes";

fn server_cpu(samples: &[Sample]) -> Growing {
    Growing::of(samples, |sample| sample.server.as_ref()?.value(CPU, &[]))
}

/// Puts into each second of a level that began at `origin` and lasted `seconds` what was used in it.
pub fn fill(timeline: &mut [Second], samples: &[Sample], origin: Instant, seconds: f64) {
    let (server, load) = (server_cpu(samples), Growing::of(samples, |sample| Some(sample.load_cpu)));
    for second in timeline {
        let start = origin + Duration::from_secs_f64(second.at);
        let end = origin + Duration::from_secs_f64((second.at + 1.0).min(seconds.max(second.at)));
        second.server_cores = server.rate(start, end);
        second.load_cores = load.rate(start, end).unwrap_or(0.0);
        // The nearest reading.
        let away = |sample: &&Sample| sample.at.max(end).duration_since(sample.at.min(end));
        let nearest = samples.iter().filter(|sample| sample.server.is_some()).min_by_key(away);
        let memory = nearest.and_then(|sample| sample.server.as_ref()?.value(MEMORY, &[]));
        second.server_memory = memory.map(whole);
    }
}

/// What the server used from the first sample to the last; `None` where it did not show its figures at both ends.
pub fn used(samples: &[Sample], timeline: &[Second]) -> Option<Resources> {
    let (first, last) = (samples.first()?, samples.last()?);
    let (before, after) = (first.server.as_ref()?, last.server.as_ref()?);
    let seconds = last.at.duration_since(first.at).as_secs_f64();
    let scrapes = || samples.iter().filter_map(|sample| sample.server.as_ref());
    let peak = |name: &str| scrapes().filter_map(|scrape| scrape.value(name, &[])).fold(0.0, f64::max);
    let grown = |name: &str, labels: &[(&str, &str)]| {
        after.value(name, labels).unwrap_or(0.0) - before.value(name, labels).unwrap_or(0.0)
    };
    let histogram = |name: &str| after.histogram(name, &[]).since(&before.histogram(name, &[]));
    let (groups, syncs, hashes) = (
        histogram("hearth_commit_group_size"),
        histogram("hearth_fsync_duration_seconds"),
        histogram("hearth_password_hash_duration_seconds"),
    );
    let hits = |cache: String| {
        let labels = [("cache", cache.as_str())];
        let (hits, misses) = (grown(HITS, &labels), grown("hearth_cache_misses_total", &labels));
        (hits + misses > 0.0).then_some((cache.clone(), hits / (hits + misses)))
    };
    let per_second = |amount: f64| if seconds > 0.0 { amount / seconds } else { 0.0 };
    Some(Resources {
        cores: server_cpu(samples).rate(first.at, last.at)?,
        peak_cores: timeline.iter().filter_map(|second| second.server_cores).fold(0.0, f64::max),
        peak_memory: whole(peak(MEMORY)),
        peak_files: whole(peak("process_open_fds")),
        max_files: whole(peak("process_max_fds")),
        commits: whole(groups.count()),
        group_size: groups.mean().unwrap_or(0.0),
        sync_mean_ms: syncs.mean().unwrap_or(0.0) * 1000.0,
        sync_p95_ms: syncs.quantile(0.95).unwrap_or(0.0) * 1000.0,
        sync_share: per_second(syncs.sum()).clamp(0.0, 1.0),
        hashes: whole(hashes.count()),
        peak_hash_queue: whole(peak("hearth_password_queue")),
        refused: whole(grown("hearth_http_requests_refused_total", &[])),
        slow_readers: whole(grown("hearth_slow_readers_total", &[])),
        peak_sockets: whole(peak("hearth_sockets")),
        cache_hits: after.values_of(HITS, "cache").into_iter().filter_map(hits).collect(),
    })
}

const HITS: &str = "hearth_cache_hits_total";

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts and bytes")]
fn whole(value: f64) -> u64 {
    value.max(0.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "\
process_cpu_seconds_total 10
process_resident_memory_bytes 1000
process_open_fds 30
process_max_fds 1024
hearth_commit_group_size_bucket{le=\"1.0\"} 5
hearth_commit_group_size_bucket{le=\"+Inf\"} 5
hearth_commit_group_size_sum 5
hearth_fsync_duration_seconds_bucket{le=\"0.002\"} 5
hearth_fsync_duration_seconds_bucket{le=\"+Inf\"} 5
hearth_fsync_duration_seconds_sum 0.01
hearth_password_queue 90
hearth_sockets{kind=\"websocket\"} 3
hearth_sockets{kind=\"stream\"} 1
hearth_http_requests_refused_total{reason=\"busy\"} 2
hearth_cache_hits_total{cache=\"pages\"} 10
hearth_cache_misses_total{cache=\"pages\"} 10
";

    const END: &str = "\
process_cpu_seconds_total 13
process_resident_memory_bytes 900
process_open_fds 40
process_max_fds 1024
hearth_commit_group_size_bucket{le=\"1.0\"} 6
hearth_commit_group_size_bucket{le=\"+Inf\"} 15
hearth_commit_group_size_sum 65
hearth_fsync_duration_seconds_bucket{le=\"0.002\"} 15
hearth_fsync_duration_seconds_bucket{le=\"+Inf\"} 15
hearth_fsync_duration_seconds_sum 0.51
hearth_password_queue 3
hearth_sockets{kind=\"websocket\"} 9
hearth_sockets{kind=\"stream\"} 1
hearth_http_requests_refused_total{reason=\"busy\"} 7
hearth_cache_hits_total{cache=\"pages\"} 100
hearth_cache_misses_total{cache=\"pages\"} 20
";

    fn samples() -> (Instant, Vec<Sample>) {
        let start = Instant::now();
        let sample = |after, load_cpu, text| Sample {
            at: start + Duration::from_secs(after),
            load_cpu,
            server: Some(Scrape::parse(text).unwrap()),
        };
        (start, vec![sample(0, 1.0, START), sample(2, 2.0, END)])
    }

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-6
    }

    #[test]
    fn what_was_used_is_what_was_added_and_the_most_at_once() {
        let used = used(&samples().1, &[]).unwrap();
        assert!(near(used.cores, 1.5) && near(used.group_size, 6.0), "{used:?}");
        assert!(near(used.sync_mean_ms, 50.0) && near(used.sync_share, 0.25) && used.sync_p95_ms <= 2.0, "{used:?}");
        assert_eq!((used.commits, used.refused, used.peak_hash_queue), (10, 5, 90));
        assert_eq!((used.peak_memory, used.peak_files, used.max_files, used.peak_sockets), (1000, 40, 1024, 10));
        assert!(near(used.cache_hits["pages"], 0.9), "{used:?}");
    }

    #[test]
    fn a_server_that_shows_nothing_used_nothing_that_is_known() {
        let (_, mut samples) = samples();
        samples[1].server = None;
        assert!(used(&samples, &[]).is_none());
    }

    #[test]
    fn each_second_gets_its_part() {
        let (start, samples) = samples();
        let mut timeline = vec![Second::default(), Second { at: 1.0, ..Second::default() }];
        fill(&mut timeline, &samples, start, 1.5);
        for second in &timeline {
            assert!(second.server_cores.is_some_and(|cores| near(cores, 1.5)), "{timeline:?}");
            assert!(near(second.load_cores, 0.5), "{timeline:?}");
        }
        assert_eq!(timeline[1].server_memory, Some(900));
        fill(&mut timeline, &[], start, 1.5);
        assert_eq!((timeline[0].server_cores, timeline[0].server_memory), (None, None));
    }

    #[test]
    fn this_process_has_used_some_time() {
        let busy = Instant::now();
        let mut sum = 0_u64;
        while busy.elapsed() < Duration::from_millis(60) {
            sum = sum.wrapping_add(busy.elapsed().as_secs());
        }
        assert!(own_cpu().is_some_and(|used| used > 0.0), "{sum}");
    }
}
