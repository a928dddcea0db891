//! Keys whose bytes sort as their values do, and that can be read back one after another.

use thiserror::Error;

/// Bytes that are not the key they were taken for.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("these bytes are not a key of this kind")]
pub struct KeyError;

/// A value with an order-preserving encoding: `a < b` exactly when the bytes of `a` sort before those of `b`.
///
/// Each encoding ends where it says it does, so keys can stand one after another: that is what tuples are.
pub trait Key: Sized {
    /// Appends this key's bytes.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes one key off the front of `input`.
    ///
    /// # Errors
    ///
    /// [`KeyError`] where `input` does not start with such a key.
    fn read(input: &mut &[u8]) -> Result<Self, KeyError>;

    /// This key's bytes alone.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(32);
        self.write(&mut out);
        out
    }

    /// Reads a key that is all of `bytes`.
    ///
    /// # Errors
    ///
    /// [`KeyError`] where `bytes` is not exactly one such key.
    fn from_bytes(mut bytes: &[u8]) -> Result<Self, KeyError> {
        let key = Self::read(&mut bytes)?;
        if bytes.is_empty() { Ok(key) } else { Err(KeyError) }
    }
}

/// Takes `N` bytes off the front of `input`.
///
/// # Errors
///
/// [`KeyError`] where fewer are left.
pub fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], KeyError> {
    let (head, rest) = input.split_first_chunk::<N>().ok_or(KeyError)?;
    *input = rest;
    Ok(*head)
}

/// The smallest byte string that is greater than every string starting with `prefix`; `None` where there is none.
pub fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

impl Key for () {
    fn write(&self, _out: &mut Vec<u8>) {}

    fn read(_input: &mut &[u8]) -> Result<Self, KeyError> {
        Ok(())
    }
}

macro_rules! unsigned_keys {
    ($($int:ty),*) => {$(
        impl Key for $int {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
                take(input).map(Self::from_be_bytes)
            }
        }
    )*};
}
unsigned_keys!(u8, u16, u32, u64);

impl Key for i64 {
    /// With the sign bit flipped, two's complement sorts as unsigned.
    fn write(&self, out: &mut Vec<u8>) {
        (self.cast_unsigned() ^ (1 << 63)).write(out);
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        u64::read(input).map(|bits| (bits ^ (1 << 63)).cast_signed())
    }
}

impl Key for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        match u8::read(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(KeyError),
        }
    }
}

/// Stands for a zero byte inside a string: `00 FF`, which sorts above the terminator `00 00`.
const ESCAPED_ZERO: u8 = 0xff;

impl Key for String {
    fn write(&self, out: &mut Vec<u8>) {
        for &byte in self.as_bytes() {
            out.push(byte);
            if byte == 0 {
                out.push(ESCAPED_ZERO);
            }
        }
        out.extend_from_slice(&[0, 0]);
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        let mut text = Vec::new();
        loop {
            match take::<1>(input)? {
                [0] => match take::<1>(input)? {
                    [0] => return Self::from_utf8(text).map_err(|_| KeyError),
                    [ESCAPED_ZERO] => text.push(0),
                    _ => return Err(KeyError),
                },
                [byte] => text.push(byte),
            }
        }
    }
}

impl<K: Key> Key for Option<K> {
    /// `None` sorts first.
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(key) = self {
            key.write(out);
        }
    }

    fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
        bool::read(input)?.then(|| K::read(input)).transpose()
    }
}

macro_rules! tuple_keys {
    ($(($($name:ident . $place:tt),+)),*) => {$(
        impl<$($name: Key),+> Key for ($($name,)+) {
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$place.write(out);)+
            }

            fn read(input: &mut &[u8]) -> Result<Self, KeyError> {
                Ok(($($name::read(input)?,)+))
            }
        }
    )*};
}
tuple_keys!((A.0, B.1), (A.0, B.1, C.2), (A.0, B.1, C.2, D.3));

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Mixed = (String, i64, Option<u32>, bool);

    proptest! {
        #[test]
        fn keys_sort_as_their_values(a: Mixed, b: Mixed) {
            prop_assert_eq!(a.to_bytes().cmp(&b.to_bytes()), a.cmp(&b));
        }

        #[test]
        fn close_strings_sort_as_their_values(a in "[\u{0}\u{1}a\u{ff}]{0,4}", b in "[\u{0}\u{1}a\u{ff}]{0,4}", n: u8, m: u8) {
            prop_assert_eq!((a.clone(), n).to_bytes().cmp(&(b.clone(), m).to_bytes()), (a, n).cmp(&(b, m)));
        }

        #[test]
        fn keys_read_back(key: Mixed) {
            prop_assert_eq!(Mixed::from_bytes(&key.to_bytes()), Ok(key));
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            if let Ok(key) = Mixed::from_bytes(&bytes) {
                prop_assert_eq!(key.to_bytes(), bytes);
            }
        }

        #[test]
        fn the_end_of_a_prefix_is_tight(prefix: Vec<u8>, tail: Vec<u8>) {
            let inside = [prefix.clone(), tail].concat();
            if let Some(end) = after_prefix(&prefix) {
                prop_assert!(inside < end);
                prop_assert!(prefix < end);
            } else {
                prop_assert!(prefix.iter().all(|&byte| byte == u8::MAX));
            }
        }
    }
}
