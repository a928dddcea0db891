//! What readers and authors do with a post as a whole, over HTTP: each may be asked for again, and changes nothing then.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::app::App;
use crate::error::Error;
use crate::http::auth::CurrentUser;
use crate::http::problem::Problem;
use crate::http::query::Id;
use crate::posts::{Mark, PostId, PostView, set_archived, set_mark};

/// Likes a post.
#[utoipa::path(put, path = "/api/v1/posts/{id}/like", tag = "posts", security(("token" = [])),
    params(("id" = PostId, Path)), responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn like_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(set_mark(&app, user.id(), id.0, Mark::Like, true).await?))
}

/// Takes back a like.
#[utoipa::path(delete, path = "/api/v1/posts/{id}/like", tag = "posts", security(("token" = [])),
    params(("id" = PostId, Path)), responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn unlike_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(set_mark(&app, user.id(), id.0, Mark::Like, false).await?))
}

/// Keeps a post.
#[utoipa::path(put, path = "/api/v1/posts/{id}/bookmark", tag = "posts", security(("token" = [])),
    params(("id" = PostId, Path)), responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn bookmark_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(set_mark(&app, user.id(), id.0, Mark::Bookmark, true).await?))
}

/// Keeps a post no longer.
#[utoipa::path(delete, path = "/api/v1/posts/{id}/bookmark", tag = "posts", security(("token" = [])),
    params(("id" = PostId, Path)), responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn unbookmark_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(set_mark(&app, user.id(), id.0, Mark::Bookmark, false).await?))
}

/// Takes one's own post off the lists.
#[utoipa::path(put, path = "/api/v1/posts/{id}/archive", tag = "posts", security(("token" = [])),
    params(("id" = PostId, Path)), responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 403, description = "Only its author may", body = Problem),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn archive_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(set_archived(&app, user.id(), id.0, true).await?))
}

/// Puts one's own post back on the lists.
#[utoipa::path(delete, path = "/api/v1/posts/{id}/archive", tag = "posts", security(("token" = [])),
    params(("id" = PostId, Path)), responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 403, description = "Only its author may", body = Problem),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn unarchive_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(set_archived(&app, user.id(), id.0, false).await?))
}
