//! What may be asked of posts, as it comes in, and how it becomes what the rules take.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::FieldError;
use crate::http::json::Parse;
use crate::posts::{Edit, NewPost, parse_body, parse_categories, parse_tags, parse_title};

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
        let title = parse_title(&self.title).map_err(|error| wrong.push(error));
        let body = parse_body(&self.body).map_err(|error| wrong.push(error));
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
        let title = self.title.as_deref().map(parse_title).transpose().map_err(one);
        let body = self.body.as_deref().map(parse_body).transpose().map_err(one);
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
