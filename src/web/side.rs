//! The sidebar of a document: the same marks and classes as `src/web/app/shell/side.js` makes.

use bytes::Bytes;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::categories;
use crate::http::pages::public_bytes;

/// Where the script asks for the categories.
pub(super) const PATH: &str = "/categories";

/// All categories, with the server's answer that they are from.
#[derive(Default)]
pub(super) struct Categories {
    pub json: Bytes,
    items: Vec<Category>,
}

#[derive(Deserialize)]
struct Category {
    slug: String,
    name: String,
    post_count: u64,
}

#[derive(Deserialize)]
struct Answer {
    items: Vec<Category>,
}

impl Categories {
    /// Those that everybody may see; none where reading needs an account.
    pub fn of(app: &App) -> Self {
        let json = app.policy.public_read.then(|| public_bytes(app, "/api/v1/categories", categories::page).ok());
        let read = json.flatten().and_then(|json| {
            let Answer { items } = serde_json::from_slice(&json).ok()?;
            Some(Self { json, items })
        });
        read.unwrap_or_default()
    }

    /// What people call a category.
    pub fn name<'a>(&'a self, slug: &'a str) -> &'a str {
        self.items.iter().find(|category| category.slug == slug).map_or(slug, |category| &category.name)
    }

    /// The sidebar for visitors. Members have more ways to go, which only the script knows.
    pub fn side(&self) -> Markup {
        html! {
            ul.ways { (way("/", "Feed")) (way("/people", "People")) }
            h2.side-title { "Categories" }
            ul.ways {
                @for Category { slug, name, post_count } in &self.items {
                    li {
                        a.way.category href={ "/?category=" (slug) } {
                            svg.icon width="16" height="16" aria-hidden="true" {}
                            span { (name) }
                            span.count { (post_count) span.unseen { " posts" } }
                        }
                    }
                }
            }
        }
    }
}

fn way(href: &str, label: &str) -> Markup {
    html! { li { a.way href=(href) { svg.icon width="20" height="20" aria-hidden="true" {} span { (label) } } } }
}
