//! Conversations with many sockets: how fast they hear, how soon, and what each costs, beside a bare actix-ws room.

mod bare;
mod crowd;
mod delay;
mod executable;
mod full;
mod hall;
mod idle;
mod pace;

pub use delay::run as run_delay;
pub use full::run as run_full;
pub use idle::run as run_idle;
pub use pace::run as run_pace;
