//! Moderation over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::BannedUser;
use crate::accounts;
use crate::app::App;
use crate::error::Error;
use crate::http::auth::{Admin, Moderator};
use crate::http::problem::Problem;
use crate::http::query::{PageParams, Query};
use crate::http::representation::{Audience, Representation};
use crate::paging::Paged;
use crate::sessions::{self, SessionView};

/// Bans a user, who is signed out at once and cannot sign in. Moderators may ban members, an admin everybody else.
#[utoipa::path(put, path = "/api/v1/users/{id}/ban", tag = "moderation", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")), responses(
        (status = 204, description = "Banned"),
        (status = 403, description = "Only moderators may, and only an admin bans one of them", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`: nobody can ban themselves", body = Problem),
))]
pub async fn ban_user(app: Data<App>, moderator: Moderator, path: Path<String>) -> Result<HttpResponse, Error> {
    super::ban(&app, &moderator.0.account, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back a ban: the user can sign in again.
#[utoipa::path(delete, path = "/api/v1/users/{id}/ban", tag = "moderation", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")), responses(
        (status = 204, description = "Not banned"),
        (status = 403, description = "Only moderators may, and only an admin lets one of them back in", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
))]
pub async fn unban_user(app: Data<App>, moderator: Moderator, path: Path<String>) -> Result<HttpResponse, Error> {
    super::unban(&app, &moderator.0.account, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who is banned.
#[utoipa::path(get, path = "/api/v1/bans", tag = "moderation", security(("token" = [])), params(PageParams), responses(
    (status = 200, description = "A page of those who are banned", body = Paged<BannedUser>),
    (status = 403, description = "Only moderators may", body = Problem),
))]
pub async fn list_bans(
    app: Data<App>,
    _moderator: Moderator,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let page = super::banned(&app.store, &query.page()?)?;
    Ok(Representation::json(&page)?.respond(&request, Audience::Private))
}

/// Where a user is signed in, the latest first. There are at most 50 sessions, on one page.
#[utoipa::path(get, path = "/api/v1/users/{id}/sessions", tag = "moderation", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")), responses(
        (status = 200, description = "The sessions", body = Paged<SessionView>),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
))]
pub async fn list_user_sessions(
    app: Data<App>,
    admin: Admin,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let user = accounts::look_up(&app.store, &path)?.id;
    let sessions = sessions::list(&app.store, user, app.clock.now())?;
    let items = sessions.iter().map(|session| SessionView::of(session, admin.0.session)).collect();
    Ok(Representation::json(&Paged { items, next_cursor: None })?.respond(&request, Audience::Private))
}

/// Signs a user out everywhere, sockets included.
#[utoipa::path(delete, path = "/api/v1/users/{id}/sessions", tag = "moderation", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")), responses(
        (status = 204, description = "Signed out everywhere"),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
))]
pub async fn end_user_sessions(app: Data<App>, admin: Admin, path: Path<String>) -> Result<HttpResponse, Error> {
    super::sign_out(&app, admin.0.id(), &path).await?;
    Ok(HttpResponse::NoContent().finish())
}
