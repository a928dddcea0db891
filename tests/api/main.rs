//! Hearth from outside: a module a feature.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod accounts;
mod actor;
mod answer;
mod community;
mod store;
