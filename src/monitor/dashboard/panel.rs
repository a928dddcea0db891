//! One part of a server: its charts, and the other figures below them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::layout::Form;
use super::words::{cut, flowing, width};
use super::{picture, spark};
use crate::monitor::figures::Figures;
use crate::monitor::quantity::{Figure, UNKNOWN, Unit};
use crate::monitor::rules;
use crate::monitor::watch::Watch;

/// One part of a server.
pub(super) struct Panel {
    title: &'static str,
    color: Color,
    /// The most important first: the others are left out where there is little room.
    charts: [Figure; 3],
    notes: fn(&Figures) -> Vec<Note>,
}

/// A figure without a chart.
struct Note {
    title: String,
    value: String,
    /// What is marked while a rule finds something in it.
    figure: Option<Figure>,
}

/// All parts. The colours are the terminal's own, and of those that can be seen on light and on dark ones.
pub(super) const PANELS: [Panel; 4] = [
    Panel {
        title: "REQUESTS",
        color: Color::Cyan,
        charts: [Figure::requests_per_second, Figure::p95_ms, Figure::in_flight],
        notes: |of| noted(of, &[Figure::error_share, Figure::refused, Figure::p50_ms, Figure::p99_ms, Figure::mean_ms]),
    },
    Panel {
        title: "CHAT",
        color: Color::Magenta,
        charts: [Figure::messages_per_second, Figure::delay_p95_ms, Figure::sockets],
        notes: |of| {
            let figures =
                [Figure::deliveries_per_second, Figure::delay_p50_ms, Figure::queue_bytes, Figure::slow_readers];
            noted(of, &figures)
        },
    },
    Panel {
        title: "STORE",
        color: Color::LightBlue,
        charts: [Figure::commits_per_second, Figure::fsync_p95_ms, Figure::group_size],
        notes: |of| {
            let figures = [Figure::commit_queue, Figure::fsync_mean_ms, Figure::journal_bytes, Figure::store_bytes];
            noted(of, &figures)
        },
    },
    Panel {
        title: "MACHINE",
        color: Color::Green,
        charts: [Figure::cpu_cores, Figure::memory_bytes, Figure::hashes_per_second],
        notes: machine,
    },
];

fn noted(of: &Figures, figures: &[Figure]) -> Vec<Note> {
    let note = |figure: &Figure| Note {
        title: figure.quantity().title.to_owned(),
        value: figure.shown(of),
        figure: Some(*figure),
    };
    figures.iter().map(note).collect()
}

fn machine(of: &Figures) -> Vec<Note> {
    let (open, most) = (Figure::open_files.shown(of), Unit::Count.shown(of.process.max_files));
    let files = Note { title: "files".into(), value: format!("{open} of {most}"), figure: Some(Figure::open_files) };
    let hits = |share| Unit::Share.shown(share);
    let caches = of.caches.iter().map(|of| Note {
        title: format!("{} hits", of.cache),
        value: hits(of.hit_share),
        figure: None,
    });
    let none = of.caches.is_empty().then(|| Note { title: "cache hits".into(), value: UNKNOWN.into(), figure: None });
    let waiting = noted(of, &[Figure::password_queue]);
    [files].into_iter().chain(waiting).chain(caches).chain(none).collect()
}

impl Panel {
    /// Draws it into `area`.
    pub(super) fn draw(&self, buffer: &mut Buffer, area: Rect, form: Form, watch: &Watch) {
        let accent = Style::new().fg(self.color);
        picture::title(buffer, area, self.title, accent, "");
        let rows = area.rows().skip(1).collect::<Vec<_>>();
        let marked = marked(watch);
        let of = watch.latest().cloned().unwrap_or_default();
        for (figure, rows) in self.charts.into_iter().zip(rows.chunks(usize::from(form.rows))).take(form.charts.into())
        {
            let area = rows.iter().copied().reduce(Rect::union).unwrap_or_default();
            let value = if marked.contains(&figure) { alarming() } else { Style::new().add_modifier(Modifier::BOLD) };
            chart(buffer, area, figure, watch, [accent, value]);
        }
        let rows = rows.get(usize::from(form.charts * form.rows)..).unwrap_or_default();
        note_rows(buffer, rows, &(self.notes)(&of), &marked);
    }
}

/// The figures that a rule finds something in right now.
fn marked(watch: &Watch) -> Vec<Figure> {
    let now = watch.findings().all().iter().filter(|finding| finding.is_now());
    now.filter_map(|finding| rules::figure_of(finding.rule)).collect()
}

/// What a rule finds something in.
pub(super) const fn alarming() -> Style {
    Style::new().fg(Color::Red).add_modifier(Modifier::BOLD)
}

const fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// A figure's name, its value and how it went: in one row, or with the name above the value where there are more.
fn chart(buffer: &mut Buffer, area: Rect, figure: Figure, watch: &Watch, [accent, bold]: [Style; 2]) {
    let quantity = figure.quantity();
    let of = watch.latest().cloned().unwrap_or_default();
    let mut value = figure.shown(&of);
    if let Some(cores) = of.process.cores.filter(|_| figure == Figure::cpu_cores) {
        value += &format!(" of {cores}");
    }
    let scale = if figure == Figure::cpu_cores { of.process.cores.unwrap_or(quantity.scale) } else { quantity.scale };
    let names: u16 = if area.height > 1 { 12 } else { 20 };
    let (left, right) = (area.width.min(names), area.width.saturating_sub(names));
    let drawn = Rect { x: area.x + left, width: right, ..area };
    let largest = spark::draw(buffer, drawn, watch.course(figure), scale, accent);
    let mut put = |row: u16, text: &str, style: Style| {
        let line = Line::styled(cut(text, usize::from(left)), style);
        if row < area.height {
            buffer.set_line(area.x, area.y + row, &line, left);
        }
    };
    if area.height > 1 {
        put(0, quantity.title, Style::new());
        put(1, &value, bold);
        let peak = largest.map(|largest| format!("≤ {}", quantity.unit.shown(Some(largest))));
        put(2, &peak.unwrap_or_default(), faint());
    } else if area.height == 1 {
        put(0, quantity.title, Style::new());
        let room = left.saturating_sub(1);
        let from = room.saturating_sub(u16::try_from(width(&value)).unwrap_or(room));
        buffer.set_stringn(area.x + from, area.y, &value, usize::from(room - from), bold);
    }
}

/// As many notes as there is room for, the first ones first.
fn note_rows(buffer: &mut Buffer, rows: &[Rect], notes: &[Note], marked: &[Figure]) {
    const GAP: usize = 2;
    let most = rows.first().map_or(0, |row| usize::from(row.width));
    let widths = notes.iter().map(|note| width(&note.title) + 1 + width(&note.value));
    let mut rest = notes;
    for (row, count) in rows.iter().zip(flowing(widths, most, GAP, rows.len())) {
        let (now, later) = rest.split_at(count);
        let spans = now.iter().flat_map(|note| {
            let is_marked = note.figure.is_some_and(|figure| marked.contains(&figure));
            let value = if is_marked { alarming() } else { Style::new() };
            let gap = Span::raw(" ".repeat(GAP));
            [Span::styled(format!("{} ", note.title), faint()), Span::styled(note.value.as_str(), value), gap]
        });
        buffer.set_line(row.x, row.y, &Line::from_iter(spans), row.width);
        rest = later;
    }
}
