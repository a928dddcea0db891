//! How much memory all decoders together may take.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that may be taken, and are given back.
pub struct Memory {
    most: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

/// Bytes that were taken, until this is dropped.
pub struct Taken<'a> {
    memory: &'a Memory,
    bytes: u64,
}

impl Memory {
    /// `most` bytes, of which none is taken.
    pub const fn new(most: u64) -> Self {
        Self { most, free: Mutex::new(most), freed: Condvar::new() }
    }

    /// Takes `bytes` once they are free. Whoever wants more than there is gets all of it, alone. Blocks.
    pub fn take(&self, bytes: u64) -> Taken<'_> {
        let bytes = bytes.min(self.most);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free < bytes).unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Taken { memory: self, bytes }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.memory.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.memory.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn together_they_never_take_more_than_there_is() {
        let (memory, taken, most) = (Memory::new(100), AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for bytes in [10, 60, 1000, 45, 100, 1] {
                let (memory, taken, most) = (&memory, &taken, &most);
                scope.spawn(move || {
                    for _ in 0..200 {
                        let held = memory.take(bytes);
                        most.fetch_max(taken.fetch_add(held.bytes, Ordering::SeqCst) + held.bytes, Ordering::SeqCst);
                        taken.fetch_sub(held.bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(*memory.free.lock().unwrap(), 100);
    }
}
