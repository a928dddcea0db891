//! What a device may ask for once it has said hello: the same rules as over HTTP.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::frames::{About, Empty, Envelope, In, read, unknown};
use crate::accounts::AccountId;
use crate::app::App;
use crate::chat::fields::parse_emoji;
use crate::chat::hub::Socket;
use crate::chat::record::{Event, MessageId, Scope};
use crate::chat::routes::{EditMessage, MarkRead, SendMessage};
use crate::chat::{Change, conversations, messages};
use crate::clock::Timestamp;
use crate::error::{Error, FieldError};
use crate::http::json::Parse;
use crate::limits::{Action, Caller};

/// How often it is passed on that somebody is typing.
const TYPING: Duration = Duration::from_millis(500);

/// Counts what a frame asks for with what the account does over HTTP: the same limits, whatever the way.
///
/// # Errors
///
/// [`crate::error::Code::RateLimited`] with the time to wait.
pub fn count(app: &App, caller: &Caller, account: AccountId, op: &str) -> Result<(), Error> {
    let action = match op {
        "send" => Action::Message,
        "edit" | "delete" | "react" | "read" => Action::Write,
        _ => return Ok(()),
    };
    app.limits.as_ref().map_or(Ok(()), |limits| limits.check(action, caller, Some(account), drop))
}

/// Does what a frame asks for, and says what came of it.
pub async fn perform(app: &App, account: AccountId, envelope: &Envelope, text: &str) -> String {
    let done = match envelope.op.as_str() {
        "send" => send(app, account, text).await.map(|sent| envelope.answer(&sent)),
        "edit" | "delete" | "react" => {
            changed(app, account, &envelope.op, text).await.map(|changed| envelope.answer(&changed))
        }
        "read" => mark_read(app, account, text).await.map(|reading| envelope.answer(&reading)),
        "ping" => Ok(envelope.answer(&Empty {})),
        op => Err(unknown(op)),
    };
    done.unwrap_or_else(|error| envelope.refusal(&error))
}

/// Where a message is in the log.
#[derive(Serialize)]
struct Stored {
    seq: u64,
    message_id: MessageId,
    at: Timestamp,
    duplicate: bool,
}

async fn send(app: &App, account: AccountId, text: &str) -> Result<Stored, Error> {
    let (conversation, new) = (read::<In>(text)?.conversation, read::<SendMessage>(text)?);
    let sent = messages::send(app, account, conversation, new).await?;
    let Some(message) = sent.event.message() else { return Err(Error::internal(&"what was sent is no message")) };
    Ok(Stored { seq: sent.event.seq, message_id: message.id, at: sent.event.at, duplicate: sent.duplicate })
}

/// Where a change is in the log; the message's own place where nothing was changed.
#[derive(Serialize)]
struct Changed {
    seq: u64,
    message_id: MessageId,
    at: Timestamp,
}

async fn changed(app: &App, account: AccountId, op: &str, text: &str) -> Result<Changed, Error> {
    let About { conversation, message_id } = read::<About>(text)?;
    let change = match op {
        "edit" => Change::Edit(read::<EditMessage>(text)?),
        "delete" => read::<Delete>(text)?,
        _ => read::<React>(text)?,
    };
    let event = messages::change(app, account, conversation, message_id, change).await?;
    let Event { seq, at, .. } = *event;
    Ok(Changed { seq, message_id, at })
}

async fn mark_read(app: &App, account: AccountId, text: &str) -> Result<conversations::Reading, Error> {
    let (conversation, seq) = (read::<In>(text)?.conversation, read::<MarkRead>(text)?);
    conversations::mark_read(app, account, conversation, seq).await
}

/// Passes on that somebody is typing, some times a second at most.
pub fn typing(socket: &Socket, last: &mut Option<Instant>, app: &App, envelope: &Envelope, text: &str) -> String {
    let typed = read::<In>(text).and_then(|typing| {
        let (conversation, _) = conversations::seat(&app.store, typing.conversation, socket.account)?;
        conversations::check_open(&app.store, &conversation, socket.account)?;
        if last.is_none_or(|last| last.elapsed() >= TYPING) {
            *last = Some(Instant::now());
            app.hub.typing(socket.account, conversation.id);
        }
        Ok(())
    });
    typed.map_or_else(|error| envelope.refusal(&error), |()| envelope.answer(&Empty {}))
}

/// `delete`: for whom.
#[derive(Deserialize)]
pub struct Delete {
    #[serde(default, rename = "for")]
    scope: Option<String>,
}

impl Parse for Delete {
    type Parsed = Change;

    fn parse(self) -> Result<Change, Vec<FieldError>> {
        let scope = Scope::named(self.scope.as_deref()).map_err(|error| vec![error])?;
        Ok(Change::Delete(scope))
    }
}

/// `react`: an emoji, and whether it is put there (which it is where nothing is said) or taken away.
#[derive(Deserialize)]
pub struct React {
    emoji: String,
    #[serde(default)]
    remove: bool,
}

impl Parse for React {
    type Parsed = Change;

    fn parse(self) -> Result<Change, Vec<FieldError>> {
        let emoji = parse_emoji(&self.emoji).map_err(|error| vec![error])?;
        Ok(Change::React(emoji, !self.remove))
    }
}
