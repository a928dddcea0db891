//! Identifiers: UUIDv7 (RFC 9562), so that ids sort by creation, and one type for each kind of thing.

use std::sync::{Mutex, PoisonError};

use crate::clock::Timestamp;

/// Makes UUIDv7 values that only ever grow within one process, also while the clock stands still or jumps back.
///
/// RFC 9562 section 6.2, method 1: the twelve bits after the version are a counter, seeded at random in each
/// new millisecond and carried into the time when they overflow.
#[derive(Debug, Default)]
pub struct Ids {
    last: Mutex<(u64, u16)>,
}

/// Largest value of the twelve counter bits.
const COUNTER_MAX: u16 = 0x0fff;

impl Ids {
    /// From now on makes only ids that are greater than `id`, of which the sixteen bytes are the first of `key`.
    pub fn is_taken(&self, key: &[u8]) {
        let Some((id, _)) = key.split_first_chunk::<16>() else { return };
        let mut time = [0; 8];
        time[2..].copy_from_slice(&id[..6]);
        let counter = u16::from_be_bytes([id[6], id[7]]) & COUNTER_MAX;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (*last).max((u64::from_be_bytes(time), counter));
    }

    /// The next id at the moment `now`.
    pub fn next<I: From<[u8; 16]>>(&self, now: Timestamp) -> I {
        let random: [u8; 10] = random_bytes();
        let now = u64::try_from(now.millis()).unwrap_or(0);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = match *last {
            (time, _) if now > time => (now, u16::from_be_bytes([random[0], random[1]]) & (COUNTER_MAX >> 1)),
            (time, COUNTER_MAX) => (time + 1, 0),
            (time, counter) => (time, counter + 1),
        };
        let (time, counter) = *last;
        drop(last);
        let mut tail = random;
        tail[..2].copy_from_slice(&counter.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(time, &tail).into_uuid().into_bytes().into()
    }
}

/// `N` bytes from the operating system's generator.
///
/// # Panics
///
/// Where the operating system has no randomness to give: nothing that signs or salts could go on safely.
#[expect(clippy::expect_used, reason = "without randomness no secret can be made, so stopping is the safe answer")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// `bytes` as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Declares an identifier type: sixteen bytes in the store, a lower-case hyphenated UUID outside.
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
        pub struct $name([u8; 16]);

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl $name {
            /// The sixteen bytes, which sort as the ids do.
            pub const fn bytes(self) -> [u8; 16] {
                self.0
            }

            /// The same as a number.
            pub const fn as_u128(self) -> u128 {
                u128::from_be_bytes(self.0)
            }

            /// The milliseconds since 1970 that it begins with: when it was made, and never less than in an earlier id.
            pub const fn millis(self) -> i64 {
                let [a, b, c, d, e, f, ..] = self.0;
                i64::from_be_bytes([0, 0, a, b, c, d, e, f])
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                uuid::Uuid::from_bytes(self.0).hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::try_parse(text).map(|id| Self(id.into_bytes()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("expected a UUID"))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::Custom("uuid".into())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl $crate::store::key::Key for $name {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0);
            }

            fn read(input: &mut &[u8]) -> Result<Self, $crate::store::key::KeyError> {
                $crate::store::key::take(input).map(Self)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_stands_still_or_jumps_back() {
        let ids = Ids::default();
        let mut last: [u8; 16] = ids.next(Timestamp::from_millis(1_000_000));
        for step in 0..20_000 {
            let now = if step % 3 == 0 { 10 } else { 1_000_000 };
            let next: [u8; 16] = ids.next(Timestamp::from_millis(now));
            assert!(next > last, "id {step} does not grow");
            last = next;
        }
    }

    #[test]
    fn ids_are_greater_than_those_that_are_taken_whatever_the_clock_says() {
        let before = Ids::default();
        for _ in 0..10_000 {
            let taken: [u8; 16] = before.next(Timestamp::from_millis(3_600_000));
            let ids = Ids::default();
            ids.is_taken(&taken);
            ids.is_taken(&[0; 40]);
            ids.is_taken(b"short");
            let next: [u8; 16] = ids.next(Timestamp::from_millis(10));
            assert!(next > taken);
        }
    }

    #[test]
    fn ids_are_uuid_version_7() {
        let id: [u8; 16] = Ids::default().next(Timestamp::from_millis(1_795_421_460_000));
        let id = uuid::Uuid::from_bytes(id);
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
    }
}
