//! A small drawing surface that writes SVG. Colours and fonts are classes of the page's style.

use super::scale::Scale;
use crate::stress::report::page::escape;

/// How wide and high a drawing is, in units that are about a pixel where it is shown.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub width: f64,
    pub height: f64,
}

/// On a desk, and on a phone: drawn twice, so that its text is as large on both.
pub(super) const WIDE: Size = Size { width: 510.0, height: 280.0 };
pub(super) const NARROW: Size = Size { width: 320.0, height: 250.0 };

impl Size {
    pub(super) fn is_wide(self) -> bool {
        self.width > 400.0
    }

    /// The part of it with the marks: left, right, top, bottom.
    pub(super) fn plot(self) -> Plot {
        Plot { left: 50.0, right: self.width - 10.0, top: 14.0, bottom: self.height - 42.0 }
    }
}

/// Where the marks are.
#[derive(Clone, Copy)]
pub(super) struct Plot {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Plot {
    pub(super) fn across(self) -> (f64, f64) {
        (self.left, self.right)
    }

    pub(super) fn upwards(self) -> (f64, f64) {
        (self.bottom, self.top)
    }
}

/// What is drawn on.
#[derive(Default)]
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(unit);
        self.body += &format!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
    }

    /// A box that shows `tip` where one points at it.
    pub(super) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64), tip: &str) {
        let [x, y, width, height] = [corner.0, corner.1, size.0.max(0.0), size.1.max(0.0)].map(unit);
        let start =
            format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\"");
        self.body += &match tip {
            "" => format!("{start}/>"),
            tip => format!("{start}><title>{}</title></rect>", escape(tip)),
        };
    }

    /// `anchor` is `start`, `middle` or `end`.
    pub(super) fn text(&mut self, class: &str, anchor: &str, at: (f64, f64), text: &str) {
        let [x, y] = [at.0, at.1].map(unit);
        let text = escape(text);
        self.body += &format!("<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x}\" y=\"{y}\">{text}</text>");
    }

    /// A line through all points.
    pub(super) fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 1 {
            self.body += &format!("<path class=\"{class}\" d=\"{}\"/>", through(points));
        } else if let Some((x, y)) = points.first() {
            self.body += &format!("<circle class=\"dot {class}\" cx=\"{}\" cy=\"{}\" r=\"2.5\"/>", unit(*x), unit(*y));
        }
    }

    /// What is between the points and `floor`.
    pub(super) fn area(&mut self, class: &str, points: &[(f64, f64)], floor: f64) {
        if let (Some(first), Some(last), true) = (points.first(), points.last(), points.len() > 1) {
            let (d, floor) = (through(points), unit(floor));
            self.body +=
                &format!("<path class=\"{class}\" d=\"{d}L{} {floor}L{} {floor}Z\"/>", unit(last.0), unit(first.0));
        }
    }

    /// Lines and figures at the ticks of an upright axis, with its unit above.
    pub(super) fn upright(&mut self, plot: Plot, scale: &Scale, shown: impl Fn(f64) -> String) {
        for tick in &scale.ticks {
            let y = scale.place(*tick);
            self.line("grid", (plot.left, y), (plot.right, y));
            self.text("tick", "end", (plot.left - 7.0, y + 3.8), &shown(*tick));
        }
    }

    /// Figures at the ticks of the axis below, and what it is.
    pub(super) fn level(&mut self, plot: Plot, scale: &Scale, shown: impl Fn(f64) -> String, name: &str) {
        for tick in &scale.ticks {
            let x = scale.place(*tick);
            self.line("axis", (x, plot.bottom), (x, plot.bottom + 4.0));
            self.text("tick", "middle", (x, plot.bottom + 17.0), &shown(*tick));
        }
        self.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));
        self.text("name", "middle", (f64::midpoint(plot.left, plot.right), plot.bottom + 34.0), name);
    }

    /// A dashed line where a target is, with its name at the left, where bars and lines are lowest.
    pub(super) fn target(&mut self, plot: Plot, y: f64, name: &str) {
        self.line("target", (plot.left, y), (plot.right, y));
        let above = if y < plot.top + 14.0 { 13.0 } else { -5.0 };
        if !name.is_empty() {
            self.text("target-name", "start", (plot.left + 5.0, y + above), name);
        }
    }

    /// The whole, with what it says for who cannot see it.
    pub(super) fn finish(self, class: &str, size: Size, title: &str, description: &str) -> String {
        let Size { width, height } = size;
        format!(
            "<svg class=\"{class}\" role=\"img\" viewBox=\"0 0 {width} {height}\" aria-label=\"{}\"><title>{}</title>\
             <desc>{}</desc>{}</svg>",
            escape(title),
            escape(title),
            escape(description),
            self.body
        )
    }
}

fn through(points: &[(f64, f64)]) -> String {
    let mut d = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        d += &format!("{}{} {}", if at == 0 { 'M' } else { 'L' }, unit(*x), unit(*y));
    }
    d
}

/// A place with one decimal.
fn unit(place: f64) -> String {
    let place = if place.is_finite() { place.clamp(-9_999.0, 9_999.0) } else { 0.0 };
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// `text`, cut to so many units of width.
pub(super) fn fitting(text: &str, width: f64) -> String {
    const LETTER: f64 = 6.1;
    let most = (width / LETTER).floor().max(1.0);
    let mut cut = String::new();
    for c in text.chars() {
        if cut.chars().count() as f64 + 1.0 > most {
            cut.pop();
            cut.push('…');
            break;
        }
        cut.push(c);
    }
    cut
}
