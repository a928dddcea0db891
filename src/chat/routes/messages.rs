//! Messages over HTTP.

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::request::{EditMessage, SendMessage};
use crate::app::App;
use crate::chat::fields::parse_emoji;
use crate::chat::messages::{self, Change};
use crate::chat::record::{ConversationId, MessageId, Scope};
use crate::chat::view::EventView;
use crate::error::{Code, Error};
use crate::http::auth::CurrentUser;
use crate::http::json::Valid;
use crate::http::problem::Problem;
use crate::http::query::{Id, Query};

/// A message that was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = SentMessage)]
pub struct SentView {
    #[serde(flatten)]
    event: EventView,
    /// Whether it was there already, under the same `client_id`.
    duplicate: bool,
}

/// Writes a message. The same `client_id` again, also over a socket or after a restart, gives the first event.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path)), request_body = SendMessage, responses(
        (status = 201, description = "The message", body = SentView),
        (status = 403, description = "`blocked`", body = Problem),
        (status = 404, description = "`conversation_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
        (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
))]
pub async fn send_message(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    body: Valid<SendMessage>,
) -> Result<HttpResponse, Error> {
    let sent = messages::send(&app, user.id(), id.0, body.0).await?;
    let event = EventView::of(&app.store, &sent.event, user.id())?;
    Ok(HttpResponse::Created().json(SentView { event, duplicate: sent.duplicate }))
}

/// A message by the ids in a path.
pub struct InPath {
    conversation: ConversationId,
    message: MessageId,
}

impl FromRequest for InPath {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let conversation = Id::<ConversationId>::from_request(request, payload).into_inner();
        std::future::ready(conversation.and_then(|conversation| {
            let message = request.match_info().query("message").parse();
            let no_id = |_| Error::new(Code::MessageNotFound, "The message's id in the path is not a UUID.");
            Ok(Self { conversation: conversation.0, message: message.map_err(no_id)? })
        }))
    }
}

async fn changed(app: &App, user: &CurrentUser, at: &InPath, change: Change) -> Result<HttpResponse, Error> {
    let event = messages::change(app, user.id(), at.conversation, at.message, change).await?;
    Ok(HttpResponse::Ok().json(EventView::of(&app.store, &event, user.id())?))
}

/// Changes the text of one's own message.
#[utoipa::path(patch, path = "/api/v1/conversations/{id}/messages/{message}", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path), ("message" = MessageId, Path)), request_body = EditMessage, responses(
        (status = 200, description = "The event that says so", body = EventView),
        (status = 403, description = "Only its sender may; `blocked`", body = Problem),
        (status = 404, description = "`conversation_not_found` or `message_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn edit_message(
    app: Data<App>,
    user: CurrentUser,
    at: InPath,
    body: Valid<EditMessage>,
) -> Result<HttpResponse, Error> {
    changed(&app, &user, &at, Change::Edit(body.0)).await
}

/// Deletes a message for everyone, which its sender may and a group's owner, or for oneself.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/messages/{message}", tag = "chat", security(("token" = [])),
    params(
        ("id" = ConversationId, Path), ("message" = MessageId, Path),
        ("for" = Option<String>, Query, description = "`everyone`, also if left out, or `me`"),
    ),
    responses(
        (status = 200, description = "The event that says so", body = EventView),
        (status = 403, description = "For everyone only its sender may, and the group's owner", body = Problem),
        (status = 404, description = "`conversation_not_found` or `message_not_found`", body = Problem),
))]
pub async fn delete_message(
    app: Data<App>,
    user: CurrentUser,
    at: InPath,
    query: Query,
) -> Result<HttpResponse, Error> {
    let scope = Scope::named(query.one("for"))?;
    changed(&app, &user, &at, Change::Delete(scope)).await
}

async fn reacted(
    app: &App,
    user: &CurrentUser,
    at: &InPath,
    request: &HttpRequest,
    on: bool,
) -> Result<HttpResponse, Error> {
    let emoji = parse_emoji(request.match_info().query("emoji"))?;
    changed(app, user, at, Change::React(emoji, on)).await
}

/// Puts an emoji beside a message.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/messages/{message}/reactions/{emoji}", tag = "chat",
    security(("token" = [])),
    params(("id" = ConversationId, Path), ("message" = MessageId, Path), ("emoji" = String, Path)), responses(
        (status = 200, description = "The event that says so; the message itself where it is there already", body = EventView),
        (status = 403, description = "`blocked`", body = Problem),
        (status = 404, description = "`conversation_not_found` or `message_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn add_reaction(
    app: Data<App>,
    user: CurrentUser,
    at: InPath,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    reacted(&app, &user, &at, &request, true).await
}

/// Takes one's emoji away from a message.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/messages/{message}/reactions/{emoji}", tag = "chat",
    security(("token" = [])),
    params(("id" = ConversationId, Path), ("message" = MessageId, Path), ("emoji" = String, Path)), responses(
        (status = 200, description = "The event that says so; the message itself where it is not there", body = EventView),
        (status = 403, description = "`blocked`", body = Problem),
        (status = 404, description = "`conversation_not_found` or `message_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn remove_reaction(
    app: Data<App>,
    user: CurrentUser,
    at: InPath,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    reacted(&app, &user, &at, &request, false).await
}
