//! Answering with a public page: the one that is kept, with the viewer's parts put in where somebody is signed in.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::auth::Viewer;
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Error;
use crate::pages::{Subject, Template};
use crate::store::{Observed, Store};

/// Answers with the page that `build` makes, the same for everybody.
///
/// `build` must read through what it is given and nothing else: what it reads decides when it is made anew.
///
/// # Errors
///
/// What `build` gives.
pub fn public_page(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    build: impl FnOnce(&Observed<'_>) -> Result<Template, Error>,
) -> Result<HttpResponse, Error> {
    Ok(app.pages.page(key(request), build)?.public().respond(request, viewer.audience()))
}

/// As [`public_page`], and where somebody is signed in, each of its subjects has what `part` says of it to them.
///
/// # Errors
///
/// What `build` and `part` give.
pub fn viewed_page<V: Serialize>(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    build: impl FnOnce(&Observed<'_>) -> Result<Template, Error>,
    part: impl Fn(&Store, &Subject, AccountId) -> Result<V, Error>,
) -> Result<HttpResponse, Error> {
    let page = app.pages.page(key(request), build)?;
    let own = viewer.0.map(|viewer| page.for_viewer(|subject| part(&app.store, subject, viewer))).transpose()?;
    Ok(own.flatten().as_ref().unwrap_or(page.public()).respond(request, viewer.audience()))
}

/// The bytes of the page for `key`, the path and query that it answers, as those see it who are not signed in.
///
/// # Errors
///
/// What `build` gives.
pub fn public_bytes(
    app: &App,
    key: &str,
    build: impl FnOnce(&Observed<'_>) -> Result<Template, Error>,
) -> Result<Bytes, Error> {
    Ok(app.pages.page(key, build)?.public().body().clone())
}

fn key(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("", |path| path.as_str())
}
