//! How far an order is, from whoever carries it out to whoever waits for it.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How far an order is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is being done, in a few words; empty before anything was said.
    pub what: String,
    /// How much of it is done, in units of its own.
    pub done: u64,
    /// How much there is to do, where that is known.
    pub total: Option<u64>,
}

/// Tells how far an order is. Telling never waits: whoever is slow to listen hears the latest step alone.
///
/// Clones tell the same listener, also from threads that block.
#[derive(Clone, Debug)]
pub struct Progress(watch::Sender<Step>);

impl Progress {
    /// Progress, and where it is heard.
    pub fn new() -> (Self, watch::Receiver<Step>) {
        let (sender, receiver) = watch::channel(Step::default());
        (Self(sender), receiver)
    }

    /// `done` of `total` units of `what` are done.
    pub fn tell(&self, what: &str, done: u64, total: Option<u64>) {
        self.0.send_replace(Step { what: what.to_owned(), done, total });
    }

    /// Whether anybody still waits for the order: long work that nobody waits for should end.
    pub fn is_wanted(&self) -> bool {
        !self.0.is_closed()
    }
}
