//! What a first visit costs, in bytes. Seconds depend on the machine: `cargo bench --bench first_load` shows them.

use crate::house::play_with_demo;

/// The most that a first load may bring over the wire, headers included.
const MOST_BYTES: f64 = 100.0 * 1024.0;

#[test]
fn a_first_visit_brings_at_most_100_kilobytes() {
    play_with_demo(async |house| {
        let ana = house.visitor("Ana").await;
        ana.opens("/").await;
        ana.finds("article", "…").await;
        let complete = "return [...document.querySelectorAll('img, .picture-place')].every((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            return bottom < 0 || top > innerHeight || one.complete;
        })";
        let pictures = async || ana.browser.run(complete, &[]).await.as_bool()?.then_some(());
        ana.is_quiet().await;
        ana.until("a picture that is seen does not come", pictures).await;
        ana.is_quiet().await;
        let record = ana.browser.record().await;
        let (bytes, urls) = (record.bytes(), record.urls().collect::<Vec<_>>());
        println!("{bytes} bytes for {} requests", urls.len());
        assert!(urls.len() >= 4, "the log does not show what was loaded: {urls:?}");
        assert!(bytes > 5_000.0 && bytes <= MOST_BYTES, "{bytes} bytes for {urls:?}");
    });
}
