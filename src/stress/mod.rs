//! The load test: people who read, write and chat against a running server, and what came of it.

pub mod outcome;
pub mod report;
