//! An upload as it arrives: `multipart/form-data` (RFC 7578) with one part, within bounds.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_multipart::{Field, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpRequest};
use futures_util::TryStreamExt;

use crate::app::App;
use crate::error::{Code, Error};
use crate::media::library::too_large;
use crate::media::{MAX_UPLOAD, Upload};

/// The name of the part.
const FILE: &str = "file";

/// Bytes of a body beside the picture: boundaries, and the heads of its parts.
const BESIDE: usize = 64 * 1024;

/// The body of an upload, still to be read. It is refused before that where its head already shows that it is too large
/// or of another type.
pub struct Multipart(actix_multipart::Multipart);

impl FromRequest for Multipart {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let head = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = head(header::CONTENT_TYPE).unwrap_or_default().trim_start();
        let is_form = content_type.get(..19).is_some_and(|start| start.eq_ignore_ascii_case("multipart/form-data"));
        let is_packed = head(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"));
        let length = head(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
        ready(if !is_form || is_packed {
            let detail = "Send the picture as the part 'file' of multipart/form-data, without a Content-Encoding.";
            Err(Error::new(Code::UnsupportedMediaType, detail))
        } else if length.is_some_and(|length| length > MAX_UPLOAD + BESIDE) {
            Err(too_large())
        } else {
            Ok(Self(actix_multipart::Multipart::new(request.headers(), payload.take())))
        })
    }
}

impl Multipart {
    /// Reads it to its end, into `upload`.
    ///
    /// # Errors
    ///
    /// [`Code::MalformedMultipart`], [`Code::BodyTooLarge`], [`Code::RequestTimeout`], [`Code::Overloaded`], or
    /// [`Code::ValidationFailed`] where there is not exactly one part called `file`.
    pub async fn read(self, app: &App, upload: Upload) -> Result<Upload, Error> {
        let patience = app.bounds.upload;
        timeout(patience, self.file(upload)).await.map_err(|_| too_slow(patience))?
    }

    async fn file(mut self, upload: Upload) -> Result<Upload, Error> {
        let (mut empty, mut full) = (Some(upload), None);
        while let Some(mut field) = self.0.try_next().await.map_err(|error| malformed(&error))? {
            if field.name() != Some(FILE) {
                let name: String = field.name().unwrap_or("body").chars().take(100).collect();
                return Err(Error::field(name, "is not a part of this: send one, called 'file'"));
            }
            let Some(upload) = empty.take() else {
                return Err(Error::field(FILE, "must be there once: each picture is an upload of its own"));
            };
            full = Some(read(&mut field, upload).await?);
        }
        full.ok_or_else(|| Error::field(FILE, "is required"))
    }
}

async fn read(field: &mut Field, mut upload: Upload) -> Result<Upload, Error> {
    while let Some(piece) = field.try_next().await.map_err(|error| malformed(&error))? {
        upload.add(&piece)?;
    }
    Ok(upload)
}

fn malformed(error: &MultipartError) -> Error {
    Error::new(
        Code::MalformedMultipart,
        format!("{error}: send the picture as the part 'file' of multipart/form-data."),
    )
}

fn too_slow(patience: Duration) -> Error {
    Error::new(Code::RequestTimeout, format!("The picture did not arrive within {} s.", patience.as_secs()))
}
