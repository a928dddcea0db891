//! Hearth.

pub mod accounts;
pub mod app;
pub mod categories;
pub mod cli;
pub mod clock;
pub mod comments;
pub mod config;
pub mod demo;
pub mod error;
pub mod housekeeping;
pub mod http;
pub mod id;
pub mod idempotency;
pub mod paging;
pub mod posts;
pub mod sessions;
pub mod store;
pub mod text;
