//! `scalability-report.md`: the tables and the text.

use super::tables::{self, Table, Tone};
use super::{advice, compare, file, missed, numbers, score, targets, verdict};
use crate::stress::outcome::Outcome;

/// How to read the figures, for both forms of the report.
pub(super) const HOW: &str = "Times are in milliseconds. A request's time counts from when it was to be sent, so that \
    waiting behind a slow one is not left out (corrected for coordinated omission); what single calls took, and what is \
    called uncorrected, counts from when it was sent. Times are of calls that succeeded. Warm-up and log-ins are left \
    out of a level's own figures. Requests a second are those that succeeded.";

pub(super) fn render(outcome: &Outcome, earlier: Option<&Outcome>) -> String {
    let score = score::of(outcome);
    let mut text = Text::default();
    text.line("# Scalability report of Hearth");
    text.paragraph(&format!("**{}**", escape(&verdict::of(outcome))));
    text.paragraph(&format!("Score: **{} of 100**. The charts are in `{}.html`.", score.shown(), file::NAME));
    text.section("The test", &tables::about(outcome));
    text.section("Against the targets", &tables::summary(outcome, &score));
    let missed = missed(outcome);
    if !missed.is_empty() {
        text.line("Missed:\n");
        text.list(&missed);
    }
    if let Some(earlier) = earlier {
        text.line("\n## Since the earlier run");
        let comparison = compare::of(outcome, earlier);
        text.paragraph(&escape(&comparison.about));
        for note in &comparison.notes {
            text.paragraph(&escape(note));
        }
        text.line("");
        text.list(&comparison.moved());
        for level in &comparison.levels {
            text.part(&level.title, &level.table());
        }
    }
    text.section("Score", &tables::score(&score));
    text.paragraph(&escape(&score_rules(outcome)));
    text.line("\n## Advice\n");
    text.list(&advice::of(outcome));
    text.section("Levels", &tables::levels(outcome, &outcome.levels));
    text.paragraph(HOW);
    if let Some(capacity) = &outcome.capacity {
        text.line("\n## Capacity");
        text.paragraph(&escape(&tables::capacity(capacity)));
        text.part("Steps, in the order in which they were tried", &tables::levels(outcome, &capacity.steps));
        text.part("Chat in the steps", &tables::chat(&capacity.steps));
        for step in capacity.steps.iter().filter(|step| !super::levels::is_kept(step, &outcome.targets)) {
            let broken = targets::broken_in(step, outcome).join(", ");
            text.paragraph(&escape(&format!("With {} people: {broken}.", numbers::size(step.users))));
        }
    }
    text.section("Chat", &tables::chat(&outcome.levels));
    text.section("Read back", &tables::stored(outcome));
    text.section("What the server used", &tables::resources(outcome));
    text.section("Errors", &tables::errors(outcome));
    text.line("\n## Each kind of call");
    for level in &outcome.levels {
        text.part(&tables::heading(level), &tables::calls(level));
    }
    text.0
}

/// What holds for all parts of the score.
pub(super) fn score_rules(outcome: &Outcome) -> String {
    format!(
        "Each part is its points × the mean over the levels in which it was measured. “At most(figure, target)” is 1 up to \
         the target and target ÷ figure beyond it; “at least(figure, target)” is figure ÷ target, but no more than 1. What \
         was not measured gives nothing. Of the system that Hearth replaces, the figures known settle one part, the API: \
         from the middle of each range it would have {} of 35 points there.",
        score::points(score::replaced_api_points(&outcome.targets))
    )
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        self.0 += line;
        self.0.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.0.push('\n');
        self.line(text);
    }

    fn list(&mut self, items: &[String]) {
        for item in items {
            self.line(&format!("- {}", escape(item)));
        }
    }

    fn section(&mut self, title: &str, table: &Table) {
        self.line(&format!("\n## {title}"));
        self.table(table);
    }

    fn part(&mut self, title: &str, table: &Table) {
        self.line(&format!("\n### {}", escape(title)));
        self.table(table);
    }

    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            return self.paragraph("None.");
        }
        let heads: Vec<_> = table.head.iter().map(|name| escape(name)).collect();
        self.line(&format!("\n| {} |", heads.join(" | ")));
        let right = |column: usize| if column == 0 || table.is_text { "---" } else { "---:" };
        let rules: Vec<_> = (0..table.head.len()).map(right).collect();
        self.line(&format!("| {} |", rules.join(" | ")));
        for row in &table.rows {
            let cells = row.iter().map(|cell| match cell.tone {
                Tone::Bad => format!("**{}**", escape(&cell.text)),
                Tone::Plain | Tone::Good => escape(&cell.text),
            });
            self.line(&format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
        }
    }
}

/// `text` so that it stands in a line or a table as it is: no column, no markup, no link.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
