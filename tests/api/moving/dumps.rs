//! A dump that is as it should be, in every form in which MongoDB's tools write it.

use bson::{Bson, Document, doc};
use hearth::accounts::{Account, Block, Role};
use hearth::categories::Category;
use hearth::chat::{Conversation, Event, Hidden, Kind, Member, ReadMark};
use hearth::clock::Timestamp;
use hearth::comments::{Comment, CommentLike};
use hearth::moderation::Ban;
use hearth::posts::{Bookmark, Like, Post, Revision};
use serde_json::{Value, json};

use super::dump::{Dump, Moved, at, bytes, import, oid, packed};
use super::{export_of, files, pictures};

const HASH: &str = "$2b$04$abcdefghijklmnopqrstuuAkZ4P2BdDzfRkLx3nCbkqD9rTx0eWqS";

fn users() -> Vec<Document> {
    vec![
        doc! {"_id": oid(1, 1), "name": "Ada Admin", "username": "ada", "email": "Ada@Example.org", "password": HASH,
        "role": "admin", "bio": "Runs it.", "createdAt": at(1), "__v": 0},
        doc! {"_id": oid(2, 2), "displayName": "Ben", "email": "ben@example.org", "password": HASH.replace("$2b$", "$2a$"),
        "blockedUsers": [oid(3, 3)], "bookmarks": [oid(10, 1)], "avatar": "/uploads/ben.png"},
        doc! {"_id": oid(3, 3), "username": "Cem K.", "email": "cem@example.org", "password": HASH, "isBanned": true},
    ]
}

fn posts() -> Vec<Document> {
    let deepest = doc! {"_id": oid(23, 3), "text": "Third", "user": oid(1, 1), "createdAt": at(23), "replies": []};
    let nested = doc! {"_id": oid(22, 2), "text": "Second", "user": oid(3, 3).to_hex(), "createdAt": at(22),
    "likes": [oid(1, 1), oid(2, 2)], "replies": [deepest]};
    vec![
        doc! {"_id": oid(10, 1), "title": "Bread", "content": "Long.\r\nAnd slow.", "author": oid(2, 2), "category": "Food & Drink",
        "tags": ["Sourdough", "#Flour"], "likes": [oid(1, 1), oid(3, 3)], "createdAt": at(10), "updatedAt": at(99),
        "comments": [{"_id": oid(21, 1), "text": "First", "user": {"_id": oid(1, 1), "name": "Ada"}, "createdAt": at(21),
                      "replies": [nested]},
                     {"_id": oid(24, 4), "content": "Flat", "author": oid(2, 2), "parentComment": oid(21, 1), "createdAt": at(24)}]},
        doc! {"_id": oid(11, 2), "title": "Secret", "body": "", "userId": oid(3, 3).to_hex(), "isAnonymous": true, "archived": true},
    ]
}

fn groups() -> Vec<Document> {
    vec![
        doc! {"_id": oid(30, 1), "name": "Bakers", "members": [oid(1, 1), {"user": oid(2, 2), "role": "admin"}, oid(3, 3)],
        "createdAt": at(30)},
    ]
}

fn messages() -> Vec<Document> {
    vec![
        doc! {"_id": oid(42, 3), "sender": oid(2, 2), "receiver": oid(1, 1), "content": "Third", "createdAt": at(42), "read": false,
        "replyTo": oid(40, 1)},
        doc! {"_id": oid(40, 1), "sender": oid(1, 1), "receiver": oid(2, 2), "content": "First", "createdAt": at(40), "read": true},
        doc! {"_id": oid(41, 2), "from": oid(2, 2), "to": oid(1, 1).to_hex(), "text": "Second", "createdAt": at(41),
        "isRead": true, "deletedFor": [oid(1, 1)]},
        doc! {"_id": oid(43, 4), "sender": {"_id": oid(3, 3)}, "group": oid(30, 1), "message": "To all", "createdAt": at(43),
        "readBy": [{"user": oid(1, 1), "at": at(50)}]},
        doc! {"_id": oid(44, 5), "sender": oid(1, 1), "group": oid(30, 1), "content": "Gone", "createdAt": at(44), "deleted": true,
        "readBy": []},
    ]
}

type Collection = (&'static str, fn() -> Vec<Document>);

const COLLECTIONS: [Collection; 4] = [("users", users), ("posts", posts), ("groups", groups), ("messages", messages)];

/// What an import came to, as an export.
fn exported(moved: &Moved) -> std::collections::BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        export_of(&moved.store, &pictures(&folder.path().join("store")), &folder.path().join("export")).left_out,
        0
    );
    files(&folder.path().join("export"))
}

fn dumped() -> Dump {
    let dump = Dump::new();
    for (name, documents) in COLLECTIONS {
        dump.bson(name, &documents());
    }
    dump
}

#[test]
fn people_come_with_their_roles_passwords_blocks_and_bans() {
    let moved = dumped().import();
    let [ada, ben, cem] = moved.all::<Account>().try_into().ok().unwrap();
    assert_eq!((ada.email.as_str(), ada.role, ada.bio.as_str()), ("ada@example.org", Role::Admin, "Runs it."));
    assert_eq!((ada.password.as_str(), ada.created_at.millis()), (HASH, 1_700_000_001_000));
    assert_eq!((ben.name.as_str(), ben.handle.as_str(), ben.role), ("Ben", "ben", Role::Member));
    assert_eq!((cem.name.as_str(), cem.handle.as_str()), ("Cem K.", "cem_k"));
    assert_eq!(ben.created_at.millis(), 1_700_000_002_000, "the ObjectId says when");
    let blocks: Vec<_> = moved.all::<Block>().iter().map(|block| (block.blocker, block.blocked)).collect();
    assert_eq!(blocks, [(ben.id, cem.id)]);
    assert_eq!(moved.all::<Ban>().iter().map(|ban| (ban.account, ban.by)).collect::<Vec<_>>(), [(cem.id, ada.id)]);
    assert!(moved.summary.contains("users.avatar (1)"), "{}", moved.summary);
}

#[test]
fn posts_come_with_their_comments_in_order_and_everything_on_them() {
    let moved = dumped().import();
    let [ada, ben, cem] = moved.all::<Account>().try_into().ok().unwrap();
    let [bread, secret] = moved.all::<Post>().try_into().ok().unwrap();
    assert_eq!(
        (bread.author, bread.categories, bread.tags),
        (ben.id, vec!["food-drink".into()], vec!["sourdough".into(), "flour".into()])
    );
    assert_eq!((bread.likes, bread.comments, bread.edited_at, bread.anonymous), (2, 4, None, false));
    assert_eq!((secret.author, secret.anonymous, secret.archived), (cem.id, true, true));
    let texts: Vec<_> = moved.all::<Revision>().into_iter().map(|text| (text.title, text.body)).collect();
    assert_eq!(texts, [("Bread".into(), "Long.\nAnd slow.".into()), ("Secret".to_owned(), String::new())]);
    let names: Vec<_> = moved.all::<Category>().into_iter().map(|category| (category.slug, category.name)).collect();
    assert_eq!(names, [("food-drink".into(), "Food & Drink".into()), ("general".to_owned(), "General".to_owned())]);
    let [first, second, third, flat] = moved.all::<Comment>().try_into().ok().unwrap();
    assert_eq!(
        [&first, &second, &third, &flat].map(|comment| comment.text.as_str()),
        ["First", "Second", "Third", "Flat"]
    );
    assert_eq!([&first, &second, &third, &flat].map(|comment| comment.depth), [0, 1, 2, 1]);
    assert_eq!([second.parent, third.parent, flat.parent], [Some(first.id), Some(second.id), Some(first.id)]);
    assert_eq!([first.author, second.author, flat.author], [ada.id, cem.id, ben.id]);
    assert_eq!((first.replies, second.likes), (2, 2));
    assert_eq!((moved.all::<Like>().len(), moved.all::<CommentLike>().len(), moved.all::<Bookmark>().len()), (2, 2, 1));
}

#[test]
fn messages_become_gapless_logs_in_the_order_of_time() {
    let moved = dumped().import();
    let [ada, ben, cem] = moved.all::<Account>().try_into().ok().unwrap();
    let conversations = moved.all::<Conversation>();
    let group = conversations.iter().find(|one| one.kind == Kind::Group(ben.id)).unwrap();
    let direct = conversations.iter().find(|one| one.kind == Kind::Direct(ada.id, ben.id)).unwrap();
    assert_eq!((conversations.len(), group.name.as_str(), group.members, direct.members), (2, "Bakers", 3, 2));
    assert_eq!((direct.last_seq, direct.messages, direct.created_at.millis()), (3, 3, 1_700_000_040_000));
    let events = moved.all::<Event>();
    let log = |id| events.iter().filter(move |event| event.conversation == id).collect::<Vec<_>>();
    let texts: Vec<_> = log(direct.id).iter().map(|event| event.message().unwrap().text.as_str()).collect();
    assert_eq!(texts, ["First", "Second", "Third"]);
    let numbers: Vec<_> =
        log(direct.id).iter().map(|event| (event.seq, event.messages, event.message().unwrap().number)).collect();
    assert_eq!(numbers, [(1, 1, 1), (2, 2, 1), (3, 3, 2)]);
    assert_eq!(log(direct.id)[2].message().unwrap().reply_to, Some(1));
    let gone = log(group.id)[1].message().unwrap();
    assert!(gone.deleted && gone.text.is_empty());
    let hidden: Vec<_> = moved.all::<Hidden>().iter().map(|hidden| (hidden.account, hidden.message)).collect();
    assert_eq!(hidden, [(ada.id, 2)]);
    let read = |conversation, account| {
        moved
            .all::<ReadMark>()
            .iter()
            .find(|mark| (mark.conversation, mark.account) == (conversation, account))
            .map(|mark| mark.seq)
    };
    assert_eq!((read(direct.id, ada.id), read(direct.id, ben.id)), (Some(2), Some(3)), "whoever writes has read");
    assert_eq!((read(group.id, ada.id), read(group.id, ben.id), read(group.id, cem.id)), (Some(2), None, Some(1)));
    assert_eq!(moved.all::<Member>().len(), 5);
}

/// A value as `mongoexport` writes it: with all types, or as people read it.
fn extended(value: &Bson, canonical: bool) -> Value {
    match value {
        Bson::ObjectId(id) => json!({"$oid": id.to_hex()}),
        Bson::DateTime(at) if canonical => json!({"$date": {"$numberLong": at.timestamp_millis().to_string()}}),
        Bson::DateTime(at) => json!({"$date": Timestamp::from_millis(at.timestamp_millis())}),
        Bson::Int32(number) if canonical => json!({"$numberInt": number.to_string()}),
        Bson::Int32(number) => json!(number),
        Bson::String(text) => json!(text),
        Bson::Boolean(truth) => json!(truth),
        Bson::Array(items) => items.iter().map(|item| extended(item, canonical)).collect(),
        Bson::Document(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), extended(value, canonical)));
            Value::Object(fields.collect())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_of_a_dump_gives_the_same_community_each_time() {
    let expected = exported(&dumped().import());
    assert_eq!(exported(&dumped().import()), expected, "the same dump gives the same ids");
    let lines = |canonical: bool, documents: &[Document]| -> Vec<String> {
        documents.iter().map(|document| extended(&Bson::Document(document.clone()), canonical).to_string()).collect()
    };
    type Form<'a> = (&'a str, Box<dyn Fn(&[Document]) -> Vec<u8> + 'a>);
    let forms: Vec<Form<'_>> = vec![
        ("community/{}.bson", Box::new(bytes)),
        ("{}.bson.gz", Box::new(|documents| packed(&bytes(documents)))),
        ("{}.json", Box::new(|documents| lines(true, documents).join("\n").into_bytes())),
        ("{}.json", Box::new(|documents| lines(false, documents).join("\n").into_bytes())),
        ("{}.json.gz", Box::new(|documents| packed(format!("[{}]\n", lines(true, documents).join(",")).as_bytes()))),
        (
            "{}.json",
            Box::new(|documents| format!("\u{feff}[\n{}\n]", lines(false, documents).join(",\n")).into_bytes()),
        ),
    ];
    for (name, form) in forms {
        let dump = Dump::new();
        for (collection, documents) in COLLECTIONS {
            dump.write(&name.replace("{}", collection), &form(&documents()));
            dump.write(&name.replace("{}.", &format!("{collection}.metadata.")).replace("bson", "json"), b"{}");
        }
        assert_eq!(exported(&dump.import()), expected, "{name}");
    }
}

#[test]
fn a_folder_that_is_no_dump_is_told_from_one() {
    let empty = Dump::new();
    assert!(import(empty.path()).err().unwrap().to_string().contains("holds no collection"));
    let file = empty.write("archive", b"\x6d\xe2\x99\x81");
    assert!(import(&file).err().unwrap().to_string().contains("not --archive"));
    for database in ["one", "two", "admin"] {
        empty.write(&format!("{database}/users.bson"), &bytes(&users()));
    }
    assert!(import(empty.path()).err().unwrap().to_string().contains("several databases: give the folder of one"));
    let nobody = Dump::new();
    nobody.bson("posts", &posts());
    assert!(import(nobody.path()).err().unwrap().to_string().contains("the dump has no users"));
}
