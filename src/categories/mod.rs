//! Categories: ten sensible ones at first, changed by the admin.

mod export;
mod record;
pub mod routes;

use serde::Serialize;
use utoipa::ToSchema;

pub use record::Category;

use crate::app::App;
use crate::error::{Code, Error, FieldError};
use crate::pages::Template;
use crate::store::{Observed, Range, Read, Record, Store, StoreError};
use crate::text;

/// Slug and name of the categories of a first run.
pub const FIRST: [(&str, &str); 10] = [
    ("general", "General"),
    ("announcements", "Announcements"),
    ("introductions", "Introductions"),
    ("help", "Help & Questions"),
    ("technology", "Technology"),
    ("creative", "Creative Work"),
    ("food", "Food & Cooking"),
    ("outdoors", "Outdoors & Travel"),
    ("books", "Books & Film"),
    ("offtopic", "Off Topic"),
];

/// A category as it goes out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub struct CategoryView {
    slug: String,
    name: String,
    /// Posts in it that are not archived.
    post_count: u64,
}

/// All categories; there are few, so they come at once.
#[derive(Serialize, ToSchema)]
pub struct Categories {
    items: Vec<CategoryView>,
}

/// Makes the first categories in a store that has none.
///
/// # Errors
///
/// What the store gives.
pub fn seed(store: &Store) -> Result<(), StoreError> {
    if !store.entries(Category::TABLE, &Range::all().limit(1))?.is_empty() {
        return Ok(());
    }
    store.write_blocking(|tx| {
        for (slug, name) in FIRST {
            tx.put(&Category { slug: slug.into(), name: name.into(), posts: 0, removed: false })?;
        }
        Ok(())
    })
}

/// All categories, by slug.
///
/// # Errors
///
/// What reading gives.
pub fn list(read: &impl Read) -> Result<Vec<CategoryView>, StoreError> {
    let all = read.records::<Category>(&Range::all())?;
    let view = |category: &Category| CategoryView {
        slug: category.slug.clone(),
        name: category.name.clone(),
        post_count: category.posts,
    };
    Ok(all.iter().filter(|category| !category.removed).map(|category| view(category)).collect())
}

/// The page of all categories.
///
/// # Errors
///
/// What reading gives.
pub fn page(read: &Observed<'_>) -> Result<Template, Error> {
    Template::of(&Categories { items: list(read)? })
}

/// Takes a category's slug in any case.
///
/// # Errors
///
/// A [`FieldError`] for `field` where nothing could have this slug.
pub fn parse_slug(field: &str, text: &str) -> Result<String, FieldError> {
    let slug = text.trim().to_ascii_lowercase();
    let right = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=40).contains(&slug.len()) && slug.bytes().all(right) {
        return Ok(slug);
    }
    Err(FieldError::new(field, "must be a category's slug: 1 to 40 characters, each of them a-z, 0-9 or -"))
}

/// Takes a category's name.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_name(text: &str) -> Result<String, FieldError> {
    text::line("name", text, 1, 60)
}

/// Whether posts may be put into `slug`.
///
/// # Errors
///
/// What reading gives.
pub fn exists(read: &impl Read, slug: &String) -> Result<bool, StoreError> {
    Ok(read.get::<Category>(slug)?.is_some_and(|category| !category.removed))
}

/// Makes the category `slug`, or renames it. One that was removed comes back with its posts.
///
/// # Errors
///
/// What the store gives.
pub async fn put(app: &App, slug: String, name: String) -> Result<CategoryView, Error> {
    app.store
        .write(move |tx| {
            let posts = tx.get::<Category>(&slug)?.map_or(0, |category| category.posts);
            tx.put(&Category { slug: slug.clone(), name: name.clone(), posts, removed: false })?;
            Ok(CategoryView { slug: slug.clone(), name: name.clone(), post_count: posts })
        })
        .await
}

/// Removes the category `slug`. Its posts stay, and keep their other categories.
///
/// # Errors
///
/// [`Code::CategoryNotFound`], or what the store gives.
pub async fn remove(app: &App, slug: String) -> Result<(), Error> {
    app.store
        .write(move |tx| {
            let category = tx.get::<Category>(&slug)?.filter(|category| !category.removed);
            let category = category.ok_or_else(|| Error::new(Code::CategoryNotFound, "GET /categories lists them."))?;
            Ok(tx.put(&Category { removed: true, ..Category::clone(&category) })?)
        })
        .await
}
