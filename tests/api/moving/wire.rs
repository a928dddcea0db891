//! The form of each kind of record in an export: what goes out comes in as it was.

use hearth::accounts::{Account, Block, Role};
use hearth::categories::Category;
use hearth::chat::{Conversation, Event, Hidden, Kind, Member, Message, MessageId, Reaction, ReadMark, Scope, What};
use hearth::clock::Timestamp;
use hearth::comments::{Comment, CommentLike};
use hearth::invites::Invite;
use hearth::media::{self, Hash, Media, Place, Stored};
use hearth::moderation::Ban;
use hearth::portable::Portable;
use hearth::posts::{Bookmark, Like, Post, Revision, revision_parts};
use proptest::prelude::*;

fn bytes<R: Portable>(record: &R) -> Vec<u8> {
    bincode::encode_to_vec(record, bincode::config::standard()).unwrap()
}

#[track_caller]
fn assert_same<R: Portable>(record: &R) {
    let line = serde_json::to_string(&record.line()).unwrap();
    assert!(!line.contains('\n'), "{line}");
    let back = serde_json::from_str(&line).map_err(|error| error.to_string());
    let back = back.and_then(|line| R::from_line(line).map_err(|error| format!("{error:?}")));
    let back = back.unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!(bytes(&back), bytes(record), "{line}");
    assert_eq!(serde_json::to_string(&back.line()).unwrap(), line);
}

/// Text as it is stored.
fn text() -> impl Strategy<Value = String> {
    ".{1,30}".prop_map(|text| format!("{}.", hearth::text::forced_paragraphs(&text)))
}

fn line() -> impl Strategy<Value = String> {
    ".{1,30}".prop_map(|text| hearth::text::forced_line(&format!("a{text}b")))
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..253_402_300_799_999_i64).prop_map(Timestamp::from_millis)
}

fn what() -> impl Strategy<Value = What> {
    let ids = (any::<u64>(), any::<[u8; 16]>().prop_map(MessageId::from));
    let message =
        (ids.clone(), text(), line(), proptest::option::of(any::<u64>()), proptest::option::of(time()), any::<bool>())
            .prop_map(|((number, id), text, client_id, reply_to, edited_at, deleted)| {
                let text = if deleted { String::new() } else { text };
                What::Message(Message { id, text, reply_to, client_id, number, edited_at, deleted })
            });
    prop_oneof![
        message,
        ids.clone().prop_map(|(seq, id)| What::Edited(seq, id)),
        (ids.clone(), any::<bool>()).prop_map(|((seq, id), all)| What::Deleted(
            seq,
            id,
            if all { Scope::Everyone } else { Scope::Me }
        )),
        (ids, any::<bool>()).prop_map(|((seq, id), on)| What::Reaction(seq, id, "👩‍🌾".into(), on)),
        any::<[u8; 16]>().prop_map(|id| What::Joined(id.into())),
        (any::<[u8; 16]>(), proptest::option::of(any::<[u8; 16]>()))
            .prop_map(|(id, heir)| What::Left(id.into(), heir.map(Into::into))),
        line().prop_map(What::Renamed),
        any::<[u8; 16]>().prop_map(|id| What::Owner(id.into())),
    ]
}

proptest! {
    #[test]
    fn accounts_and_what_is_between_them(
        id: [u8; 16], other: [u8; 16], name in line(), bio in text(), at in time(), email_verified: bool, deleted: bool
    ) {
        let account = Account {
            id: id.into(), email: "ana@example.org".into(), email_verified, handle: "ana_1".into(), name, bio, role: Role::Moderator,
            password: String::new(), created_at: at, deleted: false, avatar: email_verified.then(|| other.into()),
        };
        assert_same(&if deleted { account.deleted() } else { account });
        prop_assume!(id != other);
        assert_same(&Block { blocker: id.into(), blocked: other.into(), at });
        assert_same(&Ban { account: id.into(), by: other.into(), at });
        assert_same(&Invite {
            id: id.into(), hash: [id, other].concat().try_into().unwrap(), note: String::new(), uses: 3, used: 1,
            created_by: deleted.then(|| other.into()), created_at: at, expires_at: at,
        });
    }

    #[test]
    fn posts_and_what_is_on_them(
        id: [u8; 16], account: [u8; 16], flags: [bool; 3], title in line(), body in text(), revision: u32, at in time(),
        edited_at in proptest::option::of(time()), long in 0..20_000_usize
    ) {
        assert_same(&Post {
            id: id.into(), author: account.into(), anonymous: flags[0], categories: vec!["food".into(), "help-1".into()],
            tags: if flags[1] { vec!["émoi".into(), "北京".into()] } else { Vec::new() }, archived: flags[2], revision, likes: 0,
            comments: 0, created_at: at, edited_at, images: if flags[2] { vec![account.into(), id.into()] } else { Vec::new() },
        });
        assert_same(&Category { slug: "food".into(), name: title.clone(), posts: 0, removed: flags[0] });
        // Cut anywhere, also before a blank.
        let long: String = body.chars().chain("🔥 \n".chars()).cycle().take(long).chain(['.']).collect();
        let long = hearth::text::forced_paragraphs(&long);
        for part in revision_parts(id.into(), revision, (&title, &long), at) {
            assert_same::<Revision>(&part);
        }
        let (post, account) = (id.into(), account.into());
        assert_same(&Like { post, account, at });
        assert_same(&Bookmark { post, account, at });
    }

    #[test]
    fn pictures(
        id: [u8; 16], other: [u8; 16], seq: u64, place in 0..4_usize, side in 1..=2560_u32, hash: [u8; 32], size: u64, at in time()
    ) {
        let place = [Place::Unused, Place::Post(other.into()), Place::Message(other.into(), seq), Place::Owner][place];
        let [picture, thumbnail, avatar] = media::Kind::ALL.map(|kind| Stored { hash: Hash(hash), kind, size });
        let (width, height) = (side, 2561 - side);
        let (id, owner) = (id.into(), other.into());
        assert_same(&Media { id, owner, place, width, height, picture, thumbnail, avatar, created_at: at });
    }

    #[test]
    fn comments(
        id: [u8; 16], other: [u8; 16], parent in proptest::option::of(any::<[u8; 16]>()), depth: u32, flags: [bool; 2],
        text in text(), at in time(), edited_at in proptest::option::of(time())
    ) {
        assert_same(&Comment {
            id: id.into(), post: other.into(), parent: parent.map(Into::into), depth, author: other.into(), anonymous: flags[0],
            text: if flags[1] { String::new() } else { text }, likes: 0, replies: 0, deleted: flags[1], created_at: at, edited_at,
        });
        assert_same(&CommentLike { comment: id.into(), account: other.into(), at });
    }

    #[test]
    fn conversations_and_what_is_in_them(
        id: [u8; 16], account: [u8; 16], seq: u64, position in 0..1_u64 << 63, messages: u64, name in line(), at in time(), what in what()
    ) {
        let (conversation, account) = (id.into(), account.into());
        let kind = Kind::Direct([0; 16].into(), [1; 16].into());
        let group = Conversation {
            id: conversation, kind: Kind::Group(account), name, last_seq: 0, messages: 0, members: 0, position, created_at: at,
        };
        assert_same(&group);
        assert_same(&Conversation { kind, name: String::new(), ..group });
        assert_same(&Member { conversation, account, since: seq, at, sent: 0 });
        assert_same(&ReadMark { conversation, account, seq });
        let image = matches!(&what, What::Message(message) if !message.deleted && seq % 2 == 0).then(|| account.bytes().into());
        assert_same(&Event { conversation, seq, position, messages, actor: account, at, what, reactions: 0, image });
        assert_same(&Reaction { conversation, message: seq, emoji: "❤️".into(), account });
        assert_same(&Hidden { conversation, account, message: seq });
    }
}
