//! Files that an import takes in: of an export of Hearth, and of a dump of MongoDB.

use std::fs;
use std::path::Path;

use bson::oid::ObjectId;
use bson::{Bson, Document, doc};

use super::input::Input;
use crate::mongodb::{self, DumpError};
use crate::portable::{self, KINDS};

/// The first byte says which file of an export it is. What is read from it is written out as it would be read again.
pub(super) fn lines(input: &[u8], _: &Path) {
    let mut rest = Input(input);
    match KINDS.get(usize::from(rest.byte()) % (KINDS.len() + 1)) {
        Some(kind) => drop(portable::read_kind(*kind, rest.0)),
        None => drop(portable::read_manifest(rest.0)),
    }
}

/// A line or some of each kind, in the order of [`KINDS`], and a manifest; `#1` stands for an id, and `#T` for a time.
const FILES: &[&str] = &[
    r##"{"id":"#1","email":"ana@example.org","email_verified":true,"handle":"ana","name":"Ana","bio":"b","role":"admin","password":"$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy","created_at":"#T","deleted":false,"avatar":"#5"}
{"id":"#2","email":"","email_verified":false,"handle":"","name":"","bio":"","role":"member","password":"","created_at":"#T","deleted":true}"##,
    r##"{"blocker":"#1","blocked":"#2","at":"#T"}"##,
    r##"{"account":"#1","by":"#2","at":"#T"}"##,
    r##"{"id":"#1","hash":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","note":"n","uses":4294967295,"used":1,"created_by":null,"created_at":"#T","expires_at":"#T"}"##,
    r##"{"slug":"food-and-drink","name":"Food","removed":false}"##,
    r##"{"id":"#1","author":"#2","anonymous":true,"categories":["food"],"tags":["a","б"],"archived":false,"revision":3,"created_at":"#T","edited_at":null,"images":["#5","#6"]}"##,
    r##"{"post":"#1","number":0,"title":"T","body":"b\n\nc","at":"#T"}
{"post":"#1","number":0,"part":1,"parts":2,"title":"","body":" x ","at":"-000001-01-01T00:00:00.001Z"}"##,
    r##"{"id":"#1","owner":"#2","place":{"message":{"conversation":"#3","seq":4}},"width":2560,"height":1,"picture":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","content_type":"image/gif","size":1},"thumbnail":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeef0","content_type":"image/jpeg","size":18446744073709551615},"avatar":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","content_type":"image/png","size":0},"created_at":"#T"}
{"id":"#4","owner":"#2","place":"unused","width":1,"height":2560,"picture":{"sha256":"ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","content_type":"image/png","size":1},"thumbnail":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeef0","content_type":"image/jpeg","size":1},"avatar":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","content_type":"image/png","size":0},"created_at":"#T"}"##,
    r##"{"post":"#1","account":"#2","at":"#T"}"##,
    r##"{"post":"#1","account":"#2","at":"9999-12-30T22:00:00.999Z"}"##,
    r##"{"id":"#1","post":"#2","parent":"#3","depth":1,"author":"#4","anonymous":false,"text":"e\u0301","deleted":false,"created_at":"#T","edited_at":"#T"}"##,
    r##"{"comment":"#1","account":"#2","at":"#T"}"##,
    r##"{"id":"#1","kind":{"direct":["#1","#2"]},"name":"","position":1,"created_at":"#T"}
{"id":"#2","kind":{"group":{"owner":"#1"}},"name":"Room","position":9223372036854775807,"created_at":"#T"}"##,
    r##"{"conversation":"#1","account":"#2","since":0,"at":"#T"}"##,
    r##"{"conversation":"#1","seq":1,"position":2,"messages":1,"actor":"#2","at":"#T","what":{"message":{"id":"#3","text":"x","reply_to":null,"client_id":"c","number":1,"edited_at":null,"deleted":false,"image":"#5"}}}
{"conversation":"#1","seq":2,"position":3,"messages":1,"actor":"#2","at":"#T","what":{"edited":{"seq":1,"message":"#3"}}}
{"conversation":"#1","seq":3,"position":4,"messages":1,"actor":"#2","at":"#T","what":{"deleted":{"seq":1,"message":"#3","for_everyone":true}}}
{"conversation":"#1","seq":4,"position":5,"messages":1,"actor":"#2","at":"#T","what":{"reaction":{"seq":1,"message":"#3","emoji":"👍","on":true}}}
{"conversation":"#1","seq":5,"position":6,"messages":1,"actor":"#2","at":"#T","what":{"joined":{"account":"#4"}}}
{"conversation":"#1","seq":6,"position":7,"messages":1,"actor":"#2","at":"#T","what":{"left":{"account":"#2","new_owner":null}}}
{"conversation":"#1","seq":7,"position":8,"messages":1,"actor":"#2","at":"#T","what":{"renamed":{"name":"Room"}}}
{"conversation":"#1","seq":8,"position":9,"messages":1,"actor":"#2","at":"#T","what":{"owner":{"account":"#4"}}}"##,
    r##"{"conversation":"#1","account":"#2","seq":18446744073709551615}"##,
    r##"{"conversation":"#1","message":1,"emoji":"👍🏽","account":"#2"}"##,
    r##"{"conversation":"#1","account":"#2","message":1}"##,
    r##"{"format":"hearth-export","version":1,"hearth":"1.0.0","made_at":"#T","confidential":"c","kinds":{"posts":{"lines":1,"bytes":2,"sha256":"00"}},"media":{"files":3,"bytes":4},"left_out":{"chores":"w"}}"##,
];

fn file(text: &str) -> String {
    text.replace("#T", "2026-11-23T08:11:00.000Z").replace('#', "01900000-0000-7000-8000-00000000000")
}

pub(super) fn files() -> Vec<Vec<u8>> {
    let of = |kind: usize, text: &str| [&[u8::try_from(kind).unwrap_or(0)], file(text).as_bytes()].concat();
    FILES.iter().enumerate().map(|(kind, text)| of(kind, text)).collect()
}

/// Collections of a dump, in the order of its parts.
const COLLECTIONS: [&str; 5] = ["users", "posts", "groups", "messages", "categories"];

/// Who is there where the input is another collection.
const USERS: &str = r#"{"_id":"u1","name":"Ana","email":"a@b.cd","isAdmin":true} {"_id":"u2","name":"Bo"}"#;

/// What divides a JSON dump into its collections: no JSON holds it.
const DIVIDER: u8 = 0;

/// The first byte says in which form the dump is: JSON of all collections, or one of them in BSON, as it is or as a
/// document whose length is right. Whatever it holds is imported or reported, as long as there is anybody.
pub(super) fn dump(input: &[u8], dir: &Path) {
    let mut rest = Input(input);
    let form = rest.byte();
    let folder = dir.join("dump");
    let put = |name: String, bytes: &[u8]| fs::write(folder.join(name), bytes);
    let made = fs::create_dir(&folder).and_then(|()| put("users.json".into(), USERS.as_bytes()));
    let made = made.and_then(|()| match form % 3 {
        0 => {
            let mut parts = rest.0.split(|byte| *byte == DIVIDER).zip(COLLECTIONS);
            parts.try_for_each(|(part, name)| put(format!("{name}.json"), part))
        }
        1 => put(format!("{}.bson", collection(&mut rest)), rest.0),
        _ => put(format!("{}.bson", collection(&mut rest)), &whole(rest.0)),
    });
    if made.is_err() {
        return;
    }
    let told = mongodb::interpret(&folder, &dir.join("report"));
    assert!(matches!(told, Ok(_) | Err(DumpError::NoUsers)), "a dump is an error: {told:?}");
}

fn collection(input: &mut Input<'_>) -> &'static str {
    COLLECTIONS[usize::from(input.byte()) % COLLECTIONS.len()]
}

/// A document with these elements.
fn whole(elements: &[u8]) -> Vec<u8> {
    let length = u32::try_from(elements.len() + 5).unwrap_or(u32::MAX);
    [&length.to_le_bytes(), elements, &[0]].concat()
}

pub(super) fn dumps() -> Vec<Vec<u8>> {
    let json = [
        r#"{"_id":{"$oid":"65f000000000000000000001"},"username":"ana","email":"a@b.cd","role":"admin","password":"$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy","bookmarks":["p1"],"blockedUsers":["u2"],"createdAt":{"$date":"2026-01-02T03:04:05.678Z"}},
[{"_id":"u2","displayName":"Bo \u0000","banned":1,"createdAt":{"$date":{"$numberLong":"-1"}}},{"_id":"u3","isDeleted":true,"createdAt":{"$date":253402300799999}}]"#,
        r#"{"_id":"p1","title":"T","content":"b\n","author":{"_id":"u2"},"category":"c1","tags":["a,B"],"likes":["u2",3],"comments":[{"_id":"k1","text":"x","user":"u2","likes":4,"replies":[{"text":"y","parent":"k1"}]},{"_id":"k2","text":"z","parentId":"k3"},{"_id":"k3","text":"z","parentId":"k2","deleted":true}],"createdAt":1700000000000}"#,
        r#"{"_id":"g1","name":"Room","members":[{"user":"u2","role":"admin"},"65F000000000000000000001"],"createdAt":1.7e12}"#,
        r#"{"_id":"m1","from":"u2","to":"65f000000000000000000001","text":"x","readBy":["u2"],"timestamp":"2026-01-02T03:04:05Z"}{"_id":"m2","sender":"u2","group":"g1","content":"","image":"i","replyTo":"m1","isRead":false,"deletedFor":["u2"]}{"_id":"m3","sender":"u9","room":"g1","deleted":true}"#,
        r#"{"_id":"c1","name":"Food & Drink"}"#,
    ];
    let json = [&[0], json.join("\0").as_bytes()].concat();
    let id = ObjectId::from_bytes([0x65, 0xf0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let at = bson::DateTime::from_millis(1_700_000_000_000);
    let documents = [
        doc! {"_id": id, "name": "Ana", "email": "a@b.cd", "role": "mod", "emailVerified": true, "createdAt": at},
        doc! {
            "_id": id, "title": "T", "body": "b", "userId": "u2", "categories": ["food", {"slug": "x"}], "likes": 3_i64,
            "comments": [{"text": "x", "author": "u1", "replies": [{"text": "y", "likes": ["u1"]}]}], "createdAt": at,
        },
        doc! {"_id": id, "title": "Room", "participants": [{"user": "u1"}, "u2"], "admins": ["u2"], "createdAt": 1.7e12},
        doc! {"_id": id, "sender": "u1", "receiver": "u2", "message": "x", "read": true, "seenBy": Bson::Null},
        doc! {"_id": 7_i32, "name": "Food", "slug": Bson::Undefined},
    ];
    let bytes = |document: &Document| document.to_vec().unwrap_or_default();
    let mut seeds = vec![json, vec![0], vec![1, 0]];
    for (place, document) in (0_u8..).zip(&documents) {
        let written = bytes(document);
        seeds.push([&[2, place], &written[4..written.len() - 1]].concat());
        seeds.push([&[1, place], written.as_slice(), &written].concat());
    }
    seeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_of_a_file_holds_records() {
        assert_eq!(FILES.len(), KINDS.len() + 1, "each kind needs a file here, and the manifest stands last");
        for (kind, text) in KINDS.iter().zip(FILES) {
            let lines = u64::try_from(text.lines().count()).unwrap();
            assert_eq!(portable::read_kind(*kind, file(text).as_bytes()), lines, "{}", kind.name());
        }
        assert!(portable::read_manifest(file(FILES[KINDS.len()]).as_bytes()));
    }
}
