//! Pictures as they go out.

use serde::Serialize;
use utoipa::ToSchema;

use super::record::{Media, MediaId};
use crate::store::{Read, StoreError};

/// What stands before the ids of pictures in their URLs.
const MEDIA: &str = "/api/v1/media";

/// A picture. Nothing in it tells who uploaded it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Media)]
pub struct MediaView {
    id: MediaId,
    /// Where it is: at most 2560 pixels in either direction.
    #[schema(example = "/api/v1/media/0198c2a4-7e1a-7c3e-9d0b-5a6f0c1d2e3f")]
    url: String,
    /// Where a small one is: at most 640 pixels in either direction, and without animation.
    thumbnail_url: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
    /// `image/jpeg`, `image/png` or `image/gif`.
    content_type: &'static str,
    /// Bytes.
    size: u64,
}

impl From<&Media> for MediaView {
    fn from(media: &Media) -> Self {
        let url = format!("{MEDIA}/{}", media.id);
        Self {
            id: media.id,
            thumbnail_url: format!("{url}/thumbnail"),
            url,
            width: media.width,
            height: media.height,
            content_type: media.picture.kind.content_type(),
            size: media.picture.size,
        }
    }
}

impl MediaView {
    /// The picture `id`; `None` where it is gone.
    ///
    /// # Errors
    ///
    /// What reading gives.
    pub fn of(read: &impl Read, id: MediaId) -> Result<Option<Self>, StoreError> {
        Ok(read.get::<Media>(&id)?.map(|media| Self::from(&*media)))
    }
}

/// Where the face of an account is.
pub fn avatar_url(id: MediaId) -> String {
    format!("{MEDIA}/{id}/avatar")
}
