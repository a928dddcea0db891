//! What the README claims, measured: each figure beside what it is compared with, in turn, in one run.
//!
//! `cargo bench --bench claims` runs all; `cargo bench --bench claims -- commits` (or `creates`, `pages`, `logins`, …: the
//! list below) one part.
//!
//! # What bounds each path
//!
//! From `perf record` of these benches on 2 cores of an AMD EPYC, load and server together:
//!
//! - **Reading a ready page** (`pages`): 85 % of all samples are in the kernel, which sends and receives; of the worker's own,
//!   four in five. Nothing of ours has 1 %: what there is to gain is fewer system calls, which is the runtime's.
//! - **Creating a post** (`creates`, 64 connections): the committer's thread has 56 % of all samples, that is a whole core.
//!   Of these one in six is in the kernel, which writes and syncs the journal; nearly all the rest is sled, which copies a
//!   leaf for each insert (`Vec::clone`, `malloc`, `free`): a post has sixteen index entries. So it is bound by the
//!   processor, at 1.1 times what one `fdatasync` after another does; the store alone, with one record a write, does 8.4 times.
//! - **Broadcast** (`rooms`, 100 sockets): the workers have 52 % of all samples, two thirds of them in the kernel, which
//!   sends each socket its copy; the listening load 30 %, the committer 13 %, the hub, which serialises once, 3 %.
//! - **Logging in** (`logins`): 84 % of the threads that hash is argon2's `compress_avx2`, and their memory the rest;
//!   the committer and the workers have 3 % of a core each.

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
