//! What a running server measures of itself, read from outside through its `/metrics`.
//!
//! A [`source`] gives readings ([`scrape`]); two of them give [`figures`]; [`rules`] say what is worth a warning, and
//! [`findings`] for how long; a [`watch`] keeps all that. It is shown as a [`summary`], a [`report`] or a [`dashboard`].

pub mod dashboard;
pub mod figures;
pub mod findings;
pub mod quantity;
pub mod report;
pub mod rules;
pub mod scrape;
pub mod source;
pub mod summary;
pub mod watch;
