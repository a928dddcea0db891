//! Lists of posts over HTTP: public ones, and one's own.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::accounts;
use crate::app::App;
use crate::error::Error;
use crate::http::auth::{CurrentUser, Viewer};
use crate::http::pages::viewed_page;
use crate::http::problem::Problem;
use crate::http::query::{PageParams, Query};
use crate::http::representation::{Audience, Representation};
use crate::paging::{Page, Paged};
use crate::posts::view::{listed, viewer_part};
use crate::posts::{Feed, Post, PostView, bookmarked, feed_page, liked, own_posts, page};
use crate::store::Observed;

/// Posts, archived ones left out.
#[utoipa::path(get, path = "/api/v1/posts", tag = "posts",
    params(
        ("category" = Option<Vec<String>>, Query, description = "Slugs in any case; several are a union"),
        ("tag" = Option<String>, Query, description = "A tag, in any case"),
        ("author" = Option<String>, Query, description = "An id or a handle; anonymous posts are left out"),
        ("sort" = Option<String>, Query, description = "`new`, `top` or `hot`; `new` if left out"),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of posts", body = Paged<PostView>),
        (status = 400, description = "`invalid_cursor`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn list_posts(app: Data<App>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse, Error> {
    let build = |read: &Observed<'_>| {
        let query = Query::of(&request)?;
        feed_page(&app.pages, read, |name| query.all(name).collect(), &query.page()?)
    };
    viewed_page(&app, &viewer, &request, build, viewer_part)
}

/// A user's posts but for anonymous ones, the newest first.
#[utoipa::path(get, path = "/api/v1/users/{id}/posts", tag = "posts",
    params(
        ("id" = String, Path, description = "An id or a handle"),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of posts", body = Paged<PostView>),
        (status = 404, description = "`user_not_found`", body = Problem),
))]
pub async fn list_user_posts(
    app: Data<App>,
    viewer: Viewer,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let build = |read: &Observed<'_>| {
        let author = Some(accounts::look_up(read, &path)?.id);
        let feed = Feed { author, ..Feed::default() };
        listed(&app.pages, read, &page(read, &feed, &Query::of(&request)?.page()?)?)
    };
    viewed_page(&app, &viewer, &request, build, viewer_part)
}

/// One's own posts, anonymous ones too, the newest first.
#[utoipa::path(get, path = "/api/v1/me/posts", tag = "posts", security(("token" = [])),
    params(
        ("archived" = Option<bool>, Query, description = "Those that are archived; those that are not if left out"),
        PageParams,
    ),
    responses((status = 200, description = "A page of posts", body = Paged<PostView>)))]
pub async fn list_my_posts(
    app: Data<App>,
    user: CurrentUser,
    request: HttpRequest,
    query: Query,
) -> Result<HttpResponse, Error> {
    let archived = query.parsed("archived", "true or false")?.unwrap_or(false);
    own_list(&app, &user, &request, &query, |page| own_posts(&app.store, user.id(), archived, page))
}

/// The posts that one likes, the latest liked first.
#[utoipa::path(get, path = "/api/v1/me/likes", tag = "posts", security(("token" = [])),
    params(PageParams),
    responses((status = 200, description = "A page of posts", body = Paged<PostView>)))]
pub async fn list_my_likes(
    app: Data<App>,
    user: CurrentUser,
    request: HttpRequest,
    query: Query,
) -> Result<HttpResponse, Error> {
    own_list(&app, &user, &request, &query, |page| liked(&app.store, user.id(), page))
}

/// The posts that one keeps, the latest kept first.
#[utoipa::path(get, path = "/api/v1/me/bookmarks", tag = "posts", security(("token" = [])),
    params(PageParams),
    responses((status = 200, description = "A page of posts", body = Paged<PostView>)))]
pub async fn list_my_bookmarks(
    app: Data<App>,
    user: CurrentUser,
    request: HttpRequest,
    query: Query,
) -> Result<HttpResponse, Error> {
    own_list(&app, &user, &request, &query, |page| bookmarked(&app.store, user.id(), page))
}

fn own_list(
    app: &App,
    user: &CurrentUser,
    request: &HttpRequest,
    query: &Query,
    list: impl FnOnce(&Page) -> Result<Paged<Arc<Post>>, Error>,
) -> Result<HttpResponse, Error> {
    let view = |post: Arc<Post>| PostView::of(&app.store, &post, Some(user.id()));
    let Paged { items, next_cursor } = list(&query.page()?)?;
    let items = items.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(Representation::json(&Paged { items, next_cursor })?.respond(request, Audience::Private))
}
