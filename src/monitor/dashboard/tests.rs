use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;

use super::*;

/// Reading number `second` of a server of 100 requests a second. From second 20 on its answers are slow, and some fail.
fn reading(begin: Instant, second: u32) -> Result<Scrape, ScrapeError> {
    let bad = second.saturating_sub(20);
    let requests = |method: &str, route: &str, status: &str, [quick, slow]: [u32; 2]| {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        let (name, all) = ("hearth_http_request_duration_seconds", quick + slow);
        format!(
            "{name}_sum{{{labels}}} {all}\n{name}_bucket{{le=\"0.01\",{labels}}} {quick}\n\
             {name}_bucket{{le=\"1.0\",{labels}}} {all}\n{name}_bucket{{le=\"+Inf\",{labels}}} {all}\n"
        )
    };
    let text = [
        requests("GET", "/api/v1/posts", "200", [second * 90, 0]),
        requests("POST", "/api/v1/posts", "201", [(second - bad) * 10, bad * 7]),
        requests("POST", "/api/v1/posts", "500", [0, bad * 3]),
        format!("hearth_sockets{{kind=\"websocket\"}} 512\nhearth_messages_total {}\n", second * 25),
        format!("process_cpu_seconds_total {}\nhearth_cores 2\n", f64::from(second) * 0.5),
        format!("hearth_cache_hits_total{{cache=\"pages\"}} {}\n", second * 9),
        format!("hearth_cache_misses_total{{cache=\"pages\"}} {second}\n"),
        format!("hearth_build_info{{version=\"0.1.0\"}} 1\nhearth_uptime_seconds {}\n", second + 7200),
        "process_resident_memory_bytes 52428800\nhearth_http_requests_in_flight 3\n".to_owned(),
    ];
    let mut scrape = Scrape::parse(&text.concat())?;
    scrape.at = begin + Duration::from_secs(second.into());
    Ok(scrape)
}

fn at(second: u32) -> Timestamp {
    Timestamp::from_millis(1_795_421_460_000 + i64::from(second) * 1000)
}

/// What is shown after `seconds` seconds, from 08:11:00 on.
fn shown(seconds: u32) -> Shown {
    let begin = Instant::now();
    let mut shown = Shown::new("http://127.0.0.1:8080", Duration::from_secs(1), at(0));
    for second in 0..=seconds {
        shown.now = at(second);
        shown.watch.hear(reading(begin, second), shown.now);
    }
    shown
}

/// The lines on a screen of that size.
fn drawn(shown: &Shown, width: u16, height: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| picture::draw(frame, shown)).unwrap();
    let cells = terminal.backend().buffer().content();
    cells.chunks(usize::from(width)).map(|row| row.iter().map(Cell::symbol).collect()).collect()
}

/// Each of `parts` is in one of the lines, whatever blanks are between its words.
fn assert_seen(lines: &[String], parts: &[&str]) {
    let squeezed: Vec<_> = lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for part in parts {
        assert!(squeezed.iter().any(|line| line.contains(part)), "{part:?} is missing:\n{}", lines.join("\n"));
    }
}

fn press(shown: &mut Shown, code: KeyCode) -> bool {
    shown.press(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn a_common_terminal_shows_figures_routes_and_no_warnings_where_there_are_none() {
    let lines = drawn(&shown(15), 80, 24);
    assert_seen(
        &lines,
        &[
            "● hearth 0.1.0 http://127.0.0.1:8080",
            "up 2 h 0 min · every 1 s · 08:11:15",
            "requests 100/s ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ messages 25/s ▇",
            "p95 9.50 ms ▇",
            "sockets 512 ▇",
            "fsync p95 –",
            "cpu 0.50 of 2 ▂",
            "memory 50.0 MiB ▇",
            "errors (5xx) 0 % refused –",
            "POST /api/v1/posts 9.50 ms 10/s 0 %",
            "none: 15 rules looked at 15 intervals since 08:11:00",
            "q quit p pause + - interval ? help",
        ],
    );
}

#[test]
fn a_larger_terminal_shows_more_and_warnings_with_their_time_and_advice() {
    let lines = drawn(&shown(25), 120, 40);
    assert_seen(
        &lines,
        &[
            "100/s",
            "≤ 100/s",
            "errors (5xx) 3.00 % refused – p50",
            "pages hits 90.0 %",
            "SLOWEST ROUTES",
            "POST /api/v1/posts 901 ms 10/s 15.0 %",
            "2 now, 0 before",
            "● 08:11:21 3.00 % of answers failed (3 of 100)",
            "→ the server's log has a line for each",
            "● 08:11:23 p95 of answers is 505 ms, over 300 ms for 3",
            "→ neither processor nor disk is short",
        ],
    );
    let title = lines.iter().find(|line| line.contains("SLOWEST ROUTES")).unwrap();
    assert!(title.contains("WARNINGS"), "they are beside each other: {title}");
}

#[test]
fn what_a_server_does_not_tell_is_a_dash_and_no_nought() {
    let mut shown = Shown::new("http://x", Duration::from_secs(1), at(0));
    for second in 0..3 {
        shown.watch.hear(Scrape::parse("hearth_build_info{version=\"0.1.0\"} 1\n"), at(second));
    }
    let lines = drawn(&shown, 80, 24);
    assert_seen(&lines, &["requests – messages –", "in flight – sockets –", "commits – cpu –", "cache hits –"]);
    let figures = lines[1..13].concat().replace("p50", "");
    assert!(!figures.contains('0'), "{figures}");
}

#[test]
fn a_server_that_is_gone_is_said_and_it_comes_back_by_itself() {
    let begin = Instant::now();
    let mut shown = shown(5);
    shown.watch.hear(Err(ScrapeError::NoAnswer { url: "http://x/metrics".into(), cause: "refused".into() }), at(6));
    let gone = drawn(&shown, 100, 24);
    assert_seen(&gone, &["not reachable since 08:11:06", "requests –", "● 08:11:06 http://x/metrics gave no answer"]);
    shown.watch.hear(reading(begin, 8), at(8));
    let back = drawn(&shown, 100, 24);
    assert_seen(&back, &["requests 100/s", "○ 08:11:06 http://x/metrics gave no answer", "0 now, 1 before"]);
    assert!(!back.concat().contains("not reachable"), "{}", back.join("\n"));
}

#[test]
fn pausing_keeps_the_picture_and_goes_on_measuring() {
    let mut shown = shown(5);
    assert!(press(&mut shown, KeyCode::Char('p')));
    shown.watch.hear(Err(ScrapeError::NotHearth { url: "http://x".into() }), at(6));
    assert_seen(&drawn(&shown, 100, 24), &["paused at 08:11:05", "requests 100/s"]);
    assert!(press(&mut shown, KeyCode::Char('p')));
    assert_seen(&drawn(&shown, 100, 24), &["not reachable since 08:11:06"]);
}

#[test]
fn keys_do_what_the_help_says() {
    let mut shown = shown(5);
    press(&mut shown, KeyCode::Char('?'));
    assert_seen(&drawn(&shown, 80, 24), &["HELP", "+ - longer and shorter intervals"]);
    assert!(press(&mut shown, KeyCode::Esc), "it closes the help");
    assert!(!drawn(&shown, 80, 24).concat().contains("HELP"));
    press(&mut shown, KeyCode::Char('+'));
    assert_seen(&drawn(&shown, 80, 24), &["every 2 s"]);
    assert!((0..20).all(|_| press(&mut shown, KeyCode::Char('-'))));
    assert_seen(&drawn(&shown, 80, 24), &["every 0.2 s"]);
    assert!((0..20).all(|_| press(&mut shown, KeyCode::Char('+'))));
    assert_seen(&drawn(&shown, 80, 24), &["every 5 min"]);
    assert!(!press(&mut shown, KeyCode::Esc) && !press(&mut shown, KeyCode::Char('q')));
    assert!(!shown.press(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
    assert!(press(&mut shown, KeyCode::Char('c')), "not without Ctrl");
}

#[test]
fn every_size_can_be_drawn() {
    let mut shown = shown(25);
    for help in [false, true] {
        shown.help = help;
        for (width, height) in [0, 1, 2, 3, 5, 9, 20, 40, 59, 60, 61, 79, 115, 120, 191, 300]
            .into_iter()
            .flat_map(|width| [0, 1, 2, 3, 5, 6, 9, 14, 24, 80].map(|height| (width, height)))
        {
            assert_eq!(drawn(&shown, width.max(1), height.max(1)).len(), usize::from(height.max(1)));
        }
    }
    shown.help = false;
    assert_seen(&drawn(&shown, 30, 6), &["● hearth", "requests 100/s"]);
}
