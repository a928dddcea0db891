//! The web app in a real, headless Chromium: what people do there, and what they see.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod accessible;
mod axe;
mod browser;
#[expect(unused_imports, dead_code, reason = "browsers open the sockets here")]
#[path = "../client/mod.rs"]
mod client;
mod driver;
mod house;
mod line;
mod member;
mod record;
mod visitor;

mod accessibility;
mod anonymity;
mod banning;
mod chatting;
mod feed;
mod hostile;
mod joining;
mod keyboard;
mod posting;
mod watching;
mod weight;
