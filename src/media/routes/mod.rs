//! Pictures over HTTP.

mod upload;

use std::io;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use utoipa::ToSchema;

use super::{Hash, Media, MediaId, MediaView, Opened, Place, Stored, visible};
use crate::app::App;
use crate::error::Error;
use crate::http::auth::{CurrentUser, Viewer};
use crate::http::immutable::{self, Body};
use crate::http::problem::Problem;
use crate::http::query::{Id, IdempotencyKey};
use crate::http::representation::Audience;
use crate::http::written;
use upload::Multipart;

/// A picture to keep.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what comes in, which is read by hand")]
pub struct UploadMedia {
    /// A JPEG, PNG, WebP or GIF of at most 10 MB, 50 million pixels, and 12,000 in either direction.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Uploads a picture, which a post, a message or one's account may use within a day. It is decoded, turned upright, made
/// smaller where it is larger than 2560 pixels, and written anew from its pixels: nothing else that is in the file is kept.
#[utoipa::path(post, path = "/api/v1/media", tag = "media", security(("token" = [])),
    request_body(content = UploadMedia, content_type = "multipart/form-data"),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again within 24 hours gets the first answer")),
    responses(
        (status = 201, description = "The picture", body = MediaView),
        (status = 400, description = "`malformed_multipart`", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 408, description = "`request_timeout`: it did not arrive within five minutes", body = Problem),
        (status = 413, description = "`body_too_large`: more than 10 MB", body = Problem),
        (status = 415, description = "`unsupported_media_type`: no JPEG, PNG, WebP or GIF, whatever it is called; or the body is no `multipart/form-data`", body = Problem),
        (status = 422, description = "`validation_failed`: damaged, cut short, or too large to decode; or not exactly one `file`. `idempotency_key_reused`", body = Problem),
        (status = 429, description = "`rate_limited`, also where four uploads of the account are under way: try again after `Retry-After`", body = Problem),
        (status = 503, description = "`overloaded` or `disk_full`: try again after `Retry-After`", body = Problem),
))]
pub async fn create_media(
    app: Data<App>,
    user: CurrentUser,
    key: IdempotencyKey,
    body: Multipart,
) -> Result<HttpResponse, Error> {
    let upload = body.read(&app, app.media.upload(user.id())?).await?;
    let once = move |sent: &Hash| key.once(&sent.to_string());
    Ok(written::created(super::upload(&app, user.id(), upload, once).await?))
}

/// A picture. What belongs to a post or to an account is for everybody who may read, what belongs to a conversation for its
/// members, and what is not used yet for who uploaded it.
#[utoipa::path(get, path = "/api/v1/media/{id}", tag = "media", params(("id" = MediaId, Path)), responses(
    (status = 200, description = "Its bytes: they never change", content_type = "image/jpeg"),
    (status = 404, description = "`media_not_found`", body = Problem),
))]
pub async fn get_media(
    app: Data<App>,
    viewer: Viewer,
    id: Id<MediaId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    sent(&app, &viewer, id.0, &request, |media| media.picture).await
}

/// A small form of a picture, at most 640 pixels in either direction, and without animation.
#[utoipa::path(get, path = "/api/v1/media/{id}/thumbnail", tag = "media", params(("id" = MediaId, Path)), responses(
    (status = 200, description = "Its bytes: they never change", content_type = "image/jpeg"),
    (status = 404, description = "`media_not_found`", body = Problem),
))]
pub async fn get_thumbnail(
    app: Data<App>,
    viewer: Viewer,
    id: Id<MediaId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    sent(&app, &viewer, id.0, &request, |media| media.thumbnail).await
}

/// The square in the middle of a picture, 128 pixels long: what stands beside an account's name.
#[utoipa::path(get, path = "/api/v1/media/{id}/avatar", tag = "media", params(("id" = MediaId, Path)), responses(
    (status = 200, description = "Its bytes: they never change", content_type = "image/jpeg"),
    (status = 404, description = "`media_not_found`", body = Problem),
))]
pub async fn get_avatar(
    app: Data<App>,
    viewer: Viewer,
    id: Id<MediaId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    sent(&app, &viewer, id.0, &request, |media| media.avatar).await
}

async fn sent(
    app: &Data<App>,
    viewer: &Viewer,
    id: MediaId,
    request: &HttpRequest,
    which: fn(&Media) -> Stored,
) -> Result<HttpResponse, Error> {
    let media = visible(&app.store, id, viewer.0)?;
    let stored = which(&media);
    let is_public = app.policy.public_read && matches!(media.place, Place::Post(_) | Place::Owner);
    let audience = if is_public { Audience::Everybody } else { Audience::Private };
    let (tag, content_type) = (stored.hash.to_string(), stored.kind.content_type());
    if let Some(unchanged) = immutable::unchanged(request, &tag, audience) {
        return Ok(unchanged);
    }
    let body = match app.media.recent(&stored) {
        Some(bytes) => Body::Whole(bytes),
        None => match opened(app, stored).await? {
            Ok(body) => body,
            Err(error) => return Err(missing(app, id, viewer, &stored, &error)),
        },
    };
    Ok(immutable::answer(&tag, content_type, audience, body))
}

async fn opened(app: &Data<App>, stored: Stored) -> Result<io::Result<Body>, Error> {
    let library = app.media.clone();
    let opened = web::block(move || library.open_file(&stored)).await.map_err(|error| Error::internal(&error))?;
    Ok(opened.map(|opened| match opened {
        Opened::Whole(bytes) => Body::Whole(bytes),
        Opened::Streamed(file, bytes) => Body::Streamed(file, bytes),
    }))
}

/// Why a file could not be opened that a record named just before.
fn missing(app: &App, id: MediaId, viewer: &Viewer, stored: &Stored, error: &io::Error) -> Error {
    // The picture may have been deleted meanwhile.
    if error.kind() == io::ErrorKind::NotFound
        && let Err(gone) = visible(&app.store, id, viewer.0)
    {
        return gone;
    }
    Error::internal(&format_args!("the file {} of a picture: {error}; see `hearth check`", stored.hash))
}
