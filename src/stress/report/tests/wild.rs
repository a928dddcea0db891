//! Outcomes that no load test would bring.

use proptest::prelude::*;

use super::forms::{all_forms, has_no_number};
use super::sample::{bad, good, level};
use crate::stress::outcome::{Call, Capacity, Latency, Level, Limit, Outcome, Resources, Second, Targets};
use crate::stress::report::{charts, missed, score};

fn figure() -> BoxedStrategy<f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64, 0.0..5_000.0_f64, Just(1e300), Just(f64::MIN_POSITIVE), Just(-1.0)]
        .boxed()
}

fn number() -> BoxedStrategy<u64> {
    prop_oneof![Just(0), Just(1), 0..100_000_u64, Just(u64::MAX)].boxed()
}

fn latency() -> BoxedStrategy<Latency> {
    let curve = prop::collection::vec((figure(), figure()), 0..5);
    (prop::array::uniform7(figure()), curve)
        .prop_map(|([mean, p50, p90, p95, p99, p999, max], curve)| Latency {
            mean,
            p50,
            p90,
            p95,
            p99,
            p999,
            max,
            curve,
        })
        .boxed()
}

fn seconds() -> BoxedStrategy<Vec<Second>> {
    let second = (prop::array::uniform4(figure()), number(), number(), prop::option::of((figure(), number())));
    let second = second.prop_map(|([at, p50, p95, load_cores], calls, failed, server)| Second {
        at,
        calls,
        failed,
        p50,
        p95,
        server_cores: server.map(|server| server.0),
        load_cores,
        server_memory: server.map(|server| server.1),
    });
    prop::collection::vec(second, 0..8).boxed()
}

fn resources() -> BoxedStrategy<Option<Resources>> {
    let used = (prop::array::uniform6(figure()), prop::array::uniform8(number()));
    let used = used.prop_map(|(figures, numbers)| Resources {
        cores: figures[0],
        peak_cores: figures[1],
        group_size: figures[2],
        sync_mean_ms: figures[3],
        sync_p95_ms: figures[4],
        sync_share: figures[5],
        peak_memory: numbers[0],
        peak_files: numbers[1],
        max_files: numbers[2],
        commits: numbers[3],
        hashes: numbers[4],
        peak_hash_queue: numbers[5],
        refused: numbers[6],
        slow_readers: numbers[7],
        cache_hits: [("x".to_owned(), figures[0])].into(),
        ..Resources::default()
    });
    prop::option::of(used).boxed()
}

fn any_level() -> BoxedStrategy<Level> {
    let parts =
        (latency(), latency(), prop::array::uniform12(number()), figure(), seconds(), resources(), any::<bool>());
    (parts, 0..3_usize)
        .prop_map(|((all, delay, numbers, length, timeline, resources, cut_short), users)| {
            let mut level = level("wild", users * 100, 1, 1.0, 1.0);
            level.all.latency = all.clone();
            (level.all.calls, level.all.failed) = (numbers[0], numbers[1].min(numbers[0]));
            for figures in level.by_call.values_mut() {
                (figures.calls, figures.failed) = (numbers[2], numbers[3].min(numbers[2]));
                figures.latency = all.clone();
            }
            if cut_short {
                level.by_call.remove(&Call::LogIn);
            }
            (level.chat.expected, level.chat.delivered, level.chat.lost) = (numbers[4], numbers[5], numbers[6]);
            (level.chat.duplicated, level.chat.out_of_order) = (numbers[7], numbers[8]);
            (level.stored.looked_for, level.stored.found) = (numbers[9], numbers[10]);
            level.chat.delay = delay.clone();
            level.uncorrected = delay;
            Level { seconds: length, timeline, resources, cut_short, ..level }
        })
        .boxed()
}

fn any_outcome() -> BoxedStrategy<Outcome> {
    let levels = || prop::collection::vec(any_level(), 0..4).boxed();
    (levels(), prop::option::of(levels()), prop::array::uniform5(figure()), number(), 0..3_usize)
        .prop_map(|(levels, steps, figures, memory, cores)| {
            let evidence = "because".to_owned();
            let capacity = steps.map(|steps| Capacity {
                users: cores,
                requests_per_second: figures[0],
                limit: Limit::Memory,
                evidence,
                steps,
            });
            let mut outcome = Outcome { levels, capacity, ..good() };
            (outcome.machine.cores, outcome.machine.memory) = (cores, memory);
            let [_, requests_per_second, success, average_ms, p95_ms] = figures;
            outcome.targets = Targets { users: cores * 50, requests_per_second, success, average_ms, p95_ms };
            outcome
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_form_breaks(outcome in any_outcome(), earlier in any_outcome()) {
        let [markdown, html, json, terminal] = all_forms(&outcome, Some(&earlier));
        for form in [&markdown, &html, &json, &terminal] {
            prop_assert!(!has_no_number(form), "{form}");
        }
        let again: Result<Outcome, _> = serde_json::from_str(&json);
        prop_assert!(again.is_ok(), "{again:?}");
        let score = score(&outcome);
        prop_assert!(score.total.is_none_or(|total| (0.0..=100.0).contains(&total)));
        prop_assert!(score.parts.iter().all(|part| part.points.is_none_or(|points| (0.0..=part.weight).contains(&points))));
        let broken = outcome.levels.iter().any(|level| level.chat.lost > 0);
        prop_assert!(!broken || !missed(&outcome).is_empty());
    }
}

#[test]
fn a_line_breaks_where_figures_are_missing() {
    let mut outcome = bad();
    assert!(charts::of(&outcome).iter().any(|chart| chart.title.starts_with("Memory")));
    for second in outcome.levels.iter_mut().flat_map(|level| &mut level.timeline) {
        (second.server_cores, second.server_memory) = (None, None);
    }
    let charts = charts::of(&outcome);
    assert!(!charts.iter().any(|chart| chart.title.starts_with("Memory")));
    let processor = charts.iter().find(|chart| chart.title.starts_with("Processor"));
    assert!(processor.is_some_and(|chart| chart.legend.len() == 1 && chart.caption.contains("did not show its own")));
}
