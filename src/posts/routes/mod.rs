//! Posts over HTTP.

pub mod lists;
pub mod marks;
mod request;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

pub use request::{CreatePost, UpdatePost};

use crate::app::App;
use crate::error::Error;
use crate::http::auth::{CurrentUser, Viewer};
use crate::http::json::Valid;
use crate::http::pages::{public_page, viewed_page};
use crate::http::problem::Problem;
use crate::http::query::{Id, IdempotencyKey, PageParams, Query};
use crate::http::written;
use crate::pages::Template;
use crate::paging::Paged;
use crate::posts::view::viewer_part;
use crate::posts::{self, PostId, PostView, RevisionView, post_page};
use crate::store::Observed;

/// Writes a post.
#[utoipa::path(post, path = "/api/v1/posts", tag = "posts", security(("token" = [])), request_body = CreatePost,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again within 24 hours gets the first answer")),
    responses(
        (status = 201, description = "The post", body = PostView),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
        (status = 422, description = "`validation_failed` or `idempotency_key_reused`", body = Problem),
))]
pub async fn create_post(
    app: Data<App>,
    user: CurrentUser,
    key: IdempotencyKey,
    body: Valid<CreatePost>,
) -> Result<HttpResponse, Error> {
    let key = key.once(&body.0)?;
    Ok(written::created(posts::create(&app, user.id(), body.0, key).await?))
}

/// One post.
#[utoipa::path(get, path = "/api/v1/posts/{id}", tag = "posts", params(("id" = PostId, Path)), responses(
    (status = 200, description = "The post", body = PostView),
    (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn get_post(
    app: Data<App>,
    viewer: Viewer,
    id: Id<PostId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let build = |read: &Observed<'_>| post_page(&app.pages, read, id.0);
    viewed_page(&app, &viewer, &request, build, viewer_part)
}

/// Changes one's own post. The text before stays in its history.
#[utoipa::path(patch, path = "/api/v1/posts/{id}", tag = "posts", security(("token" = [])), params(("id" = PostId, Path)),
    request_body = UpdatePost, responses(
        (status = 200, description = "The post as it is now", body = PostView),
        (status = 403, description = "Only its author may", body = Problem),
        (status = 404, description = "`post_not_found`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn update_post(
    app: Data<App>,
    user: CurrentUser,
    id: Id<PostId>,
    body: Valid<UpdatePost>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(posts::edit(&app, user.id(), id.0, body.0).await?))
}

/// Deletes one's own post, or any as a moderator.
#[utoipa::path(delete, path = "/api/v1/posts/{id}", tag = "posts", security(("token" = [])), params(("id" = PostId, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Only its author and moderators may", body = Problem),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn delete_post(app: Data<App>, user: CurrentUser, id: Id<PostId>) -> Result<HttpResponse, Error> {
    posts::delete(&app, &user.account, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A post's earlier texts, the latest first.
#[utoipa::path(get, path = "/api/v1/posts/{id}/history", tag = "posts",
    params(
        ("id" = PostId, Path),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of texts", body = Paged<RevisionView>),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn list_history(
    app: Data<App>,
    viewer: Viewer,
    id: Id<PostId>,
    request: HttpRequest,
    query: Query,
) -> Result<HttpResponse, Error> {
    public_page(&app, &viewer, &request, |read| Template::of(&posts::history(read, id.0, &query.page()?)?))
}
