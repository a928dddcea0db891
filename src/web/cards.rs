//! What the feed and a post show before the script runs: the same marks and classes as `src/web/app/feed` and `post` make.

use maud::{Markup, html};
use serde::Deserialize;

use crate::text;

/// Longest beginning of a text in a list, in characters: more than is shown.
const EXCERPT: usize = 280;

/// What a document shows first, and what the script then has without asking for it.
pub(super) struct First {
    /// What to ask the server for, to get `json`.
    pub path: String,
    /// The answer to it.
    pub json: Vec<u8>,
    /// What of it is shown.
    pub shown: Shown,
}

/// What is shown.
pub(super) enum Shown {
    /// Posts in a list.
    Feed(Vec<Card>),
    /// One post.
    Post(Box<Card>),
}

/// A post as a document shows it.
#[derive(Deserialize)]
pub(super) struct Card {
    id: String,
    pub title: String,
    body: String,
    author: Option<Author>,
    categories: Vec<String>,
    like_count: u64,
    comment_count: u64,
    created_at: String,
}

#[derive(Deserialize)]
struct Author {
    handle: String,
    name: String,
}

impl Card {
    /// The beginning of its text, without most of its Markdown.
    pub fn excerpt(&self) -> String {
        text::excerpt(&self.body, EXCERPT)
    }
}

/// `json` so that it can stand in a script element: nothing in it ends that (HTML, section 4.12.1.3).
pub(super) fn as_data(json: &[u8]) -> String {
    String::from_utf8_lossy(json).replace('<', "\\u003c")
}

/// What `first` shows, for visitors below a word of welcome.
pub(super) fn shown(first: &First, is_visitor: bool) -> Markup {
    match &first.shown {
        Shown::Feed(cards) => html! {
            @if is_visitor && first.path == "/posts" { (welcome()) }
            @if is_visitor && first.path != "/posts" { h1.unseen { "Feed" } }
            div.feed { @for card in cards { (in_feed(card)) } }
        },
        Shown::Post(card) => html! {
            article.panel {
                h1 { (card.title) }
                (by(card))
                @for paragraph in card.body.split("\n\n") { p { (paragraph) } }
            }
        },
    }
}

fn welcome() -> Markup {
    html! {
        section.hero {
            h1 { "Pull up a chair" }
            p { "This is a community’s own place: posts, talks and people, on a server that belongs to them. Read along, or come in." }
            p.hero-ways {
                a.button.primary href="/join" { "Join" }
                a.button href="/login" { "Log in" }
            }
        }
    }
}

fn by(card: &Card) -> Markup {
    html! {
        p.by {
            span.avatar.m aria-hidden="true" {}
            span.by-words {
                @match &card.author {
                    Some(author) => a.name href={ "/u/" (author.handle) } { bdi { (author.name) } },
                    None => span.name { "Anonymous" },
                }
                " · " time datetime=(card.created_at) { (card.created_at.get(..10).unwrap_or_default()) }
            }
        }
    }
}

fn in_feed(card: &Card) -> Markup {
    html! {
        article.card {
            (by(card))
            h2.card-title { a href={ "/posts/" (card.id) } { (card.title) } }
            p.excerpt { (card.excerpt()) }
            p.chips { @for category in &card.categories { a.chip href={ "/?category=" (category) } { (category) } } }
            div.card-actions {
                span.act { (card.like_count) " likes" }
                span.act { (card.comment_count) " comments" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(title: &str, body: &str) -> Card {
        Card {
            id: "1".into(),
            title: title.into(),
            body: body.into(),
            author: None,
            categories: vec!["food".into()],
            like_count: 1,
            comment_count: 2,
            created_at: "2026-11-23T08:11:00.000Z".into(),
        }
    }

    #[test]
    fn what_people_wrote_is_text_in_the_document() {
        let bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
        for shown_as in [Shown::Feed(vec![card(bad, bad)]), Shown::Post(Box::new(card(bad, bad)))] {
            let first = First { path: "/posts".into(), json: Vec::new(), shown: shown_as };
            let markup = shown(&first, true).into_string();
            assert!(!markup.contains("<script") && !markup.contains("<img"), "{markup}");
            assert!(markup.contains("&lt;img"), "{markup}");
        }
        assert!(!as_data(format!("{{\"title\":\"{bad}\"}}").as_bytes()).contains('<'));
    }
}
