//! A source file as the rules look at it: code alone, and what it names.

use std::collections::BTreeSet;

/// A source file.
pub struct Source {
    /// From the repository's root.
    pub path: String,
    /// Its code: no comments, no texts, and blanks only where they keep words apart.
    pub code: String,
}

impl Source {
    pub fn new(path: String, text: &str) -> Self {
        Self { code: dense(&bare(text)), path }
    }

    pub fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(&format!("src/{folder}/"))
    }

    /// Whether a folder or the file itself is called `name`.
    pub fn is_called(&self, name: &str) -> bool {
        self.path.split('/').any(|part| part == name || part.strip_suffix(".rs") == Some(name))
    }

    pub fn has_word(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.code.split(|c: char| !is_word(c)).any(fits)
    }

    /// What is named right below `module`: `x` for both `module::x::y` and `module::{x::y}`.
    pub fn below(&self, module: &str) -> BTreeSet<&str> {
        let start = format!("{module}::");
        let places = self.code.match_indices(&start).filter(|(at, _)| !self.code[..*at].ends_with(is_word));
        places.flat_map(|(at, _)| heads(&self.code[at + start.len()..])).collect()
    }

    /// The types that this file makes records.
    pub fn records(&self) -> Vec<&str> {
        let places = self.code.match_indices("Record for ");
        let implemented = places.filter(|(at, _)| self.code[..*at].ends_with([' ', ':', '>']));
        implemented.map(|(at, found)| first_word(&self.code[at + found.len()..])).collect()
    }

    /// What stands before the declaration of the type `name`.
    pub fn attributes(&self, name: &str) -> Option<&str> {
        let declares = |(at, kind): &(usize, &str)| first_word(&self.code[at + kind.len()..]) == name;
        let mut starts = ["struct ", "enum "].iter().flat_map(|kind| self.code.match_indices(kind));
        let (start, _) = starts.find(declares)?;
        self.code[..start].rsplit([';', '}']).next()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub fn first_word(code: &str) -> &str {
    code.split(|c: char| !is_word(c)).next().unwrap_or_default()
}

/// The first words of a path, or of each path of a group in braces.
fn heads(code: &str) -> Vec<&str> {
    let Some(group) = code.strip_prefix('{') else { return vec![first_word(code)] };
    let mut heads = vec![first_word(group)];
    let mut depth = 1;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => heads.push(first_word(group[at + 1..].trim_start())),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

/// `text` without comments and without what stands in quotes.
fn bare(text: &str) -> String {
    let (mut bare, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let after_word = bare.ends_with(is_word);
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest).filter(|_| !after_word || bare.ends_with('b')) {
            length
        } else if c == '"' {
            closing(rest, '"')
        } else if c == '\'' && (rest[1..].starts_with('\\') || rest[1..].chars().nth(1) == Some('\'')) {
            closing(rest, '\'')
        } else {
            bare.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        bare.push(' ');
        rest = &rest[length..];
    }
    bare
}

/// The length of a raw text at the front.
fn raw_text(code: &str) -> Option<usize> {
    let quoted = code.strip_prefix('r')?;
    let marks = quoted.len() - quoted.trim_start_matches('#').len();
    let inside = quoted[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    Some(2 + marks + inside.find(&end).map_or(inside.len(), |at| at + end.len()))
}

/// The length of what is quoted at the front.
fn closing(code: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = code.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(code.len(), |(at, _)| at + 1)
}

/// `code` with one blank between words and none anywhere else.
fn dense(code: &str) -> String {
    let mut dense = String::new();
    for word in code.split_whitespace() {
        if dense.ends_with(is_word) && word.starts_with(is_word) {
            dense.push(' ');
        }
        dense.push_str(word);
    }
    dense
}
