//! What a running server measures of itself, read from outside through its `/metrics`.

pub mod figures;
pub mod quantity;
pub mod rules;
pub mod scrape;
