//! The OpenAPI 3.1 document, made from the handlers' own descriptions.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::health;
use super::representation::{Audience, Representation};
use crate::chat::routes::messages;
use crate::chat::socket;
use crate::error::Error;
use crate::posts::routes::{lists, marks};
use crate::{accounts, backup, categories, chat, comments, invites, media, metrics, moderation, posts, sessions};

/// What the document is made of.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hearth",
        description = "A whole community in one executable. Errors are RFC 9457 problems; their `code` is stable. Lists \
                       come in pages: pass `next_cursor` as `cursor`. A write is answered when it is on disk.",
        license(name = "See the repository")
    ),
    tags(
        (name = "accounts", description = "Registering, signing in, profiles"),
        (name = "posts", description = "Posts, categories, likes, bookmarks"),
        (name = "comments", description = "The threads below posts"),
        (name = "media", description = "Pictures, for posts, messages and accounts"),
        (name = "chat", description = "Conversations, their logs, and hearing of what happens in them"),
        (name = "moderation", description = "Roles, banning, invites"),
        (name = "operations", description = "Health, figures, and this document"),
    ),
    paths(
        health::healthz, health::readyz, metrics::routes::get_metrics, metrics::routes::get_stats, get_openapi,
        backup::routes::list_backups, backup::routes::create_backup, backup::routes::get_backup,
        accounts::routes::register, sessions::routes::log_in, sessions::routes::refresh, sessions::routes::log_out,
        sessions::routes::log_out_everywhere, sessions::routes::list_sessions, sessions::routes::end_session,
        accounts::routes::get_me, accounts::routes::update_me, accounts::routes::delete_me,
        accounts::routes::change_password,
        lists::list_my_posts, lists::list_my_likes, lists::list_my_bookmarks,
        accounts::routes::list_users, accounts::routes::get_user, lists::list_user_posts,
        accounts::routes::block_user, accounts::routes::unblock_user, accounts::routes::list_blocks,
        categories::routes::list_categories, categories::routes::put_category, categories::routes::delete_category,
        lists::list_posts, posts::routes::create_post, posts::routes::get_post, posts::routes::update_post,
        posts::routes::delete_post, posts::routes::list_history,
        marks::like_post, marks::unlike_post, marks::bookmark_post, marks::unbookmark_post,
        marks::archive_post, marks::unarchive_post,
        comments::routes::list_comments, comments::routes::create_comment, comments::routes::update_comment,
        comments::routes::delete_comment, comments::routes::like_comment, comments::routes::unlike_comment,
        chat::routes::list_conversations, chat::routes::create_conversation, chat::routes::get_conversation,
        chat::routes::update_conversation, chat::routes::add_member, chat::routes::remove_member,
        chat::routes::list_events, chat::routes::mark_read,
        messages::send_message, messages::edit_message, messages::delete_message,
        messages::add_reaction, messages::remove_reaction,
        socket::open_socket, socket::stream_events,
        media::routes::create_media, media::routes::get_media, media::routes::get_thumbnail, media::routes::get_avatar,
        accounts::routes::put_role, moderation::routes::ban_user, moderation::routes::unban_user, moderation::routes::list_bans,
        moderation::routes::list_user_sessions, moderation::routes::end_user_sessions,
        invites::routes::list_invites, invites::routes::create_invite, invites::routes::delete_invite,
    ),
    modifiers(&Token)
)]
struct Document;

/// Adds the one way to sign a request.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "operations", responses(
    (status = 200, description = "An OpenAPI 3.1 document", content_type = "application/json"),
))]
pub async fn get_openapi(request: HttpRequest) -> Result<HttpResponse, Error> {
    static BODY: LazyLock<Result<Representation, Error>> = LazyLock::new(|| Representation::json(&document()));
    BODY.as_ref().map(|body| body.respond(&request, Audience::Public)).map_err(Clone::clone)
}
