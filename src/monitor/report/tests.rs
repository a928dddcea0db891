use std::time::{Duration, Instant};

use super::*;
use crate::monitor::scrape::{Scrape, ScrapeError};

/// A server that was read three times, a second apart, with one silence.
fn watched() -> Watch {
    let begin = Instant::now();
    let at = |second: i64| Timestamp::from_millis(1_795_421_460_000 + second * 1000);
    let mut watch = Watch::new(at(0));
    let text = |requests: u32, slow: u32| {
        let name = "hearth_http_request_duration_seconds";
        let labels = "method=\"GET\",route=\"/a|b\",status=\"200\"";
        let all = requests + slow;
        format!(
            "hearth_build_info{{version=\"0.1.0\"}} 1\nhearth_slow_readers_total {slow}\n{name}_sum{{{labels}}} 1\n\
             {name}_bucket{{le=\"0.1\",{labels}}} {requests}\n{name}_bucket{{le=\"1.0\",{labels}}} {all}\n\
             {name}_bucket{{le=\"+Inf\",{labels}}} {all}\n"
        )
    };
    for (second, requests, slow) in [(0, 0, 0), (1, 10, 0), (2, 50, 3)] {
        let mut scrape = Scrape::parse(&text(requests, slow)).unwrap();
        scrape.at = begin + Duration::from_secs(second);
        watch.hear(Ok(scrape), at(i64::try_from(second).unwrap()));
    }
    watch.hear(Err(ScrapeError::NoAnswer { url: "http://x".into(), cause: "gone".into() }), at(3));
    watch
}

#[test]
fn the_markdown_has_averages_peaks_routes_and_warnings() {
    let text = Report::new("http://127.0.0.1:8080", &watched()).markdown();
    let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "# http://127.0.0.1:8080 Hearth 0.1.0, watched for 3 s from 2026-11-23T08:11:00.000Z",
        "in 2 intervals; it did not answer 1 time.",
        "**08:11:02** 3 devices were cut off",
        "(1 interval) → they come back",
        "**08:11:03** http://x gave no answer",
        "| requests | 26/s | 43/s | 08:11:02 |",
        "| cut off | 3 (in all) | 3 | 08:11:02 |",
        "| fsync p95 | – | – | – |",
        "| GET /a\\|b | 53 | 26/s |",
    ] {
        assert!(squeezed.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn the_json_has_every_figure_by_its_key() {
    let json: serde_json::Value =
        serde_json::from_str(&Report::new("http://127.0.0.1:8080", &watched()).json().unwrap()).unwrap();
    let figures = json["figures"].as_object().unwrap();
    assert_eq!(figures.len(), QUANTITIES.len());
    assert_eq!(figures["requests_per_second"]["average"], 26.5);
    assert_eq!(figures["requests_per_second"]["peak"], 43.0);
    assert_eq!(figures["requests_per_second"]["peak_at"], "2026-11-23T08:11:02.000Z");
    assert_eq!(figures["slow_readers"]["sum"], 3.0);
    assert!(figures["fsync_p95_ms"]["average"].is_null());
    assert_eq!(json["warnings"][0]["rule"], "slow_readers");
    assert_eq!((&json["routes"][0]["requests"], &json["missed"]), (&53.0.into(), &1.into()));
}

#[test]
fn of_a_server_without_warnings_that_is_said_with_its_intervals() {
    let report = Report::new("http://x", &Watch::new(Timestamp::from_millis(0)));
    assert!(report.markdown().contains("None of the rules found anything in 0 intervals"));
}
