//! What the server measures of itself, and who is told.

mod chat;
mod readers;
mod requests;
mod stats;
mod writes;

use hearth::monitor::scrape::Scrape;

use crate::community::Community;

/// All figures as they are now, as text.
async fn figures(community: &Community) -> String {
    let answer = community.anonymous().at_root().get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

/// All figures as they are now.
async fn scrape(community: &Community) -> Scrape {
    Scrape::parse(&figures(community).await).unwrap()
}

/// The sum of the series called `name` with these labels, which must be there.
#[track_caller]
fn value(scrape: &Scrape, name: &str, labels: &[(&str, &str)]) -> f64 {
    scrape.value(name, labels).unwrap_or_else(|| panic!("there is no {name} with {labels:?}"))
}

/// By how much that was more in `after` than in `before`, where it need not be.
fn moved((before, after): (&Scrape, &Scrape), name: &str, labels: &[(&str, &str)]) -> f64 {
    after.value(name, labels).unwrap_or(0.0) - before.value(name, labels).unwrap_or(0.0)
}
