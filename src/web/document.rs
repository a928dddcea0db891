//! The document that begins the app.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::cards::{self, First};
use super::files::Files;
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

/// A whole document. `first` is what it shows before the script runs.
pub(super) fn document(files: &Files, head: &Head, look: Look<'_>, first: Option<&First>, now: Timestamp) -> String {
    let title = head.title.as_ref().map_or_else(|| "Hearth".to_owned(), |title| format!("{title} · Hearth"));
    let modules: Vec<_> = ["main.js"].into_iter().chain(first.map(|first| first.shown.module())).collect();
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
                @for module in files.modules(&modules) {
                    link rel="modulepreload" href=(module);
                }
                script type="module" src=(files.address("main.js")) {}
            }
            body {
                div id="app" { (frame(look, first, now)) }
                @if let Some(first) = first {
                    script type="application/json" id="first" data-path=(first.path) { (PreEscaped(cards::as_data(&first.json))) }
                }
                link rel="stylesheet" href=(files.address("rest.css"));
            }
        }
    };
    page.into_string()
}

/// The frame as the script will draw it, as far as it can be known.
fn frame(look: Look<'_>, first: Option<&First>, now: Timestamp) -> Markup {
    html! {
        div.app.first[!look.is_side_closed] {
            a.skip href="#main" { "Skip to the content" }
            header.top {
                div.top-inner { a.brand href="/" { "Hearth" } }
            }
            div.frame {
                nav.side id="side" aria-label="Community" {}
                main id="main" tabindex="-1" {
                    @match first {
                        Some(first) => (cards::shown(first, !look.is_member, now)),
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
