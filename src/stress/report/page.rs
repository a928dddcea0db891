//! `scalability-report.html`: one file with its style and its pictures; no script, and nothing from elsewhere.

use super::charts::{self, Chart};
use super::levels::{all, broken_deliveries, fastest_kept, is_kept, largest_kept, not_found, rate};
use super::score::{Part, Score, points};
use super::tables::{self, Table, Tone};
use super::{advice, compare, markdown, missed, numbers, score, targets, verdict};
use crate::stress::outcome::{Level, Outcome};

const STYLE: &str = include_str!("style.css");

/// The circumference of the ring around the score: 2 π × 52.
const RING: f64 = 326.726;

pub(super) fn render(outcome: &Outcome, earlier: Option<&Outcome>) -> String {
    let score = score::of(outcome);
    let mut page = Page::default();
    page.top(outcome);
    page.put("<main>");
    page.put("<div class=\"front\">");
    page.ring(&score);
    page.cards(outcome);
    page.put("</div>");
    page.missed(outcome);
    page.section("targets", "Against the targets");
    page.table(&tables::summary(outcome, &score));
    page.section("advice", "Advice");
    page.list("advice", &advice::of(outcome));
    if let Some(earlier) = earlier {
        page.comparison(outcome, earlier);
    }
    let charts = charts::of(outcome);
    if !charts.is_empty() {
        page.section("charts", "In pictures");
        page.put("<div class=\"charts\">");
        charts.iter().for_each(|chart| page.chart(chart));
        page.put("</div>");
    }
    page.section("levels", "Levels");
    page.table(&tables::levels(outcome, &outcome.levels));
    page.paragraph("note", markdown::HOW);
    page.details(outcome);
    page.section("score", "How the score came about");
    page.table(&tables::score(&score));
    page.paragraph("note", &markdown::score_rules(outcome));
    page.section("test", "The test");
    page.table(&tables::about(outcome));
    page.put("</section></main></body></html>\n");
    page.html
}

#[derive(Default)]
struct Page {
    html: String,
    in_section: bool,
}

impl Page {
    fn put(&mut self, html: &str) {
        self.html += html;
        self.html.push('\n');
    }

    fn top(&mut self, outcome: &Outcome) {
        let heading = escape(&verdict::heading(outcome));
        self.put(&format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading} · Hearth</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><style>{STYLE}</style></head><body><header>\
             <p class=\"eyebrow\"><span class=\"ember\"></span>Hearth · scalability report</p><h1>{heading}</h1>"
        ));
        self.paragraph("verdict", &verdict::of(outcome));
        let machine = &outcome.machine;
        let facts = [
            outcome.began_at.clone(),
            format!("Hearth {}", outcome.hearth),
            format!("{} cores, {}", machine.cores, numbers::bytes(machine.memory)),
            match &outcome.target {
                Some(target) => target.clone(),
                None => "load and server on one machine".to_owned(),
            },
        ];
        let facts = facts.map(|fact| format!("<li>{}</li>", escape(&fact)));
        self.put(&format!("<ul class=\"facts\">{}</ul></header>", facts.concat()));
    }

    fn section(&mut self, id: &str, title: &str) {
        if self.in_section {
            self.put("</section>");
        }
        self.in_section = true;
        self.put(&format!("<section id=\"{id}\"><h2>{}</h2>", escape(title)));
    }

    fn paragraph(&mut self, class: &str, text: &str) {
        self.put(&format!("<p class=\"{class}\">{}</p>", escape(text)));
    }

    fn list(&mut self, class: &str, items: &[String]) {
        let items: Vec<_> = items.iter().map(|item| format!("<li>{}</li>", with_code(&escape(item)))).collect();
        self.put(&format!("<ul class=\"{class}\">{}</ul>", items.concat()));
    }

    fn ring(&mut self, score: &Score) {
        let total = score.total.unwrap_or(0.0);
        // A round end would show even of nothing.
        let filled = match RING * total / 100.0 {
            length if length < 1.0 => String::new(),
            length => {
                format!(
                    "<circle class=\"filled\" cx=\"60\" cy=\"60\" r=\"52\" stroke-dasharray=\"{length:.1} {RING}\"/>"
                )
            }
        };
        self.put(&format!(
            "<div class=\"card score\"><div class=\"dial\"><svg class=\"ring\" role=\"img\" viewBox=\"0 0 120 120\" \
             aria-label=\"Score {shown} of 100\"><title>Score {shown} of 100</title>\
             <circle class=\"track\" cx=\"60\" cy=\"60\" r=\"52\"/>{filled}\
             <text class=\"total\" x=\"60\" y=\"66\" text-anchor=\"middle\">{shown}</text>\
             <text class=\"of\" x=\"60\" y=\"83\" text-anchor=\"middle\">of 100</text></svg></div><ul class=\"parts\">",
            shown = score.shown(),
        ));
        score.parts.iter().for_each(|part| self.part(part));
        self.put("</ul></div>");
    }

    fn part(&mut self, part: &Part) {
        let share = part.points.unwrap_or(0.0) / part.weight * 100.0;
        let shown = part.points.map_or_else(|| "not measured".to_owned(), points);
        self.put(&format!(
            "<li><span class=\"label\">{}</span><span class=\"earned\"><b>{shown}</b> / {}</span>\
             <span class=\"meter\"><i style=\"width:{share:.1}%\"></i></span></li>",
            escape(part.name),
            numbers::trimmed(part.weight, 1)
        ));
    }

    fn cards(&mut self, outcome: &Outcome) {
        let set = &outcome.targets;
        let none = || numbers::NONE.to_owned();
        let measured: Vec<_> = outcome.levels.iter().filter(|level| level.all.calls > 0).collect();
        let worst =
            |figure: fn(&Level) -> f64| measured.iter().map(|level| figure(level)).fold(f64::NEG_INFINITY, f64::max);
        self.put("<div class=\"figures\">");
        let users = match largest_kept(outcome) {
            Some(level) => Some(level.users),
            None => (!measured.is_empty()).then_some(0),
        };
        let note = format!("with every target kept; target {}", numbers::size(set.users));
        self.card("People at once", &users.map_or_else(none, numbers::size), "", &note, users >= Some(set.users));
        let fastest = fastest_kept(outcome).map(rate);
        let note = format!("in the fastest level that kept them; target {}", numbers::rate(set.requests_per_second));
        let is_good = fastest >= Some(set.requests_per_second);
        self.card("Requests a second", &fastest.map_or_else(none, numbers::rate), "", &note, is_good);
        let p95 = worst(|level| level.all.latency.p95);
        let note = format!("95th percentile of the slowest level; target {}", numbers::ms(set.p95_ms));
        self.card("Response time", &numbers::short(p95), "ms", &note, (0.0..=set.p95_ms).contains(&p95));
        let success = -worst(|level| -level.all.success());
        let (value, unit) = match numbers::percent(success) {
            shown if measured.is_empty() || !shown.ends_with(" %") => (none(), ""),
            shown => (shown.trim_end_matches(" %").to_owned(), "%"),
        };
        let note = format!("in the worst level; target {}", numbers::percent(set.success));
        self.card("Succeeded", &value, unit, &note, !measured.is_empty() && success >= set.success);
        self.promises(outcome);
        self.put("</div>");
    }

    /// The two that are kept or not.
    fn promises(&mut self, outcome: &Outcome) {
        let sum = |of: fn(&Level) -> u64| all(outcome).map(of).fold(0, u64::saturating_add);
        let (broken, expected) = (sum(broken_deliveries), sum(|level| level.chat.expected));
        let delay = all(outcome).map(|level| level.chat.delay.p95).fold(0.0, f64::max);
        let note = format!("of {} chat deliveries; delay p95 at most {}", numbers::count(expected), numbers::ms(delay));
        let shown = if expected == 0 && broken == 0 { numbers::NONE.to_owned() } else { numbers::count(broken) };
        self.card("Lost, twice or out of order", &shown, "", &note, broken == 0 && expected > 0);
        let (gone, looked_for) = (sum(not_found), sum(|level| level.stored.looked_for));
        let note = format!("of {} acknowledged things read back", numbers::count(looked_for));
        let shown = if looked_for == 0 { numbers::NONE.to_owned() } else { numbers::count(gone) };
        self.card("Not found again", &shown, "", &note, gone == 0 && looked_for > 0);
    }

    fn card(&mut self, label: &str, value: &str, unit: &str, note: &str, is_good: bool) {
        let tone = match (value == numbers::NONE, is_good) {
            (_, true) => "good",
            (true, false) => "none",
            (false, false) => "bad",
        };
        let unit =
            if unit.is_empty() || value == numbers::NONE { String::new() } else { format!("<small>{unit}</small>") };
        self.put(&format!(
            "<div class=\"card figure {tone}\"><p class=\"label\">{}</p><p class=\"value\">{}{unit}</p>\
             <p class=\"hint\">{}</p></div>",
            escape(label),
            escape(value),
            escape(note)
        ));
    }

    fn missed(&mut self, outcome: &Outcome) {
        let missed = missed(outcome);
        if missed.is_empty() {
            return self.put("<p class=\"call good\"><b>Every target was reached.</b></p>");
        }
        let number = numbers::plural(missed.len() as u64, "time", "times");
        self.put(&format!("<div class=\"call bad\"><b>Targets were missed ({number})</b>"));
        self.list("", &missed);
        self.put("</div>");
    }

    fn comparison(&mut self, outcome: &Outcome, earlier: &Outcome) {
        self.section("earlier", "Since the earlier run");
        let comparison = compare::of(outcome, earlier);
        if !comparison.notes.is_empty() {
            self.put("<div class=\"call\">");
            self.list("", &comparison.notes);
            self.put("</div>");
        }
        self.list("moved", &comparison.moved());
        self.put("<div class=\"pairs\">");
        for level in &comparison.levels {
            self.put(&format!("<div><h3>{}</h3>", escape(&level.title)));
            self.table(&level.table());
            self.put("</div>");
        }
        self.put("</div>");
        self.paragraph("note", &comparison.about);
    }

    fn chart(&mut self, chart: &Chart) {
        let legend =
            chart.legend.iter().map(|(class, name)| format!("<li><i class=\"{class}\"></i>{}</li>", escape(name)));
        self.put(&format!(
            "<figure class=\"card\"><figcaption><h3>{}</h3><p>{}</p></figcaption><ul class=\"legend\">{}</ul>{}{}</figure>",
            escape(&chart.title),
            escape(&chart.caption),
            legend.collect::<String>(),
            chart.drawings[0],
            chart.drawings[1]
        ));
    }

    fn details(&mut self, outcome: &Outcome) {
        if let Some(capacity) = &outcome.capacity {
            self.section("capacity", "Capacity");
            self.paragraph("", &tables::capacity(capacity));
            self.table(&tables::levels(outcome, &capacity.steps));
            for step in capacity.steps.iter().filter(|step| !is_kept(step, &outcome.targets)) {
                let broken = targets::broken_in(step, outcome).join(", ");
                self.paragraph("note", &format!("With {} people: {broken}.", numbers::size(step.users)));
            }
            self.put("<h3>Chat in the steps</h3>");
            self.table(&tables::chat(&capacity.steps));
        }
        self.section("chat", "Chat");
        self.table(&tables::chat(&outcome.levels));
        self.section("stored", "Read back");
        self.table(&tables::stored(outcome));
        self.section("resources", "What the server used");
        self.table(&tables::resources(outcome));
        self.section("errors", "Errors");
        self.table(&tables::errors(outcome));
        self.section("calls", "Each kind of call");
        for level in &outcome.levels {
            self.put(&format!("<details><summary>{}</summary>", escape(&tables::heading(level))));
            self.table(&tables::calls(level));
            self.put("</details>");
        }
    }

    /// A table in a box of its own, which scrolls where the window is narrower. One of text turns into blocks there.
    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            return self.paragraph("note", "None.");
        }
        let kind = if table.is_text { "text" } else { "numbers" };
        self.put(&format!(
            "<div class=\"box\"{}><table class=\"{kind}\">",
            if table.is_text { "" } else { " tabindex=\"0\"" }
        ));
        if table.head.iter().any(|name| !name.is_empty()) {
            let head = table.head.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name)));
            self.put(&format!("<thead><tr>{}</tr></thead>", head.collect::<String>()));
        }
        self.put("<tbody>");
        for row in &table.rows {
            let cells = row.iter().zip(&table.head).enumerate().map(|(at, (cell, head))| {
                let text = match cell.tone {
                    Tone::Plain => escape(&cell.text),
                    Tone::Good => format!("<span class=\"good\">{}</span>", escape(&cell.text)),
                    Tone::Bad => format!("<span class=\"bad\">{}</span>", escape(&cell.text)),
                };
                match at {
                    0 => format!("<th scope=\"row\">{text}</th>"),
                    _ => format!("<td data-of=\"{}\">{text}</td>", escape(head)),
                }
            });
            self.put(&format!("<tr>{}</tr>", cells.collect::<String>()));
        }
        self.put("</tbody></table></div>");
    }
}

/// What stands between backticks in a text that was escaped, as code.
fn with_code(escaped: &str) -> String {
    let pieces: Vec<_> = escaped.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return escaped.to_owned();
    }
    let set = pieces.iter().enumerate().map(|(at, piece)| match at % 2 {
        0 => (*piece).to_owned(),
        _ => format!("<code>{piece}</code>"),
    });
    set.collect()
}

/// `text` so that it is only text, within an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    // A figure and its unit stay on one line.
    escaped.replace(" ms", "\u{a0}ms").replace(" %", "\u{a0}%")
}
