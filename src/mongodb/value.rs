//! What a dump holds, the same whether it was BSON or JSON.

use crate::clock::Timestamp;

/// Levels that a document may be nested: MongoDB itself takes 100, and JSON needs a few more to write some values.
pub(super) const MAX_DEPTH: usize = 110;

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// An `ObjectId`, in lower-case hexadecimal digits.
    Id(String),
    /// Milliseconds since 1970.
    Time(i64),
    List(Vec<Self>),
    Document(Document),
    /// What Hearth has no use for: binary data, expressions and the like.
    Other,
}

impl Value {
    /// What refers to a document: its id in whatever form, or the document itself, where it was filled in.
    pub(super) fn key(&self) -> Option<String> {
        let mut value = self;
        for _ in 0..MAX_DEPTH {
            match value {
                Self::Id(id) => return Some(id.clone()),
                Self::Text(text) if text.trim().is_empty() => return None,
                Self::Text(text) => return Some(key_of(text.trim())),
                Self::Int(number) => return Some(number.to_string()),
                Self::Document(document) => value = document.get(&["_id", "id", "$id", "user", "userId"])?,
                _ => return None,
            }
        }
        None
    }

    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) const fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true) | Self::Int(1))
    }

    fn time(&self) -> Option<Timestamp> {
        let millis = match self {
            Self::Time(millis) | Self::Int(millis) => *millis,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "what is too large becomes the largest, and is refused"
            )]
            Self::Float(millis) => *millis as i64,
            Self::Text(text) => text.trim().parse::<jiff::Timestamp>().ok()?.as_millisecond(),
            _ => return None,
        };
        // Later ones could not be told: Hearth writes them as the last moment that there is.
        (0..=jiff::Timestamp::MAX.as_millisecond()).contains(&millis).then(|| Timestamp::from_millis(millis))
    }
}

/// An id written as a text is the same id.
fn key_of(text: &str) -> String {
    let is_id = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_id { text.to_ascii_lowercase() } else { text.to_owned() }
}

/// A document: names with values, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Document(pub(super) Vec<(String, Value)>);

impl Document {
    /// The first of these fields that holds anything.
    pub(super) fn get(&self, names: &[&str]) -> Option<&Value> {
        let field = |name: &&str| self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        names.iter().filter_map(field).find(|value| **value != Value::Null)
    }

    /// The first of these fields that holds text.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().filter_map(|name| self.get(&[name])?.text()).find(|text| !text.trim().is_empty())
    }

    /// Whether one of these fields says yes.
    pub(super) fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(&[name]).is_some_and(Value::is_true))
    }

    /// What one of these fields refers to.
    pub(super) fn key(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(&[name])?.key())
    }

    /// The items of one of these fields; what is no list is a list of one.
    pub(super) fn list(&self, names: &[&str]) -> &[Value] {
        match self.get(names) {
            None => &[],
            Some(Value::List(items)) => items,
            Some(one) => std::slice::from_ref(one),
        }
    }

    /// The moment in one of these fields.
    pub(super) fn time(&self, names: &[&str]) -> Option<Timestamp> {
        names.iter().find_map(|name| self.get(&[name])?.time())
    }

    /// When it was made: as it says itself, or else as its `ObjectId` does, which starts with the seconds since 1970.
    pub(super) fn created(&self) -> Option<Timestamp> {
        let seconds = || match self.get(&["_id"])? {
            Value::Id(id) => i64::from_str_radix(id.get(..8)?, 16).ok(),
            _ => None,
        };
        self.time(&["createdAt", "created_at", "created", "date", "timestamp", "sentAt", "joinedAt"])
            .or_else(|| seconds().map(|seconds| Timestamp::from_millis(seconds * 1000)))
    }
}
