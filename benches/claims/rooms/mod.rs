//! Conversations with many sockets: how fast they hear, how soon, and what each costs, beside a bare actix-ws room.

mod bare;
mod crowd;
mod delay;
mod hall;
mod idle;
mod pace;

pub use idle::run as run_idle;

/// Runs what needs no process of its own.
pub fn run() {
    pace::run();
    delay::run();
}
