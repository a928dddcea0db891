//! A clock that is set while the server runs, and while it is stopped.

use serde_json::{Value, json};

use crate::client::{Request, Server, hearth};
use crate::layer::Layer;
use crate::story::check;

const HOUR: i64 = 3600;

/// Somebody who writes now and then.
struct Writer {
    access: String,
    refresh: String,
    /// Ids and times of everything written, in order.
    written: Vec<(String, String)>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Writer {
    fn post(&mut self, server: &Server) {
        let body = json!({"title": format!("Post {}", self.written.len()), "categories": ["general"]});
        let post = server.ask(&Request::new("POST", "/api/v1/posts").by(&self.access).json(body)).expect(201);
        self.written.push((text(&post["id"]), text(&post["created_at"])));
    }

    fn status(&self, server: &Server) -> u16 {
        server.ask(&Request::new("GET", "/api/v1/me").by(&self.access)).status
    }

    fn refresh(&mut self, server: &Server) {
        let request = Request::new("POST", "/api/v1/auth/refresh").json(json!({"refresh_token": self.refresh}));
        let tokens = server.ask(&request).expect(200);
        (self.access, self.refresh) = (text(&tokens["access_token"]), text(&tokens["refresh_token"]));
    }

    /// The feed has everything in the order in which it was written, and the ids say the same.
    fn assert_order(&self, server: &Server) {
        let found = server.ask(&Request::new("GET", "/api/v1/posts?limit=100")).expect(200);
        let mut ids: Vec<_> = found["items"].as_array().unwrap().iter().map(|post| text(&post["id"])).collect();
        ids.reverse();
        assert_eq!(ids, self.written.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
        assert!(self.written.is_sorted_by(|one, next| one.0 < next.0), "{:?}", self.written);
    }
}

pub fn jump() {
    let folder = tempfile::tempdir().unwrap();
    let layer = Layer::new(folder.path());
    let start = || {
        let mut command = hearth(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"]);
        layer.under(&mut command);
        Server::run(folder.path(), command).unwrap_or_else(|(status, log)| panic!("{status}: {log}"))
    };
    let server = start();
    let account = json!({"name": "Ada", "email": "ada@example.org", "password": "correct horse battery staple"});
    let tokens = server.ask(&Request::new("POST", "/api/v1/auth/register").json(account)).expect(201);
    let (access, refresh) = (text(&tokens["access_token"]), text(&tokens["refresh_token"]));
    let mut ada = Writer { access, refresh, written: Vec::new() };
    ada.post(&server);

    // Back an hour: nothing is older than what was there before, and everybody stays signed in.
    layer.shift_clock(-HOUR);
    ada.post(&server);
    ada.post(&server);
    assert!(server.log().contains("clock was set back by 36"), "{}", server.log());

    // Forward a day: the access token is over, the session is not.
    layer.shift_clock(24 * HOUR);
    assert_eq!(ada.status(&server), 401);
    ada.refresh(&server);
    ada.post(&server);

    // And back again.
    layer.shift_clock(0);
    ada.post(&server);
    assert!(ada.written.is_sorted_by(|one, next| one.1 <= next.1), "{:?}", ada.written);
    ada.assert_order(&server);
    server.ask(&Request::new("GET", "/readyz")).expect(200);
    drop(server);

    // Started again an hour back, it cannot know what time it was; but what was there, and who.
    layer.shift_clock(-HOUR);
    let server = start();
    assert_eq!(ada.status(&server), 401, "a token from the future would be good for a day and an hour more");
    ada.refresh(&server);
    ada.post(&server);
    ada.assert_order(&server);
    assert!(!server.log().contains("panicked"), "{}", server.log());
    drop(server);
    check(folder.path());
}
