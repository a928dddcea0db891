use super::*;
use crate::monitor::figures::{Cache, Chat, Http, Passwords, Process, Route, Storage};

/// A server that does well.
fn fine() -> Figures {
    let route = Route {
        method: "POST".into(),
        route: "/posts".into(),
        requests: 10.0,
        requests_per_second: 10.0,
        p95_ms: Some(20.0),
        error_share: 0.0,
    };
    Figures {
        seconds: 1.0,
        restarted: false,
        http: Http {
            requests: Some(1000.0),
            requests_per_second: Some(1000.0),
            in_flight: Some(4.0),
            errors: Some(10.0),
            error_share: Some(0.01),
            refused: Some(Vec::new()),
            mean_ms: Some(4.0),
            p50_ms: Some(3.0),
            p95_ms: Some(300.0),
            p99_ms: Some(400.0),
        },
        routes: vec![route],
        chat: Chat {
            sockets: Some(500.0),
            deliveries_per_second: Some(900.0),
            delay_p95_ms: Some(500.0),
            queue_bytes: Some(1024.0),
            slow_readers: Some(0.0),
            ..Chat::default()
        },
        store: Storage {
            commits_per_second: Some(100.0),
            group_size: Some(3.0),
            commit_queue: Some(2.0),
            fsync_p95_ms: Some(50.0),
            ..Storage::default()
        },
        caches: vec![Cache { cache: "pages".into(), lookups: 1000.0, hit_share: Some(0.5) }],
        passwords: Passwords {
            queue: Some(1.0),
            hashes_per_second: Some(8.0),
            hash_mean_ms: Some(100.0),
            refused: Some(0.0),
        },
        process: Process {
            uptime_seconds: Some(100.0),
            cpu_cores: Some(1.8),
            cores: Some(2.0),
            memory_bytes: Some(5e7),
            open_files: Some(800.0),
            max_files: Some(1000.0),
            ..Process::default()
        },
    }
}

/// `count` intervals; `change` gets the number of each, from 0.
fn intervals(count: usize, change: impl Fn(&mut Figures, f64)) -> Vec<Figures> {
    let mut all = vec![fine(); count];
    for (number, one) in (0_u32..).zip(&mut all) {
        change(one, f64::from(number));
    }
    all
}

fn names(recent: &[Figures]) -> Vec<&'static str> {
    alarms(recent).into_iter().map(|alarm| alarm.rule).collect()
}

/// The one alarm there is; it says all of `parts`.
fn assert_alarm(recent: &[Figures], rule: &str, parts: &[&str]) {
    let alarms = alarms(recent);
    let [alarm] = &alarms[..] else { panic!("not one alarm: {alarms:?}") };
    let text = format!("{} → {}", alarm.said, alarm.advice);
    assert!(alarm.rule == rule && parts.iter().all(|part| text.contains(part)), "{parts:?}: {alarm:?}");
}

#[test]
fn at_the_bounds_nothing_is_said() {
    assert_eq!(names(&intervals(REACH, |_, _| {})), [""; 0]);
    assert_eq!(names(&[]), [""; 0]);
}

#[test]
fn of_what_is_unknown_nothing_is_said() {
    assert_eq!(names(&vec![Figures::default(); REACH]), [""; 0]);
}

#[test]
fn slow_answers_are_told_after_three_intervals_with_the_cause() {
    let slow = |of: &mut Figures, _| {
        of.http.p95_ms = Some(412.0);
        of.routes[0].p95_ms = Some(900.0);
    };
    assert_alarm(&intervals(3, slow), "slow_answers", &["412 ms", "300 ms", "POST /posts with 900 ms", "that route"]);
    assert_eq!(names(&intervals(2, slow)), [""; 0]);
    let mut interrupted = intervals(3, slow);
    interrupted[1].http.p95_ms = Some(100.0);
    assert_eq!(names(&interrupted), [""; 0]);
    let waiting = |of: &mut Figures, number| {
        slow(of, number);
        of.passwords.queue = Some(60.0);
    };
    assert_alarm(&intervals(3, waiting), "slow_answers", &["60 log-ins wait"]);
    let mut busy = intervals(3, slow);
    busy[2].process.cpu_cores = Some(1.99);
    assert_alarm(&busy, "slow_answers", &["processor is at 99.5 %"]);
    let mut disk = intervals(3, slow);
    disk[2].store.fsync_p95_ms = Some(80.0);
    assert_alarm(&disk, "slow_answers", &["80.0 ms for an fsync"]);
}

#[test]
fn failed_answers_are_told_with_their_place() {
    let failing = intervals(1, |of, _| {
        (of.http.errors, of.http.error_share) = (Some(42.0), Some(0.042));
        of.routes[0].error_share = 0.5;
    });
    assert_alarm(&failing, "errors", &["4.20 %", "42 of 1000", "POST /posts", "log"]);
}

#[test]
fn refusals_are_told_with_their_reasons() {
    let refusing = |of: &mut Figures, _| of.http.refused = Some(vec![("busy".into(), 7.0), ("queue".into(), 2.0)]);
    assert_alarm(&intervals(1, refusing), "refused", &["9 requests", "busy 7, queue 2", "4 in flight"]);
    let failing = intervals(1, |of, number| {
        refusing(of, number);
        of.http.error_share = Some(0.02);
    });
    assert_eq!(names(&failing), ["errors", "refused"]);
    assert!(alarms(&failing)[0].advice.contains("9 were refused"), "{failing:?}");
}

#[test]
fn log_ins_that_wait_or_are_refused_are_told() {
    let queue = |step: f64| move |of: &mut Figures, number: f64| of.passwords.queue = Some(4.0 + step * number);
    assert_alarm(&intervals(3, queue(6.0)), "logins_wait", &["16 log-ins", "after 4", "2000 ms", "8/s of 100 ms"]);
    assert_eq!(names(&intervals(3, queue(1.0))), [""; 0], "few");
    assert_eq!(names(&intervals(3, |of, _| of.passwords.queue = Some(50.0))), [""; 0], "not growing");
    let refused = intervals(1, |of, _| of.passwords.refused = Some(3.0));
    assert_alarm(&refused, "logins_refused", &["3 log-ins", "8/s"]);
}

#[test]
fn chat_that_does_not_keep_up_is_told() {
    let late = |of: &mut Figures, _| of.chat.delay_p95_ms = Some(700.0);
    assert_alarm(&intervals(3, late), "slow_deliveries", &["700 ms", "500 ms", "900/s", "1.00 KiB"]);
    assert_eq!(names(&intervals(2, late)), [""; 0]);
    assert_alarm(&intervals(1, |of, _| of.chat.slow_readers = Some(2.0)), "slow_readers", &["2 devices", "900/s"]);
    let growing = |bytes: f64| move |of: &mut Figures, number| of.chat.queue_bytes = Some(bytes * (number + 1.0));
    assert_alarm(&intervals(5, growing(1048576.0)), "queue_grows", &["5.00 MiB", "1.00 MiB", "500 sockets"]);
    assert_eq!(names(&intervals(4, growing(1048576.0))), [""; 0], "for too short a time");
    assert_eq!(names(&intervals(5, growing(1024.0))), [""; 0], "little");
}

#[test]
fn a_store_that_does_not_keep_up_is_told() {
    let slow = |of: &mut Figures, _| of.store.fsync_p95_ms = Some(60.0);
    assert_alarm(&intervals(3, slow), "slow_disk", &["60.0 ms", "50.0 ms", "100/s commits of 3"]);
    assert_eq!(names(&intervals(2, slow)), [""; 0]);
    let waiting = |step: f64| move |of: &mut Figures, number| of.store.commit_queue = Some(200.0 + step * number);
    assert_alarm(&intervals(3, waiting(100.0)), "writes_wait", &["400 writes", "after 200", "50.0 ms"]);
    assert_eq!(names(&intervals(3, waiting(1.0))), [""; 0], "few");
}

#[test]
fn a_machine_at_its_limit_is_told() {
    let busy = |of: &mut Figures, _| of.process.cpu_cores = Some(1.9);
    assert_alarm(&intervals(3, busy), "processor", &["1.90 of 2 cores", "95.0 %", "1000/s"]);
    assert_eq!(names(&intervals(2, busy)), [""; 0]);
    let open = intervals(1, |of, _| of.process.open_files = Some(810.0));
    assert_alarm(&open, "files", &["810 of 1000", "81.0 %", "LimitNOFILE"]);
}

#[test]
fn a_cache_that_finds_little_is_told_once_it_is_warm() {
    let missing = |lookups: f64, hit_share: f64| {
        move |of: &mut Figures, _| of.caches.push(Cache { cache: "users".into(), lookups, hit_share: Some(hit_share) })
    };
    assert_alarm(&intervals(5, missing(100.0, 0.2)), "cold_cache", &["users", "20.0 % of 500", "cache_mb", "47.7 MiB"]);
    assert_eq!(names(&intervals(4, missing(100.0, 0.2))), [""; 0], "too few look-ups");
    assert_eq!(names(&intervals(5, missing(100.0, 0.5))), [""; 0], "enough hits");
    let mut young = intervals(5, missing(100.0, 0.2));
    young[4].process.uptime_seconds = Some(60.0);
    assert_eq!(names(&young), [""; 0]);
}

#[test]
fn a_restart_is_told() {
    let mut restarted = intervals(2, |_, _| {});
    restarted[1].restarted = true;
    restarted[1].process.uptime_seconds = Some(4.0);
    assert_alarm(&restarted, "restarted", &["up for 4 s", "log"]);
    restarted.push(fine());
    assert_eq!(names(&restarted), [""; 0], "once");
}

#[test]
fn a_backup_that_was_not_made_is_told_until_one_is() {
    let failing = |of: &mut Figures, number| of.store.backup_failing = Some(if number < 2.0 { 1.0 } else { 0.0 });
    assert_alarm(&intervals(2, failing), "backup_fails", &["was not made", "hearth backup create"]);
    assert_eq!(names(&intervals(3, failing)), [""; 0]);
}
