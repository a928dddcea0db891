//! Conversations over HTTP.

pub mod messages;
mod request;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

pub use request::{CreateConversation, EditMessage, MarkRead, SendMessage, UpdateConversation};

use crate::app::App;
use crate::chat::conversations::{self, Reading};
use crate::chat::record::ConversationId;
use crate::chat::view::{ConversationView, EventView};
use crate::chat::{log, members};
use crate::error::Error;
use crate::http::auth::CurrentUser;
use crate::http::json::Valid;
use crate::http::problem::Problem;
use crate::http::query::{Id, IdempotencyKey, Named, PageParams, Query};
use crate::http::representation::{Audience, Representation};
use crate::http::written;
use crate::paging::Paged;

impl Named for ConversationId {
    const MISSING: crate::error::Code = crate::error::Code::ConversationNotFound;
}

/// Begins a conversation. The one between the same two is there once: asking again gives it, with status 200.
#[utoipa::path(post, path = "/api/v1/conversations", tag = "chat", security(("token" = [])),
    request_body = CreateConversation,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again within 24 hours gets the first answer")),
    responses(
        (status = 201, description = "The conversation", body = ConversationView),
        (status = 200, description = "The one between the two, which was there already", body = ConversationView),
        (status = 403, description = "`blocked`", body = Problem),
        (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
        (status = 422, description = "`validation_failed` or `idempotency_key_reused`", body = Problem),
))]
pub async fn create_conversation(
    app: Data<App>,
    user: CurrentUser,
    key: IdempotencyKey,
    body: Valid<CreateConversation>,
) -> Result<HttpResponse, Error> {
    let key = key.once(&body.0)?;
    let opened = conversations::open(&app, user.id(), body.0, key).await?;
    Ok(if opened.existed { written::found(opened.given) } else { written::created(opened.given) })
}

/// One's conversations, the most recently active first.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "chat", security(("token" = [])), params(PageParams), responses(
    (status = 200, description = "A page of conversations", body = Paged<ConversationView>),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub async fn list_conversations(
    app: Data<App>,
    user: CurrentUser,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let page = conversations::list(&app.store, user.id(), &query.page()?)?;
    Ok(Representation::json(&page)?.respond(&request, Audience::Private))
}

/// One conversation. To all who do not take part there is none.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path)), responses(
        (status = 200, description = "The conversation", body = ConversationView),
        (status = 404, description = "`conversation_not_found`", body = Problem),
))]
pub async fn get_conversation(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let conversation = conversations::get(&app.store, user.id(), id.0)?;
    Ok(Representation::json(&conversation)?.respond(&request, Audience::Private))
}

/// Renames a group, or hands it over; its owner may.
#[utoipa::path(patch, path = "/api/v1/conversations/{id}", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path)), request_body = UpdateConversation, responses(
        (status = 200, description = "The conversation as it is now", body = ConversationView),
        (status = 403, description = "Only the owner may", body = Problem),
        (status = 404, description = "`conversation_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn update_conversation(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    body: Valid<UpdateConversation>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(conversations::update(&app, user.id(), id.0, body.0).await?))
}

/// Adds somebody to a group; its owner may. They see what was said before.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/members/{user}", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path), ("user" = String, Path, description = "Id or handle")), responses(
        (status = 200, description = "The conversation as it is now", body = ConversationView),
        (status = 403, description = "`forbidden`: only the owner may; `blocked`", body = Problem),
        (status = 404, description = "`conversation_not_found` or `user_not_found`", body = Problem),
        (status = 409, description = "`conversation_full`", body = Problem),
))]
pub async fn add_member(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let member = request.match_info().query("user");
    Ok(HttpResponse::Ok().json(members::add(&app, user.id(), id.0, member).await?))
}

/// Removes somebody from a group, which its owner may, or leaves it. An owner who leaves passes it on.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/members/{user}", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path), ("user" = String, Path, description = "Id or handle")), responses(
        (status = 204, description = "They take part no longer"),
        (status = 403, description = "Only the owner may", body = Problem),
        (status = 404, description = "`conversation_not_found` or `user_not_found`", body = Problem),
))]
pub async fn remove_member(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    members::remove(&app, user.id(), id.0, request.match_info().query("user")).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The log, in order: what comes after the event `after` (0 is all of it), or the last of what comes before `before`.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/events", tag = "chat", security(("token" = [])),
    params(
        ("id" = ConversationId, Path),
        ("after" = Option<u64>, Query, description = "The `seq` after which to begin; 0 if left out"),
        ("before" = Option<u64>, Query, description = "The `seq` before which to end"),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of events; its cursor goes on in the same direction", body = Paged<EventView>),
        (status = 404, description = "`conversation_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn list_events(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    conversations::seat(&app.store, id.0, user.id())?;
    let events = log::page(&app.store, id.0, from(&query)?, &query.page()?, user.id())?;
    Ok(Representation::json(&events)?.respond(&request, Audience::Private))
}

fn from(query: &Query) -> Result<log::From, Error> {
    let (after, before) = (query.parsed("after", "a seq")?, query.parsed("before", "a seq")?);
    match (after, before) {
        (after, None) => Ok(log::From::After(after.unwrap_or(0))),
        (None, Some(before)) => Ok(log::From::Before(before)),
        (Some(_), Some(_)) => Err(Error::field("before", "cannot stand beside 'after': name one of them")),
    }
}

/// Marks the events up to `seq` as read. What was read stays so.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/read", tag = "chat", security(("token" = [])),
    params(("id" = ConversationId, Path)), request_body = MarkRead, responses(
        (status = 200, description = "How far it is read now", body = Reading),
        (status = 404, description = "`conversation_not_found`", body = Problem),
))]
pub async fn mark_read(
    app: Data<App>,
    user: CurrentUser,
    id: Id<ConversationId>,
    body: Valid<MarkRead>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(conversations::mark_read(&app, user.id(), id.0, body.0).await?))
}
