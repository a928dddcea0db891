//! The report of a load test: three files, and what the terminal shows at the end.
//!
//! Everything in it follows from the figures of an [`Outcome`]. `tables` brings them into rows that `markdown`,
//! `page` and the terminal share, so that no two of them can say different things.

mod advice;
mod charts;
mod compare;
mod file;
mod levels;
mod markdown;
mod numbers;
mod page;
mod score;
mod tables;
mod targets;
mod terminal;
mod verdict;

#[cfg(test)]
mod tests;

pub use file::{ReadError, Written, read, write};
pub use score::{Part, Score};

use super::outcome::Outcome;

/// Each target that was missed: a sentence with the figure and what it had to be. Chat messages that were lost, came
/// twice or out of order, and acknowledged things that could not be read back, are always among them.
pub fn missed(outcome: &Outcome) -> Vec<String> {
    targets::of(outcome).into_iter().flat_map(|target| target.missed).collect()
}

/// What the terminal shows at the end: the levels, score, verdict, the first advice, and what was missed.
pub fn summary(outcome: &Outcome) -> String {
    terminal::summary(outcome)
}

/// The score of 100, with its parts.
pub fn score(outcome: &Outcome) -> Score {
    score::of(outcome)
}
