//! The feed: it keeps its place, and says what is new without moving.

use serde_json::Value;

use crate::house::{play, play_with_demo};
use crate::visitor::Visitor;

/// Where the link of a title is, in pixels from the window's top.
async fn height_of(visitor: &Visitor, title: &str) -> f64 {
    let look = async || {
        let link = visitor.things(&["link"], title).await.ok()?.into_iter().next()?;
        let object = link.object(&visitor.browser).await.ok()?;
        let top = "function () { return this.getBoundingClientRect().top; }";
        visitor.browser.call(&object, top).await.ok().as_ref().and_then(Value::as_f64)
    };
    visitor.until(&format!("{title:?} is nowhere"), look).await
}

#[test]
fn the_feed_goes_on_and_keeps_its_place() {
    play_with_demo(async |house| {
        let ana = house.visitor("Ana").await;
        ana.opens_the_feed().await;
        let feed = ana.within("main", "…");
        let posts = async || feed.things(&["article"], "…").await.unwrap_or_default().len();
        let end = "scrollTo(0, document.body.scrollHeight)";
        ana.until("there is no second page", async || {
            ana.browser.run(end, &[]).await;
            (posts().await > 40).then_some(())
        })
        .await;
        let titles = feed.things(&["heading"], "…").await.unwrap();
        let title = titles[titles.len() - 6].name.clone();
        let link = feed.finds("link", &title).await.object(&ana.browser).await.unwrap();
        ana.browser.call(&link, "function () { this.scrollIntoView({ block: 'center' }); }").await.unwrap();
        let before = height_of(&ana, &title).await;
        feed.presses(&title).await;
        ana.has_title(&format!("{title} · Hearth")).await;
        ana.browser.driver.back().await.unwrap();
        ana.until("the feed is elsewhere", async || {
            ((height_of(&ana, &title).await - before).abs() < 3.0).then_some(())
        })
        .await;
    });
}

#[test]
fn what_is_new_is_said_and_nothing_jumps() {
    play(async |house| {
        let ben = house.member("Ben");
        for number in 1..=15 {
            ben.posts(house, &format!("Post {number}"), "As it was.");
        }
        let ana = house.visitor("Ana").await;
        ana.opens_the_feed().await;
        let link = ana.finds("link", "Post 4").await.object(&ana.browser).await.unwrap();
        ana.browser.call(&link, "function () { this.scrollIntoView({ block: 'center' }); }").await.unwrap();
        let before = height_of(&ana, "Post 4").await;
        ben.posts(house, "Post 16", "It is new.");
        // She was in another window, and comes back.
        ana.browser.run("document.dispatchEvent(new Event('visibilitychange'))", &[]).await;
        ana.finds("button", "1 new post").await;
        let after = height_of(&ana, "Post 4").await;
        assert!((after - before).abs() < 1.0, "it moved from {before} to {after}");
        ana.finds_no("link", "Post 16").await;
        ana.presses("1 new post").await;
        ana.finds("link", "Post 16").await;
        ana.finds_no("button", "1 new post").await;
    });
}
