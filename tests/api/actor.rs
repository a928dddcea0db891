//! The people who ask a community for something.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use actix_web::http::Method;
use awc::ws::WebsocketsRequest;
use awc::{Client, ClientRequest};
use serde_json::{Value, json};

use crate::answer::Answer;

/// Somebody, signed in or not.
#[derive(Clone)]
pub struct Actor {
    client: Client,
    address: Rc<Cell<SocketAddr>>,
    prefix: &'static str,
    headers: Vec<(&'static str, String)>,
    /// The account as it was when they signed in; null where they did not.
    pub account: Value,
    /// Good for a quarter of an hour; empty where they are not signed in.
    pub access_token: String,
    /// Good for once; empty where they are not signed in.
    pub refresh_token: String,
}

impl Actor {
    /// Somebody who is not signed in at the server on `address`.
    pub fn anonymous(client: Client, address: Rc<Cell<SocketAddr>>) -> Self {
        Self {
            client,
            address,
            prefix: "/api/v1",
            headers: Vec::new(),
            account: Value::Null,
            access_token: String::new(),
            refresh_token: String::new(),
        }
    }

    /// The same person with the tokens in `answer`, and with its account where it holds one.
    pub fn signed_in(&self, answer: &Value) -> Self {
        Self {
            account: answer.get("user").unwrap_or(&self.account).clone(),
            access_token: text(&answer["access_token"]),
            refresh_token: text(&answer["refresh_token"]),
            ..self.clone()
        }
    }

    /// The same person with fresh tokens, once the access token has expired.
    pub async fn renewed(&self) -> Self {
        let answer = self.post("/auth/refresh", &json!({"refresh_token": self.refresh_token})).await;
        self.signed_in(&answer.expect(200))
    }

    /// The same person, who sends one more header.
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut actor = self.clone();
        actor.headers.push((name, value.into()));
        actor
    }

    /// The same person, whose paths start at the root.
    pub fn at_root(&self) -> Self {
        Self { prefix: "", ..self.clone() }
    }

    /// The id of their account.
    pub fn id(&self) -> String {
        text(&self.account["id"])
    }

    /// A request that is still to be sent.
    pub fn request(&self, method: Method, path: &str) -> ClientRequest {
        let url = format!("http://{}{}{path}", self.address.get(), self.prefix);
        let mut request = self.client.request(method, url);
        if !self.access_token.is_empty() {
            request = request.bearer_auth(&self.access_token);
        }
        for header in &self.headers {
            request = request.insert_header((header.0, header.1.as_str()));
        }
        request
    }

    /// A WebSocket that is still to be opened, which says nothing of who they are.
    pub fn socket(&self) -> WebsocketsRequest {
        let socket = self.client.ws(format!("ws://{}/api/v1/ws", self.address.get())).max_frame_size(1 << 20);
        self.headers.iter().fold(socket, |socket, (name, value)| socket.header(*name, value.as_str()))
    }

    /// Where the server is.
    pub fn address(&self) -> SocketAddr {
        self.address.get()
    }

    async fn ask(&self, method: Method, path: &str) -> Answer {
        Answer::read(self.request(method, path).send().await.unwrap()).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        Answer::read(self.request(method, path).send_json(body).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    pub async fn head(&self, path: &str) -> Answer {
        self.ask(Method::HEAD, path).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// A `POST` with a body that may be anything, as JSON.
    pub async fn post_raw(&self, path: &str, body: impl Into<String>) -> Answer {
        let request = self.request(Method::POST, path).content_type("application/json");
        Answer::read(request.send_body(body.into()).await.unwrap()).await
    }

    /// A `POST` without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.ask(Method::POST, path).await
    }

    pub async fn put(&self, path: &str) -> Answer {
        self.ask(Method::PUT, path).await
    }

    /// A `PUT` with a body.
    pub async fn put_json(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path).await
    }

    /// A `DELETE` with a body.
    pub async fn delete_json(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::DELETE, path, body).await
    }

    /// Writes a post in the category `general`, and gives its id.
    pub async fn publish(&self, title: &str) -> String {
        self.publish_as(&json!({"title": title, "categories": ["general"]})).await
    }

    /// Writes a post, and gives its id.
    pub async fn publish_as(&self, post: &Value) -> String {
        text(&self.post("/posts", post).await.expect(201)["id"])
    }

    /// Uploads `file` as a picture.
    pub async fn upload(&self, file: &[u8]) -> Answer {
        self.post_form(&[part("file", file)].concat()).await
    }

    /// As [`Actor::upload`], where the file is said to be called `name` and to be of a `kind`.
    pub async fn upload_as(&self, file: &[u8], name: &str, kind: &str) -> Answer {
        self.post_form(&named_part("file", (name, kind), file)).await
    }

    /// A `POST` of a form with these parts to where pictures are uploaded.
    pub async fn post_form(&self, parts: &[u8]) -> Answer {
        let request = self.request(Method::POST, "/media");
        let request = request.content_type(format!("multipart/form-data; boundary={BOUNDARY}"));
        let body = [parts, format!("--{BOUNDARY}--\r\n").as_bytes()].concat();
        Answer::read(request.send_body(body).await.unwrap()).await
    }

    /// Uploads a small picture like no other, and gives its id.
    pub async fn picture(&self) -> String {
        text(&self.upload(&crate::media::any_photo()).await.expect(201)["id"])
    }

    /// Writes a comment below `post`, and gives its id.
    pub async fn comment(&self, post: &str, words: &str) -> String {
        text(&self.post(&format!("/posts/{post}/comments"), &json!({"text": words})).await.expect(201)["id"])
    }

    /// Answers the comment `parent` below `post`, and gives the answer's id.
    pub async fn reply(&self, post: &str, parent: &str, words: &str) -> String {
        let comment = json!({"text": words, "parent": parent});
        text(&self.post(&format!("/posts/{post}/comments"), &comment).await.expect(201)["id"])
    }

    /// A post as they see it.
    pub async fn post_of(&self, id: &str) -> Value {
        self.get(&format!("/posts/{id}")).await.expect(200)
    }

    /// Every item of a list, page by page. `path` has a query already.
    pub async fn walk(&self, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}&cursor={cursor}")).await.expect(200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match &page["next_cursor"] {
                Value::Null => return items,
                next => cursor = text(next),
            }
            assert!(items.len() < 10_000, "{path} does not end");
        }
    }
}

/// What parts the parts of a form.
const BOUNDARY: &str = "zweig7f3a";

/// A part of a form that is called `name`, and says nothing of what it holds.
pub fn part(name: &str, content: &[u8]) -> Vec<u8> {
    named_part(name, ("x.bin", "application/octet-stream"), content)
}

/// A part of a form that is called `name` and holds a file with a name and a kind.
fn named_part(name: &str, (file, kind): (&str, &str), content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
         Content-Type: {kind}\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n"].concat()
}

/// A string in an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

/// One field of each item, in order.
pub fn each(items: &[Value], field: &str) -> Vec<String> {
    items.iter().map(|item| text(&item[field])).collect()
}
