//! The short form: each target over its seeds, what was found once, and mutations of both.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{TARGETS, bodies, target};
use crate::http::openapi;

/// Mutated inputs of each target, and of one that writes files.
const MUTATIONS: usize = 30_000;
const MUTATIONS_WITH_FILES: usize = 3000;

/// Where what was found is kept.
const FOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/found");

/// A random number after the other (xorshift64, Marsaglia 2003), the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }

    /// One of the things that fuzzers do.
    fn mutate(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        const TELLING: [&[u8]; 12] = [
            b"\0",
            b"\xff",
            b"\x7f",
            b"\xff\xff\xff\xff",
            b"\"",
            b"{",
            b"]",
            b"\\ud800",
            b"-1",
            b"null",
            "é".as_bytes(),
            b".",
        ];
        let at = self.below(bytes.len() + 1);
        let end = (at + 1 + self.below(8)).min(bytes.len());
        match self.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap(),
            2 if at < end => drop(bytes.drain(at..end)),
            3 if at < end => bytes.extend_from_within(at..end),
            4 => bytes.truncate(at),
            5 => {
                let other = &others[self.below(others.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[self.below(other.len() + 1)..]);
            }
            _ => drop(bytes.splice(at..at, TELLING[self.below(TELLING.len())].iter().copied())),
        }
    }
}

/// Where a target that panics leaves the input that it panicked on.
struct Input<'a>(&'a str, &'a [u8]);

impl Drop for Input<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} panics on {:?}", self.0, self.1.escape_ascii().to_string());
        }
    }
}

fn found(name: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(Path::new(FOUND).join(name)) else { return Vec::new() };
    entries.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn run(name: &str) {
    let target = target(name).unwrap();
    let run = |input: &[u8]| {
        let input = Input(name, input);
        if !target.has_files {
            return (target.run)(input.1, Path::new(""));
        }
        let scratch = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        (target.run)(input.1, scratch.path());
    };
    let inputs = [(target.seeds)(), found(name)].concat();
    assert!(!inputs.is_empty());
    inputs.iter().for_each(|input| run(input));
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    // Each picture that is taken is drawn three times.
    let is_slow = target.has_files || name == "picture";
    let many = if is_slow { MUTATIONS_WITH_FILES } else { MUTATIONS };
    for _ in 0..many {
        let mut input = inputs[chance.below(inputs.len())].clone();
        for _ in 0..=chance.below(4) {
            chance.mutate(&mut input, &inputs);
        }
        run(&input);
    }
}

/// A test for each target, so that a finding says by its name where it is.
macro_rules! targets {
    ($($target:ident)+) => {
        $(#[test]
        fn $target() {
            run(stringify!($target));
        })+

        #[test]
        fn every_target_is_run_here_and_by_the_fuzzer() {
            let known: BTreeSet<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
            let here: BTreeSet<_> = [$(stringify!($target)),+].map(str::to_owned).into();
            assert_eq!(here, known, "name each target of TARGETS in targets! too");
            let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/targets")).unwrap();
            let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
            let fuzzed: BTreeSet<_> = names.collect();
            assert_eq!(fuzzed, known, "each target needs its file in tests/fuzz/targets, and its [[bin]] beside it");
        }
    };
}

targets! { journal batch snapshot record config cursor token text frame socket order body import_lines import_dump picture }

/// Writes the seeds of each target for the fuzzer, where it says to which folder.
#[test]
fn every_target_has_seeds() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        let Some(folder) = std::env::var_os("HEARTH_FUZZ_SEEDS") else { continue };
        let folder = Path::new(&folder).join(target.name);
        fs::create_dir_all(&folder).unwrap();
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed).unwrap();
        }
    }
}

#[test]
fn every_body_that_a_route_takes_is_fuzzed() {
    let document = serde_json::to_value(openapi::document()).unwrap().to_string();
    let taken: BTreeSet<_> = document
        .split("\"requestBody\":")
        .skip(1)
        .filter_map(|body| body.split("#/components/schemas/").nth(1)?.split('"').next())
        // It is no JSON: what is in it is the target `picture`.
        .filter(|body| *body != "UploadMedia")
        .collect();
    let fuzzed: BTreeSet<_> = bodies::names().collect();
    assert!(taken.len() > 10, "{taken:?}");
    assert_eq!(taken, fuzzed, "name each type of body in src/fuzzing/bodies.rs");
}
