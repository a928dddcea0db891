//! How long the slowest took, out of ever more.

use super::scale::Scale;
use super::{Chart, colour, tick};
use crate::stress::outcome::Outcome;
use crate::stress::report::numbers;

/// Shares with their names, and whether there is room for them on a phone.
const SHARES: [(f64, &str, bool); 9] = [
    (0.0, "0 %", false),
    (0.5, "50 %", true),
    (0.75, "75 %", false),
    (0.9, "90 %", true),
    (0.95, "95 %", false),
    (0.99, "99 %", true),
    (0.999, "99.9 %", true),
    (0.9999, "99.99 %", true),
    (0.99999, "99.999 %", true),
];

/// A level's curve.
struct Line {
    class: String,
    name: String,
    /// Nines and milliseconds.
    points: Vec<(f64, f64)>,
}

/// Nines, which is how far to the right a share stands.
fn nines(share: f64) -> f64 {
    -(1.0 - share).log10()
}

/// A line for each level; `None` where no level has a curve.
pub(super) fn of(outcome: &Outcome) -> Option<Chart> {
    let count = outcome.levels.len();
    let mut lines: Vec<Line> = Vec::new();
    for (at, level) in outcome.levels.iter().enumerate() {
        let curve = level.all.latency.curve.iter().filter(|(share, ms)| (0.0..1.0).contains(share) && ms.is_finite());
        let points: Vec<_> = curve.map(|(share, ms)| (nines(*share), *ms)).collect();
        if !points.is_empty() {
            lines.push(Line { class: colour(at, count), name: level.name.clone(), points });
        }
    }
    let all = || lines.iter().flat_map(|line| &line.points);
    let far = all().map(|point| point.0).fold(2.0, f64::max).min(5.0);
    let most = all().map(|point| point.1).fold(0.0, f64::max);
    let least = all().map(|point| point.1).filter(|ms| *ms > 0.0).fold(f64::INFINITY, f64::min);
    if lines.is_empty() {
        return None;
    }
    let target = outcome.targets.p95_ms;
    let draws_target = target > 0.0 && target <= most * 3.0;
    let top = if draws_target { most.max(target) } else { most };
    let said = outcome.levels.iter().map(|level| {
        let latency = &level.all.latency;
        format!("{}: half within {}, 99.9 % within {}", level.name, numbers::ms(latency.p50), numbers::ms(latency.p999))
    });
    let caption = format!(
        "The share of requests that took at most so many milliseconds; further right are the slowest few. Both axes are \
         logarithmic.{}",
        if draws_target { format!(" The dashed line is at {}.", numbers::ms(target)) } else { String::new() }
    );
    let description = said.collect::<Vec<_>>().join("; ");
    let chart = Chart::new("Percentiles of the response time", caption, &description, |canvas, size| {
        let plot = size.plot();
        let upright = Scale::log(least, top, plot.upwards());
        let across = Scale::exactly(far, 4, plot.across());
        canvas.upright(plot, &upright, tick);
        for (share, name, fits) in SHARES {
            let x = across.place(nines(share));
            if nines(share) <= far + 1e-9 && (fits || size.is_wide()) {
                canvas.line("grid faint", (x, plot.top), (x, plot.bottom));
                canvas.text(
                    "tick",
                    if share >= 0.999 && x > plot.right - 12.0 { "end" } else { "middle" },
                    (x, plot.bottom + 17.0),
                    name,
                );
            }
        }
        canvas.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));
        canvas.text("name", "middle", (f64::midpoint(plot.left, plot.right), plot.bottom + 34.0), "share of requests");
        for Line { class, points, .. } in &lines {
            let within = points.iter().filter(|(nines, _)| *nines <= far + 1e-9);
            let points: Vec<_> = within.map(|(nines, ms)| (across.place(*nines), upright.place(*ms))).collect();
            canvas.path(&format!("line {class}"), &points);
        }
        if draws_target && upright.holds(target) {
            canvas.target(plot, upright.place(target), "target for p95");
        }
    });
    Some(chart.with_legend(lines.iter().map(|line| (line.class.clone(), line.name.clone()))))
}
