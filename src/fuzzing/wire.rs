//! What comes over a socket.

use std::path::Path;

use serde_json::Value;

use super::input::Input;
use crate::chat::socket::fuzzing::{answers, fit};
use crate::control::Order;

/// A frame is answered with JSON that has its id and says whether it was done; and no answer says that the server is at
/// fault.
pub(super) fn frame(input: &[u8], _: &Path) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(answers) = answers(text) else { return };
    // A frame may hold numbers that no Value can, in fields that nobody reads.
    let asked: Option<Value> = serde_json::from_str(text).ok();
    for answer in answers {
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        assert!(answer["ok"].is_boolean(), "an answer is no answer: {answer}");
        assert!(
            asked.as_ref().is_none_or(|asked| answer["id"] == asked["id"]),
            "an answer has another id than its frame: {answer}"
        );
        assert_ne!(answer["error"]["code"], "internal_error", "{answer}");
    }
}

pub(super) fn frames() -> Vec<Vec<u8>> {
    let frames = [
        r#"{"id":"1","op":"hello","token":"e30.e30.AA","cursors":{"00000000-0000-7000-8000-000000000000":1},"epoch":"x"}"#,
        r#"{"id":"2","op":"send","conversation":"00000000-0000-7000-8000-000000000000","client_id":"c","text":"x","reply_to":1}"#,
        r#"{"id":"3","op":"edit","conversation":"00000000-0000-7000-8000-000000000000","message_id":"00000000-0000-7000-8000-000000000000","text":"y"}"#,
        r#"{"id":"4","op":"delete","conversation":"00000000-0000-7000-8000-000000000000","message_id":"00000000-0000-7000-8000-000000000000","for":"me"}"#,
        r#"{"id":"5","op":"react","conversation":"00000000-0000-7000-8000-000000000000","message_id":"00000000-0000-7000-8000-000000000000","emoji":"👍","remove":true}"#,
        r#"{"id":"6","op":"read","conversation":"00000000-0000-7000-8000-000000000000","seq":18446744073709551615}"#,
        r#"{"id":"7\u0000\ud83d\udd25","op":"ping"}"#,
        r#"["8","ping"]"#,
        r#"{"id":"9","id":"10","op":"ping","x":[[[[{}]]]],"y":1e999}"#,
    ];
    frames.map(|frame| frame.as_bytes().to_vec()).to_vec()
}

/// The bound on frames is the same in whatever pieces the bytes come.
pub(super) fn socket(input: &[u8], _: &Path) {
    let mut rest = Input(input);
    let (limit, piece) = (rest.number() % 70_000, usize::from(rest.byte()).max(1));
    let whole = fit(limit, [rest.0]);
    assert_eq!(fit(limit, rest.0.chunks(piece)), whole, "pieces of {piece} bytes make a difference");
    assert_eq!(fit(limit, rest.0.chunks(1)), whole, "single bytes make a difference");
}

pub(super) fn sockets() -> Vec<Vec<u8>> {
    let with = |limit: u64, piece: u8, bytes: &[u8]| [&limit.to_le_bytes(), &[piece][..], bytes].concat();
    let small = [&[0x81, 0x85, 1, 2, 3, 4][..], b"hello"].concat();
    let large = [&[0x82, 0xfe, 0x01, 0x00, 1, 2, 3, 4][..], &[7; 256]].concat();
    let huge = [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4];
    vec![
        with(100, 3, &[small.clone(), small.clone()].concat()),
        with(300, 50, &[small, large.clone()].concat()),
        with(255, 1, &large),
        with(69_999, 7, &huge),
        with(125, 2, &[0x89, 0x00, 0x88, 0x80, 0, 0, 0, 0]),
    ]
}

/// An order is refused, or is read again as it was written.
pub(super) fn order(input: &[u8], _: &Path) {
    let Ok(order) = serde_json::from_slice::<Order>(input) else { return };
    let written = serde_json::to_value(&order).ok();
    let again = written.clone().and_then(|written| serde_json::from_value::<Order>(written).ok());
    assert_eq!(again.and_then(|again| serde_json::to_value(&again).ok()), written, "an order is read as another one");
}

pub(super) fn orders() -> Vec<Vec<u8>> {
    let orders = [
        r#"{"order":"status"}"#,
        r#"{"order":"create_account","name":"Ana","email":"a@b.cd","handle":null,"password":"correct horse","role":"admin"}"#,
        r#"{"order":"set_role","user":"ana","role":"moderator"}"#,
        r#"{"order":"reset_password","user":"ana","password":"correct horse"}"#,
        r#"{"order":"set_banned","user":"ana","banned":true}"#,
        r#"{"order":"create_invite","uses":4294967295,"days":1,"note":"x"}"#,
        r#"{"order":"revoke_invite","id":"00000000-0000-7000-8000-000000000000"}"#,
        r#"{"order":"log_out","user":null}"#,
    ];
    orders.map(|order| order.as_bytes().to_vec()).to_vec()
}
