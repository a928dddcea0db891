//! `hearth check`, and folders that something happened to.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Ran, folder_with_posts};
use crate::client::{Request, Server};

#[test]
fn check_of_a_clean_folder_ends_with_0_and_says_that_everything_agrees() {
    let folder = folder_with_posts(3);
    let checked = Ran::new(folder.path(), &["check"]);
    assert_eq!(checked.status, Some(0), "{checked:?}");
    assert!(checked.output.contains(": everything agrees."), "{checked:?}");
}

#[test]
fn check_without_a_store_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    Ran::new(folder.path(), &["check"]).failed(1, &["there is no store in ./data", "--data"]);
    assert!(!folder.path().join("data").exists());
}

#[test]
fn check_is_refused_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let refused = Ran::new(folder.path(), &["check"]);
    refused.failed(1, &[&format!("another hearth (process {})", server.process()), "stop it first"]);
    server.ask(&Request::new("GET", "/readyz")).expect(200);
}

/// Takes an entry out of an index behind the store's back, and puts one in.
fn damage_index(folder: &Path) {
    let db = sled::Config::new().path(folder.join("data/store/sled")).segment_size(8 * 1024 * 1024).open().unwrap();
    let newest = db.open_tree("posts_newest").unwrap();
    let (mut entry, value) = newest.pop_min().unwrap().unwrap();
    let last = entry.len() - 1;
    entry[last] ^= 1;
    newest.insert(entry, value).unwrap();
    db.flush().unwrap();
}

#[test]
fn a_damaged_index_is_noticed_and_made_anew() {
    let folder = folder_with_posts(3);
    damage_index(folder.path());
    let checked = Ran::new(folder.path(), &["check"]);
    assert_eq!(checked.status, Some(0), "{checked:?}");
    assert!(checked.output.contains(": everything agrees."), "{checked:?}");
    let said = ["sled's folder is rebuilt", "or others; nothing is lost", "rebuilt ", " records and "];
    assert!(said.iter().all(|said| checked.complaint.contains(said)), "{checked:?}");
    let server = Server::start(folder.path(), &[]);
    let posts = server.ask(&Request::new("GET", "/api/v1/posts")).expect(200);
    assert_eq!(posts["items"].as_array().unwrap().len(), 3);
}

#[test]
fn compacting_says_what_it_brought() {
    let folder = folder_with_posts(3);
    let compacted = Ran::new(folder.path(), &["check", "--compact"]).succeeded();
    assert!(compacted.contains("The state took ") && compacted.contains(": everything agrees."), "{compacted}");
    let server = Server::start(folder.path(), &[]);
    let posts = server.ask(&Request::new("GET", "/api/v1/posts")).expect(200);
    assert_eq!(posts["items"].as_array().unwrap().len(), 3);
}

fn last_segment(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder.join("data/store/journal")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max().unwrap()
}

#[test]
fn a_journal_with_a_broken_frame_in_the_middle_is_refused_with_what_to_do() {
    let folder = folder_with_posts(5);
    let segment = last_segment(folder.path());
    let mut bytes = fs::read(&segment).unwrap();
    bytes[400] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["check"]] {
        let refused = Ran::new(folder.path(), command);
        let name = segment.file_name().unwrap().to_str().unwrap();
        refused.failed(1, &[name, "is damaged at byte", "Restore the newest backup", "keep the damaged folder"]);
    }
    assert_eq!(fs::read(&segment).unwrap(), bytes, "nothing was changed");
}

#[test]
fn a_deleted_sled_folder_is_rebuilt_and_the_server_says_so() {
    let folder = folder_with_posts(5);
    fs::remove_dir_all(folder.path().join("data/store/sled")).unwrap();
    let server = Server::start(folder.path(), &[]);
    let log = server.log();
    assert!(log.contains("sled's folder is rebuilt, because it is missing; nothing is lost"), "{log}");
    assert!(log.contains("rebuilt ") && log.contains(" index entries in "), "{log}");
    let posts = server.ask(&Request::new("GET", "/api/v1/posts")).expect(200);
    assert_eq!(posts["items"].as_array().unwrap().len(), 5);
}
