use std::time::Duration;

use super::*;

/// Two readings, ten seconds apart.
fn between(earlier: &str, later: &str) -> Figures {
    let mut earlier = Scrape::parse(earlier).unwrap();
    let later = Scrape::parse(later).unwrap();
    earlier.at = later.at - Duration::from_secs(10);
    Figures::between(&earlier, &later)
}

/// A route's histogram: how many were answered within 100 ms, 1 s, and at all.
fn route(method: &str, route: &str, status: &str, [quick, slow, all]: [u32; 3], sum: f64) -> String {
    let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
    let name = "hearth_http_request_duration_seconds";
    format!(
        "{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {all}\n{name}_bucket{{le=\"0.1\",{labels}}} {quick}\n\
         {name}_bucket{{le=\"1.0\",{labels}}} {slow}\n{name}_bucket{{le=\"+Inf\",{labels}}} {all}\n"
    )
}

fn histogram(name: &str, [low, all]: [u32; 2], sum: f64) -> String {
    format!("{name}_sum {sum}\n{name}_bucket{{le=\"0.01\"}} {low}\n{name}_bucket{{le=\"+Inf\"}} {all}\n")
}

#[test]
fn requests_are_those_of_the_interval() {
    let earlier = route("GET", "/posts", "200", [1000, 1000, 1000], 10.0);
    let later = [
        route("GET", "/posts", "200", [1090, 1090, 1090], 14.5),
        route("POST", "/posts", "201", [0, 5, 5], 2.0),
        route("POST", "/posts", "500", [0, 5, 5], 3.5),
        "hearth_http_requests_in_flight 3\n".into(),
        "hearth_http_requests_refused_total{reason=\"busy\"} 4\n".into(),
        "hearth_http_requests_refused_total{reason=\"idle\"} 0\n".into(),
    ];
    let figures = between(&earlier, &later.concat());
    let http = &figures.http;
    assert_eq!((figures.seconds, figures.restarted), (10.0, false));
    assert_eq!((http.requests, http.requests_per_second), (Some(100.0), Some(10.0)));
    assert_eq!((http.errors, http.error_share), (Some(5.0), Some(0.05)));
    assert_eq!((figures.refused(), between("", &later[3..].concat()).refused()), (Some(4.0), Some(4.0)));
    let none = between("", "hearth_http_requests_refused_total{reason=\"busy\"} 0").refused();
    assert!(none.is_some_and(|none| none == 0.0 && none.is_sign_positive()), "{none:?}");
    assert_eq!((http.in_flight, http.mean_ms), (Some(3.0), Some(100.0)));
    assert_eq!(http.refused, Some(vec![("busy".to_owned(), 4.0)]));
    // 90 of 100 within 100 ms; the 95th is in the middle of the bucket up to 1 s.
    assert!((http.p95_ms.unwrap() - 550.0).abs() < 1e-6, "{http:?}");
    assert!((http.p50_ms.unwrap() - 100.0 * 50.0 / 90.0).abs() < 1e-6, "{http:?}");
    let routes: Vec<_> = figures.routes.iter().map(|of| (of.method.as_str(), of.requests, of.error_share)).collect();
    assert_eq!(routes, [("POST", 10.0, 0.5), ("GET", 90.0, 0.0)], "the slowest first, its statuses together");
    assert_eq!(figures.routes[0].requests_per_second, 1.0);
}

#[test]
fn routes_that_nobody_asked_for_are_left_out() {
    let text = route("GET", "/posts", "200", [10, 10, 10], 1.0);
    let figures = between(&text, &text);
    assert_eq!((figures.routes.len(), figures.http.requests), (0, Some(0.0)));
    assert_eq!((figures.http.p95_ms, figures.http.error_share), (None, None), "of nothing there is no percentile");
}

#[test]
fn chat_store_caches_and_passwords_are_read() {
    let earlier = [
        "hearth_messages_total 100\nhearth_deliveries_total 1000\nhearth_slow_readers_total 1\n",
        "hearth_cache_hits_total{cache=\"pages\"} 50\nhearth_cache_misses_total{cache=\"pages\"} 50\n",
        &histogram("hearth_commit_group_size", [0, 10], 20.0),
    ];
    let later = [
        "hearth_sockets{kind=\"websocket\"} 7\nhearth_sockets{kind=\"events\"} 2\n",
        "hearth_messages_total 150\nhearth_deliveries_total 2000\nhearth_slow_readers_total 3\n",
        "hearth_socket_queue_bytes 4096\nhearth_commit_queue 6\nhearth_journal_bytes 1e6\nhearth_store_bytes 2e6\n",
        "hearth_cache_hits_total{cache=\"pages\"} 140\nhearth_cache_misses_total{cache=\"pages\"} 60\n",
        "hearth_cache_hits_total{cache=\"users\"} 0\nhearth_password_queue 2\nhearth_password_refused_total 1\n",
        &histogram("hearth_commit_group_size", [0, 20], 60.0),
        &histogram("hearth_fsync_duration_seconds", [20, 20], 0.1),
        &histogram("hearth_delivery_delay_seconds", [10, 10], 0.05),
        &histogram("hearth_password_hash_duration_seconds", [0, 50], 5.0),
    ];
    let Figures { chat, store, caches, passwords, .. } = between(&earlier.concat(), &later.concat());
    assert_eq!((chat.sockets, chat.websockets, chat.event_streams), (Some(9.0), Some(7.0), Some(2.0)));
    assert_eq!((chat.messages_per_second, chat.deliveries_per_second), (Some(5.0), Some(100.0)));
    assert_eq!((chat.queue_bytes, chat.slow_readers, chat.delay_p50_ms), (Some(4096.0), Some(2.0), Some(5.0)));
    assert_eq!((store.commits_per_second, store.group_size), (Some(1.0), Some(4.0)));
    assert_eq!((store.commit_queue, store.fsync_mean_ms, store.fsync_p95_ms), (Some(6.0), Some(5.0), Some(9.5)));
    assert_eq!((store.journal_bytes, store.store_bytes), (Some(1e6), Some(2e6)));
    let cache = |cache: &str, lookups, hit_share| Cache { cache: cache.into(), lookups, hit_share };
    assert_eq!(caches, [cache("pages", 100.0, Some(0.9)), cache("users", 0.0, None)]);
    assert_eq!((passwords.queue, passwords.hashes_per_second), (Some(2.0), Some(5.0)));
    assert_eq!((passwords.hash_mean_ms, passwords.refused), (Some(100.0), Some(1.0)));
}

#[test]
fn the_process_is_read() {
    let later = "process_cpu_seconds_total 25\nprocess_resident_memory_bytes 5e7\nprocess_open_fds 40\n\
                 process_max_fds 1024\nhearth_build_info{version=\"0.1.0\"} 1\nhearth_cores 2\nhearth_uptime_seconds 99\n";
    let figures = between("process_cpu_seconds_total 10\nhearth_uptime_seconds 89\n", later);
    let process = Process {
        version: Some("0.1.0".into()),
        uptime_seconds: Some(99.0),
        cpu_cores: Some(1.5),
        cores: Some(2.0),
        memory_bytes: Some(5e7),
        open_files: Some(40.0),
        max_files: Some(1024.0),
    };
    assert_eq!((&figures.process, figures.cpu_share()), (&process, Some(0.75)));
}

#[test]
fn after_a_restart_counting_begins_anew() {
    let text = |seconds: u32, messages: u32, requests: u32| {
        let requests = route("GET", "/posts", "200", [requests; 3], f64::from(requests) / 100.0);
        format!("hearth_uptime_seconds {seconds}\nhearth_messages_total {messages}\n{requests}")
    };
    let figures = between(&text(100, 500, 900), &text(4, 20, 40));
    assert_eq!((figures.restarted, figures.seconds), (true, 4.0), "the time before the start does not count");
    assert_eq!((figures.chat.messages_per_second, figures.http.requests), (Some(5.0), Some(40.0)));
    assert_eq!(figures.http.mean_ms, Some(10.0));
    // A server that got busier than before within the interval: its clock tells it.
    assert!(between(&text(8, 5, 9), &text(4, 20, 40)).restarted);
    assert!(!between(&text(100, 500, 900), &text(110, 500, 901)).restarted);
    for counter in ["hearth_messages_total", "process_cpu_seconds_total", "hearth_deliveries_total"] {
        assert!(between(&format!("{counter} 10"), &format!("{counter} 9")).restarted, "{counter}");
        assert!(!between(&format!("{counter} 10"), &format!("{counter} 10")).restarted, "{counter}");
    }
    let started = |at: f64| format!("process_start_time_seconds {at}");
    assert!(between(&started(1000.0), &started(1005.0)).restarted);
    assert!(!between(&started(1000.0), &started(1000.2)).restarted);
    let running = |at: f64, up: f64| format!("process_start_time_seconds {at}\nhearth_uptime_seconds {up}");
    assert!(between(&running(1000.0, 3.0), &running(1008.0, 5.0)).restarted, "longer up than before, and yet another");
    assert!(!between(&running(1000.0, 3.0), &running(1008.0, 13.0)).restarted, "only its clock was put right");
}

#[test]
fn what_a_server_does_not_tell_is_unknown() {
    let figures = between("hearth_uptime_seconds 1", "hearth_uptime_seconds 11");
    let process = Process { uptime_seconds: Some(11.0), ..Process::default() };
    assert_eq!(figures, Figures { seconds: 10.0, process, ..Figures::default() });
    let json = serde_json::to_value(&figures).unwrap();
    assert!(json["http"]["p95_ms"].is_null() && json["http"]["refused"].is_null(), "{json}");
}
