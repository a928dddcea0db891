//! The document that begins the app.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::cards::{self, First};
use super::files::Files;
use super::side::{self, Categories};
use crate::clock::Timestamp;

/// What a document says of itself, to readers, search engines and whoever shows a preview of a link.
pub(super) struct Head {
    /// The title, without the name of the place.
    pub title: Option<String>,
    /// A sentence or two.
    pub description: String,
    /// Its own address, where the server knows what it is called.
    pub url: Option<String>,
}

/// How a document is drawn at once, before the script knows more.
#[derive(Clone, Copy, Default)]
pub(super) struct Look<'a> {
    /// `light` or `dark`, where somebody chose.
    pub theme: Option<&'a str>,
    /// Whether somebody is probably signed in there.
    pub is_member: bool,
    /// Whether somebody put the sidebar away.
    pub is_side_closed: bool,
    /// Whether reading needs an account.
    pub is_members_only: bool,
}

/// What a document shows before the script runs.
pub(super) struct Content {
    pub categories: Categories,
    /// The page itself, where it is not left to the script.
    pub first: Option<First>,
}

/// A whole document.
pub(super) fn document(files: &Files, head: &Head, look: Look<'_>, content: &Content, now: Timestamp) -> String {
    let Content { categories, first } = content;
    let title = head.title.as_ref().map_or_else(|| "Hearth".to_owned(), |title| format!("{title} · Hearth"));
    let modules: Vec<_> = ["main.js"].into_iter().chain(first.as_ref().map(|first| first.shown.module())).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" data-theme=[look.theme] data-members-only[look.is_members_only] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
                meta name="theme-color" content="#fffdfa" media="(prefers-color-scheme: light)";
                meta name="theme-color" content="#201813" media="(prefers-color-scheme: dark)";
                meta name="description" content=(head.description);
                title { (title) }
                meta property="og:site_name" content="Hearth";
                meta property="og:title" content=(head.title.as_deref().unwrap_or("Hearth"));
                meta property="og:description" content=(head.description);
                @if let Some(url) = &head.url {
                    link rel="canonical" href=(url);
                    meta property="og:url" content=(url);
                }
                link rel="icon" href=(files.address("icon.svg")) type="image/svg+xml";
                link rel="apple-touch-icon" href=(files.address("icon-180.png"));
                link rel="manifest" href="/manifest.webmanifest";
                style { (PreEscaped(&files.first_style)) }
            }
            body {
                div id="app" { (frame(look, content, now)) }
                @if let Some(first) = first { (brought(&first.path, &first.json)) }
                @if !categories.json.is_empty() { (brought(side::PATH, &categories.json)) }
                link rel="stylesheet" href=(files.address("rest.css"));
                // Below the words: asking for the script costs a small processor more than drawing a card.
                @for module in files.modules(&modules) {
                    link rel="modulepreload" href=(module);
                }
                script type="module" src=(files.address("main.js")) {}
            }
        }
    };
    page.into_string()
}

/// The server's answer to `path`, for the script: see `src/web/app/base/first.js`.
fn brought(path: &str, json: &[u8]) -> Markup {
    html! { script type="application/json" data-path=(path) { (PreEscaped(as_data(json))) } }
}

/// `json` so that it can stand in a script element: nothing in it ends that (HTML, section 4.12.1.3).
fn as_data(json: &[u8]) -> String {
    String::from_utf8_lossy(json).replace('<', "\\u003c")
}

/// The frame as the script will draw it, as far as it can be known.
fn frame(look: Look<'_>, content: &Content, now: Timestamp) -> Markup {
    html! {
        div.app.first[!look.is_side_closed] {
            a.skip href="#main" { "Skip to the content" }
            header.top {
                div.top-inner { a.brand href="/" { "Hearth" } }
            }
            div.frame {
                nav.side id="side" aria-label="Community" {
                    @if !look.is_member && !look.is_members_only { (content.categories.side()) }
                }
                main id="main" tabindex="-1" {
                    @match &content.first {
                        Some(first) => (cards::shown(first, &content.categories, !look.is_member, now)),
                        None => div.skeleton aria-hidden="true" { span {} span {} span {} span {} span {} span {} },
                    }
                    noscript {
                        p.panel { "To write, comment and chat, this page needs JavaScript. " a href="/docs/" { "The API" } " has it all." }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::as_data;

    #[test]
    fn nothing_in_data_ends_the_element_that_it_is_in() {
        let data = as_data(br#"{"title":"</script><script>alert(1)</script><!--"}"#);
        assert!(!data.contains('<'));
        let read: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(read["title"], "</script><script>alert(1)</script><!--");
    }
}
