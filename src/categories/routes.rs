//! Categories over HTTP.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Categories, CategoryView, parse_name, parse_slug};
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::auth::{Admin, Viewer};
use crate::http::json::{Parse, Valid};
use crate::http::pages::public_page;
use crate::http::problem::Problem;

/// The categories, with how many posts are in each.
#[utoipa::path(get, path = "/api/v1/categories", tag = "posts", responses(
    (status = 200, description = "All categories", body = Categories),
))]
pub async fn list_categories(app: Data<App>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse, Error> {
    public_page(&app, &viewer, &request, super::page)
}

/// A category's name.
#[derive(Deserialize, ToSchema)]
pub struct PutCategory {
    /// 1 to 60 characters.
    name: String,
}

impl Parse for PutCategory {
    type Parsed = String;

    fn parse(self) -> Result<String, Vec<FieldError>> {
        parse_name(&self.name).map_err(|error| vec![error])
    }
}

/// Makes a category, or renames it.
#[utoipa::path(put, path = "/api/v1/categories/{slug}", tag = "posts", security(("token" = [])),
    params(("slug" = String, Path, description = "`[a-z0-9-]{1,40}`")), request_body = PutCategory, responses(
        (status = 200, description = "The category", body = CategoryView),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn put_category(
    app: Data<App>,
    _admin: Admin,
    path: Path<String>,
    body: Valid<PutCategory>,
) -> Result<HttpResponse, Error> {
    let slug = parse_slug("slug", &path)?;
    Ok(HttpResponse::Ok().json(super::put(&app, slug, body.0).await?))
}

/// Removes a category. Its posts stay.
#[utoipa::path(delete, path = "/api/v1/categories/{slug}", tag = "posts", security(("token" = [])),
    params(("slug" = String, Path)), responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 404, description = "`category_not_found`", body = Problem),
))]
pub async fn delete_category(app: Data<App>, _admin: Admin, path: Path<String>) -> Result<HttpResponse, Error> {
    super::remove(&app, path.to_lowercase()).await?;
    Ok(HttpResponse::NoContent().finish())
}
