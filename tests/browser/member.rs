//! People who are there already when a scene begins: what is not the scene's subject is made without a browser.

use hearth::id::{hex, random_bytes};
use serde_json::{Value, json};

use crate::client::{Request, Server};
use crate::house::House;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody with an account, signed in without a browser.
pub struct Member {
    pub email: String,
    pub account: Value,
    token: String,
}

impl Member {
    /// Makes somebody an account; the first one is the admin.
    pub fn register(server: &Server, name: &str, handle: &str) -> Self {
        let email = format!("{handle}@example.org");
        let details = json!({"name": name, "handle": handle, "email": email, "password": PASSWORD});
        let answer = server.ask(&Request::new("POST", "/api/v1/auth/register").json(details)).expect(201);
        Self { email, account: answer["user"].clone(), token: text(&answer["access_token"]) }
    }

    /// The id of the account.
    pub fn id(&self) -> String {
        text(&self.account["id"])
    }

    /// The answer to a request below `/api/v1`, which must succeed.
    pub fn asks(&self, house: &House, method: &'static str, path: &str, body: Value) -> Value {
        let request = Request::new(method, format!("/api/v1{path}")).by(&self.token).json(body);
        let answer = house.server.ask(&request);
        assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// Writes a post in the category `general`. Gives its id.
    pub fn posts(&self, house: &House, title: &str, body: &str) -> String {
        let post = json!({"title": title, "body": body, "categories": ["general"]});
        text(&self.asks(house, "POST", "/posts", post)["id"])
    }

    /// Comments on a post. Gives the comment's id.
    pub fn comments(&self, house: &House, post: &str, words: &str) -> String {
        text(&self.asks(house, "POST", &format!("/posts/{post}/comments"), json!({"text": words}))["id"])
    }

    /// Begins to talk with `others`, in a group where there is a name. Gives the conversation's id.
    pub fn talks_with(&self, house: &House, others: &[&Self], name: Option<&str>) -> String {
        let members: Vec<_> = others.iter().map(|member| member.id()).collect();
        text(&self.asks(house, "POST", "/conversations", json!({"members": members, "name": name}))["id"])
    }

    /// Says something in a conversation.
    pub fn says(&self, house: &House, conversation: &str, words: &str) {
        let client_id = hex(&random_bytes::<16>());
        let message = json!({"client_id": client_id, "text": words});
        self.asks(house, "POST", &format!("/conversations/{conversation}/messages"), message);
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
