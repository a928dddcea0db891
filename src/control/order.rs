//! What can be ordered, and who does it: the slices, here as in a request.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rlimit::Resource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Progress;
use crate::accounts::{self, By, OperatorView, Role};
use crate::app::App;
use crate::backup;
use crate::config::Config;
use crate::error::Error;
use crate::invites::{self, InviteId, NewInvite};
use crate::{moderation, sessions};

/// What whoever looks after the machine wants done.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Says how the server is: a [`Status`].
    Status,
    /// Makes an account: an [`OperatorView`].
    CreateAccount {
        /// 2 to 80 characters.
        name: String,
        /// Its e-mail address.
        email: String,
        /// Its handle; made from the name where there is none.
        handle: Option<String>,
        /// 8 to 128 characters.
        password: String,
        /// What it may do.
        role: Role,
    },
    /// Gives an account a role: an [`OperatorView`].
    SetRole {
        /// An id, a handle or an e-mail address.
        user: String,
        /// What it may do from now on.
        role: Role,
    },
    /// Gives an account another password, and signs it out: an [`OperatorView`].
    ResetPassword {
        /// An id, a handle or an e-mail address.
        user: String,
        /// 8 to 128 characters.
        password: String,
    },
    /// Bans an account, or lets it back in: an [`OperatorView`].
    SetBanned {
        /// An id, a handle or an e-mail address.
        user: String,
        /// Whether it is banned from now on.
        banned: bool,
    },
    /// Names all admins and moderators: a list of [`OperatorView`].
    ListStaff,
    /// Makes a backup: a [`backup::Made`].
    Backup {
        /// A file, or a folder that there is; none means the folder of backups. Absolute.
        to: Option<PathBuf>,
        /// Whether the server's keys go in too.
        secrets: bool,
    },
    /// Makes an invite: a [`invites::CreatedInvite`].
    CreateInvite {
        /// Accounts that may be made with it.
        uses: u32,
        /// Days that it is good.
        days: u32,
        /// What it is for.
        note: String,
    },
    /// Lists all invites: a list of [`invites::InviteView`].
    ListInvites,
    /// Takes an invite back.
    RevokeInvite {
        /// Which one.
        id: InviteId,
    },
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
    /// Files and sockets that it may have open; `None` where the system does not say.
    pub max_open_files: Option<u64>,
}

impl Order {
    /// Whether it makes sense where there is no data folder yet.
    pub(super) const fn is_for_a_new_folder(&self) -> bool {
        matches!(self, Self::CreateAccount { .. })
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
                max_open_files: Resource::NOFILE.get_soft().ok(),
            }),
            Self::CreateAccount { name, email, handle, password, role } => {
                came_of(&accounts::create(app, &name, &email, handle.as_deref(), password, role).await?)
            }
            Self::SetRole { user, role } => {
                let account = accounts::set_role(app, By::Operator, &user, role).await?;
                came_of(&OperatorView::of(&account, moderation::is_banned(&app.store, account.id)?))
            }
            Self::ResetPassword { user, password } => came_of(&accounts::reset_password(app, &user, password).await?),
            Self::SetBanned { user, banned } => came_of(&moderation::set_banned(app, &user, banned).await?),
            Self::ListStaff => came_of(&accounts::staff(&app.store)?),
            Self::Backup { to, secrets } => {
                let progress = context.progress.clone();
                came_of(&backup::by_hand(context.app.clone(), to, secrets, progress).await?)
            }
            Self::CreateInvite { uses, days, note } => {
                let new = NewInvite::new(uses, days, &note).map_err(Error::validation)?;
                let base = context.config.base_url(context.address.unwrap_or(context.config.listen));
                came_of(&invites::create(app, None, new, &base).await?)
            }
            Self::ListInvites => came_of(&invites::all(&app.store, app.clock.now())?),
            Self::RevokeInvite { id } => came_of(&invites::revoke(app, None, id).await?),
            Self::LogOut { user: Some(user) } => came_of(&sessions::end_all_of(app, &user).await?),
            Self::LogOut { user: None } => came_of(&sessions::end_everybodys(app).await?),
        }
    }
}

/// What came of an order, as it goes back.
fn came_of(outcome: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(outcome).map_err(|error| Error::internal(&error))
}
