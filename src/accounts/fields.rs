//! What an account's fields may hold, whichever way they come in.

use email_address::EmailAddress;

use super::DELETED;
use crate::error::FieldError;
use crate::media::MediaId;
use crate::text;

/// Longest name, in characters.
pub const MAX_NAME: usize = 80;

/// Longest text about oneself, in characters.
pub const MAX_BIO: usize = 1000;

/// Takes the id of a picture, which may not be there.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_avatar(id: &str) -> Result<MediaId, FieldError> {
    id.parse().map_err(|_| FieldError::new("avatar", "must be the id of a picture, which POST /media uploads, or null"))
}

/// Takes an e-mail address: its form is checked, not whether it exists. Case does not count.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_email(text: &str) -> Result<String, FieldError> {
    let email = text::line("email", text, 3, 254)?.to_lowercase();
    let form = email_address::Options::default().without_display_text().without_domain_literal().with_required_tld();
    let wrong = || {
        FieldError::new("email", "must be an e-mail address, such as ana@example.org, without look-alikes of letters")
    };
    // In quotes almost anything may stand before the @, also another address.
    if EmailAddress::parse_with_options(&email, form).is_err() || email.starts_with('"') {
        return Err(wrong());
    }
    // Else there were two addresses that look alike, of which some mail servers make one.
    let looks_like_another = |c: char| c == '\u{3002}' || !text::can_be_seen(c.encode_utf8(&mut [0; 4]));
    let is_plain = text::folded(&email) == email && !email.chars().any(looks_like_another);
    if is_plain { Ok(email) } else { Err(wrong()) }
}

/// Takes a handle as somebody chose it.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_handle(text: &str) -> Result<String, FieldError> {
    let right = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if (3..=30).contains(&text.len()) && text.bytes().all(right) {
        return Ok(text.to_owned());
    }
    Err(FieldError::new("handle", "must have 3 to 30 characters, each of them a-z, 0-9 or _"))
}

/// Takes a name as people write their own.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong, also where it is what stands for those who have left.
pub fn parse_name(text: &str) -> Result<String, FieldError> {
    let name = text::line("name", text, 2, MAX_NAME)?;
    let is_taken = text::folded(&name) == DELETED;
    if is_taken { Err(FieldError::new("name", "stands for those who have left: choose another")) } else { Ok(name) }
}

/// Takes what somebody says about themselves.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_bio(text: &str) -> Result<String, FieldError> {
    text::paragraphs("bio", text, 0, MAX_BIO)
}
