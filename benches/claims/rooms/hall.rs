//! A Hearth with groups of as many members as are asked for, each with a session.

use std::net::SocketAddr;

use actix_web::rt;
use actix_web::web::Data;
use hearth::accounts::{Account, AccountId, Role};
use hearth::app::App;
use hearth::chat::{self, NewConversation};
use hearth::config::{Config, Switch};
use hearth::http::server;
use hearth::sessions::Device;
use hearth::store::StoreError;
use tempfile::TempDir;

/// People with their access tokens, and the groups that they are in.
pub struct Hall {
    pub app: Data<App>,
    pub members: Vec<(AccountId, String)>,
    /// The groups' ids.
    pub groups: Vec<String>,
    pub dir: TempDir,
}

impl Hall {
    /// So many members of one group. Opening and filling a store blocks.
    pub fn new(members: usize) -> Self {
        Self::with_groups(members, 1, members)
    }

    /// So many members, of whom the first are in `groups` groups of `size` each.
    pub fn with_groups(members: usize, groups: usize, size: usize) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::new(dir.path());
        config.rate_limit = Switch::Off;
        let app = Data::new(App::open(&config).expect("an application"));
        let members: Vec<_> = (0..members).map(|number| member(&app, number)).collect();
        let groups = members.chunks(size).take(groups).map(|some| group(&app, some)).collect();
        Self { app, members, groups, dir }
    }

    /// Serves it with so many workers.
    pub fn serve(&self, workers: usize) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        rt::spawn(server::start(self.app.clone(), listener, workers).expect("a server"));
        address
    }

    /// The first frame of the socket `number`; sockets are dealt out to the members in turn.
    pub fn hello(&self, number: usize) -> String {
        hello(&self.members[number % self.members.len()].1)
    }
}

/// A group of `members`, the first of whom is its owner; its id.
fn group(app: &App, members: &[(AccountId, String)]) -> String {
    let others = members[1..].iter().map(|(id, _)| *id).collect();
    let new = NewConversation { members: others, name: Some("Hall".into()) };
    let opened = rt::System::new().block_on(chat::open(app, members[0].0, new, None)).expect("a group");
    let group: serde_json::Value = serde_json::from_str(&opened.given.json).expect("JSON");
    group["id"].as_str().expect("an id").to_owned()
}

/// The first frame of a socket.
pub fn hello(token: &str) -> String {
    format!(r#"{{"id":"hello","op":"hello","token":"{token}"}}"#)
}

/// An account without a password, and the token of a session of it.
fn member(app: &App, number: usize) -> (AccountId, String) {
    let now = app.clock.now();
    let account = Account {
        id: app.ids.next(now),
        email: format!("member{number}@example.org"),
        email_verified: false,
        handle: format!("member{number}"),
        name: format!("Member {number}"),
        bio: String::new(),
        role: Role::Member,
        password: String::new(),
        created_at: now,
        deleted: false,
        avatar: None,
    };
    let id = account.id;
    let device = Device { name: "bench".into(), address: String::new() };
    let session = app.tokens.begin(app.ids.next(now), id, device, now);
    let tokens = app.tokens.issue(&session, now).expect("tokens");
    let record = session.record;
    let written = app.store.write_blocking(move |tx| {
        tx.put(&account)?;
        tx.put(&record)?;
        Ok::<_, StoreError>(())
    });
    written.expect("a write");
    (id, tokens.access_token)
}
