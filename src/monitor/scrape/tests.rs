use proptest::prelude::*;

use super::*;

/// As a server writes it, with what OpenMetrics allows besides: comments, a time, an exemplar, escapes.
const TEXT: &str = r##"# HELP hearth_messages Messages.
# TYPE hearth_messages counter
hearth_messages_total 12
# TYPE hearth_sockets gauge
hearth_sockets{kind="websocket"} 5
hearth_sockets{kind="events"} 2 1795421460.5
hearth_odd{text="a \"quoted\" \\ back\nline, with } and {",other="x"} 1e3
hearth_http_request_duration_seconds_sum{method="GET",route="/posts",status="200"} 1.5
hearth_http_request_duration_seconds_bucket{le="0.1",method="GET",route="/posts",status="200"} 10 # {trace="x"} 0.05
hearth_http_request_duration_seconds_bucket{le="1.0",method="GET",route="/posts",status="200"} 20
hearth_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/posts",status="200"} 20
hearth_http_request_duration_seconds_sum{method="POST",route="/posts",status="500"} 4
hearth_http_request_duration_seconds_bucket{le="0.1",method="POST",route="/posts",status="500"} 0
hearth_http_request_duration_seconds_bucket{le="1.0",method="POST",route="/posts",status="500"} 1
hearth_http_request_duration_seconds_bucket{le="+Inf",method="POST",route="/posts",status="500"} 2
# EOF
"##;

const DURATION: &str = "hearth_http_request_duration_seconds";

fn scrape(text: &str) -> Scrape {
    Scrape::parse(text).unwrap()
}

#[test]
fn values_are_found_by_name_and_labels_and_added_up() {
    let scrape = scrape(TEXT);
    assert_eq!(scrape.value("hearth_messages_total", &[]), Some(12.0));
    assert_eq!(scrape.value("hearth_sockets", &[]), Some(7.0));
    assert_eq!(scrape.value("hearth_sockets", &[("kind", "events")]), Some(2.0));
    let odd = [("text", "a \"quoted\" \\ back\nline, with } and {"), ("other", "x")];
    assert_eq!(scrape.value("hearth_odd", &odd), Some(1000.0));
}

#[test]
fn what_is_missing_is_unknown_and_not_nothing() {
    let scrape = scrape(TEXT);
    assert_eq!(scrape.value("hearth_messages", &[]), None);
    assert_eq!(scrape.value("hearth_sockets", &[("kind", "pigeon")]), None);
    assert!(!scrape.histogram("hearth_fsync_duration_seconds", &[]).is_known());
    assert_eq!(scrape.values_of("hearth_fsync", "cache"), Vec::<String>::new());
}

#[test]
fn histograms_are_added_up_or_told_apart_by_label() {
    let scrape = scrape(TEXT);
    assert_eq!(scrape.values_of(&format!("{DURATION}_bucket"), "method"), ["GET", "POST"]);
    let all = scrape.histogram(DURATION, &[("route", "/posts")]);
    assert_eq!((all.count(), all.sum(), all.mean()), (22.0, 5.5, Some(0.25)));
    let each = scrape.histograms(DURATION, ["method", "status"]);
    let of = |method: &str, status: &str| each[&[method.to_owned(), status.to_owned()]].clone();
    assert_eq!((each.len(), of("GET", "200").count(), of("POST", "500").count()), (2, 20.0, 2.0));
    assert_eq!(of("POST", "500"), scrape.histogram(DURATION, &[("method", "POST")]));
}

#[test]
fn quantiles_lie_within_their_bucket() {
    let get = scrape(TEXT).histogram(DURATION, &[("method", "GET")]);
    assert_eq!(get.quantile(0.5), Some(0.1));
    assert!((get.quantile(0.75).unwrap() - 0.55).abs() < 1e-9, "{get:?}");
    let post = scrape(TEXT).histogram(DURATION, &[("method", "POST")]);
    assert_eq!(post.quantile(0.99), Some(1.0), "above the last finite bound nothing is known");
    let unbounded = scrape("x_bucket{le=\"+Inf\"} 5\nx_sum 3").histogram("x", &[]);
    assert_eq!((unbounded.quantile(0.5), unbounded.mean()), (None, Some(0.6)));
    assert_eq!(Buckets::default().quantile(0.5), None);
}

#[test]
fn an_interval_has_only_what_was_added_in_it() {
    let earlier = scrape("x_bucket{le=\"1\"} 5\nx_bucket{le=\"+Inf\"} 5\nx_sum 2").histogram("x", &[]);
    let later = scrape("x_bucket{le=\"1\"} 5\nx_bucket{le=\"+Inf\"} 9\nx_sum 22").histogram("x", &[]);
    let added = later.since(&earlier);
    assert_eq!((added.count(), added.mean(), added.quantile(0.5)), (4.0, Some(5.0), Some(1.0)));
    assert_eq!(later.since(&Buckets::default()), later);
    assert_eq!((later.since(&later).mean(), later.since(&later).quantile(0.9)), (None, None));
}

#[test]
fn a_line_that_is_no_figure_is_told_with_its_number() {
    for line in ["<!doctype html>", "{} 1", "name", "name{a=\"b} 1", "name{a=\"b\"}", "name one", "a{b=c} 1"] {
        let error = Scrape::parse(&format!("# a comment\n\nfine 1\n{line}\n")).unwrap_err().to_string();
        assert!(error.starts_with("line 4 is not a figure"), "{line}: {error}");
    }
    let long = Scrape::parse(&"ü".repeat(10_000)).unwrap_err().to_string();
    assert!(long.len() < 300, "{}", long.len());
}

#[test]
fn a_refusal_says_what_to_do() {
    let said = |status, token| ScrapeError::Refused { url: "http://x/metrics".into(), status, token }.to_string();
    assert!(said(StatusCode::FORBIDDEN, false).contains("--token"), "{}", said(StatusCode::FORBIDDEN, false));
    assert!(said(StatusCode::FORBIDDEN, true).contains("the token is not"), "{}", said(StatusCode::FORBIDDEN, true));
    assert!(said(StatusCode::NOT_FOUND, false).contains("/metrics"), "{}", said(StatusCode::NOT_FOUND, false));
}

/// Whatever can be asked of figures is asked.
fn ask_everything(scrape: &Scrape) {
    for name in scrape.series.keys() {
        let name = name.trim_end_matches("_bucket");
        for labels in [&[][..], &[("a", "")]] {
            let buckets = scrape.histogram(name, labels);
            for share in [0.0, 0.5, 1.0] {
                let _ = (scrape.value(name, labels), buckets.mean(), buckets.quantile(share));
            }
            let _ = buckets.since(&scrape.histogram(name, &[]));
        }
        let _ = (scrape.histograms(name, ["a", "le"]), scrape.values_of(name, "a"));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        if let Ok(scrape) = Scrape::parse(&text) {
            ask_everything(&scrape);
        }
    }

    #[test]
    fn no_text_that_is_nearly_right_makes_it_panic(
        lines in prop::collection::vec("(x|x_bucket|x_sum)(\\{(a|le|é)=\"([0-9.+a-z\\\\\"é]{0,4}|\\+Inf|NaN)\"[,}]{0,2})? ?-?(NaN|[+]Inf|[0-9e.]{0,5})", 0..12)
    ) {
        // Each line on its own too: one that is wrong keeps the others from being read.
        for text in lines.iter().cloned().chain([lines.join("\n")]) {
            if let Ok(scrape) = Scrape::parse(&text) {
                ask_everything(&scrape);
            }
        }
    }
}
