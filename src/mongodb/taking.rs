//! What is done with documents of every kind.

use crate::accounts::AccountId;
use crate::portable::Portable;
use crate::text;

use super::posts::AUTHOR;
use super::value::{Document, Value};
use super::{DumpError, Import};

impl Import<'_> {
    /// Puts a record; whether it keeps the rules of its slice. Where it does not, that is reported.
    pub(super) fn put<R: Portable>(
        &mut self,
        collection: &'static str,
        key: &str,
        record: R,
    ) -> Result<bool, DumpError> {
        match self.writer.put(record)? {
            Ok(()) => Ok(true),
            Err(broken) => {
                let detail = format!("{}: {}", broken.field, broken.message);
                self.report.skipped(collection, key, "it does not keep a rule of Hearth", &detail);
                Ok(false)
            }
        }
    }

    /// Who wrote a document: where that is nobody who is there, the deleted account that stands for all of them.
    pub(super) fn author(
        &mut self,
        collection: &'static str,
        key: &str,
        document: &Document,
    ) -> Result<AccountId, DumpError> {
        self.person(collection, key, document, AUTHOR)
    }

    /// Whom one of these fields names, as in [`Import::author`].
    pub(super) fn person(
        &mut self,
        collection: &'static str,
        key: &str,
        document: &Document,
        names: &[&str],
    ) -> Result<AccountId, DumpError> {
        let named = document.key(names);
        if let Some(found) = named.as_ref().and_then(|named| self.people.find(named)) {
            return Ok(found);
        }
        // Who it was is not told: it may be anonymous.
        self.report.mended(collection, key, "whoever wrote it is not there, so it is by [deleted]", "");
        self.unknown()
    }

    /// The account of everybody who is unknown.
    pub(super) fn unknown(&mut self) -> Result<AccountId, DumpError> {
        let (id, account) = self.people.unknown();
        if let Some(account) = account {
            self.put("users", &id.to_string(), account)?;
        }
        Ok(id)
    }

    /// The people on a list, each once. A number says how many there were, and nobody can tell who.
    pub(super) fn those(
        &mut self,
        collection: &'static str,
        key: &str,
        document: &Document,
        names: &[&str],
        what: &str,
    ) -> Vec<AccountId> {
        let mut found = Vec::new();
        let mut unknown = 0_u64;
        for name in names {
            match document.get(&[name]) {
                Some(Value::List(items)) => {
                    let people = items.iter().map(|item| item.key().and_then(|key| self.people.find(&key)));
                    for person in people {
                        match person {
                            Some(person) => found.push(person),
                            None => unknown += 1,
                        }
                    }
                }
                Some(Value::Int(0)) | None => {}
                Some(Value::Int(number)) => {
                    let reason = "it only says how many there are, and not who, so they cannot be kept";
                    self.report.mended(collection, key, reason, &format!("{number} {what}"));
                }
                Some(_) => self.report.mended(collection, key, "a list of people is none", what),
            }
        }
        if unknown > 0 {
            let detail = format!("{unknown} {what}");
            self.report.mended(collection, key, "people on a list are not there", &detail);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// `text` as Hearth takes it, cut after `max` characters; the report has the rest.
    pub(super) fn cut(&mut self, collection: &'static str, key: &str, given: &str, max: usize) -> String {
        let text = text::forced_paragraphs(given);
        let (start, rest) = text::cut(&text, max);
        if !rest.is_empty() {
            self.report.mended(collection, key, "the text was too long and is cut; the report has the rest", rest);
        }
        start.trim_end().to_owned()
    }
}
