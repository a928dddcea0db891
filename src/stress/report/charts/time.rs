//! What happened when.

use super::canvas::{Canvas, Plot, fitting};
use super::scale::Scale;
use super::{Chart, about_target, is_near, tick};
use crate::stress::outcome::{Level, Outcome, Second};
use crate::stress::report::levels::{is_shared, title};
use crate::stress::report::numbers;

/// As many points as a line shows apart.
const POINTS: usize = 180;

/// A stretch of seconds.
struct Stretch {
    /// Its middle, in seconds since the level began.
    at: f64,
    calls: f64,
    failed: f64,
    p50: f64,
    p95: f64,
}

/// Seconds, put together where there are more than a line can show: calls as a mean, percentiles as the worst.
fn stretches(level: &Level) -> Vec<Stretch> {
    let timeline = whole(level);
    let each = timeline.len().div_ceil(POINTS).max(1);
    let put = |seconds: &[Second]| {
        let mean = |figure: &dyn Fn(&Second) -> f64| seconds.iter().map(figure).sum::<f64>() / seconds.len() as f64;
        let worst = |figure: &dyn Fn(&Second) -> f64| seconds.iter().map(figure).fold(0.0, f64::max);
        Stretch {
            at: mean(&|second| second.at),
            calls: mean(&|second| second.calls as f64),
            failed: mean(&|second| second.failed as f64),
            p50: worst(&|second| second.p50),
            p95: worst(&|second| second.p95),
        }
    };
    timeline.chunks(each).map(put).collect()
}

/// The seconds of a level. Of the last only a part belongs to it: where that is small it says nothing.
fn whole(level: &Level) -> &[Second] {
    match level.timeline.split_last() {
        Some((last, rest)) if !rest.is_empty() && level.seconds - last.at < 0.9 => rest,
        _ => &level.timeline,
    }
}

/// Calls a second above, percentiles below, over the seconds of a level.
pub(super) fn level(level: &Level, outcome: &Outcome) -> Option<Chart> {
    let stretches = stretches(level);
    if stretches.is_empty() {
        return None;
    }
    let most = |figure: fn(&Stretch) -> f64| stretches.iter().map(figure).fold(0.0, f64::max);
    let (calls, slowest) = (most(|at| at.calls), most(|at| at.p95));
    let failed = level.timeline.iter().map(|second| second.failed).fold(0, u64::saturating_add);
    let target = outcome.targets.p95_ms;
    let each = whole(level).len().div_ceil(POINTS);
    let grouped = match each {
        0 | 1 => String::new(),
        each => format!(" Each point is {each} seconds: the mean of the calls, the worst of the percentiles."),
    };
    let failures =
        if failed > 0 { format!(" {} failed, marked at the foot.", numbers::count(failed)) } else { String::new() };
    let caption =
        format!("Calls a second above, milliseconds below. {}{failures}{grouped}", about_target(target, slowest));
    let description = format!(
        "{} seconds; at most {} calls in a second, at most {} as the 95th percentile of a second",
        numbers::size(whole(level).len()),
        numbers::rate(calls),
        numbers::ms(slowest)
    );
    let chart = Chart::new(&format!("Timeline: {}", title(level)), caption, &description, |canvas, size| {
        let whole = size.plot();
        let middle = whole.top + (whole.bottom - whole.top) * 0.46;
        let (above, below) = (Plot { bottom: middle - 10.0, ..whole }, Plot { top: middle + 10.0, ..whole });
        let end = stretches.iter().map(|at| at.at).fold(level.seconds, f64::max).max(1.0);
        let across = Scale::exactly(end, if size.is_wide() { 6 } else { 4 }, whole.across());
        let up = Scale::up_to(calls, 3, above.upwards());
        let top = if is_near(target, slowest) { slowest.max(target) } else { slowest };
        let slow = Scale::up_to(top, 3, below.upwards());
        canvas.upright(above, &up, tick);
        canvas.upright(below, &slow, tick);
        canvas.level(below, &across, tick, "seconds");
        let line = |scale: &Scale, figure: fn(&Stretch) -> f64| -> Vec<_> {
            stretches.iter().map(|at| (across.place(at.at), scale.place(figure(at)))).collect()
        };
        let points = line(&up, |at| at.calls);
        canvas.area("area accent", &points, above.bottom);
        canvas.path("line accent", &points);
        for at in stretches.iter().filter(|at| at.failed > 0.0) {
            let x = across.place(at.at);
            let y = up.place(at.failed).min(above.bottom - 3.0);
            canvas.line("failure", (x, above.bottom), (x, y));
        }
        canvas.path("line c0", &line(&slow, |at| at.p50));
        canvas.path("line c5", &line(&slow, |at| at.p95));
        if is_near(target, slowest) {
            canvas.target(below, slow.place(target), "target");
        }
    });
    let mut legend = vec![("accent", "calls a second"), ("c0", "p50"), ("c5", "p95")];
    if failed > 0 {
        legend.push(("failure", "failed"));
    }
    Some(chart.with_legend(legend.into_iter().map(|(class, name)| (class.into(), name.into()))))
}

/// All levels, one after the other: where each begins, and all their seconds.
struct Run<'a> {
    /// Name, beginning and end, in seconds.
    levels: Vec<(&'a str, f64, f64)>,
    seconds: Vec<(f64, &'a Second)>,
}

impl<'a> Run<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let mut run = Self { levels: Vec::new(), seconds: Vec::new() };
        let mut begins = 0.0;
        for level in outcome.levels.iter().filter(|level| !level.timeline.is_empty()) {
            let last = level.timeline.iter().map(|second| second.at + 1.0).fold(0.0, f64::max);
            let ends = begins + level.seconds.max(last).clamp(0.0, 1e9);
            run.levels.push((&level.name, begins, ends));
            run.seconds.extend(level.timeline.iter().map(|second| (begins + second.at.clamp(0.0, 1e9), second)));
            begins = ends;
        }
        run
    }

    /// The points of a figure, thinned to what a line can show, in unbroken pieces: where it is not known, or a level
    /// ends, the line does.
    fn pieces(&self, figure: impl Fn(&Second) -> Option<f64>) -> Vec<Vec<(f64, f64)>> {
        let each = self.seconds.len().div_ceil(2 * POINTS).max(1);
        let mut pieces = Vec::new();
        for (_, begins, ends) in &self.levels {
            let within = self.seconds.iter().filter(|(at, _)| at >= begins && at < ends);
            let known: Vec<_> = within.map(|(at, second)| figure(second).map(|figure| (*at, figure))).collect();
            for piece in known.split(Option::is_none) {
                let points: Vec<_> = piece.iter().flatten().copied().collect();
                let put = |part: &[(f64, f64)]| {
                    let (at, sum) = part.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
                    (at / part.len() as f64, sum / part.len() as f64)
                };
                pieces.push(points.chunks(each).map(put).collect::<Vec<_>>());
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }

    fn end(&self) -> f64 {
        self.levels.last().map_or(1.0, |level| level.2).max(1.0)
    }

    /// A shade under every other level, and their names.
    fn bands(&self, canvas: &mut Canvas, plot: Plot, across: &Scale) {
        for (at, (name, begins, ends)) in self.levels.iter().enumerate() {
            let (left, right) = (across.place(*begins), across.place(*ends));
            if at % 2 == 0 {
                canvas.rect("band", (left, plot.top), (right - left, plot.bottom - plot.top), "");
            }
            if right - left > 18.0 {
                let middle = f64::midpoint(left, right);
                canvas.text("tick", "middle", (middle, plot.top + 12.0), &fitting(name, right - left - 4.0));
            }
        }
    }
}

fn most(pieces: &[Vec<(f64, f64)>]) -> f64 {
    pieces.iter().flatten().map(|point| point.1).fold(0.0, f64::max)
}

fn draw(canvas: &mut Canvas, class: &str, pieces: &[Vec<(f64, f64)>], across: &Scale, up: &Scale, floor: Option<f64>) {
    for piece in pieces {
        let points: Vec<_> = piece.iter().map(|(at, value)| (across.place(*at), up.place(*value))).collect();
        if let Some(floor) = floor {
            canvas.area(&format!("area {class}"), &points, floor);
        }
        canvas.path(&format!("line {class}"), &points);
    }
}

/// The processor: what the server and what the load used.
pub(super) fn cores(outcome: &Outcome) -> Option<Chart> {
    let run = Run::new(outcome);
    let (server, load) = (run.pieces(|second| second.server_cores), run.pieces(|second| Some(second.load_cores)));
    let all = outcome.machine.cores as f64;
    let shared = is_shared(outcome);
    let highest = most(&server).max(most(&load)).max(if shared { all } else { 0.0 });
    if run.seconds.is_empty() {
        return None;
    }
    let mut caption = "Cores in use, level after level.".to_owned();
    if shared && all > 0.0 {
        caption += &format!(" The dashed line is all that the machine has, {}.", numbers::size(outcome.machine.cores));
    }
    if server.is_empty() {
        caption += " The server did not show its own.";
    }
    let description = format!(
        "At most {} cores for the server, {} for the load",
        numbers::trimmed(most(&server), 2),
        numbers::trimmed(most(&load), 2)
    );
    let chart = Chart::new("Processor over time", caption, &description, |canvas, size| {
        let plot = size.plot();
        let across = Scale::exactly(run.end(), if size.is_wide() { 6 } else { 4 }, plot.across());
        let up = Scale::up_to(highest * 1.18, 4, plot.upwards());
        run.bands(canvas, plot, &across);
        canvas.upright(plot, &up, tick);
        draw(canvas, "accent", &server, &across, &up, Some(plot.bottom));
        draw(canvas, "cool", &load, &across, &up, None);
        if shared && all > 0.0 {
            canvas.target(plot, up.place(all), "");
        }
        canvas.level(plot, &across, tick, "seconds");
    });
    let server_name = if server.is_empty() { None } else { Some(("accent".to_owned(), "server".to_owned())) };
    Some(chart.with_legend(server_name.into_iter().chain([("cool".to_owned(), "load".to_owned())])))
}

/// The memory of the server; `None` where it is not known.
pub(super) fn memory(outcome: &Outcome) -> Option<Chart> {
    const MIB: f64 = 1_048_576.0;
    let run = Run::new(outcome);
    let pieces = run.pieces(|second| second.server_memory.map(|bytes| bytes as f64 / MIB));
    if pieces.is_empty() {
        return None;
    }
    let highest = most(&pieces);
    let last = pieces.last().and_then(|piece| piece.last()).map_or(0.0, |point| point.1);
    let caption = format!(
        "MiB of the server's process, level after level: {} at most, {} at the end.",
        numbers::short(highest),
        numbers::short(last)
    );
    Some(Chart::new("Memory over time", caption.clone(), &caption, |canvas, size| {
        let plot = size.plot();
        let across = Scale::exactly(run.end(), if size.is_wide() { 6 } else { 4 }, plot.across());
        let up = Scale::up_to(highest * 1.18, 4, plot.upwards());
        run.bands(canvas, plot, &across);
        canvas.upright(plot, &up, tick);
        draw(canvas, "accent", &pieces, &across, &up, Some(plot.bottom));
        canvas.level(plot, &across, tick, "seconds");
    }))
}
