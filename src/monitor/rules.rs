//! What is worth a warning: rules over measured figures. Each warning has its figures, and says what to do.

use super::figures::Figures;
use super::quantity::{Figure, Unit};

#[cfg(test)]
mod tests;

/// How many intervals a rule can look back.
pub const REACH: usize = 10;

/// Intervals in a row that make a state of what could be an accident.
const STREAK: usize = 3;

/// The longest 95th percentile of answers, in milliseconds: what the system before Hearth had set itself.
const MOST_P95_MS: f64 = 300.0;

/// The longest 95th percentile of a message's way, in milliseconds.
const MOST_DELAY_MS: f64 = 500.0;

/// The longest 95th percentile of an fsync, in milliseconds.
const MOST_FSYNC_MS: f64 = 50.0;

/// The largest share of 5xx answers.
const MOST_ERRORS: f64 = 0.01;

/// The largest share of the processor.
const MOST_CPU: f64 = 0.9;

/// The largest share of the files that may be open.
const MOST_FILES: f64 = 0.8;

/// The smallest share of hits of a cache, and the look-ups from which on it says something.
const LEAST_HITS: f64 = 0.5;
const ENOUGH_LOOKUPS: f64 = 500.0;

/// How long a server needs until its caches are warm, in seconds.
const WARMING: f64 = 60.0;

/// Waiting log-ins and waiting writes from which on a growing queue matters.
const MANY_LOGINS: f64 = 8.0;
const MANY_WRITES: f64 = 256.0;

/// Bytes waiting for devices from which on growing matters.
const MANY_BYTES: f64 = 1024.0 * 1024.0;

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is, to be compared with the same rule's alarms.
    pub measure: f64,
    /// What was measured.
    pub said: String,
    /// What to do.
    pub advice: String,
}

/// Looks at the latest intervals, the newest last.
type Rule = fn(&[Figures]) -> Option<Alarm>;

const RULES: [Rule; 15] = [
    restarted,
    errors,
    refused,
    logins_refused,
    logins_wait,
    slow_answers,
    slow_deliveries,
    slow_readers,
    queue_grows,
    slow_disk,
    writes_wait,
    processor,
    files,
    cold_cache,
    backup_fails,
];

/// What the rules find in the latest intervals, the newest last.
#[must_use]
pub fn alarms(recent: &[Figures]) -> Vec<Alarm> {
    RULES.iter().filter_map(|rule| rule(recent)).collect()
}

/// The figure that a rule looks at, which is marked while it finds something.
#[must_use]
pub fn figure_of(rule: &str) -> Option<Figure> {
    Some(match rule {
        "errors" => Figure::error_share,
        "refused" => Figure::refused,
        "logins_refused" => Figure::passwords_refused,
        "logins_wait" => Figure::password_queue,
        "slow_answers" => Figure::p95_ms,
        "slow_deliveries" => Figure::delay_p95_ms,
        "slow_readers" => Figure::slow_readers,
        "queue_grows" => Figure::queue_bytes,
        "slow_disk" => Figure::fsync_p95_ms,
        "writes_wait" => Figure::commit_queue,
        "processor" => Figure::cpu_cores,
        "files" => Figure::open_files,
        _ => return None,
    })
}

/// How many rules there are.
pub const COUNT: usize = RULES.len();

fn ms(value: f64) -> String {
    Unit::Milliseconds.shown(Some(value))
}

fn percent(value: f64) -> String {
    Unit::Share.shown(Some(value))
}

fn count(value: f64) -> String {
    Unit::Count.shown(Some(value))
}

/// `1 device was`, `2 devices were`.
fn were(number: f64, thing: &str) -> String {
    if number == 1.0 { format!("1 {thing} was") } else { format!("{} {thing}s were", count(number)) }
}

/// The last of `STREAK` values in a row that are all over `bound`.
fn held_over(recent: &[Figures], bound: f64, read: impl Fn(&Figures) -> Option<f64>) -> Option<f64> {
    let latest = recent.last_chunk::<STREAK>()?;
    let over = |of: &Figures| read(of).filter(|value| *value > bound);
    latest.iter().map(over).collect::<Option<Vec<_>>>()?.pop()
}

/// The first and the last of `steps` + 1 values, each larger than the one before.
fn grew(recent: &[Figures], steps: usize, read: impl Fn(&Figures) -> Option<f64>) -> Option<(f64, f64)> {
    let latest = &recent[recent.len().checked_sub(steps + 1)?..];
    let values = latest.iter().map(read).collect::<Option<Vec<_>>>()?;
    values.is_sorted_by(|one, next| one < next).then(|| (values[0], values[steps]))
}

fn restarted(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last().filter(|now| now.restarted)?;
    let up = Unit::Seconds.shown(now.process.uptime_seconds);
    Some(Alarm {
        rule: "restarted",
        measure: 1.0,
        said: format!("the server was restarted: it has been up for {up}"),
        advice: "where nobody did that, the end of its earlier log says why it stopped".into(),
    })
}

fn errors(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last()?;
    let share = now.http.error_share.filter(|share| *share > MOST_ERRORS)?;
    let (errors, requests) = (count(now.http.errors?), count(now.http.requests?));
    let worst = now
        .routes
        .iter()
        .max_by(|one, other| (one.error_share * one.requests).total_cmp(&(other.error_share * other.requests)));
    let place = worst.map_or_else(String::new, |of| format!(", most at {} {}", of.method, of.route));
    let refused = now.refused().filter(|refused| *refused > 0.0);
    let advice = match refused {
        Some(refused) => format!("{} were refused for overload: see that warning first", count(refused)),
        None => "the server's log has a line for each, with its request id".to_owned(),
    };
    let said = format!("{} of answers failed ({errors} of {requests}){place}", percent(share));
    Some(Alarm { rule: "errors", measure: share, said, advice })
}

fn refused(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last()?;
    let refused = now.refused().filter(|refused| *refused > 0.0)?;
    let reasons = now.http.refused.iter().flatten().map(|(reason, number)| format!("{reason} {}", count(*number)));
    let said = format!("{} refused ({})", were(refused, "request"), reasons.collect::<Vec<_>>().join(", "));
    let advice = match cause(now) {
        Some(cause) => format!("more come than it can answer: {cause}"),
        None => format!("more came at once than may wait ({} in flight): spread them", Figure::in_flight.shown(now)),
    };
    Some(Alarm { rule: "refused", measure: refused, said, advice })
}

fn logins_refused(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last()?;
    let refused = now.passwords.refused.filter(|refused| *refused > 0.0)?;
    let pace = Figure::hashes_per_second.shown(now);
    Some(Alarm {
        rule: "logins_refused",
        measure: refused,
        said: format!("{} refused: the queue for hashing was full", were(refused, "log-in")),
        advice: format!("hashing keeps up with {pace}: more cores hash more; an attack is a reason for a rate limit"),
    })
}

fn logins_wait(recent: &[Figures]) -> Option<Alarm> {
    let (before, waiting) = grew(recent, STREAK - 1, |of| of.passwords.queue)?;
    let now = recent.last().filter(|_| waiting >= MANY_LOGINS)?;
    let wait = now.passwords.hashes_per_second.filter(|pace| *pace > 0.0).map(|pace| waiting / pace);
    let wait = wait.map_or_else(String::new, |wait| format!(", about {} to wait", ms(wait * 1000.0)));
    let (pace, each) = (Figure::hashes_per_second.shown(now), Figure::hash_mean_ms.shown(now));
    Some(Alarm {
        rule: "logins_wait",
        measure: waiting,
        said: format!("{} log-ins wait to be hashed, after {}{wait}", count(waiting), count(before)),
        advice: format!(
            "hashing makes {pace} of {each} each, bound by the cores: give it more, or let them come slower"
        ),
    })
}

fn slow_answers(recent: &[Figures]) -> Option<Alarm> {
    let p95 = held_over(recent, MOST_P95_MS, |of| of.http.p95_ms)?;
    let now = recent.last()?;
    let slowest = now.routes.first().map_or_else(String::new, |of| {
        format!(", slowest {} {} with {}", of.method, of.route, Unit::Milliseconds.shown(of.p95_ms))
    });
    let advice = cause(now).unwrap_or_else(|| "neither processor nor disk is short: look at that route first".into());
    let said = format!("p95 of answers is {}, over {} for {STREAK} intervals{slowest}", ms(p95), ms(MOST_P95_MS));
    Some(Alarm { rule: "slow_answers", measure: p95, said, advice })
}

/// What holds everything up, as far as it can be seen.
fn cause(now: &Figures) -> Option<String> {
    let cpu = now.cpu_share().filter(|share| *share > MOST_CPU);
    if let Some(fsync) = now.store.fsync_p95_ms.filter(|fsync| *fsync > MOST_FSYNC_MS) {
        return Some(format!("the disk takes {} for an fsync (p95): a faster one helps", ms(fsync)));
    }
    match now.passwords.queue.filter(|queue| *queue >= MANY_LOGINS) {
        Some(queue) => Some(format!("{} log-ins wait to be hashed: more cores help", count(queue))),
        None => cpu.map(|share| format!("the processor is at {}: more cores help", percent(share))),
    }
}

fn slow_deliveries(recent: &[Figures]) -> Option<Alarm> {
    let delay = held_over(recent, MOST_DELAY_MS, |of| of.chat.delay_p95_ms)?;
    let now = recent.last()?;
    let (pace, queue) = (Figure::deliveries_per_second.shown(now), Figure::queue_bytes.shown(now));
    Some(Alarm {
        rule: "slow_deliveries",
        measure: delay,
        said: format!("messages take {} (p95), over {} for {STREAK} intervals", ms(delay), ms(MOST_DELAY_MS)),
        advice: cause(now).unwrap_or_else(|| format!("{pace} go out and {queue} wait: smaller rooms, or less in them")),
    })
}

fn slow_readers(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last()?;
    let readers = now.chat.slow_readers.filter(|readers| *readers > 0.0)?;
    let pace = Figure::deliveries_per_second.shown(now);
    Some(Alarm {
        rule: "slow_readers",
        measure: readers,
        said: format!("{} cut off for not reading what was sent", were(readers, "device")),
        advice: format!(
            "they come back by themselves; at {pace} a slow line may be too thin, so look who is in large rooms"
        ),
    })
}

fn queue_grows(recent: &[Figures]) -> Option<Alarm> {
    let (before, bytes) = grew(recent, 4, |of| of.chat.queue_bytes).filter(|(_, bytes)| *bytes > MANY_BYTES)?;
    let [before, after] = [before, bytes].map(|bytes| Unit::Bytes.shown(Some(bytes)));
    let sockets = Figure::sockets.shown(recent.last()?);
    Some(Alarm {
        rule: "queue_grows",
        measure: bytes,
        said: format!("{after} wait for devices, after {before} four intervals before"),
        advice: format!("more is said than {sockets} sockets read: look at the network, and at who says so much"),
    })
}

fn slow_disk(recent: &[Figures]) -> Option<Alarm> {
    let fsync = held_over(recent, MOST_FSYNC_MS, |of| of.store.fsync_p95_ms)?;
    let now = recent.last()?;
    let (commits, size) = (Figure::commits_per_second.shown(now), Figure::group_size.shown(now));
    Some(Alarm {
        rule: "slow_disk",
        measure: fsync,
        said: format!("an fsync takes {} (p95), over {} for {STREAK} intervals", ms(fsync), ms(MOST_FSYNC_MS)),
        advice: format!("writes wait for it ({commits} commits of {size}): put data on a faster or less busy disk"),
    })
}

fn writes_wait(recent: &[Figures]) -> Option<Alarm> {
    let (before, waiting) = grew(recent, STREAK - 1, |of| of.store.commit_queue)?;
    let now = recent.last().filter(|_| waiting >= MANY_WRITES)?;
    let fsync = Figure::fsync_p95_ms.shown(now);
    Some(Alarm {
        rule: "writes_wait",
        measure: waiting,
        said: format!("{} writes wait to be committed, after {}", count(waiting), count(before)),
        advice: format!(
            "an fsync takes {fsync} (p95): where that is long, the disk is too slow; else less should be written"
        ),
    })
}

fn processor(recent: &[Figures]) -> Option<Alarm> {
    let share = held_over(recent, MOST_CPU, Figures::cpu_share)?;
    let now = recent.last()?;
    let (cores, of) = (Figure::cpu_cores.shown(now), Unit::Count.shown(now.process.cores));
    let (requests, hashes) = (Figure::requests_per_second.shown(now), Figure::hashes_per_second.shown(now));
    Some(Alarm {
        rule: "processor",
        measure: share,
        said: format!("{cores} of {of} cores are in use ({}) for {STREAK} intervals", percent(share)),
        advice: format!("it answers {requests} and hashes {hashes}: more than that needs more cores"),
    })
}

fn files(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last()?;
    let (open, most) = (now.process.open_files?, now.process.max_files?);
    let share = Some(open / most).filter(|share| *share > MOST_FILES)?;
    let sockets = Figure::sockets.shown(now);
    Some(Alarm {
        rule: "files",
        measure: share,
        said: format!("{open:.0} of {most:.0} files and sockets are open ({})", percent(share)),
        advice: format!("{sockets} are chat's sockets: raise the limit (ulimit -n, LimitNOFILE) before it is reached"),
    })
}

fn cold_cache(recent: &[Figures]) -> Option<Alarm> {
    let now = recent.last().filter(|now| now.process.uptime_seconds.is_none_or(|up| up > WARMING))?;
    // A page is made anew when what it shows has changed, and no memory helps against that.
    let bounded = now.caches.iter().filter(|cache| cache.cache != "pages");
    let sums = bounded.filter_map(|cache| {
        let known = recent.iter().flat_map(|of| &of.caches).filter(|of| of.cache == cache.cache);
        let (lookups, hits) = known.fold((0.0, 0.0), |(lookups, hits), of| {
            (lookups + of.lookups, hits + of.lookups * of.hit_share.unwrap_or(0.0))
        });
        (lookups >= ENOUGH_LOOKUPS).then(|| (cache.cache.as_str(), lookups, hits / lookups))
    });
    let (cache, lookups, share) = sums.min_by(|(.., one), (.., other)| one.total_cmp(other))?;
    (share < LEAST_HITS).then(|| Alarm {
        rule: "cold_cache",
        measure: 1.0 - share,
        said: format!("the cache of {cache} answered {} of {} look-ups", percent(share), count(lookups)),
        advice: format!("raise cache_mb: the process takes {} of memory now", Figure::memory_bytes.shown(now)),
    })
}

fn backup_fails(recent: &[Figures]) -> Option<Alarm> {
    let measure = recent.last()?.store.backup_failing.filter(|failing| *failing > 0.0)?;
    Some(Alarm {
        rule: "backup_fails",
        measure,
        said: "the last backup that was tried was not made".into(),
        advice: "the server's log says why; `hearth backup create` tries again, and `hearth backup list` shows what \
                 there is"
            .into(),
    })
}
