//! Moderation over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::app::App;
use crate::error::Error;
use crate::http::auth::Moderator;
use crate::http::problem::Problem;

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
