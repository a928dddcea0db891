//! From figures to places, with round ticks.

/// From a range of figures to a range of places.
pub(super) struct Scale {
    kind: Kind,
    from: f64,
    to: f64,
    /// The places of `from` and `to`.
    places: (f64, f64),
    pub ticks: Vec<f64>,
}

enum Kind {
    Linear,
    Log,
}

impl Scale {
    /// From 0 to a round figure that holds `most`, with about so many ticks.
    pub(super) fn up_to(most: f64, about: usize, places: (f64, f64)) -> Self {
        let most = if most.is_finite() && most > 1e-9 { most.min(1e30) } else { 1.0 };
        let step = round_step(most / about.max(1) as f64);
        let steps = (most / step - 1e-9).ceil().clamp(1.0, 20.0);
        let mut ticks = Vec::new();
        while (ticks.len() as f64) <= steps {
            ticks.push(ticks.len() as f64 * step);
        }
        Self { kind: Kind::Linear, from: 0.0, to: steps * step, places, ticks }
    }

    /// From 0 to exactly `to`, with round ticks within.
    pub(super) fn exactly(to: f64, about: usize, places: (f64, f64)) -> Self {
        let mut scale = Self::up_to(to, about, places);
        if to.is_finite() && to > 1e-9 {
            scale.to = to.min(1e30);
            let end = scale.to * (1.0 + 1e-9);
            scale.ticks.retain(|tick| *tick <= end);
        }
        scale
    }

    /// Logarithmic, from a round figure to one, which hold both.
    pub(super) fn log(least: f64, most: f64, places: (f64, f64)) -> Self {
        let floor = |value: f64| if value.is_finite() { value.clamp(1e-3, 1e12) } else { 1.0 };
        let (least, most) = (floor(least), floor(most).max(floor(least)));
        let (low, high) = (least.log10().floor(), most.log10().ceil());
        let decades = (high - low).max(1.0);
        let within: &[f64] = if decades <= 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let mut ticks = Vec::new();
        let mut exponent = low;
        while exponent <= low + decades {
            ticks.extend(within.iter().map(|step| step * 10_f64.powf(exponent)));
            exponent += if decades > 6.0 { 2.0 } else { 1.0 };
        }
        let below = ticks.iter().rposition(|tick| *tick <= least * 1.0001).unwrap_or(0);
        let above = ticks.iter().position(|tick| *tick >= most * 0.9999).unwrap_or(ticks.len() - 1).max(below + 1);
        let ticks: Vec<_> = ticks.into_iter().skip(below).take(above - below + 1).collect();
        let from = ticks.first().copied().unwrap_or(1.0);
        let to = ticks.last().copied().unwrap_or(10.0).max(most).max(from * 2.0);
        Self { kind: Kind::Log, from, to, places, ticks }
    }

    /// Where a figure stands; what is out of range stands at the edge.
    pub(super) fn place(&self, figure: f64) -> f64 {
        let share = match self.kind {
            Kind::Linear => (figure - self.from) / (self.to - self.from),
            Kind::Log => (figure.max(self.from) / self.from).ln() / (self.to / self.from).ln(),
        };
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// Whether a figure is on it.
    pub(super) fn holds(&self, figure: f64) -> bool {
        (self.from..=self.to).contains(&figure)
    }
}

/// The round figure that is next above: 1, 2, 2.5 or 5 and zeros.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0].into_iter().find(|round| round * power >= step * 0.999);
    round.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_what_is_shown() {
        assert_eq!(Scale::up_to(437.0, 4, (0.0, 1.0)).ticks, [0.0, 200.0, 400.0, 600.0]);
        assert_eq!(Scale::up_to(0.0, 4, (0.0, 1.0)).ticks.len(), 5);
        assert_eq!(Scale::exactly(13.0, 4, (0.0, 1.0)).ticks, [0.0, 5.0, 10.0]);
        let log = Scale::log(0.7, 140.0, (100.0, 0.0));
        assert!(log.holds(0.7) && log.holds(140.0) && log.ticks.len() <= 9, "{:?}", log.ticks);
        for (least, most) in [(0.0, 0.0), (f64::NAN, f64::INFINITY), (1e-9, 1e300), (5.0, 5.0), (1.0, 1.0)] {
            let log = Scale::log(least, most, (100.0, 0.0));
            assert!(
                log.ticks.len() >= 2 && log.ticks.len() < 20 && log.to > log.from,
                "{least} {most} {:?}",
                log.ticks
            );
            assert!([0.0, f64::NAN, 1e300].iter().all(|figure| (0.0..=100.0).contains(&log.place(*figure))));
        }
    }
}
