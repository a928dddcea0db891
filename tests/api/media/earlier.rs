//! What was stored before there were pictures.

use hearth::accounts::{Account, Role};
use hearth::chat::{Event, What};
use hearth::clock::Timestamp;
use hearth::posts::Post;
use hearth::store::Record;
use hearth::store::codec::CodecError;

/// The body of a record as its first version had it: the field that came later stood at its end, in one byte.
fn first_version(record: &impl Record) -> Vec<u8> {
    let mut body = bincode::encode_to_vec(record, bincode::config::standard()).unwrap();
    assert_eq!(body.pop(), Some(0));
    body
}

/// Reads the first version of `record`, and holds what it became against it.
fn assert_read<R: Record>(record: &R) {
    let bytes = |record: &R| bincode::encode_to_vec(record, bincode::config::standard()).unwrap();
    let body = first_version(record);
    let read = R::migrate(1, &body).unwrap_or_else(|error| panic!("{}: {error}", R::TABLE));
    assert_eq!(bytes(&read), bytes(record), "{}", R::TABLE);
    assert!(matches!(R::migrate(1, &body[..body.len() - 1]), Err(CodecError::Malformed(_))), "{}", R::TABLE);
    assert!(matches!(R::migrate(R::VERSION + 1, &body), Err(CodecError::Version(_))), "{}", R::TABLE);
}

#[test]
fn records_from_before_there_were_pictures_are_read_and_have_none() {
    let at = Timestamp::from_millis(1_795_421_460_000);
    assert_read(&Post {
        id: [1; 16].into(),
        author: [2; 16].into(),
        anonymous: true,
        categories: vec!["food".into()],
        tags: vec!["rye".into()],
        archived: false,
        revision: 3,
        likes: 4,
        comments: 5,
        created_at: at,
        edited_at: Some(at),
        images: Vec::new(),
    });
    assert_read(&Account {
        id: [1; 16].into(),
        email: "ana@example.org".into(),
        email_verified: true,
        handle: "ana".into(),
        name: "Ana".into(),
        bio: "Bakes.".into(),
        role: Role::Admin,
        password: "a hash".into(),
        created_at: at,
        deleted: false,
        avatar: None,
    });
    assert_read(&Event {
        conversation: [1; 16].into(),
        seq: 7,
        position: 8,
        messages: 9,
        actor: [2; 16].into(),
        at,
        what: What::Renamed("Supper".into()),
        reactions: 10,
        image: None,
    });
}
