//! `hearth.toml`: each value as the text that the setting's parser takes.

use std::fs;
use std::io;
use std::path::Path;

use toml::Value;

use super::SETTINGS;
use super::load::ConfigError;

/// The keys and the texts of the values in the file at `path`; nothing where it is missing and need not be there.
pub(super) fn read(path: &Path, must_exist: bool) -> Result<Vec<(&'static str, String)>, ConfigError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => return Ok(Vec::new()),
        Err(cause) => return Err(ConfigError::Unreadable { path: path.to_owned(), cause }),
    };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::Broken {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| line_of(&text, span.start)),
        message: error.message().lines().collect::<Vec<_>>().join(", "),
    })?;
    table.iter().map(|(key, value)| Ok((known(path, key)?, value_text(value)))).collect()
}

fn known(path: &Path, key: &str) -> Result<&'static str, ConfigError> {
    SETTINGS.iter().map(|setting| setting.key).find(|known| *known == key).ok_or_else(|| ConfigError::UnknownKey {
        path: path.to_owned(),
        key: key.to_owned(),
        nearest: nearest(key),
    })
}

/// A list becomes its items with commas between them. What no setting can be becomes what no setting's parser takes.
fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(value_text).collect::<Vec<_>>().join(","),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Table(_) => "{…}".into(),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The key that was probably meant.
fn nearest(key: &str) -> Option<&'static str> {
    let near = SETTINGS.iter().map(|setting| (distance(key, setting.key), setting.key));
    near.filter(|(distance, known)| *distance <= known.len().div_ceil(3)).min().map(|(_, known)| known)
}

/// How many letters to insert, remove or replace to get from `from` to `to` (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(&b));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_the_key_that_was_meant() {
        assert_eq!(nearest("public-url"), Some("public_url"));
        assert_eq!(nearest("lisen"), Some("listen"));
        assert_eq!(nearest("Workers"), Some("workers"));
        assert_eq!(nearest("colour"), None);
    }
}
