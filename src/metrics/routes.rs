//! The figures over HTTP.

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::Stats;
use crate::app::App;
use crate::error::Error;
use crate::http::auth::{Admin, Origin, bearer};
use crate::http::problem::Problem;
use crate::http::representation::{Audience, Representation};

/// What Prometheus asks for.
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// The server's figures, for Prometheus
///
/// For the server's own machine, where no proxy hands the request on; from elsewhere with the setting `metrics_token` as
/// a bearer token.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text"),
    (status = 401, description = "From elsewhere, without the token", body = Problem),
    (status = 403, description = "From elsewhere, where there is no token", body = Problem),
))]
pub async fn get_metrics(app: Data<App>, origin: Origin, request: HttpRequest) -> Result<HttpResponse, Error> {
    app.metrics.check_reader(origin.caller.is_here, bearer(&request))?;
    // Folders are looked through and files are counted, which is not for a thread that answers.
    let text = web::block(move || app.metrics.text()).await.map_err(|error| Error::internal(&error))??;
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(HttpResponse::Ok().insert_header(no_store).insert_header((header::CONTENT_TYPE, OPEN_METRICS)).body(text))
}

/// Live figures, and those of the last hour, for a dashboard. A sample is taken every ten seconds.
#[utoipa::path(get, path = "/api/v1/stats", tag = "operations", security(("token" = [])), responses(
    (status = 200, description = "The figures", body = Stats),
    (status = 403, description = "Only an admin may", body = Problem),
))]
pub async fn get_stats(app: Data<App>, _admin: Admin, request: HttpRequest) -> Result<HttpResponse, Error> {
    Ok(Representation::json(&app.metrics.stats())?.respond(&request, Audience::Private))
}
