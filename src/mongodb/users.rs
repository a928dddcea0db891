//! Accounts from the collection `users`.

use crate::accounts::{Account, AccountId, Block, MAX_BIO, MAX_NAME, Role, hash_is_usable, parse_email, parse_handle};
use crate::clock::Timestamp;
use crate::moderation::Ban;
use crate::text;

use super::people::blank;
use super::posts::Posts;
use super::value::{Document, Value};
use super::{DumpError, Import, USERS, ids};

const COLLECTION: &str = "users";

/// Every field that is read.
const FIELDS: &[&str] = &[
    "_id",
    "id",
    "__v",
    "name",
    "displayName",
    "fullName",
    "username",
    "handle",
    "email",
    "password",
    "bio",
    "about",
    "role",
    "isAdmin",
    "emailVerified",
    "isVerified",
    "banned",
    "isBanned",
    "deleted",
    "isDeleted",
    "blockedUsers",
    "blocked",
    "bookmarks",
    "savedPosts",
    "createdAt",
    "created_at",
    "updatedAt",
];

/// What can only be done once everybody is there.
#[derive(Default)]
pub(super) struct Wishes {
    blocks: Vec<(AccountId, String, Timestamp)>,
    bookmarks: Vec<(AccountId, String)>,
    banned: Vec<(AccountId, Timestamp)>,
    first_admin: Option<AccountId>,
}

impl Import<'_> {
    /// Takes all users.
    pub(super) fn users(&mut self) -> Result<Wishes, DumpError> {
        let mut wishes = Wishes::default();
        let documents = self.dump.open(USERS)?;
        self.each(COLLECTION, documents, |import, document, key| import.user(document, key, &mut wishes))?;
        Ok(wishes)
    }

    fn user(&mut self, document: &Document, key: &str, wishes: &mut Wishes) -> Result<(), DumpError> {
        if self.people.knows(key) {
            self.report.skipped(COLLECTION, key, "another one has the same _id", "");
            return Ok(());
        }
        let names = document.0.iter().map(|(name, _)| name.as_str());
        self.report.unread(COLLECTION, names.filter(|name| !FIELDS.contains(name)));
        let at = document.created().unwrap_or(Timestamp::from_millis(0));
        let id: AccountId = ids::id(COLLECTION, key, at);
        let mut account = blank(id, at);
        if document.is(&["deleted", "isDeleted"]) {
            account = account.deleted();
        } else {
            account.name = self.name(document, key);
            account.handle = self.handle(document, &account);
            account.email = self.email(document, key, id);
            account.email_verified = document.is(&["emailVerified", "isVerified"]);
            account.bio = self.cut(COLLECTION, key, &document.text(&["bio", "about"]).unwrap_or_default(), MAX_BIO);
            account.role = role(document);
            account.password = self.password(document, key);
        }
        if account.role == Role::Admin && wishes.first_admin.is_none() {
            wishes.first_admin = Some(id);
        }
        if document.is(&["banned", "isBanned"]) {
            wishes.banned.push((id, at));
        }
        let keys = |names: &[&str]| document.list(names).iter().filter_map(Value::key).collect::<Vec<_>>();
        wishes.blocks.extend(keys(&["blockedUsers", "blocked"]).into_iter().map(|blocked| (id, blocked, at)));
        wishes.bookmarks.extend(keys(&["bookmarks", "savedPosts"]).into_iter().map(|post| (id, post)));
        if self.put(COLLECTION, key, account)? {
            self.people.add(key, id);
        }
        Ok(())
    }

    fn name(&mut self, document: &Document, key: &str) -> String {
        let given = document.text(&["name", "displayName", "fullName", "username"]).unwrap_or_default();
        let line = text::forced_line(&given);
        let name = text::cut(&line, MAX_NAME).0.trim_end().to_owned();
        if name.chars().count() < 2 {
            self.report.mended(COLLECTION, key, "the name is too short, so it is 'Member'", &given);
            return "Member".into();
        }
        if name != given.trim() {
            self.report.mended(COLLECTION, key, "the name was too long, or had characters that cannot be seen", &given);
        }
        name
    }

    /// The handle that it has, or one made of its name, that nobody has yet.
    fn handle(&mut self, document: &Document, account: &Account) -> String {
        let given = document.text(&["username", "handle"]).unwrap_or_else(|| account.name.clone());
        let slug = text::slug(&given, 24);
        let base = if parse_handle(&slug).is_ok() { slug } else { format!("member_{slug}") };
        let base = base.trim_end_matches('_');
        let taken = &mut self.people.handles;
        let numbered = (1..=50).map(|number| if number == 1 { base.to_owned() } else { format!("{base}_{number}") });
        let id = account.id.to_string();
        let last = format!("{}_{}", text::cut(base, 17).0, &id[id.len() - 12..]);
        let handle = numbered.chain([last]).find(|handle| handle.len() <= 30 && !taken.contains(handle));
        let handle = handle.unwrap_or_else(|| id.replace('-', "")[..30].to_owned());
        taken.insert(handle.clone());
        handle
    }

    fn email(&mut self, document: &Document, key: &str, id: AccountId) -> String {
        let given = document.text(&["email"]).unwrap_or_default();
        match parse_email(&given) {
            Ok(email) if self.people.emails.insert(email.clone()) => return email,
            Ok(_) => self.report.mended(COLLECTION, key, "another one has this e-mail address, so it has none", &given),
            Err(_) => self.report.mended(COLLECTION, key, "the e-mail address is none, so it has none", &given),
        }
        let email = format!("{id}@import.invalid");
        self.people.emails.insert(email.clone());
        email
    }

    fn password(&mut self, document: &Document, key: &str) -> String {
        match document.text(&["password"]) {
            Some(hash) if hash_is_usable(&hash) => return hash,
            Some(_) => self.report.mended(
                COLLECTION,
                key,
                "the password is no bcrypt hash of a bearable cost: `hearth admin reset-password` lets them in",
                "",
            ),
            None => {
                let reason = "there is no password: `hearth admin reset-password` lets them in";
                self.report.mended(COLLECTION, key, reason, "");
            }
        }
        String::new()
    }

    /// Does what had to wait for everybody, and for all posts.
    pub(super) fn wishes(&mut self, wishes: Wishes, posts: &Posts) -> Result<(), DumpError> {
        for (account, at) in wishes.banned {
            let by = wishes.first_admin.unwrap_or(account);
            self.put(COLLECTION, &account.to_string(), Ban { account, by, at })?;
        }
        for (blocker, key, at) in wishes.blocks {
            match self.people.find(&key).filter(|blocked| *blocked != blocker) {
                Some(blocked) => {
                    self.put(COLLECTION, &key, Block { blocker, blocked, at })?;
                }
                None => self.report.skipped(COLLECTION, &key, "somebody blocks a user who is not there", ""),
            }
        }
        for (account, key) in wishes.bookmarks {
            match posts.find(&key) {
                Some(post) => self.bookmark(account, post)?,
                None => self.report.skipped(COLLECTION, &key, "somebody keeps a post that is not there", ""),
            }
        }
        Ok(())
    }
}

fn role(document: &Document) -> Role {
    match document.text(&["role"]).unwrap_or_default().to_ascii_lowercase().as_str() {
        "admin" | "administrator" | "superadmin" | "owner" => Role::Admin,
        _ if document.is(&["isAdmin", "admin"]) => Role::Admin,
        "moderator" | "mod" => Role::Moderator,
        _ => Role::Member,
    }
}
