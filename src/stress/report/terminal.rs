//! What the terminal shows at the end.

use super::tables::{self, Table};
use super::{advice, missed, numbers, score, verdict};
use crate::stress::outcome::Outcome;

pub(super) fn summary(outcome: &Outcome) -> String {
    let mut text = aligned(&tables::terminal(outcome));
    let score = score::of(outcome);
    text += &format!("\nScore    {} of 100\n", score.shown());
    text += &format!("Verdict  {}\n", printable(&verdict::of(outcome)));
    if let Some(capacity) = &outcome.capacity {
        text += &format!("Capacity {}\n", printable(&tables::capacity(capacity)));
    }
    if let Some(first) = advice::of(outcome).first() {
        text += &format!("Advice   {}\n", printable(first));
    }
    let missed = missed(outcome);
    if missed.is_empty() {
        text += "\nEvery target was reached.\n";
    } else {
        let number = numbers::plural(missed.len() as u64, "time", "times");
        text += &format!("\nTargets were missed ({number}):\n");
        text.extend(missed.iter().map(|sentence| format!("  - {}\n", printable(sentence))));
    }
    text
}

/// The first column to the left, the others to the right.
fn aligned(table: &Table) -> String {
    let texts: Vec<Vec<String>> = std::iter::once(table.head.clone())
        .chain(table.rows.iter().map(|row| row.iter().map(|cell| printable(&cell.text)).collect()))
        .collect();
    let width = |column: usize| texts.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max();
    let widths: Vec<_> = (0..table.head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut shown = String::new();
    for row in &texts {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (text, width))| {
            if column == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        shown += line.trim_end();
        shown.push('\n');
    }
    shown
}

/// Without what would move a terminal's cursor: errors and names come from outside.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
