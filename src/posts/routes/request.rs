//! What may be asked of posts, as it comes in, and how it becomes what the rules take.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::FieldError;
use crate::http::json::Parse;
use crate::posts::{Edit, NewPost, parse_body, parse_categories, parse_images, parse_tags, parse_title};

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
    /// 0 to 4 ids of pictures that one has uploaded and not used yet.
    #[serde(default)]
    #[schema(example = json!([]))]
    images: Vec<String>,
}

impl Parse for CreatePost {
    type Parsed = NewPost;

    fn parse(self) -> Result<NewPost, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let title = parse_title(&self.title).map_err(|error| wrong.push(error));
        let body = parse_body(&self.body).map_err(|error| wrong.push(error));
        let categories = parse_categories(&self.categories).map_err(|errors| wrong.extend(errors));
        let tags = parse_tags(&self.tags).map_err(|errors| wrong.extend(errors));
        let images = parse_images(&self.images).map_err(|errors| wrong.extend(errors));
        match (title, body, categories, tags, images) {
            (Ok(title), Ok(body), Ok(categories), Ok(tags), Ok(images)) => {
                Ok(NewPost { title, body, categories, tags, anonymous: self.anonymous, images })
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
    /// 0 to 4 ids of pictures: those that it has and keeps, and new ones of one's own. One that is left out is deleted.
    images: Option<Vec<String>>,
}

impl Parse for UpdatePost {
    type Parsed = Edit;

    fn parse(self) -> Result<Edit, Vec<FieldError>> {
        let one = |error| vec![error];
        let title = self.title.as_deref().map(parse_title).transpose().map_err(one);
        let body = self.body.as_deref().map(parse_body).transpose().map_err(one);
        let categories = self.categories.as_deref().map(parse_categories).transpose();
        let tags = self.tags.as_deref().map(parse_tags).transpose();
        let images = self.images.as_deref().map(parse_images).transpose();
        match (title, body, categories, tags, images) {
            (Ok(title), Ok(body), Ok(categories), Ok(tags), Ok(images)) => {
                Ok(Edit { title, body, categories, tags, images })
            }
            (title, body, categories, tags, images) => {
                let wrong = [title.err(), body.err(), categories.err(), tags.err(), images.err()];
                Err(wrong.into_iter().flatten().flatten().collect())
            }
        }
    }
}
