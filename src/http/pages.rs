//! Public pages as they are sent: one body for everybody, until something that it was made of changes.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use super::auth::Viewer;
use super::representation::Representation;
use crate::accounts::Account;
use crate::app::App;
use crate::categories::Category;
use crate::comments::Comment;
use crate::error::Error;
use crate::posts::{Post, Revision};
use crate::store::{Record, Store, StoreError, Versions};

/// The tables that public pages are made of.
const TABLES: [&str; 5] = [Account::TABLE, Post::TABLE, Revision::TABLE, Comment::TABLE, Category::TABLE];

struct Page {
    versions: [u64; TABLES.len()],
    body: Arc<Representation>,
}

/// A bounded store of pages by the path and query that they answer.
pub struct Pages {
    pages: moka::sync::Cache<String, Arc<Page>>,
    versions: Versions<{ TABLES.len() }>,
}

impl Pages {
    /// Pages of about `capacity` bytes together, made of the tables of `store`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sled`] where the store was opened with another catalogue.
    pub fn new(store: &Store, capacity: u64) -> Result<Self, StoreError> {
        let weight = |key: &String, page: &Arc<Page>| u32::try_from(key.len() + page.body.weight()).unwrap_or(u32::MAX);
        let pages = moka::sync::Cache::builder().max_capacity(capacity).weigher(weight).build();
        Ok(Self { pages, versions: store.versions(TABLES)? })
    }

    /// The page for `key`, made by `build` where there is none or where what it was made of has changed.
    ///
    /// The versions are read before the page is built: a change in between makes it stale, never wrong.
    ///
    /// # Errors
    ///
    /// What `build` gives; nothing is kept then.
    pub fn get(
        &self,
        key: &str,
        build: impl FnOnce() -> Result<Representation, Error>,
    ) -> Result<Arc<Representation>, Error> {
        let versions = self.versions.now();
        if let Some(page) = self.pages.get(key)
            && page.versions == versions
        {
            return Ok(page.body.clone());
        }
        let body = Arc::new(build()?);
        self.pages.insert(key.to_owned(), Arc::new(Page { versions, body: body.clone() }));
        Ok(body)
    }
}

/// Answers with a public page: the one that is kept where nobody is signed in, one made for the viewer where somebody is.
///
/// # Errors
///
/// What `build` gives.
pub fn public_page(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    build: impl FnOnce() -> Result<Representation, Error>,
) -> Result<HttpResponse, Error> {
    if viewer.0.is_some() {
        return Ok(build()?.respond(request, viewer.audience()));
    }
    let key = request.uri().path_and_query().map_or("", |path| path.as_str());
    Ok(app.pages.get(key, build)?.respond(request, viewer.audience()))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::store::{Options, catalog};

    #[test]
    fn a_page_is_built_once_and_again_only_after_a_change_of_what_it_is_made_of() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(catalog::HEARTH, &Options::new(dir.path())).unwrap();
        let (pages, built) = (Pages::new(&store, 1 << 20).unwrap(), Cell::new(0));
        let get = || {
            let build = || {
                built.set(built.get() + 1);
                Representation::json(&built.get())
            };
            pages.get("/api/v1/posts", build).unwrap().body().clone()
        };
        assert_eq!((get(), get(), built.get()), ("1".into(), "1".into(), 1));
        let food = Category { slug: "food".into(), name: "Food".into(), posts: 0, removed: false };
        store.write_blocking(move |tx| tx.put(&food)).unwrap();
        assert_eq!((get(), get(), built.get()), ("2".into(), "2".into(), 2));
        assert_eq!(pages.get("/api/v1/other", || Representation::json(&7)).unwrap().body(), "7");
    }
}
