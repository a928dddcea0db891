//! What the store measures of itself, and the means of measuring, which are cheap enough for any path.
//!
//! They stand here because nothing stands below the store; everybody else measures with the same.

mod count;
mod disk;
mod histogram;

use prometheus_client::metrics::gauge::Gauge;

pub use count::{Count, Level};
pub use disk::DiskUse;
pub(super) use disk::{bytes_below, bytes_since};
pub use histogram::{Distribution, Histogram};

/// What the store measures of itself. Clones share it.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Writes in each group that was put into the journal.
    pub group_size: Histogram,
    /// Writes that wait for the committer.
    pub waiting: Gauge,
    /// How long each `fdatasync` of the journal took.
    pub fsync: Histogram,
    /// Looks into the cache of decoded records.
    pub records: CacheFigures,
}

/// How often a cache had what was looked for. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct CacheFigures {
    /// It was there.
    pub hits: Count,
    /// It had to be made.
    pub misses: Count,
}
