//! What a server does right now, as a page of text.

use super::figures::Figures;
use super::quantity::{Figure, UNKNOWN, Unit};
use super::rules;

/// Routes that are listed.
const SHOWN_ROUTES: usize = 5;

/// The lines of each part, with the figures in them.
const PARTS: [(&str, &[&[Figure]]); 4] = [
    (
        "http",
        &[
            &[Figure::requests_per_second, Figure::in_flight, Figure::error_share, Figure::refused],
            &[Figure::mean_ms, Figure::p50_ms, Figure::p95_ms, Figure::p99_ms],
        ],
    ),
    (
        "chat",
        &[
            &[Figure::sockets, Figure::messages_per_second, Figure::deliveries_per_second],
            &[Figure::delay_p50_ms, Figure::delay_p95_ms, Figure::queue_bytes, Figure::slow_readers],
        ],
    ),
    (
        "store",
        &[
            &[Figure::commits_per_second, Figure::group_size, Figure::commit_queue],
            &[Figure::fsync_mean_ms, Figure::fsync_p95_ms, Figure::journal_bytes, Figure::store_bytes],
        ],
    ),
    (
        "log-ins",
        &[&[Figure::hashes_per_second, Figure::hash_mean_ms, Figure::password_queue, Figure::passwords_refused]],
    ),
];

/// What the server at `target` did in an interval, and what the rules say to it.
#[must_use]
pub fn summary(target: &str, of: &Figures) -> String {
    let version = of.process.version.as_deref().unwrap_or(UNKNOWN);
    let (up, seconds) = (Unit::Seconds.shown(of.process.uptime_seconds), of.seconds);
    let mut lines = vec![format!("Hearth {version} at {target}, up {up}, in {seconds:.1} s:"), String::new()];
    for (part, rows) in PARTS {
        lines.extend(rows.iter().enumerate().map(|(at, row)| line(if at == 0 { part } else { "" }, &shown(row, of))));
    }
    lines.push(line("process", &process(of)));
    let caches = of.caches.iter().map(|cache| format!("{} {}", cache.cache, Unit::Share.shown(cache.hit_share)));
    lines.push(line("cache hits", &if of.caches.is_empty() { UNKNOWN.into() } else { joined(caches) }));
    lines.extend(of.routes.iter().take(SHOWN_ROUTES).enumerate().map(|(at, route)| {
        let [p95, pace, errors] = [
            Unit::Milliseconds.shown(route.p95_ms),
            Unit::PerSecond.shown(Some(route.requests_per_second)),
            Unit::Share.shown(Some(route.error_share)),
        ];
        let name = format!("{} {}", route.method, route.route);
        line(if at == 0 { "slowest" } else { "" }, &format!("p95 {p95:>8}  {pace:>8}  errors {errors:>6}  {name}"))
    }));
    for alarm in rules::alarms(std::slice::from_ref(of)) {
        lines.extend([String::new(), format!("! {}", alarm.said), format!("  → {}", alarm.advice)]);
    }
    lines.join("\n")
}

fn line(part: &str, text: &str) -> String {
    format!("  {part:12}{text}")
}

fn shown(figures: &[Figure], of: &Figures) -> String {
    joined(figures.iter().map(|figure| format!("{} {}", figure.quantity().title, figure.shown(of))))
}

fn process(of: &Figures) -> String {
    let cores = Unit::Count.shown(of.process.cores);
    let most = Unit::Count.shown(of.process.max_files);
    joined([
        format!("cpu {} of {cores} cores", Figure::cpu_cores.shown(of)),
        format!("memory {}", Figure::memory_bytes.shown(of)),
        format!("open files {} of {most}", Figure::open_files.shown(of)),
    ])
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::figures::{Chat, Process, Route};

    #[test]
    fn a_page_has_what_is_known_and_says_what_is_not() {
        let of = Figures {
            seconds: 1.0,
            chat: Chat { sockets: Some(12.0), slow_readers: Some(2.0), ..Chat::default() },
            process: Process { cores: Some(2.0), cpu_cores: Some(0.5), ..Process::default() },
            routes: vec![Route { method: "GET".into(), route: "/posts".into(), p95_ms: Some(7.0), ..Route::default() }],
            ..Figures::default()
        };
        let text = summary("http://x", &of);
        for part in [
            "Hearth – at http://x, up –, in 1.0 s:",
            "sockets 12 · messages – · deliveries –",
            "cpu 0.50 of 2 cores · memory – · open files – of –",
            "cache hits  –",
            "p95  7.00 ms",
            "GET /posts",
            "! 2 devices were cut off",
        ] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
    }
}
