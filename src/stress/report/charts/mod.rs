//! The pictures of the page: SVG, written by hand, each in a size for a desk and one for a phone.

mod bars;
mod canvas;
mod curves;
mod scale;
mod time;

use canvas::{Canvas, NARROW, Size, WIDE};

use super::levels::rate;
use super::numbers;
use crate::stress::outcome::{Level, Outcome};

/// A picture with what stands around it.
pub(super) struct Chart {
    pub title: String,
    /// What it shows, and what to see in it.
    pub caption: String,
    /// Class of the colour, and what it stands for.
    pub legend: Vec<(String, String)>,
    /// For a desk, and for a phone.
    pub drawings: [String; 2],
}

impl Chart {
    /// Draws it in both sizes. `description` is read to who cannot see it.
    fn new(title: &str, caption: String, description: &str, draw: impl Fn(&mut Canvas, Size)) -> Self {
        let drawn = |class, size| {
            let mut canvas = Canvas::default();
            draw(&mut canvas, size);
            canvas.finish(class, size, title, description)
        };
        let drawings = [drawn("wide", WIDE), drawn("narrow", NARROW)];
        Self { title: title.to_owned(), caption, legend: Vec::new(), drawings }
    }

    fn with_legend(mut self, legend: impl IntoIterator<Item = (String, String)>) -> Self {
        self.legend = legend.into_iter().collect();
        self
    }
}

/// The charts that compare levels, then those along time, then one for each level.
pub(super) fn of(outcome: &Outcome) -> Vec<Chart> {
    let mut charts = Vec::new();
    if !outcome.levels.is_empty() {
        let levels: Vec<_> = outcome.levels.iter().collect();
        charts.push(bars::throughput(&levels, outcome));
        let p95 = outcome.targets.p95_ms;
        charts.push(bars::latency("Response time by level", &levels, |level| &level.all.latency, p95));
        charts.extend(curves::of(outcome));
        if levels.iter().any(|level| level.chat.expected > 0) {
            charts.push(bars::latency("Delay of chat messages by level", &levels, |level| &level.chat.delay, p95));
        }
        charts.extend(time::cores(outcome));
        charts.extend(time::memory(outcome));
        charts.extend(levels.iter().filter_map(|level| time::level(level, outcome)));
    }
    if let Some(capacity) = &outcome.capacity {
        let mut steps: Vec<_> = capacity.steps.iter().collect();
        steps.sort_by_key(|step| step.users);
        if !steps.is_empty() {
            let title = "Response time by people at once (search for the capacity)";
            charts.push(bars::latency(title, &steps, |step| &step.all.latency, outcome.targets.p95_ms));
        }
    }
    charts
}

/// The class of the colour of the level at `place` of `of`: an even walk through the ramp.
fn colour(place: usize, of: usize) -> String {
    const COLOURS: usize = 6;
    if of <= COLOURS {
        let step = if of <= 1 { 0 } else { place * (COLOURS - 1) / (of - 1) };
        return format!("c{step}");
    }
    format!("c{}", place * COLOURS / of)
}

/// A figure at a tick.
fn tick(value: f64) -> String {
    if value.abs() >= 10_000.0 { format!("{}k", numbers::trimmed(value / 1e3, 1)) } else { numbers::trimmed(value, 3) }
}

/// `baseline 5,012 a second`, for each level.
fn spoken(levels: &[&Level]) -> String {
    let each = levels.iter().map(|level| format!("{} {} a second", level.name, numbers::rate(rate(level))));
    each.collect::<Vec<_>>().join(", ")
}

/// What is said of a target that is not on the scale, or is.
fn about_target(target: f64, most: f64) -> String {
    let shown = numbers::ms(target);
    if is_near(target, most) {
        return format!("The dashed line is the target, {shown}.");
    }
    if target > most && most > 0.0 {
        return format!(
            "The target, {shown}, is {} times the highest figure here.",
            numbers::trimmed(target / most, 0)
        );
    }
    format!("The target is {shown}.")
}

/// Whether a target is near enough to be drawn without pressing what was measured to the floor.
fn is_near(target: f64, most: f64) -> bool {
    target > 0.0 && target <= most * 2.5 && target.is_finite()
}
