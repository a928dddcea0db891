//! What can be ordered, and who does it: the slices, here as in a request.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Progress;
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::sessions;

/// What whoever looks after the machine wants done.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Says how the server is: a [`Status`].
    Status,
    /// Ends all sessions of an account, or of everybody: how many.
    LogOut {
        /// An id, a handle or an e-mail address; `None` is everybody.
        user: Option<String>,
    },
}

/// What an order is carried out with.
pub struct Context {
    /// The application, in the server or opened for this order alone.
    pub app: Arc<App>,
    /// The settings in force.
    pub config: Arc<Config>,
    /// Where the server listens; `None` where no server runs.
    pub address: Option<SocketAddr>,
    /// Where it is told how far the order is.
    pub progress: Progress,
}

/// How a server is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Status {
    /// Its version.
    pub version: String,
    /// Its process id.
    pub process: u32,
    /// Where it listens; `None` where no server runs.
    pub address: Option<SocketAddr>,
}

impl Order {
    /// Whether it makes sense where there is no data folder yet.
    pub(super) const fn is_for_a_new_folder(&self) -> bool {
        false
    }

    /// Its name, for the log: nothing of what is in it.
    pub(super) fn name(&self) -> String {
        let order = serde_json::to_value(self).unwrap_or_default();
        order["order"].as_str().unwrap_or_default().to_owned()
    }

    /// Does it. Work that blocks belongs into `tokio::task::spawn_blocking`.
    pub(super) async fn carry_out(self, context: &Context) -> Result<Value, Error> {
        let app = &*context.app;
        match self {
            Self::Status => came_of(&Status {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                process: std::process::id(),
                address: context.address,
            }),
            Self::LogOut { user: Some(user) } => came_of(&sessions::end_all_of(app, &user).await?),
            Self::LogOut { user: None } => came_of(&sessions::end_everybodys(app).await?),
        }
    }
}

/// What came of an order, as it goes back.
fn came_of(outcome: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(outcome).map_err(|error| Error::internal(&error))
}
