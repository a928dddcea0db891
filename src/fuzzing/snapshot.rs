//! A snapshot of which somebody else wrote the bytes.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::input::Input;
use crate::store::catalog::HEARTH;
use crate::store::journal::Place;
use crate::store::snapshot::{Item, Reader};
use crate::store::{Schema, batch};

const MAGIC: &[u8] = b"HearthSN\x01\0\0\0";

/// Either the bytes as they are, or blocks whose checksums, counts and digest hold, in the order of the input.
pub(super) fn run(input: &[u8], _: &Path) {
    let mut rest = Input(input);
    match rest.byte() % 2 {
        0 => read(rest.0),
        _ => read(&made_up(&mut rest)),
    }
}

/// Reads all of it: what is not refused has as many items as it says.
fn read(bytes: &[u8]) {
    let Ok(mut reader) = Reader::new(HEARTH, bytes) else { return };
    let (mut records, mut changes) = (0, 0);
    loop {
        match reader.next() {
            Ok(Some(Item::Record { .. })) => records += 1,
            Ok(Some(Item::Change(_))) => changes += 1,
            Ok(None) => break,
            Err(_) => return,
        }
    }
    let summary = reader.finish();
    assert!(summary.is_ok(), "a snapshot that was read is refused: {summary:?}");
    let Ok(summary) = summary else { return };
    assert_eq!((summary.records(), summary.changes), (records, changes), "a snapshot has other items than it says");
    assert!(summary.bytes <= bytes.len() as u64, "a snapshot is longer than its file");
}

fn block(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let head = [&[kind], length.to_le_bytes().as_slice()].concat();
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&head), body);
    [&head, checksum.to_le_bytes().as_slice(), body].concat()
}

fn encoded(value: impl bincode::Encode) -> Vec<u8> {
    bincode::encode_to_vec(value, bincode::config::standard()).unwrap_or_default()
}

fn footer(before: &[u8], records: Vec<u64>, changes: u64) -> Vec<u8> {
    let digest: [u8; 32] = Sha256::digest(before).into();
    block(b'F', &encoded((Place::START, records, changes, crate::store::Digest::default(), digest)))
}

fn made_up(input: &mut Input<'_>) -> Vec<u8> {
    let schema = Schema::of(&HEARTH);
    let tables = schema.0.len();
    let mut bytes = MAGIC.to_vec();
    bytes.extend(block(b'H', &if input.byte().is_multiple_of(8) { input.some().to_vec() } else { encoded(schema) }));
    let (mut counts, mut changes) = (vec![0_u64; tables], 0);
    while !input.is_empty() {
        match input.byte() % 5 {
            0 => {
                let place = usize::from(input.byte()) % (tables + 1);
                let mut body = encoded(u16::try_from(place).unwrap_or(0));
                for _ in 0..input.byte() % 4 {
                    body.extend(encoded((input.some(), input.some())));
                    counts.iter_mut().skip(place).take(1).for_each(|count| *count += 1);
                }
                bytes.extend(block(b'R', &body));
            }
            1 => {
                let table = HEARTH.0[usize::from(input.byte()) % HEARTH.0.len()].name();
                let change = batch::Change { tree: table, key: input.some().to_vec(), value: None };
                bytes.extend(block(b'C', &batch::encode(&vec![change]).unwrap_or_default()));
                changes += 1;
            }
            2 => bytes.extend(block(b"HRCFX"[usize::from(input.byte()) % 5], input.some())),
            3 => bytes.extend_from_slice(input.some()),
            _ => bytes.extend(footer(&bytes.clone(), counts.clone(), changes)),
        }
    }
    bytes
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut whole = MAGIC.to_vec();
    whole.extend(block(b'H', &encoded(Schema::of(&HEARTH))));
    whole.extend(block(b'R', &[encoded(3_u16), encoded((&b"key"[..], &b"value"[..]))].concat()));
    let mut counts = vec![0; HEARTH.0.len()];
    counts[3] = 1;
    whole.extend(footer(&whole.clone(), counts, 0));
    let with = |mode: u8, bytes: &[u8]| [&[mode], bytes].concat();
    vec![
        with(0, &whole),
        with(0, MAGIC),
        with(1, b"\x01\x00\x03\x01\x03key\x05value\x04"),
        with(1, b"\x01\x00\x03\x02\x01a\x01b\x01c\x01d\x00\x05\x01\x01a\x01b\x01\x05\x03key\x04"),
        with(1, b"\x01\x02\x01\x03abc\x04"),
        with(1, b"\x08\x03abc\x04"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_here_is_a_snapshot() {
        let made_up = made_up(&mut Input(&seeds()[3][1..]));
        let mut reader = Reader::new(HEARTH, made_up.as_slice()).unwrap();
        let summary = reader.finish().unwrap();
        assert_eq!((summary.records(), summary.changes), (3, 1));
    }
}
