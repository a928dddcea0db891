//! Sessions over HTTP: signing in, staying signed in, signing out.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SessionId, SessionView, SignedIn, TokensView};
use crate::accounts::Password;
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::auth::{CurrentUser, Origin};
use crate::http::json::{Parse, Valid};
use crate::http::problem::Problem;
use crate::http::query::{Id, IdempotencyKey};
use crate::http::representation::{Audience, Representation};
use crate::paging::Paged;

/// An e-mail address and its password.
#[derive(Deserialize, ToSchema)]
pub struct LogIn {
    #[schema(example = "ana@example.org")]
    email: String,
    password: String,
}

impl Parse for LogIn {
    type Parsed = (String, Password);

    fn parse(self) -> Result<Self::Parsed, Vec<FieldError>> {
        Ok((self.email, Password::attempt(&self.password)))
    }
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "accounts", request_body = LogIn, responses(
    (status = 200, description = "The account, with the tokens of a new session", body = SignedIn),
    (status = 401, description = "`invalid_credentials`", body = Problem),
    (status = 403, description = "`banned`", body = Problem),
    (status = 429, description = "`rate_limited`: too many log-ins or wrong passwords", body = Problem),
    (status = 503, description = "`overloaded`: too many are signing in", body = Problem),
))]
pub async fn log_in(app: Data<App>, origin: Origin, body: Valid<LogIn>) -> Result<HttpResponse, Error> {
    let (email, password) = body.0;
    Ok(HttpResponse::Ok().json(super::log_in(&app, &email, password, origin.device, &origin.caller).await?))
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
pub struct Refresh {
    refresh_token: String,
}

impl Parse for Refresh {
    type Parsed = String;

    fn parse(self) -> Result<String, Vec<FieldError>> {
        Ok(self.refresh_token)
    }
}

/// Exchanges a refresh token for new tokens. Each works once; using one again ends its session, unless it is the last one
/// again with the same key, for which the answer is the same: it may have been lost.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "accounts", request_body = Refresh,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same token again with the same key gets the same refresh token, until that is used")),
    responses(
    (status = 200, description = "New tokens", body = TokensView),
    (status = 400, description = "`invalid_header`", body = Problem),
    (status = 401, description = "`invalid_refresh_token`", body = Problem),
    (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
))]
pub async fn refresh(app: Data<App>, key: IdempotencyKey, body: Valid<Refresh>) -> Result<HttpResponse, Error> {
    let key = key.checked()?;
    Ok(HttpResponse::Ok().json(super::refresh(&app, &body.0, key.as_deref()).await?))
}

/// Signs out: the session's tokens stop working at once.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "accounts", security(("token" = [])), responses(
    (status = 204, description = "Signed out"),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub async fn log_out(app: Data<App>, user: CurrentUser) -> Result<HttpResponse, Error> {
    super::end(&app, user.id(), user.session).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs out everywhere.
#[utoipa::path(post, path = "/api/v1/auth/logout-all", tag = "accounts", security(("token" = [])), responses(
    (status = 204, description = "Signed out everywhere"),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub async fn log_out_everywhere(app: Data<App>, user: CurrentUser) -> Result<HttpResponse, Error> {
    let account = user.id();
    app.store.write(move |tx| super::end_all(tx, account, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One's sessions, the latest first. There are at most 50, on one page.
#[utoipa::path(get, path = "/api/v1/auth/sessions", tag = "accounts", security(("token" = [])), responses(
    (status = 200, description = "The sessions", body = Paged<SessionView>),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub async fn list_sessions(app: Data<App>, user: CurrentUser, request: HttpRequest) -> Result<HttpResponse, Error> {
    let sessions = super::list(&app.store, user.id(), app.clock.now())?;
    let items = sessions.iter().map(|session| SessionView::of(session, user.session)).collect();
    Ok(Representation::json(&Paged { items, next_cursor: None })?.respond(&request, Audience::Private))
}

/// Ends one of one's sessions.
#[utoipa::path(delete, path = "/api/v1/auth/sessions/{id}", tag = "accounts", security(("token" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 204, description = "Ended"), (status = 404, description = "`session_not_found`", body = Problem)))]
pub async fn end_session(app: Data<App>, user: CurrentUser, id: Id<SessionId>) -> Result<HttpResponse, Error> {
    super::end(&app, user.id(), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
