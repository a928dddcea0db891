//! A house to visit: the real server, and browsers that come to it.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use futures::FutureExt;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::client::Server;
use crate::driver::Driver;
use crate::line::Line;
use crate::member::Member;
use crate::visitor::Visitor;

/// A server and who is there.
pub struct House {
    pub server: Server,
    driver: Driver,
    browsers: RefCell<Vec<Rc<Browser>>>,
    folder: TempDir,
    /// Given back last.
    _ground: Ground,
}

/// Room for a house. There is as much as `.config/nextest.toml` gives: under nextest each test is a process of its own,
/// and `cargo test` runs all of them in one.
struct Ground;

/// How many more houses may be built.
static FREE: Mutex<usize> = Mutex::new(2);
static FREED: Condvar = Condvar::new();

impl Ground {
    /// Waits until there is some.
    fn take() -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        *FREED.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner) -= 1;
        Self
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        *FREE.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        FREED.notify_one();
    }
}

/// Plays a scene in an empty house, and then looks whether all went well in every browser that was opened.
pub fn play(scene: impl AsyncFnOnce(&mut House)) {
    play_with(&[], scene);
}

/// As [`play`], in a house with the demo's people and posts.
pub fn play_with_demo(scene: impl AsyncFnOnce(&mut House)) {
    play_with(&["--demo"], scene);
}

fn play_with(settings: &[&str], scene: impl AsyncFnOnce(&mut House)) {
    let mut house = House::open(settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let played = AssertUnwindSafe(scene(&mut house)).catch_unwind().await;
        house.close(played).await;
    });
}

impl House {
    fn open(settings: &[&str]) -> Self {
        let ground = Ground::take();
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path(), settings);
        Self { server, driver: Driver::start(), browsers: RefCell::default(), folder, _ground: ground }
    }

    /// Somebody with a browser that is as empty as a new one, and that shows nothing yet.
    pub async fn visitor(&self, name: &str) -> Visitor {
        self.visitor_at(name, &self.server.address.to_string()).await
    }

    /// As [`House::visitor`], who comes by a name over plain HTTP, as on a network at home: browsers trust that less.
    pub async fn visitor_by_name(&self, name: &str) -> Visitor {
        self.visitor_at(name, &format!("hearth.test:{}", self.server.address.port())).await
    }

    /// As [`House::visitor`], with a line to the server that can be cut.
    pub async fn visitor_on_a_line(&self, name: &str) -> (Visitor, Line) {
        let line = Line::to(self.server.address).await;
        (self.visitor_at(name, &line.address.to_string()).await, line)
    }

    async fn visitor_at(&self, name: &str, place: &str) -> Visitor {
        let home = format!("http://{place}");
        let browser = Rc::new(Browser::new(name, &home, self.driver.session().await).await);
        self.browsers.borrow_mut().push(browser.clone());
        Visitor::new(browser)
    }

    /// Somebody with an account. The first one is the admin.
    pub fn member(&self, name: &str) -> Member {
        Member::register(&self.server, name, &name.to_lowercase().replace(' ', "_"))
    }

    /// Somebody with an account and a browser in which they are signed in.
    pub async fn member_visitor(&self, name: &str) -> (Member, Visitor) {
        let member = self.member(name);
        let visitor = self.visitor(name).await;
        visitor.logs_in(&member).await;
        (member, visitor)
    }

    /// A folder of this house, which goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends the server in the middle of whatever it does.
    pub fn is_killed(&mut self) {
        self.server.kill();
    }

    /// Starts a server again where the last one was.
    pub fn is_opened_again(&mut self) {
        let address = self.server.address.to_string();
        self.server = Server::start_at(&address, self.folder.path(), &[]);
    }

    /// Sends everybody home. Fails where the scene did, or where a browser saw what it should not.
    async fn close(self, played: Result<(), Box<dyn Any + Send>>) {
        let (browsers, mut faults) = (self.browsers.take(), Vec::new());
        for browser in &browsers {
            let seen = browser.faults().await.into_iter();
            faults.extend(seen.map(|fault| format!("{}'s browser: {fault}", browser.owner)));
        }
        for browser in browsers {
            if played.is_err() || !faults.is_empty() {
                let kept = browser.keep(&pictures(), &test()).await;
                println!("what {} saw is in {kept}.png and .html", browser.owner);
            }
            // Where it cannot say goodbye, it ends with chromedriver.
            let _ = browser.driver.clone().quit().await;
        }
        if let Err(failure) = played {
            println!("{}", faults.join("\n"));
            println!("the server's log:\n{}", self.server.log());
            resume_unwind(failure);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Where browsers keep what they saw in a test that failed: `target/browser`.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser")
}

/// The running test, as a file's name.
fn test() -> String {
    thread::current().name().unwrap_or("test").replace("::", "-")
}
