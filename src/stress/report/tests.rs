//! The whole report, of made-up outcomes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;

use super::*;

#[test]
fn the_samples_are_written() {
    let folder = std::env::var_os("HEARTH_SAMPLES").map(std::path::PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let folder = folder.unwrap_or_else(|| temporary.path().to_owned());
    let mut earlier = sample::good();
    earlier.levels[2] = sample::level("high", 100, 200, 21.0, 9.0);
    for (name, outcome) in [("good", sample::good()), ("bad", sample::bad()), ("empty", sample::empty())] {
        let written = write(&outcome, &folder.join(name), Some(&earlier)).unwrap();
        assert!(written.page.exists());
        println!("{}", summary(&outcome));
    }
}
