//! Backups over HTTP, for admins. What is sent is confidential, and is kept by nobody in between.

use std::fs::File;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Data, Path};

use super::folder::{self, is_name};
use super::manifest::MadeBy;
use super::view::{BackupView, BackupsView, UnderWayView};
use super::{Wish, in_background};
use crate::app::App;
use crate::error::{Code, Error};
use crate::http::auth::Admin;
use crate::http::problem::Problem;
use crate::http::streaming::pieces;

/// Nobody keeps it.
const NO_STORE: (header::HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Every backup in the server's folder of backups, the newest first, and the one that is being made.
#[utoipa::path(get, path = "/api/v1/backups", tag = "operations", security(("token" = [])), responses(
    (status = 200, description = "The backups", body = BackupsView),
    (status = 403, description = "Only an admin may", body = Problem),
))]
pub async fn list_backups(app: Data<App>, _admin: Admin) -> Result<HttpResponse, Error> {
    let dir = app.backups.dir().to_owned();
    let listed = web::block(move || folder::list(&dir)).await.map_err(|error| Error::internal(&error))?;
    let listed = listed.map_err(|error| Error::internal(&error))?;
    let view = BackupsView {
        items: listed.iter().map(BackupView::from).collect(),
        under_way: app.backups.under_way().map(UnderWayView::from),
    };
    Ok(HttpResponse::Ok().insert_header(NO_STORE).json(view))
}

/// Begins a backup of everything. It is made in the background: the list shows how far it is, and at last the backup.
#[utoipa::path(post, path = "/api/v1/backups", tag = "operations", security(("token" = [])), responses(
    (status = 202, description = "Begun", body = UnderWayView),
    (status = 403, description = "Only an admin may", body = Problem),
    (status = 409, description = "`backup_running`: one is being made already", body = Problem),
))]
pub async fn create_backup(app: Data<App>, _admin: Admin) -> Result<HttpResponse, Error> {
    let (since, wish) = (app.clock.now(), Wish { to: None, secrets: true, made_by: MadeBy::Hand });
    // What comes of it is logged, measured and listed.
    drop(in_background(app.into_inner(), wish, |_, _| {})?);
    let begun = UnderWayView { since, what: "starting".into(), done: 0 };
    Ok(HttpResponse::Accepted().insert_header(NO_STORE).json(begun))
}

/// A backup, as a file to keep elsewhere. It is confidential: it holds what nobody but the operator may see.
#[utoipa::path(get, path = "/api/v1/backups/{name}", tag = "operations", security(("token" = [])),
    params(("name" = String, Path, description = "Its name in the list")), responses(
        (status = 200, description = "A tar file", content_type = "application/x-tar"),
        (status = 403, description = "Only an admin may", body = Problem),
        (status = 404, description = "`backup_not_found`", body = Problem),
))]
pub async fn get_backup(app: Data<App>, _admin: Admin, name: Path<String>) -> Result<HttpResponse, Error> {
    let name = name.into_inner();
    let missing = || Error::new(Code::BackupNotFound, "GET /api/v1/backups lists those there are.");
    if !is_name(&name) {
        return Err(missing());
    }
    let path = app.backups.dir().join(&name);
    let opened = web::block(move || {
        // A link could lead elsewhere.
        let about = path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((File::open(path).ok()?, about.len()))
    });
    let (file, bytes) = opened.await.map_err(|error| Error::internal(&error))?.ok_or_else(missing)?;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(HttpResponse::Ok()
        .insert_header(NO_STORE)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .content_type("application/x-tar")
        .body(SizedStream::new(bytes, pieces(file, bytes))))
}
