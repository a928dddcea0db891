//! Room on the disk: writing ends while there is still enough of it for all that a write leads to.
//!
//! The journal can take back a frame that did not fit, sled cannot: once a write of its own has failed, it takes nothing
//! more until it is opened again. So a reserve is kept for it, and for the checkpoint at the end.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::error::StoreError;

/// How long a look at the disk is believed. Others write to it too.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A look is not believed either once this part of the reserve was written since.
const PART: u64 = 16;

/// How much room there is, as far as it is known.
pub struct Space {
    dir: PathBuf,
    reserve: u64,
    /// When it was last looked, and what was free then.
    seen: Option<(Instant, u64)>,
    /// Bytes written since.
    written: u64,
    was_low: bool,
}

impl Space {
    /// For writing to `dir`, where `reserve` bytes are to be left.
    pub const fn new(dir: PathBuf, reserve: u64) -> Self {
        Self { dir, reserve, seen: None, written: 0, was_low: false }
    }

    /// Takes room for `bytes` that are written next.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`] where there is too little.
    pub fn take(&mut self, bytes: u64) -> Result<(), StoreError> {
        self.take_of(bytes, Instant::now(), |dir| {
            let disk = rustix::fs::statvfs(dir).ok()?;
            Some(disk.f_bavail.saturating_mul(disk.f_frsize))
        })
    }

    fn take_of(&mut self, bytes: u64, now: Instant, look: impl Fn(&PathBuf) -> Option<u64>) -> Result<(), StoreError> {
        if self.reserve == 0 {
            return Ok(());
        }
        self.written = self.written.saturating_add(bytes);
        let is_old = |seen: Instant| now.saturating_duration_since(seen) >= LOOK_EVERY;
        if self.seen.is_none_or(|(at, _)| is_old(at)) || self.written > self.reserve / PART {
            // A disk that does not say is taken for one with room: a write that does not fit is refused all the same.
            self.seen = Some((now, look(&self.dir).unwrap_or(u64::MAX)));
            self.written = bytes;
        }
        let free = self.seen.map_or(u64::MAX, |(_, free)| free.saturating_sub(self.written));
        let is_low = free < self.reserve;
        if is_low != self.was_low {
            self.was_low = is_low;
            self.say(free);
        }
        if is_low { Err(StoreError::Full) } else { Ok(()) }
    }

    fn say(&self, free: u64) {
        let (dir, free) = (self.dir.display(), free >> 20);
        if self.was_low {
            let reserve = self.reserve >> 20;
            log::error!(
                "only {free} MiB are free on the disk of {dir}, and {reserve} are kept (min_free_mb): nothing is \
                 written until there is more room; reading goes on"
            );
        } else {
            log::warn!("{free} MiB are free on the disk of {dir}: writing goes on");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn writing_ends_before_the_reserve_is_touched_and_goes_on_by_itself() {
        let mut space = Space::new("/".into(), 100 * MIB);
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert!(space.take_of(10, at(0), |_| Some(200 * MIB)).is_ok());
        // It is believed for a second, but for what is written meanwhile.
        assert!(space.take_of(10, at(0), |_| Some(0)).is_ok());
        assert!(matches!(space.take_of(10, at(1), |_| Some(100 * MIB)), Err(StoreError::Full)));
        assert!(matches!(space.take_of(10, at(1), |_| Some(200 * MIB)), Err(StoreError::Full)));
        assert!(space.take_of(10, at(2), |_| Some(200 * MIB)).is_ok());
        // Much was written: it is looked again at once.
        assert!(matches!(space.take_of(7 * MIB, at(2), |_| Some(101 * MIB)), Err(StoreError::Full)));
    }

    #[test]
    fn without_a_reserve_and_on_a_disk_that_does_not_say_there_is_room() {
        let mut space = Space::new("/".into(), 0);
        assert!(space.take_of(10, Instant::now(), |_| Some(0)).is_ok());
        let mut space = Space::new("/".into(), MIB);
        assert!(space.take_of(10, Instant::now(), |_| None).is_ok());
        assert!(Space::new("/nowhere".into(), MIB).take(10).is_ok());
    }
}
