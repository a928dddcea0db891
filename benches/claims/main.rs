//! What the README claims, measured: each figure beside what it is compared with, in turn, in one run.
//!
//! `cargo bench --bench claims` runs all; `cargo bench --bench claims -- commits` (or `creates`, `pages`, `logins`, …: the list below) one part.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on stops")]

mod client;
mod commits;
mod community;
mod creates;
mod disk;
mod logins;
mod pages;
mod paired;
mod rooms;
mod size;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let parts: [(&str, fn()); 9] = [
        ("commits", commits::run),
        ("creates", creates::run),
        ("pages", pages::run),
        ("logins", logins::run),
        ("delay", rooms::run_delay),
        ("rooms", rooms::run_pace),
        ("idle", rooms::run_idle),
        ("full", rooms::run_full),
        ("size", size::run),
    ];
    for (name, run) in parts {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            run();
        }
    }
}
