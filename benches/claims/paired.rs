//! Two things measured in turn, many times, so that a machine that speeds up or slows down does so for both.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How often each side is measured.
const ROUNDS: usize = 15;

/// How long one measurement takes.
const WINDOW: Duration = Duration::from_millis(300);

/// Medians of both sides and of the ratios round by round.
pub struct Paired {
    pub ours: f64,
    pub other: f64,
    pub ratio: f64,
}

/// Measures both sides in turn; each gives operations a second.
pub fn paired(mut ours: impl FnMut() -> f64, mut other: impl FnMut() -> f64) -> Paired {
    // The first round warms both up.
    let _warm = (ours(), other());
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (ours(), other())).collect();
    Paired {
        ours: median(rounds.iter().map(|(ours, _)| *ours)),
        other: median(rounds.iter().map(|(_, other)| *other)),
        ratio: median(rounds.iter().map(|(ours, other)| ours / other)),
    }
}

/// Operations a second of `operation`, done again and again for a [`WINDOW`].
pub fn rate(mut operation: impl FnMut()) -> f64 {
    let started = Instant::now();
    let mut done = 0_u32;
    while started.elapsed() < WINDOW {
        operation();
        done += 1;
    }
    f64::from(done) / started.elapsed().as_secs_f64()
}

/// Operations a second of so many threads, each of which does again and again what `start` gives it.
pub fn rate_of_many<O: FnMut()>(threads: usize, start: impl Fn() -> O + Sync) -> f64 {
    let (end, done) = (AtomicBool::new(false), AtomicU32::new(0));
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut operation = start();
                while !end.load(Ordering::Relaxed) {
                    operation();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(WINDOW);
        end.store(true, Ordering::Relaxed);
    });
    f64::from(done.load(Ordering::Relaxed)) / started.elapsed().as_secs_f64()
}

/// The value in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints a row of the README's tables.
pub fn row(what: &str, compared_with: &str, measured: &Paired) {
    println!("| {what} | {:.0}/s | {compared_with} | {:.0}/s | {:.2} |", measured.ours, measured.other, measured.ratio);
}

/// Prints the head of a table.
pub fn head(title: &str) {
    println!("\n{title}\n\n| measured | median | beside | median | ratio |\n|---|---|---|---|---|");
}
