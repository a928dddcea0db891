//! Pictures: uploading them, what they belong to, and who may see them.
//!
//! A picture is uploaded first and used then: in a post, in a message, or as one's face. What is not used within a day
//! goes again. What it belongs to says who sees it, and takes it along when it goes, in the same write.
//!
//! What is kept is never what was sent: it is decoded, and written anew from its pixels. The bytes are in
//! [`Files`], named after what is in them; the records here name them. What a decoder is given was looked through before
//! (`inspect`), and there is memory for what it takes (`memory`).
//!
//! | what is sent | what is kept |
//! |---|---|
//! | JPEG | JPEG |
//! | PNG, WebP, a GIF of one frame | PNG where it has transparency; else PNG or JPEG, whichever is smaller |
//! | GIF of several frames | GIF, with its frames as they are; beyond 2560 pixels its first frame |
//! | PNG or WebP of several frames | its first frame |

mod animation;
mod audit;
mod clearing;
mod export;
mod files;
mod inspect;
mod library;
mod memory;
mod moving;
mod picture;
mod pool;
mod record;
pub mod routes;
mod view;

use std::sync::Arc;
use std::time::Duration;

pub use audit::{Checked, check, missing};
pub use clearing::{clear, sweep};
pub use export::needs_given;
pub use files::{FOLDER, Files, hash};
pub use library::{Library, Opened, Upload};
pub use memory::Memory;
pub use moving::{Out, OutError, held_against, take_in, write_out};
pub use picture::{AVATAR_SIDE, Bounds, MAX_SIDE, Made, Refused, THUMBNAIL_SIDE, make};
pub use pool::Figures;
pub use record::{Hash, Kind, Media, MediaId, Place, Stored};
pub use view::{MediaView, avatar_url};

use crate::accounts::AccountId;
use crate::app::App;
use crate::chat;
use crate::clock::Timestamp;
use crate::error::{Code, Error, FieldError};
use crate::housekeeping::{self, Chore};
use crate::idempotency::{self, Given, Once, once};
use crate::store::{Range, Read, Store, StoreError, Tx};
use picture::Encoded;
use record::UNUSED;

/// The largest upload, in bytes.
pub const MAX_UPLOAD: usize = 10 * 1024 * 1024;

/// How long a picture that is not used is kept.
pub const UNUSED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Keeps a picture for `owner`, to be used within a day. `asked` says, of the hash of what was sent, what is
/// to be done only once.
///
/// # Errors
///
/// [`Code::UnsupportedMediaType`] for what is no picture, [`Code::ValidationFailed`] for one that cannot be used,
/// [`Code::Overloaded`] where too many are being made, [`Code::IdempotencyKeyReused`], or what the store gives.
pub async fn upload(
    app: &App,
    owner: AccountId,
    upload: Upload,
    asked: impl FnOnce(&Hash) -> Result<Option<Once>, Error> + Send + 'static,
) -> Result<Given, Error> {
    let now = app.clock.now();
    let (id, library, store) = (app.ids.next(now), app.media.clone(), app.store.clone());
    let job = move || {
        let key = asked(&hash(upload.bytes()))?;
        if let Some(given) = idempotency::given(&store, owner, key.as_ref(), now)? {
            return Ok(given);
        }
        let made = make(upload.bytes(), &library.bounds, &library.memory).map_err(refused)?;
        drop(upload);
        keep(&library.files, &store, record(&made, id, owner, now), &made, key)
    };
    app.media.pool.run(job).await
}

fn record(made: &Made, id: MediaId, owner: AccountId, now: Timestamp) -> Media {
    let [picture, thumbnail, avatar] = [&made.picture, &made.thumbnail, &made.avatar].map(stored);
    let (width, height) = (made.width, made.height);
    Media { id, owner, place: Place::Unused, width, height, picture, thumbnail, avatar, created_at: now }
}

/// Has the files of a picture on disk, and then the record that names them. Blocks.
fn keep(files: &Arc<Files>, store: &Store, media: Media, made: &Made, key: Option<Once>) -> Result<Given, Error> {
    let [picture, thumbnail, avatar] = media.files().map(|file| file.hash);
    let brought = files.bring(&[
        (picture, &made.picture.bytes),
        (thumbnail, &made.thumbnail.bytes),
        (avatar, &made.avatar.bytes),
    ])?;
    let put = media.clone();
    let given = store.write_blocking(move |tx| {
        once(tx, put.owner, key.as_ref(), put.created_at, |tx| {
            tx.put(&put)?;
            Ok(MediaView::from(&put))
        })
    });
    drop(brought);
    if !given.as_ref().is_ok_and(|given| !given.replayed) {
        // Nothing came of it, so its files go, unless others use them.
        let noted = store.write_blocking(move |tx| note_files(tx, &media, media.created_at));
        noted.unwrap_or_else(|error| log::debug!("files of a picture are left for the next sweep: {error}"));
    }
    given
}

fn stored(file: &Encoded) -> Stored {
    Stored { hash: hash(&file.bytes), kind: file.kind, size: file.bytes.len() as u64 }
}

fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Unsupported => {
            Error::new(Code::UnsupportedMediaType, "Send a JPEG, PNG, WebP or GIF: it is its content that counts.")
        }
        Refused::Unusable(why) => Error::field("file", why),
    }
}

/// Gives pictures of `owner` to `place`, within the write that makes it. Those that are there already stay.
///
/// # Errors
///
/// [`Code::ValidationFailed`] on `field` where one is not there, not the owner's, or used elsewhere; what the store gives.
pub fn give(tx: &mut Tx<'_>, owner: AccountId, ids: &[MediaId], place: Place, field: &str) -> Result<(), Error> {
    let mut wrong = Vec::new();
    for id in ids {
        match tx.get::<Media>(id)?.filter(|media| media.owner == owner) {
            Some(media) if media.place == place => {}
            Some(media) if media.place == Place::Unused => tx.put(&Media { place, ..Media::clone(&media) })?,
            Some(_) => wrong.push(FieldError::new(field, format!("the picture {id} is used already: upload it again"))),
            // Whose it is else is nobody's business.
            None => wrong.push(FieldError::new(
                field,
                format!("there is no picture {id} of yours: POST /media uploads one, to be used within a day"),
            )),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::validation(wrong)) }
}

/// Removes a picture, within the write that removes what it belongs to. One that is gone is no error.
///
/// # Errors
///
/// What the store gives.
pub fn remove(tx: &mut Tx<'_>, id: MediaId, now: Timestamp) -> Result<(), Error> {
    let Some(media) = tx.get::<Media>(&id)? else { return Ok(()) };
    tx.delete::<Media>(&id)?;
    note_files(tx, &media, now)
}

/// Has housekeeping look whether the files of `media` are still used.
fn note_files(tx: &mut Tx<'_>, media: &Media, now: Timestamp) -> Result<(), Error> {
    media.hashes().into_iter().try_for_each(|hash| housekeeping::note(tx, Chore::File(hash), now))
}

/// Removes up to `limit` pictures that nobody used within a day; whether there may be more.
///
/// # Errors
///
/// What the store gives.
pub fn expire(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<bool, Error> {
    let old = tx.scan(&UNUSED, &Range::all().limit(limit))?;
    let old: Vec<_> = old.into_iter().take_while(|(at, _)| at.plus(UNUSED_FOR) <= now).collect();
    for (_, id) in &old {
        remove(tx, *id, now)?;
    }
    Ok(old.len() == limit)
}

/// The picture `id`, where `viewer` may see it. Whether everybody may read what is public is asked before.
///
/// # Errors
///
/// [`Code::MediaNotFound`], also where it is but not for them; what reading gives.
pub fn visible(read: &impl Read, id: MediaId, viewer: Option<AccountId>) -> Result<Arc<Media>, Error> {
    let media = read.get::<Media>(&id)?.map(|media| Ok((may_see(read, &media, viewer)?, media))).transpose();
    let media = media.map_err(|error: StoreError| Error::from(error))?.filter(|(may, _)| *may);
    media.map(|(_, media)| media).ok_or_else(|| Error::new(Code::MediaNotFound, "It may have been deleted."))
}

fn may_see(read: &impl Read, media: &Media, viewer: Option<AccountId>) -> Result<bool, StoreError> {
    match (media.place, viewer) {
        (Place::Post(_) | Place::Owner, _) => Ok(true),
        (Place::Unused, Some(viewer)) => Ok(media.owner == viewer),
        (Place::Message(conversation, _), Some(viewer)) => chat::takes_part(read, conversation, viewer),
        (Place::Unused | Place::Message(..), None) => Ok(false),
    }
}
