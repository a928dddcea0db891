//! Hearth from outside: a module a feature.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod accounts;
mod actor;
mod anonymity;
mod answer;
mod attacks;
mod backups;
mod clock;
mod comments;
mod community;
mod conversations;
mod http;
mod idempotency;
mod invites;
mod media;
mod metrics;
mod moderation;
mod moving;
mod openapi;
mod posts;
mod roles;
mod sessions;
mod socket;
mod store;
mod web;
