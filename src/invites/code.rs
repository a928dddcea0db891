//! The code of an invite: what whoever has it may say.

use sha2::{Digest, Sha256};

use crate::id::random_bytes;

/// Crockford's base 32 in lower case: no i, l, o or u, so that nobody mistakes one for another.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Digits of a code: 100 bits, which nobody guesses.
const LENGTH: usize = 20;

/// Digits between two hyphens.
const GROUP: usize = 5;

/// An invite's code in its one form: digits without hyphens.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// A code that nobody had before.
    pub fn random() -> Self {
        // Each of the 256 values of a byte gives one of 32 digits, every one as often.
        let digit = |byte: u8| char::from(DIGITS[usize::from(byte % 32)]);
        Self(random_bytes::<LENGTH>().into_iter().map(digit).collect())
    }

    /// The code in what somebody typed: case, hyphens and blanks do not count, nor does it matter whether one took a
    /// digit for the letter that it looks like.
    pub fn typed(text: &str) -> Self {
        let normal = |c: char| match c.to_ascii_lowercase() {
            '-' => None,
            c if c.is_whitespace() => None,
            'o' => Some('0'),
            'i' | 'l' => Some('1'),
            c => Some(c),
        };
        // A longer one is no code, and needs not be read to its end for that.
        Self(text.chars().take(4 * LENGTH).filter_map(normal).collect())
    }

    /// What is stored of it, and looked up: a guess learns nothing from how long that takes.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

impl std::fmt::Display for Code {
    /// In groups, as people read them out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, digit) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        for _ in 0..200 {
            let code = Code::random();
            let shown = code.to_string();
            assert_eq!((shown.len(), shown.matches('-').count()), (23, 3), "{shown}");
            let sloppy = shown.to_uppercase().replace('-', " ").replace('0', "O").replace('1', "l");
            for typed in [shown.clone(), format!(" {sloppy}\n"), shown.replace('-', "")] {
                assert_eq!(Code::typed(&typed).hash(), code.hash(), "{typed}");
            }
            assert_ne!(Code::typed(&shown[1..]).hash(), code.hash());
        }
    }
}
