//! Invites over HTTP, for admins.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CreatedInvite, InviteId, InviteView, NewInvite, USUAL_DAYS};
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::auth::Admin;
use crate::http::json::{Parse, Valid};
use crate::http::problem::Problem;
use crate::http::query::{Id, PageParams, Query};
use crate::http::representation::{Audience, Representation};
use crate::paging::Paged;

/// A new invite.
#[derive(Deserialize, ToSchema)]
pub struct CreateInvite {
    /// Accounts that may be made with it: 1 to 10,000; 1 if left out.
    uses: Option<u32>,
    /// Days that it is good: 1 to 3650; 14 if left out.
    expires_in_days: Option<u32>,
    /// What it is for, for those who manage it: at most 200 characters.
    note: Option<String>,
}

impl Parse for CreateInvite {
    type Parsed = NewInvite;

    fn parse(self) -> Result<NewInvite, Vec<FieldError>> {
        let days = self.expires_in_days.unwrap_or(USUAL_DAYS);
        NewInvite::new(self.uses.unwrap_or(1), days, &self.note.unwrap_or_default())
    }
}

/// Makes an invite.
///
/// Its code is in this answer and nowhere else, not even in the store. So there is no first answer to be given again,
/// and an `Idempotency-Key` changes nothing: take back what was made twice.
#[utoipa::path(post, path = "/api/v1/invites", tag = "moderation", security(("token" = [])),
    request_body = CreateInvite, responses(
        (status = 201, description = "The invite, with its code", body = CreatedInvite),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 422, description = "`validation_failed`", body = Problem),
))]
pub async fn create_invite(app: Data<App>, admin: Admin, body: Valid<CreateInvite>) -> Result<HttpResponse, Error> {
    let base = app.policy.public_url.clone().unwrap_or_default();
    Ok(HttpResponse::Created().json(super::create(&app, Some(admin.0.id()), body.0, &base).await?))
}

/// The invites, the newest first; those that have ended are listed for 30 days more.
#[utoipa::path(get, path = "/api/v1/invites", tag = "moderation", security(("token" = [])), params(PageParams),
    responses(
        (status = 200, description = "A page of invites", body = Paged<InviteView>),
        (status = 403, description = "Only an admin may", body = Problem),
))]
pub async fn list_invites(
    app: Data<App>,
    _admin: Admin,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let page = super::list(&app.store, &query.page()?, app.clock.now())?;
    Ok(Representation::json(&page)?.respond(&request, Audience::Private))
}

/// Takes an invite back: no further account can be made with it.
#[utoipa::path(delete, path = "/api/v1/invites/{id}", tag = "moderation", security(("token" = [])),
    params(("id" = InviteId, Path)), responses(
        (status = 204, description = "Taken back"),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 404, description = "`invite_not_found`", body = Problem),
))]
pub async fn delete_invite(app: Data<App>, admin: Admin, id: Id<InviteId>) -> Result<HttpResponse, Error> {
    super::revoke(&app, Some(admin.0.id()), id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
