//! Levels beside each other.

use super::canvas::{Canvas, Plot, Size, fitting};
use super::scale::Scale;
use super::{Chart, about_target, is_near, rate, spoken, tick};
use crate::stress::outcome::{Latency, Level, Outcome};
use crate::stress::report::numbers;

/// Requests a second.
pub(super) fn throughput(levels: &[&Level], outcome: &Outcome) -> Chart {
    let target = outcome.targets.requests_per_second;
    let most = levels.iter().map(|level| rate(level)).fold(0.0, f64::max);
    let caption = format!(
        "Requests a second that succeeded. {}",
        if target > 0.0 && target.is_finite() {
            format!("The dashed line is the target, {}.", numbers::rate(target))
        } else {
            String::new()
        }
    );
    Chart::new("Throughput by level", caption, &spoken(levels), |canvas, size| {
        let plot = size.plot();
        // The target is part of the picture: how far beyond it is what one wants to see.
        let scale = Scale::up_to(most.max(target) * 1.06, 5, plot.upwards());
        canvas.upright(plot, &scale, tick);
        for (at, level) in levels.iter().enumerate() {
            let (start, width) = band(plot, at, levels.len());
            let bar = (width * 0.56).min(56.0);
            let left = start + (width - bar) / 2.0;
            let y = scale.place(rate(level));
            let shown = numbers::rate(rate(level));
            let tip = format!("{}: {shown} requests a second", level.name);
            canvas.rect("bar accent", (left, y), (bar, plot.bottom - y), &tip);
            if width > 30.0 {
                canvas.text("value", "middle", (start + width / 2.0, y - 5.0), &shown);
            }
            below(canvas, plot, level, (start, width));
        }
        canvas.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));
        if scale.holds(target) && target > 0.0 {
            canvas.target(plot, scale.place(target), "");
        }
    })
}

/// The median, the 95th and the 99th percentile of something.
pub(super) fn latency(title: &str, levels: &[&Level], of: fn(&Level) -> &Latency, target: f64) -> Chart {
    let three = |level: &Level| {
        let latency = of(level);
        [("p50", latency.p50), ("p95", latency.p95), ("p99", latency.p99)]
    };
    let most = levels.iter().flat_map(|level| three(level)).map(|(_, value)| value).fold(0.0, f64::max);
    let said = levels.iter().map(|level| {
        let figures = three(level).map(|(name, value)| format!("{name} {}", numbers::ms(value)));
        format!("{}: {}", level.name, figures.join(", "))
    });
    let caption = format!("Milliseconds. {}", about_target(target, most));
    let description = said.collect::<Vec<_>>().join("; ");
    let chart = Chart::new(title, caption, &description, |canvas, size| {
        let plot = size.plot();
        let top = if is_near(target, most) { most.max(target) } else { most };
        let scale = Scale::up_to(top * 1.06, 5, plot.upwards());
        canvas.upright(plot, &scale, tick);
        for (at, level) in levels.iter().enumerate() {
            let (start, width) = band(plot, at, levels.len());
            group(canvas, &scale, plot, (start, width), &three(level), &level.name, size);
            below(canvas, plot, level, (start, width));
        }
        canvas.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));
        if is_near(target, most) {
            canvas.target(plot, scale.place(target), "target");
        }
    });
    chart.with_legend([("c0", "p50"), ("c2", "p95"), ("c5", "p99")].map(|(class, name)| (class.into(), name.into())))
}

fn group(
    canvas: &mut Canvas,
    scale: &Scale,
    plot: Plot,
    (start, width): (f64, f64),
    figures: &[(&str, f64); 3],
    name: &str,
    size: Size,
) {
    let bar = (width * 0.27).min(26.0);
    let left = start + (width - 3.0 * bar - 4.0) / 2.0;
    let places = ["c0", "c2", "c5"];
    for ((at, (figure, value)), class) in figures.iter().enumerate().zip(places) {
        let x = left + at as f64 * (bar + 2.0);
        let y = scale.place(*value);
        let tip = format!("{name}: {figure} {}", numbers::ms(*value));
        canvas.rect(&format!("bar {class}"), (x, y), (bar, plot.bottom - y), &tip);
        if size.is_wide() && bar > 20.0 {
            canvas.text("value small", "middle", (x + bar / 2.0, y - 4.0), &brief(*value));
        }
    }
}

/// A figure over a bar: two digits of it say enough there.
fn brief(value: f64) -> String {
    if value < 9.95 { numbers::decimals(value, 1) } else { numbers::decimals(value, 0) }
}

/// Where the level at `at` of `of` begins, and how wide it is.
fn band(plot: Plot, at: usize, of: usize) -> (f64, f64) {
    let width = (plot.right - plot.left) / of.max(1) as f64;
    (plot.left + at as f64 * width, width)
}

/// The level's name and its people.
fn below(canvas: &mut Canvas, plot: Plot, level: &Level, (start, width): (f64, f64)) {
    let middle = start + width / 2.0;
    if width > 26.0 {
        canvas.text("tick strong", "middle", (middle, plot.bottom + 17.0), &fitting(&level.name, width));
    }
    let people = numbers::size(level.users);
    let people = if width > 70.0 { format!("{people} people") } else { people };
    canvas.text("tick", "middle", (middle, plot.bottom + 32.0), &people);
}
