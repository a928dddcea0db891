//! A folder's life: people write, the process is killed, and everything is looked at when it is back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::chance::Chance;
use crate::client::{Request, Server, hearth};
use crate::layer::Layer;
use crate::witness::{Account, SeenPost, Witness};
use crate::world::{Kept, Person, Wish, World};
use crate::writer::{Kill, Writer};

/// How many write at the same time.
const PEOPLE: usize = 8;

/// At most so many answers come between a start and the kill.
const MOST_ANSWERS: usize = 400;

/// Tokens are renewed when they are this old: well before the quarter of an hour that they are good for.
const RENEWED: Duration = Duration::from_secs(300);

const PASSWORD: &str = "correct horse battery staple";

/// Everybody who writes.
#[derive(Clone)]
pub struct People {
    accounts: Vec<Account>,
    signed_in: Instant,
}

pub struct Story {
    folder: TempDir,
    args: Vec<&'static str>,
    chance: Chance,
    pub people: People,
    categories: Vec<String>,
    room: String,
    pub world: World,
    /// What each was waiting for when the process was killed.
    pub in_doubt: Vec<(Person, Wish)>,
    /// Whether there is a reason to rebuild sled's folder.
    pub may_rebuild: bool,
    /// What stands under the server.
    pub layer: Option<Layer>,
}

impl Story {
    /// People register with a new server, which is then killed for the first time.
    pub fn begin(chance: Chance, args: &[&'static str]) -> Self {
        let (story, mut server) = Self::begin_in(tempfile::tempdir().unwrap(), chance, args, None);
        server.kill();
        story
    }

    /// People register with a new server in `folder`, and meet in a room.
    pub fn begin_in(folder: TempDir, chance: Chance, args: &[&'static str], layer: Option<Layer>) -> (Self, Server) {
        let mut story = Self {
            args: args.to_vec(),
            chance,
            people: People { accounts: Vec::new(), signed_in: Instant::now() },
            categories: Vec::new(),
            room: String::new(),
            world: World::default(),
            in_doubt: Vec::new(),
            may_rebuild: false,
            layer,
            folder,
        };
        let server = story.start().unwrap_or_else(|(status, log)| panic!("it does not start ({status}): {log}"));
        let mut witness = Witness::new(server.address);
        for person in 0..PEOPLE {
            let (name, handle) = (format!("Person {person}"), format!("person_{person}"));
            let account = json!({"name": name, "handle": handle, "email": email(person), "password": PASSWORD});
            let answer = witness.ask(&Request::new("POST", "/api/v1/auth/register").json(account)).expect(201);
            let [id, token] =
                [&answer["user"]["id"], &answer["access_token"]].map(|text| text.as_str().unwrap().into());
            story.people.accounts.push(Account { id, handle, token });
        }
        let others: Vec<_> = story.people.accounts[1..].iter().map(|account| &account.id).collect();
        let room = Request::new("POST", "/api/v1/conversations").json(json!({"members": others, "name": "Everybody"}));
        let room = witness.ask(&room.by(&story.people.accounts[0].token)).expect(201);
        room["id"].as_str().unwrap().clone_into(&mut story.room);
        let categories = server.ask(&Request::new("GET", "/api/v1/categories")).expect(200);
        let slugs = categories["items"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned());
        story.categories = slugs.collect();
        (story, server)
    }

    /// The same people with another folder, where `world` must be there and `in_doubt` may be.
    pub fn in_folder(
        &self,
        folder: TempDir,
        people: People,
        seed: u64,
        (world, in_doubt): (World, Vec<(Person, Wish)>),
    ) -> Self {
        Self {
            folder,
            args: self.args.clone(),
            chance: Chance::new(seed),
            people,
            categories: self.categories.clone(),
            room: self.room.clone(),
            world,
            in_doubt,
            may_rebuild: true,
            layer: None,
        }
    }

    /// Starts the server on the folder as it is; or how it ended, and what it logged.
    pub fn start(&self) -> Result<Server, (ExitStatus, String)> {
        let mut command = hearth(
            self.folder(),
            &[&["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"], &self.args[..]].concat(),
        );
        if let Some(layer) = &self.layer {
            layer.under(&mut command);
        }
        Server::run(self.folder(), command)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> PathBuf {
        self.folder().join("data/store")
    }

    /// The token of one who writes, and a category to write in.
    pub fn somebody(&self) -> (String, String) {
        (self.people.accounts[0].token.clone(), self.categories[0].clone())
    }

    pub fn delete_sled(&mut self) {
        fs::remove_dir_all(self.store().join("sled")).unwrap();
        self.may_rebuild = true;
    }

    /// Starts the server, looks at everything, lets people write, and kills it.
    pub fn go_on_and_kill(&mut self) {
        let server = self.start_and_look();
        self.write_until_killed(server);
    }

    pub fn kill_while_starting(&mut self) {
        kill_while_starting(self.folder.path(), &self.args, &mut self.chance);
    }

    pub fn check(&self) {
        check(self.folder());
    }

    /// Looks at everything for the last time, before and after an orderly end.
    pub fn end(mut self) {
        self.check();
        let mut server = self.start_and_look();
        server.signal("TERM");
        assert!(server.wait().success(), "{}", server.log());
        let mode = if self.args.contains(&"relaxed") { "relaxed:" } else { "synced:" };
        assert!(server.output().contains(mode), "{}", server.output());
        self.check();
        let server = self.start_and_look();
        drop(server);
        let World { posts, comments, deleted, pictures, kept, .. } = &self.world;
        let (posts, comments, deleted) = (posts.len(), comments.len(), deleted.len());
        let (pictures, kept) = (pictures.len(), kept.len());
        println!("{posts} posts, {comments} comments, {deleted} deleted posts, {pictures} pictures");
        println!("{kept} creations were acknowledged");
    }

    /// Starts the server, and holds what is there against what must be.
    pub fn start_and_look(&mut self) -> Server {
        let [sled, checkpoint] = ["sled", "checkpoint"].map(|name| self.store().join(name).exists());
        let server = self.start().unwrap_or_else(|(status, log)| panic!("it does not start ({status}): {log}"));
        let is_rebuilt = server.log().contains("sled's folder is rebuilt, because");
        // Where sled was deleted once, the rebuilding may have been killed and begun anew.
        assert!(is_rebuilt || sled || !checkpoint, "that sled is rebuilt should be said: {}", server.log());
        assert!(!is_rebuilt || self.may_rebuild, "no kill is a reason to rebuild sled: {}", server.log());
        self.look(&server);
        server
    }

    /// Holds what is there against what must be.
    pub fn look(&mut self, server: &Server) {
        let mut witness = Witness::new(server.address);
        self.renew_tokens(&mut witness);
        let posts = witness.posts();
        for (person, wish) in std::mem::take(&mut self.in_doubt) {
            self.settle(&mut witness, &posts, person, &wish);
        }
        self.repeat_creations(&mut witness);
        witness.compare(&self.world, &self.people.accounts, &self.room);
    }

    /// Leaves the folder where it is, for whoever wants to know what went wrong.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    fn renew_tokens(&mut self, witness: &mut Witness) {
        if self.people.signed_in.elapsed() < RENEWED {
            return;
        }
        for (person, account) in self.people.accounts.iter_mut().enumerate() {
            let log_in = json!({"email": email(person), "password": PASSWORD});
            let answer = witness.ask(&Request::new("POST", "/api/v1/auth/login").json(log_in)).expect(200);
            answer["access_token"].as_str().unwrap().clone_into(&mut account.token);
        }
        self.people.signed_in = Instant::now();
    }

    /// Finds out what became of a request without an answer: all of it, or nothing.
    fn settle(&mut self, witness: &mut Witness, posts: &BTreeMap<String, SeenPost>, person: Person, wish: &Wish) {
        let token = self.people.accounts[person].token.clone();
        match wish {
            Wish::NewPost { title, body, .. } => {
                let found = posts.iter().find(|(_, post)| post.title == *title);
                assert!(found.is_none_or(|(_, post)| post.body == *body), "{title} is half there");
                self.repeat(witness, person, wish, found.map(|(id, _)| id.clone()));
            }
            Wish::NewComment { post, text, .. } => {
                if self.world.posts.contains_key(post) && !self.is_gone(witness, post) {
                    let found = witness.thread(post).into_iter().find(|(_, comment)| comment.text == *text);
                    self.repeat(witness, person, wish, found.map(|(id, _)| id));
                }
            }
            Wish::EditPost { post, title, body } => {
                let seen = witness.get(&format!("/api/v1/posts/{post}"));
                if seen["title"] == *title {
                    assert!(seen["body"] == *body, "the edit of {post} is half there");
                    self.world.edited(post, title.clone(), body.clone());
                }
            }
            Wish::Like { post, .. } => {
                if self.world.posts.contains_key(post) && !self.is_gone(witness, post) {
                    let seen =
                        witness.ask(&Request::new("GET", format!("/api/v1/posts/{post}")).by(&token)).expect(200);
                    self.world.liked(person, post, seen["viewer"]["liked"].as_bool().unwrap());
                }
            }
            Wish::DeletePost { post } => {
                self.is_gone(witness, post);
            }
            Wish::DeleteComment { comment, post } => {
                if self.world.posts.contains_key(post)
                    && !self.is_gone(witness, post)
                    && !witness.thread(post).contains_key(comment)
                {
                    self.world.comments.remove(comment);
                }
            }
            Wish::Say { room, client_id, .. } => {
                let said = witness.said(room, &self.people.accounts);
                let found = said.iter().find(|(_, said)| said.client_id == *client_id).map(|(seq, _)| *seq);
                let answer = witness.ask(&wish.request().by(&token));
                self.world.answered(person, wish, &answer);
                assert!(found.is_none_or(|seq| answer.json()["seq"] == seq), "{wish:?} was done twice");
            }
            // No list shows it before it is used. Where its record is there, the answer names that, and its files are
            // looked for as those of all others are.
            Wish::Upload { .. } => {
                let answer = witness.ask(&wish.request().by(&token));
                self.world.answered(person, wish, &answer);
            }
        }
    }

    /// Whether the post is gone, if its owner was about to delete it. Takes note of that.
    fn is_gone(&mut self, witness: &mut Witness, post: &str) -> bool {
        if !self.world.posts.get(post).is_some_and(|post| post.leaving) {
            return !self.world.posts.contains_key(post);
        }
        let answer = witness.ask(&Request::new("GET", format!("/api/v1/posts/{post}")));
        if answer.status == 404 {
            self.world.gone(post.to_owned());
            return true;
        }
        answer.expect(200);
        self.world.post(post).leaving = false;
        false
    }

    /// Asks again for what may be there already, under the same key: then it is there once.
    fn repeat(&mut self, witness: &mut Witness, person: Person, wish: &Wish, found: Option<String>) {
        let answer = witness.ask(&wish.request().by(&self.people.accounts[person].token));
        let replayed = answer.header("idempotency-replayed").is_some();
        assert_eq!(replayed, found.is_some(), "{wish:?}: {answer:?}");
        self.world.answered(person, wish, &answer);
        assert!(found.is_none_or(|id| answer.json()["id"] == id), "{wish:?} was done twice");
    }

    /// Asks again for creations that were acknowledged, the latest and some others: each gets its first answer.
    fn repeat_creations(&mut self, witness: &mut Witness) {
        let kept = &self.world.kept;
        let latest = kept.iter().rev().take(3 * PEOPLE);
        let others: Vec<_> = (0..PEOPLE).filter_map(|_| self.chance.one(kept)).collect();
        for (person, Kept { creation, body }) in latest.chain(others) {
            let answer = witness.ask(&creation.clone().by(&self.people.accounts[*person].token));
            assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, Some("true")), "{answer:?}");
            assert!(answer.body == *body, "a key has another answer than at first");
        }
    }

    /// Lets everybody write until some number of answers has come, and kills the server then.
    fn write_until_killed(&mut self, server: Server) {
        // Every other time whoever gets the answer kills at once: what was still to be done then is not done.
        let pause = if self.chance.percent(50) { 0 } else { self.chance.next() % 3000 };
        let kill = Kill::new(server, 1 + self.chance.below(MOST_ANSWERS), Duration::from_micros(pause));
        self.write_until(&kill);
    }

    /// Lets everybody write until the server has ended.
    pub fn write_until(&mut self, kill: &Kill) {
        let address = kill.address();
        let world = Mutex::new(std::mem::take(&mut self.world));
        let in_doubt = thread::scope(|scope| {
            let mut writers = Vec::new();
            for (person, account) in self.people.accounts.iter().enumerate() {
                let (token, categories, room) = (account.token.as_str(), self.categories.as_slice(), &self.room);
                let (world, chance) = (&world, Chance::new(self.chance.next()));
                let writer = Writer { person, token, address, categories, room, world, chance };
                writers.push((person, scope.spawn(move || writer.run(kill))));
            }
            let ended = writers.into_iter().map(|(person, writer)| (person, writer.join()));
            ended
                .map(|(person, wish)| (person, wish.unwrap_or_else(|_| panic!("person {person} went wrong"))))
                .collect::<Vec<_>>()
        });
        assert!(kill.is_done(), "answers stopped coming");
        kill.wait();
        self.world = world.into_inner().unwrap();
        self.in_doubt = in_doubt.into_iter().filter_map(|(person, wish)| Some((person, wish?))).collect();
    }
}

/// Starts the server and kills it before it listens, or soon after: while it replays, rebuilds or tidies up.
pub fn kill_while_starting(folder: &Path, args: &[&str], chance: &mut Chance) {
    let mut command = hearth(folder, &[&["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"], args].concat());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(chance.next() % 100));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// `hearth check` on a folder as a kill left it.
pub fn check(folder: &Path) {
    let checked = hearth(folder, &["check"]).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    let complained = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success() && said.contains(": everything agrees."), "{said}{complained}");
}

fn email(person: Person) -> String {
    format!("person{person}@example.org")
}
