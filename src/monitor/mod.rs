//! What a running server measures of itself, read from outside through its `/metrics`.

pub mod figures;
pub mod findings;
pub mod quantity;
pub mod rules;
pub mod scrape;
pub mod watch;
