//! Short texts that come from outside: cursors, tokens, origins, names.

use std::path::Path;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::input::Input;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::config;
use crate::paging::{read_cursor, write_cursor};
use crate::posts::PostId;
use crate::sessions::{Device, SessionId, Tokens, TokensView};
use crate::store::key::Key;
use crate::text;

/// The places of the lists there are.
pub(super) fn cursor(input: &[u8], _: &Path) {
    let mut rest = Input(input);
    let (kind, sealed) = (rest.byte(), rest.byte() % 2 == 1);
    let cursor = if sealed { sealed_cursor(rest.0) } else { rest.text() };
    match kind % 6 {
        0 => read_back::<PostId>(&cursor),
        1 => read_back::<u64>(&cursor),
        2 => read_back::<(bool, u64)>(&cursor),
        3 => read_back::<(Timestamp, PostId)>(&cursor),
        4 => read_back::<(String, AccountId)>(&cursor),
        _ => read_back::<(u64, (i64, PostId))>(&cursor),
    }
}

/// A cursor with the right checksum over any place, as [`crate::paging`] makes it.
fn sealed_cursor(place: &[u8]) -> String {
    let sum = crc32c::crc32c_append(crc32c::crc32c(LIST.as_bytes()), place);
    URL_SAFE_NO_PAD.encode([&sum.to_le_bytes(), place].concat())
}

const LIST: &str = "posts:new";

/// A place has one cursor, and a cursor that is read is that one.
fn read_back<K: Key>(cursor: &str) {
    if let Ok(place) = read_cursor::<K>(LIST, cursor) {
        assert_eq!(write_cursor(LIST, &place), cursor, "two cursors stand for one place");
        assert!(read_cursor::<K>("another list", cursor).is_err(), "a cursor is good in two lists");
    }
}

pub(super) fn cursors() -> Vec<Vec<u8>> {
    let id = PostId::from([7; 16]);
    let texts = [
        (0, write_cursor(LIST, &id)),
        (1, write_cursor(LIST, &9_u64)),
        (2, write_cursor(LIST, &(true, 9_u64))),
        (3, write_cursor(LIST, &(Timestamp::from_millis(1_795_421_460_000), id))),
        (4, write_cursor(LIST, &("ana\0b".to_owned(), AccountId::from([1; 16])))),
        (5, write_cursor(LIST, &(3_u64, (-1_i64, id)))),
    ];
    let mut seeds: Vec<_> = texts.iter().map(|(kind, text)| [&[*kind, 0], text.as_bytes()].concat()).collect();
    seeds.extend((0..6).map(|kind| [&[kind, 1][..], &[kind; 33]].concat()));
    seeds
}

/// The only access token that may ever be read; its server and another token of the same session beside it.
static ISSUED: LazyLock<Option<(Tokens, TokensView)>> = LazyLock::new(|| {
    let (tokens, now) = (Tokens::new(&[7; 32]), Timestamp::from_millis(1_795_421_460_000));
    let device = Device { name: String::new(), address: String::new() };
    let fresh = tokens.begin(SessionId::from([1; 16]), AccountId::from([2; 16]), device, now);
    let view = tokens.issue(&fresh, now).ok()?;
    Some((tokens, view))
});

/// A token is good in one spelling alone, so that what is compared, counted or forbidden by its text is the token.
pub(super) fn token(input: &[u8], _: &Path) {
    let text = Input(input).text();
    let Some((tokens, issued)) = &*ISSUED else { return };
    if tokens.read_access(&text).is_some() {
        assert_eq!(text, issued.access_token, "a token that was not issued is taken");
    }
    if tokens.read_refresh(&text).is_some() {
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap_or_default();
        assert_eq!(URL_SAFE_NO_PAD.encode(bytes), text, "a refresh token has two spellings");
    }
}

pub(super) fn tokens() -> Vec<Vec<u8>> {
    let Some((_, issued)) = &*ISSUED else { return Vec::new() };
    let parts: Vec<_> = issued.access_token.split('.').collect();
    let header = |json: &str| format!("{}.{}.", URL_SAFE_NO_PAD.encode(json), parts.get(1).unwrap_or(&""));
    let forged = [header(r#"{"alg":"none"}"#), header(r#"{"alg":"HS256","kid":"../../dev/null"}"#)];
    [vec![issued.access_token.clone(), issued.refresh_token.clone()], forged.to_vec()]
        .concat()
        .iter()
        .map(|text| text.clone().into_bytes())
        .collect()
}

/// Forms in which two spellings are one, and which must not change again when they are brought into that form again.
pub(super) fn forms(input: &[u8], _: &Path) {
    let text = Input(input).text();
    if let Some(origin) = config::origin(&text) {
        assert_eq!(config::origin(&origin).as_ref(), Some(&origin), "an origin is another one's form");
    }
    if let Ok(id) = text.parse::<PostId>() {
        assert_eq!(id.to_string().parse(), Ok(id), "an id does not read back");
    }
    let folded = text::folded(&text);
    assert_eq!(text::folded(&folded), folded, "folding changes what is folded");
    assert!(text::slug(&text, 30).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    for (formed, again) in [
        (text::line("name", &text, 0, 500), text::line as fn(&str, &str, usize, usize) -> _),
        (text::paragraphs("body", &text, 0, 500), text::paragraphs),
    ] {
        if let Ok(formed) = formed {
            assert_eq!(again("again", &formed, 0, 500).as_ref(), Ok(&formed), "a text changes when it is sent again");
        }
    }
    assert_eq!(text::pieces(&text, 5).concat(), text);
}

pub(super) fn words() -> Vec<Vec<u8>> {
    let words = [
        "https://hearth.example.org:443",
        "http://[::1]:8080",
        "null",
        "00000000-0000-7000-8000-000000000000",
        "Zoë O'Hara-Núñez",
        "e\u{301}\u{323}",
        "ﬁ İ ß Σς",
        "👩‍🌾 a\u{202e}b",
        "a\r\n\tb  ",
        "\u{1100}\u{1161}\u{11a8}",
    ];
    words.map(|word| word.as_bytes().to_vec()).to_vec()
}
