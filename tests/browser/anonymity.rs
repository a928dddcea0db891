//! Who wrote something anonymous is in nothing that another browser gets.

use serde_json::json;

use crate::browser::Browser;
use crate::house::play;
use crate::member::PASSWORD;

/// Everything that the page is, and everything that went over the wire since it was opened: addresses, headers, bodies and
/// what sockets brought.
async fn all_of(browser: &Browser) -> String {
    let page = browser.driver.source().await.unwrap();
    let bodies = browser.bodies().await.join("\n");
    let wire = browser.record().await.to_string();
    [page, bodies, wire].join("\n").to_lowercase()
}

#[test]
fn an_anonymous_post_shows_its_author_to_nobody() {
    play(async |house| {
        house.member("Admin");
        let (member, author) = house.member_visitor("Wilhelmina Thistlewood").await;
        author.presses("New post").await;
        author.fills("Title", "I have told nobody").await;
        author.fills("Text", "And I am glad of it.").await;
        author.presses("General").await;
        author.presses("Anonymous").await;
        author.presses("Publish anonymously").await;
        author.has_title("I have told nobody · Hearth").await;
        author.fills("Write a comment", "It was not easy.").await;
        author.presses("Anonymous").await;
        author.presses("Comment anonymously").await;
        author.within("article", "Comment of Anonymous").sees("It was not easy.").await;

        let (_, ben) = house.member_visitor("Ben").await;
        ben.presses("I have told nobody").await;
        ben.sees("It was not easy.").await;
        ben.presses("Like, 0 likes").await;
        ben.finds("button", "Like, 1 like").await;
        ben.fills("Write a comment", "Well said.").await;
        ben.presses("Comment").await;
        ben.finds("heading", "2 comments").await;
        ben.within("navigation", "Community").presses("General…").await;
        ben.finds("link", "I have told nobody").await;
        // What he is told over his socket counts as well, so there must be one before she says more.
        let said = async || ben.browser.frames().await.iter().any(|frame| frame.contains("heartbeat_s")).then_some(());
        ben.until("no socket greets him", said).await;
        let post = ben.browser.run("return document.querySelector('main article h2 a').pathname", &[]).await;
        let comment = json!({"text": "Nor is it now.", "anonymous": true});
        member.asks(house, "POST", &format!("{}/comments", post.as_str().unwrap()), comment);
        ben.presses("I have told nobody").await;
        ben.sees("Nor is it now.").await;
        ben.is_quiet().await;
        let seen = all_of(&ben.browser).await;
        // What stands in bodies, addresses, headers of both directions, and frames.
        let looked_at = ["nor is it now.", "category=general", "authorization", "etag", "heartbeat_s"];
        for known in ["i have told nobody", "it was not easy."].iter().chain(&looked_at) {
            assert!(seen.contains(known), "what came over the wire is not all here: no {known:?}");
        }
        for secret in ["wilhelmina", "thistlewood", &member.id()] {
            assert!(!seen.contains(secret), "{secret:?} is in what Ben's browser got");
        }
    });
}

#[test]
fn who_logs_in_next_in_the_same_tab_has_nothing_of_who_was_there() {
    play(async |house| {
        let (ana, ben) = (house.member("Ana"), house.member("Ben"));
        let tab = house.visitor("Ana").await;
        tab.logs_in(&ana).await;
        tab.presses("New post").await;
        tab.fills("Title", "I have told nobody").await;
        tab.presses("General").await;
        tab.presses("Anonymous").await;
        tab.presses("Publish anonymously").await;
        tab.has_title("I have told nobody · Hearth").await;
        tab.presses("Like, 0 likes").await;
        tab.presses("Bookmark").await;
        tab.is_quiet().await;
        let ways = tab.within("navigation", "Community");
        for (way, title) in [("Bookmarks", "Bookmarks"), ("Likes", "Likes"), ("My posts", "My posts")] {
            ways.presses(way).await;
            tab.is_at(title).await;
            tab.finds("link", "I have told nobody").await;
        }
        tab.logs_out().await;
        // Nothing is loaded anew: what the app knew a moment ago, it may still know.
        tab.presses("Log in").await;
        tab.is_at("Log in").await;
        let form = tab.within("main", "…");
        form.fills("E-mail address", &ben.email).await;
        form.fills("Password", PASSWORD).await;
        form.presses("Log in").await;
        tab.finds("button", "Account").await;
        for (way, title) in [("My posts", "My posts"), ("Bookmarks", "Bookmarks"), ("Likes", "Likes")] {
            ways.presses(way).await;
            tab.is_at(title).await;
            tab.is_loaded().await;
            tab.is_quiet().await;
            tab.finds_no("link", "I have told nobody").await;
        }
        ways.presses("Feed").await;
        tab.finds("link", "I have told nobody").await;
        tab.is_quiet().await;
        let post = tab.within("main", "…");
        for mark in ["Like, 1 like", "Bookmark"] {
            assert_eq!(post.finds("button", mark).await.state("pressed"), "false", "{mark} is marked as Ben's");
        }
        post.presses("I have told nobody").await;
        tab.has_title("I have told nobody · Hearth").await;
        tab.is_quiet().await;
        for mark in ["Like, 1 like", "Bookmark"] {
            assert_eq!(post.finds("button", mark).await.state("pressed"), "false", "{mark} is marked as Ben's");
        }
        // It has what an author does with a post, and he can do nothing with this one.
        tab.finds_no("button", "More about this post").await;
    });
}
