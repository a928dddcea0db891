//! A disk that fails: at random, while the server runs and while it starts; and a disk that is full.

use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::json;

use crate::chance::Chance;
use crate::client::{Answer, Request, Server};
use crate::layer::{ALL, CREATING, EIO, ENOSPC, Layer, RENAMING, SYNCING, WRITING};
use crate::story::Story;
use crate::writer::Kill;

/// A guard against waiting forever; nothing is decided by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What may fail and how, each for a run.
const TROUBLES: [(u64, u64); 6] = [
    (ALL, EIO | ENOSPC),
    (SYNCING, EIO),
    (WRITING, ENOSPC),
    (RENAMING | CREATING, EIO | ENOSPC),
    (WRITING, EIO),
    (SYNCING, ENOSPC),
];

/// Checkpoints, snapshots and new files of the journal, as often as a few hundred writes can have them.
const ARGS: [&str; 6] = ["--checkpoint-ms", "50", "--snapshot-ms", "300", "--journal-file-kb", "128"];

fn begin(mut chance: Chance, args: &[&'static str]) -> (Story, Server) {
    let folder = tempfile::tempdir().unwrap();
    let layer = Layer::new(folder.path());
    Story::begin_in(folder, Chance::new(chance.next()), args, Some(layer))
}

/// A problem that says what to do, and when to try again.
fn assert_refusal(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    assert_eq!(answer.json()["code"], code, "{answer:?}");
    assert!(answer.json()["detail"].as_str().unwrap().len() > 20, "{answer:?}");
}

/// The process is up and reading goes on, and whoever looks after it is told why writing does not. Where it was sled's own
/// file that failed, what it holds on the disk alone may be refused too, in the same words.
fn assert_reads(server: &Server, code: &str) {
    server.ask(&Request::new("GET", "/healthz")).expect(200);
    let posts = server.ask(&Request::new("GET", "/api/v1/posts?limit=100"));
    if code != "store_stopped" || posts.status != 503 {
        posts.expect(200);
    } else {
        assert_refusal(&posts, code);
    }
    server.ask(&Request::new("GET", "/")).expect_status(200);
    // What it says stands for a second.
    let ready = || server.ask(&Request::new("GET", "/readyz"));
    until(|| ready().status == 503);
    assert_refusal(&ready(), code);
}

/// Everybody writes to a disk that begins to fail, `runs` times.
pub fn while_running(mut chance: Chance, runs: usize) {
    let (mut story, server) = begin(Chance::new(chance.next()), &ARGS);
    drop(server);
    for (run, (kinds, errors)) in (0..runs).zip(TROUBLES.iter().cycle()) {
        let server = story.start_and_look();
        let layer = story.layer.as_ref().unwrap();
        layer.fail(200 + chance.next() % 800, *kinds, *errors, chance.next());
        let kill = Kill::never(server);
        story.write_until(&kill);
        let mut server = kill.into_server();
        assert_reads(&server, "store_stopped");
        let log = server.log();
        assert!(log.contains("the store stops taking writes until Hearth is started again: "), "{log}");
        assert!(!log.contains("panicked at src/"), "{log}");
        if run % 2 == 0 {
            // It ends when it is told to, whatever it cannot write any more.
            server.signal("TERM");
            server.wait();
        }
        drop(server);
        story.layer.as_ref().unwrap().heal();
        // sled may have lost what it could not write.
        story.may_rebuild = true;
        if run % 2 == 0 {
            story.check();
        }
    }
    let made = story.layer.as_ref().unwrap().made();
    story.layer = None;
    story.end();
    println!("{made} calls failed in {runs} runs");
}

/// The disk fails while the server starts: it says so and ends, and starts another time.
pub fn while_starting(mut chance: Chance, starts: usize) {
    let (mut story, server) = begin(Chance::new(chance.next()), &ARGS);
    let kill = Kill::new(server, 200, Duration::ZERO);
    story.write_until(&kill);
    story.may_rebuild = true;
    let mut refused = 0;
    for (start, (kinds, errors)) in (0..starts).zip(TROUBLES.iter().cycle()) {
        if start % 5 == 4 {
            // To be rebuilt on a disk that fails.
            let _ = fs::remove_dir_all(story.folder().join("data/store/sled"));
        }
        let layer = story.layer.as_ref().unwrap();
        layer.fail(1 + chance.next() % 2500, *kinds, *errors, chance.next());
        if let Err((status, log)) = story.start() {
            assert_eq!(status.code(), Some(1), "{log}");
            assert!(log.lines().any(|line| line.starts_with("hearth: ")), "it does not say why: {log}");
            assert!(!log.contains("panicked at src/"), "{log}");
            refused += 1;
        }
        if start % 6 == 5 {
            story.layer.as_ref().unwrap().heal();
            drop(story.start_and_look());
            story.check();
        }
    }
    story.layer = None;
    story.end();
    println!("{refused} of {starts} starts failed");
    assert!(refused > 0, "no start failed");
}

/// A disk without room refuses writes, serves reads, and takes writes again when there is room, without a restart.
pub fn full_disk(mut chance: Chance) {
    let (mut story, server) = begin(Chance::new(chance.next()), &[]);
    let (token, category) = story.somebody();
    let post = |title: &str| {
        let body = json!({"title": title, "body": "x".repeat(15_000), "categories": [category]});
        server.ask(&Request::new("POST", "/api/v1/posts").by(&token).json(body))
    };
    let titles = |server: &Server| {
        let found = server.ask(&Request::new("GET", "/api/v1/posts?limit=100")).expect(200);
        let items = found["items"].as_array().unwrap().iter();
        items.map(|item| item["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    post("before").expect(201);

    // There is room left, but less than is kept.
    let layer = story.layer.as_ref().unwrap();
    layer.say_free(100 << 20);
    until(|| post("until low").status == 503);
    assert_refusal(&post("too much"), "disk_full");
    assert_reads(&server, "disk_full");
    assert!(server.log().contains("MiB are free on the disk of"), "{}", server.log());
    layer.heal();
    until(|| server.ask(&Request::new("GET", "/readyz")).status == 200);
    post("between").expect(201);

    // Somebody else has taken all the room at once.
    layer.fill();
    until(|| post("until full").status == 503);
    assert_refusal(&post("nothing of this"), "disk_full");
    assert_reads(&server, "disk_full");
    layer.heal();
    post("after").expect(201);
    let there = titles(&server);
    assert!(there[0] == "after" && !there.iter().any(|title| title == "nothing of this" || title == "too much"));
    drop(server);
    story.check();
    story.layer = None;
    let server = story.start().unwrap();
    assert_eq!(titles(&server), there);
}

fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it does not become so");
        thread::sleep(Duration::from_millis(5));
    }
}
