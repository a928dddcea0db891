//! Everything that one does often is done with keys, and the focus is always somewhere sensible.

use thirtyfour::Key;

use crate::browser::Size;
use crate::house::{House, play};
use crate::visitor::Visitor;

/// A house with `posts` posts, the newest called `Post 1`, and somebody who looks at them.
async fn visitor_of(house: &House, posts: usize) -> Visitor {
    let ben = house.member("Ben");
    for number in (1..=posts).rev() {
        ben.posts(house, &format!("Post {number}"), "As it was.");
    }
    let ana = house.visitor("Ana").await;
    ana.opens_the_feed().await;
    ana
}

#[test]
fn keys_walk_the_feed() {
    play(async |house| {
        let ana = visitor_of(house, 3).await;
        for (key, post) in [("j", "Post 1"), ("j", "Post 2"), ("j", "Post 3"), ("j", "Post 3"), ("k", "Post 2")] {
            ana.types(key).await;
            ana.is_on("link", post).await;
        }
        ana.types("o").await;
        ana.finds("heading", "Post 2").await;
        ana.has_title("Post 2 · Hearth").await;
    });
}

#[test]
fn dialogs_open_with_keys_and_give_the_focus_back() {
    play(async |house| {
        let ana = visitor_of(house, 1).await;
        ana.types("j").await;
        ana.is_on("link", "Post 1").await;
        for (key, dialog) in [("?", "Keys"), ("/", "Find")] {
            ana.types(key).await;
            ana.finds("dialog", dialog).await;
            ana.types(&Key::Escape.value().to_string()).await;
            ana.finds_no("dialog", dialog).await;
            ana.is_on("link", "Post 1").await;
        }
    });
}

#[test]
fn the_sidebar_goes_and_comes_and_stays_as_it_was_left() {
    play(async |house| {
        let ana = visitor_of(house, 1).await;
        ana.finds("navigation", "Community").await;
        ana.types_with_control("b").await;
        ana.finds_no("navigation", "Community").await;
        ana.opens("/people").await;
        ana.is_at("People").await;
        ana.finds("button", "Sidebar").await;
        ana.finds_no("navigation", "Community").await;
        ana.types_with_control("b").await;
        ana.finds("navigation", "Community").await;
    });
}

#[test]
fn the_sidebar_over_a_page_has_the_focus_and_gives_it_back() {
    play(async |house| {
        let ana = visitor_of(house, 1).await;
        ana.browser.is_seen_on(Size::Phone).await;
        ana.finds_no("navigation", "Community").await;
        ana.presses("Sidebar").await;
        ana.within("navigation", "Community").is_on("link", "Feed").await;
        // What lies below it is out of reach.
        ana.finds_no("link", "Post 1").await;
        ana.types(&Key::Escape.value().to_string()).await;
        ana.finds_no("navigation", "Community").await;
        ana.is_on("button", "Sidebar").await;
    });
}

#[test]
fn keys_without_control_can_be_turned_off() {
    play(async |house| {
        let ana = visitor_of(house, 1).await;
        ana.presses("Keys").await;
        ana.presses("Keys without Ctrl").await;
        ana.types(&Key::Escape.value().to_string()).await;
        ana.finds_no("dialog", "Keys").await;
        ana.browser.driver.refresh().await.unwrap();
        ana.finds("button", "Keys").await;
        ana.types("j").await;
        // That comes after it, and is heard.
        ana.types_with_control("b").await;
        ana.finds_no("navigation", "Community").await;
        let post = ana.finds("link", "Post 1").await;
        assert!(!post.has_focus(), "a letter did something");
    });
}

#[test]
fn a_new_page_has_the_focus() {
    play(async |house| {
        let ana = visitor_of(house, 1).await;
        ana.presses("Post 1").await;
        ana.has_title("Post 1 · Hearth").await;
        ana.is_on("main", "").await;
        ana.types(&Key::Tab.value().to_string()).await;
        let inside = "return document.querySelector('main').contains(document.activeElement)";
        assert_eq!(ana.browser.run(inside, &[]).await, true, "the next thing to reach is not of the new page");
    });
}

#[test]
fn the_skip_link_leads_past_the_frame() {
    play(async |house| {
        let ana = visitor_of(house, 1).await;
        ana.types(&Key::Tab.value().to_string()).await;
        ana.is_on("link", "Skip to the content").await;
        ana.types(&Key::Enter.value().to_string()).await;
        ana.is_on("main", "").await;
        ana.has_title("Hearth").await;
    });
}

#[test]
fn a_key_leads_to_a_new_post_and_writing_is_left_alone() {
    play(async |house| {
        let (_, ana) = house.member_visitor("Ana").await;
        for open in ["n", "control n"] {
            ana.opens_the_feed().await;
            match open {
                "n" => ana.types("n").await,
                _ => ana.types_with_control("n").await,
            }
            ana.has_title("New post · Hearth").await;
        }
        ana.fills("Title", "nine / jackets?").await;
        assert_eq!(ana.browser.driver.title().await.unwrap(), "New post · Hearth");
        ana.finds_no("dialog", "…").await;
    });
}
