//! A post's life, as its author and a reader have it.

use std::path::PathBuf;

use crate::house::{House, play};
use crate::visitor::Visitor;

/// A picture on this device.
fn picture(house: &House) -> PathBuf {
    let path = house.folder().join("bread.png");
    image::RgbImage::from_pixel(320, 200, image::Rgb([180, 120, 60])).save(&path).unwrap();
    path
}

#[test]
fn a_post_is_written_read_answered_and_put_away() {
    play(async |house| {
        let ana = house.visitor("Ana").await;
        ana.registers("Ana Lima").await;
        ana.presses("New post").await;
        ana.fills("Title", "Bread without a timetable").await;
        ana.fills("Text", "It **rises** when it rises.").await;
        ana.presses("Food & Cooking").await;
        ana.fills("Tags", "bread,").await;
        ana.attaches(&picture(house)).await;
        ana.sees("The picture is uploaded.").await;
        ana.within("main", "…").presses("Publish").await;
        ana.sees("Your post is out.").await;
        ana.has_title("Bread without a timetable · Hearth").await;
        // What stands there at first is only as large as the picture, and another thing than that.
        let width = async || {
            let shown = ana.things(&["image"], "Picture 1 of “Bread without a timetable”").await.ok()?;
            let shown = shown.first()?.object(&ana.browser).await.ok()?;
            ana.browser.call(&shown, "function () { return this.naturalWidth; }").await.ok()?.as_u64()
        };
        ana.until("the picture does not come", async || (width().await? == 320).then_some(())).await;

        let (_, ben) = house.member_visitor("Ben").await;
        ben.presses("Bread without a timetable").await;
        let post = ben.within("article", "Bread without a timetable");
        post.presses("Like, 0 likes").await;
        assert_eq!(post.finds("button", "Like, 1 like").await.state("pressed"), "true");
        post.presses("Bookmark").await;
        ben.fills("Write a comment", "And in winter?").await;
        ben.presses("Comment").await;
        ben.within("article", "Comment of Ben").sees("And in winter?").await;
        ben.finds("heading", "1 comment").await;

        ana.opens("/").await;
        ana.presses("Bread without a timetable").await;
        ana.presses("Reply to Ben").await;
        ana.fills("Your reply to Ben", "Longer.").await;
        ana.presses("Reply").await;
        ana.within("list", "Replies to Ben").within("article", "Comment of Ana Lima").sees("Longer.").await;
        ana.finds("heading", "2 comments").await;
        ana.finds("button", "Like, 1 like").await;

        ben.within("navigation", "Community").presses("Bookmarks").await;
        ben.presses("Bread without a timetable").await;
        ben.finds("heading", "2 comments").await;
        ben.presses("Like the comment of Ana Lima, 0 likes").await;
        ben.finds("button", "Like the comment of Ana Lima, 1 like").await;

        ana.presses("More about this post").await;
        ana.presses("Archive").await;
        ana.sees("Archived: it is in no feed any more").await;
        ana.within("navigation", "Community").presses("Feed").await;
        ana.sees("Nothing here yet").await;
        ana.within("navigation", "Community").presses("My posts").await;
        ana.presses("Archived").await;
        ana.finds("link", "Bread without a timetable").await;
        ana.logs_out().await;
        ana.finds_no("link", "Bread without a timetable").await;
    });
}

/// What somebody has in the field with this label.
async fn written(visitor: &Visitor, label: &str) -> String {
    let field = visitor.finds("textbox", label).await.object(&visitor.browser).await.unwrap();
    let value = visitor.browser.call(&field, "function () { return this.value; }").await.unwrap();
    value.as_str().unwrap().to_owned()
}

#[test]
fn a_draft_is_there_again_after_a_reload_and_gone_once_it_is_published() {
    play(async |house| {
        let (_, ana) = house.member_visitor("Ana").await;
        ana.presses("New post").await;
        ana.fills("Title", "Bread without a timetable").await;
        ana.fills("Text", "It **rises** when it rises.").await;
        ana.presses("Food & Cooking").await;
        ana.browser.driver.refresh().await.unwrap();
        ana.sees("Your draft is back").await;
        assert_eq!(written(&ana, "Title").await, "Bread without a timetable");
        assert_eq!(written(&ana, "Text").await, "It **rises** when it rises.");
        ana.within("main", "…").presses("Publish").await;
        ana.has_title("Bread without a timetable · Hearth").await;
        ana.finds("link", "Food & Cooking").await;
        ana.presses("New post").await;
        ana.is_at("New post").await;
        assert_eq!(written(&ana, "Title").await, "");
    });
}
