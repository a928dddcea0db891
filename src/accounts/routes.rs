//! Accounts over HTTP: registering, oneself, everybody else.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{
    AccountView, By, Changes, NewAccount, Password, Role, UserSummary, UserView, parse_avatar, parse_bio, parse_email,
    parse_handle, parse_name,
};
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::auth::{Admin, CurrentUser, Origin, Viewer};
use crate::http::json::{Parse, Valid};
use crate::http::pages::public_page;
use crate::http::problem::Problem;
use crate::http::query::{PageParams, Query};
use crate::http::representation::{Audience, Representation};
use crate::pages::Template;
use crate::paging::Paged;
use crate::sessions::SignedIn;

/// A new account.
#[derive(Deserialize, ToSchema)]
pub struct Register {
    /// 2 to 80 characters.
    #[schema(example = "Ana Lindqvist")]
    name: String,
    /// Case does not count.
    #[schema(example = "ana@example.org")]
    email: String,
    /// 8 to 128 characters.
    #[schema(example = "a long sentence is a good password")]
    password: String,
    /// `[a-z0-9_]{3,30}`; derived from the name if left out.
    handle: Option<String>,
    /// The code of an invite, where registration needs one.
    #[schema(example = "7k2qm-9xw4t-0hjvn-3e8ra")]
    invite: Option<String>,
    /// What the server printed at its start, for the first account where it is not registered on the server's machine.
    setup_code: Option<String>,
}

impl Parse for Register {
    type Parsed = NewAccount;

    fn parse(self) -> Result<NewAccount, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let name = keep(&mut wrong, parse_name(&self.name));
        let email = keep(&mut wrong, parse_email(&self.email));
        let password = keep(&mut wrong, Password::new("password", self.password));
        let handle = keep(&mut wrong, self.handle.as_deref().map(parse_handle).transpose());
        match (name, email, password, handle) {
            (Some(name), Some(email), Some(password), Some(handle)) => {
                Ok(NewAccount { name, email, password, handle, invite: self.invite, setup_code: self.setup_code })
            }
            _ => Err(wrong),
        }
    }
}

/// The value, or its error on the list of what is wrong.
fn keep<T>(wrong: &mut Vec<FieldError>, parsed: Result<T, FieldError>) -> Option<T> {
    parsed.map_err(|error| wrong.push(error)).ok()
}

/// Makes an account and signs it in.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "accounts", request_body = Register, responses(
    (status = 201, description = "The account, with the tokens of its first session", body = SignedIn),
    (status = 403, description = "`registration_closed`, `invite_required`, `invalid_invite`, `email_domain_not_allowed` or `setup_code_required`", body = Problem),
    (status = 409, description = "`email_taken` or `handle_taken`", body = Problem),
    (status = 422, description = "`validation_failed`", body = Problem),
    (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
))]
pub async fn register(app: Data<App>, origin: Origin, body: Valid<Register>) -> Result<HttpResponse, Error> {
    let signed_in = super::register(&app, body.0, origin.device, origin.caller.is_here).await?;
    Ok(HttpResponse::Created().json(signed_in))
}

/// Oneself.
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", security(("token" = [])), responses(
    (status = 200, description = "The account", body = AccountView),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub async fn get_me(user: CurrentUser, request: HttpRequest) -> Result<HttpResponse, Error> {
    Ok(Representation::json(&AccountView::from(&*user.account))?.respond(&request, Audience::Private))
}

/// Changes to one's own account; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub struct UpdateMe {
    /// 2 to 80 characters.
    name: Option<String>,
    /// 0 to 1000 characters.
    bio: Option<String>,
    /// `[a-z0-9_]{3,30}`.
    handle: Option<String>,
    /// A new address is not verified.
    email: Option<String>,
    /// The id of a picture that one has uploaded and not used yet; null takes the one there is away.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    avatar: Option<Option<String>>,
}

/// What is there, also where it is null; what is left out is not asked for.
fn stated<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Parse for UpdateMe {
    type Parsed = Changes;

    fn parse(self) -> Result<Changes, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let name = keep(&mut wrong, self.name.as_deref().map(parse_name).transpose());
        let bio = keep(&mut wrong, self.bio.as_deref().map(parse_bio).transpose());
        let handle = keep(&mut wrong, self.handle.as_deref().map(parse_handle).transpose());
        let email = keep(&mut wrong, self.email.as_deref().map(parse_email).transpose());
        let avatar =
            keep(&mut wrong, self.avatar.map(|avatar| avatar.as_deref().map(parse_avatar).transpose()).transpose());
        match (name, bio, handle, email, avatar) {
            (Some(name), Some(bio), Some(handle), Some(email), Some(avatar)) => {
                Ok(Changes { name, bio, handle, email, avatar })
            }
            _ => Err(wrong),
        }
    }
}

/// Changes one's own account.
#[utoipa::path(patch, path = "/api/v1/me", tag = "accounts", security(("token" = [])), request_body = UpdateMe, responses(
    (status = 200, description = "The account as it is now", body = AccountView),
    (status = 409, description = "`email_taken` or `handle_taken`", body = Problem),
    (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn update_me(app: Data<App>, user: CurrentUser, body: Valid<UpdateMe>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(super::update(&app, user.id(), body.0).await?))
}

/// One's present password, and the one to come.
#[derive(Deserialize, ToSchema)]
pub struct ChangePassword {
    current: String,
    /// 8 to 128 characters.
    new: String,
}

impl Parse for ChangePassword {
    type Parsed = (Password, Password);

    fn parse(self) -> Result<Self::Parsed, Vec<FieldError>> {
        let new = Password::new("new", self.new).map_err(|error| vec![error])?;
        Ok((Password::attempt(&self.current), new))
    }
}

/// Changes one's own password and ends every other session.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "accounts", security(("token" = [])),
    request_body = ChangePassword, responses(
        (status = 204, description = "Changed"),
        (status = 403, description = "`wrong_password`", body = Problem),
        (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn change_password(
    app: Data<App>,
    user: CurrentUser,
    body: Valid<ChangePassword>,
) -> Result<HttpResponse, Error> {
    let (current, new) = body.0;
    super::change_password(&app, &user.account, user.session, current, new).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One's password, to show that it is oneself.
#[derive(Deserialize, ToSchema)]
pub struct DeleteMe {
    password: String,
}

impl Parse for DeleteMe {
    type Parsed = Password;

    fn parse(self) -> Result<Password, Vec<FieldError>> {
        Ok(Password::attempt(&self.password))
    }
}

/// Deletes one's own account. What it wrote stays, by an author `[deleted]`.
#[utoipa::path(delete, path = "/api/v1/me", tag = "accounts", security(("token" = [])), request_body = DeleteMe,
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "`wrong_password`", body = Problem),
        (status = 409, description = "`last_admin`: others have accounts, and nobody else is an admin", body = Problem),
        (status = 429, description = "`rate_limited`: try again after `Retry-After`", body = Problem),
))]
pub async fn delete_me(app: Data<App>, user: CurrentUser, body: Valid<DeleteMe>) -> Result<HttpResponse, Error> {
    super::delete(&app, &user.account, user.session, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The directory of users.
#[utoipa::path(get, path = "/api/v1/users", tag = "accounts",
    params(
        ("q" = Option<String>, Query, description = "The start of a handle, a name, or a later word of a name"),
        PageParams,
    ),
    responses((status = 200, description = "A page of users", body = Paged<UserView>)))]
pub async fn list_users(
    app: Data<App>,
    viewer: Viewer,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    public_page(&app, &viewer, &request, |read| {
        Template::of(&super::directory(read, query.one("q").unwrap_or_default(), &query.page()?)?)
    })
}

/// A user's public profile.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "accounts",
    params(("id" = String, Path, description = "An id or a handle")),
    responses(
        (status = 200, description = "The user", body = UserView),
        (status = 404, description = "`user_not_found`", body = Problem),
))]
pub async fn get_user(
    app: Data<App>,
    viewer: Viewer,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    public_page(&app, &viewer, &request, |read| Template::of(&UserView::from(&*super::look_up(read, &path)?)))
}

/// What a user may do from now on.
#[derive(Deserialize, ToSchema)]
pub struct PutRole {
    role: Role,
}

impl Parse for PutRole {
    type Parsed = Role;

    fn parse(self) -> Result<Role, Vec<FieldError>> {
        Ok(self.role)
    }
}

/// Gives a user a role: makes a moderator or an admin of them, or a member again.
#[utoipa::path(put, path = "/api/v1/users/{id}/role", tag = "moderation", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")), request_body = PutRole, responses(
        (status = 200, description = "The user", body = UserView),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
        (status = 409, description = "`last_admin`: nobody else could change roles any more", body = Problem),
))]
pub async fn put_role(
    app: Data<App>,
    admin: Admin,
    path: Path<String>,
    body: Valid<PutRole>,
) -> Result<HttpResponse, Error> {
    let account = super::set_role(&app, By::Admin(admin.0.id()), &path, body.0).await?;
    Ok(HttpResponse::Ok().json(UserView::from(&*account)))
}

/// Blocks a user, who cannot send one messages any more.
#[utoipa::path(put, path = "/api/v1/users/{id}/block", tag = "accounts", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")),
    responses((status = 204, description = "Blocked"), (status = 404, description = "`user_not_found`", body = Problem)))]
pub async fn block_user(app: Data<App>, user: CurrentUser, path: Path<String>) -> Result<HttpResponse, Error> {
    super::set_blocked(&app, user.id(), &path, true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes back a block.
#[utoipa::path(delete, path = "/api/v1/users/{id}/block", tag = "accounts", security(("token" = [])),
    params(("id" = String, Path, description = "An id or a handle")),
    responses((status = 204, description = "Not blocked"), (status = 404, description = "`user_not_found`", body = Problem)))]
pub async fn unblock_user(app: Data<App>, user: CurrentUser, path: Path<String>) -> Result<HttpResponse, Error> {
    super::set_blocked(&app, user.id(), &path, false).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whom one has blocked. Nobody else is told.
#[utoipa::path(get, path = "/api/v1/me/blocks", tag = "accounts", security(("token" = [])), params(PageParams), responses(
    (status = 200, description = "A page of users", body = Paged<UserSummary>),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub async fn list_blocks(
    app: Data<App>,
    user: CurrentUser,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let page = super::blocked(&app.store, user.id(), &query.page()?)?;
    Ok(Representation::json(&page)?.respond(&request, Audience::Private))
}
