//! JSON that is the same for everybody, with the places where what depends on the viewer goes in.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::accounts::AccountId;
use crate::error::Error;
use crate::http::representation::{Digest, Representation, digest};

/// What a viewer's part is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The id of the post or comment.
    pub id: [u8; 16],
    /// Who wrote it. It is not in the JSON where that is anonymous.
    pub author: AccountId,
    /// Whether anybody likes it.
    pub is_liked: bool,
}

/// JSON without any viewer's part, and where these would stand.
#[derive(Clone, Debug)]
pub struct Template {
    json: Vec<u8>,
    /// Ascending places in `json`, each right before the end of its object.
    holes: Vec<(usize, Subject)>,
    /// What is the same for the same JSON alone: the hash of the JSON, or where it is put together, of the hashes of
    /// its parts. So a list of posts that are ready is not hashed all over.
    digest: Digest,
}

impl Template {
    /// `value`, the same for everybody.
    ///
    /// # Errors
    ///
    /// An internal error where it cannot be written as JSON, which no wire type brings about.
    pub fn of(value: &impl Serialize) -> Result<Self, Error> {
        let json = serde_json::to_vec(value).map_err(|error| Error::internal(&error))?;
        Ok(Self { digest: digest(&json), json, holes: Vec::new() })
    }

    /// The same object with a viewer's part about `subject` at its end.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.holes.push((self.json.len().saturating_sub(1), subject));
        self
    }

    /// The same object with `items` in its last field, an empty list so far.
    #[must_use]
    pub fn with_items(mut self, items: &[Self]) -> Self {
        // The end of the list and of the object.
        self.json.truncate(self.json.len().saturating_sub("]}".len()));
        let mut hasher = Sha256::new_with_prefix(self.digest);
        self.append(items.iter(), &mut hasher);
        self.json.extend_from_slice(b"]}");
        self.digest = hasher.finalize().into();
        self
    }

    /// A page of a list, in the form of [`crate::paging::Paged`].
    pub fn list(items: &[Arc<Self>], next_cursor: Option<&str>) -> Self {
        let mut list = Self { json: Vec::new(), holes: Vec::with_capacity(items.len()), digest: Digest::default() };
        list.json.reserve(items.iter().map(|item| item.json.len() + 1).sum::<usize>() + 128);
        list.json.extend_from_slice(br#"{"items":["#);
        let mut hasher = Sha256::new_with_prefix(next_cursor.unwrap_or_default());
        list.append(items.iter().map(|item| &**item), &mut hasher);
        list.json.extend_from_slice(br#"],"next_cursor":"#);
        match next_cursor {
            // Cursors are base64: nothing in them needs escaping.
            Some(cursor) => [b"\"", cursor.as_bytes(), b"\""].iter().for_each(|part| list.json.extend_from_slice(part)),
            None => list.json.extend_from_slice(b"null"),
        }
        list.json.push(b'}');
        list.digest = hasher.finalize().into();
        list
    }

    fn append<'a>(&mut self, items: impl Iterator<Item = &'a Self>, hasher: &mut Sha256) {
        for (place, item) in items.enumerate() {
            if place > 0 {
                self.json.push(b',');
            }
            let start = self.json.len();
            self.json.extend_from_slice(&item.json);
            hasher.update(item.digest);
            self.holes.extend(item.holes.iter().map(|(at, subject)| (start + at, *subject)));
        }
    }

    /// About what it takes in memory, in bytes.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.json.len() + self.holes.len() * size_of::<(usize, Subject)>()
    }

    /// The page for who is not signed in, and the places of the viewers' parts.
    ///
    /// # Errors
    ///
    /// As [`Representation::new`].
    pub(super) fn into_page(self) -> Result<(Representation, Holes), Error> {
        Ok((Representation::of_json(self.json, &self.digest)?, Holes(self.holes)))
    }
}

/// Where viewers' parts go into a page.
#[derive(Debug)]
pub struct Holes(Vec<(usize, Subject)>);

impl Holes {
    /// `json`, which these are the places in, with what `part` gives as the field `viewer` of each object.
    ///
    /// # Errors
    ///
    /// What `part` gives.
    pub fn filled<V: Serialize>(
        &self,
        json: &[u8],
        part: impl Fn(&Subject) -> Result<V, Error>,
    ) -> Result<Vec<u8>, Error> {
        let mut filled = Vec::with_capacity(json.len() + self.0.len() * 64);
        let mut copied = 0;
        for (at, subject) in &self.0 {
            filled.extend_from_slice(&json[copied..*at]);
            filled.extend_from_slice(br#","viewer":"#);
            serde_json::to_writer(&mut filled, &part(subject)?).map_err(|error| Error::internal(&error))?;
            copied = *at;
        }
        filled.extend_from_slice(&json[copied..]);
        Ok(filled)
    }

    /// Whether the page is the same for everybody.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// About what they take in memory, in bytes.
    pub fn weight(&self) -> usize {
        self.0.len() * size_of::<(usize, Subject)>()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_nest_and_each_gets_its_viewers_part() {
        let subject = |id| Subject { id: [id; 16], author: AccountId::from([0; 16]), is_liked: false };
        let leaf = |id: u8| Template::of(&json!({"id": id, "replies": []})).unwrap();
        let inner = leaf(1).with_items(&[leaf(2).about(subject(2)), leaf(3)]).about(subject(1));
        let page = Template::list(&[inner.into(), leaf(4).about(subject(4)).into()], None);
        let (page, holes) = page.into_page().unwrap();
        let json = page.body();
        let plain: serde_json::Value = serde_json::from_slice(json).unwrap();
        let (two, three) = (json!({"id": 2, "replies": []}), json!({"id": 3, "replies": []}));
        let four = json!({"id": 4, "replies": []});
        assert_eq!(plain, json!({"items": [{"id": 1, "replies": [two, three]}, four], "next_cursor": null}));
        let filled = holes.filled(json, |subject| Ok(subject.id[0])).unwrap();
        let filled: serde_json::Value = serde_json::from_slice(&filled).unwrap();
        let (two, four) = (json!({"id": 2, "replies": [], "viewer": 2}), json!({"id": 4, "replies": [], "viewer": 4}));
        assert_eq!(filled["items"][0], json!({"id": 1, "replies": [two, three], "viewer": 1}));
        assert_eq!(filled["items"][1], four);
    }
}
