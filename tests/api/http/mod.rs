//! What every answer has in common: caching, compression, refusals, and who may read at all.

mod bodies;
mod caching;
mod fresh;
mod health;
mod kept;
mod limits;
mod origins;
mod overload;
pub mod proxies;
mod reading;
mod refusals;
mod slow;
