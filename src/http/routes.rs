//! Every URL of Hearth, on one page.

use actix_web::dev::ServiceRequest;
use actix_web::guard;
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Route, web};

use super::limited::limited;
use super::{docs, health, openapi, problem};
use crate::chat::routes::messages;
use crate::chat::socket;
use crate::limits::Action;
use crate::posts::routes::{lists, marks};
use crate::web as app;
use crate::{accounts, backup, categories, chat, comments, invites, media, metrics, moderation, posts, sessions};

/// Declares [`ROUTES`], what the documentation is held against, and [`configure`], what the server does, in one.
macro_rules! routes {
    ($($path:literal { $($method:ident $handler:path $(as $action:ident)?),+ })+) => {
        /// Each method and path.
        pub const ROUTES: &[(&str, &str)] = &[$($((stringify!($method), $path)),+),+];

        /// Each path. Its place, counted from 1, is the number of its route.
        pub const PATHS: &[&str] = &[$($path),+];

        /// Registers every route under its number. Other methods of a known path are answered with 405.
        pub fn configure(config: &mut web::ServiceConfig) {
            let mut number = 0;
            $(
                number += 1;
                let allowed = concat!($(stringify!($method), " "),+);
                let resource = web::resource($path).name(&number.to_string())$(
                    .route(counted(&Method::$method, on(&Method::$method).to($handler), None$(.or(Some(Action::$action)))?))
                )+;
                config.service(resource.default_service(web::to(move || problem::method_not_allowed(allowed))));
            )+
        }
    };
}

// Requests are matched in this order, so what is read most comes first. What stands behind `as` is the limit that a route
// counts for; what stands without it counts as a `Write`, and what only reads by its address alone.
routes! {
    "/api/v1/posts" { GET lists::list_posts, POST posts::routes::create_post as Post }
    "/api/v1/posts/{id}" {
        GET posts::routes::get_post, PATCH posts::routes::update_post, DELETE posts::routes::delete_post
    }
    "/api/v1/posts/{id}/history" { GET posts::routes::list_history }
    "/api/v1/posts/{id}/like" { PUT marks::like_post, DELETE marks::unlike_post }
    "/api/v1/posts/{id}/bookmark" { PUT marks::bookmark_post, DELETE marks::unbookmark_post }
    "/api/v1/posts/{id}/archive" { PUT marks::archive_post, DELETE marks::unarchive_post }
    "/api/v1/posts/{id}/comments" { GET comments::routes::list_comments, POST comments::routes::create_comment as Comment }

    "/api/v1/comments/{id}" { PATCH comments::routes::update_comment, DELETE comments::routes::delete_comment }
    "/api/v1/comments/{id}/like" { PUT comments::routes::like_comment, DELETE comments::routes::unlike_comment }

    "/api/v1/ws" { GET socket::open_socket as Connect }
    "/api/v1/events" { GET socket::stream_events as Connect }
    "/api/v1/conversations" { GET chat::routes::list_conversations, POST chat::routes::create_conversation as Post }
    "/api/v1/conversations/{id}" { GET chat::routes::get_conversation, PATCH chat::routes::update_conversation }
    "/api/v1/conversations/{id}/events" { GET chat::routes::list_events }
    "/api/v1/conversations/{id}/messages" { POST messages::send_message as Message }
    "/api/v1/conversations/{id}/messages/{message}" { PATCH messages::edit_message, DELETE messages::delete_message }
    "/api/v1/conversations/{id}/messages/{message}/reactions/{emoji}" {
        PUT messages::add_reaction, DELETE messages::remove_reaction
    }
    "/api/v1/conversations/{id}/members/{user}" { PUT chat::routes::add_member, DELETE chat::routes::remove_member }
    "/api/v1/conversations/{id}/read" { PUT chat::routes::mark_read }

    "/api/v1/media" { POST media::routes::create_media as Upload }
    "/api/v1/media/{id}" { GET media::routes::get_media }
    "/api/v1/media/{id}/thumbnail" { GET media::routes::get_thumbnail }
    "/api/v1/media/{id}/avatar" { GET media::routes::get_avatar }

    "/" { GET app::routes::feed }
    "/assets/{tag}/{file:.*}" { GET app::routes::file }
    "/posts/{id}" { GET app::routes::post }
    "/posts/{id}/edit" { GET app::routes::page }
    "/new" { GET app::routes::page }
    "/mine" { GET app::routes::page }
    "/bookmarks" { GET app::routes::page }
    "/likes" { GET app::routes::page }
    "/people" { GET app::routes::page }
    "/u/{handle}" { GET app::routes::page }
    "/chat" { GET app::routes::page }
    "/chat/{id}" { GET app::routes::page }
    "/login" { GET app::routes::page }
    "/join" { GET app::routes::page }
    "/settings" { GET app::routes::page }
    "/admin" { GET app::routes::page }
    "/admin/{section}" { GET app::routes::page }
    "/manifest.webmanifest" { GET app::routes::manifest }
    "/icon/{name}" { GET app::routes::icon }
    "/docs" { GET docs::redirect }
    "/docs/errors" { GET docs::errors }
    "/docs/{file:.*}" { GET docs::page }
    "/healthz" { GET health::healthz }
    "/readyz" { GET health::readyz }
    "/metrics" { GET metrics::routes::get_metrics }
    "/api/v1/stats" { GET metrics::routes::get_stats }
    "/api/v1/backups" { GET backup::routes::list_backups, POST backup::routes::create_backup }
    "/api/v1/backups/{name}" { GET backup::routes::get_backup }
    "/api/v1/openapi.json" { GET openapi::get_openapi }

    "/api/v1/auth/register" { POST accounts::routes::register as Register }
    "/api/v1/auth/login" { POST sessions::routes::log_in as LogIn }
    "/api/v1/auth/refresh" { POST sessions::routes::refresh as Refresh }
    "/api/v1/auth/logout" { POST sessions::routes::log_out }
    "/api/v1/auth/logout-all" { POST sessions::routes::log_out_everywhere }
    "/api/v1/auth/sessions" { GET sessions::routes::list_sessions }
    "/api/v1/auth/sessions/{id}" { DELETE sessions::routes::end_session }

    "/api/v1/me" {
        GET accounts::routes::get_me, PATCH accounts::routes::update_me, DELETE accounts::routes::delete_me
    }
    "/api/v1/me/password" { PUT accounts::routes::change_password }
    "/api/v1/me/posts" { GET lists::list_my_posts }
    "/api/v1/me/blocks" { GET accounts::routes::list_blocks }
    "/api/v1/me/likes" { GET lists::list_my_likes }
    "/api/v1/me/bookmarks" { GET lists::list_my_bookmarks }

    "/api/v1/users" { GET accounts::routes::list_users }
    "/api/v1/users/{id}" { GET accounts::routes::get_user }
    "/api/v1/users/{id}/posts" { GET lists::list_user_posts }
    "/api/v1/users/{id}/block" { PUT accounts::routes::block_user, DELETE accounts::routes::unblock_user }
    "/api/v1/users/{id}/role" { PUT accounts::routes::put_role }
    "/api/v1/users/{id}/sessions" {
        GET moderation::routes::list_user_sessions, DELETE moderation::routes::end_user_sessions
    }
    "/api/v1/bans" { GET moderation::routes::list_bans }
    "/api/v1/users/{id}/ban" { PUT moderation::routes::ban_user, DELETE moderation::routes::unban_user }

    "/api/v1/invites" { GET invites::routes::list_invites, POST invites::routes::create_invite }
    "/api/v1/invites/{id}" { DELETE invites::routes::delete_invite }

    "/api/v1/categories" { GET categories::routes::list_categories }
    "/api/v1/categories/{slug}" { PUT categories::routes::put_category, DELETE categories::routes::delete_category }
}

/// The route, which counts for `action`, or as a `Write` where it changes something.
fn counted(method: &Method, route: Route, action: Option<Action>) -> Route {
    let Some(action) = action.or((*method != Method::GET).then_some(Action::Write)) else { return route };
    route.wrap(from_fn(move |request: ServiceRequest, next: Next<_>| limited(action, request, next)))
}

/// A route for `method`; what answers GET answers HEAD.
fn on(method: &Method) -> Route {
    let route = web::route();
    if *method == Method::GET {
        return route.guard(guard::Any(guard::Get()).or(guard::Head()));
    }
    route.method(method.clone())
}
