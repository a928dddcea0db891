//! A first visit with an empty cache, as on a phone of the middle range with a poor connection:
//! `cargo bench --bench first_load`. It needs Chromium and chromedriver, as `tests/browser` does.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot go on stops")]
#![expect(dead_code, unused_imports, reason = "the tests' browsers can do more than is measured")]

#[path = "../../tests/browser/accessible.rs"]
mod accessible;
#[path = "../../tests/browser/browser.rs"]
mod browser;
#[path = "../../tests/client/mod.rs"]
mod client;
#[path = "../../tests/browser/driver.rs"]
mod driver;
#[path = "../../tests/browser/house.rs"]
mod house;
#[path = "../../tests/browser/line.rs"]
mod line;
#[path = "../../tests/browser/member.rs"]
mod member;
#[path = "../../tests/browser/record.rs"]
mod record;
#[path = "../../tests/browser/visitor.rs"]
mod visitor;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use house::{House, play_with_demo};

/// How often it is measured; the middle one of each figure is shown.
const VISITS: usize = 5;

/// Another page, on which somebody is before the visit, and how long: a browser that has just begun is busy with itself.
const BEFORE: &str = "data:text/html,<title>Elsewhere</title><h1>Elsewhere</h1><p>Something <b>else</b>.</p>";
const REST: Duration = Duration::from_secs(2);

/// Watches a page from its first byte on: what Lighthouse calls the web vitals, and when the feed is there.
const WATCH: &str = include_str!("watch.js");

/// The "Slow 4G" of Chromium's DevTools and of Lighthouse: a round trip of 150 ms and 1.6 Mbit/s down, 750 kbit/s up,
/// which DevTools, delaying whole requests, makes 3.75 times the latency and 0.9 of the throughput. Bytes a second.
fn slow_4g() -> Value {
    let bytes = |kilobits: f64| kilobits * 1024.0 / 8.0 * 0.9;
    json!({"offline": false, "latency": 150.0 * 3.75, "downloadThroughput": bytes(1600.0), "uploadThroughput": bytes(750.0)})
}

/// What one visit measures: each figure with its unit, in the table's order.
const FIGURES: [(&str, &str); 7] = [
    ("First Contentful Paint", "ms"),
    ("Feed visible", "ms"),
    ("Largest Contentful Paint", "ms"),
    ("Total Blocking Time", "ms"),
    ("Cumulative Layout Shift", ""),
    ("Over the wire", "bytes"),
    ("Requests", ""),
];

async fn visit(house: &House, slowed: bool) -> [f64; FIGURES.len()] {
    let visitor = house.visitor("Ana").await;
    let browser = &visitor.browser;
    browser.driver.goto(BEFORE).await.unwrap();
    sleep(REST).await;
    let before = browser.record().await.urls().count();
    browser.set("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await;
    if slowed {
        browser.set("Network.emulateNetworkConditions", slow_4g()).await;
        browser.set("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await;
    }
    visitor.opens("/").await;
    visitor
        .until("no feed is seen", async || browser.run("return seen.feed > 0", &[]).await.as_bool()?.then_some(()))
        .await;
    visitor.is_quiet().await;
    let seen = browser.run("return seen", &[]).await;
    let figure = |name: &str| seen[name].as_f64().unwrap_or_default();
    // A browser that is slowed down is busy with that, also while it does nothing, and would slow the next one down.
    browser.set("Emulation.setCPUThrottlingRate", json!({"rate": 1})).await;
    let record = browser.record().await;
    let requests = (record.urls().count() - before) as f64;
    let paints = [figure("firstPaint"), figure("feed"), figure("largestPaint"), figure("blocked"), figure("shifted")];
    let [first, feed, largest, blocked, shifted] = paints;
    [first, feed, largest, blocked, shifted, record.bytes(), requests]
}

/// The middle one of each figure.
async fn measure(house: &House, slowed: bool) -> [f64; FIGURES.len()] {
    let mut visits = Vec::new();
    for _ in 0..VISITS {
        visits.push(visit(house, slowed).await);
    }
    std::array::from_fn(|figure| {
        let mut values: Vec<_> = visits.iter().map(|visit| visit[figure]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    })
}

fn main() {
    play_with_demo(async |house| {
        let (slow, fast) = (measure(house, true).await, measure(house, false).await);
        println!("| first visit, middle of {VISITS} | slow 4G, CPU slowed 4x | this machine |\n|---|---|---|");
        for ((name, unit), (slow, fast)) in FIGURES.iter().zip(slow.iter().zip(fast)) {
            let digits = if *name == "Cumulative Layout Shift" { 3 } else { 0 };
            println!("| {name} | {slow:.digits$} {unit} | {fast:.digits$} {unit} |");
        }
    });
}
