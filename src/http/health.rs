//! What whoever looks after the process asks it.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

pub use super::probe::Readiness;
use super::problem::Problem;
use crate::app::App;
use crate::error::Error;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok` where the process is up, `ready` where it can also do its work.
    #[schema(example = "ready")]
    pub status: &'static str,
}

fn healthy(status: &'static str) -> HttpResponse {
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    HttpResponse::Ok().insert_header(no_store).json(Health { status })
}

/// Whether the process is up
///
/// Looks at nothing else: restarting helps only where this does not answer.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    responses((status = 200, description = "The process is up", body = Health)),
)]
pub async fn healthz() -> HttpResponse {
    healthy("ok")
}

/// Whether the server can do its work
///
/// Writes to the store and reads that back, at most once a second.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    responses(
        (status = 200, description = "The store takes writes and gives them back", body = Health),
        (status = 503, description = "It does not; `detail` says why", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn readyz(app: web::Data<App>) -> Result<HttpResponse, Error> {
    app.readiness.check(&app.store, app.clock.now()).await?;
    Ok(healthy("ready"))
}
