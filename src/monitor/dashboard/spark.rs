//! A small chart: one column for each interval, the newest at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Parts of a cell, from the bottom.
const PARTS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Room that is left above the largest value, so that charts above each other stay apart.
const HEADROOM: f64 = 1.15;

/// Draws `values`, the newest first, up to at least `scale`. A nought is a faint line, and what is unknown is nothing.
/// Gives the largest of those that are seen.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    values: impl Iterator<Item = Option<f64>>,
    scale: f64,
    style: Style,
) -> Option<f64> {
    let area = area.intersection(buffer.area);
    let values: Vec<_> = values.take(usize::from(area.width)).collect();
    let largest = values.iter().flatten().copied().filter(|value| value.is_finite()).reduce(f64::max);
    let top = largest.unwrap_or(0.0).max(scale) * HEADROOM;
    for (value, x) in values.into_iter().zip((area.left()..area.right()).rev()) {
        let Some(value) = value.filter(|value| value.is_finite()) else { continue };
        let parts = parts(value / top, area.height);
        for (y, below) in (area.top()..area.bottom()).rev().zip(0_usize..) {
            let above = parts.saturating_sub(below * 8);
            let filled = above.min(8);
            let cell = &mut buffer[(x, y)];
            if parts == 0 && below == 0 {
                cell.set_symbol(PARTS[1]).set_style(Style::new().add_modifier(Modifier::DIM));
            } else if filled > 0 {
                // The course is bright, what is below it is faint: a high chart is no wall.
                let faint = if above > 12 { Modifier::DIM } else { Modifier::empty() };
                cell.set_symbol(PARTS[filled]).set_style(style.add_modifier(faint));
            }
        }
    }
    largest
}

/// How many eighths of cells `share` (0..=1) of `height` cells fills: something where there is anything.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within 0..=8 * height")]
fn parts(share: f64, height: u16) -> usize {
    let all = f64::from(height) * 8.0;
    if share > 0.0 { (share * all).round().clamp(1.0, all) as usize } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a chart of 6 columns.
    fn drawn(height: u16, values: &[Option<f64>], scale: f64) -> Vec<String> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, height));
        let area = buffer.area;
        draw(&mut buffer, area, values.iter().copied(), scale, Style::new());
        let cells = buffer.content().chunks(6);
        cells.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect()).collect()
    }

    #[test]
    fn the_newest_is_at_the_right_and_what_is_unknown_leaves_a_gap() {
        assert_eq!(drawn(1, &[Some(7.0), None, Some(0.0), Some(3.5)], 1.0), ["  ▃▁ ▇"]);
    }

    #[test]
    fn more_rows_show_more_of_it() {
        assert_eq!(drawn(2, &[Some(10.0), Some(5.0), Some(0.01)], 1.0), ["     ▆", "   ▁▇█"]);
    }

    #[test]
    fn what_is_small_looks_small() {
        assert_eq!(drawn(1, &[Some(1.0)], 100.0), ["     ▁"]);
        assert_eq!(drawn(1, &[], 100.0), ["      "]);
        assert_eq!(drawn(1, &[Some(f64::NAN), Some(f64::INFINITY)], 0.0), ["      "]);
    }

    #[test]
    fn only_what_is_seen_is_measured() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        let values = [1.0, 2.0, 3.0, 2.0, 1.0, 1.0, 99.0].map(Some);
        let area = Rect::new(0, 0, 100, 100);
        assert_eq!(draw(&mut buffer, area, values.into_iter(), 1.0, Style::new()), Some(3.0));
    }
}
