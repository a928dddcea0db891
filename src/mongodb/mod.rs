//! Moving in from the system that Hearth replaces, which kept a community in MongoDB (by way of Mongoose).
//!
//! # What is read
//!
//! The folder that `mongodump` wrote (`users.bson`, …, also `.bson.gz`), or files of `mongoexport` (`users.json`, …, a
//! document a line or one array, Extended JSON in both versions). Where a field has several names, the first that is
//! there counts; what refers to a document may be its id, the id as text, or the document itself.
//!
//! | collection | fields |
//! |---|---|
//! | `users` | `_id`, `name`/`displayName`/`fullName`/`username`, `username`/`handle`, `email`, `password` (bcrypt), `bio`/`about`, `role`/`isAdmin`, `emailVerified`/`isVerified`, `banned`/`isBanned`, `deleted`/`isDeleted`, `blockedUsers`/`blocked`, `bookmarks`/`savedPosts`, `createdAt` |
//! | `posts` | `_id`, `title`, `content`/`body`/`text`/`description`, `author`/`user`/`userId`/`createdBy`, `category`/`categories`, `tags`, `likes`/`likedBy`, `bookmarks`/`bookmarkedBy`/`savedBy`, `anonymous`/`isAnonymous`, `archived`/`isArchived`, `deleted`/`isDeleted`, `comments`, `createdAt`, `editedAt` |
//! | in `comments` | `_id`, `text`/`content`/`body`/`comment`, `author`/`user`/`userId`/`createdBy`, `anonymous`, `likes`, `deleted`, `replies`/`comments`/`children`, or `parent`/`parentId`/`parentComment`, `createdAt`, `editedAt` |
//! | `groups` | `_id`, `name`/`title`, `members`/`participants`/`users` (users, or `{user, role}`), `owner`/`admin`/`createdBy`/`creator`/`admins`, `createdAt` |
//! | `messages` | `_id`, `sender`/`from`, `receiver`/`recipient`/`to` or `group`/`groupId`/`room`, `content`/`text`/`message`/`body`, `image`, `read`/`isRead`, `readBy`/`seenBy`, `deleted`, `deletedFor`, `replyTo`, `createdAt`, `editedAt` |
//! | `categories` | `_id`, `name`/`title`, `slug` |
//!
//! # What becomes of what does not fit
//!
//! Nothing is left away in silence: see the report. As much as can be is kept. Text that is too long is cut, and the
//! report has the rest; who is unknown becomes a deleted account; an address that cannot be used is replaced by one at
//! `import.invalid`, where no mail goes (RFC 2606). Categories are made as they are met. What has neither a `createdAt`
//! nor an `ObjectId` (which holds a time) is as old as what it belongs to. Messages that say nothing of being read are
//! read. Pictures stay behind.
//!
//! Ids are UUIDs of version 7 made of the moment of creation and of the old id, so the same dump gives the same ones.

mod chat;
mod comments;
#[cfg(any(test, feature = "fuzzing"))]
mod fuzzing;
mod groups;
mod ids;
mod messages;
mod people;
mod posts;
mod report;
mod source;
mod taking;
mod users;
mod value;
mod writer;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::id::random_bytes;
use crate::portable::{self, ImportError, Progress};
use crate::store::{Store, StoreError};
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use fuzzing::interpret;
use people::People;
use report::Report;
use source::{Broken, Documents, Dump};
use value::Document;
use writer::Writer;

/// Names of the collections.
const USERS: &[&str] = &["users", "user"];
const POSTS: &[&str] = &["posts", "post"];
const GROUPS: &[&str] = &["groups", "group"];
const MESSAGES: &[&str] = &["messages", "message"];
const CATEGORIES: &[&str] = &["categories", "category"];

/// Why a dump was not imported. Each message says what to do.
#[derive(Debug, Error)]
pub enum DumpError {
    /// There is nothing to import.
    #[error("{} holds no collection: give the folder in which users.bson or users.json is", .0.display())]
    Empty(PathBuf),
    /// There are several databases.
    #[error("there are several databases: give the folder of one, {}", list(.0))]
    Several(Vec<PathBuf>),
    /// A file was named and not a folder.
    #[error("{} is a file: give the folder that mongodump or mongoexport wrote to (mongodump --out, not --archive)", .0.display())]
    File(PathBuf),
    /// No account could be imported.
    #[error(
        "the dump has no users, so nobody could have written anything: give the folder in which users.bson or users.json is"
    )]
    NoUsers,
    /// A file or folder could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The store could not be filled.
    #[error("nothing was imported, because the store could not be written: {0}")]
    Store(#[from] StoreError),
    /// The check at the end failed.
    #[error(transparent)]
    Check(#[from] ImportError),
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" or ")
}

/// What came in, and what was not taken as it was.
#[derive(Debug, Default)]
pub struct Moved {
    /// How many there are of each kind.
    pub counts: Vec<(&'static str, u64)>,
    /// What was skipped and mended, for people.
    pub report: String,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, count) in &self.counts {
            writeln!(f, "  {count:>10} {}", kind.replace('_', " "))?;
        }
        f.write_str(&self.report)
    }
}

/// An import under way.
struct Import<'a> {
    dump: Dump,
    writer: Writer<'a>,
    report: Report,
    people: People,
    progress: Progress<'a>,
}

/// Takes the dump in the folder `dir` into `store`, which must be empty, and lists what it skipped and mended in the file
/// `report`. As with [`portable::import`], one imports through a [`portable::Landing`].
///
/// # Errors
///
/// [`DumpError`]. A document that is not right is no error: it is skipped, and reported.
pub fn import(store: &Store, dir: &Path, report: &Path, progress: Progress<'_>) -> Result<Moved, DumpError> {
    let dump = Dump::find(dir)?;
    crate::chat::seed(store, random_bytes())?;
    let mut import = Import {
        dump,
        writer: Writer::new(store),
        report: Report::create(report)?,
        people: People::default(),
        progress,
    };
    import.everything()?;
    let Import { report, progress, .. } = import;
    portable::finish(store, progress)?;
    Ok(Moved { counts: portable::counted(store)?, report: report.finish()? })
}

impl Import<'_> {
    /// Takes every collection, in the order in which one refers to another.
    fn everything(&mut self) -> Result<(), DumpError> {
        let others: Vec<_> =
            self.dump.others(&[USERS, POSTS, GROUPS, MESSAGES, CATEGORIES]).map(str::to_owned).collect();
        for other in others {
            self.report.skipped("collections", &other, "Hearth has no use for it", "");
        }
        let wishes = self.users()?;
        if self.people.is_empty() {
            return Err(DumpError::NoUsers);
        }
        let posts = self.posts()?;
        self.wishes(wishes, &posts)?;
        self.chat()?;
        Ok(self.writer.flush()?)
    }

    /// Each document of a collection that can be read; what cannot is reported.
    fn each(
        &mut self,
        collection: &'static str,
        documents: Option<Documents>,
        mut take: impl FnMut(&mut Self, &Document, &str) -> Result<(), DumpError>,
    ) -> Result<(), DumpError> {
        let Some(mut documents) = documents else { return Ok(()) };
        while let Some(document) = documents.next() {
            let number = documents.number;
            match document {
                Ok(document) => match document.key(&["_id", "id"]) {
                    Some(key) => take(self, &document, &key)?,
                    None => self.report.skipped(collection, &format!("document {number}"), "it has no _id", ""),
                },
                Err(Broken::Document(why)) => {
                    self.report.skipped(collection, &format!("document {number}"), "it cannot be read", &why);
                }
                Err(Broken::End(why)) => {
                    let why = format!("{}: {why}", documents.path.display());
                    self.report.skipped(
                        collection,
                        &format!("document {number} and all after it"),
                        "the file is damaged",
                        &why,
                    );
                }
            }
            if number.is_multiple_of(100) {
                (self.progress)(collection, number);
            }
        }
        Ok(())
    }
}
