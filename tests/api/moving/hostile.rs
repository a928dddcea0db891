//! Exports that are not as they were written, or that never were any.

use std::fs;
use std::path::Path;

use actix_web::web::block;
use hearth::portable::{ImportError, Refusals};
use hearth::store::{Options, Store, catalog};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{export, export_of, import, lively, pictures};
use crate::community::Community;

/// Sets the content of a file, and what the manifest says of it.
fn write(dir: &Path, kind: &str, content: &[u8]) {
    fs::write(dir.join(format!("{kind}.jsonl")), content).unwrap();
    let path = dir.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let lines = content.split_inclusive(|byte| *byte == b'\n').count();
    let sha256: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    manifest["kinds"][kind] = json!({"lines": lines, "bytes": content.len(), "sha256": sha256});
    fs::write(path, manifest.to_string()).unwrap();
}

/// Puts `value` into a field of the first line of a file; a path leads to the field.
fn set(dir: &Path, kind: &str, pointer: &str, value: Value) {
    let content = fs::read_to_string(dir.join(format!("{kind}.jsonl"))).unwrap();
    let (first, rest) = content.split_once('\n').unwrap();
    let mut line: Value = serde_json::from_str(first).unwrap();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    line.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(field.into(), value);
    write(dir, kind, format!("{line}\n{rest}").as_bytes());
}

/// Puts raw bytes in front of a file.
fn front(dir: &Path, kind: &str, bytes: &[u8]) {
    let content = fs::read(dir.join(format!("{kind}.jsonl"))).unwrap();
    write(dir, kind, &[bytes, &content].concat());
}

fn again(dir: &Path, kind: &str) {
    let content = fs::read_to_string(dir.join(format!("{kind}.jsonl"))).unwrap();
    let first = content.lines().next().unwrap();
    write(dir, kind, format!("{content}{first}\n").as_bytes());
}

fn empty(dir: &Path, kind: &str) {
    write(dir, kind, b"");
}

fn refused(dir: &Path) -> Refusals {
    let data = tempfile::tempdir().unwrap();
    let refused = import(dir, &data.path().join("store"));
    let Err(ImportError::Refused(refusals)) = refused else { panic!("{:?}", refused.map(drop)) };
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0, "something is left of an import that was refused");
    refusals
}

/// A folder with the export of a community in which everything is.
async fn exported() -> tempfile::TempDir {
    let community: Community = lively::community().await;
    let app = community.app().clone();
    block(move || {
        let folder = tempfile::tempdir().unwrap();
        export(&app, &folder.path().join("export"));
        folder
    })
    .await
    .unwrap()
}

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let (file, to) = (file.as_ref().unwrap().path(), to.join(file.as_ref().unwrap().file_name()));
        if file.is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&file, &to);
        } else {
            fs::copy(file, to).unwrap();
        }
    }
}

/// Writes `bytes` in the place of the first file of a picture, and gives its path.
fn disturb(dir: &Path, bytes: impl Fn(Vec<u8>) -> Vec<u8>) {
    let file = fs::read_dir(dir.join("media")).unwrap().next().unwrap().unwrap().path();
    let disturbed = bytes(fs::read(&file).unwrap());
    fs::write(file, disturbed).unwrap();
}

type Case = (&'static str, fn(&Path), &'static str);

const NOBODY: &str = "01a209e2-f5a2-7201-9517-906099cf59bf";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("garbage", |dir| front(dir, "posts", b"\x00\xff\xfe\n"), "posts.jsonl:1: expected value"),
    ("a value that is no object", |dir| front(dir, "posts", b"7\n"), "posts.jsonl:1: invalid type"),
    ("an empty line", |dir| front(dir, "posts", b"\n"), "posts.jsonl:1: EOF"),
    ("two records in a line", |dir| front(dir, "blocks", b"{} {}\n"), "blocks.jsonl:1: "),
    ("deep nesting", |dir| front(dir, "posts", [b"{\"id\":".to_vec(), vec![b'['; 100_000], b"\n".to_vec()].concat().as_slice()), "posts.jsonl:1: "),
    ("an endless line", |dir| front(dir, "posts", &vec![b' '; 3 << 20]), "posts.jsonl:1: is longer than 524288 bytes"),
    ("a lone surrogate", |dir| front(dir, "categories", br#"{"slug":"x","name":"\ud800","removed":false}
"#), "categories.jsonl:1: unexpected end of hex escape"),
    ("NUL", |dir| set(dir, "accounts", "/name", json!("A\0da")), "accounts.jsonl:1: name: must not contain control"),
    ("an unknown field", |dir| set(dir, "posts", "/views", json!(1)), "posts.jsonl:1: unknown field `views`"),
    ("a field twice", |dir| front(dir, "blocks", b"{\"blocker\":\"01a209e2-f5a2-7201-9517-906099cf59bf\",\"blocker\":\"x\"}\n"), "duplicate field"),
    ("a wrong type", |dir| set(dir, "posts", "/anonymous", json!("yes")), "posts.jsonl:1: invalid type"),
    ("an id that is none", |dir| set(dir, "posts", "/id", json!("1")), "posts.jsonl:1: expected a UUID"),
    ("a time that is none", |dir| set(dir, "posts", "/created_at", json!("yesterday")), "posts.jsonl:1: expected a time such as"),
    ("an e-mail address that is none", |dir| set(dir, "accounts", "/email", json!("ada")), "accounts.jsonl:1: email: must be"),
    ("an unbearable hash", |dir| set(dir, "accounts", "/password", json!("$argon2id$v=19$m=4194304,t=2,p=1$ZvI350RT8hPEMZcYj6yv2w$Ry/nQzRAeoDHjNv4GWPBqLJZr/vJNki2V3y3z/L0XA8")), "accounts.jsonl:1: password: must be an argon2"),
    ("a long title", |dir| set(dir, "post_revisions", "/title", json!("x".repeat(201))), "post_revisions.jsonl:1: title: must have 1 to 200"),
    ("a part of nothing", |dir| set(dir, "post_revisions", "/parts", json!(0)), "post_revisions.jsonl:1: part: must be below"),
    ("a text whose end is missing", |dir| set(dir, "post_revisions", "/parts", json!(2)), "post_revisions.jsonl:1: parts: part 1 of this text is missing"),
    ("a category that is not there", |dir| set(dir, "posts", "/categories", json!(["none"])), "posts.jsonl:1: categories: what it names is not in categories"),
    ("an author who is not there", |dir| set(dir, "posts", "/author", json!(NOBODY)), "posts.jsonl:1: author: what it names is not in accounts"),
    ("a post without its text", |dir| set(dir, "posts", "/revision", json!(9)), "posts.jsonl:1: revision: this text"),
    ("a depth that cannot be", |dir| set(dir, "comments", "/depth", json!(7)), "comments.jsonl:1: depth: must be one more"),
    ("a like of nothing", |dir| set(dir, "post_likes", "/post", json!(NOBODY)), "post_likes.jsonl:1: post: what it names is not in posts"),
    ("a gap in a log", |dir| set(dir, "conversation_events", "/seq", json!(99)), "conversation_events.jsonl:1: seq: event 98"),
    ("a position beyond all", |dir| set(dir, "conversation_events", "/position", json!(u64::MAX)), "conversation_events.jsonl:1: position: must be at most"),
    ("a count that is wrong", |dir| set(dir, "conversation_events", "/messages", json!(7)), "conversation_events.jsonl:1: messages: must count"),
    ("a count beyond all", |dir| set(dir, "conversation_events", "/messages", json!(u64::MAX)), "conversation_events.jsonl:1: messages: must count"),
    ("a conversation with oneself", |dir| set(dir, "conversations", "/kind", json!({"direct": [NOBODY, NOBODY]})), "conversations.jsonl:1: kind: must name two different"),
    ("an owner who is no member", |dir| set(dir, "conversations", "/kind", json!({"group": {"owner": NOBODY}})), "conversations.jsonl:"),
    ("an emoji that is a word", |dir| set(dir, "message_reactions", "/emoji", json!("ok")), "message_reactions.jsonl:1: emoji: must be an emoji"),
    ("a reading beyond the end", |dir| set(dir, "read_marks", "/seq", json!(999)), "read_marks.jsonl:1: seq: what it names"),
    ("a record twice", |dir| again(dir, "comments"), "comments.jsonl:32: there was this one before"),
    ("an address twice", |dir| set(dir, "accounts", "/email", json!("ben@example.org")), "accounts.jsonl:3: another line has what must be unique (accounts_by_email)"),
    ("no accounts at all", |dir| empty(dir, "accounts"), "what it names is not in accounts"),
    ("a picture that is used elsewhere", |dir| set(dir, "media", "/place", json!("unused")), "what it names is not in media, or belongs elsewhere"),
    ("a picture that nothing has", |dir| set(dir, "media", "/place", json!({"post": NOBODY})), "media.jsonl:1: place: does not have this picture"),
    ("a picture of somebody else", |dir| set(dir, "accounts", "/avatar", json!(NOBODY)), "accounts.jsonl:1: avatar: what it names is not in media"),
    ("a picture without end", |dir| set(dir, "media", "/width", json!(4_000_000)), "media.jsonl:1: width: and height must be 1 to 2560"),
    ("a file that leads elsewhere", |dir| set(dir, "media", "/picture/sha256", json!("../../../secrets/signing.key")), "media.jsonl:1: sha256: must be 64"),
    ("a type that runs", |dir| set(dir, "media", "/picture/content_type", json!("text/html")), "media.jsonl:1: content_type: must be"),
    ("another type than it is", |dir| set(dir, "media", "/picture/content_type", json!("image/gif")), "is no picture of the kind that media.jsonl says"),
    ("a picture whose file is missing", |dir| fs::remove_dir_all(dir.join("media")).unwrap(), "media: has 0 files with 0 bytes, and manifest.json says"),
    ("a picture that was cut", |dir| disturb(dir, |mut bytes| { bytes.pop(); bytes }), "bytes, and media.jsonl says"),
    ("a picture that was changed", |dir| disturb(dir, |mut bytes| { bytes[40] ^= 1; bytes }), "is not as it was written"),
    ("a file that is no picture's", |dir| fs::write(dir.join("media/index.html"), "<script>").unwrap(), "media/index.html: no picture is made of it"),
    ("a changed file", |dir| fs::write(dir.join("blocks.jsonl"), "").unwrap(), "blocks.jsonl: has 0 lines, 0 bytes and the SHA-256 e3b0c442"),
    ("a file that is not listed", |dir| fs::write(dir.join("polls.jsonl"), "").unwrap(), "polls.jsonl: is not in manifest.json"),
    ("a kind that is not known", |dir| write(dir, "polls", b""), "this Hearth knows no kind 'polls'"),
    ("a newer format", |dir| fs::write(dir.join("manifest.json"), r#"{"format":"hearth-export","version":2,"new":1}"#).unwrap(), "the format is of version 2"),
    ("another format", |dir| fs::write(dir.join("manifest.json"), r#"{"format":"x","version":1}"#).unwrap(), "no export of Hearth"),
    ("a manifest that is none", |dir| fs::write(dir.join("manifest.json"), "[".repeat(1 << 19)).unwrap(), "manifest.json: "),
    ("an endless manifest", |dir| fs::write(dir.join("manifest.json"), vec![b' '; 2 << 20]).unwrap(), "far too long"),
];

#[actix_web::test]
async fn what_is_not_right_is_refused_by_file_and_line_and_leaves_nothing() {
    let good = exported().await;
    block(move || {
        for (what, change, expected) in CASES {
            let dir = tempfile::tempdir().unwrap();
            copy(&good.path().join("export"), dir.path());
            change(dir.path());
            let refusals = refused(dir.path()).to_string();
            assert!(refusals.contains(expected), "{what}: {refusals}");
        }
        let unchanged = tempfile::tempdir().unwrap();
        import(&good.path().join("export"), &unchanged.path().join("store")).unwrap();
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn all_that_is_wrong_is_told_at_once_up_to_a_bound() {
    let good = exported().await;
    block(move || {
        let dir = good.path().join("export");
        front(&dir, "posts", &b"{}\n".repeat(1_500));
        front(&dir, "categories", b"{}\n");
        let refusals = refused(&dir);
        assert_eq!((refusals.count, refusals.described.len()), (1000, 20));
        let said = refusals.to_string();
        assert!(said.contains("categories.jsonl:1: missing field") && said.contains("posts.jsonl:1: missing field"));
        assert!(said.contains("… and 980 more"), "{said}");
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn a_reply_may_stand_before_what_it_answers() {
    let good = exported().await;
    block(move || {
        let dir = good.path().join("export");
        let content = fs::read_to_string(dir.join("comments.jsonl")).unwrap();
        let turned: Vec<_> = content.lines().rev().map(|line| format!("{line}\n")).collect();
        write(&dir, "comments", turned.concat().as_bytes());
        let store = import(&dir, &good.path().join("store")).unwrap();
        super::assert_agrees(&store);
        export_of(&store, &pictures(&good.path().join("store")), &good.path().join("again"));
        assert_eq!(fs::read_to_string(good.path().join("again/comments.jsonl")).unwrap(), content);
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn nothing_is_imported_into_a_community_or_beside_a_running_server() {
    let good = exported().await;
    block(move || {
        let (from, place) = (good.path().join("export"), good.path().join("store"));
        let store = import(&from, &place).unwrap();
        let options = Options::new(&place);
        let refusal = |options| hearth::portable::Landing::open(options).map(drop).unwrap_err().to_string();
        assert!(refusal(&options).contains("stop it first"), "{}", refusal(&options));
        store.close();
        drop(store);
        assert!(refusal(&options).contains("never mixes with another"), "{}", refusal(&options));
        let store = Store::open(catalog::HEARTH, &options).unwrap();
        super::assert_agrees(&store);
    })
    .await
    .unwrap();
}
