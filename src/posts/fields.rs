//! What a post's fields may hold, whichever way they come in.

use crate::categories::parse_slug;
use crate::error::FieldError;
use crate::media::MediaId;
use crate::text;

/// Longest title, in characters.
pub const MAX_TITLE: usize = 200;

/// Longest body, in characters.
pub const MAX_BODY: usize = 20_000;

/// Most pictures of a post.
pub const MAX_IMAGES: usize = 4;

/// Longest tag, in characters.
pub const MAX_TAG: usize = 30;

/// Takes a title.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_title(text: &str) -> Result<String, FieldError> {
    text::line("title", text, 1, MAX_TITLE)
}

/// Takes a body.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_body(text: &str) -> Result<String, FieldError> {
    text::paragraphs("body", text, 0, MAX_BODY)
}

/// Takes the slugs of 1 to 5 categories, which may not exist.
///
/// # Errors
///
/// A [`FieldError`] for each that is wrong.
pub fn parse_categories(slugs: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    if !(1..=5).contains(&slugs.len()) {
        return Err(vec![FieldError::new("categories", "must be 1 to 5 slugs of categories")]);
    }
    distinct("categories", slugs, parse_slug)
}

/// Takes up to 10 tags.
///
/// # Errors
///
/// A [`FieldError`] for each that is wrong.
pub fn parse_tags(tags: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    if tags.len() > 10 {
        return Err(vec![FieldError::new("tags", "must be at most 10 tags")]);
    }
    distinct("tags", tags, parse_tag)
}

/// Takes the ids of up to 4 pictures, which may not be there.
///
/// # Errors
///
/// A [`FieldError`] for each that is wrong.
pub fn parse_images(ids: &[String]) -> Result<Vec<MediaId>, Vec<FieldError>> {
    if ids.len() > MAX_IMAGES {
        return Err(vec![FieldError::new("images", format!("must be at most {MAX_IMAGES} ids of pictures"))]);
    }
    distinct("images", ids, parse_image)
}

fn parse_image(field: &str, id: &str) -> Result<MediaId, FieldError> {
    id.parse().map_err(|_| FieldError::new(field, "must be the id of a picture: POST /media uploads one"))
}

fn parse_tag(field: &str, tag: &str) -> Result<String, FieldError> {
    Ok(text::folded(&text::line(field, tag.trim_start_matches('#'), 1, MAX_TAG)?))
}

/// Each value once, in the order they came; or all that is wrong, each by its place.
fn distinct<T: PartialEq>(
    field: &str,
    values: &[String],
    parse: impl Fn(&str, &str) -> Result<T, FieldError>,
) -> Result<Vec<T>, Vec<FieldError>> {
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for (place, value) in values.iter().enumerate() {
        match parse(&format!("{field}[{place}]"), value) {
            Ok(value) if right.contains(&value) => {}
            Ok(value) => right.push(value),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(right) } else { Err(wrong) }
}
