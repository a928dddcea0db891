//! How far long work has come: a line that moves on a terminal, a line in the log now and then elsewhere.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// How often the log is told.
const EVERY: Duration = Duration::from_secs(5);

/// Items after which the clock is looked at.
const LOOK: u64 = 4096;

/// Reports one piece of long work.
pub(super) struct Reporting {
    work: &'static str,
    bar: Option<ProgressBar>,
    told: Cell<Instant>,
}

impl Reporting {
    pub(super) fn new(work: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(ProgressBar::new_spinner);
        if let (Some(bar), Ok(style)) = (&bar, ProgressStyle::with_template("{spinner} {prefix}: {human_pos} {msg}")) {
            bar.set_style(style);
            bar.set_prefix(work);
        }
        Self { work, bar, told: Cell::new(Instant::now()) }
    }

    /// `done` items of `what` are done.
    pub(super) fn report(&self, what: &str, done: u64) {
        if !done.is_multiple_of(LOOK) {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
            bar.set_position(done);
        } else if self.told.get().elapsed() >= EVERY {
            log::info!("{}: {} {what}", self.work, HumanCount(done));
            self.told.set(Instant::now());
        }
    }
}

impl Drop for Reporting {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
