//! What people type, made safe to store and to show: one Unicode form, no control characters, bounded length.
//!
//! Lengths count characters (Unicode scalar values), as the contract does.

use unicode_normalization::UnicodeNormalization;

use crate::error::FieldError;

/// Characters that no one sees and that change how others are read: zero-width space, line and paragraph separators,
/// the byte order mark, and the bidirectional overrides of the "Trojan Source" attacks (CVE-2021-42574). Joiners
/// stay: emoji and several scripts need them.
pub const fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A single line of `min..=max` characters, trimmed and in Unicode's form NFC.
///
/// # Errors
///
/// A [`FieldError`] for `field` that says what is wrong.
pub fn line(field: &str, text: &str, min: usize, max: usize) -> Result<String, FieldError> {
    let line: String = text.trim().nfc().collect();
    if line.chars().any(|c| c.is_control() || is_deceptive(c)) {
        return Err(FieldError::new(field, "must not contain control characters or invisible direction marks"));
    }
    within(field, line, min, max)
}

/// Text of several lines, of `min..=max` characters: line ends become `\n`, tabs stay, the end is trimmed.
///
/// # Errors
///
/// A [`FieldError`] for `field` that says what is wrong.
pub fn paragraphs(field: &str, text: &str, min: usize, max: usize) -> Result<String, FieldError> {
    let text: String = text.replace("\r\n", "\n").trim_end().nfc().collect();
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' || is_deceptive(c)) {
        return Err(FieldError::new(field, "must not contain control characters or invisible direction marks"));
    }
    within(field, text, min, max)
}

fn within(field: &str, text: String, min: usize, max: usize) -> Result<String, FieldError> {
    let length = text.chars().count();
    if (min..=max).contains(&length) {
        // Where there must be something, it must be there to be seen: else there is nothing to name, or to click on.
        if min > 0 && !can_be_seen(&text) {
            return Err(FieldError::new(field, "must have something in it that can be seen"));
        }
        return Ok(text);
    }
    Err(FieldError::new(field, format!("must have {min} to {max} characters, and has {length}")))
}

/// The beginning of a text in Markdown, of at most `max` characters, in one line and without the marks that people use most:
/// for lists and previews, where it is shown as it is.
pub fn excerpt(markdown: &str, max: usize) -> String {
    let is_mark = |c: char| matches!(c, '#' | '>' | '*' | '-' | '`' | '~') || c.is_whitespace();
    let lines = markdown.lines().map(|line| line.trim_start_matches(is_mark)).filter(|line| !line.is_empty());
    let mut plain = String::new();
    for c in lines.flat_map(|line| line.chars().chain([' '])).filter(|c| !matches!(c, '*' | '`')).take(max) {
        plain.push(if c.is_whitespace() { ' ' } else { c });
    }
    plain.trim_end().to_owned()
}

/// `text` as [`line()`] would have it, whatever it was: what is refused there is a blank here, or gone.
pub fn forced_line(text: &str) -> String {
    let plain = text.chars().filter(|c| !is_deceptive(*c)).map(|c| if c.is_control() { ' ' } else { c });
    plain.nfc().collect::<String>().trim().to_owned()
}

/// `text` as [`paragraphs`] would have it, whatever it was: what is refused there is gone here.
pub fn forced_paragraphs(text: &str) -> String {
    let breaks = text.replace("\r\n", "\n").replace('\r', "\n");
    let plain = breaks.chars().filter(|c| *c == '\n' || *c == '\t' || !(c.is_control() || is_deceptive(*c)));
    plain.nfc().collect::<String>().trim_end().to_owned()
}

/// The first `max` characters of `text`, and the rest.
pub fn cut(text: &str, max: usize) -> (&str, &str) {
    text.split_at(text.char_indices().nth(max).map_or(text.len(), |(at, _)| at))
}

/// Whether anything of `text` can be seen: it is not all blanks, joiners, selectors, tags and the like.
pub fn can_be_seen(text: &str) -> bool {
    let is_seen = |c: char| {
        !(c.is_whitespace()
            || c.is_control()
            || is_deceptive(c)
            || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
            || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{2060}'..='\u{206f}')
            || matches!(c, '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'))
    };
    text.chars().any(is_seen)
}

/// The form in which two spellings of the same word are the same: compatibility characters unified, lower case.
pub fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// An ASCII slug of `text` in `[a-z0-9_]`, of at most `max` characters; empty where nothing of it is left.
pub fn slug(text: &str, max: usize) -> String {
    let plain = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut slug = String::new();
    for c in plain.flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(max);
    slug.trim_end_matches('_').to_owned()
}

/// `text` in pieces of at most `bytes` bytes (at least 4), cut between characters; one empty piece where it is empty.
pub fn pieces(mut text: &str, bytes: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    loop {
        let (piece, rest) = text.split_at(text.floor_char_boundary(bytes));
        pieces.push(piece);
        if rest.is_empty() {
            return pieces;
        }
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_and_invisible_characters_are_refused() {
        for bad in ["a\u{0}b", "a\nb", "a\u{7f}b", "a\u{85}b", "a\u{202e}b", "a\u{200b}b", "a\u{feff}b"] {
            assert!(line("name", bad, 1, 80).is_err(), "{bad:?}");
        }
        assert!(paragraphs("body", "a\n\tb", 0, 80).is_ok());
        assert!(paragraphs("body", "a\u{0}b", 0, 80).is_err());
        assert_eq!(paragraphs("body", "a\r\nb \n", 0, 80).unwrap(), "a\nb");
    }

    #[test]
    fn lengths_count_characters_of_the_composed_form() {
        assert_eq!(line("name", "  e\u{301}  ", 1, 1).unwrap(), "\u{e9}");
        assert!(line("name", "🔥🔥🔥", 1, 3).is_ok());
        assert!(line("name", "🔥🔥🔥", 1, 2).is_err());
        assert!(line("name", "   ", 1, 2).is_err());
        assert!(line("name", "👩‍🌾 Ana", 2, 80).is_ok());
    }

    #[test]
    fn what_nobody_can_see_is_told_from_what_they_can() {
        for seen in ["a", " a", "\u{301}", "👩‍🌾", "1️⃣", "\u{200d}.", "ー"] {
            assert!(can_be_seen(seen), "{seen:?}");
        }
        for unseen in ["", " \n\t", "\u{200d}", "\u{fe0f}\u{2060}", "\u{ad}", "\u{e0062}", "\u{3164}", "\u{3000}"] {
            assert!(!can_be_seen(unseen), "{unseen:?}");
        }
    }

    #[test]
    fn slugs_are_made_from_names_of_many_scripts() {
        assert_eq!(slug("Zoë O'Hara-Núñez", 30), "zoe_o_hara_nunez");
        assert_eq!(slug("  -- ", 30), "");
        assert_eq!(slug("北京", 30), "");
    }

    proptest! {
        #[test]
        fn pieces_make_up_the_text(text: String, bytes in 4..20_usize) {
            let pieces = pieces(&text, bytes);
            prop_assert!(pieces.iter().all(|piece| piece.len() <= bytes));
            prop_assert_eq!(pieces.concat(), text);
        }

        #[test]
        fn folding_ignores_case_and_is_stable(text: String) {
            let folded_once = folded(&text);
            prop_assert_eq!(folded(&folded_once), folded_once);
        }

        #[test]
        fn what_was_forced_is_taken(text: String, max in 0..20_usize) {
            prop_assert_eq!(line("text", &forced_line(&text), 0, 1000), Ok(forced_line(&text)));
            prop_assert_eq!(paragraphs("text", &forced_paragraphs(&text), 0, 1000), Ok(forced_paragraphs(&text)));
            let (start, rest) = cut(&text, max);
            prop_assert_eq!(start.chars().count(), max.min(text.chars().count()));
            prop_assert_eq!(format!("{start}{rest}"), text);
        }

        #[test]
        fn slugs_have_no_other_characters(text: String) {
            let slug = slug(&text, 30);
            prop_assert!(slug.len() <= 30 && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
        }
    }
}
