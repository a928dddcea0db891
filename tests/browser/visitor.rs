//! The people of these tests. Each does what somebody does who hears the page: they know what a thing is and what it is
//! called, not how it is made.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;
use thirtyfour::error::{WebDriverResult, no_such_element};
use thirtyfour::{By, Key, WebElement};

use crate::accessible::{self, PRESSABLE, Thing, WRITABLE};
use crate::browser::Browser;
use crate::line::Line;
use crate::member::{Member, PASSWORD};

/// A guard against waiting forever; nothing is decided by it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often somebody looks again.
const GLANCE: Duration = Duration::from_millis(25);

/// So many glances in a row must find nothing on its way: what has come may be about to ask for more.
const QUIET_GLANCES: usize = 8;

/// Somebody with a browser, who looks at all of its page or at one place on it.
#[derive(Clone)]
pub struct Visitor {
    pub browser: Rc<Browser>,
    /// Where they look: each a role and a name, from the outside in.
    place: Vec<(&'static str, String)>,
}

impl Visitor {
    pub fn new(browser: Rc<Browser>) -> Self {
        Self { browser, place: Vec::new() }
    }

    /// The same person, looking only at what has this role and name.
    pub fn within(&self, role: &'static str, name: &str) -> Self {
        let mut visitor = self.clone();
        visitor.place.push((role, name.to_owned()));
        visitor
    }

    /// Enters an address of this house.
    pub async fn opens(&self, path: &str) {
        let url = format!("{}{path}", self.browser.home);
        self.browser.driver.goto(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Opens the feed, and waits until the app has it: what the document alone shows does nothing yet.
    pub async fn opens_the_feed(&self) {
        self.opens("/").await;
        self.finds("navigation", "Order").await;
    }

    /// Makes an account, with the first name as the address, and is at the feed then.
    pub async fn registers(&self, name: &str) {
        self.opens("/join").await;
        let form = self.within("main", "…");
        form.fills("Name", name).await;
        let first = name.split(' ').next().unwrap_or_default().to_lowercase();
        form.fills("E-mail address", &format!("{first}@example.org")).await;
        form.fills("Password", PASSWORD).await;
        form.presses("Join").await;
        self.finds("button", "Account").await;
        self.finds("navigation", "Order").await;
    }

    /// Signs out, and is at the feed then.
    pub async fn logs_out(&self) {
        self.presses("Account").await;
        self.presses("Log out").await;
        self.sees("You are signed out.").await;
        self.finds_no("button", "Account").await;
    }

    /// Signs in as `member`, and is at the feed then.
    pub async fn logs_in(&self, member: &Member) {
        self.logs_in_with(&member.email, PASSWORD).await;
    }

    /// Signs in, and is at the feed then.
    pub async fn logs_in_with(&self, email: &str, password: &str) {
        self.opens("/login").await;
        let form = self.within("main", "…");
        form.fills("E-mail address", email).await;
        form.fills("Password", password).await;
        form.presses("Log in").await;
        self.finds("button", "Account").await;
        self.finds("navigation", "Order").await;
    }

    /// Presses a button, a link, or whatever else is called so and can be pressed.
    pub async fn presses(&self, name: &str) {
        let what = format!("something to press called {name:?}");
        self.with_element(PRESSABLE, name, &what, async |element| {
            let Err(error) = element.click().await else { return Ok(()) };
            if element.tag_name().await? == "input" {
                // Of some boxes only the label is drawn; the keyboard reaches the box all the same.
                return element.send_keys(" ").await;
            }
            // It may lie below the bar at the top.
            element.scroll_into_view().await?;
            Err(error)
        })
        .await;
    }

    /// Writes into a field in place of what is there.
    pub async fn fills(&self, label: &str, text: &str) {
        let what = format!("a field called {label:?}");
        self.with_element(WRITABLE, label, &what, async |element| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// Presses keys, where the focus is.
    pub async fn types(&self, keys: &str) {
        let typed = self.browser.driver.action_chain().send_keys(keys).perform().await;
        typed.unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    }

    /// Presses a key while holding Control.
    pub async fn types_with_control(&self, key: &str) {
        let keyboard = self.browser.driver.action_chain();
        let chain = keyboard.key_down(Key::Control).send_keys(key).key_up(Key::Control);
        chain.perform().await.unwrap_or_else(|error| panic!("Control and {key:?}: {error}"));
    }

    /// Gives a file to the place's file chooser, which is a field that assistive technology does not show.
    pub async fn attaches(&self, file: &Path) {
        let path = file.display().to_string();
        let give = async || self.browser.driver.find(By::Css("input[type=file]")).await?.send_keys(&path).await;
        self.until("there is no place for files", async || give().await.ok()).await;
    }

    /// Carries the laptop out of reach of every network.
    pub async fn loses_the_network(&self, line: &Line) {
        self.browser.has_network(false).await;
        line.is_cut();
    }

    /// Carries it back.
    pub async fn has_the_network_again(&self, line: &Line) {
        line.is_mended();
        self.browser.has_network(true).await;
    }

    /// Waits until something with this role and name is there.
    pub async fn finds(&self, role: &str, name: &str) -> Thing {
        let what = format!("{} finds no {role} called {name:?}", self.browser.owner);
        self.until(&what, async || self.things(&[role], name).await.ok()?.into_iter().next()).await
    }

    /// Waits until nothing with this role and name is there.
    pub async fn finds_no(&self, role: &str, name: &str) {
        let what = format!("{} still finds a {role} called {name:?}", self.browser.owner);
        self.until(&what, async || self.things(&[role], name).await.ok()?.is_empty().then_some(())).await;
    }

    /// Waits until the focus is on something with this role and name.
    pub async fn is_on(&self, role: &str, name: &str) {
        let what = format!("{}'s focus is not on a {role} called {name:?}", self.browser.owner);
        let look = async || self.things(&[role], name).await.ok()?.iter().any(Thing::has_focus).then_some(());
        self.until(&what, look).await;
    }

    /// Waits until the window's title is `title`.
    pub async fn has_title(&self, title: &str) {
        let what = format!("the title of {}'s window is not {title:?}", self.browser.owner);
        self.until(&what, async || (self.browser.driver.title().await.ok()? == title).then_some(())).await;
    }

    /// Waits until the page is called `title`, however many messages wait to be read.
    pub async fn is_at(&self, title: &str) {
        let what = format!("{} is not at {title:?}", self.browser.owner);
        let end = format!("{title} · Hearth");
        let is_there = |now: &str| now == end || now.starts_with('(') && now.ends_with(&format!(") {end}"));
        self.until(&what, async || is_there(&self.browser.driver.title().await.ok()?).then_some(())).await;
    }

    /// Waits until this text is to be read.
    pub async fn sees(&self, text: &str) {
        let what = format!("{} does not see {text:?}", self.browser.owner);
        self.until(&what, async || self.reads().await.ok()?.contains(text).then_some(())).await;
    }

    /// Waits until this text is not to be read any more.
    pub async fn sees_no(&self, text: &str) {
        let what = format!("{} still sees {text:?}", self.browser.owner);
        self.until(&what, async || (!self.reads().await.ok()?.contains(text)).then_some(())).await;
    }

    /// Waits until every request of the page is answered, and no other follows.
    pub async fn is_quiet(&self) {
        let (mut asked, mut glances) = (0, 0);
        let quiet = async || {
            let record = self.browser.record().await;
            let before = std::mem::replace(&mut asked, record.ids("Network.requestWillBeSent").len());
            glances = if record.open_requests() == 0 && asked == before { glances + 1 } else { 0 };
            (glances == QUIET_GLANCES).then_some(())
        };
        self.until("requests go on", quiet).await;
    }

    /// Waits until all is there that is still to come: nothing only stands for it any more.
    pub async fn is_loaded(&self) {
        let loaded = "return !document.querySelector('[aria-busy=true], .skeleton')";
        self.until("something is still to come", async || self.browser.run(loaded, &[]).await.as_bool()?.then_some(()))
            .await;
    }

    /// Waits until nothing moves or changes its colour on the page any more, but for what does so for ever.
    pub async fn is_still(&self) {
        let still = "return document.getAnimations().every((one) =>
            one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)";
        self.until("things move", async || self.browser.run(still, &[]).await.as_bool()?.then_some(())).await;
    }

    /// Waits until `look` gives something; fails with `what`, and with what is on the page instead.
    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(started.elapsed() < PATIENCE, "{what}, but:\n{}", self.reads().await.unwrap_or_default());
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// The text of the place.
    pub async fn reads(&self) -> WebDriverResult<String> {
        let place = self.object().await?;
        let text = "function () { return (this.body ?? this).innerText; }";
        let text: Value = self.browser.call(&place, text).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// What is there with one of these roles and this name.
    pub async fn things(&self, roles: &[&str], name: &str) -> WebDriverResult<Vec<Thing>> {
        accessible::things(&self.browser, &self.object().await?, roles, name).await
    }

    /// The place as a remote object.
    async fn object(&self) -> WebDriverResult<String> {
        let mut object = accessible::page(&self.browser).await?;
        for (role, name) in &self.place {
            let inside = accessible::things(&self.browser, &object, &[role], name).await?;
            let no_such = || no_such_element(format!("no {role} called {name:?}"));
            object = inside.first().ok_or_else(no_such)?.object(&self.browser).await?;
        }
        Ok(object)
    }

    /// Does something with the first thing that has one of these roles and this name, once that is possible.
    async fn with_element(
        &self,
        roles: &[&str],
        name: &str,
        what: &str,
        act: impl AsyncFn(&WebElement) -> WebDriverResult<()>,
    ) {
        let attempt = async || {
            let thing = self.things(roles, name).await?.into_iter().next();
            let object =
                thing.ok_or_else(|| no_such_element("there is none".to_owned()))?.object(&self.browser).await?;
            act(&self.browser.element(&object).await?).await
        };
        let started = Instant::now();
        while let Err(error) = attempt().await {
            let page = async || self.reads().await.unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "{} needs {what}: {error}\n{}", self.browser.owner, page().await);
            tokio::time::sleep(GLANCE).await;
        }
    }
}
