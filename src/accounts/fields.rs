//! What an account's fields may hold, whichever way they come in.

use email_address::EmailAddress;

use crate::error::FieldError;
use crate::text;

/// Longest name, in characters.
pub const MAX_NAME: usize = 80;

/// Longest text about oneself, in characters.
pub const MAX_BIO: usize = 1000;

/// Takes an e-mail address: its form is checked, not whether it exists. Case does not count.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_email(text: &str) -> Result<String, FieldError> {
    let email = text::line("email", text, 3, 254)?.to_lowercase();
    let form = email_address::Options::default().without_display_text().without_domain_literal().with_required_tld();
    match EmailAddress::parse_with_options(&email, form) {
        Ok(_) => Ok(email),
        Err(_) => Err(FieldError::new("email", "must be an e-mail address, such as ana@example.org")),
    }
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
/// A [`FieldError`] that says what is wrong.
pub fn parse_name(text: &str) -> Result<String, FieldError> {
    text::line("name", text, 2, MAX_NAME)
}

/// Takes what somebody says about themselves.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_bio(text: &str) -> Result<String, FieldError> {
    text::paragraphs("bio", text, 0, MAX_BIO)
}
