//! The three files and the terminal.

use std::fs;
use std::path::PathBuf;

use super::sample::{bad, empty, good};
use crate::stress::outcome::Outcome;
use crate::stress::report::{ReadError, file, markdown, page, read, summary, write};

/// What a figure that is none would be written as, in words of their own.
pub(super) fn has_no_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| ["nan", "inf"].contains(&word.to_ascii_lowercase().as_str()))
}

/// All that is written of an outcome.
pub(super) fn all_forms(outcome: &Outcome, earlier: Option<&Outcome>) -> [String; 4] {
    let json = file::json(outcome).unwrap();
    [markdown::render(outcome, earlier), page::render(outcome, earlier), json, summary(outcome)]
}

#[test]
fn three_files_are_written_and_the_earlier_ones_replaced() {
    // With HEARTH_SAMPLES they stay, to be looked at.
    let kept = std::env::var_os("HEARTH_SAMPLES").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let folder = kept.unwrap_or_else(|| folder.path().to_owned());
    for (name, outcome) in [("empty", empty()), ("bad", bad()), ("good", good())] {
        let place = folder.join(name).join("deeper");
        write(&empty(), &place, None).unwrap();
        let written = write(&outcome, &place, Some(&good())).unwrap();
        let mut names: Vec<_> = fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["scalability-report.html", "scalability-report.json", "scalability-report.md"]);
        let texts = [&written.markdown, &written.page, &written.json].map(|path| fs::read_to_string(path).unwrap());
        assert_eq!(texts, <[String; 3]>::try_from(all_forms(&outcome, Some(&good()))[..3].to_vec()).unwrap());
    }
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    for outcome in [empty(), bad(), good()] {
        let written = write(&outcome, folder.path(), None).unwrap();
        let text = fs::read_to_string(&written.json).unwrap();
        assert!(["\"score\"", "\"verdict\"", "\"advice\"", "\"missed\""].iter().all(|name| text.contains(name)));
        let again = read(&written.json).unwrap();
        assert_eq!(summary(&again), summary(&outcome));
        let values = [&again, &outcome].map(|outcome| serde_json::to_value(outcome).unwrap());
        assert_eq!(rounded(&values[0]), rounded(&values[1]));
    }
}

/// With nine digits: the last bits of a number may change on their way through text.
fn rounded(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => format!("{:.9e}", number.as_f64().unwrap()),
        serde_json::Value::Array(values) => values.iter().map(|value| rounded(value) + ",").collect(),
        serde_json::Value::Object(map) => map.iter().map(|(key, value)| format!("{key}:{},", rounded(value))).collect(),
        other => other.to_string(),
    }
}

#[test]
fn what_cannot_be_compared_with_is_refused_with_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("earlier.json");
    assert!(matches!(read(&path), Err(ReadError::Unreadable { .. })));
    for text in ["", "{}", "[1]", "{\"format\":1}", "{\"format\":\"1\"}"] {
        fs::write(&path, text).unwrap();
        let refused = read(&path).map(drop).unwrap_err();
        assert!(matches!(refused, ReadError::NotAReport { .. }), "{text}");
        assert!(refused.to_string().contains("name the scalability-report.json of an earlier run"), "{refused}");
    }
    let later = Outcome { format: 2, ..good() };
    fs::write(&path, serde_json::to_string(&later).unwrap()).unwrap();
    let refused = read(&path).map(drop).unwrap_err();
    assert!(matches!(refused, ReadError::OtherFormat { found: 2, .. }));
    assert!(refused.to_string().contains("has form 2, and this version of Hearth reads form 1"), "{refused}");
    // Of another form nothing but its number has to be understood.
    fs::write(&path, "{\"format\":7,\"levels\":\"otherwise\"}").unwrap();
    assert!(matches!(read(&path), Err(ReadError::OtherFormat { found: 7, .. })));
}

#[test]
fn the_page_has_nothing_from_elsewhere_and_no_script() {
    for outcome in [empty(), bad(), good()] {
        let html = page::render(&outcome, Some(&good()));
        let lower = html.to_lowercase();
        for forbidden in ["<script", " src=", "href=\"http", "url(", "@import", "<link", "<iframe", "javascript:"] {
            assert!(!lower.contains(forbidden), "{forbidden}");
        }
        for tag in
            ["section", "div", "table", "svg", "figure", "ul", "p", "tr", "td", "th", "details", "header", "main"]
        {
            let opened = lower.matches(&format!("<{tag}>")).count() + lower.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, lower.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}

#[test]
fn text_from_outside_is_only_text() {
    let outcome = bad();
    let [markdown, html, _, terminal] = all_forms(&outcome, Some(&bad()));
    assert!(!html.contains("<script>alert") && html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!html.contains("<b>high") && !html.contains("<i>&amp;b"));
    assert!(html.contains("?a=&lt;i&gt;&amp;b=&#39;&quot;"));
    assert!(markdown.contains(r"&lt;script&gt;alert(1)&lt;/script&gt; \| \`reset\` \*by\* peer"));
    assert!(!markdown.contains("<b>") && !markdown.contains("<script"));
    let tables = markdown.lines().filter(|line| line.starts_with('|'));
    let columns = |line: &str| line.replace(r"\|", "").matches('|').count();
    let mut before: Option<usize> = None;
    for line in markdown.lines() {
        let now = line.starts_with('|').then(|| columns(line));
        assert!(before.is_none() || now.is_none() || before == now, "{line}");
        before = now;
    }
    assert!(tables.count() > 60);
    let hostile = Outcome { cut_short: false, ..hostile() };
    let shown = summary(&hostile);
    assert!(!shown.contains('\u{1b}') && terminal.lines().count() > 10);
    assert!(!markdown::render(&hostile, None).contains('\u{1b}') && !page::render(&hostile, None).contains('\u{1b}'));
}

/// A level whose name wants to move the terminal's cursor and to begin a new row.
fn hostile() -> Outcome {
    let mut outcome = bad();
    for level in &mut outcome.levels {
        level.name = "up\u{1b}[2J\r\n| x".to_owned();
    }
    outcome
}

#[test]
fn nothing_measured_is_said_so() {
    let forms = all_forms(&empty(), Some(&empty()));
    for form in &forms {
        assert!(!has_no_number(form), "{form}");
        assert!(form.contains("Nothing was measured"), "{form}");
    }
    assert!(!forms[2].contains(": null,\n      \"formula\"") || forms[2].contains("\"total\": null"));
    assert!(forms[3].contains("Score    – of 100"));
}

#[test]
fn each_form_has_the_main_figures() {
    let [markdown, html, json, terminal] = all_forms(&good(), None);
    let html = html.replace('\u{a0}', " ");
    for form in [&markdown, &html, &json, &terminal] {
        assert!(form.contains("Ready for 500 people at once at 2,119 requests a second (p95 114 ms)."), "{form}");
        assert!(!has_no_number(form));
    }
    assert!(markdown.contains("The charts are in `scalability-report.html`"));
    for title in
        ["Throughput", "Response time", "Percentiles", "Delay of chat", "Processor", "Memory", "Timeline: high"]
    {
        assert!(html.contains(&format!("<title>{title}")), "{title}");
    }
    let widths: Vec<_> = terminal.lines().take(6).map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{terminal}");
    assert!(terminal.contains("Every target was reached."));
}
