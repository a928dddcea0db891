//! What is there, as a reader sees it, held against what must be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::net::SocketAddr;

use serde_json::Value;

use crate::client::{Connection, Request};
use crate::picture;
use crate::world::{Comment, Post, Said, World};

/// An account that writes, and may always sign in again.
#[derive(Clone)]
pub struct Account {
    pub id: String,
    pub handle: String,
    pub token: String,
}

/// A post as everybody sees it.
#[derive(Debug, PartialEq, Eq)]
pub struct SeenPost {
    pub title: String,
    pub body: String,
    pub anonymous: bool,
    pub author: Option<String>,
    pub category: String,
    pub edited: bool,
    pub likes: u64,
    pub comments: u64,
}

/// A comment as everybody sees it.
#[derive(Debug, PartialEq, Eq)]
pub struct SeenComment {
    pub post: String,
    pub parent: Option<String>,
    pub text: String,
    pub anonymous: bool,
    pub author: Option<String>,
    pub replies: u64,
}

/// Somebody who reads everything.
pub struct Witness(Connection);

impl Witness {
    pub fn new(address: SocketAddr) -> Self {
        Self(Connection::open(address).unwrap())
    }

    pub fn ask(&mut self, request: &Request) -> crate::client::Answer {
        self.0.send(request).unwrap()
    }

    pub fn get(&mut self, path: &str) -> Value {
        self.ask(&Request::new("GET", path)).expect(200)
    }

    /// Every item of a list, page after page, as `token`'s owner sees it.
    pub fn list(&mut self, path: &str, token: Option<&str>) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let request = Request::new("GET", format!("{path}{sign}limit=100{cursor}"));
            let request = if let Some(token) = token { request.by(token) } else { request };
            let page = self.ask(&request).expect(200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { return items };
            cursor = format!("&cursor={next}");
        }
    }

    pub fn posts(&mut self) -> BTreeMap<String, SeenPost> {
        by_id(&self.list("/api/v1/posts", None), SeenPost::of)
    }

    /// Everything below a post: two levels, as the writers make no more.
    pub fn thread(&mut self, post: &str) -> BTreeMap<String, SeenComment> {
        let path = format!("/api/v1/posts/{post}/comments");
        let mut items = self.list(&path, None);
        for first in items.clone() {
            if first["reply_count"] != 0 {
                items.extend(self.list(&format!("{path}?parent={}", text(&first["id"])), None));
            }
        }
        by_id(&items, SeenComment::of)
    }

    /// The messages in `room`, as one of its members sees them, by their `seq`.
    pub fn said(&mut self, room: &str, accounts: &[Account]) -> BTreeMap<u64, Said> {
        let events = self.list(&format!("/api/v1/conversations/{room}/events"), Some(&accounts[0].token));
        let mut said = BTreeMap::new();
        for (event, seq) in events.iter().zip(1_u64..) {
            assert_eq!(event["seq"], seq, "the log has a gap");
            if event["kind"] == "message" {
                let sender = accounts.iter().position(|account| event["actor"] == *account.id).unwrap();
                said.insert(seq, Said { sender, client_id: text(&event["client_id"]), text: text(&event["text"]) });
            }
        }
        said
    }

    /// Whether all of `world` is there, and nothing else.
    pub fn compare(&mut self, world: &World, accounts: &[Account], room: &str) {
        assert!(self.said(room, accounts) == world.said, "the messages are not what they were");
        let mut replies: BTreeMap<&str, u64> = BTreeMap::new();
        for parent in world.comments.values().filter_map(|comment| comment.parent.as_deref()) {
            *replies.entry(parent).or_default() += 1;
        }
        let mut threads: BTreeMap<&str, BTreeMap<String, SeenComment>> = BTreeMap::new();
        for (id, comment) in &world.comments {
            let replies = replies.get(id.as_str()).copied().unwrap_or(0);
            let expected = SeenComment::expected(comment, replies, accounts);
            threads.entry(&comment.post).or_default().insert(id.clone(), expected);
        }
        let count = |id: &str| threads.get(id).map_or(0, |thread| thread.len() as u64);
        let expected = world.posts.iter().map(|(id, post)| (id.clone(), SeenPost::expected(post, accounts, count(id))));
        assert_same("posts", &expected.collect(), &self.posts());
        for (post, expected) in threads {
            assert_same(&format!("comments below {post}"), &expected, &self.thread(post));
        }
        for (id, post) in world.posts.iter().filter(|(_, post)| !post.earlier.is_empty()) {
            let mut history = self.list(&format!("/api/v1/posts/{id}/history"), None);
            history.reverse();
            let history: Vec<_> = history.iter().map(|one| (text(&one["title"]), text(&one["body"]))).collect();
            assert!(history == post.earlier, "the history of {id} is not what it was");
        }
        for (person, account) in accounts.iter().enumerate() {
            let own = world.posts.iter().filter(|(_, post)| post.owner == person);
            assert_eq!(self.ids("/api/v1/me/posts", account), own.map(|(id, _)| id.clone()).collect());
            let liked = world.posts.iter().filter(|(_, post)| post.likes.contains(&person));
            assert_eq!(self.ids("/api/v1/me/likes", account), liked.map(|(id, _)| id.clone()).collect());
        }
        self.look_at_pictures(world, accounts);
        let categories = self.get("/api/v1/categories");
        for category in categories["items"].as_array().unwrap() {
            let count = world.posts.values().filter(|post| category["slug"] == post.category).count();
            assert_eq!(category["post_count"], count, "in {}", category["slug"]);
        }
        for id in world.deleted.iter().rev().take(100) {
            self.ask(&Request::new("GET", format!("/api/v1/posts/{id}"))).expect(404);
            self.ask(&Request::new("GET", format!("/api/v1/posts/{id}/comments"))).expect(404);
        }
    }

    /// Whether the latest of `world`'s pictures are there, each in all of its forms: their records name files.
    fn look_at_pictures(&mut self, world: &World, accounts: &[Account]) {
        for (id, uploaded) in world.pictures.iter().rev().take(100) {
            let token = &accounts[uploaded.owner].token;
            for form in ["", "/thumbnail", "/avatar"] {
                let path = format!("/api/v1/media/{id}{form}");
                let answer = self.ask(&Request::new("GET", &path).by(token));
                answer.expect_status(200);
                // An avatar is scaled.
                let is_right = form == "/avatar" || picture::is(&answer.body, uploaded.seed);
                assert!(is_right && picture::is_any(&answer.body), "{path} is not what was uploaded");
            }
        }
    }

    fn ids(&mut self, list: &str, account: &Account) -> BTreeSet<String> {
        let items = self.list(list, Some(&account.token));
        let ids: BTreeSet<_> = items.iter().map(|item| text(&item["id"])).collect();
        assert_eq!(ids.len(), items.len(), "{list} has something twice");
        ids
    }
}

impl SeenPost {
    fn of(post: &Value) -> Self {
        Self {
            title: text(&post["title"]),
            body: text(&post["body"]),
            anonymous: post["anonymous"].as_bool().unwrap(),
            author: post["author"]["handle"].as_str().map(str::to_owned),
            category: text(&post["categories"][0]),
            edited: !post["edited_at"].is_null(),
            likes: post["like_count"].as_u64().unwrap(),
            comments: post["comment_count"].as_u64().unwrap(),
        }
    }

    fn expected(post: &Post, accounts: &[Account], comments: u64) -> Self {
        Self {
            title: post.title.clone(),
            body: post.body.clone(),
            anonymous: post.anonymous,
            author: (!post.anonymous).then(|| accounts[post.owner].handle.clone()),
            category: post.category.clone(),
            edited: !post.earlier.is_empty(),
            likes: post.likes.len() as u64,
            comments,
        }
    }
}

impl SeenComment {
    fn of(comment: &Value) -> Self {
        Self {
            post: text(&comment["post"]),
            parent: comment["parent"].as_str().map(str::to_owned),
            text: text(&comment["text"]),
            anonymous: comment["anonymous"].as_bool().unwrap(),
            author: comment["author"]["handle"].as_str().map(str::to_owned),
            replies: comment["reply_count"].as_u64().unwrap(),
        }
    }

    fn expected(comment: &Comment, replies: u64, accounts: &[Account]) -> Self {
        Self {
            post: comment.post.clone(),
            parent: comment.parent.clone(),
            text: comment.text.clone(),
            anonymous: comment.anonymous,
            author: (!comment.anonymous).then(|| accounts[comment.owner].handle.clone()),
            replies,
        }
    }
}

fn by_id<T>(items: &[Value], read: impl Fn(&Value) -> T) -> BTreeMap<String, T> {
    let read: BTreeMap<_, _> = items.iter().map(|item| (text(&item["id"]), read(item))).collect();
    assert_eq!(read.len(), items.len(), "a list has something twice");
    read
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Fails with the first difference alone: all of them would be megabytes.
fn assert_same<T: Debug + PartialEq>(what: &str, expected: &BTreeMap<String, T>, seen: &BTreeMap<String, T>) {
    let ids: BTreeSet<_> = expected.keys().chain(seen.keys()).collect();
    for id in ids {
        let (expected, seen) = (expected.get(id), seen.get(id));
        assert!(
            expected == seen,
            "{what}: {id} should be {:.1000} and is {:.1000}",
            format!("{expected:?}"),
            format!("{seen:?}")
        );
    }
}
