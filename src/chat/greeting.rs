//! The first thing that a device is told: who it is, and what it must fetch by itself.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::{Account, AccountId, AccountView};
use crate::app::App;
use crate::chat::hub::Attached;
use crate::chat::record::ConversationId;
use crate::chat::replay::{Limited, Plan};
use crate::sessions::SessionId;

/// Who the device is, and what it must fetch by itself.
#[derive(Serialize, ToSchema)]
pub struct Greeting {
    user: AccountView,
    session: SessionId,
    /// Where it is another one than before, the device drops its cursors and what it has kept.
    epoch: String,
    /// How often the server asks whether the device is there, in seconds.
    heartbeat_s: u64,
    /// The longest frame that the server takes, in bytes.
    max_frame: usize,
    /// Where too much was missed to be replayed: page from `from` to `head` over HTTP.
    limited: Vec<Limited>,
    /// Where there was no cursor, and there is something to page through: one began or was joined meanwhile, say.
    others: Vec<Limited>,
    /// Conversations with a cursor that the account does not take part in any more.
    gone: Vec<ConversationId>,
    /// Who is connected, of those who share a conversation with the account.
    online: Vec<AccountId>,
}

impl Greeting {
    /// For a device of `account` that was let in.
    pub fn new(app: &App, account: &Arc<Account>, session: SessionId, attached: &Attached, plan: &Plan) -> Self {
        let limits = app.hub.limits();
        Self {
            user: AccountView::from(&**account),
            session,
            epoch: app.hub.epoch().to_owned(),
            heartbeat_s: limits.heartbeat.as_secs(),
            max_frame: limits.frame,
            limited: plan.limited.clone(),
            others: plan.others.clone(),
            gone: plan.gone.clone(),
            online: attached.online.clone(),
        }
    }
}
