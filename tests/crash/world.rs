//! What the writers were told, and so what must be there; and what they wait to be told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::client::{Answer, Request};
use crate::history::History;
use crate::picture;

/// One of the people who write, by their place among all of them.
pub type Person = usize;

/// A post that was acknowledged.
#[derive(Clone, Debug)]
pub struct Post {
    pub owner: Person,
    pub title: String,
    pub body: String,
    pub anonymous: bool,
    pub category: String,
    /// Titles and bodies that it had before, the oldest first.
    pub earlier: Vec<(String, String)>,
    pub likes: BTreeSet<Person>,
    /// Whether its owner asked for it to be deleted, so that others may find it gone.
    pub leaving: bool,
}

/// A comment that was acknowledged.
#[derive(Clone, Debug)]
pub struct Comment {
    pub owner: Person,
    pub post: String,
    pub parent: Option<String>,
    pub text: String,
    pub anonymous: bool,
}

/// A picture that was acknowledged.
#[derive(Clone, Debug)]
pub struct Picture {
    pub owner: Person,
    pub seed: u64,
}

/// A creation that was acknowledged, with the answer that its key must get ever after.
#[derive(Clone, Debug)]
pub struct Kept {
    pub creation: Request,
    pub body: Vec<u8>,
}

/// What somebody wants to be so.
#[derive(Clone, Debug)]
pub enum Wish {
    NewPost { key: String, title: String, body: String, anonymous: bool, category: String },
    NewComment { key: String, post: String, parent: Option<String>, text: String, anonymous: bool },
    EditPost { post: String, title: String, body: String },
    DeletePost { post: String },
    DeleteComment { comment: String, post: String },
    Like { post: String, on: bool },
    Say { room: String, client_id: String, text: String },
    Upload { key: String, seed: u64 },
}

impl Wish {
    /// How it is asked for.
    pub fn request(&self) -> Request {
        match self {
            Self::NewPost { key, title, body, anonymous, category } => {
                let post = json!({"title": title, "body": body, "anonymous": anonymous, "categories": [category]});
                Request::new("POST", "/api/v1/posts").header("idempotency-key", key).json(post)
            }
            Self::NewComment { key, post, parent, text, anonymous } => {
                let comment = json!({"text": text, "parent": parent, "anonymous": anonymous});
                let path = format!("/api/v1/posts/{post}/comments");
                Request::new("POST", path).header("idempotency-key", key).json(comment)
            }
            Self::EditPost { post, title, body } => {
                let edit = json!({"title": title, "body": body});
                Request::new("PATCH", format!("/api/v1/posts/{post}")).json(edit)
            }
            Self::DeletePost { post } => Request::new("DELETE", format!("/api/v1/posts/{post}")),
            Self::DeleteComment { comment, .. } => Request::new("DELETE", format!("/api/v1/comments/{comment}")),
            Self::Like { post, on } => {
                Request::new(if *on { "PUT" } else { "DELETE" }, format!("/api/v1/posts/{post}/like"))
            }
            Self::Say { room, client_id, text } => {
                let message = json!({"client_id": client_id, "text": text});
                Request::new("POST", format!("/api/v1/conversations/{room}/messages")).json(message)
            }
            Self::Upload { key, seed } => {
                let upload = Request::new("POST", "/api/v1/media").header("idempotency-key", key);
                upload.carrying(picture::FORM, picture::form(*seed))
            }
        }
    }

    /// The status that says that it is so.
    fn acknowledged_by(&self) -> u16 {
        match self {
            Self::NewPost { .. } | Self::NewComment { .. } | Self::Say { .. } | Self::Upload { .. } => 201,
            Self::EditPost { .. } | Self::Like { .. } => 200,
            Self::DeletePost { .. } | Self::DeleteComment { .. } => 204,
        }
    }

    /// Whether the answer is the same when it is asked for again.
    fn is_kept(&self) -> bool {
        matches!(self, Self::NewPost { .. } | Self::NewComment { .. } | Self::Upload { .. })
    }

    /// The post, perhaps of somebody else, that it fails without.
    fn needs(&self) -> Option<&String> {
        match self {
            Self::NewComment { post, .. } | Self::Like { post, .. } | Self::DeleteComment { post, .. } => Some(post),
            _ => None,
        }
    }
}

/// A message that was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub sender: Person,
    pub client_id: String,
    pub text: String,
}

/// What must be there.
#[derive(Clone, Default)]
pub struct World {
    pub posts: BTreeMap<String, Post>,
    pub comments: BTreeMap<String, Comment>,
    /// Posts that are gone for good.
    pub deleted: Vec<String>,
    pub pictures: BTreeMap<String, Picture>,
    /// The messages in the one room that there is, by their `seq`.
    pub said: BTreeMap<u64, Said>,
    /// In the order in which they were acknowledged, each with who asked.
    pub kept: Vec<(Person, Kept)>,
    /// When all of it happened, where somebody wants to know.
    pub history: Option<History>,
}

impl World {
    /// Takes note of what `person` is about to ask for.
    pub fn asked(&mut self, person: Person, wish: &Wish) {
        if let Some(history) = &mut self.history {
            history.note(person, wish, None);
        }
        if let Wish::DeletePost { post } = wish {
            self.post(post).leaving = true;
        }
    }

    /// Takes note that nothing came of a wish.
    pub fn refused(&mut self, wish: &Wish) {
        if let Wish::DeletePost { post } = wish {
            self.post(post).leaving = false;
        }
    }

    /// Takes note of the answer to a wish, which must be one that fits.
    pub fn answered(&mut self, person: Person, wish: &Wish, answer: &Answer) {
        if let Some(history) = &mut self.history {
            history.note(person, wish, Some(answer));
        }
        let missed = wish.needs().is_some_and(|post| self.posts.get(post).is_none_or(|post| post.leaving));
        if answer.status == 404 && missed {
            return;
        }
        let said = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, wish.acknowledged_by(), "{wish:?} was answered with {said}");
        if wish.is_kept() {
            let kept = Kept { creation: wish.request(), body: answer.body.clone() };
            self.kept.push((person, kept));
        }
        let id = || answer.json()["id"].as_str().unwrap().to_owned();
        match wish.clone() {
            Wish::NewPost { title, body, anonymous, category, .. } => {
                let (earlier, likes, leaving) = (Vec::new(), BTreeSet::new(), false);
                let post = Post { owner: person, title, body, anonymous, category, earlier, likes, leaving };
                assert!(self.posts.insert(id(), post).is_none());
            }
            // The post may be gone since.
            Wish::NewComment { post, .. } | Wish::Like { post, .. } if !self.posts.contains_key(&post) => {}
            Wish::NewComment { post, parent, text, anonymous, .. } => {
                let comment = Comment { owner: person, post, parent, text, anonymous };
                assert!(self.comments.insert(id(), comment).is_none());
            }
            Wish::Like { post, on } => self.liked(person, &post, on),
            Wish::EditPost { post, title, body } => self.edited(&post, title, body),
            Wish::DeletePost { post } => self.gone(post),
            Wish::Say { client_id, text, .. } => {
                let seq = answer.json()["seq"].as_u64().unwrap();
                let other = self.said.insert(seq, Said { sender: person, client_id: client_id.clone(), text });
                assert!(other.is_none_or(|other| other.client_id == client_id), "two messages are told to be {seq}");
            }
            Wish::Upload { seed, .. } => {
                assert!(self.pictures.insert(id(), Picture { owner: person, seed }).is_none());
            }
            Wish::DeleteComment { comment, .. } => {
                self.comments.remove(&comment);
            }
        }
    }

    pub fn post(&mut self, id: &str) -> &mut Post {
        self.posts.get_mut(id).unwrap()
    }

    pub fn liked(&mut self, person: Person, post: &str, on: bool) {
        let likes = &mut self.post(post).likes;
        if on {
            likes.insert(person)
        } else {
            likes.remove(&person)
        };
    }

    pub fn edited(&mut self, post: &str, title: String, body: String) {
        let post = self.post(post);
        let (title, body) = (std::mem::replace(&mut post.title, title), std::mem::replace(&mut post.body, body));
        post.earlier.push((title, body));
    }

    pub fn gone(&mut self, post: String) {
        self.posts.remove(&post);
        self.comments.retain(|_, comment| comment.post != post);
        self.deleted.push(post);
    }
}
