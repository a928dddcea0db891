//! Conversations and everything in them, over HTTP.

mod accounts;
mod blocks;
mod changes;
mod crowd;
mod groups;
mod list;
mod log;
mod membership;
mod messages;
mod opening;
mod outsiders;
mod reactions;
mod retries;
pub mod room;
mod secrecy;
mod shapes;
mod unread;
