//! The web app as it is served: its files, which are part of the executable, and the documents that begin it.
//!
//! A document holds the frame and, where it is about the feed or a post, what that shows: people see it before any script
//! has come, and whoever runs no script reads it too. The app in `src/web/app` then takes over the same page; what it would
//! ask for first stands in the document as data. What a document shows is public, the same for everybody: who is signed in
//! is known to the script alone.

mod cards;
mod document;
mod files;
pub mod routes;
mod side;

pub use files::address;
