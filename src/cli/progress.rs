//! What people see of long work.

use std::cell::RefCell;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that says what is being read or written, and how many items of it have been.
pub(super) struct Spinner {
    bar: ProgressBar,
    shown: RefCell<String>,
}

impl Spinner {
    pub(super) fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos}") {
            bar.set_style(style);
        }
        Self { bar, shown: RefCell::default() }
    }

    pub(super) fn show(&self, what: &str, count: u64) {
        let mut shown = self.shown.borrow_mut();
        if *shown != what {
            what.clone_into(&mut shown);
            self.bar.set_message(shown.clone());
        }
        self.bar.set_position(count);
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
