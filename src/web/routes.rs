//! The documents and files of the web app over HTTP.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::cards::{Card, First, Shown};
use super::document::{Content, Head, Look, document};
use super::files::Files;
use super::side::Categories;
use crate::app::App;
use crate::error::Error;
use crate::http::pages::public_bytes;
use crate::http::problem::no_route;
use crate::http::query::Query;
use crate::http::representation::{Audience, Representation};
use crate::paging::Paged;
use crate::posts::{self, PostId};
use crate::store::Observed;

/// What the community is, for whoever shows a link to it.
const DESCRIPTION: &str = "A community’s own place: posts, talks and people.";

/// `GET /`: the app, with the feed that its address asks for.
///
/// # Errors
///
/// An internal error where the document cannot be made.
pub async fn feed(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let query = request.query_string();
    let path = if query.is_empty() { "/posts".to_owned() } else { format!("/posts?{query}") };
    let build = |read: &Observed<'_>| {
        let query = Query::of(&request)?;
        posts::feed_page(&app.pages, read, |name| query.all(name).collect(), &query.page()?)
    };
    let json = app.policy.public_read.then(|| public_bytes(&app, &format!("/api/v1{path}"), build).ok()).flatten();
    let first = json.and_then(|json| {
        let page: Paged<Card> = serde_json::from_slice(&json).ok()?;
        Some(First { path, json: json.to_vec(), shown: Shown::Feed(page.items) })
    });
    let head = Head { title: None, description: DESCRIPTION.into(), url: url_of(&app, &request) };
    answer(&app, &request, &head, first, true)
}

/// `GET /posts/{id}`: the app, with a post; where there is none, the app says so.
///
/// # Errors
///
/// As [`feed`].
pub async fn post(app: Data<App>, request: HttpRequest, id: Path<String>) -> Result<HttpResponse, Error> {
    let path = format!("/posts/{id}");
    let look = || {
        let id = id.parse::<PostId>().map_err(|_| no_route())?;
        public_bytes(&app, &format!("/api/v1{path}"), |read| posts::post_page(&app.pages, read, id))
    };
    // Where reading needs an account, nobody is told here what there is.
    let json = if app.policy.public_read { look().map(Some) } else { Ok(None) };
    let is_there = !matches!(&json, Err(error) if error.code.status() == 404);
    let first = json.ok().flatten().and_then(|json| {
        let card: Card = serde_json::from_slice(&json).ok()?;
        Some(First { path, json: json.to_vec(), shown: Shown::Post(Box::new(card)) })
    });
    let (title, description) = match &first {
        Some(First { shown: Shown::Post(card), .. }) => (Some(card.title.clone()), card.excerpt()),
        _ => (None, DESCRIPTION.into()),
    };
    answer(&app, &request, &Head { title, description, url: url_of(&app, &request) }, first, is_there)
}

/// `GET` of any other page of the app.
///
/// # Errors
///
/// As [`feed`].
pub async fn page(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Error> {
    answer(&app, &request, &plain(), None, true)
}

/// The head of a document that says nothing of what it shows.
fn plain() -> Head {
    Head { title: None, description: DESCRIPTION.into(), url: None }
}

/// Every path that is none: who goes there in a browser gets the app, which says so in words; all others get a problem.
///
/// # Errors
///
/// `route_not_found`, and as [`feed`].
pub async fn nowhere(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let accepted = request.headers().get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let is_visit = request.method() == Method::GET && accepted.is_some_and(|accepted| accepted.contains("text/html"));
    if !is_visit || request.path().starts_with("/api/") {
        return Err(no_route());
    }
    answer(&app, &request, &plain(), None, false)
}

/// `GET /assets/{tag}/{file}`: what the app is made of.
///
/// # Errors
///
/// `route_not_found` where there is no such file, or where it is of another version.
pub async fn file(request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse, Error> {
    let files = Files::now()?;
    let file = files.get(&path.0, &path.1).ok_or_else(no_route)?;
    Ok(file.respond(&request, Audience::Everybody))
}

/// `GET /manifest.webmanifest`: what the app is called and looks like once it is installed.
///
/// # Errors
///
/// An internal error where it cannot be made ready.
pub async fn manifest(request: HttpRequest) -> Result<HttpResponse, Error> {
    let files = Files::now()?;
    let file = files.named("app.webmanifest").ok_or_else(no_route)?;
    Ok(file.respond(&request, Audience::Public))
}

/// `GET /icon/{name}`: the icons, at addresses that stay when the app changes.
///
/// # Errors
///
/// `route_not_found` where there is no such icon.
pub async fn icon(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Error> {
    let files = Files::now()?;
    let file = Some(&*name).filter(|name| name.starts_with("icon")).and_then(|name| files.named(name));
    Ok(file.ok_or_else(no_route)?.respond(&request, Audience::Public))
}

/// The app, with what it shows first, or with 404 where `is_there` is false.
fn answer(
    app: &App,
    request: &HttpRequest,
    head: &Head,
    first: Option<First>,
    is_there: bool,
) -> Result<HttpResponse, Error> {
    let files = Files::now()?;
    let look = Look {
        theme: cookie(request, "hearth_theme").filter(|theme| ["light", "dark"].contains(theme)),
        is_member: cookie(request, "hearth_member") == Some("1"),
        is_side_closed: cookie(request, "hearth_side") == Some("closed"),
        is_members_only: !app.policy.public_read,
    };
    let content = Content { categories: Categories::of(app), first };
    let page =
        Representation::new("text/html; charset=utf-8", document(&files, head, look, &content, app.clock.now()))?;
    let audience = Audience::Private;
    let response = if is_there { page.respond(request, audience) } else { page.not_found(request, audience) };
    let mut response = protected(response, &files);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
    Ok(response)
}

/// `response` with what its document may do: load from this server alone, run none of what stands in it, and make no
/// markup of text (Trusted Types). Pictures that need a token are shown from memory (`blob:`).
fn protected(mut response: HttpResponse, files: &Files) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' '{}'; img-src 'self' blob:; connect-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        files.first_style_hash
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn cookie<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let lines = request.headers().get_all(header::COOKIE).filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The address of what was asked for, as others reach it.
fn url_of(app: &App, request: &HttpRequest) -> Option<String> {
    let base = app.policy.public_url.as_deref()?.trim_end_matches('/');
    Some(format!("{base}{}", request.uri().path_and_query().map_or("/", |path| path.as_str())))
}
