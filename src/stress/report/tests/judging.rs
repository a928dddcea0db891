//! What is missed, the verdict, the advice and what moved.

use super::sample::{bad, empty, good, level};
use crate::stress::outcome::{Capacity, Limit, Outcome};
use crate::stress::report::compare::{self, Judged};
use crate::stress::report::{advice, missed, verdict};

#[test]
fn each_miss_has_both_figures() {
    assert_eq!(missed(&good()), [""; 0]);
    assert_eq!(missed(&empty()), ["Nothing was measured: no level made a call."]);
    let found = missed(&bad());
    let wanted = [
        "The other targets were kept with 25 people at once; it had to be at least 100.",
        "baseline (25 people): 104 requests a second succeeded; it had to be at least 200.",
        "<b>high|er</b> (100 people): 83.3 % of the requests succeeded; it had to be at least 95 %.",
        "ultimate (500 people): 624 ms was the mean; it had to be at most 200 ms.",
        "<b>high|er</b> (100 people): 833 ms was the 95th percentile; it had to be at most 300 ms.",
        "<b>high|er</b> (100 people): of 9,600 chat deliveries 3 were lost, 1 came twice and 0 out of order; none may.",
        "<b>high|er</b> (100 people): of 3,200 acknowledged posts, comments and messages 2 could not be read back; none \
         may be gone.",
    ];
    for sentence in wanted {
        assert!(found.iter().any(|found| found == sentence), "{sentence}\n{found:#?}");
    }
}

#[test]
fn a_loss_while_the_capacity_is_sought_is_missed_and_a_broken_step_is_not() {
    let steps = vec![level("100", 100, 50, 5.0, 5.0), level("900", 900, 50, 30.0, 400.0)];
    let capacity =
        Capacity { users: 100, requests_per_second: 1_000.0, limit: Limit::Processor, evidence: "E.".into(), steps };
    let mut outcome = Outcome { capacity: Some(capacity), ..empty() };
    assert_eq!(missed(&outcome), [""; 0]);
    let said = verdict::of(&outcome);
    assert!(said.starts_with("Ready for 100 people at once at 1,000 requests a second"), "{said}");
    assert!(said.contains("Needs more or faster cores for 900: there the mean was 480 ms instead of 200 ms"), "{said}");
    if let Some(capacity) = &mut outcome.capacity {
        capacity.steps[1].chat.lost = 1;
    }
    assert_eq!(missed(&outcome).len(), 1);
}

#[test]
fn a_level_that_was_cut_short_proves_nothing() {
    let mut outcome = good();
    outcome.levels[4].cut_short = true;
    assert!(verdict::of(&outcome).starts_with("Ready for 200 people"), "{}", verdict::of(&outcome));
}

#[test]
fn who_loses_something_is_not_ready_for_anybody() {
    let said = verdict::of(&bad());
    let wanted = "Not ready: 2 acknowledged things could not be read back and 4 chat deliveries were lost, twice or out of \
                  order, which must never happen. Nothing of that was seen up to 25 people at once";
    assert!(said.starts_with(wanted), "{said}");
    assert_eq!(verdict::heading(&bad()), "Not ready: a promise was broken");
    assert_eq!(verdict::heading(&good()), "Ready for 500 people at once");
}

#[test]
fn the_verdict_names_what_was_closest_to_its_limit() {
    let said = verdict::of(&good());
    assert!(said.contains("the processor at 94 % (1.37 cores for the server and 0.5 for the load, of 2)"), "{said}");
    let mut outcome = good();
    outcome.levels.iter_mut().filter_map(|level| level.resources.as_mut()).for_each(|used| used.sync_share = 0.97);
    assert!(
        verdict::of(&outcome).contains("Needs a disk that syncs faster for many more than that: the disk syncing 97 %")
    );
    // The machine of the load says nothing of a server elsewhere.
    outcome.target = Some("https://community.example".to_owned());
    outcome.levels.iter_mut().filter_map(|level| level.resources.as_mut()).for_each(|used| used.sync_share = 0.2);
    assert!(
        verdict::of(&outcome).contains("the closest was the disk syncing 20 % of the time"),
        "{}",
        verdict::of(&outcome)
    );
    outcome.levels.iter_mut().for_each(|level| level.resources = None);
    assert_eq!(verdict::of(&outcome), "Ready for 500 people at once at 2,119 requests a second (p95 114 ms).");
}

#[test]
fn advice_has_the_figure_that_it_follows_from() {
    let found = advice::of(&bad()).join("\n");
    let wanted = [
        "2 of 3,200 acknowledged things could not be read back in <b>high|er</b> (100 people)",
        "3 of 9,600 chat deliveries were lost and 1 came twice",
        "most of all 503 overloaded (3,000 times)",
        "3,000 requests were turned away",
        "4 sockets were cut off",
        "the 95th percentile of its syncs was 81.0 ms",
        "under way 93 % of the time",
        "7 GiB of the machine's 8 GiB (88 %)",
        "1,000 of at most 1,024 files were open",
        "The cache of records could answer 31 % of its look-ups",
        "In 1 of 3 levels the server did not show its figures",
        "1 of 3 levels were cut short",
    ];
    for piece in wanted {
        assert!(found.contains(piece), "{piece}\n{found}");
    }
}

#[test]
fn a_target_that_limits_is_told_from_one_that_is_slow() {
    let mut outcome = good();
    assert!(!advice::of(&outcome).join("\n").contains("rate_limit"));
    outcome.levels[1].all.errors.insert("429 rate_limited".to_owned(), 1_234);
    let found = advice::of(&outcome).join("\n");
    assert!(found.contains("1,234 requests were refused by the server's rate limits"), "{found}");
    assert!(found.contains("Set rate_limit = off there"), "{found}");
}

#[test]
fn where_nothing_stands_out_that_is_what_is_said() {
    let mut outcome = good();
    outcome.levels.truncate(3);
    outcome.machine.cores = 8;
    assert_eq!(advice::of(&outcome), ["Nothing stood out in what was measured."]);
    for second in &mut outcome.levels[2].timeline {
        second.load_cores = 3.6;
    }
    let found = advice::of(&outcome);
    assert!(found.len() == 1 && found[0].contains("took 3.6 of 8 cores (45 %)"), "{found:?}");
}

/// How the figure of that name in the first level was judged.
fn judged(now: &Outcome, before: &Outcome, figure: &str) -> Option<Judged> {
    let comparison = compare::of(now, before);
    comparison.levels[0].moves.iter().find(|found| found.figure == figure).map(|found| found.judged)
}

/// One level of ten seconds, whose seconds vary by `spread` around `p95`.
fn run(p95: f64, spread: f64) -> Outcome {
    let mut only = level("only", 100, 100, 10.0, 10.0);
    only.all.latency.p95 = p95;
    for (at, second) in only.timeline.iter_mut().enumerate() {
        second.p95 = p95 * if at % 2 == 0 { 1.0 - spread } else { 1.0 + spread };
        second.calls = 1_000;
    }
    Outcome { levels: vec![only], ..empty() }
}

#[test]
fn a_move_within_the_spread_of_the_seconds_is_noise() {
    assert_eq!(judged(&run(109.0, 0.01), &run(100.0, 0.01), "p95"), Some(Judged::Same));
    assert_eq!(judged(&run(112.0, 0.01), &run(100.0, 0.01), "p95"), Some(Judged::Worse));
    assert_eq!(judged(&run(88.0, 0.01), &run(100.0, 0.01), "p95"), Some(Judged::Better));
    // The run that varies more decides, whichever of the two it is.
    assert_eq!(judged(&run(112.0, 0.2), &run(100.0, 0.01), "p95"), Some(Judged::Same));
    assert_eq!(judged(&run(112.0, 0.01), &run(100.0, 0.2), "p95"), Some(Judged::Same));
    assert_eq!(judged(&run(170.0, 0.2), &run(100.0, 0.2), "p95"), Some(Judged::Worse));
    let mut short = run(300.0, 0.0);
    short.levels[0].timeline.truncate(4);
    assert_eq!(judged(&short, &run(100.0, 0.0), "p95"), Some(Judged::TooShort));
}

#[test]
fn speed_success_and_messages_are_judged_each_in_its_own_way() {
    let before = run(100.0, 0.0);
    let mut now = run(100.0, 0.0);
    now.levels[0].seconds = 5.0;
    assert_eq!(judged(&now, &before, "requests/s"), Some(Judged::Better));
    assert_eq!(judged(&now, &before, "success"), Some(Judged::Same));
    now.levels[0].all.failed = 3;
    assert_eq!(judged(&now, &before, "success"), Some(Judged::Same));
    now.levels[0].all.failed = 60;
    assert_eq!(judged(&now, &before, "success"), Some(Judged::Worse));
    assert_eq!(judged(&now, &before, "lost, twice, out of order"), Some(Judged::Same));
    assert_eq!(compare::of(&before, &before).moved(), ["only (100 people): nothing moved beyond noise."]);
    assert_eq!(compare::of(&before, &empty()).moved(), ["No level is in both runs."]);
    let moved = "only (100 people): requests/s better (1,000 → 1,988), success worse (100 % → 99.4 %).";
    assert_eq!(compare::of(&now, &before).moved(), [moved]);
    now.levels[0].chat.lost = 1;
    assert_eq!(judged(&now, &before, "lost, twice, out of order"), Some(Judged::Worse));
    assert_eq!(judged(&before, &now, "lost, twice, out of order"), Some(Judged::Better));
}

#[test]
fn levels_are_the_same_by_people_and_calls() {
    let mut now = good();
    now.levels[0].name = "another name".to_owned();
    now.levels[1].calls = 99;
    now.machine.cores = 16;
    let comparison = compare::of(&now, &good());
    assert_eq!(comparison.levels.len(), 4);
    assert_eq!(comparison.levels[0].title, "another name (25 people)");
    assert!(
        comparison.notes.iter().any(|note| note == "medium (50 people) with 99 calls each was not in the earlier run.")
    );
    assert!(comparison.notes.iter().any(|note| note.contains("now Ryzen 7 5700G with 16")), "{:?}", comparison.notes);
}
