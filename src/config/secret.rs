//! A setting that is known to who set it, and is shown to nobody.

use std::fmt;

use subtle::ConstantTimeEq;

/// Fewer characters could be guessed, and more are no header.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=200;

/// A text that proves that somebody may do something: it is compared, and never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// What is shown in its place.
    pub const DOTS: &str = "…";

    /// `text` as a secret, where it has 16 to 200 visible ASCII characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = LENGTH.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// Whether `text` is this secret, in the same time whatever is wrong with it.
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::DOTS)
    }
}
