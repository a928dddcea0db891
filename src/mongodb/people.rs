//! Who is who: accounts by what the dump calls them.

use std::collections::{HashMap, HashSet};

use crate::accounts::{Account, AccountId, Role};
use crate::clock::Timestamp;

use super::ids;

/// The accounts that were imported.
#[derive(Default)]
pub(super) struct People {
    by_key: HashMap<String, AccountId>,
    pub(super) emails: HashSet<String>,
    pub(super) handles: HashSet<String>,
    /// Whether somebody was unknown, so that the account of those is there.
    has_unknown: bool,
}

impl People {
    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    pub(super) fn add(&mut self, key: &str, id: AccountId) {
        self.by_key.insert(key.to_owned(), id);
    }

    /// The account that the dump calls `key`.
    pub(super) fn find(&self, key: &str) -> Option<AccountId> {
        self.by_key.get(key).copied()
    }

    /// The account of everybody who is unknown, and its record where it is needed for the first time. It is a deleted
    /// one, so nobody can sign in with it, and what it wrote is by `[deleted]`.
    pub(super) fn unknown(&mut self) -> (AccountId, Option<Account>) {
        let at = Timestamp::from_millis(0);
        let id = ids::id("unknown", "", at);
        let is_new = !std::mem::replace(&mut self.has_unknown, true);
        (id, is_new.then(|| blank(id, at).deleted()))
    }
}

/// An account with nothing in it yet.
pub(super) fn blank(id: AccountId, created_at: Timestamp) -> Account {
    Account {
        id,
        email: String::new(),
        email_verified: false,
        handle: String::new(),
        name: String::new(),
        bio: String::new(),
        role: Role::Member,
        password: String::new(),
        created_at,
        deleted: false,
        avatar: None,
    }
}
