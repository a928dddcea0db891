//! Comments over HTTP.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::viewer_part;
use super::{CommentId, CommentView, NewComment, parse_text};
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::auth::{CurrentUser, Viewer};
use crate::http::json::{Parse, Valid};
use crate::http::pages::viewed_page;
use crate::http::problem::Problem;
use crate::http::query::{Id, IdempotencyKey, PageParams, Query};
use crate::http::written;
use crate::paging::Paged;
use crate::posts::PostId;
use crate::store::Observed;

/// A new comment.
#[derive(Deserialize, ToSchema)]
pub struct CreateComment {
    /// 1 to 10,000 characters.
    #[schema(example = "Twelve hours in the fridge did it for me.")]
    text: String,
    /// The comment that it answers.
    parent: Option<CommentId>,
    /// Whether nobody is told who wrote it.
    #[serde(default)]
    anonymous: bool,
}

impl Parse for CreateComment {
    type Parsed = NewComment;

    fn parse(self) -> Result<NewComment, Vec<FieldError>> {
        let text = parse_text(&self.text).map_err(|error| vec![error])?;
        Ok(NewComment { text, parent: self.parent, anonymous: self.anonymous })
    }
}

/// Comments directly below a post, or below one of its comments, the oldest first, with their first replies.
#[utoipa::path(get, path = "/api/v1/posts/{id}/comments", tag = "comments",
    params(
        ("id" = PostId, Path),
        ("parent" = Option<CommentId>, Query, description = "The comment whose replies are asked for"),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of comments", body = Paged<CommentView>),
        (status = 404, description = "`post_not_found`", body = Problem),
))]
pub async fn list_comments(
    app: Data<App>,
    viewer: Viewer,
    post: Id<PostId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let build = |read: &Observed<'_>| {
        let query = Query::of(&request)?;
        let parent = query.parsed("parent", "the id of a comment")?;
        super::thread(read, post.0, parent, &query.page()?)
    };
    viewed_page(&app, &viewer, &request, build, viewer_part)
}

/// Writes a comment.
#[utoipa::path(post, path = "/api/v1/posts/{id}/comments", tag = "comments", security(("token" = [])),
    params(
        ("id" = PostId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again within 24 hours gets the first answer"),
    ),
    request_body = CreateComment, responses(
        (status = 201, description = "The comment", body = CommentView),
        (status = 404, description = "`post_not_found`", body = Problem),
        (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
        (status = 422, description = "`validation_failed` or `idempotency_key_reused`", body = Problem),
))]
pub async fn create_comment(
    app: Data<App>,
    user: CurrentUser,
    post: Id<PostId>,
    key: IdempotencyKey,
    body: Valid<CreateComment>,
) -> Result<HttpResponse, Error> {
    let key = key.once(&body.0)?;
    Ok(written::created(super::create(&app, user.id(), post.0, body.0, key).await?))
}

/// A comment's new text.
#[derive(Deserialize, ToSchema)]
pub struct UpdateComment {
    /// 1 to 10,000 characters.
    text: String,
}

impl Parse for UpdateComment {
    type Parsed = String;

    fn parse(self) -> Result<String, Vec<FieldError>> {
        parse_text(&self.text).map_err(|error| vec![error])
    }
}

/// Changes one's own comment.
#[utoipa::path(patch, path = "/api/v1/comments/{id}", tag = "comments", security(("token" = [])),
    params(("id" = CommentId, Path)), request_body = UpdateComment, responses(
        (status = 200, description = "The comment as it is now", body = CommentView),
        (status = 403, description = "Only its author may", body = Problem),
        (status = 404, description = "`comment_not_found`", body = Problem),
))]
pub async fn update_comment(
    app: Data<App>,
    user: CurrentUser,
    id: Id<CommentId>,
    body: Valid<UpdateComment>,
) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(super::edit(&app, user.id(), id.0, body.0).await?))
}

/// Deletes one's own comment, or any as a moderator. One with replies stays as `[deleted]`.
#[utoipa::path(delete, path = "/api/v1/comments/{id}", tag = "comments", security(("token" = [])),
    params(("id" = CommentId, Path)), responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Only its author and moderators may", body = Problem),
        (status = 404, description = "`comment_not_found`", body = Problem),
))]
pub async fn delete_comment(app: Data<App>, user: CurrentUser, id: Id<CommentId>) -> Result<HttpResponse, Error> {
    super::delete(&app, &user.account, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Likes a comment.
#[utoipa::path(put, path = "/api/v1/comments/{id}/like", tag = "comments", security(("token" = [])),
    params(("id" = CommentId, Path)), responses(
        (status = 200, description = "The comment as it is now", body = CommentView),
        (status = 404, description = "`comment_not_found`", body = Problem),
))]
pub async fn like_comment(app: Data<App>, user: CurrentUser, id: Id<CommentId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(super::set_liked(&app, user.id(), id.0, true).await?))
}

/// Takes back a like.
#[utoipa::path(delete, path = "/api/v1/comments/{id}/like", tag = "comments", security(("token" = [])),
    params(("id" = CommentId, Path)), responses(
        (status = 200, description = "The comment as it is now", body = CommentView),
        (status = 404, description = "`comment_not_found`", body = Problem),
))]
pub async fn unlike_comment(app: Data<App>, user: CurrentUser, id: Id<CommentId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(super::set_liked(&app, user.id(), id.0, false).await?))
}
