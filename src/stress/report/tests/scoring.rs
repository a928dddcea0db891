//! The score's formulas.

use super::sample::{bad, empty, good, latency, level};
use crate::stress::outcome::{Call, Chat, Figures, Latency, Level, Outcome, Stored};
use crate::stress::report::score::{at_least, at_most, points, replaced_api_points, worst_second};
use crate::stress::report::{missed, score};

/// The points of each part: authentication, API, sockets, storage, consistency.
fn parts(outcome: &Outcome) -> Vec<Option<f64>> {
    score(outcome).parts.iter().map(|part| part.points).collect()
}

fn assert_near(found: Option<f64>, wanted: f64) {
    assert!(found.is_some_and(|found| (found - wanted).abs() < 1e-9), "{found:?} instead of {wanted}");
}

#[test]
fn a_figure_loses_by_how_far_it_is_off() {
    assert_eq!([0.0, 200.0, 400.0, 2_000.0].map(|ms| at_most(ms, 200.0)), [1.0, 1.0, 0.5, 0.1]);
    assert_eq!([0.0, 50.0, 100.0, 900.0].map(|people| at_least(people, 100.0)), [0.0, 0.5, 1.0, 1.0]);
    assert_eq!(
        [at_most(f64::NAN, 1.0), at_least(f64::NAN, 1.0), at_least(0.0, 0.0), at_most(1.0, 0.0)],
        [0.0, 0.0, 1.0, 0.0]
    );
    assert_eq!([99.99, 100.0, 65.0].map(points), ["99.9", "100", "65"]);
}

#[test]
fn each_part_is_its_formula() {
    let mut outcome = good();
    outcome.levels.truncate(2);
    let [first, second] = &mut outcome.levels[..] else { unreachable!() };
    second.by_call.insert(Call::LogIn, figures(100, 10, 2_000.0));
    second.all.failed = second.all.calls / 50;
    second.all.latency.mean = 400.0;
    second.all.latency.p95 = 600.0;
    second.chat.delay.p95 = 600.0;
    for call in Call::ALL.into_iter().filter(|call| call.is_write()) {
        second.by_call.insert(call, figures(10, 0, 1_200.0));
    }
    for (at, other) in second.timeline.iter_mut().enumerate() {
        other.p95 = if at == 4 { 400.0 } else { 20.0 };
    }
    first.by_call.insert(Call::LogIn, figures(100, 0, 900.0));
    let found = parts(&outcome);
    assert_near(found[0], 15.0 * (1.0 + 0.9 * 0.5) / 2.0);
    // Only the first level was kept, with 25 people; its 240 a second are enough.
    let reach = 1.0 + 0.25;
    assert_near(found[1], 35.0 * ((2.0 + reach) / 4.0 + 0.98 * (0.5 + 0.5 + reach) / 4.0) / 2.0);
    assert_near(found[2], 25.0 * (1.0 + 0.5) / 2.0);
    assert_near(found[3], 15.0 * (1.0 + 0.25) / 2.0);
    assert_near(found[4], 10.0 * (1.0 + 0.98 * 0.75) / 2.0);
    let total = found.iter().flatten().sum::<f64>();
    assert_near(score(&outcome).total, total);
}

fn figures(calls: u64, failed: u64, p95: f64) -> Figures {
    Figures { calls, failed, latency: Latency { p95, ..Latency::default() }, ..Figures::default() }
}

/// What breaks a promise in a level.
type Break = fn(&mut Level);

#[test]
fn a_broken_promise_takes_its_whole_part() {
    let whole = score(&good());
    assert!(whole.total.is_some_and(|total| total > 95.0 && total <= 100.0), "{whole:?}");
    let breaks: [(usize, Break); 4] = [
        (2, |level| (level.chat.lost, level.chat.delivered) = (1, level.chat.delivered - 1)),
        (2, |level| level.chat.duplicated = 1),
        (2, |level| level.chat.out_of_order = 1),
        (3, |level| level.stored.found -= 1),
    ];
    for (part, break_it) in breaks {
        let mut outcome = good();
        break_it(&mut outcome.levels[1]);
        let found = score(&outcome);
        assert_eq!(found.parts[part].points, Some(0.0));
        let lowered = whole.total.unwrap_or(0.0) - found.total.unwrap_or(0.0);
        assert!(lowered >= found.parts[part].weight - 1e-9, "{lowered}");
        assert_eq!(missed(&outcome).len(), 1, "{:?}", missed(&outcome));
    }
}

#[test]
fn what_was_not_measured_earns_nothing() {
    assert_eq!(score(&empty()).total, None);
    assert!(parts(&empty()).iter().all(Option::is_none));
    let mut outcome = good();
    for level in &mut outcome.levels {
        level.chat = Chat::default();
        level.by_call.remove(&Call::LogIn);
        level.stored = Stored::default();
        level.timeline.clear();
    }
    assert_eq!(parts(&outcome).iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false, false, false]);
    assert_near(score(&outcome).total, 35.0);
}

#[test]
fn where_everything_fails_nothing_is_earned_for_being_quick() {
    let mut failing = level("failing", 100, 100, 10.0, 1.0);
    failing.all = Figures { calls: 10_000, failed: 10_000, ..Figures::default() };
    for figures in failing.by_call.values_mut() {
        *figures = Figures { failed: figures.calls, calls: figures.calls, ..Figures::default() };
    }
    for second in &mut failing.timeline {
        (second.failed, second.p50, second.p95) = (second.calls, 0.0, 0.0);
    }
    failing.chat = Chat { acknowledged: 10, expected: 10, ..Chat::default() };
    failing.stored = Stored::default();
    let outcome = Outcome { levels: vec![failing], ..empty() };
    assert_eq!(parts(&outcome), [Some(0.0); 5]);
}

#[test]
fn a_few_calls_in_a_second_are_no_worst_second() {
    let mut few = level("few", 10, 10, 4.0, 10.0);
    let [first, second, ..] = &mut few.timeline[..] else { unreachable!() };
    (first.calls, first.p95) = (1, 9_000.0);
    (second.calls, second.p95) = (99, 10.0);
    few.timeline.truncate(2);
    assert_eq!(worst_second(&few), Some((9_000.0 + 990.0) / 100.0));
    few.timeline.truncate(1);
    assert_eq!(worst_second(&few), None);
}

#[test]
fn the_system_that_hearth_replaces_is_far_down() {
    let api = replaced_api_points(&empty().targets);
    assert!((4.0..8.0).contains(&api), "{api}");
    // What is not known of it is taken to be no worse than what is.
    let mut old = level("old", 50, 100, 50.0, 500.0);
    old.seconds = old.all.calls as f64 * 0.875 / 100.0;
    old.all.failed = old.all.calls / 8;
    old.all.latency = Latency { mean: 500.0, p50: 400.0, p95: 1_500.0, ..latency(500.0) };
    for (call, figures) in &mut old.by_call {
        figures.failed = figures.calls / 8;
        figures.latency.p95 = if *call == Call::LogIn { 2_000.0 } else { 1_500.0 };
    }
    old.chat.delay.p95 = 1_500.0;
    old.timeline.iter_mut().for_each(|second| second.p95 = 1_500.0);
    let outcome = Outcome { levels: vec![old], ..empty() };
    assert_near(parts(&outcome)[1], api);
    let total = score(&outcome).total.unwrap_or(0.0);
    assert!((15.0..40.0).contains(&total), "{total}");
}

#[test]
fn a_bad_outcome_stays_within_bounds() {
    let found = score(&bad());
    assert!(found.total.is_some_and(|total| (0.0..50.0).contains(&total)), "{found:?}");
    assert!(found.parts.iter().map(|part| part.weight).sum::<f64>() == 100.0);
}
