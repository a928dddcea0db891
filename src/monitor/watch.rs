//! A server that is watched: its latest figures, how they went, what the rules found, and whether it is there at all.

use std::collections::VecDeque;
use std::time::Duration;

use super::figures::{Figures, Route};
use super::findings::Findings;
use super::quantity::{Figure, Over, QUANTITIES};
use super::rules::{self, Alarm};
use super::scrape::{Scrape, ScrapeError};
use crate::clock::Timestamp;

/// Intervals whose figures are kept: enough for the widest screen.
const MOST_POINTS: usize = 600;

/// Each figure of one interval; nothing where there were none.
type Point = Option<[Option<f64>; QUANTITIES.len()]>;

/// The largest value of a figure, and when it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// The value.
    pub value: f64,
    /// The end of its interval.
    pub at: Timestamp,
}

/// How one figure went over the whole time.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    sum: f64,
    weighted: f64,
    weight: f64,
    peak: Option<Peak>,
}

/// A server that is watched.
#[derive(Clone, Debug)]
pub struct Watch {
    began: Timestamp,
    last: Timestamp,
    /// What the whole time is counted from, and up to.
    ends: Option<(Scrape, Scrape)>,
    /// The latest readings without a restart between them: routes are shown over more than one interval, or they
    /// would never stand still.
    readings: VecDeque<Scrape>,
    routes: Vec<Route>,
    recent: Vec<Figures>,
    points: VecDeque<Point>,
    courses: [Course; QUANTITIES.len()],
    intervals: usize,
    missed: usize,
    restarts: usize,
    findings: Findings,
    gone: Option<(Timestamp, String)>,
}

impl Watch {
    /// Of a server that nothing is known of yet.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            began: now,
            last: now,
            ends: None,
            readings: VecDeque::new(),
            routes: Vec::new(),
            recent: Vec::new(),
            points: VecDeque::new(),
            courses: [Course::default(); QUANTITIES.len()],
            intervals: 0,
            missed: 0,
            restarts: 0,
            findings: Findings::default(),
            gone: None,
        }
    }

    /// Takes in what the server said `now`, or that it said nothing.
    pub fn hear(&mut self, said: Result<Scrape, ScrapeError>, now: Timestamp) {
        self.last = now;
        match said {
            Ok(scrape) => self.read(scrape, now),
            Err(error) => self.miss(&error, now),
        }
    }

    fn read(&mut self, scrape: Scrape, now: Timestamp) {
        self.gone = None;
        let Some((_, earlier)) = &self.ends else {
            self.readings.push_back(scrape.clone());
            self.ends = Some((scrape.clone(), scrape));
            return;
        };
        let figures = Figures::between(earlier, &scrape);
        if figures.restarted {
            self.restarts += 1;
            let start = scrape.at.checked_sub(Duration::from_secs_f64(figures.seconds)).unwrap_or(scrape.at);
            self.ends = Some((Scrape::nothing(start), scrape.clone()));
            // What was before has nothing to say about this one.
            self.recent.clear();
            self.readings = VecDeque::from([Scrape::nothing(start)]);
        } else if let Some((_, last)) = &mut self.ends {
            *last = scrape.clone();
        }
        self.look_at_routes(scrape);
        self.add(figures, now);
    }

    fn look_at_routes(&mut self, scrape: Scrape) {
        if self.readings.len() > rules::REACH {
            self.readings.pop_front();
        }
        self.routes = self.readings.front().map_or_else(Vec::new, |first| Figures::between(first, &scrape).routes);
        self.readings.push_back(scrape);
    }

    fn add(&mut self, figures: Figures, now: Timestamp) {
        let values = std::array::from_fn(|at| (QUANTITIES[at].read)(&figures));
        for (course, value) in self.courses.iter_mut().zip(values) {
            course.add(value, figures.seconds, now);
        }
        self.intervals += 1;
        self.point(Some(values));
        if self.recent.len() == rules::REACH {
            self.recent.remove(0);
        }
        self.recent.push(figures);
        self.findings.take(rules::alarms(&self.recent), now);
    }

    fn miss(&mut self, error: &ScrapeError, now: Timestamp) {
        self.missed += 1;
        self.point(None);
        let (since, why) = self.gone.get_or_insert_with(|| (now, String::new()));
        *why = error.to_string();
        let alarm = Alarm {
            rule: "unreachable",
            measure: since.until(now).as_secs_f64(),
            said: error.to_string(),
            advice: "it is asked again and again, and is shown once it answers".into(),
        };
        self.recent.clear();
        self.findings.take(vec![alarm], now);
    }

    fn point(&mut self, point: Point) {
        if self.points.len() == MOST_POINTS {
            self.points.pop_front();
        }
        self.points.push_back(point);
    }

    /// The figures of the latest interval; `None` where the server is gone, or was asked but once.
    #[must_use]
    pub fn latest(&self) -> Option<&Figures> {
        self.recent.last()
    }

    /// The routes of the latest [`rules::REACH`] intervals, the slowest first.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Since when the server is not there, and why.
    #[must_use]
    pub fn gone(&self) -> Option<(Timestamp, &str)> {
        self.gone.as_ref().map(|(since, why)| (*since, why.as_str()))
    }

    /// What the rules found.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.findings
    }

    /// How `figure` went: the newest first, nothing for an interval without it.
    pub fn course(&self, figure: Figure) -> impl Iterator<Item = Option<f64>> {
        self.points.iter().rev().map(move |point| point.as_ref()?[figure as usize])
    }

    /// When the watching began, and when the server was asked last.
    #[must_use]
    pub const fn span(&self) -> (Timestamp, Timestamp) {
        (self.began, self.last)
    }

    /// How many intervals there were, how often the server did not answer, and how often it was restarted.
    #[must_use]
    pub const fn counts(&self) -> [usize; 3] {
        [self.intervals, self.missed, self.restarts]
    }

    /// The whole time as one interval: since the latest restart, where there was one.
    #[must_use]
    pub fn whole(&self) -> Option<Figures> {
        let (first, last) = self.ends.as_ref().filter(|_| self.intervals > 0)?;
        Some(Figures::between(first, last))
    }

    /// A figure over the whole time, in the way that suits it; `whole` is what [`Watch::whole`] gave.
    #[must_use]
    pub fn summed(&self, at: usize, whole: &Figures) -> Option<f64> {
        let course = &self.courses[at];
        let quantity = &QUANTITIES[at];
        match quantity.over {
            Over::Whole => (quantity.read)(whole),
            Over::Sum => (course.weight > 0.0).then_some(course.sum),
            Over::Mean => (course.weight > 0.0).then(|| course.weighted / course.weight),
        }
    }

    /// The largest value that a figure had in an interval.
    #[must_use]
    pub const fn peak(&self, at: usize) -> Option<Peak> {
        self.courses[at].peak
    }
}

impl Course {
    fn add(&mut self, value: Option<f64>, seconds: f64, at: Timestamp) {
        let Some(value) = value.filter(|value| value.is_finite()) else { return };
        self.sum += value;
        self.weighted += value * seconds;
        self.weight += seconds;
        if self.peak.is_none_or(|peak| value > peak.value) {
            self.peak = Some(Peak { value, at });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    /// What a server says `second` seconds after the beginning.
    fn said(begin: Instant, second: u64, text: &str) -> Result<Scrape, ScrapeError> {
        let mut scrape = Scrape::parse(text)?;
        scrape.at = begin + Duration::from_secs(second);
        Ok(scrape)
    }

    fn messages(total: u32, up: u64) -> String {
        format!("hearth_messages_total {total}\nhearth_uptime_seconds {up}\nhearth_commit_queue {total}\n")
    }

    fn silence() -> Result<Scrape, ScrapeError> {
        Err(ScrapeError::NoAnswer { url: "http://x/metrics".into(), cause: "refused".into() })
    }

    #[test]
    fn figures_are_summed_up_by_the_length_of_their_intervals() {
        let begin = Instant::now();
        let mut watch = Watch::new(at(0));
        watch.hear(said(begin, 0, &messages(0, 10)), at(0));
        assert!(watch.latest().is_none() && watch.whole().is_none(), "one reading is no interval");
        watch.hear(said(begin, 1, &messages(10, 11)), at(1));
        watch.hear(said(begin, 4, &messages(16, 14)), at(4));
        let whole = watch.whole().unwrap();
        let rate = Figure::messages_per_second;
        assert_eq!(watch.course(rate).collect::<Vec<_>>(), [Some(2.0), Some(10.0)]);
        assert_eq!(watch.summed(rate as usize, &whole), Some(4.0));
        assert_eq!(watch.peak(rate as usize), Some(Peak { value: 10.0, at: at(1) }));
        assert_eq!(watch.summed(Figure::commit_queue as usize, &whole), Some(14.5), "(10 × 1 s + 16 × 3 s) / 4 s");
        assert_eq!(watch.summed(Figure::p95_ms as usize, &whole), None);
        assert_eq!((watch.counts(), watch.span()), ([2, 0, 0], (at(0), at(4))));
    }

    #[test]
    fn a_server_that_goes_away_and_comes_back_is_told() {
        let begin = Instant::now();
        let mut watch = Watch::new(at(0));
        watch.hear(said(begin, 0, &messages(0, 10)), at(0));
        watch.hear(said(begin, 1, &messages(10, 11)), at(1));
        watch.hear(silence(), at(2));
        watch.hear(silence(), at(3));
        let (since, why) = watch.gone().unwrap();
        assert_eq!((since, why.contains("is `hearth serve` running there?")), (at(2), true));
        assert!(watch.latest().is_none(), "no old figures are shown as if they were new");
        let [finding] = watch.findings().all() else { panic!("{:?}", watch.findings()) };
        assert_eq!((finding.rule, finding.since, finding.intervals), ("unreachable", at(2), 2));
        watch.hear(said(begin, 6, &messages(3, 2)), at(6));
        assert_eq!(watch.gone(), None);
        let figures = watch.latest().unwrap();
        assert_eq!((figures.restarted, figures.chat.messages_per_second), (true, Some(1.5)));
        let rules: Vec<_> = watch.findings().all().iter().map(|finding| finding.rule).collect();
        assert_eq!((rules, watch.counts()), (vec!["unreachable", "restarted"], [2, 2, 1]));
        let course: Vec<_> = watch.course(Figure::messages_per_second).collect();
        assert_eq!(course, [Some(1.5), None, None, Some(10.0)]);
        watch.hear(said(begin, 10, &messages(9, 6)), at(10));
        assert_eq!((watch.readings.len(), watch.latest().map(|of| of.restarted)), (3, Some(false)));
        let whole = watch.whole().unwrap();
        assert_eq!((whole.seconds, whole.chat.messages_per_second), (6.0, Some(1.5)), "since the restart");
    }

    #[test]
    fn the_memory_of_it_is_bounded() {
        let begin = Instant::now();
        let mut watch = Watch::new(at(0));
        for second in 0..1000_u32 {
            let up = u64::from(second);
            watch.hear(said(begin, up, &messages(second, up)), at(i64::from(second)));
        }
        assert_eq!(watch.course(Figure::messages_per_second).count(), MOST_POINTS);
        assert_eq!((watch.counts(), watch.readings.len()), ([999, 0, 0], rules::REACH + 1));
    }
}
