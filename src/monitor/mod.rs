//! What a running server measures of itself, read from outside through its `/metrics`.

pub mod scrape;
