//! Lists by pages: opaque cursors that hold the sort value and the id, so that a page never skips or repeats an item
//! that did not move.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Code, Error};
use crate::store::key::{Key, take};

/// Items on a page where the client does not say.
pub const DEFAULT_LIMIT: usize = 20;

/// Most items on a page.
pub const MAX_LIMIT: usize = 100;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// Most items to return: 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl Page {
    /// The first page, of the usual length.
    pub const FIRST: Self = Self { limit: DEFAULT_LIMIT, cursor: None };

    /// The place after which this page of `list` starts.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidCursor`] where the cursor was not made by `list`.
    pub fn after<K: Key>(&self, list: &str) -> Result<Option<K>, Error> {
        self.cursor.as_deref().map(|cursor| read_cursor(list, cursor)).transpose()
    }
}

/// A page of a list, as it goes out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> Paged<T> {
    /// A page of `list` whose items come with their places, of which up to one more than `limit` were read.
    pub fn cut<K: Key>(list: &str, limit: usize, mut items: Vec<(K, T)>) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(|(place, _)| write_cursor(list, place)) } else { None };
        Self { items: items.into_iter().map(|(_, item)| item).collect(), next_cursor }
    }

    /// The same page of what `map` has for its items: what it has nothing for is left out, and the next page begins where it
    /// did.
    ///
    /// # Errors
    ///
    /// What `map` gives.
    pub fn filter_map<U, E>(self, map: impl FnMut(T) -> Result<Option<U>, E>) -> Result<Paged<U>, E> {
        let items = self.items.into_iter().map(map).filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Paged { items, next_cursor: self.next_cursor })
    }

    /// The same page of other items.
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(map).collect(), next_cursor: self.next_cursor }
    }
}

/// The cursor for what comes after `place` in `list`.
///
/// It starts with a checksum over the list's name and the place, so that a cursor of another list, or one that was
/// cut or made up, is told apart from a good one. It is no secret and protects nothing.
pub fn write_cursor(list: &str, place: &impl Key) -> String {
    let place = place.to_bytes();
    let mut bytes = checksum(list, &place).to_vec();
    bytes.extend_from_slice(&place);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place that a cursor of `list` stands for.
///
/// # Errors
///
/// [`Code::InvalidCursor`] where it was not made by [`write_cursor`] for the same list.
pub fn read_cursor<K: Key>(list: &str, cursor: &str) -> Result<K, Error> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let mut place = bytes.as_slice();
        let sum: [u8; 4] = take(&mut place).ok()?;
        (sum == checksum(list, place)).then(|| K::from_bytes(place).ok()).flatten()
    };
    read().ok_or_else(|| {
        Error::new(Code::InvalidCursor, "Use the next_cursor of this very list as it came, or leave the cursor out.")
    })
}

fn checksum(list: &str, place: &[u8]) -> [u8; 4] {
    crc32c::crc32c_append(crc32c::crc32c(list.as_bytes()), place).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_left_out_of_a_page_does_not_end_the_list() {
        let page = Paged::cut("numbers", 2, vec![(1_u64, 1), (2, 2), (3, 3)]);
        let next = page.next_cursor.clone();
        let odd = page.filter_map(|number| Ok::<_, Error>((number % 2 == 1).then_some(number))).unwrap();
        assert_eq!((odd.items, &odd.next_cursor), (vec![1], &next));
        assert_eq!(read_cursor::<u64>("numbers", &next.unwrap()).unwrap(), 2);
    }

    proptest! {
        #[test]
        fn cursors_read_back_in_their_own_list_only(place: (i64, String)) {
            let cursor = write_cursor("posts:new", &place);
            prop_assert_eq!(read_cursor::<(i64, String)>("posts:new", &cursor).unwrap(), place);
            prop_assert!(read_cursor::<(i64, String)>("posts:top", &cursor).is_err());
        }

        #[test]
        fn other_text_is_refused(text: String) {
            prop_assert!(read_cursor::<(i64, String)>("posts:new", &text).is_err());
        }
    }
}
