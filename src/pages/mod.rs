//! Public pages as they are sent: one body for everybody, until something that it was made of changes.
//!
//! A page is made through an [`Observed`] store, so what it depends on is known exactly: a like makes those pages anew
//! that show the post, or whose order it changes, and no others. A list of posts is put together from pieces, one for
//! each post, which are kept in the same way: a page with one changed post is made from nineteen that are ready.
//! What depends on the viewer is no part of a page. It is put into the same bytes for each viewer ([`Template`]).

mod template;

use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use moka::ops::compute::{CompResult, Op};
use moka::sync::{Cache, OwnedKeyEntrySelector};
use serde::Serialize;

pub use template::{Subject, Template};

use crate::error::Error;
use crate::http::representation::{Representation, digest};
use crate::store::{CacheFigures, Footprint, Observed, Store};
use template::Holes;

/// What an entry costs beyond its bytes, roughly, in bytes: moka's bookkeeping and the shared pointers.
const OVERHEAD: usize = 300;

/// A page that is ready to be sent.
pub struct Page {
    representation: Representation,
    holes: Holes,
    footprint: Footprint,
}

impl Page {
    /// The page for who is not signed in.
    pub const fn public(&self) -> &Representation {
        &self.representation
    }

    /// The page for one viewer, each of whose parts `part` gives; `None` where it is the same for everybody.
    ///
    /// # Errors
    ///
    /// What `part` gives.
    pub fn for_viewer<V: Serialize>(
        &self,
        part: impl Fn(&Subject) -> Result<V, Error>,
    ) -> Result<Option<Representation>, Error> {
        if self.holes.is_empty() {
            return Ok(None);
        }
        let json = self.holes.filled(self.representation.body(), part)?;
        let digest = digest(&json);
        Representation::of_json(json, &digest).map(Some)
    }

    fn weight(&self) -> usize {
        OVERHEAD + self.representation.weight() + self.holes.weight() + self.footprint.weight()
    }
}

/// A part of pages: a post, say.
struct Piece {
    template: Arc<Template>,
    footprint: Arc<Footprint>,
}

impl Piece {
    fn weight(&self) -> usize {
        OVERHEAD + self.template.weight() + self.footprint.weight()
    }
}

/// Pages by the path and query that they answer, and pieces by the id of what they show; both bounded.
pub struct Pages {
    store: Store,
    pages: Cache<String, Arc<Page>>,
    pieces: Cache<[u8; 16], Arc<Piece>>,
    figures: CacheFigures,
}

impl Pages {
    /// Pages of what is in `store`, of about `capacity` bytes together.
    pub fn new(store: Store, capacity: u64) -> Self {
        let weight = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let pages = Cache::builder().max_capacity(capacity / 2);
        let pieces = Cache::builder().max_capacity(capacity / 2);
        Self {
            store,
            pages: pages.weigher(move |key: &String, page: &Arc<Page>| weight(key.len() + page.weight())).build(),
            pieces: pieces.weigher(move |_, piece: &Arc<Piece>| weight(piece.weight())).build(),
            figures: CacheFigures::default(),
        }
    }

    /// How often a page was there and right, and how often not.
    pub const fn figures(&self) -> &CacheFigures {
        &self.figures
    }

    /// The page for `key`, made by `build` where there is none or where what it was made of has changed: once, however
    /// many ask for it at the same time.
    ///
    /// # Errors
    ///
    /// What `build` gives; nothing is kept then.
    pub fn page(
        &self,
        key: &str,
        build: impl FnOnce(&Observed<'_>) -> Result<Template, Error>,
    ) -> Result<Arc<Page>, Error> {
        if let Some(page) = self.pages.get(key).filter(|page| page.footprint.is_current()) {
            self.figures.hits.one();
            return Ok(page);
        }
        self.figures.misses.one();
        let build = || {
            let read = Observed::new(&self.store);
            let (representation, holes) = build(&read)?.into_page()?;
            Ok(Page { representation, holes, footprint: read.into_footprint() })
        };
        made_once(self.pages.entry(key.to_owned()), |page| page.footprint.is_current(), build)
    }

    /// The piece about `id`, made by `build` as a page is; what it was made of counts as read by `read` too.
    ///
    /// # Errors
    ///
    /// What `build` gives; nothing is kept then.
    pub fn piece(
        &self,
        id: [u8; 16],
        read: &Observed<'_>,
        build: impl FnOnce(&Observed<'_>) -> Result<Template, Error>,
    ) -> Result<Arc<Template>, Error> {
        let known = self.pieces.get(&id).filter(|piece| piece.footprint.is_current());
        let piece = known.map_or_else(
            || {
                let build = || {
                    let read = Observed::new(&self.store);
                    let template = Arc::new(build(&read)?);
                    Ok(Piece { template, footprint: Arc::new(read.into_footprint()) })
                };
                made_once(self.pieces.entry(id), |piece| piece.footprint.is_current(), build)
            },
            Ok,
        )?;
        read.used(&piece.footprint);
        Ok(piece.template.clone())
    }
}

/// What `entry` holds if it `is_current`, or else what `build` makes and leaves there; others who ask meanwhile wait.
fn made_once<K, V, S>(
    entry: OwnedKeyEntrySelector<'_, K, Arc<V>, S>,
    is_current: impl Fn(&V) -> bool,
    build: impl FnOnce() -> Result<V, Error>,
) -> Result<Arc<V>, Error>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    let made = entry.and_try_compute_with(|known| match known {
        Some(known) if is_current(known.value()) => Ok(Op::Nop),
        _ => build().map(|made| Op::Put(Arc::new(made))),
    });
    match made? {
        CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
            Ok(entry.into_value())
        }
        CompResult::StillNone(_) | CompResult::Removed(_) => Err(Error::internal(&"a page was made and is not there")),
    }
}

#[cfg(test)]
mod tests;
