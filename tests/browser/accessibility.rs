//! Every page against the rules of accessibility: light and dark, on a desk and in a hand.

use serde_json::{Value, json};
use thirtyfour::Key;

use crate::axe::{self, Rules};
use crate::browser::Size;
use crate::house::{House, play, play_with_demo};
use crate::visitor::Visitor;

/// What the pages break.
#[derive(Default)]
struct Audit(Vec<String>);

impl Audit {
    /// Holds what is shown now against the rules, in each of its looks.
    async fn looks_at(&mut self, what: &str, visitor: &Visitor) {
        visitor.is_loaded().await;
        visitor.is_quiet().await;
        for size in [Size::Desktop, Size::Phone] {
            visitor.browser.is_seen_on(size).await;
            for (scheme, rules) in [("light", Rules::All), ("dark", Rules::Colours)] {
                visitor.browser.prefers(scheme).await;
                visitor.is_still().await;
                let broken = axe::violations(&visitor.browser, rules).await;
                self.0.extend(broken.into_iter().map(|rule| format!("{what}, {scheme}, {size:?}: {rule}")));
            }
        }
        visitor.browser.is_seen_on(Size::Desktop).await;
    }

    /// As [`Audit::looks_at`], of the page at `path`, once its title is there.
    async fn opens(&mut self, visitor: &Visitor, path: &str, title: &str) {
        visitor.opens(path).await;
        visitor.is_at(title).await;
        self.looks_at(path, visitor).await;
    }

    /// As [`Audit::looks_at`], of the post at `path`: its title stands in the server's document already, and below what
    /// people say about it there is this to `write` with.
    async fn opens_a_post(&mut self, visitor: &Visitor, path: &str, write: (&str, &str)) {
        visitor.opens(path).await;
        visitor.finds(write.0, write.1).await;
        self.looks_at(path, visitor).await;
    }

    /// As [`Audit::looks_at`], of a dialog that `key` opens, which is closed then.
    async fn asks_for(&mut self, visitor: &Visitor, key: &str, dialog: &str) {
        visitor.types(key).await;
        self.closes(visitor, dialog).await;
    }

    /// As [`Audit::looks_at`], of a dialog that is opening, which is closed then.
    async fn closes(&mut self, visitor: &Visitor, dialog: &str) {
        visitor.finds("dialog", dialog).await;
        self.looks_at(dialog, visitor).await;
        visitor.types(&Key::Escape.value().to_string()).await;
        visitor.finds_no("dialog", dialog).await;
    }

    fn found_nothing(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// The admin of the demo, signed in.
async fn demo_admin(house: &House) -> Visitor {
    let output = house.server.output();
    let (_, line) = output.split_once("demo admin").unwrap();
    let (email, password) = line.lines().next().unwrap().trim().split_once("  ").unwrap();
    let visitor = house.visitor("Admin").await;
    visitor.logs_in_with(email, password.trim()).await;
    visitor
}

#[test]
fn what_visitors_see_breaks_no_rule() {
    play_with_demo(async |house| {
        let ana = house.visitor("Ana").await;
        let mut audit = Audit::default();
        ana.opens_the_feed().await;
        audit.looks_at("the feed", &ana).await;
        audit.asks_for(&ana, "?", "Keys").await;
        audit.asks_for(&ana, "/", "Find").await;
        let post = a_post(&ana).await;
        audit.opens_a_post(&ana, &post, ("button", "Log in to comment")).await;
        audit.opens(&ana, "/people", "People").await;
        ana.within("main", "…").within("list", "…").presses("…").await;
        ana.finds("region", "Profile").await;
        audit.looks_at("a profile", &ana).await;
        audit.opens(&ana, "/login", "Log in").await;
        audit.opens(&ana, "/join", "Join this community").await;
        ana.browser.expects("404 (Not Found)");
        ana.opens("/nowhere").await;
        ana.sees("There is nothing here").await;
        audit.looks_at("a page that is not there", &ana).await;
        audit.found_nothing();
    });
}

/// Where the first post of the feed that is open is.
async fn a_post(visitor: &Visitor) -> String {
    let first = "return document.querySelector('main article h2 a').pathname";
    visitor.browser.run(first, &[]).await.as_str().unwrap().to_owned()
}

#[test]
fn what_members_see_breaks_no_rule() {
    play_with_demo(async |house| {
        let ada = demo_admin(house).await;
        let mut audit = Audit::default();
        ada.presses("Account").await;
        ada.finds("menu", "Account").await;
        audit.looks_at("the feed of a member, with the menu", &ada).await;
        let post = a_post(&ada).await;
        audit.opens_a_post(&ada, &post, ("textbox", "Write a comment")).await;
        audit.opens(&ada, "/new", "New post").await;
        for (path, title) in [
            ("/mine", "My posts"),
            ("/bookmarks", "Bookmarks"),
            ("/likes", "Likes"),
            ("/settings", "Settings"),
            ("/chat", "Chat"),
        ] {
            audit.opens(&ada, path, title).await;
        }
        ada.within("region", "Conversations").within("list", "…").presses("…").await;
        ada.finds("log", "Messages").await;
        audit.looks_at("a conversation", &ada).await;
        ada.presses("New conversation").await;
        ada.finds("dialog", "New conversation").await;
        audit.looks_at("beginning a conversation", &ada).await;
        audit.found_nothing();
    });
}

#[test]
fn what_is_made_of_ones_own_words_breaks_no_rule() {
    play(async |house| {
        let (member, ana) = house.member_visitor("Ana").await;
        let ben = house.member("Ben");
        let [post, archived] = ["Bread", "Cake"].map(|title| member.posts(house, title, "It rises **when** it rises."));
        member.asks(house, "PATCH", &format!("/posts/{post}"), json!({"title": "Sourdough", "body": "It rises."}));
        member.asks(house, "PUT", &format!("/posts/{archived}/archive"), Value::Null);
        ben.comments(house, &post, "And in winter?");
        let mut audit = Audit::default();
        ana.opens(&format!("/posts/{post}")).await;
        ana.presses("Reply to Ben").await;
        ana.finds("textbox", "Your reply to Ben").await;
        audit.looks_at("answering a comment", &ana).await;
        ana.presses("edited").await;
        audit.closes(&ana, "Earlier texts").await;
        audit.opens(&ana, &format!("/posts/{post}/edit"), "Edit your post").await;
        audit.opens(&ana, "/mine?show=archived", "Archived posts").await;
        let conversation = member.talks_with(house, &[&ben], None);
        ben.says(house, &conversation, "Is the oven warm?");
        ana.opens(&format!("/chat/{conversation}")).await;
        let message = ana.within("log", "Messages").finds("article", "Ben, …").await;
        let message = message.object(&ana.browser).await.unwrap();
        ana.browser.call(&message, "function () { this.focus(); }").await.unwrap();
        ana.types(&Key::Enter.value().to_string()).await;
        ana.finds("menu", "This message").await;
        audit.looks_at("a message, with its menu", &ana).await;
        ana.browser.expects("404 (Not Found)");
        audit.opens(&ana, "/posts/0190b5f4-0000-7000-8000-000000000000", "Not there").await;
        audit.found_nothing();
    });
}

#[test]
fn what_admins_see_breaks_no_rule() {
    play_with_demo(async |house| {
        let ada = demo_admin(house).await;
        let mut audit = Audit::default();
        for (path, section) in [
            ("/admin", "Dashboard"),
            ("/admin/accounts", "Accounts"),
            ("/admin/categories", "Categories"),
            ("/admin/invites", "Invites"),
            ("/admin/backups", "Backups"),
        ] {
            audit.opens(&ada, path, &format!("{section} · Admin")).await;
        }
        audit.found_nothing();
    });
}
