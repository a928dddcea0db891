//! Somebody who reads, writes and talks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use awc::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Http, Refusal, read};
use super::crew::Share;
use super::deliveries::{Acknowledged, Cursors};
use super::dice::Dice;
use super::outcome::Call;
use super::socket::{Listener, Socket};

/// One page of posts in so many is read closely: its posts are then liked and commented on.
const CLOSELY: u64 = 8;

/// The share of a token's life after which it is exchanged.
const RENEW_AFTER: f64 = 0.6;

/// When exchanging a token is tried again, where it failed.
const RENEW_AGAIN: Duration = Duration::from_secs(10);

/// Categories that are asked for at once.
const SEVERAL: usize = 3;

const BODY: &str = "Yesterday's loaf was dense at the bottom and open at the top. The starter was two days old, the kitchen \
                    was cold, and I let it rest for four hours. Has anybody baked with spelt from the mill at the river? \
                    I would rather hear what went wrong for you than see another perfect crumb.";

/// A conversation.
#[derive(Clone, Debug)]
pub struct Room {
    /// Its id.
    pub id: String,
    /// Its place in the list of rooms.
    pub place: usize,
    /// The last event when it was opened.
    pub seq: u64,
}

/// What was acknowledged.
#[derive(Debug, Default)]
pub struct Made {
    /// Posts.
    pub posts: Vec<String>,
    /// Comments, each with the post before it.
    pub comments: Vec<(String, String)>,
    /// Messages.
    pub messages: Vec<Acknowledged>,
}

/// The tokens of a session.
#[derive(Deserialize)]
pub struct Tokens {
    access_token: String,
    refresh_token: String,
    expires_in: f64,
}

/// A person with an account.
pub struct Person {
    /// From 0.
    pub number: usize,
    /// Their account's id.
    pub id: Rc<str>,
    email: String,
    http: Http,
    token: Rc<RefCell<String>>,
    refresh: RefCell<String>,
    renew_at: Cell<Instant>,
    socket: RefCell<Option<Rc<Socket>>>,
    cursors: Rc<RefCell<Cursors>>,
    rooms: RefCell<Vec<Room>>,
    known: RefCell<Vec<String>>,
    dice: RefCell<Dice>,
    said: Cell<u64>,
}

/// Something that has an id.
#[derive(Deserialize)]
struct Identified {
    id: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Identified>,
}

impl Person {
    /// Somebody who has just registered.
    pub fn new(number: usize, id: &str, email: String, http: Http, tokens: Tokens) -> Self {
        let person = Self {
            number,
            id: id.into(),
            email,
            http,
            token: Rc::default(),
            refresh: RefCell::default(),
            renew_at: Cell::new(Instant::now()),
            socket: RefCell::default(),
            cursors: Rc::default(),
            rooms: RefCell::default(),
            known: RefCell::default(),
            dice: RefCell::new(Dice::new()),
            said: Cell::new(0),
        };
        person.take(tokens);
        person
    }

    fn take(&self, tokens: Tokens) {
        *self.token.borrow_mut() = tokens.access_token;
        *self.refresh.borrow_mut() = tokens.refresh_token;
        self.renew_at.set(Instant::now() + Duration::from_secs_f64(tokens.expires_in.clamp(1.0, 1e6) * RENEW_AFTER));
    }

    /// Signs in anew.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn log_in(&self, password: &str) -> Result<(), Refusal> {
        let body = json!({"email": self.email, "password": password});
        self.take(self.http.json(Method::POST, "/api/v1/auth/login", None, Some(&body)).await?);
        Ok(())
    }

    /// Opens the socket, listening to `rooms` from where they are.
    ///
    /// # Errors
    ///
    /// What was answered, or what the connection said.
    pub async fn connect(&self, share: &Share, rooms: Vec<Room>) -> Result<(), String> {
        if self.socket.borrow().is_some() {
            return Ok(());
        }
        for room in &rooms {
            self.cursors.borrow_mut().set(&room.id, room.seq);
        }
        *self.rooms.borrow_mut() = rooms;
        let listener = Listener {
            member: self.number,
            account: self.id.clone(),
            http: self.http.clone(),
            token: self.token.clone(),
            cursors: self.cursors.clone(),
            heard: share.heard.clone(),
            stamp: share.common.stamp,
        };
        let (socket, opened) = Socket::open(listener).await;
        *self.socket.borrow_mut() = Some(Rc::new(socket));
        opened
    }

    /// Closes the socket.
    pub fn disconnect(&self) {
        if let Some(socket) = self.socket.borrow_mut().take() {
            socket.close();
        }
        *self.cursors.borrow_mut() = Cursors::default();
    }

    /// What an authenticated call answers.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn ask<T: for<'a> Deserialize<'a>>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Refusal> {
        let token = self.token.borrow().clone();
        self.http.json(method, path, Some(&token), body).await
    }

    async fn get(&self, path: &str) -> Result<bytes::Bytes, Refusal> {
        let token = self.token.borrow().clone();
        self.http.call(Method::GET, path, Some(&token), None).await
    }

    /// What this person would do next.
    pub fn next_call(&self) -> Call {
        super::plan::next_call(&mut self.dice.borrow_mut())
    }

    /// Does one thing.
    ///
    /// # Errors
    ///
    /// Why it did not succeed, in the words that failures are counted by.
    pub async fn perform(&self, call: Call, share: &Share, is_measured: bool) -> Result<(), String> {
        let done = match call {
            Call::LogIn => self.log_in(&share.common.password).await,
            Call::Health => self.http.call(Method::GET, "/healthz", None, None).await.map(drop),
            Call::Posts => self.read_posts("/api/v1/posts").await,
            Call::OneCategory => self.read_posts(&self.by_category(share, 1)).await,
            Call::SeveralCategories => self.read_posts(&self.by_category(share, SEVERAL)).await,
            Call::Users => self.get("/api/v1/users").await.map(drop),
            Call::CreatePost => self.create_post(share).await.map(drop),
            Call::CreateComment => self.create_comment(share).await,
            Call::Like => {
                let path = format!("/api/v1/posts/{}/like", self.some_post(share));
                self.ask::<Identified>(Method::PUT, &path, None).await.map(drop)
            }
            Call::SendMessage => return self.send_message(share, is_measured).await,
        };
        done.map_err(|refusal| refusal.to_string())
    }

    async fn read_posts(&self, path: &str) -> Result<(), Refusal> {
        let page = self.get(path).await?;
        if self.dice.borrow_mut().roll().is_multiple_of(CLOSELY) {
            let page: Page = read(&page)?;
            if !page.items.is_empty() {
                *self.known.borrow_mut() = page.items.into_iter().map(|post| post.id).collect();
            }
        }
        Ok(())
    }

    fn some_category(&self, share: &Share) -> String {
        self.dice.borrow_mut().one_of(&share.categories.borrow()).cloned().unwrap_or_default()
    }

    fn by_category(&self, share: &Share, count: usize) -> String {
        let asked: Vec<_> = (0..count).map(|_| format!("category={}", self.some_category(share))).collect();
        format!("/api/v1/posts?{}", asked.join("&"))
    }

    fn some_post(&self, share: &Share) -> String {
        let (known, mut dice) = (self.known.borrow(), self.dice.borrow_mut());
        let seeds = share.seeds.borrow();
        dice.one_of(&known).or_else(|| dice.one_of(&seeds)).cloned().unwrap_or_default()
    }

    /// Writes a post; its id.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    pub async fn create_post(&self, share: &Share) -> Result<String, Refusal> {
        let title = format!("What person {} learned about bread today", self.number);
        let body = json!({"title": title, "body": BODY, "categories": [self.some_category(share)]});
        let post: Identified = self.ask(Method::POST, "/api/v1/posts", Some(&body)).await?;
        share.made.borrow_mut().posts.push(post.id.clone());
        Ok(post.id)
    }

    async fn create_comment(&self, share: &Share) -> Result<(), Refusal> {
        let post = self.some_post(share);
        let body = json!({"text": "Mine was the same until I warmed the bowl. Try that first, and tell us."});
        let path = format!("/api/v1/posts/{post}/comments");
        let comment: Identified = self.ask(Method::POST, &path, Some(&body)).await?;
        share.made.borrow_mut().comments.push((post, comment.id));
        Ok(())
    }

    async fn send_message(&self, share: &Share, is_measured: bool) -> Result<(), String> {
        let room = self.dice.borrow_mut().one_of(&self.rooms.borrow()).cloned();
        let room = room.ok_or("nobody to talk to: the conversations were not made")?;
        let socket = self.socket.borrow().clone().ok_or("no socket")?;
        let said = self.said.get();
        self.said.set(said + 1);
        let id = said.to_string();
        let frame = json!({
            "id": id, "op": "send", "conversation": room.id,
            "client_id": format!("{}-{}-{said}", share.common.prefix, self.number),
            "text": share.common.stamp.text(is_measured),
        });
        let message = socket.ask(id, frame.to_string()).await?.ok_or("an answer without a message_id")?;
        let acknowledged = Acknowledged { message, room: room.place, sender: self.number };
        share.made.borrow_mut().messages.push(acknowledged);
        Ok(())
    }

    /// Exchanges the tokens when that is due, before they expire; on the socket too.
    pub async fn stay_signed_in(&self) {
        if Instant::now() >= self.renew_at.get() {
            self.renew().await;
        }
    }

    async fn renew(&self) {
        // Whoever comes meanwhile uses the old one, which is still good.
        self.renew_at.set(Instant::now() + RENEW_AGAIN);
        let body = json!({"refresh_token": &*self.refresh.borrow()});
        match self.http.json(Method::POST, "/api/v1/auth/refresh", None, Some(&body)).await {
            Ok(tokens) => self.take(tokens),
            Err(refusal) => return log::warn!("person {} could not stay signed in: {refusal}", self.number),
        }
        let socket = self.socket.borrow().clone();
        if let Some(socket) = socket {
            let frame = json!({"id": "auth", "op": "auth", "token": &*self.token.borrow()});
            if let Err(why) = socket.ask("auth".into(), frame.to_string()).await {
                log::warn!("the socket of person {} took no fresh token: {why}", self.number);
            }
        }
    }
}
