//! Having the server, or this process where none runs, carry out an order, with progress at a terminal.

use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::DeserializeOwned;

use super::{Failure, settings};
use crate::control::{self, Order, Step};

/// Has `order` carried out on the data folder that the settings name, and gives what came of it.
pub(super) fn ask<T: DeserializeOwned>(matches: &ArgMatches, order: &Order) -> Result<T, Failure> {
    let config = settings(matches)?;
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    let outcome = control::ask(&config, order, &mut |step| show(&bar, step));
    bar.finish_and_clear();
    outcome.map_err(Failure::new)
}

fn show(bar: &ProgressBar, step: &Step) {
    let Step { what, done, total } = step;
    bar.set_message(match total {
        _ if what.is_empty() => String::new(),
        Some(total) => format!("{what} {done} of {total}"),
        None => format!("{what} {done}"),
    });
    bar.tick();
}
