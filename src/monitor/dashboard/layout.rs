//! What goes where, and what is left out first where there is little room.

use ratatui::layout::Rect;

/// How many columns are between two panels.
const GAP: u16 = 3;

/// The rows that everything must have before some are left blank between panels.
const ROOMY: u16 = 40;

/// Where each part of the picture is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Places {
    pub(super) header: Rect,
    pub(super) panels: Vec<Rect>,
    pub(super) form: Form,
    /// `None` where there is no room.
    pub(super) routes: Option<Rect>,
    pub(super) findings: Option<Rect>,
    pub(super) footer: Rect,
}

/// What each panel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Charts.
    pub(super) charts: u16,
    /// Rows of each.
    pub(super) rows: u16,
    /// Lines of other figures below.
    pub(super) notes: u16,
}

impl Form {
    const fn height(self) -> u16 {
        1 + self.charts * self.rows + self.notes
    }
}

const fn form(charts: u16, rows: u16, notes: u16) -> Form {
    Form { charts, rows, notes }
}

/// From what shows most to what shows least, each with the rows that must be left for routes and findings: as a part
/// of eight of the height, and at least so many.
const FORMS: [(Form, u16, u16); 11] = [
    (form(3, 5, 2), 3, 10),
    (form(3, 4, 2), 3, 10),
    (form(3, 3, 2), 3, 10),
    (form(3, 2, 2), 3, 10),
    (form(3, 1, 2), 3, 9),
    (form(3, 1, 1), 2, 6),
    (form(3, 1, 0), 1, 4),
    (form(3, 1, 0), 0, 2),
    (form(2, 1, 0), 0, 2),
    (form(1, 1, 0), 0, 2),
    (form(1, 1, 0), 0, 0),
];

/// Places for everything within `area`, with `panels` panels.
pub(super) fn places(area: Rect, panels: u16) -> Places {
    let side = u16::from(area.width >= 60);
    let area = Rect { x: area.x + side, width: area.width - 2 * side, ..area };
    let header = Rect { height: area.height.min(1), ..area };
    let footer = Rect { y: area.bottom().saturating_sub(1), height: u16::from(area.height >= 6), ..area };
    let body = Rect { y: header.bottom(), height: area.height - header.height - footer.height, ..area };
    let columns = match area.width {
        0..60 => 1,
        60..190 => 2.min(panels),
        _ => panels,
    };
    let lines = panels.div_ceil(columns.max(1));
    let blank = u16::from(body.height >= ROOMY);
    let fits = |(form, part, least): &&(Form, u16, u16)| {
        (form.height() + blank) * lines + (body.height * part / 8).max(*least) <= body.height
    };
    let form = FORMS.iter().find(fits).unwrap_or(&FORMS[FORMS.len() - 1]).0;
    let width = (area.width.saturating_sub(GAP * (columns - 1))) / columns;
    let panel = |number: u16| Rect {
        x: body.x + number % columns * (width + GAP),
        y: body.y + number / columns * (form.height() + blank),
        width,
        height: form.height(),
    };
    let panels: Vec<_> = (0..panels).map(|number| panel(number).intersection(body)).collect();
    let used = ((form.height() + blank) * lines).min(body.height);
    let rest = Rect { y: body.y + used, height: body.height - used, ..body };
    let (routes, findings) = lower(rest);
    Places { header, panels, form, routes, findings, footer }
}

/// The routes and the findings: beside each other where that is wide enough, and findings alone where it is low.
fn lower(rest: Rect) -> (Option<Rect>, Option<Rect>) {
    if rest.height < 2 {
        return (None, None);
    }
    if rest.width >= 116 {
        let left = (rest.width - GAP) / 2;
        let routes = Rect { width: left, ..rest };
        return (Some(routes), Some(Rect { x: rest.x + left + GAP, width: rest.width - left - GAP, ..rest }));
    }
    if rest.height < 7 {
        return (None, Some(rest));
    }
    let high = (rest.height * 9 / 20).min(12);
    let routes = Rect { height: high, ..rest };
    (Some(routes), Some(Rect { y: rest.y + high, height: rest.height - high, ..rest }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: u16, height: u16) -> Places {
        places(Rect::new(0, 0, width, height), 4)
    }

    #[test]
    fn a_common_terminal_has_everything() {
        let places = at(80, 24);
        assert_eq!(places.form, form(3, 1, 2));
        assert!(places.routes.unwrap().height >= 4 && places.findings.unwrap().height >= 5, "{places:?}");
        assert_eq!(places.panels[1].y, places.panels[0].y);
    }

    #[test]
    fn more_room_is_for_higher_charts() {
        assert_eq!(at(140, 45).form.rows, 3);
        let ends = |places: &Places| places.panels[0].bottom() == places.panels[2].y;
        assert!(ends(&at(80, 24)) && !ends(&at(140, 45)), "and for blank rows");
        let wide = at(240, 60);
        assert!(wide.form.rows == 5 && wide.panels.iter().all(|panel| panel.y == 1), "{wide:?}");
        assert_eq!(wide.routes.unwrap().y, wide.findings.unwrap().y);
    }

    #[test]
    fn where_it_is_low_notes_go_first_then_routes_then_charts_and_findings_last() {
        assert_eq!((at(80, 19).form, at(80, 19).routes.is_some()), (form(3, 1, 1), true));
        assert_eq!((at(80, 15).form, at(80, 15).routes), (form(3, 1, 0), None));
        let low = at(80, 10);
        assert_eq!((low.form, low.findings.map(|of| of.height)), (form(2, 1, 0), Some(2)));
        assert_eq!((at(80, 6).form, at(80, 6).findings), (form(1, 1, 0), None));
    }

    #[test]
    fn nothing_is_outside_or_above_each_other_at_any_size() {
        for (width, height) in (0..260).step_by(7).flat_map(|width| (0..70).map(move |height| (width, height))) {
            let all = Rect::new(0, 0, width, height);
            let Places { header, panels, routes, findings, footer, .. } = places(all, 4);
            let parts: Vec<_> = panels.into_iter().chain([header, footer]).chain(routes).chain(findings).collect();
            for (number, part) in parts.iter().enumerate() {
                assert!(part.is_empty() || part.union(all) == all, "{part:?} at {width}×{height}");
                let others = parts[number + 1..].iter().filter(|other| !other.intersection(*part).is_empty());
                assert_eq!(others.count(), 0, "{part:?} at {width}×{height}");
            }
        }
    }
}
