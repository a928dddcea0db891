//! What may be asked of posts, as it comes in, and how it becomes what the rules take.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::categories::parse_slug;
use crate::error::FieldError;
use crate::http::json::Parse;
use crate::posts::{Edit, NewPost};
use crate::text;

/// Longest title, in characters.
const MAX_TITLE: usize = 200;

/// Longest body, in characters.
const MAX_BODY: usize = 20_000;

/// Longest tag, in characters.
const MAX_TAG: usize = 30;

/// A new post.
#[derive(Deserialize, ToSchema)]
pub struct CreatePost {
    /// 1 to 200 characters.
    #[schema(example = "Sourdough for the impatient")]
    title: String,
    /// 0 to 20,000 characters.
    #[serde(default)]
    body: String,
    /// 1 to 5 slugs of categories, in any case.
    #[schema(example = json!(["food"]))]
    categories: Vec<String>,
    /// 0 to 10 tags of 1 to 30 characters.
    #[serde(default)]
    tags: Vec<String>,
    /// Whether nobody is told who wrote it.
    #[serde(default)]
    anonymous: bool,
    /// No picture can be uploaded yet, so nothing but an empty list is right.
    #[serde(default)]
    images: Vec<String>,
}

impl Parse for CreatePost {
    type Parsed = NewPost;

    fn parse(self) -> Result<NewPost, Vec<FieldError>> {
        let mut wrong = Vec::new();
        if !self.images.is_empty() {
            wrong.push(FieldError::new("images", "there is no picture with this id"));
        }
        let title = text::line("title", &self.title, 1, MAX_TITLE).map_err(|error| wrong.push(error));
        let body = text::paragraphs("body", &self.body, 0, MAX_BODY).map_err(|error| wrong.push(error));
        let categories = parse_categories(&self.categories).map_err(|errors| wrong.extend(errors));
        let tags = parse_tags(&self.tags).map_err(|errors| wrong.extend(errors));
        match (title, body, categories, tags, wrong.is_empty()) {
            (Ok(title), Ok(body), Ok(categories), Ok(tags), true) => {
                Ok(NewPost { title, body, categories, tags, anonymous: self.anonymous })
            }
            _ => Err(wrong),
        }
    }
}

fn parse_categories(slugs: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    if !(1..=5).contains(&slugs.len()) {
        return Err(vec![FieldError::new("categories", "must be 1 to 5 slugs of categories")]);
    }
    distinct("categories", slugs, parse_slug)
}

fn parse_tags(tags: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    if tags.len() > 10 {
        return Err(vec![FieldError::new("tags", "must be at most 10 tags")]);
    }
    distinct("tags", tags, parse_tag)
}

fn parse_tag(field: &str, tag: &str) -> Result<String, FieldError> {
    Ok(text::folded(&text::line(field, tag.trim_start_matches('#'), 1, MAX_TAG)?))
}

/// Each value once, in the order they came; or all that is wrong, each by its place.
fn distinct(
    field: &str,
    values: &[String],
    parse: impl Fn(&str, &str) -> Result<String, FieldError>,
) -> Result<Vec<String>, Vec<FieldError>> {
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

/// Changes to a post; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub struct UpdatePost {
    /// 1 to 200 characters.
    title: Option<String>,
    /// 0 to 20,000 characters.
    body: Option<String>,
    /// 1 to 5 slugs of categories, in any case.
    categories: Option<Vec<String>>,
    /// 0 to 10 tags of 1 to 30 characters.
    tags: Option<Vec<String>>,
}

impl Parse for UpdatePost {
    type Parsed = Edit;

    fn parse(self) -> Result<Edit, Vec<FieldError>> {
        let one = |error| vec![error];
        let title = self.title.map(|title| text::line("title", &title, 1, MAX_TITLE)).transpose().map_err(one);
        let body = self.body.map(|body| text::paragraphs("body", &body, 0, MAX_BODY)).transpose().map_err(one);
        let categories = self.categories.as_deref().map(parse_categories).transpose();
        let tags = self.tags.as_deref().map(parse_tags).transpose();
        match (title, body, categories, tags) {
            (Ok(title), Ok(body), Ok(categories), Ok(tags)) => Ok(Edit { title, body, categories, tags }),
            (title, body, categories, tags) => {
                Err([title.err(), body.err(), categories.err(), tags.err()].into_iter().flatten().flatten().collect())
            }
        }
    }
}
