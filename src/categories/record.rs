//! The stored form of categories.

use crate::store::Record;

/// What posts are sorted into. A category that was removed stays, unseen, with the count of the posts that are in it.
#[derive(Clone, bincode::Encode, bincode::Decode)]
pub struct Category {
    /// `[a-z0-9-]{1,40}`, what addresses and filters say.
    pub slug: String,
    /// What people read.
    pub name: String,
    /// Posts in it that are not archived, kept by the store.
    pub posts: u64,
    /// Whether the admin removed it.
    pub removed: bool,
}

impl Record for Category {
    type Key = String;
    const TABLE: &'static str = "categories";

    fn key(&self) -> String {
        self.slug.clone()
    }
}
