//! Comments: the threads below posts.

mod changes;
mod deletion;
mod thread;
