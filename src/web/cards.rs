//! What the feed and a post show before the script runs: the same marks and classes as `src/web/app/feed` and `post` make.

use maud::{Markup, html};
use serde::Deserialize;

use super::side::Categories;
use crate::clock::Timestamp;
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

impl Shown {
    /// The module of the page that will show it.
    pub const fn module(&self) -> &'static str {
        match self {
            Self::Feed(_) => "feed/page.js",
            Self::Post(_) => "post/page.js",
        }
    }
}

/// A post as a document shows it.
#[derive(Deserialize)]
pub(super) struct Card {
    id: String,
    pub title: String,
    body: String,
    author: Option<Author>,
    categories: Vec<String>,
    tags: Vec<String>,
    images: Vec<Picture>,
    like_count: u64,
    comment_count: u64,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Author {
    id: String,
    handle: String,
    name: String,
    avatar: Option<String>,
}

#[derive(Deserialize)]
struct Picture {
    thumbnail_url: String,
    width: u32,
    height: u32,
}

impl Card {
    /// The beginning of its text, without most of its Markdown.
    pub fn excerpt(&self) -> String {
        text::excerpt(&self.body, EXCERPT)
    }
}

impl Author {
    /// The first letters of the first and the last word of the name.
    fn initials(&self) -> String {
        let mut letters = self.name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
        let ends = [letters.next(), letters.next_back()];
        ends.into_iter().flatten().flat_map(char::to_uppercase).collect()
    }

    /// The class of the colour behind them, of six.
    fn tint(&self) -> String {
        let sum = self.id.chars().fold(7, |sum, letter| (sum * 31 + u32::from(letter)) % 997);
        format!("tint-{}", sum % 6)
    }
}

/// How long before `now` something was, in the script's words.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.until(now).as_secs();
    match seconds {
        0..45 => "just now".to_owned(),
        45..2700 => format!("{}m ago", (seconds + 30) / 60),
        2700..79_200 => format!("{}h ago", (seconds + 1800) / 3600),
        79_200..129_600 => "yesterday".to_owned(),
        129_600..604_800 => format!("{}d ago", (seconds + 43_200) / 86_400),
        _ => at.to_string().get(..10).unwrap_or_default().to_owned(),
    }
}

/// What `first` shows, for visitors below a word of welcome.
pub(super) fn shown(first: &First, categories: &Categories, is_visitor: bool, now: Timestamp) -> Markup {
    match &first.shown {
        Shown::Feed(cards) => html! {
            @if is_visitor && first.path == "/posts" { (welcome()) }
            div.head { nav.segments aria-label="Order" { (order("New", "/")) (order("Hot", "/?sort=hot")) (order("Top", "/?sort=top")) } }
            div.feed.early { @for (place, card) in cards.iter().enumerate() { (in_feed(card, place == 0, categories, now)) } }
        },
        Shown::Post(card) => html! {
            article.panel {
                h1 { (card.title) }
                (by(card, now))
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

fn order(label: &str, href: &str) -> Markup {
    html! { a href=(href) { span.icon-place {} (label) } }
}

fn by(card: &Card, now: Timestamp) -> Markup {
    html! {
        p.by {
            @match &card.author {
                Some(author) => {
                    @let initials = author.avatar.is_none().then(|| author.initials());
                    span class={ "avatar m " (author.tint()) } aria-hidden="true" data-initials=[initials] {}
                }
                None => span.avatar.m.masked aria-hidden="true" {},
            }
            span.by-words {
                @match &card.author {
                    Some(author) => a.name href={ "/u/" (author.handle) } { bdi { (author.name) } },
                    None => span.name { "Anonymous" },
                }
                " · " time datetime=(card.created_at) { (ago(card.created_at, now)) }
            }
        }
    }
}

/// A picture, or its place until the script knows that it is seen: most of them are not, and they are most of the bytes.
fn picture(image: &Picture, is_at_once: bool) -> Markup {
    let Picture { thumbnail_url, width, height } = image;
    html! {
        @if is_at_once {
            img src=(thumbnail_url) width=(width) height=(height) alt="" decoding="async";
        } @else {
            svg.picture-place width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } aria-hidden="true" {}
        }
    }
}

fn in_feed(card: &Card, is_at_once: bool, categories: &Categories, now: Timestamp) -> Markup {
    let excerpt = card.excerpt();
    html! {
        article.card {
            (by(card, now))
            h2.card-title { a href={ "/posts/" (card.id) } { bdi { (card.title) } } }
            @if !excerpt.is_empty() { p.excerpt { (excerpt) } }
            @if !card.images.is_empty() {
                div.card-pictures {
                    @for image in card.images.iter().take(3) { (picture(image, is_at_once)) }
                }
            }
            p.chips {
                @for category in &card.categories { a.chip href={ "/?category=" (category) } { (categories.name(category)) } }
                @for tag in &card.tags { span.chip.tag { "#" (tag) } }
            }
            div.card-actions {
                span.act { span.icon-place {} (card.like_count) span.unseen { " likes" } }
                span.act { span.icon-place {} (card.comment_count) span.unseen { " comments" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "2026-11-23T12:00:00.000Z";

    fn card(title: &str, body: &str) -> Card {
        Card {
            id: "1".into(),
            title: title.into(),
            body: body.into(),
            author: None,
            categories: vec!["food".into()],
            tags: vec![title.into()],
            images: Vec::new(),
            like_count: 1,
            comment_count: 2,
            created_at: NOON.parse().unwrap(),
        }
    }

    #[test]
    fn what_people_wrote_is_text_in_the_document() {
        let bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
        for shown_as in [Shown::Feed(vec![card(bad, bad)]), Shown::Post(Box::new(card(bad, bad)))] {
            let first = First { path: "/posts".into(), json: Vec::new(), shown: shown_as };
            let markup = shown(&first, &Categories::default(), true, NOON.parse().unwrap()).into_string();
            assert!(!markup.contains("<script") && !markup.contains("<img"), "{markup}");
            assert!(markup.contains("&lt;img"), "{markup}");
        }
    }

    #[test]
    fn times_are_in_the_words_that_the_script_uses() {
        let now: Timestamp = "2026-11-23T12:00:00.000Z".parse().unwrap();
        let words = |at: &str| ago(at.parse().unwrap(), now);
        assert_eq!(words("2026-11-23T11:59:30.000Z"), "just now");
        assert_eq!(words("2026-11-23T11:58:00.000Z"), "2m ago");
        assert_eq!(words("2026-11-23T09:05:00.000Z"), "3h ago");
        assert_eq!(words("2026-11-22T12:00:00.000Z"), "yesterday");
        assert_eq!(words("2026-11-20T12:00:00.000Z"), "3d ago");
        assert_eq!(words("2026-10-20T12:00:00.000Z"), "2026-10-20");
        assert_eq!(words("2026-11-23T13:00:00.000Z"), "just now");
    }

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        let initials = |name: &str| {
            Author { id: String::new(), handle: String::new(), name: name.into(), avatar: None }.initials()
        };
        assert_eq!(initials("Ravi Menon"), "RM");
        assert_eq!(initials("élodie"), "É");
        assert_eq!(initials("Ana de la Cruz (she)"), "AS");
        assert_eq!(initials("--"), "");
    }
}
