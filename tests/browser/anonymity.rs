//! Who wrote something anonymous is in nothing that another browser gets.

use crate::browser::Browser;
use crate::house::play;

/// Everything that the page is, and everything that came over the wire since it was opened.
async fn all_of(browser: &Browser) -> String {
    let page = browser.driver.source().await.unwrap();
    [vec![page], browser.bodies().await, browser.frames().await].concat().join("\n").to_lowercase()
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
        ben.is_quiet().await;
        let seen = all_of(&ben.browser).await;
        for known in ["i have told nobody", "it was not easy."] {
            assert!(seen.contains(known), "what came over the wire is not all here: no {known:?}");
        }
        for secret in ["wilhelmina", "thistlewood", &member.id()] {
            assert!(!seen.contains(secret), "{secret:?} is in what Ben's browser got");
        }
    });
}
