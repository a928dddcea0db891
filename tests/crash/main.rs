//! The executable, killed with SIGKILL in the middle of many writes, again and again on the same folder: what was
//! acknowledged is there, and what was not is there as a whole or not at all.
//!
//! `HEARTH_CRASH_KILLS=200` makes it long; `HEARTH_CRASH_SEED` makes the choices of a run again that failed (not the
//! moments, which are the machine's).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod chance;
mod chat;
#[path = "../client/mod.rs"]
mod client;
mod clock;
mod faults;
mod history;
mod layer;
mod picture;
mod power;
mod story;
mod witness;
mod world;
mod writer;

use chance::Chance;
use story::Story;

/// How often the longest test kills.
fn kills() -> usize {
    std::env::var("HEARTH_CRASH_KILLS").map_or(20, |kills| kills.parse().unwrap())
}

fn chance() -> Chance {
    let given = std::env::var("HEARTH_CRASH_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| getrandom::u64().unwrap());
    println!("HEARTH_CRASH_SEED={seed}");
    Chance::new(seed)
}

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let mut story = Story::begin(chance(), &[]);
    for kill in 1..=kills() {
        story.go_on_and_kill();
        if kill % 3 == 0 {
            story.kill_while_starting();
        }
        if kill % 5 == 0 {
            story.check();
        }
    }
    story.end();
}

#[test]
fn nothing_is_lost_when_sleds_folder_is_deleted_after_a_kill() {
    let mut story = Story::begin(chance(), &[]);
    for kill in 1..=kills().div_ceil(4) {
        story.go_on_and_kill();
        if kill % 2 == 0 {
            // A checkpoint is made, so that more than the journal says what was there.
            story.check();
        }
        story.delete_sled();
        if kill % 3 == 0 {
            story.kill_while_starting();
        }
    }
    story.end();
}

#[test]
fn relaxed_durability_loses_nothing_when_only_the_process_is_killed() {
    let mut story = Story::begin(chance(), &["--durability", "relaxed"]);
    for _ in 1..=kills().div_ceil(4) {
        story.go_on_and_kill();
    }
    story.end();
}

#[test]
fn each_acknowledged_message_is_in_each_members_view_exactly_once_and_in_order() {
    chat::talk_and_kill(chance(), kills().max(10));
}

#[test]
fn what_was_acknowledged_survives_a_power_cut_at_any_moment() {
    power::cut(chance(), kills().div_ceil(5), 12);
}

#[test]
fn a_disk_that_fails_under_a_server_loses_nothing_that_was_acknowledged() {
    faults::while_running(chance(), kills().div_ceil(2));
}

#[test]
fn a_disk_that_fails_while_the_server_starts_is_told_of_and_the_next_start_works() {
    faults::while_starting(chance(), 2 * kills());
}

#[test]
fn a_full_disk_refuses_writes_serves_reads_and_is_made_up_for_without_a_restart() {
    faults::full_disk(chance());
}

#[test]
fn a_clock_that_jumps_disorders_nothing_and_makes_nothing_last_longer() {
    clock::jump();
}
