//! What the fuzz targets share.

use std::fs;
use std::path::Path;

pub use libfuzzer_sys::fuzz_target;

/// Runs a target of [`hearth::fuzzing`] on one input, in an empty folder in memory where it needs one.
pub fn run(name: &str, input: &[u8]) {
    let target = hearth::fuzzing::target(name).expect("a target of this name");
    if !target.has_files {
        return (target.run)(input, Path::new(""));
    }
    let shared = Path::new("/dev/shm");
    let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
    let scratch = base.join(format!("hearth-fuzz-{}", std::process::id()));
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch).expect("a folder for the target");
    (target.run)(input, &scratch);
    let _ = fs::remove_dir_all(&scratch);
}

/// The whole of a target's file.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        $crate::fuzz_target!(|input: &[u8]| $crate::run($name, input));
    };
}
