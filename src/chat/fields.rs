//! What the fields of conversations and messages may hold, whichever way they come in.

use crate::chat::conversations::MAX_NAME;
use crate::error::FieldError;
use crate::media::MediaId;
use crate::text;

/// Longest message, in characters.
pub const MAX_TEXT: usize = 4000;

/// Longest `client_id`, in characters.
pub const MAX_CLIENT_ID: usize = 128;

/// Longest emoji, in characters: those of families and flags are made of up to a dozen.
pub const MAX_EMOJI: usize = 16;

/// Takes a group's name.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_group_name(name: &str) -> Result<String, FieldError> {
    text::line("name", name, 1, MAX_NAME)
}

/// Takes what a message says.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_message(text: &str) -> Result<String, FieldError> {
    if !text::can_be_seen(text) {
        return Err(FieldError::new("text", format!("must have 1 to {MAX_TEXT} characters that can be seen")));
    }
    text::paragraphs("text", text, 1, MAX_TEXT)
}

/// Takes the id of a picture, which may not be there.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_image(id: &str) -> Result<MediaId, FieldError> {
    id.parse().map_err(|_| FieldError::new("image", "must be the id of a picture, which POST /media uploads, or null"))
}

/// Takes what a device calls its message.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_client_id(text: &str) -> Result<String, FieldError> {
    text::line("client_id", text, 1, MAX_CLIENT_ID)
}

/// Takes an emoji: what it is made of is left to those who draw it, but it is no text.
///
/// # Errors
///
/// A [`FieldError`] that says what is wrong.
pub fn parse_emoji(text: &str) -> Result<String, FieldError> {
    let fits =
        |c: char| !c.is_ascii() && !c.is_alphabetic() && !c.is_whitespace() || c.is_ascii_digit() || "#*".contains(c);
    let emoji = text::line("emoji", text, 1, MAX_EMOJI)?;
    if emoji.is_ascii() || !text::can_be_seen(&emoji) || !emoji.chars().all(fits) {
        return Err(FieldError::new("emoji", "must be an emoji"));
    }
    Ok(emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_told_from_text() {
        for good in ["👍", "❤️", "👩‍👩‍👧‍👦", "🇳🇴", "1️⃣", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✓", "\u{2764}"]
        {
            assert_eq!(parse_emoji(good).as_deref(), Ok(good), "{good}");
        }
        for bad in ["", "ok", ":+1:", "1", "👍 👍", "👍a", "é", "<b>", "\u{0}", "\u{202e}", &"👍".repeat(17)] {
            assert!(parse_emoji(bad).is_err(), "{bad}");
        }
    }
}
