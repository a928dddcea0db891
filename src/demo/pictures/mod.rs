//! The demo's pictures, drawn when they are needed: landscapes, doors, a bowl, and faces.

mod canvas;
mod faces;
mod land;
mod things;

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use super::{Demo, id};
use crate::accounts::{self, AccountId, Changes};
use crate::error::Error;
use crate::media::{self, MediaId};
use land::{Light, hills, sea};
use things::{bowl, courgettes, door, loaf};

/// Pixels from left to right. Without optimisation, as tests are built, drawing takes thirty times as long.
const WIDTH: u32 = if cfg!(debug_assertions) { 180 } else { 960 };

/// Pixels from top to bottom.
const HEIGHT: u32 = WIDTH * 2 / 3;

/// Something that is drawn.
pub(super) type Scene = fn() -> RgbImage;

/// The pictures of posts, by their titles.
const SCENES: &[(&str, &[Scene])] = &[
    (
        "Trail report: ridge loop, 14 km, one bridge, much mud",
        &[|| hills(WIDTH, HEIGHT, 11, Light::Morning), || hills(WIDTH, HEIGHT, 47, Light::Evening)],
    ),
    ("A night in the shepherd's hut", &[|| hills(WIDTH, HEIGHT, 23, Light::Night)]),
    (
        "Twelve frames from the early ferry",
        &[
            || canvas::film(&sea(WIDTH, HEIGHT, 5, Light::Morning), 1),
            || canvas::film(&hills(WIDTH, HEIGHT, 61, Light::Morning), 2),
            || canvas::film(&sea(WIDTH, HEIGHT, 17, Light::Evening), 3),
        ],
    ),
    ("First swim above the weir", &[|| sea(WIDTH, HEIGHT, 29, Light::Evening)]),
    (
        "I am drawing every door on Tannery Lane",
        &[|| door(HEIGHT, WIDTH, 2), || door(HEIGHT, WIDTH, 7), || door(HEIGHT, WIDTH, 12)],
    ),
    ("Sourdough for people who have jobs", &[|| loaf(WIDTH, HEIGHT, 3)]),
    ("Dal on a Tuesday", &[|| bowl(WIDTH, HEIGHT, 8)]),
    ("Eleven courgettes", &[|| courgettes(WIDTH, HEIGHT, 4)]),
];

impl Demo {
    /// Uploads the pictures of the post with this title.
    pub(super) async fn pictures_of(&self, author: AccountId, title: &str) -> Result<Vec<MediaId>, Error> {
        let scenes = SCENES.iter().find(|(known, _)| *known == title).map_or(&[][..], |(_, scenes)| scenes);
        let mut pictures = Vec::new();
        for scene in scenes {
            pictures.push(self.uploaded(author, &scene()).await?);
        }
        Ok(pictures)
    }

    /// Gives somebody their face, if they want one: the one with this number among the people.
    pub(super) async fn face(&self, account: AccountId, number: usize) -> Result<(), Error> {
        let Some(face) = faces::FACES.get(number).and_then(Option::as_ref) else { return Ok(()) };
        let avatar = Some(Some(self.uploaded(account, &faces::draw(face)).await?));
        accounts::update(&self.app, account, Changes { avatar, ..Changes::default() }).await.map(drop)
    }

    async fn uploaded(&self, owner: AccountId, picture: &RgbImage) -> Result<MediaId, Error> {
        let mut bytes = Vec::new();
        let written = picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg);
        written.map_err(|error| Error::internal(&error))?;
        let mut upload = self.app.media.upload(owner)?;
        upload.add(&bytes)?;
        id(&media::upload(&self.app, owner, upload, |_| Ok(None)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::content;

    #[test]
    fn every_scene_is_of_a_post_that_is_there_and_fits_it() {
        for (title, scenes) in SCENES {
            assert!(content::threads().any(|thread| thread.title == *title), "{title}");
            assert!((1..=crate::posts::MAX_IMAGES).contains(&scenes.len()), "{title}");
        }
        assert!(faces::FACES.len() <= content::PEOPLE.len());
    }
}
