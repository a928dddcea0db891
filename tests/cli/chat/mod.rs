//! Two people chat while the server is killed and started again at the same address: nothing is lost or doubled. The
//! client in the README does so, and one in Rust.

mod readme;
mod talker;

use std::net::SocketAddr;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{register, wait_for};
use crate::client::{Connection, Request, Server};

/// Messages that each of the two sends.
const MESSAGES: usize = 300;

/// How often the server is killed meanwhile.
const KILLS: usize = 4;

/// A server with two people who have a conversation.
struct Talk {
    folder: TempDir,
    server: Server,
    address: SocketAddr,
    tokens: [String; 2],
    id: String,
}

impl Talk {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path(), &[]);
        let tokens = ["ana", "ben"].map(|handle| register(&server, handle));
        let ben = server.ask(&Request::new("GET", "/api/v1/users/ben")).expect(200);
        let conversation = json!({"members": [ben["id"]]});
        let request = Request::new("POST", "/api/v1/conversations").by(&tokens[0]).json(conversation);
        let id = server.ask(&request).expect(201)["id"].as_str().unwrap().to_owned();
        Self { folder, address: server.address, server, tokens, id }
    }

    /// Kills the server whenever a further share of the messages is answered, and starts it again.
    fn kill_and_restart(&mut self, mut answered: impl FnMut(usize)) {
        for kill in 1..=KILLS {
            answered(kill * 2 * MESSAGES / (KILLS + 1));
            self.server.kill();
            self.server = Server::start_at(&self.address.to_string(), self.folder.path(), &[]);
        }
    }

    /// The whole log.
    fn log(&self) -> Vec<Value> {
        let mut connection = Connection::open(self.address).unwrap();
        let (mut log, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/conversations/{}/events?limit=100{cursor}", self.id);
            let page = connection.send(&Request::new("GET", path).by(&self.tokens[0])).unwrap().expect(200);
            log.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { return log };
            cursor = format!("&cursor={next}");
        }
    }

    /// Whether the log has what each of the two was told: `seq`, `message_id` and `text`; and nothing else.
    fn check(&self, told: &[Vec<Value>; 2]) -> Vec<Value> {
        let log = self.log();
        assert_eq!(log.len(), 2 * MESSAGES, "every message is there once");
        assert!(log.iter().zip(1..).all(|(event, seq)| event["seq"] == seq));
        for told in told {
            assert_eq!(told.len(), MESSAGES);
            for one in told {
                let place = usize::try_from(one["seq"].as_u64().unwrap() - 1).unwrap();
                let event = &log[place];
                assert_eq!((&event["id"], &event["text"]), (&one["message_id"], &one["text"]));
            }
        }
        log
    }
}

#[test]
fn two_clients_lose_and_double_nothing_while_the_server_is_killed() {
    let mut talk = Talk::begin();
    let [ana, ben] = ["ana", "ben"].map(|name| (name, talker::Told::default()));
    thread::scope(|scope| {
        let (address, id) = (talk.address, talk.id.clone());
        let talkers = [(&ana, talk.tokens[0].clone()), (&ben, talk.tokens[1].clone())];
        let talkers = talkers.map(|((name, told), token)| {
            let id = id.clone();
            scope.spawn(move || talker::Talker::new(address, token, id).talk(name, told))
        });
        let is_over = || talkers.iter().any(|talker| talker.is_finished());
        talk.kill_and_restart(|enough| {
            wait_for(|| (ana.1.count() + ben.1.count() >= enough || is_over()).then_some(()));
        });
        let views = talkers.map(|talker| talker.join().unwrap());
        let log = talk.check(&[ana.1.take(), ben.1.take()]);
        for view in views {
            assert!(view == log, "each event once, and in order");
        }
    });
}
