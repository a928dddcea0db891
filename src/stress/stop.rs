//! Ending before the time: the first signal ends what runs in order, the second at once.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether it is to end; all copies are the same.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Not yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Whether it is to end.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// It is to end.
    pub fn set(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is to end.
    pub async fn wait(&self) {
        // The sender is this one, so it is there.
        let _ = self.0.subscribe().wait_for(|is_set| *is_set).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets `stop` on the first Ctrl-C or SIGTERM, calling `told`, and returns on the second.
///
/// # Errors
///
/// Where signals cannot be watched.
pub async fn told_twice(stop: &Stop, told: impl Fn()) -> io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    for _ in 0..2 {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if !stop.is_set() {
            stop.set();
            told();
        }
    }
    Ok(())
}
