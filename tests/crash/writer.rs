//! Somebody who writes until the server is gone.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::chance::Chance;
use crate::client::{Answer, Connection, Server};
use crate::world::{Person, Post, Wish, World};

/// Posts by how new they are that others write about: few enough for people to meet there.
const NEWS: usize = 40;

/// The end of a server: after so many answers, and a pause.
pub struct Kill {
    server: Mutex<Server>,
    answers: AtomicUsize,
    after: usize,
    pause: Duration,
    /// Whether it is asked to end instead.
    in_order: bool,
}

impl Kill {
    pub fn new(server: Server, after: usize, pause: Duration) -> Self {
        Self { server: Mutex::new(server), answers: AtomicUsize::new(0), after, pause, in_order: false }
    }

    /// As [`Kill::new`], with an end in order.
    pub fn in_order(server: Server, after: usize) -> Self {
        Self { in_order: true, ..Self::new(server, after, Duration::ZERO) }
    }

    fn count_answer(&self) {
        if self.answers.fetch_add(1, Ordering::SeqCst) + 1 == self.after {
            thread::sleep(self.pause);
            let mut server = self.server.lock().unwrap();
            if self.in_order { server.signal("TERM") } else { server.kill() }
        }
    }

    /// There is none: everybody writes until the store takes no more.
    pub fn never(server: Server) -> Self {
        Self::new(server, usize::MAX, Duration::ZERO)
    }

    /// The code of an answer that somebody may get instead, because the disk fails.
    fn refusal(&self, answer: &Answer) -> Option<String> {
        let may_be = self.is_never() && answer.status == 503;
        may_be.then(|| answer.json()["code"].as_str().unwrap().to_owned())
    }

    fn is_never(&self) -> bool {
        self.after == usize::MAX
    }

    pub fn into_server(self) -> Server {
        self.server.into_inner().unwrap()
    }

    /// Waits until the server has ended, if it is to end.
    pub fn wait(&self) {
        if self.is_never() {
            return;
        }
        let mut server = self.server.lock().unwrap();
        let status = server.wait();
        assert!(!self.in_order || status.success(), "{status:?}: {}", server.log());
    }

    pub fn address(&self) -> SocketAddr {
        self.server.lock().unwrap().address
    }

    pub fn is_done(&self) -> bool {
        self.is_never() || self.answers.load(Ordering::SeqCst) >= self.after
    }
}

/// A writer for the time between two kills.
pub struct Writer<'a> {
    pub person: Person,
    pub token: &'a str,
    pub address: SocketAddr,
    pub categories: &'a [String],
    pub room: &'a str,
    pub world: &'a Mutex<World>,
    pub chance: Chance,
}

impl Writer<'_> {
    /// Writes until an answer does not come; gives what was wished for then, if it was sent at all.
    pub fn run(mut self, kill: &Kill) -> Option<Wish> {
        let mut connection = Connection::open(self.address).ok()?;
        loop {
            if self.chance.percent(5) {
                connection = Connection::open(self.address).ok()?;
            }
            let wish = self.wish(kill);
            self.world.lock().unwrap().asked(self.person, &wish);
            let Ok(answer) = connection.send(&wish.request().by(self.token)) else { return Some(wish) };
            match kill.refusal(&answer).as_deref() {
                Some("store_stopped") => return Some(wish),
                // Nothing of it is there.
                Some("disk_full") => {
                    self.world.lock().unwrap().refused(&wish);
                    continue;
                }
                _ => {}
            }
            kill.count_answer();
            self.world.lock().unwrap().answered(self.person, &wish, &answer);
        }
    }

    /// Something to ask for, as the world is now.
    fn wish(&mut self, kill: &Kill) -> Wish {
        let wish = match self.chance.below(21) {
            0..5 => self.comment(),
            5..10 => self.like(),
            10..13 => self.edit(),
            13..15 => self.delete(),
            15 => self.delete_comment(),
            16..18 => Some(self.say()),
            // Of a disk that fails, a picture's file has its own words, and the store goes on.
            20 if !kill.is_never() => Some(self.upload()),
            _ => None,
        };
        wish.unwrap_or_else(|| self.new_post())
    }

    fn mark(&mut self) -> String {
        format!("{} {:016x}", self.person, self.chance.next())
    }

    fn key(&mut self) -> String {
        format!("{:016x}{:016x}", self.chance.next(), self.chance.next())
    }

    fn new_post(&mut self) -> Wish {
        let category = self.chance.one(self.categories).unwrap().clone();
        let (key, title) = (self.key(), self.mark());
        Wish::NewPost { key, title, body: self.chance.body(), anonymous: self.chance.percent(20), category }
    }

    /// One of the newest posts that `fits`.
    fn news(&mut self, fits: impl Fn(&Post) -> bool) -> Option<String> {
        let world = self.world.lock().unwrap();
        let fitting: Vec<_> = world.posts.iter().rev().filter(|(_, post)| fits(post)).take(NEWS).collect();
        self.chance.one(&fitting).map(|(id, _)| (*id).clone())
    }

    fn own(&mut self) -> Option<String> {
        let person = self.person;
        self.news(|post| post.owner == person)
    }

    fn like(&mut self) -> Option<Wish> {
        let post = self.news(|_| true)?;
        // It may be gone by now.
        let liked = self.world.lock().unwrap().posts.get(&post)?.likes.contains(&self.person);
        Some(Wish::Like { post, on: !liked })
    }

    fn comment(&mut self) -> Option<Wish> {
        let post = self.news(|post| !post.leaving)?;
        let (key, text, anonymous) = (self.key(), self.mark(), self.chance.percent(20));
        let world = self.world.lock().unwrap();
        let first = world.comments.iter().rev().find(|(_, other)| other.post == post && other.parent.is_none());
        let parent = first.map(|(id, _)| id.clone()).filter(|_| self.chance.percent(50));
        Some(Wish::NewComment { key, post, parent, text, anonymous })
    }

    fn edit(&mut self) -> Option<Wish> {
        let post = self.own()?;
        Some(Wish::EditPost { post, title: self.mark(), body: self.chance.body() })
    }

    fn say(&mut self) -> Wish {
        let (client_id, text) = (self.key(), self.mark().repeat(1 + self.chance.below(20)));
        Wish::Say { room: self.room.to_owned(), client_id, text }
    }

    fn upload(&mut self) -> Wish {
        Wish::Upload { key: self.key(), seed: self.chance.next() }
    }

    fn delete(&mut self) -> Option<Wish> {
        Some(Wish::DeletePost { post: self.own()? })
    }

    /// Only comments without replies are deleted: they are gone then, and others would leave a mark.
    fn delete_comment(&mut self) -> Option<Wish> {
        let world = self.world.lock().unwrap();
        let mut own = world.comments.iter().rev().filter(|(_, comment)| comment.owner == self.person);
        let (id, comment) = own.find(|(_, comment)| comment.parent.is_some())?;
        Some(Wish::DeleteComment { comment: id.clone(), post: comment.post.clone() })
    }
}
