//! Categories as lines of an export.

use serde::{Deserialize, Serialize};

use super::{Category, parse_name, parse_slug};
use crate::error::FieldError;
use crate::portable::Portable;

/// A category in an export.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryLine {
    slug: String,
    name: String,
    /// Whether it is there only for the posts that were put into it.
    removed: bool,
}

impl Portable for Category {
    type Line = CategoryLine;

    fn line(&self) -> CategoryLine {
        let Self { slug, name, removed, .. } = self.clone();
        CategoryLine { slug, name, removed }
    }

    fn from_line(CategoryLine { slug, name, removed }: CategoryLine) -> Result<Self, FieldError> {
        Ok(Self { slug: parse_slug("slug", &slug)?, name: parse_name(&name)?, posts: 0, removed })
    }
}
