//! The control socket: account chores, backups and the like for whoever looks after the machine.
//!
//! `hearth serve` listens on `control.sock` in its data folder, which nobody but the user that runs it, and root, can
//! open. A connection brings one [`Order`] as a line of JSON and gets lines back: any number of
//! `{"progress": …}`, and at last `{"done": …}` or `{"refused": {"code": …, "detail": …}}`. Where no server runs,
//! [`ask`] has the same order carried out here, over the opened data folder: the same rules, and the same words.
//!
//! A new order is a variant of [`Order`] and an arm of its `carry_out`; both ways, progress and bounds follow.

mod ask;
mod listener;
mod order;
mod place;
mod progress;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

pub use ask::{AskError, ask, ask_running};
pub use listener::Listener;
pub use order::{Context, Order, Status};
pub use place::socket;
pub use progress::{Progress, Step};

/// The longest line, in bytes.
const MAX_LINE: u64 = 64 * 1024;

/// How long one side may take to read or write a line that is due.
const PATIENCE: Duration = Duration::from_secs(5);

/// After this time without news the last step is told again, so that both sides notice when the other is gone.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// One line of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// How far it is.
    Progress(Step),
    /// It is done, and this came of it.
    Done(Value),
    /// It was not done.
    Refused(Refusal),
}

/// Why an order was not carried out.
#[derive(Debug, Serialize, Deserialize)]
struct Refusal {
    /// A word of the table in `src/error.rs`.
    code: String,
    /// This occurrence, and what to do next.
    detail: String,
}

impl From<crate::error::Error> for Refusal {
    fn from(error: crate::error::Error) -> Self {
        Self { code: error.code.word().to_owned(), detail: error.detail.into_owned() }
    }
}
