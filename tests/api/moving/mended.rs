//! Dumps in which not everything is as it should be: what is mended, what is skipped, and that it is said.

use bson::{Bson, Document, doc};
use hearth::accounts::Account;
use hearth::chat::{Conversation, Event, Kind, ReadMark};
use hearth::comments::Comment;
use hearth::posts::{Like, Post, Revision};
use proptest::prelude::*;

use super::dump::{Dump, Moved, at, bytes, import, oid};

const HASH: &str = "$2b$04$abcdefghijklmnopqrstuuAkZ4P2BdDzfRkLx3nCbkqD9rTx0eWqS";

/// Somebody who has nothing odd about them.
fn user(number: u8) -> Document {
    let email = format!("user{number}@example.org");
    doc! {"_id": oid(number.into(), number), "name": format!("User {number}"), "email": email, "password": HASH}
}

/// `document` with other fields.
fn with(mut document: Document, fields: Document) -> Document {
    document.extend(fields);
    document
}

fn imported(collections: &[(&str, Vec<Document>)]) -> Moved {
    let dump = Dump::new();
    dump.bson("users", &[user(1), user(2)]);
    for (name, documents) in collections {
        dump.bson(name, documents);
    }
    dump.import()
}

#[test]
fn users_are_kept_whatever_is_wrong_with_their_fields() {
    let moved = imported(&[(
        "users",
        vec![
            user(1),
            with(user(2), doc! {"email": "USER1@example.org"}),
            with(user(3), doc! {"email": "nowhere", "name": "\u{202e}\0 "}),
            with(user(4), doc! {"name": "x".repeat(200), "bio": "y".repeat(1200), "email": Bson::Null}),
            with(user(5), doc! {"password": HASH.replace("$04$", "$15$"), "name": "User 1"}),
            with(user(6), doc! {"password": "secret in plain", "role": 7, "createdAt": "no time", "email": ["a", "b"]}),
            with(user(7), doc! {"isDeleted": true}),
            user(1),
            doc! {"name": "Without an id"},
            with(user(8), doc! {"createdAt": Bson::DateTime(bson::DateTime::MIN), "name": 12345}),
        ],
    )]);
    let all = moved.all::<Account>();
    assert_eq!(all.len(), 8);
    let by_time = |seconds: i64| {
        all.iter().find(|account| account.created_at.millis() == at(seconds).timestamp_millis()).unwrap()
    };
    assert_eq!(by_time(1).email, "user1@example.org");
    assert!(by_time(2).email.ends_with("@import.invalid") && by_time(3).email.ends_with("@import.invalid"));
    assert_eq!((by_time(3).name.as_str(), by_time(3).handle.as_str()), ("Member", "member"));
    assert_eq!((by_time(4).name.chars().count(), by_time(4).bio.chars().count()), (80, 1000));
    assert_eq!((by_time(5).password.as_str(), by_time(5).handle.as_str()), ("", "user_1_2"));
    assert_eq!(by_time(6).password, "");
    assert!(by_time(7).deleted && by_time(7).email.is_empty());
    assert_eq!((by_time(8).name.as_str(), by_time(8).password.as_str()), ("12345", HASH));
    let id = |number: u8| oid(number.into(), number).to_hex();
    moved.assert_said("mended", "users", &id(2), "another one has this e-mail address");
    moved.assert_said("mended", "users", &id(3), "the e-mail address is none");
    moved.assert_said("mended", "users", &id(3), "the name is too short");
    moved.assert_said("mended", "users", &id(4), "the report has the rest");
    moved.assert_said("mended", "users", &id(5), "`hearth admin reset-password` lets them in");
    moved.assert_said("skipped", "users", &id(1), "another one has the same _id");
    moved.assert_said("skipped", "users", "document 9", "it has no _id");
    let rest = moved.report.iter().find(|line| line["detail"] == "y".repeat(200)).unwrap();
    assert_eq!(rest["id"], id(4));
}

#[test]
fn posts_are_kept_whatever_is_wrong_with_their_fields() {
    let post =
        |number: u8, fields: Document| with(doc! {"_id": oid(100, number), "title": "T", "author": oid(1, 1)}, fields);
    let moved = imported(&[(
        "posts",
        vec![
            post(1, doc! {"author": oid(9, 9), "anonymous": true}),
            post(2, doc! {"title": "t".repeat(250), "content": "🔥".repeat(20_100)}),
            post(3, doc! {"title": " ", "content": "\nThe first line\nand more"}),
            post(4, doc! {"likes": 17, "tags": "one, two,,TWO", "category": Bson::Null}),
            post(
                5,
                doc! {"likes": [oid(1, 1), oid(1, 1), oid(9, 9), 5, {"x": 1}], "categories": ["A", "b", "a", "c", "d", "e", "f"]},
            ),
            post(6, doc! {"isDeleted": true}),
            post(7, doc! {"categories": ["北京", oid(9, 9)], "images": ["/a.png"], "tags": ["x".repeat(40)]}),
            post(8, doc! {"author": {"_id": {"_id": oid(1, 1)}}, "title": ["no", "text"]}),
        ],
    )]);
    let posts = moved.all::<Post>();
    assert_eq!(posts.len(), 7);
    let find = |number: u8| {
        let all = moved.all::<Revision>();
        let line = moved.all::<Post>().into_iter().map(|post| {
            let text: Vec<_> = all.iter().filter(|text| text.post == post.id).collect();
            (text[0].title.clone(), text.iter().map(|text| text.body.as_str()).collect::<String>(), post)
        });
        line.clone().nth(usize::from(number)).unwrap()
    };
    let texts: Vec<_> = (0..7).map(find).collect();
    let titled = |title: &str| texts.iter().find(|(found, ..)| found.starts_with(title)).unwrap();
    assert_eq!((titled("ttt").0.chars().count(), titled("ttt").1.chars().count()), (200, 20_000));
    assert_eq!(titled("The first line").1, "\nThe first line\nand more");
    assert!(texts.iter().any(|(.., post)| post.tags == ["one", "two"] && post.categories == ["general"]));
    assert!(texts.iter().any(|(.., post)| post.categories == ["a", "b", "c", "d", "e"] && post.likes == 1));
    let unknown = texts.iter().find(|(.., post)| post.anonymous).unwrap().2.author;
    assert!(moved.all::<Account>().iter().any(|account| account.id == unknown && account.deleted));
    assert_eq!(moved.all::<Like>().len(), 1);
    let id = |number: u8| oid(100, number).to_hex();
    moved.assert_said("mended", "posts", &id(1), "whoever wrote it is not there");
    moved.assert_said("mended", "posts", &id(2), "the title was too long");
    moved.assert_said("mended", "posts", &id(2), "the text was too long");
    moved.assert_said("mended", "posts", &id(4), "it only says how many there are");
    moved.assert_said("mended", "posts", &id(5), "people on a list are not there");
    moved.assert_said("mended", "posts", &id(5), "more than five categories");
    moved.assert_said("skipped", "posts", &id(6), "it was deleted");
    moved.assert_said("mended", "posts", &id(7), "its pictures stay behind");
    moved.assert_said("mended", "posts", &id(7), "too long ones");
    assert!(moved.report.iter().all(|line| line["id"] != id(8) || line["reason"] != "whoever wrote it is not there"));
}

#[test]
fn comments_that_answer_themselves_or_nobody_are_at_the_top() {
    let comment = |number: u8, parent: Bson| doc! {"_id": oid(200, number), "text": format!("c{number}"), "user": oid(1, 1), "parent": parent};
    let id = |number: u8| Bson::ObjectId(oid(200, number));
    let moved = imported(&[(
        "posts",
        vec![doc! {"_id": oid(100, 1), "title": "T", "author": oid(1, 1), "comments": [
            comment(1, id(2)), comment(2, id(3)), comment(3, id(1)), comment(4, id(4)), comment(5, id(99)), comment(6, id(1)),
            comment(7, Bson::Null), comment(7, Bson::Null),
            {"text": "no id", "user": oid(2, 2)}, "no comment", {"_id": oid(200, 8), "text": " "},
            {"_id": oid(200, 9), "deleted": true, "replies": [{"text": "answered", "user": oid(2, 2)}]},
        ]}],
    )]);
    let comments = moved.all::<Comment>();
    let top: Vec<_> =
        comments.iter().filter(|comment| comment.parent.is_none()).map(|comment| comment.text.as_str()).collect();
    assert_eq!(comments.len(), 11);
    // One of the circle is at the top, and the others below it.
    assert_eq!(top.iter().filter(|text| ["c1", "c2", "c3"].contains(text)).count(), 1);
    assert!(["c4", "c5", "c7", "no id", ""].iter().all(|text| top.contains(text)), "{top:?}");
    let answered = comments.iter().find(|comment| comment.text == "answered").unwrap();
    let above = comments.iter().find(|comment| Some(comment.id) == answered.parent).unwrap();
    assert!(above.deleted && above.created_at == answered.created_at, "what has no time is as old as what is above");
    moved.assert_said("mended", "comments", "", "in a circle");
    moved.assert_said("mended", "comments", &oid(200, 5).to_hex(), "what it answers is not there");
    moved.assert_said("skipped", "comments", &oid(200, 8).to_hex(), "it is deleted or empty");
}

#[test]
fn messages_find_a_conversation_or_it_is_said_why_not() {
    let message = |number: u8, fields: Document| {
        with(doc! {"_id": oid(300, number), "sender": oid(1, 1), "text": "x", "createdAt": at(300)}, fields)
    };
    let moved = imported(&[
        (
            "groups",
            vec![
                doc! {"_id": oid(30, 1), "members": [oid(9, 9)]},
                doc! {"_id": oid(30, 2), "name": "", "members": 3, "admin": oid(2, 2)},
            ],
        ),
        (
            "messages",
            vec![
                message(1, doc! {}),
                message(2, doc! {"receiver": oid(1, 1)}),
                message(3, doc! {"receiver": oid(9, 9)}),
                message(4, doc! {"sender": oid(8, 8), "receiver": oid(9, 9)}),
                message(5, doc! {"group": oid(30, 1)}),
                message(6, doc! {"receiver": oid(30, 2), "text": "z".repeat(4100)}),
                message(7, doc! {"group": oid(30, 2), "text": "", "image": "/a.png", "replyTo": oid(300, 8)}),
                message(8, doc! {"group": oid(30, 2), "text": "\u{200b}"}),
                message(9, doc! {"group": oid(30, 2), "replyTo": oid(300, 6)}),
                message(9, doc! {"group": oid(30, 2)}),
            ],
        ),
    ]);
    let conversations = moved.all::<Conversation>();
    assert_eq!(conversations.len(), 2);
    let group = conversations.iter().find(|one| matches!(one.kind, Kind::Group(_))).unwrap();
    assert_eq!((group.name.as_str(), group.members, group.last_seq), ("Group", 1, 3));
    let texts: Vec<_> = moved.all::<Event>().iter().map(|event| event.message().unwrap().text.clone()).collect();
    assert!(texts.contains(&"[picture]".into()) && texts.contains(&"z".repeat(4000)), "{texts:?}");
    assert!(moved.all::<Event>().iter().any(|event| event.message().unwrap().reply_to == Some(1)));
    assert!(!moved.all::<ReadMark>().is_empty(), "what says nothing of being read is read");
    let id = |number: u8| oid(300, number).to_hex();
    moved.assert_said("skipped", "messages", &id(1), "no receiver and no group");
    moved.assert_said("skipped", "messages", &id(2), "to themselves");
    moved.assert_said("mended", "messages", &id(3), "to [deleted]");
    moved.assert_said("skipped", "messages", &id(4), "neither its sender nor its receiver");
    moved.assert_said("skipped", "messages", &id(5), "its group is not there");
    moved.assert_said("mended", "messages", &id(6), "the text was too long");
    moved.assert_said("mended", "messages", &id(7), "no earlier message");
    moved.assert_said("skipped", "messages", &id(8), "it says nothing");
    moved.assert_said("skipped", "messages", &id(9), "another one has the same _id");
    moved.assert_said("skipped", "groups", &oid(30, 1).to_hex(), "nobody in it is there");
}

/// BSON of a document in a document in a document, with lengths that are right.
fn deep(levels: usize) -> Vec<u8> {
    let mut bytes = vec![5, 0, 0, 0, 0];
    for _ in 0..levels {
        let length = u32::try_from(bytes.len() + 8).unwrap();
        bytes = [length.to_le_bytes().as_slice(), b"\x03a\0", &bytes, b"\0"].concat();
    }
    bytes
}

#[test]
fn files_that_are_damaged_or_hostile_are_read_as_far_as_can_be() {
    let good = bytes(&[with(doc! {"_id": oid(100, 1), "title": "Kept", "author": oid(1, 1)}, doc! {})]);
    let json = br#"{"_id": {"$oid": "654af5640000000000000001"}, "title": "Kept"}"#.to_vec();
    let surrogate = br#"{"_id": 1, "title": "\ud800"}"#.to_vec();
    let bomb = [br#"{"_id": 1, "a":"#.to_vec(), vec![b'['; 200_000], vec![b']'; 200_000], b"}".to_vec()].concat();
    let mut bad_text = bytes(&[doc! {"_id": oid(100, 2), "title": "Kept too", "author": oid(1, 1)}]);
    let at_text = bad_text.windows(4).position(|four| four == b" too").unwrap();
    bad_text[at_text] = 0xff;
    for (name, content, kept, reason) in [
        ("posts.bson", [good.clone(), b"\x01\x02".to_vec()].concat(), 1, "the file is damaged"),
        ("posts.bson", [good.clone(), good[..good.len() - 3].to_vec()].concat(), 1, "the file is damaged"),
        ("posts.bson", [good.clone(), b"\xff\xff\xff\x7fgarbage".to_vec()].concat(), 1, "the file is damaged"),
        ("posts.bson", [good.clone(), b"\xff\xff\xff\xff".to_vec()].concat(), 1, "the file is damaged"),
        ("posts.bson", [deep(1_000), good.clone()].concat(), 1, "it cannot be read"),
        ("posts.bson", [deep(3_000), good.clone(), bad_text].concat(), 2, "it cannot be read"),
        ("posts.json", [json.clone(), b"\n} garbage".to_vec()].concat(), 1, "the file is damaged"),
        ("posts.json", [json.clone(), b"{\"a\": ".to_vec()].concat(), 1, "the file is damaged"),
        ("posts.json", [surrogate, json.clone()].concat(), 1, "it cannot be read"),
        ("posts.json", [bomb, json].concat(), 1, "it cannot be read"),
        ("posts.bson.gz", b"\x1f\x8b\x08garbage".to_vec(), 0, "the file is damaged"),
        ("posts.bson", b"{\"_id\": 1}".to_vec(), 0, "the file is damaged"),
    ] {
        let dump = Dump::new();
        dump.bson("users", &[user(1)]);
        dump.write(name, &content);
        let moved = dump.import();
        assert_eq!(moved.all::<Post>().len(), kept, "{name}: {}", moved.summary);
        moved.assert_said("skipped", "posts", "document", reason);
    }
}

/// Any value, of which a document may be made.
fn value() -> impl Strategy<Value = Bson> {
    let leaf = prop_oneof![
        Just(Bson::Null),
        any::<bool>().prop_map(Bson::Boolean),
        any::<i64>().prop_map(Bson::Int64),
        any::<f64>().prop_map(Bson::Double),
        ".{0,12}".prop_map(Bson::String),
        (0..4_u8).prop_map(|number| Bson::ObjectId(oid(number.into(), number))),
        any::<i64>().prop_map(|millis| Bson::DateTime(bson::DateTime::from_millis(millis))),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Bson::Array),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|fields| Bson::Document(fields.into_iter().collect())),
        ]
    })
}

/// A name that something reads.
fn name() -> impl Strategy<Value = String> {
    let names = [
        "_id",
        "name",
        "username",
        "email",
        "password",
        "role",
        "isBanned",
        "isDeleted",
        "blockedUsers",
        "bookmarks",
        "createdAt",
        "title",
        "content",
        "author",
        "category",
        "tags",
        "likes",
        "comments",
        "replies",
        "text",
        "parent",
        "members",
        "owner",
        "admin",
        "sender",
        "receiver",
        "group",
        "read",
        "readBy",
        "deletedFor",
        "deleted",
        "replyTo",
        "image",
        "editedAt",
        "$id",
    ];
    prop::sample::select(names.map(str::to_owned).to_vec())
}

fn documents() -> impl Strategy<Value = Vec<Document>> {
    let document = (0..4_u8, prop::collection::vec((name(), value()), 0..12)).prop_map(|(number, fields)| {
        let fields: Document = fields.into_iter().collect();
        if number == 0 { fields } else { with(fields, doc! {"_id": oid(number.into(), number)}) }
    });
    prop::collection::vec(document, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Whatever a dump holds, what comes of it keeps every rule: it can be exported and imported again.
    #[test]
    fn any_dump_becomes_a_community_that_agrees_with_itself(
        users in documents(), posts in documents(), groups in documents(), messages in documents(), cut in any::<prop::sample::Index>()
    ) {
        let dump = Dump::new();
        dump.bson("users", &[vec![user(1), user(2)], users].concat());
        dump.bson("posts", &posts);
        dump.bson("groups", &groups);
        let mut last = bytes(&messages);
        if !last.is_empty() {
            let at = cut.index(last.len());
            last[at] ^= 0x55;
        }
        dump.write("messages.bson", &last);
        let moved = import(dump.path()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let folder = tempfile::tempdir().unwrap();
        super::export_of(&moved.store, &super::pictures(&folder.path().join("store")), &folder.path().join("export"));
        let again = super::import(&folder.path().join("export"), &folder.path().join("store"));
        prop_assert!(again.is_ok(), "{}", again.err().unwrap());
    }
}
