//! The whole picture: what the server is, its parts, its slowest routes, and what the rules found.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use super::Shown;
use super::layout::{Places, places};
use super::panel::{PANELS, alarming};
use super::words::{cut, width, wrapped};
use crate::monitor::figures::Route;
use crate::monitor::findings::Finding;
use crate::monitor::quantity::Unit;
use crate::monitor::report::time;
use crate::monitor::rules;
use crate::monitor::watch::Watch;

/// What the keys do, and what is meant by what is shown.
const HELP: &[(&str, &str)] = &[
    ("q Esc Ctrl-C", "quit"),
    ("p Space", "pause: the picture stands still, measuring goes on"),
    ("+ -", "longer and shorter intervals"),
    ("?", "this help"),
    ("", ""),
    ("p50 p95 p99", "so many of 100 answers took at most this long"),
    ("in flight", "requests that are being answered"),
    ("refused", "requests turned away, as too many were there"),
    ("delay", "from a message's being stored to its being sent"),
    ("queued", "bytes that devices have not read yet"),
    ("cut off", "devices that did not read, in this interval"),
    ("group size", "writes that share one fsync"),
    ("≤", "the largest value in the chart"),
    ("–", "the server does not tell, or nothing happened"),
    ("times", "are UTC"),
];

const fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

const fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, shown: &Shown) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let Places { header, panels, form, routes: routes_area, findings: findings_area, footer } =
        places(area, u16::try_from(PANELS.len()).unwrap_or(u16::MAX));
    let watch = shown.watched();
    draw_header(buffer, header, shown);
    for (panel, area) in PANELS.iter().zip(panels).filter(|(_, area)| !area.is_empty()) {
        panel.draw(buffer, area, form, watch);
    }
    if let Some(area) = routes_area {
        draw_routes(buffer, area, watch);
    }
    if let Some(area) = findings_area {
        draw_findings(buffer, area, watch);
    }
    draw_footer(buffer, footer);
    if shown.help {
        draw_help(buffer, area);
    }
}

/// A part's title with a line after it, and what stands at its right end.
pub(super) fn title(buffer: &mut Buffer, area: Rect, text: &str, style: Style, right: &str) {
    if area.is_empty() {
        return;
    }
    let all = usize::from(area.width);
    let rule = all.saturating_sub(width(text) + width(right) + if right.is_empty() { 1 } else { 2 });
    let spans = [
        Span::styled(text, style.add_modifier(Modifier::BOLD)),
        Span::styled(format!(" {} ", "─".repeat(rule)), faint()),
        Span::styled(right, faint()),
    ];
    buffer.set_line(area.x, area.y, &Line::from_iter(spans), area.width);
}

fn draw_header(buffer: &mut Buffer, area: Rect, shown: &Shown) {
    if area.is_empty() {
        return;
    }
    let watch = shown.watched();
    let of = watch.latest();
    let version =
        of.and_then(|of| of.process.version.clone()).map_or_else(String::new, |version| format!(" {version}"));
    let state = state(shown);
    let dot = match state.as_ref() {
        Some((_, style)) => style.remove_modifier(Modifier::REVERSED),
        None if watch.findings().all().iter().any(Finding::is_now) => alarming(),
        None => Style::new().fg(Color::Green),
    };
    let mut left = vec![
        Span::styled("● ", dot),
        Span::styled(format!("hearth{version}"), bold()),
        Span::raw(format!("  {}  ", shown.target)),
    ];
    left.extend(state.map(|(text, style)| Span::styled(format!(" {text} "), style)));
    let up = of.map_or_else(String::new, |of| format!("up {} · ", Unit::Seconds.shown(of.process.uptime_seconds)));
    let right = format!("{up}every {} · {}", seconds(shown.step), time(shown.now));
    let left = Line::from(left);
    let room = usize::from(area.width).saturating_sub(width(&right));
    // The state is what matters: the rest is left out where it has no room.
    if left.width() < room {
        let x = area.x + u16::try_from(room).unwrap_or_default();
        buffer.set_stringn(x, area.y, &right, width(&right), faint());
    }
    buffer.set_line(area.x, area.y, &left, area.width);
}

/// What everything else has to be seen in the light of.
fn state(shown: &Shown) -> Option<(String, Style)> {
    let watch = shown.watched();
    if let Some((at, _)) = &shown.paused {
        let style = Style::new().fg(Color::Yellow).add_modifier(Modifier::REVERSED);
        return Some((format!("paused at {}", time(*at)), style));
    }
    if let Some((since, _)) = watch.gone() {
        let style = alarming().add_modifier(Modifier::REVERSED);
        return Some((format!("not reachable since {}", time(since)), style));
    }
    watch.latest().is_none().then(|| ("reading …".to_owned(), faint()))
}

/// `0.2 s`, `5 s`, `5 min`: what is said of the interval.
fn seconds(step: std::time::Duration) -> String {
    match step.as_secs_f64() {
        long if long >= 60.0 => Unit::Seconds.shown(Some(long)).trim_end_matches(" 0 s").to_owned(),
        short => format!("{short} s"),
    }
}

fn draw_routes(buffer: &mut Buffer, area: Rect, watch: &Watch) {
    let accent = Style::new().fg(Color::Cyan);
    title(buffer, area, "SLOWEST ROUTES", accent, &columns(["p95", "rate", "errors"]));
    let rows = area.rows().skip(1);
    if watch.routes().is_empty() {
        let text = format!("no requests in the last {} intervals", rules::REACH);
        rows.take(1).for_each(|row| put(buffer, row, 0, &text, faint()));
        return;
    }
    for (row, route) in rows.zip(watch.routes()) {
        draw_route(buffer, row, route);
    }
}

fn columns([p95, rate, errors]: [&str; 3]) -> String {
    format!("{p95:>9} {rate:>9} {errors:>7}")
}

fn draw_route(buffer: &mut Buffer, row: Rect, route: &Route) {
    let failing = route.error_share > 0.0;
    let errors = Unit::Share.shown(Some(route.error_share));
    let rate = Unit::PerSecond.shown(Some(route.requests_per_second));
    let figures = columns([&Unit::Milliseconds.shown(route.p95_ms), &rate, &errors]);
    let room = usize::from(row.width).saturating_sub(width(&figures) + 1);
    put(buffer, row, 0, &cut(&format!("{:6} {}", route.method, route.route), room), Style::new());
    let at = usize::from(row.width).saturating_sub(width(&figures));
    put(buffer, row, at, &figures, Style::new());
    if failing {
        put(buffer, row, usize::from(row.width).saturating_sub(width(&errors)), &errors, alarming());
    }
}

/// Writes into a row from its column `from` on.
fn put(buffer: &mut Buffer, row: Rect, from: usize, text: &str, style: Style) {
    let from = u16::try_from(from).unwrap_or(u16::MAX);
    if row.height > 0 && from < row.width {
        buffer.set_stringn(row.x + from, row.y, text, usize::from(row.width - from), style);
    }
}

fn draw_findings(buffer: &mut Buffer, area: Rect, watch: &Watch) {
    let findings = watch.findings().newest_first();
    let now = findings.iter().filter(|finding| finding.is_now()).count();
    let style = if now > 0 { Style::new().fg(Color::Red) } else { Style::new().fg(Color::Green) };
    let count = match (now, findings.len()) {
        (_, 0) => String::new(),
        (now, all) => format!("{now} now, {} before", all - now),
    };
    title(buffer, area, "WARNINGS", style, &count);
    let mut rows = area.rows().skip(1);
    if findings.is_empty() {
        let [intervals, ..] = watch.counts();
        let since = time(watch.span().0);
        let text = format!("none: {} rules looked at {intervals} intervals since {since}", rules::COUNT);
        rows.by_ref().take(1).for_each(|row| put(buffer, row, 0, &text, faint()));
    }
    let lines = findings.iter().flat_map(|finding| described(finding, usize::from(area.width)));
    for (row, line) in rows.zip(lines) {
        buffer.set_line(row.x, row.y, &line, row.width);
    }
}

/// When, what was measured, and below it what to do.
fn described(finding: &Finding, most: usize) -> Vec<Line<'static>> {
    const INDENT: usize = 11;
    let is_now = finding.is_now();
    let (mark, marked, said) = match is_now {
        true => ("●", alarming(), &finding.said),
        false => ("○", faint(), &finding.worst),
    };
    let room = most.saturating_sub(INDENT);
    let ended = if is_now { String::new() } else { format!(" (until {})", time(finding.last)) };
    let text = wrapped(&format!("{said}{ended}"), room);
    let style = if is_now { bold() } else { Style::new() };
    let first = |number: usize| match number {
        0 => [Span::styled(format!("{mark} "), marked), Span::styled(format!("{} ", time(finding.since)), faint())],
        _ => [Span::raw(" ".repeat(INDENT)), Span::raw("")],
    };
    let said = text
        .into_iter()
        .enumerate()
        .map(|(number, line)| Line::from_iter(first(number).into_iter().chain([Span::styled(line, style)])));
    let advice = wrapped(&finding.advice, room.saturating_sub(2)).into_iter().enumerate().map(|(number, line)| {
        let arrow = if number == 0 { "→ " } else { "  " };
        let arrow = Span::styled(format!("{}{arrow}", " ".repeat(INDENT)), Style::new().fg(Color::Green));
        Line::from_iter([arrow, Span::styled(line, if is_now { Style::new() } else { faint() })])
    });
    said.chain(advice).collect()
}

fn draw_footer(buffer: &mut Buffer, area: Rect) {
    let keys = [("q", "quit"), ("p", "pause"), ("+ -", "interval"), ("?", "help")];
    let spans =
        keys.iter().flat_map(|(key, does)| [Span::styled(*key, bold()), Span::styled(format!(" {does}   "), faint())]);
    if !area.is_empty() {
        buffer.set_line(area.x, area.y, &Line::from_iter(spans), area.width);
    }
}

fn draw_help(buffer: &mut Buffer, area: Rect) {
    let lines = u16::try_from(HELP.len()).unwrap_or(u16::MAX);
    let (wide, high) = (area.width.min(72), area.height.min(lines + 2));
    let x = area.x + (area.width - wide) / 2;
    let y = area.y + (area.height - high) / 2;
    let area = Rect { x, y, width: wide, height: high };
    Clear.render(area, buffer);
    let block = ratatui::widgets::Block::bordered().title(" HELP ").border_style(faint());
    let inner = block.inner(area);
    block.render(area, buffer);
    for (row, (what, means)) in inner.rows().zip(HELP) {
        put(buffer, row, 1, what, bold());
        put(buffer, row, 15, means, Style::new());
    }
}
